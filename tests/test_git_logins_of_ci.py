"""CI's .ci/logins.py: each host of the submodules gets its own login, and nothing stays on the machine."""

from __future__ import annotations

import base64
import importlib.util
import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import servers
from tests.support.baking import git
from tests.support.commands import run
from tests.support.packages import Commit, repository, sources

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="CI runs on Linux")

UPDATE = ("git", "submodule", "update", "--init", "--recursive")


@pytest.fixture(scope="module")
def logins(bake):
    """Give .ci/logins.py of an app, as a module."""
    folder = bake() / ".ci"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        spec = importlib.util.spec_from_file_location("logins", folder / "logins.py")
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, "logins", module)
        spec.loader.exec_module(module)
        yield module


# As the hosts show them, and the same repositories by https.
URLS = {
    "https://github.com/acme/soil.git": "https://github.com/acme/soil.git",
    "git@github.com:acme/soil.git": "https://github.com/acme/soil.git",
    "ssh://git@github.com/acme/soil.git": "https://github.com/acme/soil.git",
    "ssh://git@ssh.github.com:443/acme/soil.git": "https://github.com/acme/soil.git",
    "ssh://git@altssh.gitlab.com:443/acme/deep/soil.git": "https://gitlab.com/acme/deep/soil.git",
    "git@bitbucket.org:acme/soil.git": "https://bitbucket.org/acme/soil.git",
    "ssh://git@git.acme.com:7999/gt/soil.git": "https://git.acme.com/scm/gt/soil.git",
    "ssh://git@git.acme.com:2222/gt/soil.git": "https://git.acme.com/gt/soil.git",
    "ssh://git.acme.com/gt/soil.git": "https://git.acme.com/gt/soil.git",
    "https://git.acme.com:8443/gt/a=b/soil.git": "https://git.acme.com:8443/gt/a=b/soil.git",
    "git@ssh.dev.azure.com:v3/acme/Bridges/soil": "https://dev.azure.com/acme/Bridges/_git/soil",
    "acme@vs-ssh.visualstudio.com:v3/acme/Bridges/soil": "https://dev.azure.com/acme/Bridges/_git/soil",
    "https://acme@dev.azure.com/acme/Bridges/_git/soil": "https://acme@dev.azure.com/acme/Bridges/_git/soil",
}


@pytest.mark.parametrize("url", URLS)
def test_git_goes_by_https(logins, url, tmp_path, monkeypatch):
    """Where the hosts have the same repository; Git itself says which URL it takes."""
    token = secrets.token_hex(8)
    monkeypatch.setenv("SUBMODULES_TOKEN", token)
    variables = logins.variables_for([logins.place_of(url)], tmp_path)
    assert run("git", "ls-remote", "--get-url", url, env=variables).strip() == URLS[url]
    server = urlsplit(URLS[url])
    host = server.netloc.rpartition("@")[2]
    told = fill(f"protocol=https\nhost={host}\n", variables)
    assert f"password={token}\n" in told
    assert (
        f"username={'x-access-token' if host == 'github.com' else logins.USERS.get(host, 'token')}\n" in told
    )
    assert token not in fill("protocol=https\nhost=evil.example\n", variables)


def fill(asked: str, variables: dict[str, str]) -> str:
    """Return the login that Git would take; who has none is asked, and says nothing."""
    return subprocess.run(
        ["git", "credential", "fill"],
        input=asked,
        env=os.environ | variables | {"GIT_ASKPASS": "true"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


@pytest.mark.parametrize("url", ["git@git.acme.com:gt/soil.git", "ssh://git@git.acme.com:2222/gt/soil.git"])
@pytest.mark.parametrize("in_base64", [False, True])
def test_ssh_stays_with_a_deploy_key(logins, url, in_base64, tmp_path, monkeypatch):
    """Git keeps the URL, and ssh is told of the key for that host only; only its owner may read the file."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "made")
    key = (tmp_path / "made").read_text(encoding="ascii")
    monkeypatch.setenv("SUBMODULES_TOKEN", base64.b64encode(key.encode()).decode() if in_base64 else key)
    variables = logins.variables_for([logins.place_of(url)], tmp_path)
    assert run("git", "ls-remote", "--get-url", url, env=variables).strip() == url
    config = tmp_path / "ssh_config"
    assert f"ssh -F '{config}'" == variables["GIT_SSH_COMMAND"]
    asked = {host: run("ssh", "-F", config, "-G", host) for host in ("git.acme.com", "other.example")}
    assert f"identityfile {tmp_path}/key-0\n" in asked["git.acme.com"]
    assert "key-0" not in asked["other.example"]
    assert (tmp_path / "key-0").stat().st_mode & 0o777 == 0o600
    assert (
        run("ssh-keygen", "-y", "-f", tmp_path / "key-0").split()[1]
        == (tmp_path / "made.pub").read_text().split()[1]
    )


@pytest.fixture
def two_hosts(tmp_path):
    """Give the URLs of two Git servers with a package each, and the login to each."""
    given = []
    for name, user in (("soil", "reader"), ("loads", "gitlab+deploy-token-7")):
        folder = tmp_path / f"{name}-host"
        folder.mkdir()
        repository(folder / f"{name}.git", Commit(sources(name, "1.0")))
        given.append((folder, user, secrets.token_hex(16)))
    (soil, soil_user, soil_token), (loads, loads_user, loads_token) = given
    soil_server = servers.git_http(soil, {soil_user: soil_token})
    loads_server = servers.git_http(loads, {loads_user: loads_token})
    with soil_server as soil_url, loads_server as loads_url:
        yield {
            f"{soil_url}/soil.git": f"{soil_user}:{soil_token}",
            f"{loads_url}/loads.git": f"{loads_user}:{loads_token}",
        }


def app_with(bake, urls: dict[str, str], folder: Path) -> Path:
    """Return a clone, as CI makes it, of an app with these submodules; `urls` has the login of each."""
    app = bake.fresh()
    for url, login in urls.items():
        name = url.rpartition("/")[2].removesuffix(".git")
        git(
            app,
            "-c",
            "protocol.allow=always",
            "submodule",
            "add",
            "--quiet",
            url.replace("//", f"//{login.replace('+', '%2B')}@"),
            f"app/submodules/{name}",
        )
        git(app, "config", "--file", ".gitmodules", f"submodule.app/submodules/{name}.url", url)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", "Submodules")
    clone = folder / "clone"
    run("git", "clone", "--quiet", app, clone)
    return clone


def variable(url: str) -> str:
    """Return the name of the variable of a URL's host."""
    return "SUBMODULES_TOKEN_" + urlsplit(url).netloc.replace(".", "_").replace(":", "_")


def test_two_hosts_with_a_login_each(bake, two_hosts, tmp_path):
    """Each has its own variable; two helpers that stand in the machine's settings are neither asked nor told."""
    clone = app_with(bake, two_hosts, tmp_path)
    config, told = tmp_path / "gitconfig", tmp_path / "told"
    text = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    helpers = "".join(
        f'\thelper = "!f() {{ cat >> {told}; {word}; }}; f"\n'
        for word in ("true", "echo username=x; echo password=y")
    )
    config.write_text(f"{text}[credential]\n{helpers}", encoding="utf-8")
    before = config.read_text(encoding="utf-8")
    given = {variable(url): login for url, login in two_hosts.items()} | {"GIT_CONFIG_GLOBAL": str(config)}
    run(sys.executable, ".ci/logins.py", *UPDATE, cwd=clone, env=given)
    assert sorted(path.name for path in (clone / "app" / "submodules").glob("[!_]*")) == ["loads", "soil"]
    assert all(any(path.iterdir()) for path in (clone / "app" / "submodules").glob("[!_]*"))
    assert config.read_text(encoding="utf-8") == before
    assert not told.exists()


def test_one_variable_does_for_one_host_only(bake, two_hosts, tmp_path):
    """With two hosts SUBMODULES_TOKEN goes to neither, and the variables that are missing are named."""
    clone = app_with(bake, two_hosts, tmp_path)
    login = next(iter(two_hosts.values()))
    printed = run(
        sys.executable, ".ci/logins.py", *UPDATE, cwd=clone, env={"SUBMODULES_TOKEN": login}, status=1
    )
    assert all(
        f"as {variable(url)} isn't set: set {variable(url)} in Settings" in printed for url in two_hosts
    )
    assert "hand it over in CI's file" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("unset", ["", "$(SUBMODULES_TOKEN)"])
def test_what_is_missing_or_wrong_is_named(bake, two_hosts, tmp_path, unset):
    """An empty variable, Azure's text for an unset one, and a token that is refused."""
    url, login = next(iter(two_hosts.items()))
    clone = app_with(bake, {url: login}, tmp_path)
    command = (sys.executable, ".ci/logins.py", *UPDATE)
    printed = run(*command, cwd=clone, env={"SUBMODULES_TOKEN": unset}, status=1)
    assert f"{url} can't be read, as SUBMODULES_TOKEN isn't set: set SUBMODULES_TOKEN in Settings" in printed
    printed = run(*command, cwd=clone, env={"SUBMODULES_TOKEN": f"{login}wrong"}, status=1)
    assert f"{url} can't be read with SUBMODULES_TOKEN" in printed
    assert login not in printed
    run(*command, cwd=clone, env={"SUBMODULES_TOKEN": login})
