"""A user of the template: a cookiecutter with nothing beside it but GitPython, a clone of the template, a made-up identity."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from tests.support.commands import make_environment, python_in
from tests.support.template import template_repository


class User(NamedTuple):
    """Makes apps of a clone of the template, as cookiecutter makes one of a template's URL."""

    python: Path
    template: Path

    def bake(self, folder: Path, *options: str, template: Path | None = None) -> Path:
        """Make an app in `folder`, or something of another template; raise CalledProcessError if that fails."""
        words = (
            self.python,
            "-m",
            "cookiecutter",
            template or self.template,
            "--no-input",
            "-o",
            folder,
            *options,
        )
        folder.mkdir(parents=True, exist_ok=True)
        run(*words, cwd=folder)
        (made,) = folder.iterdir()
        return made


@contextmanager
def a_user(settings="") -> Iterator[User]:
    """Give a user whose Git has these settings, in the place of the one who runs this, until the block ends."""
    with tempfile.TemporaryDirectory() as name, variables_put_back():
        folder = Path(name).resolve()
        config, git_config = folder / "cookiecutter.yml", folder / "gitconfig"
        config.write_text(f"replay_dir: {folder / 'replay'}\n", encoding="utf-8")
        git_config.write_text(
            f"[user]\n\tname = Ada\n\temail = ada@example.com\n{settings}", encoding="utf-8"
        )
        os.environ |= {
            "COOKIECUTTER_CONFIG": str(config),
            "GIT_CONFIG_GLOBAL": str(git_config),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        # Users' Python keeps what it has compiled.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        made_of = [f"{package}=={version(package)}" for package in ("cookiecutter", "GitPython")]
        make_environment(folder / "environment", *made_of)
        template_repository(folder / "template.git", "v1.0.0")
        run("git", "clone", "--quiet", (folder / "template.git").as_uri(), folder / "template")
        yield User(python_in(folder / "environment"), folder / "template")


@contextmanager
def variables_put_back() -> Iterator[None]:
    """Put this process's variables back when the block ends."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run(*words: str | Path, cwd: Path | None = None) -> None:
    """Run a program that asks nothing; raise CalledProcessError, with what it said, if it fails."""
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        sys.stderr.buffer.write(done.stdout + done.stderr)
        done.check_returncode()
