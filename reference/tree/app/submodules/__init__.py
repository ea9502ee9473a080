"""Makes the packages in this folder importable under their own names, each from its `src/` or else its root."""

import os
import sys
from pathlib import Path

SUBMODULES = Path(__file__).resolve().parent
APP_ROOT = SUBMODULES.parents[1]


def import_roots() -> list[Path]:
    """Return the folder that Python must look in for each submodule; raise ImportError for an empty submodule."""
    roots = []
    for folder in sorted(SUBMODULES.iterdir()):
        if folder.is_dir() and not folder.name.startswith((".", "__")):
            if not any(folder.iterdir()):
                raise ImportError(
                    f"app/submodules/{folder.name} is empty. Type: git submodule update --init --recursive"
                )
            source = folder / "src"
            roots.append(source if source.is_dir() else folder)
    return roots


def make_importable() -> None:
    """Put the import roots on `sys.path`, once: after the standard library and the app, before installed packages."""
    roots = import_roots()
    if roots:
        place = _first_installed()
        paths = [str(APP_ROOT), *map(str, roots)]
        sys.path[place:place] = [path for path in paths if path not in sys.path[:place]]


def _first_installed() -> int:
    """Return the place on `sys.path` where the standard library ends and the installed packages begin."""
    library = str(Path(os.__file__).parent)
    start = sys.path.index(library) if library in sys.path else 0
    for place in range(start, len(sys.path)):
        if Path(sys.path[place]).name in ("site-packages", "dist-packages"):
            return place
    return len(sys.path)
