"""Submodules over http with a login; the server keeps no connection open, so that each clone makes four."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.submodules import measure_over
from tests.benchmarks.tables import Table
from tests.support import servers

AIM = 1.8
LOGIN = {"robot": secrets.token_hex(16)}
# A helper that the user has.
HELPER = f'[credential]\n\thelper = "!f() {{ echo username=robot; echo password={LOGIN["robot"]}; }}; f"\n'


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure with Git's own http-backend, behind a server of Python's."""
    return measure_over(serve, AIM, pairs, HELPER)


def serve(stack: ExitStack, repositories: Path) -> tuple[int, str]:
    """Start the server until the stack closes; return its port and its URL with `PORT` in it."""
    return urlsplit(stack.enter_context(servers.git_http(repositories, LOGIN))).port, "http://127.0.0.1:PORT"
