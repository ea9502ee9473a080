"""The line that each platform gets in requirements.txt, as pip itself reads, sends and prints it."""

import base64
import json
import re
import secrets
import sys
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from commands import run
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
from servers import Answer, web_server

QUESTIONS = json.loads((Path(__file__).parents[1] / "cookiecutter.json").read_text(encoding="utf-8"))
PLATFORMS = QUESTIONS["_platforms"]
WITH_URL = [name for name, platform in PLATFORMS.items() if platform["urls"]]

# Each shape of each index, as an extra index and, where it can be, as the only one.
INDEXES = [
    (name, shape, only)
    for name, platform in PLATFORMS.items()
    for shape in platform["urls"]
    for only in (False, True)
    if platform["source"] == "index" and only <= platform["serves_pypi"]
]
# One of each index whose host may be this machine.
LOCAL_INDEXES = [
    (name, shape) for name, shape, only in INDEXES if shape.startswith("https://HOST/") and not only
]
REPOSITORIES = [
    (name, shape)
    for name, platform in PLATFORMS.items()
    for shape in platform["urls"]
    if platform["source"] == "git"
]
USERS = ["me@corp.com", "gitlab+deploy-token-1", r"DOM\user", "first last", "team/robot", "100%", "a{{b}}c"]

# pip's index when nobody names one; a name that no resolver knows.
DEFAULT_INDEX = "https://default.invalid/simple"


@pytest.fixture(scope="module")
def secret():
    """Make up a secret with every awkward ASCII character but the colon, which no token used as a user name holds."""
    return secrets.token_hex(8) + "/#?%41 @[+&=\"']\\"


@pytest.fixture
def requirements(bake, secret, monkeypatch):
    """Bake an app for a platform and give its requirements.txt, with the secret in its variable."""
    monkeypatch.setenv("VIKTOR_APP_SECRET", quote(secret, safe=""))

    def bake_for(name, url, *, user="", packages="acme-beams==1.0", only=False):
        user = user or PLATFORMS[name]["user"] or "robot"
        app = bake(
            private_index=name,
            index_url=url,
            index_user=user,
            index_serves_pypi=only,
            private_packages=packages,
            ci="none",
            git_init=False,
        )
        return app / "requirements.txt"

    return bake_for


def filled(shape: str) -> str:
    """Return a shape with something in place of each word in capitals."""
    url = shape.replace("HOST", "packages.example.com")
    return re.sub(r"[A-Z][A-Z_]+", lambda word: word[0].lower().replace("_", "-"), url)


def read_by_pip(file: Path):
    """Return pip's session, the URLs of its indexes and the requirements after it has read the file."""
    session = PipSession()
    scope = SearchScope.create(find_links=[], index_urls=[DEFAULT_INDEX], no_index=False)
    preferences = SelectionPreferences(allow_yanked=True)
    finder = PackageFinder.create(LinkCollector(session, scope), preferences)
    lines = [line.requirement for line in parse_requirements(str(file), session, finder=finder)]
    return session, finder.index_urls, lines


def login_in(header: str | None) -> tuple[str, str] | None:
    """Return the user and the password that an Authorization header holds."""
    if header is None:
        return None
    user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return user, password


def expected_login(name: str, user: str, secret: str) -> tuple[str, str] | None:
    """Return the user and the password that a platform asks for."""
    return {"password": (user, secret), "user": (secret, ""), "": None}[PLATFORMS[name]["secret_as"]]


def masked(url: str, name: str, user: str) -> str:
    """Return the URL of an index as pip prints it."""
    login = {"password": f"{quote(user, safe='')}:****@", "user": "****@", "": ""}
    return url.replace("//", f"//{login[PLATFORMS[name]['secret_as']]}")


def test_each_platform_is_a_choice_with_a_label():
    labels = [key for key in QUESTIONS["__prompts__"]["private_index"] if key != "__prompt__"]
    assert list(PLATFORMS) == QUESTIONS["private_index"] == labels


@pytest.mark.parametrize("name", WITH_URL)
def test_a_url_left_unfilled_is_refused(bake, name):
    message = bake.fails(private_index=name, index_user="robot", private_packages="acme-beams==1.0")
    words = re.findall(r"[A-Z][A-Z_]+", PLATFORMS[name]["urls"][0])
    assert words
    assert f"still holds {', '.join(sorted(words))}" in message


@pytest.mark.parametrize(("name", "shape", "only"), INDEXES)
def test_pip_finds_the_index_and_its_login(requirements, secret, name, shape, only):
    url, user = filled(shape), PLATFORMS[name]["user"] or "robot"
    session, indexes, lines = read_by_pip(requirements(name, url, only=only))
    *others, index = indexes
    assert others == [] if only else others == [DEFAULT_INDEX]
    request = session.prepare_request(Request("GET", f"{index.rstrip('/')}/acme-beams/"))
    assert request.url == f"{url.rstrip('/')}/acme-beams/"
    assert login_in(request.headers.get("Authorization")) == expected_login(name, user, secret)
    assert redact_auth_from_url(index) == masked(url, name, user)
    assert "acme-beams==1.0" in lines


@pytest.mark.parametrize("user", USERS)
def test_pip_finds_a_user_of_any_characters(requirements, secret, user):
    session, indexes, _ = read_by_pip(requirements("other", "https://packages.example.com/simple", user=user))
    request = session.prepare_request(Request("GET", f"{indexes[-1]}/acme-beams/"))
    assert urlsplit(request.url).hostname == "packages.example.com"
    assert login_in(request.headers["Authorization"]) == (user, secret)


@pytest.mark.parametrize(("name", "shape"), REPOSITORIES)
def test_pip_finds_the_repository_and_its_login(requirements, secret, name, shape):
    url = filled(shape)
    _, indexes, lines = read_by_pip(requirements(name, url, packages="acme-beams@v1.0 acme_loads@main"))
    assert indexes == [DEFAULT_INDEX]
    found = [Requirement(line) for line in lines if "git+" in line]
    assert [requirement.name for requirement in found] == ["acme-beams", "acme_loads"]
    for requirement, ref in zip(found, ("v1.0", "main"), strict=True):
        repository, rev, _ = Git.get_url_rev_and_auth(requirement.url)
        parts = urlsplit(repository)
        assert rev == ref
        assert f"https://{parts.hostname}{parts.path}" == f"{url}/{requirement.name}.git"
        assert (parts.username, unquote(parts.password)) == (PLATFORMS[name]["user"], secret)
        assert redact_auth_from_url(repository) == masked(
            f"{url}/{requirement.name}.git", name, parts.username
        )


@pytest.fixture(scope="module")
def closed_door():
    """Serve nothing: give the URL of a server that refuses every login, and the requests that it saw."""
    seen = []

    def refuse(request):
        seen.append((request.path, login_in(request.headers.get("Authorization"))))
        return Answer(401, headers={"WWW-Authenticate": 'Basic realm="private"'})

    with web_server(refuse) as url:
        yield url, seen


@pytest.mark.parametrize(("name", "shape"), LOCAL_INDEXES)
def test_pip_sends_the_login_and_prints_no_secret(requirements, closed_door, secret, tmp_path, name, shape):
    server, seen = closed_door
    seen.clear()
    url = filled(shape).replace("https://packages.example.com", server)
    user = "me@corp.com"
    file = requirements(name, url, user=user)
    # On an index page for the public packages that is refused too, so that nothing is asked of PyPI.
    public = {"PIP_INDEX_URL": f"{server}/public"}
    command = (sys.executable, "-m", "pip", "download", "-vv", "--no-input", "-d", tmp_path, "-r", file)
    output = run(*command, env=public, status=1)
    asked = {login for path, login in seen if path.startswith(urlsplit(url).path)}
    assert expected_login(name, user, secret) in asked
    assert masked(url, name, user) in output
    for form in (secret, quote(secret, safe=""), secret[:16]):
        assert form not in output
