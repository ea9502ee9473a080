"""Run programs as a user does, and make the environments that they run in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tests.support.made_once import made_once

# What a program gets to do its work: long enough for a slow machine, short enough to end a hanging test.
TIME_LIMIT = 300


def run(*command, cwd=None, env=None, status=0) -> str:
    """Return what a program printed, standard output and standard error together.

    `env` holds variables to set besides those of the test run. Raises AssertionError with the output when the
    exit code isn't `status`, which may be None for any code, and TimeoutExpired when the program hangs.
    """
    done = finish(command, cwd, env or {}, TIME_LIMIT)
    assert status in (None, done.returncode), f"{command} exited with {done.returncode}\n{done.stdout}"
    return done.stdout


def finish(command: Sequence, cwd, variables: dict, limit: float) -> subprocess.CompletedProcess:
    """Run a program to its end, with more variables, and return how it ended and what it printed, both streams together."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=limit,
        check=False,
        encoding="utf-8",
        errors="replace",
    )


def new_environment(folder: Path, *requirements: str, pip: str = "") -> Path:
    """Make a virtual environment in `folder` with the requirements and a pip, the newest or `pip`; return its Python.

    The first one of its kind is installed and compiled; all are copies of it.
    """
    wanted = [f"pip=={pip or version('pip')}", *requirements]
    made = made_once(f"environment with {wanted}", lambda made: make_environment(made, *wanted))
    return copied_environment(made, folder)


def copied_environment(environment: Path, folder: Path) -> Path:
    """Copy a virtual environment to `folder`, and return the copy's Python.

    The files are the same on the disk (hard links): whoever changes one deletes it first, as pip, uv and Python do.
    """
    shutil.copytree(environment, folder, symlinks=True, copy_function=os.link)
    return python_in(folder)


def make_environment(folder: Path, *requirements: str) -> None:
    """Make a virtual environment that can be copied to another place, and install the requirements."""
    run(sys.executable, "-m", "uv", "venv", "--quiet", "--relocatable", "--python", sys.executable, folder)
    uv_install(python_in(folder), "--compile-bytecode", *requirements)


def python_in(environment: Path) -> Path:
    """Return the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip_install(python: Path, *arguments, **options) -> str:
    """Install into the environment of `python` with its own pip; `options` as for `run`."""
    return run(python, "-m", "pip", "install", *arguments, **options)


def uv_install(python: Path, *arguments, **options) -> str:
    """Install into the environment of `python` with uv; `options` as for `run`."""
    return run(sys.executable, "-m", "uv", "pip", "install", "--python", python, *arguments, **options)


def git_that_says(folder: Path, version: str, refuses: str) -> str:
    """Make a stand-in for an older Git in a folder, which knows an option less; return a PATH that begins with it."""
    folder.mkdir()
    program = folder / "git"
    program.write_text(
        f"""\
#!/bin/sh
case "$*" in
version) echo "git version {version}" ;;
*{refuses}*) echo "error: unknown option" >&2; exit 129 ;;
*) exec {shutil.which("git")} "$@" ;;
esac
""",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return os.pathsep.join([str(folder), os.environ["PATH"]])
