"""Checks that this app is ready to be published, and that no stranger's package gets in.

python -m preflight               all checks; exit code 0 if they hold, 1 if one fails, 2 for a wrong call
python -m preflight --offline     those that need no network
python -m preflight lock          makes requirements.txt of requirements.in, with the hashes of all packages
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from preflight.app import App
from preflight.bounds import bounds
from preflight.imports import imports
from preflight.leaks import leaks
from preflight.lines import requirements
from preflight.needs import needs
from preflight.problem import Check, Failure, Findings, LeftOut, Problem, Unanswered, Warning, printable
from preflight.secret import secret
from preflight.settings import settings
from preflight.submodules import submodules
from preflight.work_tree import work_tree

OFFLINE = (settings, requirements, bounds, secret, submodules, needs, imports, leaks, work_tree)
# What needs the network, and the checks that must not have failed before: an index is asked with the secret
# only where requirements.txt gives it to nobody else.
ONLINE = {
    "commits": ("submodules",),
    "origin": ("requirements", "secret"),
    "lock": ("requirements", "secret"),
}

SIGNS = {"passed": ("✓", 32), "warning": ("!", 33), "failed": ("✗", 31), "left out": ("-", 2)}


class Result(NamedTuple):
    """What a check says: its name, what it saw (or why it was left out), and its problems."""

    check: str
    seen: str
    problems: tuple[Problem, ...] = ()
    is_left_out: bool = False

    @property
    def status(self) -> str:
        """One word for it: a key of SIGNS."""
        if self.is_left_out:
            return "left out"
        if any(isinstance(problem, Failure) for problem in self.problems):
            return "failed"
        return "warning" if self.problems else "passed"

    def as_json(self) -> dict[str, Any]:
        """Return the result for machines."""
        problems = [{"warning": isinstance(one, Warning), **one._asdict()} for one in self.problems]
        return {"check": self.check, "status": self.status, "seen": self.seen, "problems": problems}


def carry_out(name: str, findings: Findings) -> Result:
    """Carry out a check. One that breaks is a failure: what nobody looked at must not pass."""
    problems: list[Problem] = []
    while True:
        try:
            problems.append(next(findings))
        except StopIteration as end:
            return Result(name, end.value, tuple(problems))
        except LeftOut as why:
            return Result(name, f"left out: {why}", tuple(problems), is_left_out=not problems)
        except Unanswered as why:
            return Result(name, "", (*problems, why.failure))
        except Exception as error:  # its words could hold the secret
            return Result(name, "", (*problems, broken(error)))


def name_of(check: Check) -> str:
    """The name of a check as it is told."""
    return check.__name__.replace("_", " ")


def broken(error: Exception) -> Failure:
    """Return the failure for a fault of preflight itself."""
    from traceback import extract_tb

    place = extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    return Failure(
        where,
        f"preflight itself fails: {type(error).__name__}",
        "please report it with this line, where the template is kept",
    )


def all_results(app: App, *, is_offline: bool) -> Iterator[Result]:
    """Yield what each check says."""
    failed = set()
    for check in OFFLINE:
        result = carry_out(name_of(check), check(app))
        if result.status == "failed":
            failed.add(result.check)
        yield result
    if is_offline:
        yield from (left_out(name, "needs the network") for name in ONLINE)
    else:
        yield from online_results(app, failed)


def online_results(app: App, failed: set[str]) -> Iterator[Result]:
    """Yield what the checks say that need the network; they run at the same time.

    They are imported here: `--offline` runs at each commit, and shouldn't wait for them.
    """
    from concurrent.futures import ThreadPoolExecutor

    from preflight.commits import commits
    from preflight.lock import lock
    from preflight.origin import origin

    def online_result(check: Check) -> Result:
        name = name_of(check)
        unmet = [needed for needed in ONLINE[name] if needed in failed]
        if unmet:
            return left_out(name, f"mend the {' and the '.join(unmet)} first")
        return carry_out(name, check(app))

    with ThreadPoolExecutor() as pool:
        yield from pool.map(online_result, (commits, origin, lock))


def left_out(name: str, why: str) -> Result:
    """The result of a check that isn't carried out."""
    return Result(name, f"left out: {why}", is_left_out=True)


def tell(result: Result) -> None:
    """Print a result: a line for the check, and below it each problem with its mend."""
    sign, colour = SIGNS[result.status]
    print(
        f"\033[{colour}m{sign}\033[0m" if has_colours() else sign,
        f"{result.check:12}",
        printable(result.seen),
        flush=True,
    )
    for problem in result.problems:
        what = f"warning: {problem.what}" if isinstance(problem, Warning) else problem.what
        # A line break in a name or in a program's words begins no line that looks like a check.
        where, what, mend = (
            printable(text).replace("\n", "\n        ") for text in (problem.where, what, problem.mend)
        )
        print(f"    {where}: {what}\n      -> {mend}", flush=True)


def has_colours() -> bool:
    """Whether the terminal shows colours; Windows' old console does not."""
    is_modern = os.name != "nt" or "WT_SESSION" in os.environ
    return is_modern and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def read_call() -> argparse.Namespace:
    """Return what was typed; a wrong call ends here, with the code 2."""
    parser = argparse.ArgumentParser("python -m preflight", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    parser.add_argument("--json", action="store_true", help="print the results for machines")
    commands = parser.add_subparsers(dest="command", metavar="lock")
    locking = commands.add_parser("lock", help="make requirements.txt of requirements.in, with hashes")
    locking.add_argument("--upgrade", action="store_true", help="take the newest versions")
    return parser.parse_args()


def main() -> int:
    """Carry out what was typed, and return the exit code."""
    call, app = read_call(), App(Path.cwd())
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    if call.command == "lock":
        from preflight.lock import write_lock

        written = carry_out("lock", write_lock(app, upgrade=call.upgrade))
        tell(written)
        return 1 if written.status in ("failed", "left out") else 0
    results = []
    for result in all_results(app, is_offline=call.offline):
        results.append(result)
        if not call.json:
            tell(result)
    failed = [result.check for result in results if result.status == "failed"]
    last = f"\nNot ready: {', '.join(failed)}." if failed else "\nReady, as far as was checked."
    print(json.dumps([result.as_json() for result in results], indent=2) if call.json else last)
    return 1 if failed else 0


if __name__ == "__main__":
    gc.disable()  # what is read is small, and the program ends soon
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Python would first take down all that was imported: a tenth of the time
