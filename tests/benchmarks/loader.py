"""What submodules cost each start of an app: the loader that the app imports, beside listing the same folders."""

from __future__ import annotations

import shutil
import sys
import tempfile
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from tests.benchmarks.pairs import Times, in_turns
from tests.benchmarks.tables import Table, number
from tests.support.places import TEMPLATE_APP

LOADER = TEMPLATE_APP / "app" / "submodules" / "__init__.py"
PAIRS, COUNTS = 200, (0, 10, 50)
# In ms for each submodule, over what the loader costs without any.
AIM, AT_MOST = 0.02, 0.1
HEADING = ("Submodules", "Time in ms", "Beside listing their folders", "ms a submodule", "Aim", "At most")


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure apps with no submodule, some and many."""
    table = Table(pairs or PAIRS, HEADING)
    without: Times | None = None
    for count in COUNTS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve() / "app" / "submodules"
            make_submodules(folder, count)
            ours, listing = in_turns(table.pairs, partial(start, folder), partial(list_all, folder))
        without = without or ours
        cells = [str(count), f"{ours.median * 1000:.2f}", f"{ours.ratio(listing):.1f}"]
        if count:
            each = (ours.median - without.median) * 1000 / count
            cells += [table.judged(each, AT_MOST, digits=3), number(AIM), number(AT_MOST)]
        table.rows.append([*cells, *[""] * (len(HEADING) - len(cells))])
    return table


def make_submodules(folder: Path, count: int) -> None:
    """Write the loader and submodules, every other one with a src folder."""
    folder.mkdir(parents=True)
    shutil.copy(LOADER, folder)
    for place in range(count):
        package = folder / f"package-{place}" / ("src" if place % 2 else ".") / f"package_{place}"
        package.mkdir(parents=True)
        for name in ("__init__.py", "beams.py", "loads.py"):
            (package / name).touch()
        for name in ("README.md", "pyproject.toml", "CHANGELOG.md"):
            (folder / f"package-{place}" / name).touch()


def start(folder: Path, _: Path) -> None:
    """Import the loader and let it do its work, as each start of the app does."""
    path = list(sys.path)
    spec = spec_from_file_location("loader", folder / "__init__.py")
    loader = module_from_spec(spec)
    spec.loader.exec_module(loader)
    loader.make_importable()
    sys.path[:] = path


def list_all(folder: Path, _: Path) -> None:
    """List the folder of the submodules, and each of them."""
    for entry in folder.iterdir():
        if entry.is_dir():
            list(entry.iterdir())
