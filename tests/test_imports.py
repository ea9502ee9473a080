"""The check `imports`: what a submodule holds can be imported, from it, on VIKTOR's server; and none of it is run."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from preflight.app import App
from preflight.imports import imports
from preflight.problem import Failure, LeftOut, Problem, Warning  # noqa: A004

from tests.support.places import TEMPLATE_APP

LOADER = TEMPLATE_APP / "app/submodules/__init__.py"
# Each file of a submodule in which nothing else stands: it would tell if it were run.
CODE = "raise SystemExit('this was run')\n"


@dataclass(frozen=True)
class Judged:
    """What the check says: its problems and what it saw."""

    problems: list[Problem]
    seen: str


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """Judge an app with submodules of these files: `judge({"acme/src/acme.py": "…"})`; without a text it is CODE."""

    def judge(files: dict[str, str] | list[str], wanted=(), folder="app/submodules") -> Judged:
        root = tmp_path / "root"
        texts = files if isinstance(files, dict) else dict.fromkeys(files, CODE)
        for path in ("app/__init__.py", "tests/__init__.py"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        (root / "app/submodules").mkdir(exist_ok=True)
        shutil.copy(LOADER, root / "app/submodules")
        for path, text in texts.items():
            file = root / folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        lines = [SimpleNamespace(name=name, is_constraint=False) for name in wanted]
        app = App(root)
        app.requirements = SimpleNamespace(lines=lines)
        problems = []
        # The template's own app isn't beside a real one.
        others = [path for path in sys.path if Path(path) != TEMPLATE_APP]
        monkeypatch.setattr(sys, "path", others)
        check = imports(app)
        try:
            while True:
                problems.append(next(check))
        except StopIteration as end:
            return Judged(problems, end.value)

    return judge


PYPROJECT = '[project]\nname = "acme"\nversion = "1.0"\n'

RIGHT = {
    "src": (["acme/src/acme/__init__.py", "acme/pyproject.toml.txt"], "acme"),
    "a namespace over two": (["beams/src/acme/beams.py", "loads/acme/loads/__init__.py"], "acme"),
    "pkgutil's namespace over two": (
        {
            "beams/acme/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
            "loads/acme/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        },
        "acme",
    ),
    "two with versioneer.py and tools/": (
        [
            f"{name}/{path}"
            for name in ("one", "two")
            for path in (f"{name}.py", "versioneer.py", "tools/__init__.py")
        ],
        "one, two",
    ),
    "build scripts in packaging/": (
        ["yaml/lib/yaml/__init__.py", "yaml/packaging/build/script.py", "yaml/setup.cfg.txt"],
        "yaml",
    ),
    "its own tests": (["acme/acme.py", "acme/tests/__init__.py", "acme/app.txt"], "acme"),
    "the repository is the package": (["acme/__init__.py", "acme/json.py"], "acme"),
    "the version, where it isn't installed": (
        {
            "acme/pyproject.toml": PYPROJECT,
            "acme/acme/__init__.py": (
                "from importlib.metadata import PackageNotFoundError, version\n"
                "try:\n    __version__ = version('acme')\nexcept PackageNotFoundError:\n    __version__ = ''\n"
                "def later():\n    return version('acme')\n"
                "NUMPY = version('numpy')\n"
            ),
        },
        "acme",
    ),
    "a version file that is guarded": (
        {
            "acme/acme/__init__.py": "try:\n    from ._version import version\nexcept ImportError:\n    version = ''\n"
        },
        "acme",
    ),
    "roots that agree": (
        {
            "acme/pyproject.toml": PYPROJECT + "[tool.setuptools.packages.find]\nwhere = ['src']\n",
            "acme/src/acme/__init__.py": CODE,
        },
        "acme",
    ),
    "Poetry's packages, tests for the sdist": (
        {
            "acme/pyproject.toml": (
                "[tool.poetry]\nname = 'acme'\n"
                "packages = [{include = 'acme', from = 'lib'}, {include = 'tests', format = 'sdist'}]\n"
            ),
            "acme/lib/acme/__init__.py": CODE,
            "acme/tests/__init__.py": CODE,
        },
        "acme",
    ),
    "named roots": (
        {"acme/code/acme.py": CODE, "acme/src/x.py": CODE, "import_roots.json": '{"acme": ["code"]}'},
        "acme",
    ),
    "a workspace": (
        {
            "all/pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']\n",
            "all/packages/a/pyproject.toml": PYPROJECT,
            "all/packages/a/src/acme_a/__init__.py": CODE,
            "all/packages/b/pyproject.toml": PYPROJECT,
            "all/packages/b/acme_b.py": CODE,
        },
        "acme_a, acme_b",
    ),
    "broken Python": ({"acme/acme/__init__.py": "def (:\n"}, "acme"),
    "no submodules": ({}, "none"),
}


@pytest.mark.parametrize(("files", "seen"), RIGHT.values(), ids=RIGHT)
def test_what_is_right_passes(judge, tmp_path, files, seen):
    assert judge(files) == Judged([], seen)
    assert not list(tmp_path.rglob("__pycache__"))


NO_INSTALL = (
    "take a version that works uninstalled: git -C app/submodules/acme checkout TAG; git add app/submodules/acme; "
    "or git rm app/submodules/acme, and take its wheels from a package index"
)
NO_METADATA = "from importlib.metadata import version\n__version__ = version(%s)\n"
WRONG = {
    "Python's own": (
        ["acme/json/__init__.py"],
        "app/submodules/acme",
        "`import json` gives Python's own module, and never the submodule's",
        "rename json in the package",
    ),
    "the app's own": (
        ["acme/src/app/__init__.py"],
        "app/submodules/acme/src",
        "`import app` gives ROOT/app/__init__.py, and not the submodule's",
        "rename one of the two, or uninstall the other",
    ),
    "another submodule's": (
        ["one/units.py", "two/units.py"],
        "app/submodules/two",
        "`import units` gives ROOT/app/submodules/one/units.py, and not the submodule's",
        "rename one of the two, or uninstall the other",
    ),
    "a whole package beside a namespace": (
        ["one/acme/__init__.py", "two/src/acme/beams/__init__.py"],
        "app/submodules/two/src",
        "`import acme` gives ROOT/app/submodules/one/acme/__init__.py, and not the submodule's",
        "rename one of the two, or uninstall the other",
    ),
    "an installed one": (
        ["acme/pytest/more.py"],
        "app/submodules/acme",
        f"`import pytest` gives {pytest.__file__}, and not the submodule's",
        "rename one of the two, or uninstall the other",
    ),
    "viktor": (
        ["acme/viktor/__init__.py"],
        "app/submodules/acme",
        "its package viktor would be imported instead of the one in requirements.txt",
        "rename viktor in the package",
    ),
    "a package of requirements.txt": (
        ["acme/plotly/__init__.py"],
        "app/submodules/acme",
        "its package plotly would be imported instead of the one in requirements.txt",
        "rename plotly in the package",
    ),
    "nothing": (
        ["acme/README.md"],
        "app/submodules/acme",
        "nothing of it can be imported: no package and no module is found",
        'name the folder that holds its packages in app/submodules/import_roots.json: {"acme": ["FOLDER"]}',
    ),
    "another root": (
        {
            "acme/pyproject.toml": PYPROJECT + "[tool.setuptools.package-dir]\n'' = 'code'\n",
            "acme/code/acme/__init__.py": CODE,
        },
        "app/submodules/acme",
        "it says itself that packages lie in app/submodules/acme/code: Python looks elsewhere",
        'write {"acme": ["code"]} in app/submodules/import_roots.json',
    ),
    "a workspace elsewhere": (
        {
            "all/pyproject.toml": "[tool.uv.workspace]\nmembers = ['libs/*']\n",
            "all/main.py": CODE,
            "all/libs/a/pyproject.toml": PYPROJECT,
            "all/libs/a/src/acme_a/__init__.py": CODE,
        },
        "app/submodules/all",
        "it says itself that packages lie in app/submodules/all/libs/a/src: Python looks elsewhere",
        'write {"all": ["libs/a/src"]} in app/submodules/import_roots.json',
    ),
    "a package without a name": (
        ["acme-units/__init__.py", "acme-units/length.py"],
        "app/submodules/acme-units",
        "it is a package itself, and can't be imported by the name acme-units",
        "type: git mv app/submodules/acme-units app/submodules/acme_units",
    ),
    "Rust": (
        {
            "acme/pyproject.toml": "[build-system]\nrequires = ['maturin']\nbuild-backend = 'maturin'\n",
            "acme/src/lib.rs": "",
        },
        "app/submodules/acme",
        "it must be compiled (Rust), and a submodule is not",
        "git rm app/submodules/acme, and take its wheels from a package index",
    ),
    "its own version": (
        {"acme/pyproject.toml": PYPROJECT, "acme/acme/__init__.py": NO_METADATA % "'Acme'"},
        "app/submodules/acme/acme/__init__.py",
        "asks importlib.metadata for Acme itself, which isn't installed here",
        NO_INSTALL,
    ),
    "its own version, in another module": (
        {
            "acme/pyproject.toml": PYPROJECT,
            "acme/src/acme/__init__.py": "from .about import __version__\n",
            "acme/src/acme/about.py": NO_METADATA % "__package__",
        },
        "app/submodules/acme/src/acme/about.py",
        "asks importlib.metadata for acme itself, which isn't installed here",
        NO_INSTALL,
    ),
    "no version file": (
        {
            "acme/pyproject.toml": PYPROJECT + "[tool.setuptools_scm]\nversion_file = 'acme/_version.py'\n",
            "acme/acme/__init__.py": "from acme._version import version\n",
        },
        "app/submodules/acme/acme/__init__.py",
        "imports its module _version, which isn't in the repository: its build makes it",
        NO_INSTALL,
    ),
    "no compiled module": (
        {"acme/acme/__init__.py": "from . import shapes\nfrom .speed import x\n", "acme/acme/speed.pyx": ""},
        "app/submodules/acme/acme/__init__.py",
        "imports its module speed, which isn't in the repository: its build makes it",
        NO_INSTALL,
    ),
    "roots that can't be used": (
        {"acme/acme.py": CODE, "import_roots.json": '{"acme": ["gone"]}'},
        "app/submodules/import_roots.json",
        "app/submodules/import_roots.json: app/submodules/acme has no folder 'gone'",
        'write {"NAME": ["FOLDER"]}, with folders inside app/submodules/NAME',
    ),
}


@pytest.mark.parametrize(("files", "where", "what", "mend"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(judge, tmp_path, files, where, what, mend):
    judged = judge(files, wanted=("viktor", "plotly"))
    assert judged.problems == [Failure(where, what.replace("ROOT", str(tmp_path / "root")), mend)]
    assert not list(tmp_path.rglob("__pycache__"))


@pytest.mark.parametrize("name", ["another root", "a workspace elsewhere"])
def test_the_entry_that_is_named_mends_it(judge, name):
    files, _, _, mend = WRONG[name]
    entry = mend.removeprefix("write ").removesuffix(" in app/submodules/import_roots.json")
    assert judge(files | {"import_roots.json": entry}).problems == []


PERHAPS = {
    "an extension for speed": (
        {"acme/acme.py": CODE, "acme/setup.py": "setup(ext_modules=[Extension('acme._speed')])\n"},
        "app/submodules/acme",
        "a part of it may have to be compiled (the extensions in its setup.py), and a submodule is not",
    ),
    "entry points": (
        {
            "acme/acme.py": CODE,
            "acme/pyproject.toml": PYPROJECT
            + "[project.entry-points.'acme.shapes']\na = 'acme'\n[project.scripts]\na = 'b'\n",
        },
        "app/submodules/acme",
        "its entry points for acme.shapes are found only where it is installed, and a submodule isn't",
    ),
    "a name without a submodule": (
        {"acme/acme.py": CODE, "import_roots.json": json.dumps({"gone": ["x"]})},
        "app/submodules/import_roots.json",
        "names gone, and there is no such submodule",
    ),
}


@pytest.mark.parametrize(("files", "where", "what"), PERHAPS.values(), ids=PERHAPS)
def test_what_may_be_wrong_is_a_warning(judge, files, where, what):
    (warning,) = judge(files).problems
    assert isinstance(warning, Warning)
    assert (warning.where, warning.what) == (where, what)


def test_one_of_two_with_the_same_name_is_renamed(judge, tmp_path):
    assert judge(["one/units.py", "two/units.py"]).problems
    folder = tmp_path / "root/app/submodules/two"
    (folder / "units.py").rename(folder / "units_of_two.py")
    assert judge({}).problems == []


def test_an_installed_one_with_the_same_name_is_uninstalled(judge, tmp_path, monkeypatch):
    installed = tmp_path / "site-packages/beams"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(installed.parent)])
    (failure,) = judge(["acme/beams/steel.py"]).problems
    assert failure.mend.endswith("uninstall the other")
    shutil.rmtree(installed)
    assert judge({}).problems == []


def test_a_link_inside_a_submodule_is_fine(judge, tmp_path):
    judge(["acme/code/acme/__init__.py"])
    (tmp_path / "root/app/submodules/acme/acme").symlink_to("code/acme", target_is_directory=True)
    assert judge({}) == Judged([], "acme")


def test_a_version_file_that_is_there_but_not_in_git(judge, tmp_path):
    files = {
        "acme/pyproject.toml": PYPROJECT
        + "[tool.hatch.build.hooks.vcs]\nversion-file = 'src/acme/_version.py'\n",
        "acme/src/acme/__init__.py": "from ._version import version\n",
        "acme/src/acme/_version.py": "version = '1'\n",
        "acme/.gitignore": "_version.py\n",
    }
    judge(files)
    folder = tmp_path / "root/app/submodules/acme"
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (failure,) = judge(files).problems
    assert failure.what == "imports its module _version, which its build has made here and which isn't in Git"
    subprocess.run(["git", "add", "--force", "src/acme/_version.py"], cwd=folder, check=True)
    assert judge(files).problems == []


def test_a_loader_of_an_older_template_is_told(judge, tmp_path):
    judge(["acme/acme.py"])
    (tmp_path / "root/app/submodules/__init__.py").write_text(
        "def make_importable():\n    pass\n", encoding="utf-8"
    )
    root = tmp_path / "root"
    check = imports(App(root))
    assert next(check) == Failure(
        "app/submodules/__init__.py", "is missing, or is that of another template", "type: cruft update"
    )


def test_an_empty_submodule_leaves_the_check_out(judge, tmp_path):
    (tmp_path / "root/app/submodules/acme").mkdir(parents=True)
    with pytest.raises(LeftOut, match="git submodule update --init --recursive"):
        judge({})
    assert os.listdir(tmp_path / "root/app/submodules/acme") == []  # noqa: PTH208
