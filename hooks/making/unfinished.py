"""The mark in an app's folder while a run makes it. One that was cut off leaves it; the next can complete the app."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

MARK = Path(".unfinished")
AGAIN = "again"
WORDS = """\
{process} {again}
The process of this number is making the app. If there is none, the run was cut off: type the same command
with --overwrite-if-exists, which completes the app.
"""
# An older mark is that of a run that was cut off, even if a process has its number: systems use numbers again.
LONGEST_RUN = 3600  # seconds


def begin() -> None:
    """Mark the working directory if nothing is in it, or if a run that began it was cut off; remove the file of the hook.

    Exits with 1 where another run is at work in it.
    """
    if maker := maker_of(Path()):
        sys.exit(f"\n{at_work(Path.cwd(), maker)}\n")
    if is_unfinished(Path()):
        mark(os.getppid(), again=MARK.is_file())
    remove_hook()


def go_on() -> bool:
    """Let the mark name this process, if there is one; tell whether a run before this one was cut off."""
    if not MARK.is_file():
        return False
    again = AGAIN in MARK.read_text(encoding="ascii").partition("\n")[0]
    mark(os.getpid(), again=again)
    return again


def mark(process: int, *, again: bool) -> None:
    """Mark the working directory as being made by a process, `again` if a run before it was cut off."""
    text = WORDS.format(process=process, again=AGAIN if again else "")
    MARK.write_text(text, encoding="ascii", newline="\n")


def finish() -> None:
    """Say that the app in the working directory is whole."""
    MARK.unlink(missing_ok=True)


def remove_hook() -> None:
    """Remove the file that cookiecutter wrote of this hook, and would leave."""
    Path(sys.argv[0]).unlink(missing_ok=True)


def is_unfinished(folder: Path) -> bool:
    """Tell whether a folder is empty, or was begun and not ended."""
    return (folder / MARK).is_file() or not any(folder.iterdir())


def maker_of(folder: Path) -> int:
    """Return the process that is making the app in a folder, 0 if none is.

    On Windows always 0: there Python has no harmless way to ask.
    """
    file, process = folder / MARK, 0
    try:
        process, age = int(file.read_text(encoding="ascii").split()[0]), time.time() - file.stat().st_mtime
        # Its own number is no other run's: in a new container the numbers begin anew.
        is_own = process in (os.getpid(), os.getppid())
        if os.name == "nt" or age > LONGEST_RUN or is_own or has_ended(process):
            return 0
        os.kill(process, 0)
    except PermissionError:  # it is there, and another user's
        return process
    except (OSError, ValueError, IndexError, OverflowError):
        return 0
    return process


def has_ended(process: int) -> bool:
    """Tell whether a process has ended, but has a number still: in a container, nobody may ask how it ended.

    Known on Linux, where containers are: proc_pid_stat(5) gives the state after the name, which may hold any letter.
    """
    try:
        status = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return False
    return status.rpartition(b")")[2].split()[0] == b"Z"


def at_work(folder: Path, maker: int) -> str:
    """Return that another run is making the app."""
    return f"{folder} is being made by another run right now, process {maker}. Wait until it has ended."
