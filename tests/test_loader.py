"""What app/submodules/__init__.py makes importable, and what it keeps in the background; each in a new Python."""

import json
import shutil
import sys
import textwrap
from pathlib import Path

import pytest
from commands import run

LOADER = Path(__file__).parents[1] / "{{cookiecutter.app_slug}}" / "app" / "submodules" / "__init__.py"
LAYOUTS = {
    "src": ("acme-beams", "src/acme_beams/__init__.py", "acme_beams"),
    "flat": ("acme_loads", "acme_loads/__init__.py", "acme_loads"),
    "one module": ("units", "units.py", "units"),
    "hyphens": ("my-flat-package", "my_flat_package/__init__.py", "my_flat_package"),
    "another name": ("steel.git-copy", "src/profiles/__init__.py", "profiles"),
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


@pytest.mark.parametrize("layout", LAYOUTS)
def test_imports_each_layout(app, layout):
    name, file, module = LAYOUTS[layout]
    folder = add(app, name, file, "README.md")
    assert files_of(app, module) == [folder / file]


def test_imports_all_layouts_together_with_files_and_hidden_folders_beside_them(app):
    folders = [(add(app, name, file), file, module) for name, file, module in LAYOUTS.values()]
    write(app / "app/submodules", {"README.md": "", ".idea/x": "", "__pycache__/hidden.py": ""})
    assert files_of(app, *(module for _, _, module in folders)) == [
        folder / file for folder, file, _ in folders
    ]
    assert "No module named 'hidden'" in run(sys.executable, "-c", "import app, hidden", cwd=app, status=1)


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
