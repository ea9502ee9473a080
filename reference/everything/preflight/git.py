"""Runs Git, in the app and in its submodules."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from preflight.programs import Finished, run

# In a hook, the index of the commit that is being made: it is the app's, and no submodule's.
INDEX_OF_A_COMMIT = "GIT_INDEX_FILE"


def git(*words: str | Path, folder: Path) -> Finished:
    """Run Git in the app's folder. In a hook it sees the app as it is about to be committed."""
    return run("git", *words, folder=folder)


def git_inside(folder: Path, *words: str | Path, given: str | None = None) -> Finished:
    """Run Git in a folder that isn't the app's, such as a submodule's, and in no repository around it.

    `given` is what Git reads as its input.
    """
    environment = {name: value for name, value in os.environ.items() if name != INDEX_OF_A_COMMIT}
    variables = {"GIT_CEILING_DIRECTORIES": str(folder.resolve().parent)}
    return run("git", *words, folder=folder, environment=environment, variables=variables, given=given)


def quoted(path: str) -> str:
    """Return a path as the shells of all systems take it in a command."""
    return shlex.quote(path)
