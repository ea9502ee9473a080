"""The lock: from it pip and uv install what the team chose, whatever an index or a look-alike does later.

`python -m preflight lock` makes it, and the check `lock` tells whether it still holds. Real pip (the newest, and the
oldest that preflight is for) and real uv install from it.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import indexes
import packages
import pytest
from checked import OLD_PIP, new_python
from commands import pip_install, run, uv_install
from indexes import Host, Index, Shelf, Site
from preflight.app import App
from preflight.lines import requirements
from preflight.lock import lock, write_lock
from preflight.origin import origin
from preflight.problem import Findings, LeftOut
from servers import Answer

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


@pytest.fixture
def company(tmp_path, monkeypatch) -> Iterator[Company]:
    private, public, root = tmp_path / "private", tmp_path / "public", tmp_path / "app"
    for folder in (private, public, root):
        folder.mkdir()
    (root / "viktor.config.toml").write_text('python_version = "3.13"\n', encoding="utf-8")
    packages.wheel(private, "acme-plain", "1.0", code="MAKER = 'acme'")
    packages.wheel(private, "acme-needs", "1.0", needs=["acme-dep", "numbers-kit"])
    packages.wheel(private, "acme-dep", "1.0", code="MAKER = 'acme'")
    packages.wheel(public, "viktor", "1.0")
    packages.wheel(public, "numbers-kit", "2.0")
    password = secrets.token_hex(12)
    monkeypatch.setenv(SECRET, password)
    with ExitStack() as stack:
        made = Company(root, password, private, public, stack)
        made.serve()
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


INSTALLERS = {"pip": "", "oldest-pip": OLD_PIP, "uv": ""}


@pytest.fixture(scope="module", params=INSTALLERS)
def install(request, tmp_path_factory) -> Callable[..., str]:
    """Install from a requirements file with an installer; the status that is expected is its last argument."""
    python = new_python(tmp_path_factory.mktemp("environment") / request.param, INSTALLERS[request.param])

    def with_pip(file: Path, status: int | None, **variables) -> str:
        words = ("--dry-run", "--ignore-installed", "--no-input", "--retries=0", "--no-cache-dir", "-r", file)
        return pip_install(python, *words, env=variables, status=status)

    def with_uv(file: Path, status: int | None, **variables) -> str:
        words = ("--dry-run", "--refresh", "-r", file)
        variables |= {"UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "5"}
        return uv_install(python, *words, env=variables, status=status)

    return with_uv if request.param == "uv" else with_pip


def test_what_is_locked_is_installed_beside_look_alikes(company, install):
    make_lock(company)
    look_alikes(company.public)
    printed = install(company.root / "requirements.txt", 0)
    assert "99.0" not in printed
    assert judge(company) == []


# What the private index may do later, on VIKTOR's server: nothing is installed, and nothing from elsewhere.
OUTAGES = {str(status): indexes.always(Answer(status)) for status in (401, 403, 404, 500)}
OUTAGES |= {"down": indexes.down, "login-page": indexes.login_elsewhere}


@pytest.mark.parametrize("outage", OUTAGES)
def test_nothing_is_installed_when_the_index_fails(company, install, outage):
    make_lock(company)
    look_alikes(company.public)
    address = company.urls["private"]
    company.serve(OUTAGES[outage])
    company.edit(address, company.urls["private"], "requirements.txt")
    assert "Would install" not in install(company.root / "requirements.txt", None)


@pytest.mark.parametrize("value", ["", "wrong"])
def test_nothing_is_installed_with_a_wrong_secret(company, install, value):
    make_lock(company)
    look_alikes(company.public)
    assert "Would install" not in install(company.root / "requirements.txt", None, **{SECRET: value})


def test_newer_releases_and_further_wheels_are_no_fault(company):
    make_lock(company)
    packages.wheel(company.private, "acme-dep", "1.1")
    packages.wheel(company.private, "acme-plain", "1.0", tag="cp39-cp39-any")
    packages.wheel(company.public, "numbers-kit", "2.1")
    assert judge(company) == []


def test_versions_stay_until_they_are_upgraded(company):
    make_lock(company)
    before = company.locked
    packages.wheel(company.public, "numbers-kit", "2.1")
    make_lock(company)
    assert company.locked == before
    make_lock(company, upgrade=True)
    assert "numbers-kit==2.1" in company.locked
    assert judge(company) == []


def test_a_hash_that_someone_changed_is_told_and_made_anew(company):
    make_lock(company)
    before = company.locked
    own = before.partition("acme-plain==1.0 \\\n    --hash=sha256:")[2][:64]
    company.edit(own, secrets.token_hex(32), "requirements.txt")
    assert [one for one in judge(company) if "a hash of acme-plain is none of a file on its index" in one]
    make_lock(company)
    assert company.locked == before


CHANGES = {
    "added": ("acme-plain==1.0", "acme-plain==1.0\nacme-dep==1.0", ""),
    "other-version": ("viktor==1.0", "viktor==1.1", "uv finds no way to install this"),
    "new": ("viktor==1.0", "viktor==1.0\nplotly==7.0", "plotly==7.0 is missing"),
    "gone": ("numbers-kit<3\n", "", ""),
    "private-gone": ("acme-plain==1.0\n", "", "requirements.in doesn't ask for acme-plain any more"),
    "option": ("viktor==1.0", "--pre\nviktor==1.0", "has other options than requirements.in"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_source_asks_for_a_new_lock(company, change):
    """What is locked already, and what another package asks for too, needs none."""
    make_lock(company)
    packages.wheel(company.public, "viktor", "1.1")
    packages.wheel(company.public, "plotly", "7.0")
    old, new, message = CHANGES[change]
    company.edit(old, new)
    told = judge(company)
    assert (told == []) if not message else [one for one in told if message in one]
    make_lock(company)
    assert judge(company) == []


def test_a_line_without_a_hash_is_told(company):
    make_lock(company)
    company.edit("viktor==1.0 \\\n", "numpy==2.0\nviktor==1.0 \\\n", "requirements.txt")
    told = said(requirements(App(company.root)))
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
    assert [one for one in make_lock(company) if "pip would take acme-plain 1.0 from" in one]
    assert not (company.root / "requirements.txt").exists()


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
