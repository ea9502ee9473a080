"""An app's requirements.txt installs its private packages from real indexes with a login, by pip and by uv."""

import secrets
from urllib.parse import quote

import pytest
from checked import CheckedApp
from commands import pip_install, run, uv_install

# Each installer meets each index, and each kind of password: safe characters, and ones to percent-encode.
CASES = [
    pytest.param(pip_install, "pypiserver", "robot", id="pip-pypiserver"),
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


@pytest.mark.viktor
@pytest.mark.parametrize(("install", "platform", "user"), CASES)
def test_app_installs_and_imports_its_private_package(
    request, bake, logins, new_python, install, platform, user
):
    app = bake.fresh(
        private_index=platform,
        index_url=request.getfixturevalue(f"{platform}_index"),
        index_user=user,
        private_packages="acme-beams==1.0",
    )
    (app / "tests" / "test_private_package.py").write_text(IMPORTS_PRIVATE_PACKAGE, encoding="utf-8")
    secret = quote(logins[user], safe="")
    python = new_python()
    printed = install(python, "-r", "requirements.txt", cwd=app, env={"VIKTOR_APP_SECRET": secret})
    assert secret not in printed
    assert logins[user] not in printed
    tested = run(python, "-m", "unittest", "discover", "-v", "-s", "tests", cwd=app)
    assert "PrivatePackageTest.test_import" in tested
    assert "skipped" not in tested


@pytest.mark.parametrize("platform", ["pypiserver", "devpi"])
def test_preflight_understands_the_index(request, bake, logins, new_python, platform):
    app = bake.fresh(
        private_index=platform,
        index_url=request.getfixturevalue(f"{platform}_index"),
        index_user="me@corp.com",
        private_packages="acme-beams==1.0",
    )
    app = CheckedApp(app, new_python("uv"))
    results = app.results(VIKTOR_APP_SECRET=quote(logins["me@corp.com"], safe=""))
    assert results["origin"]["status"] == "passed"
    results = app.results(status=1, VIKTOR_APP_SECRET=secrets.token_hex(16))
    assert results["origin"]["status"] == "failed"


@pytest.mark.parametrize("platform", ["pypiserver", "devpi"])
def test_the_index_gives_nothing_for_a_wrong_secret(request, bake, new_python, platform):
    app = bake(
        private_index=platform,
        index_url=request.getfixturevalue(f"{platform}_index"),
        index_user="robot",
        index_serves_pypi=True,
        private_packages="acme-beams",
    )
    wrong = secrets.token_hex(16)
    secret = {"VIKTOR_APP_SECRET": wrong}
    printed = pip_install(new_python(), "-r", app / "requirements.txt", env=secret, status=1)
    assert "(from versions: none)" in printed
    assert wrong not in printed
