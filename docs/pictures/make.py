"""Make the pictures in this folder from real runs; with an argument, in the folder that it names.

Needs Linux or macOS, OpenSSH's server and Chromium. Nothing is drawn by hand, and each run gives the same bytes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from docs.pictures import figure, terminal
from tests.support.packages import Commit, repository, sources
from tests.support.places import TEMPLATE
from tests.support.servers import git_ssh
from tests.support.template import template_repository

FOLDER = Path(__file__).resolve().parent
COMPANY = "https://github.com/acme/"
ANSWERS = {
    "app_name": "Footbridge check",
    "description": "Checks the main beams of a footbridge",
    "author": "Bridges team, ACME",
    "submodules": f"{COMPANY}soil-models.git#v2.1 {COMPANY}load-cases.git#main",
    "index_url": "https://gitlab.com/api/v4/projects/42/packages/pypi/simple",
    "private_packages": "acme-sections==1.4.0",
}


def main(folder: Path) -> None:
    """Write every picture into `folder`."""
    pictures = {"run.svg": picture_of_a_run, "diagrams.svg": picture_of_the_diagrams}
    for name, picture in pictures.items():
        (folder / name).write_text(picture(), encoding="utf-8", newline="\n")


def picture_of_a_run() -> str:
    """Return the picture of `cookiecutter gh:acme/cookiecutter-viktor-app` with real answers.

    The company's repositories are real ones, reached over ssh: Git's `insteadOf` puts the address of a server on
    this machine in the place of GitHub's, as companies do with their mirrors.
    """
    settings = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    questions = [key for key in settings if not key.startswith("_")]
    answers = {questions.index(key) + 1: answer for key, answer in ANSWERS.items()}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        repositories = home / "repositories"
        make_repositories(repositories)
        with git_ssh(repositories) as server:
            (home / ".gitconfig").write_text(
                "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n"
                f'[url "{server.url}/"]\n\tinsteadOf = {COMPANY}\n',
                encoding="utf-8",
            )
            apps = home / "apps"
            apps.mkdir()
            env = {
                "GIT_SSH_COMMAND": server.command,
                "HOME": str(home),
                "LC_ALL": "C.UTF-8",
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                "TERM": "xterm-256color",
                "TMPDIR": str(home),
            }
            command = ["cookiecutter", "gh:acme/cookiecutter-viktor-app"]
            output = terminal.run(command, answers, cwd=str(apps), env=env)
    # The home folder is a temporary one of another name at each run.
    shown = output.replace(str(home), "/home/ada")
    return terminal.draw(f"$ {' '.join(command)}\r\n{shown}", title="A run of the template, with its answers")


def picture_of_the_diagrams() -> str:
    """Return the picture of what an app shows: the figure of its view."""
    return figure.draw(figure.figure_of_a_new_app())


def make_repositories(folder: Path) -> None:
    """Make the company's repositories: the template as it stands in this work tree, and two packages."""
    folder.mkdir()
    template_repository(folder / "cookiecutter-viktor-app.git", tag="v1.0.0")
    for name, version, needs in (("soil-models", "2.1", ["numpy>=2"]), ("load-cases", "1.0", [])):
        files = sources(name, version, code=f'VERSION = "{version}"\n', needs=needs)
        repository(folder / f"{name}.git", Commit(files, tag=f"v{version}"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
