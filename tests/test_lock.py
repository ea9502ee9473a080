"""The lock: from it pip and uv install what the team chose, whatever an index or a look-alike does later.

`python -m preflight lock` makes it, and the check `lock` tells whether it still holds. Real pip (the newest, and the
oldest that preflight is for) and real uv install from it.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from preflight.app import App
from preflight.lines import requirements
from preflight.lock import lock, write_lock
from preflight.origin import origin
from preflight.problem import Findings, LeftOut

from tests.support import indexes, packages
from tests.support.checked_app import OLD_PIP, new_python
from tests.support.commands import run, uv_install
from tests.support.forked_programs import Ready
from tests.support.indexes import Host, Index, Shelf, Site
from tests.support.servers import Answer

USER, SECRET = "robot", "VIKTOR_APP_SECRET"
SOURCE = """\
# What people write.
--index-url {public}
viktor==1.0
numbers-kit<3

--only-binary :all:
--extra-index-url {private}
acme-plain==1.0
acme-needs~=1.0
"""


@dataclass
class Company:
    """A private index with a login, one that plays PyPI, and an app with a requirements.in that names both."""

    root: Path
    password: str
    private: Path
    public: Path
    stack: ExitStack
    urls: dict[str, str] = field(default_factory=dict)

    def serve(self, host: Host = indexes.plain) -> Index:
        """Serve both indexes, the private one as a host does, and write requirements.in anew for them."""
        public = self.stack.enter_context(indexes.plain(Site(Shelf(self.public))))
        site = Site(Shelf(self.private), {USER: self.password}, public.url)
        private = self.stack.enter_context(host(site))
        self.urls = {"public": public.url, "private": private.with_login(f"{USER}:${{{SECRET}}}")}
        self.write(SOURCE)
        return private

    def write(self, text: str) -> None:
        """Write requirements.in; {public} and {private} are the indexes."""
        filled = text.format(**self.urls) if "{public}" in text else text
        (self.root / "requirements.in").write_text(filled, encoding="utf-8")

    def edit(self, old: str, new: str, file: str = "requirements.in") -> None:
        """Change a text that stands in a file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def locked(self) -> str:
        """The text of requirements.txt."""
        return (self.root / "requirements.txt").read_text(encoding="utf-8")


@contextmanager
def new_company(folder: Path) -> Iterator[Company]:
    """Make a company in a folder, and serve its indexes until the block ends; the secret is in its variable."""
    private, public, root = folder / "private", folder / "public", folder / "app"
    for made in (private, public, root):
        made.mkdir()
    (root / "viktor.config.toml").write_text('python_version = "3.13"\n', encoding="utf-8")
    packages.wheel(private, "acme-plain", "1.0", code="MAKER = 'acme'")
    packages.wheel(private, "acme-needs", "1.0", needs=["acme-dep", "numbers-kit"])
    packages.wheel(private, "acme-dep", "1.0", code="MAKER = 'acme'")
    packages.wheel(public, "viktor", "1.0")
    packages.wheel(public, "numbers-kit", "2.0")
    password = secrets.token_hex(12)
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, password)
        made = Company(root, password, private, public, stack)
        made.serve()
        yield made


@pytest.fixture
def company(tmp_path) -> Iterator[Company]:
    """Give a company of the test's own."""
    with new_company(tmp_path) as made:
        yield made


def look_alikes(folder: Path) -> None:
    """Put onto the public index what pip prefers to the private packages."""
    packages.wheel(folder, "acme-plain", "1.0", build="1", code="MAKER = 'stranger'")
    packages.wheel(folder, "acme-dep", "99.0", code="MAKER = 'stranger'")
    packages.wheel(folder, "acme-dep", "1.0", build="1", code="MAKER = 'stranger'")


def said(findings: Findings) -> list[str]:
    """Return what a check, or the command, says."""
    return [f"{one.where}: {one.what} -> {one.mend}" for one in findings]


def make_lock(company: Company, **options) -> list[str]:
    """Let `python -m preflight lock` do its work, and return what it says."""
    return said(write_lock(App(company.root), **{"upgrade": False, **options}))


def judge(company: Company) -> list[str]:
    """Return what the check says of the lock; the check of origins leaves a locked app to it."""
    app = App(company.root)
    assert said(origin(app)) == []
    return said(lock(app))


def test_a_lock_is_made_and_holds(company):
    assert make_lock(company) == []
    head = company.locked.splitlines()[:4]
    assert head[0].startswith("# Made of requirements.in")
    assert head[1:] == [
        f"--index-url {company.urls['public']}",
        "--only-binary :all:",
        f"--extra-index-url {company.urls['private']}",
    ]
    assert company.locked.count("--hash=sha256:") == 5
    assert company.password not in company.locked
    assert judge(company) == []


def test_a_lock_is_made_where_look_alikes_are_there_already(company):
    look_alikes(company.public)
    assert make_lock(company) == []
    assert judge(company) == []


@pytest.fixture(scope="module")
def locked(tmp_path_factory) -> Iterator[Company]:
    """Give a company with a lock, and look-alikes that came onto the public index later: leave it as it is."""
    with new_company(tmp_path_factory.mktemp("locked")) as made:
        assert make_lock(made) == []
        look_alikes(made.public)
        yield made


@pytest.fixture
def locked_company(company, locked) -> Company:
    """Give a company of the test's own with the same lock, which is not made again."""
    text = locked.locked
    for place, url in locked.urls.items():
        text = text.replace(url, company.urls[place])
    (company.root / "requirements.txt").write_text(text, encoding="utf-8")
    return company


INSTALLERS = {"pip": "", "oldest-pip": OLD_PIP, "uv": ""}


@pytest.fixture(scope="module", params=INSTALLERS)
def install(request, tmp_path_factory) -> Iterator[Callable[..., str]]:
    """Let an installer say what it would install from the requirements.txt in a folder."""
    python = new_python(tmp_path_factory.mktemp("environment") / request.param, INSTALLERS[request.param])
    pip = Ready(python, "pip._internal.cli.main", "pip._internal.commands.install")

    def with_pip(folder: Path, **variables) -> str:
        words = ("--dry-run", "--ignore-installed", "--no-input", "--retries=0", "--no-cache-dir")
        return pip("install", *words, "-r", "requirements.txt", cwd=folder, env=variables, status=None)

    def with_uv(folder: Path, **variables) -> str:
        words = ("--dry-run", "--refresh", "-r", folder / "requirements.txt")
        variables |= {"UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "5"}
        return uv_install(python, *words, env=variables, status=None)

    yield with_uv if request.param == "uv" else with_pip
    pip.stop()


# What pip and uv say before they name what they would install.
WOULD_INSTALL = ("Would install", "Would download")


def test_what_is_locked_is_installed_beside_look_alikes(locked, install):
    printed = install(locked.root, **{SECRET: locked.password})
    assert any(words in printed for words in WOULD_INSTALL)
    assert "99.0" not in printed
    assert judge(locked) == []


# What the private index may do later, on VIKTOR's server: nothing is installed, and nothing from elsewhere.
OUTAGES = {str(status): indexes.always(Answer(status)) for status in (401, 403, 404, 500)}
OUTAGES |= {"down": indexes.down, "login-page": indexes.login_elsewhere}


@pytest.mark.parametrize("outage", OUTAGES)
def test_nothing_is_installed_when_the_index_fails(locked, install, tmp_path, outage):
    with OUTAGES[outage](Site(Shelf(locked.private))) as index:
        failing = index.with_login(f"{USER}:${{{SECRET}}}")
        text = locked.locked.replace(locked.urls["private"], failing)
        (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
        printed = install(tmp_path, **{SECRET: locked.password})
    assert failing in text
    assert not any(words in printed for words in WOULD_INSTALL)


@pytest.mark.parametrize("value", ["", "wrong"])
def test_nothing_is_installed_with_a_wrong_secret(locked, install, value):
    printed = install(locked.root, **{SECRET: value})
    assert not any(words in printed for words in WOULD_INSTALL)


def test_newer_releases_and_further_wheels_are_no_fault(locked_company):
    packages.wheel(locked_company.private, "acme-dep", "1.1")
    packages.wheel(locked_company.private, "acme-plain", "1.0", tag="cp39-cp39-any")
    packages.wheel(locked_company.public, "numbers-kit", "2.1")
    assert judge(locked_company) == []


def test_versions_stay_until_they_are_upgraded(locked_company):
    before = locked_company.locked
    packages.wheel(locked_company.public, "numbers-kit", "2.1")
    make_lock(locked_company)
    assert locked_company.locked == before
    make_lock(locked_company, upgrade=True)
    assert "numbers-kit==2.1" in locked_company.locked
    assert judge(locked_company) == []


def test_a_hash_that_someone_changed_is_told_and_made_anew(locked_company):
    before = locked_company.locked
    own = before.partition("acme-plain==1.0 \\\n    --hash=sha256:")[2][:64]
    locked_company.edit(own, secrets.token_hex(32), "requirements.txt")
    assert [
        one for one in judge(locked_company) if "a hash of acme-plain belongs to no file on its index" in one
    ]
    make_lock(locked_company)
    assert locked_company.locked == before


CHANGES = {
    "added": ("acme-plain==1.0", "acme-plain==1.0\nacme-dep==1.0", ""),
    "other-version": ("viktor==1.0", "viktor==1.1", "uv finds no way to install this"),
    "new": ("viktor==1.0", "viktor==1.0\nplotly==7.0", "plotly==7.0 is missing"),
    "gone": ("numbers-kit<3\n", "", ""),
    "private-gone": ("acme-plain==1.0\n", "", "requirements.in doesn't ask for acme-plain any more"),
    "option": ("viktor==1.0", "--pre\nviktor==1.0", "has other options than requirements.in"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_source_asks_for_a_new_lock(locked_company, change):
    """What is locked already, and what another package asks for too, needs none."""
    packages.wheel(locked_company.public, "viktor", "1.1")
    packages.wheel(locked_company.public, "plotly", "7.0")
    old, new, message = CHANGES[change]
    locked_company.edit(old, new)
    told = judge(locked_company)
    assert (told == []) if not message else [one for one in told if message in one]
    make_lock(locked_company)
    assert judge(locked_company) == []


def test_a_line_without_a_hash_is_told(locked_company):
    locked_company.edit("viktor==1.0 \\\n", "numpy==2.0\nviktor==1.0 \\\n", "requirements.txt")
    told = said(requirements(App(locked_company.root)))
    assert [one for one in told if "numpy has no hash, and other packages have" in one]


REFUSED = {
    "absent": indexes.always(Answer(404)),
    "login-refused": indexes.always(Answer(401)),
}


@pytest.mark.parametrize("host", REFUSED)
def test_nothing_is_locked_that_does_not_come_from_its_index(company, host):
    look_alikes(company.public)
    packages.wheel(company.public, "acme-needs", "1.0")
    company.serve(REFUSED[host])
    assert make_lock(company)
    assert not (company.root / "requirements.txt").exists()


def test_a_package_that_the_index_only_forwards_is_not_locked(company):
    """As GitLab does with names that it lacks."""
    (company.private / "acme_plain-1.0-py3-none-any.whl").unlink()
    packages.wheel(company.public, "acme-plain", "1.0", code="MAKER = 'stranger'")
    company.serve(indexes.gitlab)
    assert [one for one in make_lock(company) if "sends pip on to" in one]
    assert not (company.root / "requirements.txt").exists()


def test_a_package_that_the_only_index_forwards_is_not_locked(company):
    """Nor does a lock pass that has it already."""
    company.serve(indexes.gitlab)
    company.write("viktor==1.0\n\n--index-url {private}\nacme-dep==1.0\n".format(**company.urls))
    assert make_lock(company) == []
    before = company.locked
    (company.private / "acme_dep-1.0-py3-none-any.whl").rename(
        company.public / "acme_dep-1.0-py3-none-any.whl"
    )
    assert [one for one in make_lock(company) if "sends pip on to" in one]
    assert company.locked == before
    assert [one for one in judge(company) if "sends pip on to" in one]


def test_what_pip_does_not_take_is_not_locked(company):
    """A release's upper bound of Python is heeded by pip, and not by uv."""
    site = Site(
        Shelf(company.private, needs_python={"acme_needs-1.1-py3-none-any.whl": ">=3.8,<3.10"}),
        {USER: company.password},
    )
    capped = company.stack.enter_context(indexes.plain(site)).with_login(f"{USER}:${{{SECRET}}}")
    company.edit(company.urls["private"], capped)
    assert make_lock(company) == []
    before = company.locked
    packages.wheel(company.private, "acme-needs", "1.1")
    expected = "uv chose acme-needs 1.1, and pip finds no file of it for Python 3.13"
    told = make_lock(company, upgrade=True)
    assert [one for one in told if expected in one], (told, company.locked)
    assert company.locked == before
    assert judge(company) == []


def test_a_lock_that_pip_does_not_take_is_told(locked_company):
    site = Site(
        Shelf(locked_company.private, needs_python={"acme_needs-1.0-py3-none-any.whl": ">=3.8,<3.10"}),
        {USER: locked_company.password},
    )
    capped = locked_company.stack.enter_context(indexes.plain(site)).with_login(f"{USER}:${{{SECRET}}}")
    for file in ("requirements.in", "requirements.txt"):
        locked_company.edit(locked_company.urls["private"], capped, file)
    assert [
        one for one in judge(locked_company) if "uv chose acme-needs 1.0, and pip finds no file of it" in one
    ]


def test_a_url_that_someone_put_into_the_lock_is_told(locked_company):
    before = locked_company.locked
    place = locked_company.urls["public"].replace("/simple/", "/files/")
    url = f"acme-plain @ {place}acme_plain-1.0-1-py3-none-any.whl"
    packages.wheel(locked_company.public, "acme-plain", "1.0", build="1", code="MAKER = 'stranger'")
    locked_company.edit("acme-plain==1.0 ", f"{url} ", "requirements.txt")
    told = judge(locked_company)
    assert [one for one in told if "acme-plain stands here with a URL" in one]
    assert not [one for one in told if "from ," in one or "== is missing" in one]
    make_lock(locked_company)
    assert locked_company.locked == before


def test_a_url_of_the_source_is_locked(company):
    place = company.urls["public"].replace("/simple/", "/files/")
    company.edit("numbers-kit<3", f"numbers-kit @ {place}numbers_kit-2.0-py3-none-any.whl")
    assert make_lock(company) == []
    assert judge(company) == []


def test_a_package_from_git_is_not_locked(company):
    company.write("viktor==1.0\nunits @ git+https://git.example.com/acme/units.git@v1.0\n")
    assert [one for one in make_lock(company) if "units comes from Git and can't have a hash" in one]


def test_the_tools_are_installed_apart(company):
    tools = company.root / "requirements-dev.txt"
    tools.write_text("# Tools\n-r requirements.txt\npytest==9.2.0\n", encoding="utf-8")
    expected = "requirements-dev.txt:2: pip wants hashes of the tools too, as long as this line is here -> "
    assert [one for one in make_lock(company) if one.startswith(expected)]
    assert [one for one in judge(company) if one.startswith(expected)]
    tools.write_text("# Tools\npytest==9.2.0\n", encoding="utf-8")
    assert judge(company) == []


def test_the_way_in_is_told(company):
    (company.root / "requirements.in").rename(company.root / "requirements.txt")
    with pytest.raises(LeftOut, match=r"Type: git mv requirements\.txt requirements\.in"):
        make_lock(company)
    run("git", "init", "--quiet", company.root)
    run("git", "add", "--all", cwd=company.root)
    run("git", "mv", "requirements.txt", "requirements.in", cwd=company.root)
    assert make_lock(company) == []
