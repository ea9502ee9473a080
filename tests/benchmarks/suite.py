"""The whole test suite, once: two minutes on two cores are the aim."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table, number
from tests.benchmarks.users import run
from tests.support.places import TEMPLATE

AIM = 120
HEADING = ("What", "Time in s", "CPU time in s", "Aim")


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure the tests that `make test` runs."""
    table = Table(pairs or 1, HEADING)
    words = (sys.executable, "-m", "pytest", "--quiet")
    (times,) = in_turns(table.pairs, lambda _: run(*words, cwd=TEMPLATE), warm_up=False)
    table.rows.append(["the test suite", f"{times.median:.0f}", f"{times.cpu[0]:.0f}", number(AIM)])
    return table
