"""A hook that is told to end does so without a word, its children first: cookiecutter's own process says what happened."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subprocess import CompletedProcess, Popen

# Ctrl-C; what a system or another program sends; what a terminal sends that is closed.
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]
# How long a child may take to end, in seconds.
GRACE = 5


class Held:
    """Whether signals have to wait, and which one came meanwhile."""

    is_on, came = False, 0


def end_quietly() -> None:
    """From now on, let the first of the signals end this process as `sys.exit` does, and ignore the others.

    What the process was told to ignore when it began (`nohup`) it goes on to ignore.
    """
    caught = [
        number
        for number in SIGNALS
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
    ]

    def end(number: int, _: object) -> None:
        if Held.is_on:
            Held.came = number
            return
        for each in caught:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in caught:
        signal.signal(number, end)


def hold() -> None:
    """Let signals wait while a child is started that nobody knows of yet; only the first thread is sent any."""
    from threading import current_thread, main_thread

    Held.is_on = current_thread() is main_thread()


def let_go() -> None:
    """Let signals wait no more: the one that came meanwhile ends this process."""
    came, Held.is_on, Held.came = Held.came, False, 0
    if came:
        signal.raise_signal(came)


def run_child(command: list[str], **settings: Any) -> CompletedProcess[str]:
    """Run a program as `subprocess.run` does; if this process ends meanwhile, it ends the program first."""
    from subprocess import CompletedProcess, Popen

    process = None
    hold()
    try:
        process = Popen(command, **settings)
        let_go()
        output, errors = process.communicate()
        return CompletedProcess(command, process.returncode, output, errors)
    finally:
        let_go()
        if process:
            end(process)


def end(process: Popen[str]) -> None:
    """End a child, if it still runs, and what it started where it has a session of its own: first politely."""
    if process.poll() is not None:
        return
    import os
    import subprocess
    from contextlib import suppress

    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if os.name == "nt":
            words = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(words, capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError, PermissionError):
                send = os.killpg if os.getpgid(process.pid) == process.pid else os.kill
                send(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            return
