"""The check `submodules`: whoever clones the app gets each submodule as it is recorded, or is told, with what mends it.

Each mend is typed as it is printed: then the check holds, and nobody's work is lost.
"""

import os
import secrets
import shutil
import sys
from pathlib import Path

import pytest
from preflight.problem import Unanswered
from preflight.submodules import submodules
from preflight.work_tree import work_tree

from tests.support import packages, servers
from tests.support.commands import git_that_says, run
from tests.support.packages import Commit
from tests.support.team import Team, config_with, nest_inner_in_units, told_by

UNITS, LOADS = "app/submodules/units", "app/submodules/loads"
FILES = {"src/units.py": "X = 1\n", "data/beams.csv": "a,b\n"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give an app with two submodules, of which `units` has a default branch, a tag and one nested submodule."""
    folder = tmp_path_factory.mktemp("made")
    bare = folder / "server"
    packages.repository(bare / "inner.git", Commit({"inner.py": "Y = 1\n"}))
    packages.repository(bare / "loads.git", Commit({"loads.py": "Z = 1\n"}))
    packages.repository(bare / "units.git", Commit(FILES, tag="v1.0"), Commit(FILES | {"src/new.py": "\n"}))
    with servers.git_daemon(bare, receives=True) as url:
        nest_inner_in_units(url, folder / "work")
        app = Team(folder / "app")
        app.write("app/__init__.py", "")
        app.git("init", "--quiet")
        app.commit()
        for name in ("units", "loads"):
            app.git("submodule", "--quiet", "add", f"{url}/{name}.git", f"app/submodules/{name}")
        app.git("submodule", "--quiet", "update", "--init", "--recursive")
        app.commit()
        yield app, url


@pytest.fixture
def team(made, tmp_path):
    """Give the app, for one test to break."""
    return made[0].copy(tmp_path / "app")


@pytest.fixture
def url(made):
    """Give the URL of the folder of all repositories."""
    return made[1]


def holds(team: Team) -> bool:
    """Tell whether the check has nothing to say."""
    return told_by(submodules, team.folder).problems == ()


def test_a_right_app_holds(team):
    told = told_by(submodules, team.folder)
    assert told.problems == ()
    assert told.seen == "units, loads"
    assert told_by(work_tree, team.folder).seen == "0 changes"


# Who moved it, and who must follow


def colleague_moves(team: Team, name: str = "units") -> str:
    """Let a colleague's commit of the app, in which a submodule has moved on, arrive by `git pull`; return its commit."""
    before = team.head(name)
    new = team.commit_inside(name)
    team.commit()
    team.inside(name, "checkout", "--quiet", "--detach", before)
    return new


def test_after_a_colleague_moved_it_this_checkout_follows(team):
    new = colleague_moves(team)
    problem = told_by(submodules, team.folder).one
    assert "is behind the recorded commit" in problem.what
    assert "git add" not in problem.mend
    team.type(problem.mend)
    assert team.head("units") == team.recorded("units") == new
    assert holds(team)


def test_a_commit_that_was_never_fetched_is_fetched_and_own_commits_are_kept(team, tmp_path):
    other = team.copy(tmp_path / "other")
    new = other.commit_inside("units", "theirs.py")
    other.inside("units", "push", "--quiet", "origin", "HEAD:theirs")
    team.inside("units", "checkout", "--quiet", "--detach")
    mine = team.commit_inside("units", "mine.py")
    team.git("update-index", "--cacheinfo", f"160000,{new},{UNITS}")
    team.git("commit", "--quiet", "--message", "As a colleague's")
    problem = told_by(submodules, team.folder).one
    assert "lacks the recorded commit" in problem.what
    team.type(problem.mend)
    assert team.head("units") == new
    assert mine in team.inside("units", "rev-list", "--branches")
    assert holds(team)


def test_who_moved_it_records_it(team):
    new = team.commit_inside("units")
    problem = told_by(submodules, team.folder).one
    assert "was moved on" in problem.what
    team.type(problem.mend)
    assert team.recorded("units") == new
    assert holds(team)
    staged = told_by(work_tree, team.folder).one
    assert staged.what == "is staged, but not committed"
    team.type(staged.mend)
    assert told_by(work_tree, team.folder).problems == ()


def test_two_ways_are_joined(team):
    theirs = colleague_moves(team)
    mine = team.commit_inside("units", "mine.py")
    problem = told_by(submodules, team.folder).one
    assert "has diverged from" in problem.what
    team.type(problem.mend.partition(" (")[0])
    held = team.inside("units", "rev-list", "HEAD")
    assert theirs in held
    assert mine in held
    assert holds(team)


HOOK = """\
#!/bin/sh
PRE_COMMIT=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={path} exec {python} -c '
import sys
from pathlib import Path
from preflight.app import App
from preflight.submodules import submodules
problems = list(submodules(App(Path({app!r}))))
print(*problems, sep="\\n")
sys.exit(bool(problems))
'
"""


def add_hook(repository: Path, app: Path) -> None:
    """Let Git carry the check out before each commit, with the variables that it sets then."""
    hook = repository / ".git/hooks/pre-commit"
    preflight = Path(sys.modules["preflight"].__file__).parents[1].as_posix()
    text = HOOK.format(path=f"'{preflight}'", python=Path(sys.executable).as_posix(), app=app.as_posix())
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        text.replace(f"'{app.as_posix()}'", f'"{app.as_posix()}"'), encoding="utf-8", newline="\n"
    )
    hook.chmod(0o755)


@pytest.mark.parametrize("how", [("--all",), (UNITS,)])
def test_a_commit_does_not_take_a_submodule_back(team, how):
    """`git commit --all` right after a colleague's change arrived."""
    new = colleague_moves(team)
    add_hook(team.folder, team.folder)
    said = team.git("commit", *how, "--message", "Mine", status=1)
    assert "is about to go back to an older commit" in said
    team.git("add", UNITS)
    problem = next(one for one in told_by(submodules, team.folder).problems if "older" in one.what)
    team.type(problem.mend.partition(" (")[0])
    assert team.recorded("units") == team.head("units") == new
    assert holds(team)


def test_a_commit_takes_a_submodule_back_where_that_is_meant(team):
    """As the mend says it in brackets."""
    colleague_moves(team)
    back = team.head("units")
    add_hook(team.folder, team.folder)
    team.git("commit", "--all", "--message", "Back", status=1)
    team.git("add", UNITS)
    problem = next(one for one in told_by(submodules, team.folder).problems if "older" in one.what)
    _, _, command = problem.mend.partition("is meant: ")
    run(*command.rstrip(")").split(), "--message", "Back", cwd=team.folder)
    assert team.recorded("units") == team.head("units") == back
    assert holds(team)


def test_a_commit_that_moves_it_on_passes_the_hook(team):
    team.commit_inside("units")
    add_hook(team.folder, team.folder)
    team.git("commit", "--all", "--message", "Mine")
    assert holds(team)


def test_two_branches_that_move_it_are_a_conflict(team):
    base = team.head("units")
    for branch, file in (("one", "one.py"), ("two", "two.py")):
        team.git("checkout", "--quiet", "-b", branch, "main")
        team.inside("units", "checkout", "--quiet", base)
        team.commit_inside("units", file)
        team.commit()
    team.git("merge", "one", status=1)
    problem = told_by(submodules, team.folder).one
    assert "has a conflict" in problem.what
    one = team.git("rev-parse", f"one:{UNITS}")
    team.inside("units", "merge", "--quiet", one)
    team.type(problem.mend.rpartition("then: ")[2])
    assert holds(team)


# There, and unchanged


def test_an_empty_folder_is_filled(team, tmp_path):
    run("git", "clone", "--quiet", team.folder, tmp_path / "clone")
    clone = Team(tmp_path / "clone")
    told = told_by(submodules, clone.folder)
    assert told.failures == [f"{path}: is empty: only its name was cloned" for path in (UNITS, LOADS)]
    for problem in told.problems:
        clone.type(problem.mend)
    assert clone.path(f"{UNITS}/inner/inner.py").is_file()
    assert holds(clone)


def test_files_without_a_repository_are_not_overwritten(team):
    team.path(f"{LOADS}/.git").unlink()
    problem = told_by(submodules, team.folder).one
    assert problem.what == "holds files, and no repository"
    shutil.move(team.path(LOADS), team.folder.parent / "away")
    team.type(problem.mend)
    assert holds(team)


def test_a_repository_that_is_broken(team):
    team.write(f"{LOADS}/.git", "gitdir: ../nowhere\n")
    problem = told_by(submodules, team.folder).one
    assert problem.what == "can't be read by Git"
    shutil.move(team.path(LOADS), team.folder.parent / "away")
    team.type(problem.mend)
    assert holds(team)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell's script")
def test_a_git_that_is_too_old_to_list_the_files(team, tmp_path, monkeypatch):
    """What it was asked and didn't answer must not pass."""
    monkeypatch.setenv("PATH", git_that_says(tmp_path / "old", "2.34.1", "--recurse-submodules"))
    with pytest.raises(Unanswered) as why:
        told_by(submodules, team.folder)
    assert why.value.failure.what == "Git 2.34.1 is too old: it must be 2.38 or newer"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell's script")
def test_a_git_that_does_not_say_what_a_viktorignore_leaves_out(team, tmp_path, monkeypatch):
    team.write(".viktorignore", "units\n")
    monkeypatch.setenv("PATH", git_that_says(tmp_path / "other", "2.38.0", "check-ignore"))
    with pytest.raises(Unanswered) as why:
        told_by(submodules, team.folder)
    assert why.value.failure.what == "Git doesn't say what .viktorignore leaves out: error: unknown option"


CHANGES = {
    "src/units.py": "has changes of its own: src/units.py",
    "new.py": "has files that nobody committed: new.py",
}


@pytest.mark.parametrize("where", ["nowhere", "the user's", "the submodule's"])
@pytest.mark.parametrize("file", CHANGES)
def test_changes_in_a_submodule_are_committed_and_pushed(team, file, where, tmp_path, monkeypatch, url):
    """Also where Git is told not to show what it doesn't track, and from a detached HEAD."""
    if where == "the user's":
        variables = config_with(tmp_path, "[status]", "showUntrackedFiles = no")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", variables["GIT_CONFIG_GLOBAL"])
    elif where == "the submodule's":
        team.inside("units", "config", "status.showUntrackedFiles", "no")
    team.inside("units", "checkout", "--quiet", "--detach")
    team.write(f"{UNITS}/{file}", "# mine\n")
    problem = told_by(submodules, team.folder).one
    assert problem.what == CHANGES[file]
    branch = f"mine-{secrets.token_hex(4)}"
    team.inside("units", "add", "--all")
    team.inside("units", "commit", "--quiet", "--message", "Mine")
    team.type(problem.mend.rpartition("then: ")[2].replace("HEAD:main", f"HEAD:refs/heads/{branch}"))
    assert team.head("units") in run("git", "ls-remote", f"{url}/units.git", branch)
    assert "origin HEAD:main" in problem.mend
    assert holds(team)


def test_what_an_import_leaves_is_no_change(team):
    """The packages have no .gitignore; Python has compiled them, in a folder of its own and beside them."""
    for file in (
        "src/__pycache__/units.cpython-314.pyc",
        "inner/__pycache__/inner.cpython-314.pyc",
        "old.pyc",
    ):
        team.write(f"{UNITS}/{file}", "")
    assert holds(team)
    assert told_by(work_tree, team.folder).problems == ()


@pytest.mark.parametrize("option", ["--assume-unchanged", "--skip-worktree"])
def test_a_submodule_that_git_is_told_not_to_look_at(team, option):
    team.git("update-index", option, UNITS)
    team.commit_inside("units")
    told = told_by(submodules, team.folder)
    assert told.warnings == [f"{UNITS}: is hidden from Git, which doesn't see when it moves"]
    assert len(told.failures) == 1
    team.type(next(one.mend for one in told.problems if "hidden" in one.what))
    team.git("add", UNITS)
    assert holds(team)


# Nested submodules


def test_a_nested_submodule_that_is_empty(team):
    team.inside("units", "submodule", "--quiet", "deinit", "--force", "inner")
    problem = told_by(submodules, team.folder).one
    assert (problem.where, problem.what) == (f"{UNITS}/inner", "is empty: only its name was cloned")
    team.type(problem.mend)
    assert holds(team)


def test_a_nested_submodule_that_was_moved_and_one_that_was_changed(team):
    inner = team.path(f"{UNITS}/inner")
    (inner / "more.py").write_text("", encoding="utf-8")
    problem = told_by(submodules, team.folder).one
    assert (problem.where, problem.what) == (f"{UNITS}/inner", "has files that nobody committed: more.py")
    run("git", "-C", inner, "add", "--all")
    run("git", "-C", inner, "commit", "--quiet", "--message", "More")
    problem = told_by(submodules, team.folder).one
    assert "was moved on" in problem.what
    team.type(problem.mend)
    assert told_by(submodules, team.folder).failures == [f"{UNITS}: has changes of its own: inner"]


# The files of a submodule

POINTER = "version https://git-lfs." + f"github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


def test_a_pointer_of_git_lfs(team):
    team.write(f"{LOADS}/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    team.write(f"{LOADS}/table.bin", POINTER)
    run("git", "-C", team.path(LOADS), "-c", "filter.lfs.required=false", "add", "--all")
    team.inside("loads", "commit", "--quiet", "--message", "Table")
    team.git("add", LOADS)
    problem = told_by(submodules, team.folder).one
    assert problem.what == f"has only pointers of Git LFS for {LOADS}/table.bin"
    assert problem.mend.startswith(f"git -C {LOADS} lfs install --local; git -C {LOADS} lfs pull")


def test_a_text_about_git_lfs_is_no_pointer(team):
    team.write(f"{LOADS}/about.md", f"# A pointer\n{POINTER}")
    team.write(f"{LOADS}/.gitattributes", "*.bin filter=lfs\n")
    team.commit_inside("loads")
    team.git("add", LOADS)
    assert holds(team)


@pytest.mark.parametrize(("name", "file"), [("units", "src/units.py"), ("units/inner", "inner.py")])
def test_a_sparse_checkout_is_undone(team, name, file):
    team.inside(name, "status")  # the app was copied, and Git leaves a file that it thinks has changed
    team.inside(name, "sparse-checkout", "set", "--no-cone", f"!/{file}", "/.gitmodules")
    problem = told_by(submodules, team.folder).one
    assert problem.what.startswith("lacks files that a sparse checkout leaves out: ")
    assert f"app/submodules/{name}/{file}" in problem.what
    team.type(problem.mend)
    assert team.path(f"app/submodules/{name}/{file}").is_file()
    assert holds(team)


@pytest.mark.parametrize("option", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_is_told_not_to_look_at(team, option):
    team.inside("units", "update-index", option, "src/units.py")
    problem = told_by(submodules, team.folder).one
    assert (problem.where, "hidden from Git" in problem.what) == (f"{UNITS}/src/units.py", True)
    team.type(problem.mend)
    assert holds(team)


# A .viktorignore, and what is said of it, if anything.
IGNORED = {
    "/tests/\n/README.md\n": "",
    "/*/submodules/loads/\n": f"leaves {LOADS} out, so VIKTOR lacks it",
    "# app/\n!*.py\n": "",
    "inner.txt\n": "",
    "*.py\n!/app/submodules/**/*.py\n": "",
    "/app/submodules/units/\n": f"leaves {UNITS} out, so VIKTOR lacks it",
    "# mine\n\nunits\n": f"leaves {UNITS} out, so VIKTOR lacks it",
    "*.csv\n": f"leaves out files of {UNITS}: {UNITS}/data/beams.csv",
    "data/\n": f"leaves out files of {UNITS}: {UNITS}/data/beams.csv",
}


@pytest.mark.parametrize("text", IGNORED)
def test_a_viktorignore_that_leaves_files_of_submodules_out(team, text, tmp_path, monkeypatch):
    """Whatever the user has Git ignore everywhere."""
    (tmp_path / "everywhere").write_text("*.csv\n", encoding="utf-8")
    variables = config_with(tmp_path, "[core]", f"excludesFile = {(tmp_path / 'everywhere').as_posix()}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", variables["GIT_CONFIG_GLOBAL"])
    team.write(".viktorignore", text)
    told = told_by(submodules, team.folder)
    assert [one.what for one in told.problems] == ([IGNORED[text]] if IGNORED[text] else [])
    assert all(one.where.startswith(".viktorignore:") for one in told.problems)
    assert bool(told.failures) == ("so VIKTOR lacks it" in IGNORED[text])


# What is registered, and what is not


def test_a_folder_left_over_from_another_branch_is_cleaned_away_and_comes_back(team):
    team.git("checkout", "--quiet", "-b", "without")
    team.git("rm", "--quiet", LOADS)
    team.git("commit", "--quiet", "--message", "Without")
    team.git("checkout", "--quiet", "main")
    team.git("submodule", "--quiet", "update", "--init")
    team.inside("loads", "checkout", "--quiet", "-b", "mine")
    team.commit_inside("loads")
    kept = team.head("loads")
    team.git("checkout", "--quiet", "--force", "without")
    problem = told_by(submodules, team.folder).one
    assert problem.what == "is left over from another branch, of which it is a submodule"
    team.type(problem.mend)
    assert not team.path(LOADS).exists()
    assert holds(team)
    team.git("checkout", "--quiet", "main")
    team.git("submodule", "--quiet", "update", "--init")
    assert holds(team)
    assert kept in team.inside("loads", "rev-list", "--all")


@pytest.mark.parametrize("file", ["loads.py", "mine.py", "secret.env", "detached"])
def test_a_folder_left_over_with_something_of_ones_own_is_not_cleaned_away(team, file):
    """Changed, new or ignored files, and commits on no branch."""
    team.inside("loads", "config", "core.excludesFile", ".git-ignored")
    git_folder = Path(team.inside("loads", "rev-parse", "--absolute-git-dir"))
    (git_folder / "info").mkdir(exist_ok=True)
    (git_folder / "info/exclude").write_text("*.env\n", encoding="utf-8")
    team.git("checkout", "--quiet", "-b", "without")
    team.git("rm", "--quiet", "--cached", LOADS)
    team.git("config", "--file", ".gitmodules", "--remove-section", f"submodule.{LOADS}")
    team.git("commit", "--quiet", "--all", "--message", "Without")
    if file == "detached":
        team.inside("loads", "checkout", "--quiet", "--detach")
        team.commit_inside("loads")
    else:
        team.write(f"{LOADS}/{file}", "# mine\n")
    problem = told_by(submodules, team.folder).one
    held = "a commit that is on no branch" if file == "detached" else f"what is committed nowhere: {file}"
    assert problem.what.endswith(f"and holds {held}")
    assert "git clean" not in problem.mend


def test_folders_that_are_no_submodules(team, url):
    team.write("app/submodules/copied/copied.py", "")
    team.git("add", "app/submodules/copied")
    team.git("commit", "--quiet", "--message", "Copy")
    run("git", "clone", "--quiet", f"{url}/inner.git", team.path("app/submodules/cloned"))
    team.write("app/submodules/dropped/__pycache__/x.pyc", "")
    team.path("app/submodules/empty").mkdir()
    team.write("app/submodules/own/own.py", "")
    told = told_by(submodules, team.folder)
    assert told.warnings == [
        "app/submodules/copied: holds a copy of a package, and nothing says of which version"
    ]
    by_place = {one.where.rpartition("/")[2]: one for one in told.problems}
    assert by_place["cloned"].what == "is a repository that isn't registered as a submodule"
    team.type(by_place["cloned"].mend, URL=f"{url}/inner.git")
    for name in ("dropped", "empty"):
        assert by_place[name].what == "is left over, and holds no code"
        team.type(by_place[name].mend)
        assert not team.path(f"app/submodules/{name}").exists()
    assert by_place["own"].what.startswith("is neither a submodule nor committed")
    team.type(by_place["own"].mend)
    assert not told_by(submodules, team.folder).failures


def test_a_submodule_that_is_not_recorded(team):
    team.git("rm", "--cached", "--quiet", LOADS)
    problem = told_by(submodules, team.folder).one
    assert problem.what.startswith("has no recorded commit")
    team.type(problem.mend)
    assert holds(team)


@pytest.mark.parametrize("answer", ["nobody needs it", "the app does"])
def test_a_name_in_gitmodules_without_a_submodule(team, answer, url):
    team.git("rm", "--cached", "--quiet", LOADS)
    shutil.rmtree(team.path(LOADS))
    problem = told_by(submodules, team.folder).one
    assert problem.what == "is registered, but neither recorded nor there"
    remove, add = problem.mend.split("; ")
    team.type(remove if answer == "nobody needs it" else add, URL=f"{url}/loads.git")
    assert holds(team)


def test_a_submodule_that_gitmodules_does_not_name(team, url):
    team.git("config", "--file", ".gitmodules", "--remove-section", f"submodule.{LOADS}")
    problem = told_by(submodules, team.folder).one
    assert problem.where == LOADS
    assert "doesn't name it" in problem.what
    team.type(problem.mend, URL=f"{url}/loads.git")
    assert holds(team)


def test_a_gitmodules_with_the_marks_of_a_conflict(team):
    text = team.path(".gitmodules").read_text(encoding="utf-8")
    team.write(".gitmodules", f"<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n")
    told = told_by(submodules, team.folder)
    problem = next(one for one in told.problems if one.where == ".gitmodules")
    assert problem.what == "can't be read by Git"
    team.write(".gitmodules", text)
    team.type(problem.mend)
    assert holds(team)


# URLs


def set_url(team: Team, url: str) -> None:
    """Give a submodule another URL in .gitmodules, and say nothing to anybody else."""
    team.git("config", "--file", ".gitmodules", f"submodule.{LOADS}.url", url)


def test_a_login_in_a_url_is_told_and_never_shown(team, url):
    password = secrets.token_hex(12)
    for login in (f"robot:{password}", "glp" + f"at-{secrets.token_hex(10)}"):
        set_url(team, f"https://{login}@git.acme.example/loads.git")
        problem = told_by(submodules, team.folder).one
        assert problem.what == f"{LOADS} has a login in its URL, for all to read"
        assert login.rpartition(":")[2] not in str(problem)
    team.type(problem.mend, URL=f"{url}/loads.git")
    assert holds(team)


URLS = {
    "/repositories/loads.git": "isn't the URL of a Git repository on a server",
    "file:///repositories/loads.git": "isn't the URL of a Git repository on a server",
    "C:\\git\\loads": "holds a character that has no place in a URL",
    "ext::sh -c x": "holds a character that has no place in a URL",
    "http://git.acme.example/loads": "goes by http://, which is not allowed here",
    "../loads.git": "",
    "https://ORG@dev.azure.com/ORG/P/_git/loads": "",
    "git@git.acme.example:loads.git": "",
}


@pytest.mark.parametrize("other", URLS)
def test_a_url_that_others_can_not_use(team, other, url):
    set_url(team, other)
    told = told_by(submodules, team.folder)
    assert [one.what for one in told.problems] == (
        [f"the URL of {LOADS} {URLS[other]}"] if URLS[other] else []
    )
    for problem in told.problems:
        team.type(problem.mend, URL=f"{url}/loads.git")
        assert holds(team)


def test_a_submodule_outside_app(team):
    team.git("mv", LOADS, "loads")
    problem = told_by(submodules, team.folder).one
    assert problem.what == "loads lies outside app/, where VIKTOR finds no code"
    team.type(problem.mend)
    assert holds(team)


# Repositories of other shapes


def test_an_app_in_a_monorepo(tmp_path, url):
    """With blanks and letters of all alphabets in its paths; the submodules of other folders are not its business."""
    whole, folder = tmp_path / "whole", tmp_path / "whole/apps/één brücke"
    team = Team(folder)
    team.write("app/__init__.py", "")
    run("git", "init", "--quiet", whole)
    for path in ("apps/één brücke/app/submodules/my units", "libraries/units"):
        run("git", "submodule", "--quiet", "add", f"{url}/units.git", path, cwd=whole)
    run("git", "submodule", "--quiet", "update", "--init", "--recursive", cwd=whole)
    run("git", "add", "--all", cwd=whole)
    assert told_by(work_tree, folder).failures == [".: nothing is committed yet"]
    assert told_by(submodules, folder).problems == ()
    run("git", "commit", "--quiet", "--message", "Start", cwd=whole)
    assert told_by(submodules, folder).seen == "my units"
    assert told_by(work_tree, folder).seen == "0 changes"
    add_hook(whole, folder)
    team.inside("my units", "checkout", "--quiet", "v1.0")
    (whole / "other.txt").write_text("", encoding="utf-8")
    said = team.git("commit", "--all", "--message", "Back", status=1)
    assert "is about to go back to an older commit" in said
    problem = told_by(submodules, folder).one
    assert problem.where == "app/submodules/my units"
    team.type(problem.mend)
    assert told_by(submodules, folder).problems == ()
    run(
        "git",
        "config",
        "--file",
        whole / ".gitmodules",
        "submodule.apps/één brücke/app/submodules/my units.url",
        "x",
    )
    assert told_by(submodules, folder).one.where == "../../.gitmodules"
    assert [one.where for one in told_by(work_tree, folder).problems] == ["../../.gitmodules"]
