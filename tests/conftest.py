"""What every test may ask for: an isolated machine, baked apps, real servers and new environments."""

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support import (
    jinja_cache,  # noqa: F401 (what Jinja compiles is kept)
    made_once,
    packages,
    servers,
)
from tests.support.answers import as_literal
from tests.support.baking import git, make_app
from tests.support.commands import new_environment, run
from tests.support.places import TEMPLATE
from tests.support.template import template_files
from tests.support.template_errors import explain

# The app's own checks are imported as they stand in the template. A __pycache__ there would come into every app.
sys.dont_write_bytecode = True

# Engines that run an app's CI are not part of every test run: `make ci-engines` installs them and says where.
collect_ignore = [] if "ENGINES" in os.environ else ["test_engines.py"]

# The modules that take longest are begun first: one that is begun last would keep one core busy and the others idle.
LONGEST = (
    *(
        "test_install",
        "test_origin",
        "test_updates",
        "test_lock",
        "test_sample",
        "test_submodules",
        "test_cruft",
    ),
    *("test_reference", "test_app", "test_preflight", "test_door", "test_docs"),
)

# Settings of the machine that would change what pip, uv, Git, ssh, cookiecutter or an app does.
LEAKING = ("PIP_", "UV_", "GIT_", "XDG_", "COOKIECUTTER_", "VIKTOR_")
LEAKING_NAMES = {"UV", "VIRTUAL_ENV", "SSH_AUTH_SOCK", "FORCE_COLOR", "NO_COLOR", "PYTHONDONTWRITEBYTECODE"}
# Without these a machine behind a company's proxy reaches nothing, or has no Git.
KEPT = {"PIP_CERT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_EXEC_PATH"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of LONGEST first; the others stay in their order."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(scope="session", autouse=True)
def isolated(tmp_path_factory):
    """Give all tests an empty home, a made-up identity and no settings of this machine, but its caches."""
    cache = Path(run(sys.executable, "-m", "uv", "cache", "dir").strip())
    home, temporary = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("temporary")
    of_this_run = tmp_path_factory.getbasetemp()
    made_once.FOLDERS.append(of_this_run.parent if "PYTEST_XDIST_WORKER" in os.environ else of_this_run)
    git_config = home / "gitconfig"
    git_config.write_text(
        "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n"
        "[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n",
        encoding="utf-8",
    )
    no_proxy = ",".join(filter(None, [os.environ.get("no_proxy"), "127.0.0.1", "localhost"]))
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name in LEAKING_NAMES or (name.startswith(LEAKING) and name not in KEPT):
                patch.delenv(name)
        for name, value in {
            **dict.fromkeys(("HOME", "USERPROFILE"), home),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
            **dict.fromkeys(("no_proxy", "NO_PROXY"), no_proxy),
            "GIT_CONFIG_GLOBAL": git_config,
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C.UTF-8",
            "PIP_CACHE_DIR": cache.parent / "pip",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_COMPILE": "0",  # which PIP_NO_COMPILE=1 says the other way round
            "UV_CACHE_DIR": cache,
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }.items():
            patch.setenv(name, str(value))
        yield


@dataclass(frozen=True)
class Bakery:
    """Bakes apps from answers; a question without an answer keeps its default."""

    cookies: object
    new_folder: Callable[[str], Path]
    apps: dict[str, Path] = field(default_factory=dict)

    def __call__(self, **answers) -> Path:
        """Return an app with these answers, the same folder for the same answers: leave it as it is."""
        key = json.dumps(answers, sort_keys=True)
        if key not in self.apps:
            literal = {question: as_literal(answer) for question, answer in answers.items()}
            result = self.cookies.bake(extra_context=literal, template=str(TEMPLATE))
            if result.exception:
                pytest.fail(explain(result.exception), pytrace=False)
            self.apps[key] = result.project_path
        return self.apps[key]

    def fresh(self, **answers) -> Path:
        """Return an app with these answers for one test, which may change it."""
        app = self(**answers)
        return Path(shutil.copytree(app, self.new_folder("fresh") / app.name, symlinks=True))

    def fails(self, **answers) -> str:
        """Return what is printed when these answers are refused; nothing is left on the disk."""
        folder = self.new_folder("refused")
        words = [f"{question}={as_literal(answer)}" for question, answer in answers.items()]
        output = make_app(folder, *words, status=1)
        assert not list(folder.iterdir())
        return output


@pytest.fixture(scope="session")
def bake(cookies_session, tmp_path_factory):
    """Bake an app: `bake(app_type="tree")`, `bake.fresh(ci="none")` to change it, `bake.fails(app_slug="")`."""
    return Bakery(cookies_session, tmp_path_factory.mktemp)


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """Give a clone of this repository, which must know the commits of OLDER, its work tree committed on top."""
    if git(TEMPLATE, "rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("this clone may not hold the older commits: git fetch --unshallow")
    clone = tmp_path_factory.mktemp("history") / "cookiecutter-viktor-app"
    run("git", "clone", "--quiet", "--no-checkout", TEMPLATE, clone)
    for path in template_files():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TEMPLATE / path, clone / path)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "The work tree")
    return clone


@pytest.fixture
def new_python(tmp_path):
    """Make a new virtual environment with pip and some requirements: `new_python("pytest")` gives its Python."""
    count = iter(range(100))
    return lambda *requirements: new_environment(tmp_path / f"environment-{next(count)}", *requirements)


@pytest.fixture(scope="session")
def logins():
    """Passwords by user, made for this run: a token of safe characters, and a password with awkward ones."""
    return {"robot": secrets.token_hex(16), "me@corp.com": f"{secrets.token_hex(8)}/#?%41 @:[+&]"}


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """Give a folder with the wheel of a private package, acme-beams 1.0."""
    folder = tmp_path_factory.mktemp("wheels")
    packages.wheel(folder, "acme-beams", "1.0", code='MAKER = "acme"\n')
    return folder


@pytest.fixture(scope="session")
def pypiserver_index(wheels, logins):
    """Give the URL of a pypiserver index of `wheels` that asks for a login, on each page and file."""
    with servers.pypiserver(wheels, logins) as url:
        yield url


@pytest.fixture(scope="session")
def devpi_index(wheels, logins):
    """Give the URL of a devpi index of `wheels` behind a proxy that asks for a login."""
    with servers.devpi(wheels, logins) as url:
        yield url


@pytest.fixture(scope="session")
def repositories(tmp_path_factory):
    """Give a folder with the Git repositories of three private packages, one a layout.

    `acme-beams.git` (src), `acme_loads.git` (flat) and `units.git` (module) each have the tag v1.0, main with
    version 1.1, and a branch `next` with version 2.0.
    """
    folder = tmp_path_factory.mktemp("repositories")
    for name, layout in {"acme-beams": "src", "acme_loads": "flat", "units": "module"}.items():
        versions = {
            version: packages.sources(name, version, layout=layout, code=f'VERSION = "{version}"\n')
            for version in ("1.0", "1.1", "2.0")
        }
        packages.repository(
            folder / f"{name}.git",
            packages.Commit(versions["1.0"], tag="v1.0"),
            packages.Commit(versions["1.1"]),
            packages.Commit(versions["2.0"], branch="next"),
        )
    return folder


@pytest.fixture(scope="session")
def git_daemon(repositories):
    """Give the URL of `repositories` over git://."""
    with servers.git_daemon(repositories) as url:
        yield url


@pytest.fixture(scope="session")
def git_http_server(repositories, logins):
    """Give the URL of `repositories` over http, which asks for a login."""
    with servers.git_http(repositories, logins) as url:
        yield url


@pytest.fixture
def git_http(git_http_server, logins, tmp_path, monkeypatch):
    """Give the URL of `repositories` over http, with the login in the user's credential helper."""
    user, password = next(iter(logins.items()))
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    store, config = tmp_path / "logins", tmp_path / "gitconfig"
    store.write_text(git_http_server.replace("//", f"//{login}@") + "\n", encoding="utf-8")
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    config.write_text(
        f"{settings}[credential]\n\thelper = store --file {store.as_posix()}\n", encoding="utf-8"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return git_http_server


@pytest.fixture(scope="session")
def git_ssh_server(repositories):
    """Give the SshServer of `repositories`; without an sshd the test is skipped, on CI it fails."""
    if sys.platform == "win32":
        pytest.skip("sshd on Windows runs as a service of the system only")
    if not servers.find_sshd():
        message = "no sshd on this machine: install openssh-server"
        pytest.fail(message) if "CI" in os.environ else pytest.skip(message)
    with servers.git_ssh(repositories) as server:
        yield server


@pytest.fixture
def git_ssh(git_ssh_server, monkeypatch):
    """Give the SshServer of `repositories`, with its key known to the user's Git."""
    monkeypatch.setenv("GIT_SSH_COMMAND", git_ssh_server.command)
    return git_ssh_server
