"""Runs other programs: without a prompt, within a time limit, and with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

# How long a program may take, in seconds, where its caller doesn't say.
TIME_LIMIT = 120

# Git sets these for its hooks: there they point to the repository of the commit that is being made.
OF_A_GIT_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR")

# With these no program asks for a login, and each one speaks English, which some checks read.
SILENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
    "PYTHONIOENCODING": "utf-8",
}


class Finished(NamedTuple):
    """A program that ended: its exit code and what it printed, or why it didn't end by itself."""

    code: int
    output: str = ""
    errors: str = ""
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ended with 0."""
        return self.code == 0


class Running:
    """A program that was started; one that can't be has a `why`."""

    def __init__(self, name: str, process: subprocess.Popen[str] | None = None, why: str = "") -> None:
        self.name = name
        self.process = process
        self.why = why

    def finish(self, given: str | None = None, limit: float = TIME_LIMIT) -> Finished:
        """Wait until it ends, and return what it printed; `given` and `limit` are those of `run`."""
        if self.process is None:
            return Finished(1, why=self.why)
        with self.process as process:
            try:
                output, errors = process.communicate(given, timeout=limit)
            except subprocess.TimeoutExpired:
                stop(process)
                return Finished(1, why=f"{self.name} did not end within {limit:g} seconds")
            except BaseException:
                stop(process)
                raise
        return Finished(process.returncode, output, errors)


def run(
    *command: str | Path,
    folder: Path,
    variables: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    given: str | None = None,
    limit: float = TIME_LIMIT,
) -> Finished:
    """Run a program in a folder and return what it printed; it gets no input, or the text that is `given`.

    `variables` are set besides those of this process, or besides those of `environment` where it is given.
    `limit` is in seconds. A program that isn't there, or takes longer, ends with the code 1 and has a `why`.
    """
    running = start(
        *command, folder=folder, variables=variables, environment=environment, has_input=given is not None
    )
    return running.finish(given, limit)


def start(
    *command: str | Path,
    folder: Path,
    variables: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    has_input: bool = False,
) -> Running:
    """Start a program, as `run` does, and don't wait for it."""
    inherited = os.environ if environment is None else environment
    kept = {name: value for name, value in inherited.items() if name not in OF_A_GIT_HOOK}
    program = Path(command[0]).stem
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=kept | SILENT | (variables or {}),
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        return Running(program, why=f"{program} can't be run: {error.strerror}")
    return Running(program, process)


@contextmanager
def empty_folder() -> Generator[Path]:
    """Give a folder for the files of other programs until the block ends.

    What one of them still holds open then, Windows doesn't delete; that is no reason to fail.
    """
    from tempfile import TemporaryDirectory  # few checks need it, and an import takes time

    with TemporaryDirectory(prefix="preflight-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def stop(process: subprocess.Popen[str]) -> None:
    """End a program and all that it started: Git's helpers would hold its output open."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
