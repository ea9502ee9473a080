"""The packages in app/submodules/, found where the app's own loader finds them, on VIKTOR's server too."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from preflight.metadata import Metadata, read_metadata

LOADER = "app/submodules/__init__.py"
NAMED_ROOTS = "app/submodules/import_roots.json"
DESCRIPTIONS = ("pyproject.toml", "setup.cfg", "setup.py")


class Loader(NamedTuple):
    """The functions of app/submodules/__init__.py that preflight and the hooks call; it explains them."""

    import_roots: Callable[[], dict[str, list[str]]]
    named_roots: Callable[[], dict[str, list[str]]]
    make_importable: Callable[[], None]
    roots_of: Callable[[str], list[str]]
    packages: Callable[[str], list[str]]
    modules: Callable[[str], list[str]]
    namespaces: Callable[[str], list[str]]
    is_public: Callable[[str, str], bool]

    def names_in(self, root: Path, submodule: Path) -> list[str]:
        """Return the names that a submodule gives to import from one of its import roots.

        At the top of a repository much else lies: a module counts only where there is no package, and so on.
        """
        if root == submodule.parent:
            return [submodule.name]
        folder = str(root)
        kinds = [self.packages(folder), self.modules(folder), self.namespaces(folder)]
        if root != submodule:
            return sorted(name for kind in kinds for name in kind)
        public = [[name for name in kind if self.is_public(name, folder)] for kind in kinds]
        return sorted(next(filter(None, public), []))


def load_loader(app_root: Path) -> Loader:
    """Return the loader of an app, without importing the app and without a __pycache__.

    Raises OSError if it isn't there, and KeyError if it is that of an older template.
    """
    names = runpy.run_path(str(app_root / LOADER))
    fields = Loader._fields
    return Loader(**{name: names[name] for name in fields})


def read_packages(loader: Loader, submodule: Path) -> list[Metadata]:
    """Return what the packages of a submodule say about themselves; `submodule` is its folder.

    Raises MetadataError if one of them can't be read.
    """
    try:
        named = loader.named_roots().get(submodule.name, [])
        roots = [str(submodule / root) for root in named] or loader.roots_of(str(submodule))
    except (ImportError, FileNotFoundError):
        # It is empty, or isn't there, or its import roots are named wrongly: other checks tell.
        roots = []
    return [read_metadata(folder, submodule) for folder in package_folders(submodule, roots)]


def package_folders(submodule: Path, roots: Sequence[str]) -> list[Path]:
    """Return the folders of the packages of a submodule: it is one itself, or holds several.

    Each import root belongs to the nearest folder above it, inside the submodule, that describes a package.
    """
    folders = [folder_of(submodule, Path(root)) for root in roots]
    return list(dict.fromkeys(folders)) or [submodule]


def folder_of(submodule: Path, root: Path) -> Path:
    """Return the nearest folder above an import root that describes a package, or else the submodule."""
    for folder in (root, *root.parents):
        if not folder.is_relative_to(submodule):
            break
        if any((folder / name).is_file() for name in DESCRIPTIONS):
            return folder
    return submodule
