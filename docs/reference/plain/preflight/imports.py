"""Checks that what a submodule holds can be imported, and is what Python imports. None of its code is run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from preflight.app import App
from preflight.code import Asked, read_code
from preflight.git import quoted
from preflight.layout import Layout, read_layout
from preflight.metadata import package_name
from preflight.names import normalized
from preflight.package_files import MetadataError, open_package
from preflight.packages import LOADER, NAMED_ROOTS, Loader, package_folders
from preflight.problem import Failure, Findings, LeftOut, Problem, Warning
from preflight.programs import run

SUBMODULES = "app/submodules"
# The package that every app imports; a submodule comes before what is installed, and would take its place.
SDK = "viktor"
# The files that Python imports, if a package's own code asks for them.
IMPORTED = (".py", ".so", ".pyd")


class DescribedPackage(NamedTuple):
    """A package of a submodule, which may hold several: its name, and what it says of its files."""

    folder: Path
    name: str
    layout: Layout


class Submodule(NamedTuple):
    """A submodule, the names that can be imported from each of its import roots, and its packages."""

    folder: Path
    names: dict[Path, list[str]]
    packages: list[DescribedPackage]

    @property
    def path(self) -> str:
        """Its path in the app."""
        return f"{SUBMODULES}/{self.folder.name}"

    @property
    def from_an_index(self) -> str:
        """What is done with it if it can't be a submodule."""
        return f"git rm {quoted(self.path)}, and take its wheels from a package index"

    @property
    def otherwise(self) -> str:
        """What is done with a version of it that works only where it is built and installed."""
        path = quoted(self.path)
        checkout = f"git -C {path} checkout TAG; git add {path}"
        return f"take a version that works uninstalled: {checkout}; or {self.from_an_index}"

    def shown(self, file: Path) -> str:
        """The path of one of its files in the app."""
        return (PurePosixPath(SUBMODULES) / file.relative_to(self.folder.parent).as_posix()).as_posix()


def imports(app: App) -> Findings:
    """Each submodule's packages can be imported, and come from the submodule and not from elsewhere."""
    all_folders = (app.root / SUBMODULES).glob("[!._]*")
    folders = [folder for folder in all_folders if folder.is_dir()]
    if not folders:
        return "none"
    if not all(any(folder.iterdir()) for folder in folders):
        raise LeftOut("a submodule is empty: type git submodule update --init --recursive")
    try:
        loader = app.loader
        roots, named = loader.import_roots(), loader.named_roots()
    except (OSError, KeyError):
        yield Failure(LOADER, "is missing, or is that of another template", "type: cruft update")
        return "nothing"
    except ImportError as error:
        mend = 'write {"NAME": ["FOLDER"]}, with folders inside app/submodules/NAME'
        yield Failure(NAMED_ROOTS, str(error), mend)
        return "nothing"
    for name in sorted(set(named) - set(roots)):
        yield Warning(NAMED_ROOTS, f"names {name}, and there is no such submodule", "delete its entry")
    path = path_of_app(loader)
    parent = app.root.resolve() / SUBMODULES
    submodules = [read_submodule(loader, parent / name, roots[name]) for name in roots]
    for submodule in submodules:
        wrong_roots = list(what_its_build_finds(loader, submodule, submodule.folder.name in named))
        yield from wrong_roots
        if not wrong_roots:
            yield from what_is_found(submodule, path)
            yield from what_is_hidden(submodule, app)
        yield from what_is_compiled(submodule)
        yield from what_is_asked_for(submodule)
    names = [name for submodule in submodules for names in submodule.names.values() for name in names]
    return ", ".join(dict.fromkeys(names)) or "none"


def read_submodule(loader: Loader, folder: Path, roots: list[str]) -> Submodule:
    """Return a submodule with what can be imported from it, and what its packages say.

    A package that can't be read is left out: the check `needs` tells of it.
    """
    names = {Path(root): loader.names_in(Path(root), folder) for root in roots}
    packages = []
    for place in package_folders(folder, roots):
        with suppress(MetadataError):
            package = open_package(place)
            packages.append(DescribedPackage(place, package_name(package), read_layout(package)))
    return Submodule(folder, names, packages)


def path_of_app(loader: Loader) -> list[str]:
    """Return the sys.path with which the app imports, in this Python."""
    before = list(sys.path)
    try:
        loader.make_importable()
        return list(sys.path)
    finally:
        sys.path[:] = before


def what_is_found(submodule: Submodule, path: list[str]) -> Iterator[Problem]:
    """Each name is found in the submodule; a package without __init__.py may lie in several submodules."""
    for root, names in submodule.names.items():
        for name in names:
            if name in sys.stdlib_module_names:
                what = f"`import {name}` gives Python's own module, and never the submodule's"
                yield Failure(submodule.shown(root), what, f"rename {name} in the package")
                continue
            spec = PathFinder.find_spec(name, path)
            if not comes_from(spec, root / name):
                what = f"`import {name}` gives {origin(spec)}, and not the submodule's"
                yield Failure(submodule.shown(root), what, "rename one of the two, or uninstall the other")


def comes_from(spec: ModuleSpec | None, place: Path) -> bool:
    """Tell whether Python imports a package or module from a place, or from several among which it is.

    The paths are compared as they are written: a link inside a submodule is followed by nobody.
    """
    if spec is None:
        return False
    if spec.submodule_search_locations is None:
        return spec.origin == f"{place}.py"
    if str(place) in spec.submodule_search_locations:
        return True
    return shares_its_name(spec) and place.is_dir()


def shares_its_name(spec: ModuleSpec) -> bool:
    """Tell whether a package with an __init__.py lets others of its name add to it.

    The words of pkgutil and setuptools for that tell it: the package isn't run.
    """
    if not spec.origin or not spec.origin.endswith(".py"):
        return False
    code = Path(spec.origin).read_bytes()
    return b"extend_path" in code or b"declare_namespace" in code


def origin(spec: ModuleSpec | None) -> str:
    """Return where a package or module is imported from, for people."""
    if spec is None:
        return "nothing"
    return spec.origin or next(iter(spec.submodule_search_locations or ()), "nothing")


def what_is_hidden(submodule: Submodule, app: App) -> Iterator[Problem]:
    """No package of a submodule takes the place of VIKTOR's SDK, or of a package in requirements.txt."""
    own_names = {normalized(package.name) for package in submodule.packages}
    wanted = {line.name for line in app.requirements.lines if line.name and not line.is_constraint}
    for root, names in submodule.names.items():
        for name in names:
            package = normalized(name)
            if package == SDK or package in wanted - own_names:
                what = f"its package {name} would be imported instead of the one in requirements.txt"
                yield Failure(submodule.shown(root), what, f"rename {name} in the package")


def what_its_build_finds(loader: Loader, submodule: Submodule, is_named: bool) -> Iterator[Problem]:
    """There is something to import, and Python looks where the builds of its packages look.

    What the team has named in import_roots.json is its own decision. What must be compiled is told elsewhere.
    """
    if any(package.layout.compiled for package in submodule.packages):
        return
    roots = [root for root, names in submodule.names.items() if names]
    declared = [] if is_named else declared_roots(loader, submodule)
    missing = [root for root in declared if root not in roots]
    if missing:
        kept = [root for root in roots if not any(other.is_relative_to(root) for other in missing)]
        shown = ", ".join(map(submodule.shown, missing))
        what = f"it says itself that packages lie in {shown}: Python looks elsewhere"
        yield Failure(submodule.path, what, f"write {entry(submodule, kept + missing)} in {NAMED_ROOTS}")
    elif (submodule.folder / "__init__.py").is_file() and not submodule.folder.name.isidentifier():
        name = re.sub(r"\W+", "_", submodule.folder.name)
        what = f"it is a package itself, and can't be imported by the name {submodule.folder.name}"
        yield Failure(submodule.path, what, f"type: git mv {quoted(submodule.path)} {SUBMODULES}/{name}")
    elif not roots:
        what = "nothing of it can be imported: no package and no module is found"
        mend = f"name the folder that holds its packages in {NAMED_ROOTS}: "
        yield Failure(submodule.path, what, mend + json.dumps({submodule.folder.name: ["FOLDER"]}))


def declared_roots(loader: Loader, submodule: Submodule) -> list[Path]:
    """Return the folders where a submodule's packages say that they lie, if something is there to import."""
    found: list[Path] = []
    for package in submodule.packages:
        for path in package.layout.roots:
            root = (package.folder / path).resolve()
            if root.is_dir() and loader.names_in(root, package.folder):
                found.append(root)
        for member in package.layout.members:
            found += map(Path, loader.roots_of(str(member)))
    return [root for root in dict.fromkeys(found) if root.is_relative_to(submodule.folder)]


def entry(submodule: Submodule, roots: list[Path]) -> str:
    """Return the entry in import_roots.json that names the import roots of a submodule."""
    inside = [root for root in roots if root.is_relative_to(submodule.folder)]
    paths = [root.relative_to(submodule.folder).as_posix() for root in inside]
    return json.dumps({submodule.folder.name: paths}, ensure_ascii=False)


def what_is_compiled(submodule: Submodule) -> Iterator[Problem]:
    """Nothing of a submodule must be compiled: VIKTOR's server takes its files as they are."""
    for package in submodule.packages:
        where, layout = submodule.shown(package.folder), package.layout
        if layout.compiled:
            what = f"it must be compiled ({layout.compiled}), and a submodule is not"
            yield Failure(where, what, submodule.from_an_index)
        elif layout.perhaps_compiled:
            what = f"a part of it may have to be compiled ({layout.perhaps_compiled}), and a submodule is not"
            mend = f"look whether it works in a new clone of the app; if not: {submodule.from_an_index}"
            yield Warning(where, what, mend)


def what_is_asked_for(submodule: Submodule) -> Iterator[Problem]:
    """No code of a submodule asks for what is there only where it is installed."""
    for root, names in submodule.names.items():
        for name in names:
            for asked in read_code(root, name):
                yield from own_look_ups(submodule, asked)
                for module in asked.modules:
                    yield from missing_module(submodule, asked.file, module)
    for package in submodule.packages:
        for group in package.layout.entry_points:
            what = f"its entry points for {group} are found only where it is installed, and a submodule isn't"
            mend = "look whether anything in the app needs them"
            yield Warning(submodule.shown(package.folder), what, mend)


def own_look_ups(submodule: Submodule, asked: Asked) -> Iterator[Problem]:
    """A module doesn't look up the packages of its own submodule among those that are installed."""
    own_names = {normalized(package.name) for package in submodule.packages}
    for name in asked.installed:
        if normalized(name) in own_names:
            what = f"asks importlib.metadata for {name} itself, which isn't installed here"
            yield Failure(submodule.shown(asked.file), what, submodule.otherwise)


def missing_module(submodule: Submodule, importing: Path, module: str) -> Iterator[Problem]:
    """A module that another one of its package imports is there, and in Git: no build has to make it."""
    folder = importing.parent
    files = [file for file in sorted(folder.glob(f"{module}.*")) if file.suffix in IMPORTED]
    made = [file for file in files if file.suffix != ".py" or file in written_files(submodule)]
    if not files and not (folder / module).is_dir():
        what = f"imports its module {module}, which isn't in the repository: its build makes it"
        yield Failure(submodule.shown(importing), what, submodule.otherwise)
    elif files and made == files:
        tracked = run("git", "ls-files", "--", *(file.name for file in files), folder=folder)
        if tracked.ok and not tracked.output:
            what = f"imports its module {module}, which its build has made here and which isn't in Git"
            yield Failure(submodule.shown(importing), what, submodule.otherwise)


def written_files(submodule: Submodule) -> set[Path]:
    """Return the files that the builds of a submodule's packages write the version to."""
    return {
        folder / path
        for package in submodule.packages
        for path in package.layout.version_files
        for folder in (package.folder, *submodule.names)
    }
