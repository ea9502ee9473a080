"""An app's requirements.txt installs its private packages from real indexes with a login, by pip and by uv."""

import secrets
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.checked_app import CheckedApp
from tests.support.commands import copied_environment, new_environment, pip_install, run, uv_install

# Each installer meets each index, and each kind of password: safe characters, and ones to percent-encode.
FROM_NOTHING = "robot"
CASES = [
    pytest.param(uv_install, "pypiserver", "me@corp.com", id="uv-pypiserver-encoded"),
    pytest.param(pip_install, "devpi", "me@corp.com", id="pip-devpi-encoded"),
    pytest.param(uv_install, "devpi", "robot", id="uv-devpi"),
]

IMPORTS_PRIVATE_PACKAGE = '''\
"""The private package is there."""

import unittest

import acme_beams


class PrivatePackageTest(unittest.TestCase):
    def test_import(self):
        self.assertEqual(acme_beams.MAKER, "acme")
'''


def answers_with_index(url: str, user: str) -> dict[str, str]:
    """Return the answers for a package from an index with a login."""
    return {"index_url": url.replace("//", f"//{user}@", 1), "private_packages": "acme-beams==1.0"}


def app_with_index(bake, url: str, user: str) -> Path:
    """Make an app with a package from an index, and with a test that imports it."""
    app = bake.fresh(**answers_with_index(url, user))
    (app / "tests" / "test_private_package.py").write_text(IMPORTS_PRIVATE_PACKAGE, encoding="utf-8")
    return app


def install_requirements(install, python: Path, app: Path, password: str) -> None:
    """Install what an app needs; the password is in no word of what is printed."""
    secret = quote(password, safe="")
    printed = install(python, "-r", "requirements.txt", cwd=app, env={"VIKTOR_APP_SECRET": secret})
    assert secret not in printed
    assert password not in printed


@pytest.fixture(scope="module")
def installed(bake, logins, pypiserver_index, tmp_path_factory) -> tuple[Path, Path]:
    """Give an app and the Python of an environment in which pip has installed all that it needs."""
    user = FROM_NOTHING
    app = app_with_index(bake, pypiserver_index, user)
    python = new_environment(tmp_path_factory.mktemp("installed") / "environment")
    install_requirements(pip_install, python, app, logins[user])
    return app, python


@pytest.mark.viktor
def test_everything_is_installed_by_one_command_and_the_apps_tests_pass(installed):
    app, python = installed
    tested = run(python, "-m", "unittest", "discover", "-v", "-s", "tests", cwd=app)
    assert "PrivatePackageTest.test_import" in tested
    assert "skipped" not in tested


@pytest.mark.viktor
@pytest.mark.parametrize(("install", "platform", "user"), CASES)
def test_app_installs_and_imports_its_private_package(
    request, bake, logins, installed, tmp_path, install, platform, user
):
    """In an environment that has the public packages already."""
    app = app_with_index(bake, request.getfixturevalue(f"{platform}_index"), user)
    python = copied_environment(installed[1].parents[1], tmp_path / "environment")
    run(sys.executable, "-m", "uv", "pip", "uninstall", "--python", python, "acme-beams")
    install_requirements(install, python, app, logins[user])
    only = ("-s", "tests", "-p", "test_private_package.py")
    assert "PrivatePackageTest.test_import" in run(python, "-m", "unittest", "discover", "-v", *only, cwd=app)


@pytest.mark.parametrize("platform", ["pypiserver", "devpi"])
def test_preflight_understands_the_index(request, bake, logins, new_python, platform):
    answers = answers_with_index(request.getfixturevalue(f"{platform}_index"), "me@corp.com")
    app = CheckedApp(bake.fresh(**answers), new_python("uv"))
    results = app.results(VIKTOR_APP_SECRET=quote(logins["me@corp.com"], safe=""))
    assert results["origin"]["status"] == "passed"
    results = app.results(status=1, VIKTOR_APP_SECRET=secrets.token_hex(16))
    assert results["origin"]["status"] == "failed"


@pytest.mark.parametrize("platform", ["pypiserver", "devpi"])
def test_the_index_gives_nothing_for_a_wrong_secret(request, bake, new_python, platform):
    app = bake(
        index_url=f"--index-url {request.getfixturevalue(f'{platform}_index').replace('//', '//robot@', 1)}",
        private_packages="acme-beams",
    )
    wrong = secrets.token_hex(16)
    secret = {"VIKTOR_APP_SECRET": wrong}
    printed = pip_install(new_python(), "-r", app / "requirements.txt", env=secret, status=1)
    assert "(from versions: none)" in printed
    assert wrong not in printed
