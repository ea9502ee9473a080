"""What each host's URL, in each form that can be typed, becomes in requirements.txt: as pip and uv read and send it."""

import base64
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from packaging.requirements import Requirement
from pip._internal.index.collector import LinkCollector
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.selection_prefs import SelectionPreferences
from pip._internal.network.session import PipSession
from pip._internal.req.req_file import parse_requirements
from pip._internal.utils.misc import redact_auth_from_url
from pip._internal.vcs.git import Git
from pip._vendor.requests import Request
from preflight.names import normalized

from making.answers import find_problems
from making.hosts import ANY_GIT_HOST, ANY_INDEX, Host, read_hosts
from making.reading import Reading
from tests.support import packages
from tests.support.answers import make_answers, render_requirements
from tests.support.commands import run
from tests.support.servers import Answer, web_server

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HOSTS = read_hosts(make_answers()["_hosts"])
INDEXES = [
    pytest.param(host, shape, id=f"{key}-{shape}")
    for key, host in HOSTS.items()
    for shape in host.urls
    if not host.git
]
REPOSITORIES = [
    pytest.param(host, shape, id=f"{key}-{shape}")
    for key, host in HOSTS.items()
    for shape in host.urls
    if host.git
]

# pip's index when nobody names one, and the public one that uv is told of; names that no resolver knows.
DEFAULT_INDEX = "https://default.invalid/simple"
PUBLIC = "https://public.invalid/simple"
USERS = ["me@corp.com", "gitlab+deploy-token-1", r"DOM\user", "team/robot", "100%", "b:c"]
# What ends a login, or a host, can only be typed percent-encoded.
USERS_IN_A_URL = [user for user in USERS if not set("\\/:").intersection(user)]


@dataclass(frozen=True)
class Form:
    """A way to type a login before the host of a URL: what is typed, and what is sent for it.

    `user` and `password` are the names of variables, or the text itself; None for what the host wants by itself.
    """

    typed: str
    user: str | None
    password: str | None


FORMS = {
    "no login": Form("", None, None),
    "an empty one": Form("@", "", ""),
    "USER@": Form("robot@", "robot", "VIKTOR_APP_SECRET"),
    "USER:${NAME}@": Form("robot:${ACME_TOKEN}@", "robot", "ACME_TOKEN"),
    "${NAME}@": Form("${ACME_TOKEN}@", "ACME_TOKEN", ""),
    "${USER}:${NAME}@": Form("${ACME_USER}:${ACME_TOKEN}@", "ACME_USER", "ACME_TOKEN"),
}
EXTRA, ONLY = "--extra-index-url", "--index-url"
# What may stand before the URL, as hosts' pages show it; the option that is written for it.
OPTIONS = {
    "{}": EXTRA,
    f"{EXTRA} {{}}": EXTRA,
    f"{EXTRA}={{}}": EXTRA,
    f'{EXTRA} "{{}}"': EXTRA,
    f"{EXTRA}='{{}}'": EXTRA,
    f"{ONLY} {{}}": ONLY,
    f"{ONLY}={{}}": ONLY,
    "-i {}": ONLY,
    " -i  {} ": ONLY,
}


@pytest.fixture(scope="module")
def values():
    """Make up the variables' values: secrets with every awkward ASCII character but the colon.

    No token that is used as a user name holds one.
    """
    return {
        "VIKTOR_APP_SECRET": secrets.token_hex(8) + "/#?%41 @[+&=\"']\\",
        "ACME_TOKEN": secrets.token_hex(8) + "/#?%42 @[+&=\"']\\",
        "ACME_USER": f"me{secrets.token_hex(4)}@corp.com",
    }


@pytest.fixture(autouse=True)
def variables(values, monkeypatch):
    """Set the variables, percent-encoded as the app's README says."""
    for name, value in values.items():
        monkeypatch.setenv(name, quote(value, safe=""))


def filled(shape: str) -> str:
    """Return a shape with something in place of each word in capitals."""
    url = shape.replace("HOST", "packages.example.com").replace("YYYY-MM-DD", "2026-02-28")
    return re.sub(r"[A-Z][A-Z_]+", lambda word: word[0].lower().replace("_", "-"), url)


def write_requirements(folder: Path, index_url: str, private_packages: str) -> Path:
    """Write the requirements.txt of an app with these answers, which must be good, and return its path."""
    answers = {"index_url": index_url, "private_packages": private_packages}
    assert find_problems(make_answers(**answers)) == []
    file = folder / "requirements.txt"
    file.write_text(render_requirements(**answers), encoding="utf-8")
    return file


def forms_of(host: Host) -> dict[str, Form]:
    """Return the forms that a host's URL can be typed in."""
    left_out = set()
    if host.wants_user:
        left_out.add("no login")
    if host.secret_is_user:  # a user name there would be the token itself
        left_out.add("USER@")
    return {name: form for name, form in FORMS.items() if name not in left_out}


def expected_login(host: Host, form: Form, values: dict[str, str]) -> tuple[str, str] | None:
    """Return the user and the password that are to be sent, None for no login."""
    if form.user is None:
        if not host.login:
            return None
        secret = values["VIKTOR_APP_SECRET"]
        return (secret, "") if host.secret_is_user else (host.user, secret)
    if not form.user:
        return None
    return values.get(form.user, form.user), values.get(form.password, form.password)


def masked(url: str, login: tuple[str, str] | None) -> str:
    """Return a URL with its login as pip prints it."""
    if login is None:
        return url
    user, password = login
    return url.replace("//", f"//{quote(user, safe='')}:****@" if password else "//****@", 1)


def login_in(header: str | None) -> tuple[str, str] | None:
    """Return the user and the password that an Authorization header holds."""
    if header is None:
        return None
    user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return user, password


# The host


def test_every_row_is_whole():
    """Each row says how it is recognised, or is one of the two for any other; a login needs a token, and a token a login."""
    for key, host in HOSTS.items():
        assert host.name
        assert host.urls
        assert bool(host.recognised_by) == (key not in (ANY_INDEX, ANY_GIT_HOST))
        assert bool(host.login) <= bool(host.token)
        assert host.login.partition("SECRET")[2] == ""


@pytest.mark.parametrize(("host", "shape"), [*INDEXES, *REPOSITORIES])
def test_a_host_is_recognised_by_its_url(host, shape):
    """In each form, and before the packages of an index are known."""
    chosen = "acme-beams@v1.0" if host.git else "none"
    for form in FORMS.values():
        typed = filled(shape).replace("//", f"//{form.typed}", 1)
        source = Reading(make_answers(index_url=typed, private_packages=chosen)).source
        assert source.host == host
        assert source.is_git == host.git


def test_the_files_read_here_are_those_of_an_app(bake):
    """They are rendered without the bake around it, byte for byte the same."""
    for answers in (
        {"index_url": f"{ONLY} https://${{ACME_USER}}:${{ACME_TOKEN}}@a.b/c", "private_packages": "beams"},
        {"index_url": "https://dev.azure.com/acme/p", "private_packages": "beams@v1 loads@v2"},
    ):
        file = bake(**answers, ci="none", __git_init="no") / "requirements.txt"
        assert file.read_text(encoding="utf-8") == render_requirements(**answers)


# An index, as pip reads it


def read_by_pip(file: Path):
    """Return pip's session, the URLs of its indexes and the requirements after it has read the file."""
    session = PipSession()
    scope = SearchScope.create(find_links=[], index_urls=[DEFAULT_INDEX], no_index=False)
    preferences = SelectionPreferences(allow_yanked=True)
    finder = PackageFinder.create(LinkCollector(session, scope), preferences)
    lines = [line.requirement for line in parse_requirements(str(file), session, finder=finder)]
    return session, finder.index_urls, lines


@pytest.mark.parametrize(("host", "shape"), INDEXES)
def test_pip_finds_each_index_and_its_login(values, tmp_path, host, shape):
    """In each form of the login: pip reads, sends and masks what was meant."""
    url = filled(shape)
    for form in forms_of(host).values():
        typed = url.replace("//", f"//{form.typed}", 1)
        session, indexes, lines = read_by_pip(write_requirements(tmp_path, typed, "acme-beams==1.0"))
        assert indexes[:-1] == [DEFAULT_INDEX]
        request = session.prepare_request(Request("GET", f"{indexes[-1].rstrip('/')}/acme-beams/"))
        login = expected_login(host, form, values)
        assert request.url == f"{url.rstrip('/')}/acme-beams/"
        assert login_in(request.headers.get("Authorization")) == login
        assert redact_auth_from_url(indexes[-1]) == masked(url, login)
        assert lines[-1] == "acme-beams==1.0"


@pytest.mark.parametrize(("typed", "option"), OPTIONS.items())
@pytest.mark.parametrize("form", FORMS)
def test_pip_reads_a_pasted_option_as_it_was_meant(values, tmp_path, typed, option, form):
    """An extra index stands beside PyPI, the one index alone, whatever the login is."""
    host, form = HOSTS["gitlab"], FORMS[form]
    url = filled(host.urls[0])
    answer = typed.format(url.replace("//", f"//{form.typed}", 1))
    file = write_requirements(tmp_path, answer, "acme-beams==1.0 acme-loads~=2.1")
    session, indexes, lines = read_by_pip(file)
    assert indexes[:-1] == ([] if option == ONLY else [DEFAULT_INDEX])
    request = session.prepare_request(Request("GET", indexes[-1]))
    assert request.url == url
    assert login_in(request.headers.get("Authorization")) == expected_login(host, form, values)
    assert lines[-2:] == ["acme-beams==1.0", "acme-loads~=2.1"]
    assert ("--only-binary :all:" in file.read_text(encoding="utf-8")) == (option == EXTRA)


@pytest.mark.parametrize(
    ("user", "typed"),
    [(user, quote(user, safe="")) for user in USERS] + [(user, user) for user in USERS_IN_A_URL],
)
def test_pip_finds_a_user_of_any_characters(values, tmp_path, user, typed):
    """Typed as it is, where a URL can hold it, or percent-encoded."""
    answer = f"https://{typed}@packages.example.com/simple"
    session, indexes, _ = read_by_pip(write_requirements(tmp_path, answer, "acme-beams==1.0"))
    request = session.prepare_request(Request("GET", f"{indexes[-1]}/acme-beams/"))
    assert urlsplit(request.url).hostname == "packages.example.com"
    header = request.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(header).decode() == f"{user}:{values['VIKTOR_APP_SECRET']}"


# ... and as uv does


@pytest.fixture(scope="module")
def local_wheels(tmp_path_factory):
    """Give a folder with wheels of what the files here name, for uv to resolve without a network."""
    folder = tmp_path_factory.mktemp("wheels")
    pins = make_answers()["_pins"]
    for name, version in {"acme-beams": "1.0", "viktor": pins["viktor"], "plotly": pins["plotly"]}.items():
        packages.wheel(folder, name, version)
    return folder


def read_by_uv(file: Path, wheels: Path) -> list[str]:
    """Return the options and packages that uv has read, as it writes them."""
    offline = ("--offline", "--no-cache", "--find-links", wheels)
    if f"{ONLY} " not in file.read_text(encoding="utf-8"):
        offline += ("--default-index", PUBLIC)
    quiet = ("--no-header", "--no-annotate", "--quiet", "--emit-index-url")
    return run(sys.executable, "-m", "uv", "pip", "compile", file, *offline, *quiet).split("\n")


def uv_line(option: str, url: str) -> list[str]:
    """Return the lines in which uv writes the indexes."""
    return [f"{ONLY} {url}"] if option == ONLY else [f"{ONLY} {PUBLIC}", f"{EXTRA} {url}"]


@pytest.mark.parametrize(("host", "shape"), INDEXES)
def test_uv_reads_each_index_as_pip_does(local_wheels, tmp_path, host, shape):
    """The same URL with the same login, whose variables it leaves as they are where it writes them."""
    form = next(iter(forms_of(host).values()))
    typed = filled(shape).replace("//", f"//{form.typed}", 1)
    file = write_requirements(tmp_path, typed, "acme-beams==1.0")
    expected = Reading(make_answers(index_url=typed)).source.url
    lines = read_by_uv(file, local_wheels)
    assert [line.rstrip("/") for line in lines if line.startswith("-")] == uv_line(
        EXTRA, expected.rstrip("/")
    )
    assert "acme-beams==1.0" in lines


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("typed", ["{}", f"{ONLY}={{}}"])
def test_uv_reads_each_login_as_pip_does(local_wheels, tmp_path, typed, form):
    """And each option."""
    form, url = FORMS[form], filled(HOSTS["gitlab"].urls[0])
    file = write_requirements(
        tmp_path, typed.format(url.replace("//", f"//{form.typed}", 1)), "acme-beams==1.0"
    )
    login = {
        "": "__token__:${VIKTOR_APP_SECRET}@",
        "@": "",
        "robot@": "robot:${VIKTOR_APP_SECRET}@",
    }.get(form.typed, form.typed)
    lines = read_by_uv(file, local_wheels)
    assert [line for line in lines if line.startswith("-")] == uv_line(
        OPTIONS[typed], url.replace("//", f"//{login}", 1)
    )


# Straight from Git


def address_of(host: Host, url: str, name: str) -> str:
    """Return the URL of a repository in a group; Azure has them below _git."""
    return f"{url}/_git/{name}" if host is HOSTS["azure-repos"] else f"{url}/{name}.git"


@pytest.mark.parametrize(("host", "shape"), REPOSITORIES)
def test_pip_finds_each_repository_and_its_login(values, tmp_path, host, shape):
    url = filled(shape)
    for form in forms_of(host).values():
        typed = url.replace("//", f"//{form.typed}", 1)
        file = write_requirements(tmp_path, typed, "acme-beams@v1.0 acme_loads@main")
        _, indexes, lines = read_by_pip(file)
        assert indexes == [DEFAULT_INDEX]
        found = [Requirement(line) for line in lines if "git+" in line]
        assert [requirement.name for requirement in found] == ["acme-beams", "acme_loads"]
        login = expected_login(host, form, values)
        for requirement, ref in zip(found, ("v1.0", "main"), strict=True):
            repository, rev, _ = Git.get_url_rev_and_auth(requirement.url)
            parts = urlsplit(repository)
            address = address_of(host, url, requirement.name)
            sent = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
            assert rev == ref
            assert f"https://{parts.hostname}{parts.path}" == address
            assert sent == login
            assert redact_auth_from_url(repository) == masked(address, login)


@pytest.mark.parametrize(("host", "shape"), REPOSITORIES)
def test_uv_finds_each_repository(tmp_path, host, shape):
    """Without a network: as it notes them in a project."""
    form = next(iter(forms_of(host).values()))
    url = filled(shape)
    typed = url.replace("//", f"//{form.typed}", 1)
    file = write_requirements(tmp_path, typed, "acme-beams@v1.0 acme_loads@main")
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "a"\nversion = "0"\nrequires-python = ">=3.10"\n'
    )
    run(sys.executable, "-m", "uv", "add", "--frozen", "--offline", "--requirements", file, cwd=project)
    noted = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["sources"]
    assert noted == {
        normalized(name): {"git": address_of(host, url, name), "rev": ref}
        for name, ref in {"acme-beams": "v1.0", "acme_loads": "main"}.items()
    }


@pytest.mark.parametrize("typed", ["https://dev.azure.com/acme/p/_git/", "https://github.com/acme/"])
def test_a_group_may_end_as_its_page_shows_it(tmp_path, typed):
    """With a slash, and on Azure with the folder of the repositories."""
    _, _, lines = read_by_pip(write_requirements(tmp_path, typed, "acme-beams@v1.0"))
    assert "//acme" not in lines[-1]
    assert lines[-1].count("_git") == typed.count("_git")


# The login on its way


@pytest.fixture(scope="module")
def closed_door():
    """Serve nothing: give the URL of a server that refuses every login, and the requests that it saw."""
    seen = []

    def refuse(request):
        seen.append((request.path, login_in(request.headers.get("Authorization"))))
        return Answer(401, headers={"WWW-Authenticate": 'Basic realm="private"'})

    with web_server(refuse) as url:
        yield url, seen


# One shape of each index whose host may be this machine.
LOCAL_INDEXES = [param for param in INDEXES if param.values[1].startswith("https://HOST/")]


@pytest.fixture
def at_the_door(closed_door, tmp_path):
    """Return requirements.txt for a shape on the server, its URL and form, and the requests that the server sees."""
    server, seen = closed_door

    def write(host: Host, shape: str) -> tuple[Path, str, Form]:
        seen.clear()
        url = filled(shape).replace("https://packages.example.com", server)
        form = FORMS["${USER}:${NAME}@"] if host.wants_user else FORMS["no login"]
        typed = url.replace("//", f"//{form.typed}", 1)
        return write_requirements(tmp_path, typed, "acme-beams==1.0"), url, form

    return write


def no_secret_in(output: str, values: dict[str, str]) -> bool:
    """Tell whether no form of a secret, nor its beginning, is in an output."""
    secret = [value for name, value in values.items() if name != "ACME_USER"]
    return not any(form in output for value in secret for form in (value, quote(value, safe=""), value[:16]))


@pytest.mark.parametrize(("host", "shape"), LOCAL_INDEXES)
def test_pip_sends_the_login_and_prints_no_secret(at_the_door, closed_door, values, tmp_path, host, shape):
    server, seen = closed_door
    file, url, form = at_the_door(host, shape)
    # On an index page for the public packages that is refused too, so that nothing is asked of PyPI.
    public = {"PIP_INDEX_URL": f"{server}/public"}
    command = (sys.executable, "-m", "pip", "download", "-vv", "--no-input", "-d", tmp_path, "-r", file)
    output = run(*command, env=public, status=1)
    login = expected_login(host, form, values)
    assert login in {login for path, login in seen if path.startswith(urlsplit(url).path)}
    assert masked(url, login) in output
    assert no_secret_in(output, values)


@pytest.mark.parametrize(("host", "shape"), LOCAL_INDEXES)
def test_uv_sends_the_login_and_prints_no_secret(at_the_door, closed_door, values, host, shape):
    server, seen = closed_door
    file, url, form = at_the_door(host, shape)
    command = (sys.executable, "-m", "uv", "pip", "compile", "--no-cache", "-v", file)
    output = run(*command, env={"UV_DEFAULT_INDEX": f"{server}/public"}, status=None)
    asked = {login for path, login in seen if path.startswith(urlsplit(url).path)}
    assert expected_login(host, form, values) in asked
    assert no_secret_in(output, values)
