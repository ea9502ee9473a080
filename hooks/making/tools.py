"""What cloning submodules needs beside Python's own library, and how it gets there."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING

from preflight.git import why_too_old

from making.command_line import command_line
from making.comparison import made_to_compare
from making.ending import run_child
from making.problem import MakingError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from making.settings import Answers

# The modules that the second hook imports, and what brings them: the same as in the hook's own metadata (PEP 723),
# but for rich, which each cookiecutter brings along.
REQUIREMENTS = {"git": "GitPython>=3.1.62", "rich": "rich>=13"}
if sys.version_info < (3, 11):
    REQUIREMENTS["tomli"] = "tomli>=2"

# The programs that run a script in an environment with what its metadata asks for, and their words before its path.
RUNNERS = {"uv": ("run", "--quiet", "--script"), "pipx": ("run",)}

# Set for the run in such an environment, so that an import which fails there too is not tried for ever.
RERUN = "COOKIECUTTER_VIKTOR_APP_RERUN"


def judge_tools(answers: Answers) -> Iterator[Problem]:
    """What the second hook needs for submodules is there, said now rather than after the last file."""
    if made_to_compare(answers):
        return
    if not which("git"):
        wrong = "submodules need Git, and it isn't on the PATH"
        yield Problem((), wrong, "install it from https://git-scm.com and open a new terminal")
    elif why := why_too_old():
        yield Problem((), why, "install a newer one from https://git-scm.com and open a new terminal")
    missing = missing_requirements()
    if missing and not any(map(which, RUNNERS)):
        names = " and ".join(requirement.partition(">=")[0] for requirement in missing)
        yield Problem(
            (),
            f"submodules need {names} beside cookiecutter, and neither uv nor pipx is here to fetch it",
            f"type {command_line(sys.executable, '-m', 'pip', 'install', *missing)}",
        )


def missing_requirements() -> list[str]:
    """Return the requirements whose modules this interpreter doesn't have."""
    return [requirement for module, requirement in REQUIREMENTS.items() if not find_spec(module)]


def run_hook_with_tools() -> int:
    """Run the hook that is running in an environment that holds what its metadata asks for; return its exit code.

    Raises MakingError if no program is there to make that environment, or the hook runs in one already.
    """
    found = {name: path for name in RUNNERS if (path := which(name))}
    runner = next(iter(found), None)
    if not runner or RERUN in os.environ:
        raise MakingError("Submodules need GitPython. Type: python -m pip install GitPython")
    command = [found[runner], *RUNNERS[runner], sys.argv[0]]
    return run_child(command, env=os.environ | {RERUN: "1"}).returncode
