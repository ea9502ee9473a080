"""What app/submodules/__init__.py makes importable, and what it keeps in the background; each in a new Python."""

import json
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.places import TEMPLATE_APP

LOADER = TEMPLATE_APP / "app" / "submodules" / "__init__.py"
# The shapes that real repositories have: the submodule's folder, its files, and what can be imported from which.
SHAPES = {
    "src": (
        "acme-beams",
        ["src/acme_beams/__init__.py", "tests/test_it.py"],
        {"acme_beams": "src/acme_beams"},
    ),
    "src, two packages": ("attrs", ["src/attr/__init__.py", "src/attrs/__init__.py"], {"attrs": "src/attrs"}),
    "src, one module": ("typing-more", ["src/typing_more.py"], {"typing_more": "src/typing_more.py"}),
    "src, a namespace": ("zope.x", ["src/zope/x/__init__.py", "setup.py"], {"zope.x": "src/zope/x"}),
    "src, modules of a namespace": (
        "beams",
        ["src/acme/beams.py", "run.py"],
        {"acme.beams": "src/acme/beams.py"},
    ),
    "flat": (
        "acme_loads",
        ["acme_loads/__init__.py", "setup.py", "conftest.py"],
        {"acme_loads": "acme_loads"},
    ),
    "flat, hyphens": (
        "my-flat-package",
        ["my_flat_package/__init__.py"],
        {"my_flat_package": "my_flat_package"},
    ),
    "flat, a namespace": (
        "beams",
        ["acme/steel/beams/__init__.py", "setup.py"],
        {"acme.steel.beams": "acme/steel/beams"},
    ),
    "one module": ("units", ["units.py", "setup.py", "noxfile.py"], {"units": "units.py"}),
    "another name": ("steel.git-copy", ["src/profiles/__init__.py"], {"profiles": "src/profiles"}),
    "a package called tools": ("tools", ["tools/__init__.py"], {"tools": "tools"}),
    "src without Python": (
        "dash-beams",
        ["src/lib/beams.js", "src/index.js", "dash_beams/__init__.py", "setup.py"],
        {"dash_beams": "dash_beams"},
    ),
    "src of Fortran, with a script": (
        "solver",
        ["src/core/generate.py", "src/core/solve.f90", "solver/__init__.py"],
        {"solver": "solver"},
    ),
    "src is a package": ("versioner", ["src/__init__.py", "src/git.py", "setup.py"], {"src": "src"}),
    "lib": (
        "PyYAML",
        [
            "lib/yaml/__init__.py",
            "yaml/_yaml.pyx",
            "packaging/build.py",
            "setup.py",
            "tests/legacy/__init__.py",
        ],
        {"yaml": "lib/yaml"},
    ),
    "lib, with C in src": (
        "plots",
        ["lib/plots/__init__.py", "src/plots.c", "tools/x.py"],
        {"plots": "lib/plots"},
    ),
    "lib of scripts": ("loads", ["lib/make.py", "loads.py"], {"loads": "loads.py"}),
    "source": (
        "acme-beams",
        ["source/acme_beams/__init__.py", "docs/conf.py"],
        {"acme_beams": "source/acme_beams"},
    ),
    "python, with Rust in src": (
        "rusty",
        ["python/rusty/__init__.py", "src/lib.rs", "Cargo.toml", "pyproject.toml"],
        {"rusty": "python/rusty"},
    ),
    "the repository": (
        "acme_units",
        ["__init__.py", "length.py", "tests/__init__.py"],
        {"acme_units": ".", "acme_units.length": "length.py"},
    ),
    "flat, with an __init__.py beside it": ("acme", ["__init__.py", "acme/__init__.py"], {"acme": "acme"}),
    "no name to import, with an __init__.py": (
        "acme-units",
        ["__init__.py", "length.py"],
        {"length": "length.py"},
    ),
    "several": (
        "monorepo",
        [
            "packages/a/src/acme_a/__init__.py",
            "packages/a/pyproject.toml",
            "packages/b/acme_b.py",
            "packages/b/setup.py",
            "main.py",
        ],
        {"acme_a": "packages/a/src/acme_a", "acme_b": "packages/b/acme_b.py"},
    ),
    "several, beside one": (
        "workspace",
        ["src/acme/__init__.py", "packages/a/src/acme_a/__init__.py", "packages/a/pyproject.toml"],
        {"acme": "src/acme", "acme_a": "packages/a/src/acme_a"},
    ),
    "in a folder": (
        "boost",
        [
            "python-package/boost/__init__.py",
            "python-package/pyproject.toml",
            "src/boost.cc",
            "demo/x/setup.py",
        ],
        {"boost": "python-package/boost"},
    ),
    "nothing to import": ("data", ["README.md", "loads.csv"], {}),
}


@pytest.fixture
def app(tmp_path):
    """Give the root of an app with the loader and without VIKTOR, which takes long to import."""
    files = {
        "app/__init__.py": "from app.submodules import make_importable\nmake_importable()\n",
        "app/own.py": "",
        "tests/__init__.py": "",
        "preflight.py": "",
    }
    write(tmp_path / "root", files)
    (tmp_path / "root/app/submodules").mkdir()
    shutil.copy(LOADER, tmp_path / "root/app/submodules")
    return tmp_path / "root"


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files by their paths in a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def add(app: Path, name: str, *paths: str, **files: str) -> Path:
    """Add a submodule with these (empty) files; return its folder."""
    folder = app / "app/submodules" / name
    write(folder, {**dict.fromkeys(paths, ""), **files})
    return folder


def files_of(app: Path, *modules: str, before: str = "", env=None) -> list[Path]:
    """Return the files that modules are imported from, in a new Python that has imported the app."""
    code = f"""
        import importlib, json, sys
        {before}
        import app
        print(json.dumps([importlib.import_module(name).__file__ for name in {modules!r}]))
    """
    printed = run(sys.executable, "-B", "-c", textwrap.dedent(code), cwd=app, env=env)
    return [Path(file) for file in json.loads(printed)]


@pytest.mark.parametrize("shape", SHAPES)
def test_imports_each_shape(app, shape):
    name, paths, expected = SHAPES[shape]
    folder = add(app, name, *paths)
    places = [folder / path for path in expected.values()]
    assert files_of(app, *expected) == [place if place.suffix else place / "__init__.py" for place in places]


def test_imports_all_together_with_files_and_hidden_folders_beside_them(app):
    shapes = [SHAPES[shape] for shape in ("src", "flat", "one module", "lib", "the repository", "several")]
    for name, paths, _ in shapes:
        add(app, name, *paths, "versioneer.py", "tools/helper.py")
    write(app / "app/submodules", {"README.md": "", ".idea/x": "", "__pycache__/hidden.py": ""})
    modules = [module for _, _, expected in shapes for module in expected]
    folders = [app / "app/submodules" / name for name, _, expected in shapes for _ in expected]
    found = files_of(app, *modules)
    assert all(file.is_relative_to(folder) for file, folder in zip(found, folders, strict=True))
    assert "No module named 'hidden'" in run(sys.executable, "-c", "import app, hidden", cwd=app, status=1)


# What the team names itself


def test_named_roots_come_instead_of_those_that_are_found(app):
    folder = add(app, "acme", "src/wrong/__init__.py", "code/a/acme_a.py", "code/b/acme_b/__init__.py")
    name_roots(app, '{"acme": ["code/a", "code/b"]}')
    assert files_of(app, "acme_a", "acme_b") == [
        folder / "code/a/acme_a.py",
        folder / "code/b/acme_b/__init__.py",
    ]
    assert "No module named 'wrong'" in run(sys.executable, "-c", "import app, wrong", cwd=app, status=1)


def test_a_name_without_a_submodule_stops_nothing(app):
    folder = add(app, "units", "units.py")
    name_roots(app, '\ufeff{"gone": ["code"]}')
    assert files_of(app, "units") == [folder / "units.py"]


NO_ROOTS = {
    "{": 'app/submodules/import_roots.json can\'t be used. Write it like this: {"acme-beams": ["code"]}',
    "[]": 'app/submodules/import_roots.json can\'t be used. Write it like this: {"acme-beams": ["code"]}',
    '{"units": 1}': 'app/submodules/import_roots.json can\'t be used. Write it like this: {"acme-beams": ["code"]}',
    '{"units": ["code"]}': "app/submodules/import_roots.json: app/submodules/units has no folder 'code'",
    '{"units": ["../other"]}': "app/submodules/import_roots.json: app/submodules/units has no folder '../other'",
    '{"units": ["/"]}': "app/submodules/import_roots.json: app/submodules/units has no folder '/'",
}


@pytest.mark.parametrize(("text", "message"), NO_ROOTS.items())
def test_named_roots_that_cannot_be_used_say_what_to_write(app, text, message):
    add(app, "units", "units.py")
    add(app, "other", "other.py")
    name_roots(app, text)
    printed = run(sys.executable, "-c", "import app", cwd=app, status=1)
    assert printed.strip().splitlines()[-1] == f"ImportError: {message}"


def name_roots(app: Path, text: str) -> None:
    """Write app/submodules/import_roots.json."""
    (app / "app/submodules/import_roots.json").write_text(text, encoding="utf-8")


# What comes before what


def test_submodule_wins_over_an_installed_package(app):
    folder = add(app, "packaging", "packaging/__init__.py")
    assert files_of(app, "packaging") == [folder / "packaging/__init__.py"]


def test_standard_library_wins_over_a_submodule(app):
    modules = ("json", "math", "_json", "sqlite3", "wave")
    add(app, "lib", *(f"{module}.py" for module in modules))
    code = f"import app, importlib; print([importlib.import_module(name) for name in {modules!r}])"
    assert "submodules" not in run(sys.executable, "-c", code, cwd=app)


@pytest.mark.parametrize("place", ["first", "last"])
def test_own_modules_of_the_app_win_over_a_submodule(app, place):
    add(app, "lib", "app/__init__.py", "app/own.py", "tests/__init__.py", "preflight.py", "docs/index.md")
    before = "sys.path.append(sys.path.pop(0))" if place == "last" else ""
    found = files_of(app, "app.own", "tests", "preflight", before=before)
    assert found == [app / "app/own.py", app / "tests/__init__.py", app / "preflight.py"]


def test_site_packages_before_the_standard_library_change_nothing(app, tmp_path):
    installed = tmp_path / "site-packages"
    write(installed, {"acme.py": ""})
    folder = add(app, "acme", "wave.py", "units.py")
    units, standard = files_of(app, "units", "wave", env={"PYTHONPATH": str(installed)})
    assert units == folder / "units.py"
    assert standard != folder / "wave.py"


def test_a_link_inside_a_submodule_is_followed(app):
    folder = add(app, "acme", "code/acme/__init__.py")
    (folder / "acme").symlink_to("code/acme", target_is_directory=True)
    assert files_of(app, "acme") == [folder / "acme/__init__.py"]


def test_namespace_package_spans_submodules(app):
    folders = [add(app, name, f"src/acme/{name}.py") for name in ("beams", "loads")]
    assert files_of(app, "acme.beams", "acme.loads") == [
        folder / f"src/acme/{folder.name}.py" for folder in folders
    ]


def test_reload_adds_nothing(app):
    add(app, "units", "units.py")
    code = """
        import importlib, sys, app, app.submodules
        before = list(sys.path)
        importlib.reload(app.submodules), importlib.reload(app)
        print(sys.path == before)
    """
    assert run(sys.executable, "-c", textwrap.dedent(code), cwd=app).strip() == "True"


def test_without_submodules_nothing_changes(app):
    code = "import sys; before = list(sys.path); import app; print(sys.path == before)"
    assert run(sys.executable, "-c", code, cwd=app).strip() == "True"


def test_empty_folder_says_what_to_type(app):
    add(app, "acme-beams", "src/acme_beams/__init__.py")
    (app / "app/submodules/acme-loads").mkdir()
    printed = run(sys.executable, "-c", "import app", cwd=app, status=1)
    message = "app/submodules/acme-loads is empty. Type: git submodule update --init --recursive"
    assert printed.strip().splitlines()[-1] == f"ImportError: {message}"


def test_child_process_imports_what_its_parent_does(app):
    add(app, "units", **{"units.py": "def double(x):\n    return 2 * x\n"})
    script = """
        import multiprocessing
        if __name__ == "__main__":
            import app, units
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(units.double, [21]))
    """
    (app / "main.py").write_text(textwrap.dedent(script), encoding="utf-8")
    assert run(sys.executable, "main.py", cwd=app).strip() == "[42]"
