"""Measure a bake against the same files rendered without hooks, then `git init`, `git add`, `git commit`."""

import subprocess
import sys
from pathlib import Path

from pairs import compare, cookiecutter, plain_user

LIMIT = 1.35


def by_hand(folder: Path) -> None:
    """Make the app's files in `folder` without hooks, and its repository with the commands that one would type."""
    cookiecutter(folder, "--accept-hooks", "no")
    (app,) = folder.iterdir()
    for command in ("init --quiet --initial-branch=main", "add --all", "commit --quiet --message=Start"):
        subprocess.run(["git", *command.split()], cwd=app, check=True)


if __name__ == "__main__":
    with plain_user():
        kept = compare("a bake / by hand", cookiecutter, by_hand, LIMIT, pairs=21)
    sys.exit(not kept)
