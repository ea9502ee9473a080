"""What goes wrong on a machine or a server: the message says what, where and what to type, and nothing half made stays."""

import os
import re
import secrets
import shlex
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from making.unfinished import MARK
from tests.support import packages, servers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import git_that_says, run

# The limit on a server's silence in seconds, as the user's Git has it.
LIMIT = "GIT_HTTP_LOW_SPEED_TIME"


# Servers


@pytest.mark.parametrize("transport", ["git", "http", "https", "ssh"])
def test_a_server_that_says_nothing_is_given_up(transport, tmp_path):
    """Over each transport; the limit is Git's own for http, and can be set as the message says."""
    with servers.silent() as port:
        user = "robot@" if transport == "ssh" else ""
        url = f"{transport}://{user}127.0.0.1:{port}/units.git"
        said = make_app(tmp_path, f"submodules={url}", env={LIMIT: "1"}, status=1)
    assert f"app/submodules/units could not be cloned from {url}\n" in said
    assert "said nothing for 1 seconds" in said or "transferred the last 1 seconds" in said
    assert not list(tmp_path.iterdir())


def test_the_limit_is_set_as_the_message_says(tmp_path, monkeypatch):
    config = tmp_path / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    config.write_text("[http]\n\tlowSpeedTime = 1\n", encoding="utf-8")
    with servers.silent() as port:
        said = make_app(tmp_path / "apps", f"submodules=git://127.0.0.1:{port}/units.git", status=1)
    (command,) = re.findall(r"git config .*", said)
    run(*shlex.split(command), env=dict(os.environ))
    assert run("git", "config", "http.lowSpeedTime").strip() == "5"


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """Give the port of a server over git:// of a repository that isn't told in one breath."""
    folder = tmp_path_factory.mktemp("big")
    files = packages.sources("big", "1.0") | {"data.txt": secrets.token_hex(1 << 20)}
    packages.repository(folder / "big.git", packages.Commit(files))
    with servers.git_daemon(folder) as url:
        yield int(url.rpartition(":")[2])


@pytest.mark.parametrize("goes_on", [False, True], ids=["drops the connection", "falls silent"])
def test_a_server_that_stops_halfway(goes_on, big, tmp_path):
    with servers.relay_in_part(big, 500_000, goes_on=goes_on) as port:
        url = f"git://127.0.0.1:{port}/big.git"
        said = make_app(tmp_path, f"submodules={url}", env={LIMIT: "2" if goes_on else "60"}, status=1)
    assert f"app/submodules/big could not be cloned from {url}\n" in said
    assert ("The server said nothing for 2 seconds" if goes_on else "early EOF") in said
    assert f"  git ls-remote {url}\n" in said
    assert not list(tmp_path.iterdir())


def test_a_proxy_that_is_not_there(tmp_path):
    closed = servers.free_port()
    variables = {
        **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), f"http://127.0.0.1:{closed}"),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
    }
    url = "https://code.invalid/acme/units.git"
    said = make_app(tmp_path, f"submodules={url}", env=variables, status=1)
    assert f"app/submodules/units could not be cloned from {url}\n" in said
    assert "127.0.0.1" in said
    assert not list(tmp_path.iterdir())


# The disk


@contextmanager
def disk(folder: Path, options: str):
    """Mount a disk in memory."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is Linux's")
@pytest.mark.parametrize("size", [20, 150, 400, 700], ids="{} KB".format)
def test_a_full_disk(size, tmp_path):
    """While the files are written, and when the repository is made."""
    with disk(tmp_path / "full", f"size={size}k"):
        said = make_app(tmp_path / "full", status=1)
        assert "No space left on device" in said
        assert not list((tmp_path / "full").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is Linux's")
def test_a_target_that_can_only_be_read(tmp_path):
    with disk(tmp_path / "read-only", "ro"):
        said = make_app(tmp_path / "read-only", status=1)
    assert f"Unable to create directory at {tmp_path / 'read-only' / SLUG}" in said
    assert "Read-only file system" in said
    assert "See that files can be written there. Then type the same command again." in said
    assert "Traceback" not in said


def test_a_home_that_cannot_be_written(tmp_path):
    home, apps = tmp_path / "home", tmp_path / "apps"
    home.write_text("no folder", encoding="utf-8")
    said = make_app(apps, env=dict.fromkeys(("HOME", "USERPROFILE"), str(home)), status=1)
    assert f"Unable to create directory at {home}" in said
    assert "no app was made." in said
    assert "Traceback" not in said
    assert not apps.exists()


# Git


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell's script")
@pytest.mark.parametrize("submodules", ["none", "https://code.invalid/acme/units.git"], ids=["none", "one"])
def test_a_git_that_is_too_old(submodules, tmp_path):
    path = git_that_says(tmp_path / "old", "2.25.1", "--initial-branch")
    said = make_app(tmp_path / "apps", f"submodules={submodules}", env={"PATH": path}, status=1)
    assert "Git 2.25.1 is too old: it must be 2.38 or newer" in said
    assert "from https://git-scm.com" in said
    assert not list((tmp_path / "apps").iterdir())


def test_the_readme_says_the_oldest_git():
    from preflight.git import OLDEST_GIT  # noqa: PLC0415 (the message's own)

    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"Git {'.'.join(map(str, OLDEST_GIT))}, or newer" in " ".join(text.split())


HARMLESS = [
    "[core]\n\tsafecrlf = true",
    "[core]\n\tautocrlf = true\n\tsafecrlf = true",
    "[core]\n\tautocrlf = input\n\tsafecrlf = true",
    "[clone]\n\tdefaultRemoteName = upstream",
    "[status]\n\tshowUntrackedFiles = no",
    "[diff]\n\tnoprefix = true\n\tmnemonicPrefix = true",
    "[push]\n\trecurseSubmodules = check\n[submodule]\n\trecurse = true",
    "[init]\n\ttemplateDir = {folder}/template",
    "[core]\n\thooksPath = {folder}/hooks",
]


ONE_MOMENT = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def loads(git_daemon):
    """Give the answer that asks for a submodule that follows a branch."""
    return f"submodules={git_daemon}/acme_loads.git#next"


@pytest.fixture(scope="module")
def commit(loads, tmp_path_factory):
    """Give the commit of an app that is made without any setting."""
    folder = tmp_path_factory.mktemp("without")
    make_app(folder, loads, env=ONE_MOMENT)
    return git(folder / SLUG, "rev-parse", "HEAD")


@pytest.mark.parametrize("settings", HARMLESS)
def test_a_setting_of_git_that_is_harmless(settings, loads, commit, tmp_path):
    """The app is whole and the same, whatever the user has set; a hook of the user's own is run."""
    for place in ("hooks", "template/hooks"):
        hook = tmp_path / place / "post-commit"
        hook.parent.mkdir(parents=True)
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n", encoding="utf-8")
        hook.chmod(0o755)
    config = tmp_path / "gitconfig"
    user = "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n"
    config.write_text(f"{user}{settings.format(folder=tmp_path)}\n", encoding="utf-8")
    said = make_app(tmp_path, loads, env={"GIT_CONFIG_GLOBAL": str(config), **ONE_MOMENT})
    app = tmp_path / SLUG
    assert "not committed" not in said
    assert git(app, "rev-parse", "HEAD") == commit
    assert git(app / "app/submodules/acme_loads", "rev-parse", "--abbrev-ref", "@{upstream}") == "origin/next"
    assert not (app / MARK).exists()
    assert (tmp_path / "ran").exists() == ("{folder}" in settings)


def test_a_global_hook_that_refuses_is_said(git_daemon, tmp_path):
    """Nothing is half made: all is staged, and committed once the hook lets it."""
    hook = tmp_path / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\necho 'no commits on Fridays' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hook.parent),
    }
    said = make_app(tmp_path, f"submodules={git_daemon}/units.git", env=config)
    assert "Everything is staged, but not committed." in said
    assert "no commits on Fridays" in said
    app = tmp_path / SLUG
    (command,) = re.findall(r"^ +(git commit .*)$", said, re.MULTILINE)
    run(*shlex.split(command), cwd=app)
    assert git(app, "status", "--porcelain") == ""


def test_blanks_and_letters_of_all_kinds_in_the_path(git_daemon, tmp_path):
    folder = tmp_path / "Zoë's apps, ein Büro 橋"
    make_app(folder, f"submodules={git_daemon}/units.git")
    assert git(folder / SLUG, "status", "--porcelain") == ""
    assert (folder / SLUG / "app/submodules/units/.git").exists()
