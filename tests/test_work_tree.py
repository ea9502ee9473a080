"""The check `work tree`: VIKTOR publishes what is committed, so whatever isn't is told; each mend is typed."""

import shutil

import pytest
from preflight.problem import LeftOut
from preflight.submodules import submodules
from preflight.work_tree import work_tree

from tests.support.commands import run
from tests.support.team import Team, config_with, told_by


@pytest.fixture
def team(tmp_path):
    """Give an app without submodules, with a commit."""
    app = Team(tmp_path / "app")
    app.write("app/__init__.py", "X = 1\n")
    app.write("README.md", "# App\n")
    app.git("init", "--quiet")
    app.commit()
    return app


def test_a_right_app_holds(team):
    told = told_by(work_tree, team.folder)
    assert (told.problems, told.seen) == ((), "0 changes")
    assert told_by(submodules, team.folder).seen == "none"


def test_on_a_detached_head_too(team):
    team.git("checkout", "--quiet", "--detach")
    assert told_by(work_tree, team.folder).problems == ()


@pytest.mark.parametrize("settings", ["", "showUntrackedFiles = no", "renames = copies\nshort = true"])
@pytest.mark.parametrize("quote", ["true", "false"])
def test_everything_that_is_not_committed_is_told(team, settings, quote, tmp_path, monkeypatch):
    """Whatever the developer has set, and whatever letters the paths have."""
    variables = config_with(
        tmp_path, "[status]", settings, "[core]", f"quotePath = {quote}", "[color]", "ui = always"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", variables["GIT_CONFIG_GLOBAL"])
    team.write("app/brücke 1.py", "# new\n")
    team.write("app/__init__.py", "X = 2\n")
    team.write("staged.py", "# new\n")
    team.git("add", "staged.py")
    team.path("README.md").unlink()
    told = told_by(work_tree, team.folder)
    assert sorted(told.failures) == [
        "README.md: is not committed",
        "app/__init__.py: is not committed",
        "app/brücke 1.py: is not committed: Git doesn't track it",
        "staged.py: is staged, but not committed",
    ]
    assert told.seen == "4 changes"
    for problem in told.problems:
        if problem.mend != "git commit":
            team.type(problem.mend.partition("; git commit")[0])
    team.type("git commit")
    assert told_by(work_tree, team.folder).problems == ()


def test_many_changes_are_counted(team):
    for number in range(13):
        team.write(f"new-{number}.py", "")
    told = told_by(work_tree, team.folder)
    assert len(told.problems) == 11
    assert told.failures[-1] == ".: 3 more are not committed"


def test_what_an_import_leaves_is_no_change(team):
    """In an app that was adopted, without the template's .gitignore."""
    team.write("app/__pycache__/controller.cpython-314.pyc", "")
    assert told_by(work_tree, team.folder).problems == ()


def test_a_conflict_is_resolved_first(team):
    for branch in ("one", "two"):
        team.git("checkout", "--quiet", "-b", branch, "main")
        team.write("README.md", f"# {branch}\n")
        team.commit()
    team.git("merge", "one", status=1)
    problem = told_by(work_tree, team.folder).one
    assert (problem.where, problem.what) == ("README.md", "has a conflict that nobody has resolved")
    assert "--all" not in problem.mend
    team.write("README.md", "# one and two\n")
    team.type(problem.mend.rpartition("then: ")[2])
    assert told_by(work_tree, team.folder).problems == ()
    assert team.git("log", "-1", "--format=%P").count(" ") == 1


@pytest.mark.parametrize("option", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_is_told_not_to_look_at(team, option):
    team.git("update-index", option, "README.md")
    team.write("README.md", "# Changed\n")
    problem = told_by(work_tree, team.folder).one
    assert (problem.where, "hidden from Git" in problem.what) == ("README.md", True)
    team.type(problem.mend)
    assert told_by(work_tree, team.folder).failures == ["README.md: is not committed"]


def test_a_sparse_checkout_is_undone(team):
    team.git("sparse-checkout", "set", "--no-cone", "/app/")
    problem = told_by(work_tree, team.folder).one
    assert (problem.where, problem.what) == ("README.md", "is left out here by a sparse checkout")
    team.type(problem.mend)
    assert team.path("README.md").is_file()
    assert told_by(work_tree, team.folder).problems == ()


def test_nothing_is_committed_yet(tmp_path):
    team = Team(tmp_path / "app")
    team.write("app/__init__.py", "")
    team.git("init", "--quiet")
    problem = told_by(work_tree, team.folder).one
    assert problem.what == "nothing is committed yet"
    team.type(problem.mend, FILES="app")
    assert told_by(work_tree, team.folder).problems == ()


def test_a_hook_leaves_it_out(team, monkeypatch):
    monkeypatch.setenv("PRE_COMMIT", "1")
    with pytest.raises(LeftOut, match="Git runs this as a hook"):
        told_by(work_tree, team.folder)


def test_variables_of_a_hook_lead_to_no_other_repository(team, tmp_path, monkeypatch):
    run("git", "init", "--quiet", tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert told_by(work_tree, team.folder).problems == ()


@pytest.mark.parametrize("check", [submodules, work_tree])
def test_without_git_or_a_repository_it_is_left_out(team, check, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    shutil.rmtree(team.path(".git"))
    with pytest.raises(LeftOut, match="there is no Git repository"):
        told_by(check, team.folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LeftOut, match=r"Install it: https://git-scm\.com"):
        told_by(check, team.folder)


def test_a_repository_of_another_owner_is_told_with_gits_own_mend(team, tmp_path, monkeypatch):
    """Git's own test variable makes each repository one of another owner."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", config_with(tmp_path)["GIT_CONFIG_GLOBAL"])
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    problem = told_by(work_tree, team.folder).one
    assert problem.what.startswith("Git refuses the repository: fatal: detected dubious ownership")
    with pytest.raises(LeftOut, match="Git refuses the repository"):
        told_by(submodules, team.folder)
    team.type(problem.mend)
    assert told_by(work_tree, team.folder).problems == ()


def test_a_broken_repository_is_a_failure(team, monkeypatch):
    team.write(".git/HEAD", "broken\n")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(team.folder.parent))
    assert told_by(work_tree, team.folder).one.what.startswith("Git refuses the repository: fatal: ")
