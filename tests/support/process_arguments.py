"""Watch the arguments of every process that a test starts: on Linux all users of a machine can read them."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

# How long to wait between two looks, in seconds; a child process of Git's lives for a few milliseconds.
PAUSE = 0.002


@dataclass
class Watched:
    """What was seen: each command line of a descendant of this process, its words joined by spaces."""

    commands: set[str] = field(default_factory=set)

    def with_secret(self, user: str, secret: str) -> list[str]:
        """Return the programs in whose arguments the secret stood: in clear, percent-encoded, or in a login's base64.

        Only their names: what a failing test prints holds no secret.
        """
        forms = [secret, quote(secret, safe=""), base64.b64encode(f"{user}:{secret}".encode()).decode()]
        return sorted({name_of(line) for line in self.commands if any(form in line for form in forms)})


def name_of(command: str) -> str:
    """Return the first word of a command line."""
    return Path(command.split(" ", 1)[0]).name


@contextmanager
def watched_arguments() -> Iterator[Watched]:
    """Watch the descendants of this process while the block runs. Where there is no /proc nothing is seen."""
    watched, is_over = Watched(), threading.Event()

    def watch() -> None:
        while not is_over.wait(PAUSE):
            for process in descendants(os.getpid()):
                words = content(f"/proc/{process}/cmdline").rstrip(b"\0").split(b"\0")
                watched.commands.add(b" ".join(words).decode(errors="replace"))

    thread = threading.Thread(target=watch, daemon=True)
    if Path("/proc/self/cmdline").exists():
        thread.start()
    try:
        yield watched
    finally:
        is_over.set()
        if thread.ident:
            thread.join()


def descendants(process: int) -> Iterator[str]:
    """Yield the processes that a process started, and what these started; who is gone by then is left out."""
    asked = [str(process)]
    while asked:
        folder = f"/proc/{asked.pop()}/task"
        with suppress(OSError):
            for thread in os.listdir(folder):  # noqa: PTH208 (ten times faster, and it must be fast)
                children = content(f"{folder}/{thread}/children").decode().split()
                asked += children
                yield from children


def content(file: str) -> bytes:
    """Return the content of a file of /proc, nothing if its process is gone."""
    try:
        opened = os.open(file, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(opened, 65536)
    except OSError:
        return b""
    finally:
        os.close(opened)
