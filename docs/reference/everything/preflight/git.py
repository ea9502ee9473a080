"""Runs Git, in the app and in its submodules."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from preflight.programs import Finished, run, start

# In a hook, the index of the commit that is being made: it is the app's, and no submodule's.
INDEX_OF_A_COMMIT = "GIT_INDEX_FILE"

# `ls-files` lists the files of submodules with what is recorded of them since 2.36; since 2.38 a command line
# can say that a repository of another owner may be looked at.
OLDEST_GIT = (2, 38)

# How many Gits run at the same time.
AT_ONCE = 16


def git(*words: str | Path, folder: Path) -> Finished:
    """Run Git in the app's folder. In a hook it sees the app as it is about to be committed."""
    return run("git", *words, folder=folder)


def git_inside(folder: Path, *words: str | Path, given: str | None = None) -> Finished:
    """Run Git in a folder that isn't the app's, such as a submodule's, and in no repository around it.

    `given` is what Git reads as its input.
    """
    return run("git", *words, folder=folder, environment=environment_inside(folder), given=given)


def git_inside_each(folders: list[Path], *words: str) -> list[Finished]:
    """Run Git as `git_inside` does in several folders, a few at the same time."""
    answers = []
    for first in range(0, len(folders), AT_ONCE):
        some = folders[first : first + AT_ONCE]
        running = [
            start("git", *words, folder=folder, environment=environment_inside(folder)) for folder in some
        ]
        answers += [one.finish() for one in running]
    return answers


def environment_inside(folder: Path) -> dict[str, str]:
    """Return the variables with which Git looks at the repository in a folder, and at none around it."""
    environment = {name: value for name, value in os.environ.items() if name != INDEX_OF_A_COMMIT}
    return environment | {"GIT_CEILING_DIRECTORIES": str(folder.resolve().parent)}


def quoted(path: str) -> str:
    """A path as the shells of all systems take it in a command."""
    return shlex.quote(path)


def why_too_old() -> str:
    """Return that Git is too old, "" if it is not, or says nothing of its version."""
    version = run("git", "version", folder=Path()).output.strip().removeprefix("git version ")
    numbers = version.split(".")[:2]
    if not all(map(str.isdecimal, numbers)) or tuple(map(int, numbers)) >= OLDEST_GIT:
        return ""
    return f"Git {version} is too old: it must be {'.'.join(map(str, OLDEST_GIT))} or newer"
