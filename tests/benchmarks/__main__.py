"""Run the benchmarks, or the parts that are named; print their tables, and put them into README.md."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from tests.benchmarks.machine import load, machine
from tests.benchmarks.tables import keep_in_readme

# In the order of README.md; each is a module whose `measure(pairs, peers)` returns a Table.
PARTS = (
    "bake",
    "submodules_git",
    "submodules_http",
    "submodules_ssh",
    "loader",
    "preflight",
    "update",
    "reference",
    "suite",
)


def main() -> None:
    """Run them; exit with 1 if a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"all of them, or some of {', '.join(PARTS)}")
    parser.add_argument(
        "--pairs", type=int, help="how often each pair is run, in the place of each part's own number"
    )
    parser.add_argument(
        "--peers", type=Path, nargs="+", default=[], help="clones of other templates, to bake beside"
    )
    arguments = parser.parse_intermixed_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    is_kept = True
    print(f"{machine()}.\n")
    for name in arguments.parts or PARTS:
        before, start = load(), time.monotonic()
        table = importlib.import_module(f"tests.benchmarks.{name}").measure(arguments.pairs, arguments.peers)
        minutes = (time.monotonic() - start) / 60
        how = f"Pairs: {table.pairs}, in {minutes:.1f} minutes; load before: {before}. {machine()}."
        text = f"{table}\n\n{how}"
        print(f"{text}\n", flush=True)
        keep_in_readme(name, text)
        is_kept &= table.is_kept
    sys.exit(not is_kept)


if __name__ == "__main__":
    main()
