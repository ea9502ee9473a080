"""Measures what ten submodules cost each start of an app, beside listing the same folders: python -m tests.benchmarks.loader."""

import importlib.util
import shutil
import statistics
import sys
import tempfile
import timeit
from pathlib import Path

from tests.support.places import TEMPLATE_APP

LOADER = TEMPLATE_APP / "app" / "submodules" / "__init__.py"
SUBMODULES, RUNS = 10, 200


def make_submodules(folder: Path) -> None:
    """Write the loader and ten submodules, every other one with a src folder."""
    folder.mkdir(parents=True)
    shutil.copy(LOADER, folder)
    for number in range(SUBMODULES):
        package = folder / f"package-{number}" / ("src" if number % 2 else ".") / f"package_{number}"
        package.mkdir(parents=True)
        for name in ("__init__.py", "beams.py", "loads.py"):
            (package / name).touch()
        for name in ("README.md", "pyproject.toml", "CHANGELOG.md"):
            (folder / f"package-{number}" / name).touch()


def measure(folder: Path) -> tuple[float, float]:
    """Return the median times, in ms, of the loader and of listing the folders, taken in turns."""
    spec = importlib.util.spec_from_file_location("loader", folder / "__init__.py")
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    path, times = list(sys.path), []
    for _ in range(RUNS):
        sys.path[:] = path
        load = timeit.timeit(loader.make_importable, number=1)
        walk = timeit.timeit(
            lambda: [list(entry.iterdir()) for entry in folder.iterdir() if entry.is_dir()], number=1
        )
        times.append((load * 1000, walk * 1000))
    sys.path[:] = path
    loads, walks = zip(*times, strict=True)
    return statistics.median(loads), statistics.median(walks)


def main() -> None:
    """Print the time and the ratio; exit with 1 when the loader takes 1 ms or more."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "app" / "submodules"
        make_submodules(folder)
        load, walk = measure(folder)
    print(
        f"{SUBMODULES} submodules: {load:.2f} ms, {load / walk:.1f} times listing their folders ({walk:.2f} ms)"
    )
    sys.exit(load >= 1)


if __name__ == "__main__":
    main()
