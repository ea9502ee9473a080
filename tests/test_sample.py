"""For the app's team: the sample is theirs to change, rename or replace; editors and coding agents know their way."""

import json
import os
import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.baking import git
from tests.support.commands import run
from tests.support.packages import Commit, repository
from tests.support.releases import APP, NEW, OLD, commit, create, cruft, edit
from tests.support.template import template_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

APP_TYPES = ("editor", "tree")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# Another calculation, of ten lines, and its test.
COLUMN = '''\
"""The buckling load of a column."""

import math

import viktor as vkt


class Parametrization(vkt.Parametrization):
    length = vkt.NumberField("Length", suffix="m", default=4, min=1)


class Controller(vkt.Controller):
    label = "Column"
    parametrization = Parametrization

    @vkt.DataView("Buckling")
    def show_load(self, params, **kwargs):
        load = math.pi**2 * 2000 / params.length**2
        return vkt.DataResult(vkt.DataGroup(load=vkt.DataItem("Buckling load", load, suffix="kN")))
'''
TEST_COLUMN = '''\
"""The column."""

import unittest

import viktor as vkt

from app.column.controller import Controller, Parametrization


class TestColumn(unittest.TestCase):
    @vkt.testing.mock_View(Controller)
    def test_load(self):
        params = vkt.testing.mock_params({"length": 4}, Parametrization)
        self.assertAlmostEqual(Controller().show_load(params=params).data["load"].value, 1233.7, places=1)
'''


def read(app: Path, path: str) -> str:
    """Return the text of a file of the app."""
    return (app / path).read_text(encoding="utf-8")


def code_block(text: str, heading: str, language: str = "") -> list[str]:
    """Return the lines of the first block of code below a heading."""
    below = text.split(f"\n## {heading}\n", 1)[1]
    return re.search(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)[1].splitlines()


# Make it yours


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Give a repository with two releases of the template: NEW has another sample, and ignores more."""
    old = template_files()
    new = dict(old)
    new[f"{APP}/.gitignore"] = "# The newer template ignores more.\n*.orig\n" + old[f"{APP}/.gitignore"]
    new[f"{APP}/app/beam/drawing.py"] = new.pop(f"{APP}/app/beam/figure.py")
    for path in (
        "app/__init__.py",
        "app/beam/controller.py",
        "app/folder/controller.py",
        "tests/test_controller.py",
    ):
        new[f"{APP}/{path}"] = re.sub('"""(?=\n)', ' Newer."""', old[f"{APP}/{path}"])
    path = tmp_path_factory.mktemp("template") / "cookiecutter-viktor-app.git"
    return repository(path, Commit(old, tag=OLD), Commit(new, tag=NEW))


def replace_sample(app: Path) -> None:
    """Do what README.md says in "Make it yours": delete the beam, and write another calculation."""
    for command in code_block(read(app, "README.md"), "Make it yours"):
        run(*shlex.split(command), cwd=app)
    (app / "app/column").mkdir()
    for path, text in {
        "app/column/__init__.py": "",
        "app/column/controller.py": COLUMN,
        "tests/test_column.py": TEST_COLUMN,
    }.items():
        (app / path).write_text(text, encoding="utf-8")
    name_object(app, "column", "Column")


def rename_sample(app: Path) -> None:
    """Keep the sample, in a folder of another name and with tests of other names."""
    git(app, "mv", "app/beam", "app/girder")
    for test in ("calculation", "controller", "figure"):
        git(app, "mv", f"tests/test_{test}.py", f"tests/test_girder_{test}.py")
        file = app / f"tests/test_girder_{test}.py"
        file.write_text(read(app, f"tests/{file.name}").replace("app.beam", "app.girder"), encoding="utf-8")
    name_object(app, "girder", "Girder")


def change_sample(app: Path) -> None:
    """Change lines that the newer template changes too."""
    edit(
        app / "app/beam/controller.py",
        '"""What VIKTOR shows of the beam:',
        '"""What our users see of a beam:',
    )
    edit(app / "app/beam/controller.py", 'label = "Beam"', 'label = "Joist"')


def name_object(app: Path, folder: str, name: str) -> None:
    """Name the team's folder and object in app/__init__.py, and in tree apps where a folder names it."""
    edit(app / "app/__init__.py", "from .beam.", f"from .{folder}.")
    for path in ("app/__init__.py", "app/folder/controller.py", "app/folder/parametrization.py"):
        if (app / path).is_file():
            text = re.sub(r'\bBeam\b(?=["\n])', name, read(app, path))
            (app / path).write_text(text, encoding="utf-8", newline="\n")
    run(sys.executable, "-m", "ruff", "check", "--fix", "--quiet", "--no-cache", "app", cwd=app)


@pytest.mark.viktor
@pytest.mark.parametrize(
    ("app_type", "work"),
    [
        ("editor", replace_sample),
        ("tree", replace_sample),
        ("tree", rename_sample),
        ("editor", change_sample),
    ],
)
def test_the_sample_belongs_to_the_team(template, tmp_path, app_type, work):
    """The tests and ruff pass on what the team made of it, and an update brings the rest, and nothing else."""
    app = create(template, tmp_path, app_type=app_type)
    work(app)
    commit(app)
    own = files_of(app, "app", "tests")
    for words in (["check"], ["format", "--check"]):
        run(sys.executable, "-m", "ruff", *words, "--no-cache", "app", "tests", cwd=app)
    assert "\nOK" in run(sys.executable, "-B", "-m", "unittest", "discover", "-s", "tests", cwd=app)
    assert cruft("diff", cwd=app) == ""
    cruft("update", "--skip-apply-ask", cwd=app)
    assert read(app, ".gitignore").startswith("# The newer template ignores more.\n")
    assert files_of(app, "app", "tests") == own
    assert git(app, "status", "--porcelain").split() == ["M", ".cruft.json", "M", ".gitignore"]
    assert cruft("diff", cwd=app) == ""


def files_of(app: Path, *folders: str) -> dict[str, str]:
    """Return what Git tracks, or would track, in folders of the app."""
    paths = git(app, "ls-files", "--cached", "--others", "--exclude-standard", *folders).splitlines()
    return {path: read(app, path) for path in paths if (app / path).is_file()}


@pytest.mark.viktor
def test_the_loader_needs_nothing_of_the_sample(bake):
    """What the template keeps in step in app/ works without what the team may delete."""
    app = bake.fresh()
    shutil.rmtree(app / "app/beam")
    loader = runpy.run_path(str(app / "app/submodules/__init__.py"))
    assert loader["import_roots"]() == {}


# One environment


@pytest.mark.viktor
@pytest.mark.skipif(os.name == "nt", reason="these are the commands for Linux")
def test_the_commands_to_set_up_make_one_environment(bake):
    """README.md's commands for Linux, typed one after the other with uv, and then those of AGENTS.md."""
    app = bake.fresh(python_version=PYTHON)
    commands = code_block(read(app, "README.md"), "Set up", "bash")
    assert [command.split()[0] for command in commands] == ["git", "cd", "uv", "source", "uv", "pre-commit"]
    checks = [line for line in code_block(read(app, "AGENTS.md"), "Commands") if "preflight" not in line]
    assert len(checks) == 3
    script = "\n".join([*commands[2:], *checks, "python -c 'import sys; print(sys.prefix)'"])
    script = script.replace("ruff check --fix", "ruff check app tests").replace(
        "ruff format", "ruff format app tests"
    )
    # uv looks for a Python on the PATH, where the one that runs this needn't be.
    folders = [Path(sys.executable).parent, Path(sys.base_prefix, "bin")]
    path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    printed = run("bash", "-ec", script, cwd=app, env={"PATH": path})
    assert printed.splitlines()[-1] == str(app / ".venv")
    assert git(app, "status", "--porcelain") == ""


# Editors


@pytest.fixture(scope="module")
def with_submodules(bake, git_daemon):
    """Give an app with a submodule of each layout."""
    return bake(
        submodules=" ".join(f"{git_daemon}/{name}.git" for name in ("acme-beams", "acme_loads", "units"))
    )


def test_editors_look_where_the_app_does(with_submodules):
    """Each folder that the app puts on sys.path for a submodule is the first one there that editors look into."""
    loader = runpy.run_path(str(with_submodules / "app/submodules/__init__.py"))
    roots = [
        Path(root).relative_to(with_submodules).as_posix() for (root,) in loader["import_roots"]().values()
    ]
    paths = tomllib.loads(read(with_submodules, "pyproject.toml"))["tool"]["pyright"]["extraPaths"]
    first = {path.split("/")[2]: path for path in reversed(paths) if (with_submodules / path).is_dir()}
    assert sorted(first.values()) == roots


@pytest.mark.viktor
def test_editors_find_the_packages_in_submodules(with_submodules, tmp_path):
    """Pyright, which VS Code asks, leaves no import of the app's code unresolved."""
    app = shutil.copytree(with_submodules, tmp_path / "app", symlinks=True)
    (app / "app/use.py").write_text("import acme_beams, acme_loads, units\n", encoding="utf-8")
    words = ["--outputjson", "--pythonpath", sys.executable, "app"]
    printed = run(sys.executable, "-m", "basedpyright", *words, cwd=app, status=None)
    found = json.loads(printed[printed.index("{") :])
    assert found["summary"]["filesAnalyzed"] > 5
    unresolved = [item for item in found["generalDiagnostics"] if item.get("rule") == "reportMissingImports"]
    assert unresolved == []
    assert not [
        item for item in found["generalDiagnostics"] if "app/submodules/" in Path(item["file"]).as_posix()
    ]


def test_shared_files_of_editors_can_be_committed(bake):
    """Settings, tasks and run configurations can be shared; personal files, and uv's lock, stay out of Git."""
    shared = [".vscode/settings.json", ".vscode/tasks.json", ".idea/runConfigurations/tests.xml"]
    personal = [
        ".vscode/launch.json",
        ".idea/workspace.xml",
        ".venv/pyvenv.cfg",
        "venv/pyvenv.cfg",
        "uv.lock",
    ]
    ignored = git(bake(), "check-ignore", "--no-index", *shared, *personal).splitlines()
    assert ignored == personal


# Coding agents, and what is published


@pytest.mark.parametrize("app_type", APP_TYPES)
def test_coding_agents_are_told_what_is_there(bake, app_type):
    """AGENTS.md is short and names only files that exist; CLAUDE.md points to it."""
    app = bake(app_type=app_type)
    text = read(app, "AGENTS.md")
    assert len(text.splitlines()) < 40
    assert read(app, "CLAUDE.md") == "@AGENTS.md\n"
    folders = re.findall(r"`((?:app|tests|preflight)/[^`]*)`", text)
    modules = re.findall(r"`(\w+\.py)`", text)
    assert not [path for path in folders if not (app / path).exists() and path != "app/submodules/"]
    assert not [name for name in modules if not (app / "app/beam" / name).is_file()]
    assert ("app/folder/" in folders) == (app_type == "tree")


@pytest.mark.parametrize("ci", ["github", "gitlab", "azure", "none"])
def test_only_the_app_is_published(bake, ci):
    """.viktorignore, read as Git reads it, leaves the app's code and what VIKTOR installs."""
    app = bake(ci=ci, app_type="tree")
    left_out = git(app, "ls-files", "--cached", "--ignored", "--exclude-from=.viktorignore").splitlines()
    published = set(git(app, "ls-files").splitlines()) - set(left_out)
    outside = {path for path in published if not path.startswith("app/")}
    assert outside == {".viktorignore", "requirements.txt", "viktor.config.toml"}
