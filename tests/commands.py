"""Run programs as a user does, and make the environments that they run in."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

# What a program gets to do its work: long enough for a slow machine, short enough to end a hanging test.
TIME_LIMIT = 300


def run(*command, cwd=None, env=None, status=0) -> str:
    """Return what a program printed, standard output and standard error together.

    `env` holds variables to set besides those of the test run. Raises AssertionError with the output when the
    exit code isn't `status`, which may be None for any code, and TimeoutExpired when the program hangs.
    """
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIME_LIMIT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    assert status in (None, done.returncode), f"{command} exited with {done.returncode}\n{done.stdout}"
    return done.stdout


def new_environment(folder: Path, *requirements: str) -> Path:
    """Make a virtual environment in `folder` with pip and the requirements; return its Python."""
    run(sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv_install(python, "--compile-bytecode", f"pip=={version('pip')}", *requirements)
    return python


def pip_install(python: Path, *arguments, **options) -> str:
    """Install into the environment of `python` with its own pip; `options` as for `run`."""
    return run(python, "-m", "pip", "install", *arguments, **options)


def uv_install(python: Path, *arguments, **options) -> str:
    """Install into the environment of `python` with uv; `options` as for `run`."""
    return run(sys.executable, "-m", "uv", "pip", "install", "--python", python, *arguments, **options)
