"""The mends that are no command of Git's alone: each is typed as it is printed, and then its check has nothing to say.

Nobody's work is lost: what is in a submodule and not committed stays there. The other mends are typed in
test_submodules_check.py, test_commits.py, test_certificates.py, test_work_tree.py, test_named_files.py,
test_requirement_lines.py, test_secret_and_leaks.py, test_origin.py and test_lock.py.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from preflight.bounds import bounds
from preflight.imports import imports
from preflight.leaks import leaks
from preflight.lines import requirements
from preflight.needs import needs
from preflight.problem import Problem
from preflight.submodules import submodules
from preflight.tokens import SHAPES

from tests.support import packages, servers
from tests.support.commands import run
from tests.support.packages import Commit
from tests.support.places import TEMPLATE_APP
from tests.support.team import Team, config_with, told_by

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
NAMED_ROOTS = "app/submodules/import_roots.json"
CODE = "X = 1\n"


def described(name: str, *, version="1.0", python="", needs=()) -> str:
    """Return the pyproject.toml of a package."""
    project = {"name": name, "version": version, "requires-python": python, "dependencies": list(needs)}
    lines = [
        f"{key} = {json.dumps(value)}" for key, value in project.items() if value or key == "dependencies"
    ]
    return "\n".join(["[project]", *lines, ""])


LIB = {"pyproject.toml": described("lib", needs=["numpy>=2", "scipy[all,plot]", "soil>=2", "odd=1=py311"])}
MATURIN = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
LOOKS_ITSELF_UP = 'from importlib.metadata import version\n\nVERSION = version("itself")\n'
INDEX = "--only-binary :all:\n--extra-index-url https://packages.acme.com/simple/\n"
SERVER = {
    "acme-units": [Commit({"__init__.py": "", "length.py": CODE})],
    "deep": [Commit({"python-code/beams/__init__.py": CODE, "README.md": "# Deep\n"})],
    "json": [Commit({"pyproject.toml": described("acme-json"), "src/json/__init__.py": CODE})],
    "lib": [Commit(LIB | {"lib.py": CODE})],
    "soil": [
        Commit(
            {"pyproject.toml": described("soil", version=f"{number}.0"), "soil.py": CODE}, tag=f"v{number}"
        )
        for number in (1, 2)
    ],
    "fast": [Commit({"pyproject.toml": described("fast") + MATURIN, "fast/__init__.py": CODE})],
    "itself": [
        Commit({"pyproject.toml": described("itself"), "itself.py": code}, tag=tag)
        for tag, code in {"v1": LOOKS_ITSELF_UP, "v2": CODE}.items()
    ],
    "future": [Commit({"pyproject.toml": described("future", python=">=3.12"), "future_code.py": CODE})],
    "plain": [Commit({"plain.py": CODE, "data/table.csv": "1\n"})],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the URL of the packages' repositories."""
    folder = tmp_path_factory.mktemp("server")
    for name, commits in SERVER.items():
        packages.repository(folder / name, *commits)
    with servers.git_daemon(folder) as url:
        yield url


@pytest.fixture
def make(server, tmp_path):
    """Make an app with submodules; in each of them somebody has work that isn't committed."""

    def make(*names: str, requirements="", python=HERE) -> Team:
        team = Team(tmp_path / "app")
        team.write("app/__init__.py", "")
        team.write("viktor.config.toml", f'app_type = "editor"\npython_version = "{python}"\n')
        team.write("requirements.txt", f"viktor==14.36.2\n{requirements}")
        team.path("app/submodules").mkdir()
        shutil.copy(TEMPLATE_APP / "app/submodules/__init__.py", team.path("app/submodules"))
        team.git("init", "--quiet")
        for name in names:
            team.git("submodule", "--quiet", "add", f"{server}/{name}", f"app/submodules/{name}")
        team.commit()
        for name in names:
            team.write(f"app/submodules/{name}/mine.txt", "not committed\n")
        return team

    return make


def keeps_work(team: Team) -> bool:
    """Tell whether what nobody has committed is still in each submodule."""
    folders = [folder for folder in team.path("app/submodules").iterdir() if (folder / ".git").exists()]
    return bool(folders) and all((folder / "mine.txt").is_file() for folder in folders)


# Imports


def test_a_package_that_is_a_submodule_itself_gets_a_name(make):
    team = make("acme-units")
    team.write("app/submodules/acme-units/length.py", "X = 2  # changed\n")
    team.type(told_by(imports, team.folder).one.mend)
    told = told_by(imports, team.folder)
    assert (told.problems, told.seen) == ((), "acme_units")
    assert "changed" in team.path("app/submodules/acme_units/length.py").read_text(encoding="utf-8")
    assert keeps_work(team)
    assert told_by(submodules, team.folder).failures == [
        "app/submodules/acme_units: has changes of its own: length.py",
        "app/submodules/acme_units: has files that nobody committed: mine.txt",
    ]


def test_import_roots_are_named_as_it_says(make):
    team = make("deep")
    mend = told_by(imports, team.folder).one.mend
    file, _, entry = mend.removeprefix("name the folder that holds its packages in ").partition(": ")
    team.write(file, entry.replace("FOLDER", "gone"))
    mend = told_by(imports, team.folder).one.mend
    entry = mend.removeprefix("write ").partition("}")[0] + "}"
    team.write(file, entry.replace("NAME", "deep").replace("FOLDER", "python-code"))
    told = told_by(imports, team.folder)
    assert (file, told.problems, told.seen) == (NAMED_ROOTS, (), "beams")
    assert keeps_work(team)


def test_an_entry_for_no_submodule_is_deleted(make):
    team = make("plain")
    team.write(NAMED_ROOTS, '{"gone": ["code"]}')
    problem = told_by(imports, team.folder).one
    assert (problem.where, problem.mend) == (NAMED_ROOTS, "delete its entry")
    team.write(NAMED_ROOTS, "{}")
    assert told_by(imports, team.folder).problems == ()


def test_a_name_of_pythons_own_is_renamed(make):
    team = make("json")
    assert told_by(imports, team.folder).one.mend == "rename json in the package"
    team.inside("json", "mv", "src/json", "src/acme_json")
    told = told_by(imports, team.folder)
    assert (told.problems, told.seen) == ((), "acme_json")
    assert keeps_work(team)


def test_what_must_be_compiled_comes_from_an_index(make):
    """The submodule goes only when nothing in it is left that is committed nowhere."""
    team = make("fast")
    [problem] = [one for one in told_by(imports, team.folder).problems if "must be compiled" in one.what]
    removing = problem.mend.partition(",")[0]
    with pytest.raises(AssertionError, match=r"contains untracked|local modifications"):
        team.type(removing)
    team.path("app/submodules/fast/mine.txt").unlink()
    team.type(removing)
    team.write("requirements.txt", f"viktor==14.36.2\n\n{INDEX}fast==1.0\n")
    team.commit()
    for check in (imports, submodules, needs, requirements, bounds):
        assert told_by(check, team.folder).problems == ()


def test_what_works_only_where_it_is_installed_is_taken_in_another_version(make):
    team = make("itself")
    team.inside("itself", "checkout", "--quiet", "v1")
    problem = told_by(imports, team.folder).one
    assert "asks importlib.metadata for itself itself" in problem.what
    team.type(problem.mend.partition("; or ")[0], TAG="v2")
    assert told_by(imports, team.folder).problems == ()
    assert team.recorded("itself") == team.inside("itself", "rev-parse", "v2")
    assert keeps_work(team)


def test_what_works_only_where_it_is_installed_comes_from_an_index(make):
    team = make("itself")
    team.inside("itself", "checkout", "--quiet", "v1")
    team.path("app/submodules/itself/mine.txt").unlink()
    team.commit()
    team.type(told_by(imports, team.folder).one.mend.partition("; or ")[2].partition(",")[0])
    assert told_by(imports, team.folder).seen == "none"


# Needs


def type_into_files(team: Team, problem: Problem) -> None:
    """Do what a mend says of a line: add it, or write it in the place of the one that is told of."""
    file, _, number = problem.where.partition(":")
    if added := re.fullmatch(r"add the line (.+)", problem.mend):
        team.write(file, team.path(file).read_text(encoding="utf-8") + f"{added[1]}\n")
        return
    written = re.match(r"write (\S+) (?:there|in requirements\.txt)", problem.mend)
    assert written, problem
    lines = team.path("requirements.txt").read_text(encoding="utf-8").splitlines()
    if number:
        lines[int(number) - 1] = written[1]
    else:
        lines.append(written[1])
    team.write("requirements.txt", "\n".join([*lines, ""]))


def test_needs_are_written_as_it_says(make):
    """What is missing, without an extra, of another version than allowed, and a line that can't be read."""
    team = make("lib", "soil", requirements="scipy[plot]\n")
    team.inside("soil", "checkout", "--quiet", "v1")
    team.git("add", "app/submodules/soil")
    told = told_by(needs, team.folder)
    assert len(told.failures) == 4
    for problem in told.problems:
        if "soil" in problem.mend:
            team.type(problem.mend, TAG="v2")
        else:
            type_into_files(team, problem)
    told = told_by(needs, team.folder)
    assert told.failures == []
    [warning] = told.warnings
    assert "odd=1=py311, which pip can't read" in warning
    assert keeps_work(team)


def test_a_newer_version_than_is_allowed_is_held_back(make):
    team = make("lib", "soil", requirements="numpy\nscipy[all,plot]\nodd\n")
    team.write("app/submodules/lib/pyproject.toml", described("lib", needs=["numpy<3"]))
    problem = told_by(needs, team.folder).one
    type_into_files(team, problem)
    assert told_by(needs, team.folder).problems == ()


def test_another_python_is_written(make):
    team = make("future", python="3.11")
    problem = told_by(needs, team.folder).one
    assert problem.where == "viktor.config.toml"
    assert problem.mend.startswith("write another python_version")
    team.write("viktor.config.toml", 'app_type = "editor"\npython_version = "3.13"\n')
    assert told_by(needs, team.folder).problems == ()


def test_a_need_from_elsewhere_comes_from_one_of_the_places_that_are_named(make):
    team = make("lib", requirements="numpy==2.1\n")
    sources = '[tool.uv.sources]\nnumpy = {index = "acme"}\n'
    team.write("app/submodules/lib/pyproject.toml", described("lib", needs=["numpy>=2"]) + sources)
    problem = told_by(needs, team.folder).one
    line = re.search(r"or as (\S+ @ \S+)", problem.mend)[1].replace("HOST/OWNER", "git.acme.com/gt")
    for text in (
        f"{line.replace('TAG', 'v2')}\n",
        "\n--only-binary :all:\n--extra-index-url https://git.acme.com/simple/\nnumpy==2.1\n",
    ):
        team.write("requirements.txt", f"viktor==14.36.2\n{text}")
        assert told_by(needs, team.folder).problems == ()


# Leaks


def test_a_secret_is_taken_out_and_staged_anew(make):
    team = make("plain")
    team.write("notes.md", f"# Mine\n{SHAPES[0].example()}\n")
    team.git("add", "notes.md")
    assert len(told_by(leaks, team.folder).failures) == 1
    team.write("notes.md", "# Mine\n")
    team.type(told_by(leaks, team.folder).one.mend.partition("Then type: ")[2])
    assert told_by(leaks, team.folder).problems == ()


# Files that VIKTOR doesn't get


@pytest.fixture
def with_lfs(tmp_path, monkeypatch) -> str:
    """Give the URL of a repository with a file in Git LFS; without git-lfs the test is skipped, on CI it fails."""
    if not shutil.which("git-lfs"):
        message = "no git-lfs on this machine: install it"
        pytest.fail(message) if "CI" in os.environ else pytest.skip(message)
    settings = config_with(tmp_path, '[protocol "file"]', "allow = always")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", settings["GIT_CONFIG_GLOBAL"])
    url, work = (tmp_path / "tables.git").as_uri(), Team(tmp_path / "work")
    run("git", "init", "--quiet", "--bare", tmp_path / "tables.git")
    work.write("tables.py", CODE)
    work.write("data/all.bin", "wide " * 1000)
    work.git("init", "--quiet")
    work.git("lfs", "install", "--local")
    work.git("lfs", "track", "*.bin")
    work.commit()
    work.git("push", "--quiet", url, "HEAD:main")
    return url


def test_what_git_lfs_left_out_is_fetched(make, with_lfs):
    """On a machine that was never told of Git LFS too."""
    team = make()
    team.git(
        "submodule", "--quiet", "add", with_lfs, "app/submodules/tables", env={"GIT_LFS_SKIP_SMUDGE": "1"}
    )
    team.git(
        "config", "--file", ".gitmodules", "submodule.app/submodules/tables.url", "https://git.acme.com/t"
    )
    team.commit()
    team.write("app/submodules/tables/tables.py", "X = 2  # changed\n")
    problems = told_by(submodules, team.folder).problems
    [problem] = [one for one in problems if "only pointers of Git LFS" in one.what]
    team.type(problem.mend.partition(" (")[0])
    assert team.path("app/submodules/tables/data/all.bin").read_text(encoding="utf-8").startswith("wide wide")
    assert told_by(submodules, team.folder).failures == [
        "app/submodules/tables: has changes of its own: tables.py"
    ]


@pytest.mark.parametrize("pattern", ["app/submodules/plain/", "*.csv", "data/"])
def test_a_viktorignore_is_changed_as_it_says(make, pattern):
    team = make("plain")
    Path(team.path("app/submodules/plain/mine.txt")).unlink()
    team.write(".viktorignore", f"/tests/\n{pattern}\n")
    problem = told_by(submodules, team.folder).one
    assert problem.where == ".viktorignore:2"
    written = re.match(r"write (\S+), if", problem.mend)
    assert written or problem.mend == f"delete {pattern}"
    team.write(".viktorignore", f"/tests/\n{written[1] if written else ''}\n")
    assert told_by(submodules, team.folder).problems == ()
