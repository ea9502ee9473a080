"""The reference apps, all that have a file of answers, beside as many plain bakes one after another."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.reference.make import FOLDER, answers_files
from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table
from tests.benchmarks.users import a_user, run
from tests.support.places import TEMPLATE

PAIRS = 3


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure the command that `make reference` runs, with another folder for the apps."""
    table = Table(pairs or PAIRS)
    count = len(answers_files())
    with a_user() as user:

        def all_at_once(folder: Path) -> None:
            words = ("--answers", str(FOLDER), "--out", str(folder / "apps"), "--stand-ins")
            run(sys.executable, "-m", "docs.reference.make", *words, cwd=TEMPLATE)

        def one_by_one(folder: Path) -> None:
            for place in range(count):
                user.bake(folder / str(place))

        times = in_turns(table.pairs, all_at_once, one_by_one, warm_up=False)
    table.compare(f"{count} reference apps with their submodules", f"{count} default bakes", times)
    return table
