"""A Git command that talks to a server: heard as it speaks, and ended when it is silent too long or nobody waits any more."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

from git import Git, GitCommandError
from git.cmd import handle_process_output
from git.util import finalize_process

from making.ending import end, hold, let_go
from making.repository import GitError, ask_git

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

# How long a server may say nothing, in seconds, where the user's Git has no limit of its own.
PATIENCE = 120

LIMIT, SPEED = "GIT_HTTP_LOW_SPEED_TIME", "GIT_HTTP_LOW_SPEED_LIMIT"
TOO_SILENT = (
    "The server said nothing for {seconds} seconds, so Git was stopped. To give it longer, type:\n"
    "git config --global http.lowSpeedTime {more}"
)

# A server may name files that Git is to get from elsewhere first (CVE-2025-48385), if the user's Git is set to.
WITHOUT_BUNDLES = ("-c", "transfer.bundleURI=false")

# The processes that run now, each the first of its own session.
running: set[Popen[str]] = set()


def variables_of_patience() -> dict[str, str]:
    """Return the variables that limit how long a server may be silent: the user's own limit, which Git has for http."""
    seconds = os.environ.get(LIMIT) or ask_git("config", "--type=int", "http.lowSpeedTime")
    speed = os.environ.get(SPEED) or ask_git("config", "--type=int", "http.lowSpeedLimit")
    return {LIMIT: seconds if seconds.isdecimal() else str(PATIENCE), SPEED: speed or "1"}


def converse(*arguments: str, variables: dict[str, str], hear: Callable[[str], None]) -> None:
    """Run Git, and let `hear` take each line of its progress and complaints; `variables` are for Git.

    The limit of `variables_of_patience` holds for every transport. Raises GitPython's error if Git fails, GitError
    if it was silent too long. It has a session of its own, so that it can be ended with all that it starts.
    """
    patience, silent = int(variables[LIMIT]), False
    heard, ended = time.monotonic(), Event()

    def listen(line: str) -> None:
        nonlocal heard
        heard = time.monotonic()
        hear(line)

    def watch(child: Popen[str]) -> None:
        nonlocal silent
        while not ended.wait(heard + patience - time.monotonic()):
            if time.monotonic() >= heard + patience:
                silent = True
                end(child)
                return

    process: Popen[str] | None = None
    hold()
    try:
        git = Git().execute(
            ["git", *WITHOUT_BUNDLES, *arguments],
            env=variables,
            as_process=True,
            universal_newlines=True,
            start_new_session=True,
        )
        process = cast("Popen[str]", git.proc)
        running.add(process)
        let_go()
        if patience > 0:
            Thread(target=watch, args=(process,), daemon=True).start()
        handle_process_output(git, None, listen, finalize_process, decode_streams=False)
    except GitCommandError:
        if silent:
            raise GitError(TOO_SILENT.format(seconds=patience, more=5 * patience)) from None
        raise
    finally:
        let_go()
        ended.set()
        if process:
            end(process)
            running.discard(process)


def end_all() -> None:
    """End all that run now."""
    with ThreadPoolExecutor() as pool:
        pool.map(end, list(running))
