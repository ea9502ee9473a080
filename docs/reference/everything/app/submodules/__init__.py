"""Makes the packages in this folder importable under their own names.

Where Python must look for them is told by the shape of each submodule. Where the shape doesn't tell it, name
the folders in import_roots.json beside this file, which updates of the template leave alone:
{"acme-beams": ["code"]} stands for the folder app/submodules/acme-beams/code.
"""

# It runs at each start of the app, and os.path takes a third of pathlib's time.
# ruff: noqa: PTH112, PTH113, PTH118, PTH119, PTH120, PTH208

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from os.path import basename, dirname, isdir, isfile, join
from pathlib import Path

SUBMODULES = Path(__file__).resolve().parent
APP_ROOT = SUBMODULES.parents[1]
NAMED_ROOTS = "import_roots.json"

# Where repositories keep a package, besides at the top, and where they keep several.
SOURCES = ("src", "lib", "source", "python")
SEVERAL = "packages"
# What stands at the top for the developers of a package, and isn't imported by those who use it.
OF_DEVELOPERS = {
    *("setup", "conftest", "noxfile", "tasks", "fabfile", "versioneer", "hatch_build", "build", "dist", "ci"),
    *("test", "tests", "testing", "doc", "docs", "example", "examples", "demo", "demos", "sample", "samples"),
    *("benchmark", "benchmarks", "script", "scripts", "tools", "venv", "env", "node_modules"),
}
# How many folders deep the modules of a package without an __init__.py may lie.
DEPTH = 3


def make_importable() -> None:
    """Put the import roots on `sys.path`, once: after the app's own modules, before installed packages."""
    roots = [root for roots in import_roots().values() for root in roots]
    if roots:
        place = _first_installed()
        paths = dict.fromkeys([str(APP_ROOT), *roots])
        sys.path[place:place] = [path for path in paths if path not in sys.path[:place]]


def import_roots() -> dict[str, list[str]]:
    """Return the folders that Python must look in for each submodule, by the name of the submodule's folder.

    Raises ImportError for a submodule that is empty, and for an import_roots.json that can't be used.
    """
    with os.scandir(SUBMODULES) as entries:
        folders = {entry.name: entry.path for entry in entries if entry.is_dir()}
    named = named_roots()
    roots = {}
    for name in sorted(folders):
        if name in named:
            roots[name] = [folder_named(name, path) for path in named[name]]
        elif not name.startswith((".", "__")):
            roots[name] = roots_of(folders[name])
    return roots


def named_roots() -> dict[str, list[str]]:
    """Return what the team has named in import_roots.json; raise ImportError if it can't be used."""
    if not isfile(join(SUBMODULES, NAMED_ROOTS)):
        return {}
    import json

    where = f"app/submodules/{NAMED_ROOTS}"
    try:
        named = json.loads((SUBMODULES / NAMED_ROOTS).read_text(encoding="utf-8-sig"))
        is_right = all(isinstance(path, str) for paths in named.values() for path in paths)
    except (AttributeError, RecursionError, TypeError, ValueError):
        is_right = False
    if not is_right:
        raise ImportError(f'{where} can\'t be used. Write it like this: {{"acme-beams": ["code"]}}')
    return named


def folder_named(name: str, path: str) -> str:
    """Return a folder that import_roots.json names in a submodule; raise ImportError if it isn't there."""
    submodule = SUBMODULES / name
    folder = (submodule / path).resolve()
    if not folder.is_relative_to(submodule) or not folder.is_dir():
        raise ImportError(f"app/submodules/{NAMED_ROOTS}: app/submodules/{name} has no folder {path!r}")
    return str(folder)


def roots_of(folder: str) -> list[str]:
    """Return the folders that Python must look in for a submodule's packages.

    Usually it is one. Several packages lie in packages/, or in folders with metadata of their own. Raises
    ImportError for a submodule that is empty.
    """
    names = os.listdir(folder)
    if not names:
        submodule = f"app/submodules/{basename(folder)}"
        raise ImportError(f"{submodule} is empty. Type: git submodule update --init --recursive")
    root = usual_root(folder, names)
    roots = [root] if root else []
    if SEVERAL in names:
        roots += roots_of_several(join(folder, SEVERAL))
    if not root:
        roots += [folder] if public_modules(folder) else []
        roots += roots_of_several(folder)
    return roots or [unusual_root(folder)]


def usual_root(folder: str, names: Collection[str]) -> str | None:
    """Return the folder that holds the package of a repository in one of the usual shapes, or None.

    `names` are those of the files in the repository. Its src/ may hold no Python, or be a package itself.
    """
    sources = [join(folder, name) for name in SOURCES if name in names and not is_package(folder, name)]
    src = join(folder, "src")
    if src in sources and (packages(src) or modules(src)):
        return src
    if (
        "__init__.py" in names
        and basename(folder).isidentifier()
        and not is_package(folder, basename(folder))
    ):
        return dirname(folder)
    if public_packages(folder, names):
        return folder
    for source in sources:
        if packages(source):
            return source
    return src if src in sources and namespaces(src) else None


def unusual_root(folder: str) -> str:
    """Return the folder that holds the modules, or the packages without an __init__.py, of a repository.

    That is the repository itself, also where there is nothing that can be imported.
    """
    if public_modules(folder) or any(is_public(name, folder) for name in namespaces(folder)):
        return folder
    sources = [
        join(folder, name) for name in SOURCES if isdir(join(folder, name)) and not is_package(folder, name)
    ]
    return next((source for source in sources if modules(source) or namespaces(source)), folder)


def roots_of_several(folder: str) -> list[str]:
    """Return the import roots of the packages in a folder that have a folder and metadata of their own."""
    roots = []
    for name in sorted(os.listdir(folder)) if isdir(folder) else ():
        path = join(folder, name)
        if name not in OF_DEVELOPERS and not name.startswith(".") and isdir(path):
            names = os.listdir(path)
            if not {"pyproject.toml", "setup.py", "setup.cfg"}.isdisjoint(names):
                roots.append(usual_root(path, names) or unusual_root(path))
    return roots


def packages(folder: str) -> list[str]:
    """The names of the packages in a folder that have an __init__.py."""
    return [name for name in os.listdir(folder) if name.isidentifier() and is_package(folder, name)]


def modules(folder: str) -> list[str]:
    """Return the names of the modules in a folder."""
    names = [name.removesuffix(".py") for name in os.listdir(folder) if name.endswith(".py")]
    return [name for name in names if name.isidentifier() and name != "__init__"]


def namespaces(folder: str) -> list[str]:
    """Return the names of the packages in a folder that have no __init__.py: submodules may share one."""
    return [
        name
        for name in os.listdir(folder)
        if name.isidentifier()
        and name not in (*SOURCES, SEVERAL)
        and not is_package(folder, name)
        and holds_python(join(folder, name), DEPTH)
    ]


def public_packages(folder: str, names: Collection[str]) -> list[str]:
    """Those of the names at the top of a repository that are packages for others to import."""
    return [name for name in names if is_public(name, folder) and is_package(folder, name)]


def public_modules(folder: str) -> list[str]:
    """The names of the modules at the top of a repository that are there for others to import."""
    return [name for name in modules(folder) if is_public(name, folder)]


def is_public(name: str, folder: str) -> bool:
    """Tell whether a name at the top of a repository isn't for its developers. `tools` may be the package."""
    if not name.isidentifier():
        return False
    is_own = name in OF_DEVELOPERS or name.startswith(("test_", "tests_"))
    return not is_own or name == basename(folder)


def is_package(folder: str, name: str) -> bool:
    """Tell whether a folder has a package of this name, with an __init__.py."""
    return isfile(join(folder, name, "__init__.py"))


def holds_python(folder: str, depth: int) -> bool:
    """Tell whether a folder has Python modules, at most so many folders deep."""
    if not isdir(folder):
        return False
    names = os.listdir(folder)
    if any(name.endswith(".py") for name in names):
        return True
    return depth > 1 and any(
        holds_python(join(folder, name), depth - 1) for name in names if name.isidentifier()
    )


def _first_installed() -> int:
    """Return the place on `sys.path` where the standard library ends and the installed packages begin."""
    library = str(Path(os.__file__).parent)
    start = sys.path.index(library) if library in sys.path else 0
    for place in range(start, len(sys.path)):
        if Path(sys.path[place]).name in ("site-packages", "dist-packages"):
            return place
    return len(sys.path)
