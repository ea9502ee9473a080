"""The check `commits`: what the app records can be fetched by everybody, not only by whoever made it."""

import secrets
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from preflight.commits import commits

from tests.support import packages, servers
from tests.support.commands import run
from tests.support.packages import Commit
from tests.support.team import Team, config_with, nest_inner_in_units, told_by

UNITS = "app/submodules/units"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Give the folder of the servers' repositories: `units`, and `inner` which is nested in it."""
    folder = tmp_path_factory.mktemp("bare")
    packages.repository(folder / "inner.git", Commit({"inner.py": ""}))
    packages.repository(folder / "units.git", Commit({"units.py": ""}))
    return folder


@pytest.fixture(scope="module")
def url(bare):
    """Give the URL of these repositories, to which everybody may push."""
    with servers.git_daemon(bare, receives=True) as place:
        yield place


@pytest.fixture(scope="module")
def made(url, tmp_path_factory):
    """Give an app with a submodule, in which another one is nested by a relative URL."""
    folder = tmp_path_factory.mktemp("made")
    nest_inner_in_units(url, folder / "work")
    app = Team(folder / "app")
    app.write("app/__init__.py", "")
    app.git("init", "--quiet")
    app.git("submodule", "--quiet", "add", f"{url}/units.git", UNITS)
    app.git("submodule", "--quiet", "update", "--init", "--recursive")
    app.commit()
    return app


@pytest.fixture
def team(made, tmp_path):
    """Give the app, for one test to break."""
    return made.copy(tmp_path / "app")


def set_url(team: Team, url: str) -> None:
    """Let the app name another URL for the submodule."""
    team.git("config", "--file", ".gitmodules", f"submodule.{UNITS}.url", url)


def test_what_was_pushed_can_be_fetched_nested_submodules_too(team):
    told = told_by(commits, team.folder)
    assert (told.problems, told.seen) == ((), "2 to fetch")


@pytest.mark.parametrize("name", ["units", "units/inner"])
def test_a_commit_that_was_never_pushed_is_pushed(team, name, url):
    """From a detached HEAD, as Git leaves each submodule; and from a branch of one's own."""
    for one in dict.fromkeys(("units", name)):
        team.inside(one, "fetch", "--quiet")
        team.inside(one, "checkout", "--quiet", "--detach", "origin/main")
    commit = team.commit_inside(name, f"{secrets.token_hex(4)}.py")
    team.inside("units", "add", "--all")
    if name != "units":
        team.inside("units", "commit", "--quiet", "--message", "Nested")
        team.inside("units", "push", "--quiet", "origin", "HEAD:main")
    team.git("add", UNITS)
    problem = told_by(commits, team.folder).one
    assert problem.where == f"app/submodules/{name}"
    assert (
        problem.what == f"127.0.0.1 does not have the commit {commit[:12]}: it was never pushed, or is gone"
    )
    team.type(problem.mend)
    assert commit in run("git", "ls-remote", f"{url}/{name.rpartition('/')[2]}.git", "main")
    assert told_by(commits, team.folder).problems == ()


def test_a_clone_of_another_repository_is_pushed_to_the_registered_one(team, bare, url):
    """As after a fork: `origin` is another repository than .gitmodules names."""
    packages.repository(bare / "fork.git", Commit({"units.py": ""}))
    team.inside("units", "fetch", "--quiet")
    team.inside("units", "checkout", "--quiet", "--detach", "origin/main")
    team.inside("units", "remote", "set-url", "origin", f"{url}/fork.git")
    commit = team.commit_inside("units", f"{secrets.token_hex(4)}.py")
    team.git("add", UNITS)
    mend = told_by(commits, team.folder).one.mend
    assert f"push {url}/units.git HEAD:" in mend
    team.type(mend)
    assert commit in run("git", "ls-remote", f"{url}/units.git")
    assert told_by(commits, team.folder).problems == ()


def test_a_server_that_gives_branches_only(team, tmp_path, monkeypatch):
    """As servers did before Git's second protocol: what can't be asked for is worth a warning."""
    monkeypatch.setenv(
        "GIT_CONFIG_GLOBAL", config_with(tmp_path, "[protocol]", "version = 0")["GIT_CONFIG_GLOBAL"]
    )
    team.commit_inside("units")
    team.git("add", UNITS)
    told = told_by(commits, team.folder)
    assert told.failures == []
    assert any(one.startswith(UNITS) and "gives whole branches only" in one for one in told.warnings)


@contextmanager
def mirror(team: Team, folder, url: str):
    """Give Git a rule that leads it from the server to a folder of this machine, which has every commit."""
    run("git", "clone", "--quiet", "--bare", team.path(UNITS), folder / "units.git")
    rule = [f'[url "{folder.as_posix()}/"]', f"insteadOf = {url}/"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", config_with(folder, *rule)["GIT_CONFIG_GLOBAL"])
        yield


def test_the_developers_own_mirror_does_not_count(team, tmp_path, url):
    team.commit_inside("units")
    team.git("add", UNITS)
    with mirror(team, tmp_path, url):
        assert team.inside("units", "ls-remote", "--get-url", f"{url}/units.git").startswith(
            tmp_path.as_posix()
        )
        assert "does not have the commit" in told_by(commits, team.folder).one.what


def test_a_url_relative_to_the_apps_own(team, url):
    set_url(team, "../units.git")
    assert told_by(commits, team.folder).problems == ()
    team.inside("units", "config", "remote.origin.url", "/nowhere/units.git")
    problem = next(one for one in told_by(commits, team.folder).problems if one.where == UNITS)
    assert problem.what.startswith("has no URL on a server")
    team.type(problem.mend, URL=f"{url}/app.git")
    assert told_by(commits, team.folder).problems == ()


# Servers that ask for a login


@pytest.fixture
def with_login(bare, team):
    """Give the app with a submodule whose server asks for a login, the server's URL, and the password of `robot`."""
    password = f"{secrets.token_hex(8)}/#?%@ "
    with servers.git_http(bare, {"robot": password}) as place:
        set_url(team, f"{place}/units.git")
        yield team, place, password


def test_a_server_that_refuses_the_login(with_login):
    team, _, _ = with_login
    problem = told_by(commits, team.folder).one
    assert problem.what == "127.0.0.1 refuses the login: it is missing, wrong or expired"


def test_what_must_work_is_typed(with_login, tmp_path, monkeypatch):
    """It fails as the check does, until the login is there for both."""
    team, place, password = with_login
    team.inside("units", "remote", "set-url", "origin", f"{place}/units.git")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    mend = told_by(commits, team.folder).one.mend
    assert mend.endswith(f"git -C {UNITS} fetch origin")
    with pytest.raises(AssertionError, match="could not read Username"):
        team.type(mend)
    store = tmp_path / "logins"
    store.write_text(place.replace("//", f"//robot:{quote(password, safe='')}@") + "\n", encoding="utf-8")
    settings = config_with(tmp_path, "[credential]", f"helper = store --file {store.as_posix()}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", settings["GIT_CONFIG_GLOBAL"])
    team.type(mend)
    assert told_by(commits, team.folder).problems == ()


def test_the_credential_helper_counts(with_login, tmp_path, monkeypatch):
    team, place, password = with_login
    store = tmp_path / "logins"
    store.write_text(place.replace("//", f"//robot:{quote(password, safe='')}@") + "\n", encoding="utf-8")
    settings = config_with(tmp_path, "[credential]", f"helper = store --file {store.as_posix()}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", settings["GIT_CONFIG_GLOBAL"])
    assert told_by(commits, team.folder).problems == ()


def test_a_rule_to_the_same_server_counts(with_login, tmp_path, monkeypatch):
    """As CI reads over https what developers read over ssh."""
    team, place, password = with_login
    store = tmp_path / "logins"
    store.write_text(place.replace("//", f"//robot:{quote(password, safe='')}@") + "\n", encoding="utf-8")
    rules = ["[credential]", f"helper = store --file {store.as_posix()}"]
    rules += [f'[url "{place}/"]', "insteadOf = git@127.0.0.1:"]
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", config_with(tmp_path, *rules)["GIT_CONFIG_GLOBAL"])
    set_url(team, "git@127.0.0.1:units.git")
    assert told_by(commits, team.folder).problems == ()


def test_a_url_with_a_login_is_given_to_no_program(with_login, tmp_path, monkeypatch):
    """Not even where it would work: everybody on this machine could read it among the processes."""
    team, place, password = with_login
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    set_url(team, place.replace("//", f"//robot:{quote(password, safe='')}@") + "/units.git")
    told = told_by(commits, team.folder)
    assert told.seen == "1 to fetch"
    team.inside(
        "units", "config", "remote.origin.url", place.replace("//", f"//robot:{quote(password, safe='')}@")
    )
    set_url(team, "../units.git")
    told_by(commits, team.folder)
    ran = trace.read_text(encoding="utf-8")
    assert "fetch" in ran
    for form in (password, quote(password, safe="")):
        assert form not in "\n".join(line for line in ran.splitlines() if "git config" not in line)


# Other faults


def test_servers_that_can_not_be_asked(team, url):
    for place, words in {
        f"git://127.0.0.1:{servers.free_port()}/units.git": "127.0.0.1 refuses the connection",
        f"{url}/gone.git": "127.0.0.1 has no repository of that name, or hides it from this login",
    }.items():
        set_url(team, place)
        told = told_by(commits, team.folder)
        assert [one.what for one in told.problems if one.where == UNITS] == [words]
        assert f"git -C {UNITS} fetch " in told.problems[0].mend


def test_a_server_over_ssh(team, bare, monkeypatch, git_ssh_server, repositories):
    """With the user's own GIT_SSH_COMMAND; without it nothing is asked at the terminal."""
    copy = repositories / "units-by-ssh.git"
    run("git", "clone", "--quiet", "--bare", bare / "units.git", copy)
    run("git", "-C", copy, "update-ref", "refs/heads/recorded", team.recorded("units"))
    set_url(team, f"{git_ssh_server.url}/units-by-ssh.git")
    told = told_by(commits, team.folder)
    assert "127.0.0.1 is not known to ssh here: connect to it once by hand" in [
        one.what for one in told.problems
    ]
    monkeypatch.setenv("GIT_SSH_COMMAND", git_ssh_server.command)
    assert told_by(commits, team.folder).problems == ()
