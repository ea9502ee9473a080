"""Submodules over ssh; it needs the system's sshd."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.submodules import measure_over
from tests.benchmarks.tables import Table
from tests.support import servers

AIM = 1.5


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure with OpenSSH's server and a key without a passphrase."""
    return measure_over(serve, AIM, pairs)


def serve(stack: ExitStack, repositories: Path) -> tuple[int, str]:
    """Start the server until the stack closes, and let Git reach it; return its port and its URL with `PORT` in it."""
    server = stack.enter_context(servers.git_ssh(repositories))
    port = urlsplit(server.url).port
    # The server's key is known by its own port, not by that of a relay.
    os.environ["GIT_SSH_COMMAND"] = f"{server.command} -o HostKeyAlias=[127.0.0.1]:{port}"
    return port, server.url.replace(f":{port}", ":PORT")
