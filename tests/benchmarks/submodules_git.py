"""Submodules over git://, which asks for no login and keeps one connection a clone."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.submodules import measure_over
from tests.benchmarks.tables import Table
from tests.support import servers

AIM = 1.5


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure with Git's own daemon."""
    return measure_over(serve, AIM, pairs)


def serve(stack: ExitStack, repositories: Path) -> tuple[int, str]:
    """Start the server until the stack closes; return its port and its URL with `PORT` in it."""
    return urlsplit(stack.enter_context(servers.git_daemon(repositories))).port, "git://127.0.0.1:PORT"
