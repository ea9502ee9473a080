"""Preflight: offline beside Python's bare start, and the whole of it beside pip's own dry run."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table
from tests.benchmarks.users import User, a_user, run
from tests.support import packages, servers

PAIRS = 9
# This Python's: for another one both tools do other work.
PYTHON = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
NAMES = [f"part-{place:02}" for place in range(10)]
PIP = ("-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "-r", "requirements.txt")


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure an app with ten submodules, and one with ten private packages from an index."""
    table = Table(pairs or PAIRS)
    with ExitStack() as stack:
        user = stack.enter_context(a_user())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        beside, of_index = (
            with_submodules(stack, user, folder / "one"),
            with_packages(stack, user, folder / "two"),
        )
        times = in_turns(
            table.pairs, python(beside, "-m", "preflight", "--offline"), python(beside, "-c", "pass")
        )
        what = f"`python -m preflight --offline`, {len(NAMES)} submodules"
        table.compare(what, "Python's bare start", times)
        beside_pip(table, "`python -m preflight`", of_index, aim=1.3, at_most=1.5)
        lock(of_index)
        beside_pip(table, "the same with a lock", of_index, at_most=1.1)
    return table


def beside_pip(table: Table, what: str, app: Path, **limits: float) -> None:
    """Add a row that compares the whole of preflight with pip's dry run of the same file."""
    times = in_turns(table.pairs, python(app, "-m", "preflight"), python(app, *PIP))
    table.compare(what, "`pip install --dry-run` of the same file", times, **limits)


def python(app: Path, *words: str) -> Callable[[Path], None]:
    """Return what runs Python with these words in an app."""
    return lambda _: run(sys.executable, *words, cwd=app)


def with_submodules(stack: ExitStack, user: User, folder: Path) -> Path:
    """Make an app with submodules, whose server goes on until the stack closes."""
    repositories = folder / "repositories"
    for name in NAMES:
        packages.repository(repositories / f"{name}.git", packages.Commit(packages.sources(name, "1.0")))
    url = stack.enter_context(servers.git_daemon(repositories))
    return user.bake(folder / "apps", PYTHON, f"submodules={' '.join(f'{url}/{name}.git' for name in NAMES)}")


def with_packages(stack: ExitStack, user: User, folder: Path) -> Path:
    """Make an app with private packages from an index with a login, which goes on until the stack closes."""
    wheels, secret = folder / "wheels", secrets.token_hex(8)
    wheels.mkdir(parents=True)
    for name in NAMES:
        packages.wheel(wheels, name, "1.0")
    index = stack.enter_context(servers.pypiserver(wheels, {"robot": secret}))
    os.environ["VIKTOR_APP_SECRET"] = secret
    pinned = " ".join(f"{name}==1.0" for name in NAMES)
    answers = {"index_url": index.replace("//", "//robot@", 1), "private_packages": pinned}
    return user.bake(
        folder / "apps", PYTHON, *(f"{question}={answer}" for question, answer in answers.items())
    )


def lock(app: Path) -> None:
    """Lock the app's packages, and commit."""
    in_app = partial(run, cwd=app)
    in_app("git", "mv", "requirements.txt", "requirements.in")
    in_app(sys.executable, "-m", "preflight", "lock")
    in_app("git", "add", "--all")
    in_app("git", "commit", "--quiet", "--message=Lock")
