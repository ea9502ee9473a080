"""Make an app as a user does: cookiecutter as a program, its hooks included."""

import os
import shutil
import sys
from pathlib import Path

from tests.support.commands import run
from tests.support.forked_programs import cookiecutter
from tests.support.places import TEMPLATE
from tests.support.template_errors import without_context

SLUG = "my-viktor-app"


def make_app(folder: Path, *options, command=(), **settings) -> str:
    """Make an app in `folder` and return what was printed.

    `command` starts another cookiecutter than this environment's. `options` are words of the command line, of
    cookiecutter's own or `question=answer`; `settings` go to `commands.run`. Answers given this way must hold no brace,
    which cookiecutter would render.
    """
    words = (TEMPLATE, "--no-input", "--output-dir", folder, *options)
    try:
        return run(*command, *words, **settings) if command else cookiecutter(*words, **settings)
    except AssertionError as error:
        raise AssertionError(without_context(str(error))) from None


def git(folder: Path, *arguments, **settings) -> str:
    """Run Git in `folder` and return what it printed; `settings` go to `commands.run`."""
    return run("git", "-C", folder, *arguments, **settings).strip()


def path_with(folder: Path, *programs: str) -> str:
    """Return a PATH with Git and what its commands need, and copies in `folder` of programs of this environment."""
    folder.mkdir()
    for program in programs:
        found = shutil.which(program, path=Path(sys.executable).parent)
        shutil.copy(found, folder / Path(found).name)
    system = () if os.name == "nt" else ("/usr/bin", "/bin")
    return os.pathsep.join([str(folder), str(Path(shutil.which("git")).parent), *system])
