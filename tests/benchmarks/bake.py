"""Measure a bake against the same files by hand, and one without Git against a template of one file."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.pairs import compare, cookiecutter, plain_user

BY_HAND, ONE_FILE = 1.2, 1.6


def by_hand(folder: Path) -> None:
    """Make the app's files in `folder` without hooks, and its repository with the commands that one would type."""
    cookiecutter(folder, "--accept-hooks", "no")
    (app,) = folder.iterdir()
    for command in ("init --quiet --initial-branch=main", "add --all", "commit --quiet --message=Start"):
        subprocess.run(["git", *command.split()], cwd=app, check=True)


def without_git(folder: Path) -> None:
    """Make an app that is no repository."""
    cookiecutter(folder, "__git_init=no")


def make_template_of_one_file(folder: Path) -> Path:
    """Make a template that makes one file, and return its folder."""
    (folder / "{{cookiecutter.name}}").mkdir(parents=True)
    (folder / "cookiecutter.json").write_text('{"name": "app"}', encoding="utf-8")
    (folder / "{{cookiecutter.name}}" / "README.md").write_text(
        "# {{ cookiecutter.name }}\n", encoding="utf-8"
    )
    return folder


if __name__ == "__main__":
    with plain_user(), tempfile.TemporaryDirectory() as name:
        template = make_template_of_one_file(Path(name, "template"))
        kept = [
            compare("a bake / by hand", cookiecutter, by_hand, BY_HAND, pairs=21),
            compare(
                "a bake without Git / a template of one file",
                without_git,
                lambda folder: cookiecutter(folder, template=template),
                ONE_FILE,
            ),
        ]
    sys.exit(not all(kept))
