"""A small app with submodules, as a team has it, and its mends typed as they are printed."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preflight.app import App
from preflight.problem import Failure, Problem

from tests.support.commands import run

# A command of Git's in a mend: up to the next one, or to what is said about it.
COMMAND = re.compile(r"(?<![\w.])git [^;,(]+")


@dataclass(frozen=True)
class Told:
    """What a check says: its problems, and what it saw."""

    problems: tuple[Problem, ...]
    seen: str

    @property
    def failures(self) -> list[str]:
        """Where and what, for each failure."""
        return [f"{one.where}: {one.what}" for one in self.problems if isinstance(one, Failure)]

    @property
    def warnings(self) -> list[str]:
        """Where and what, for each warning."""
        return [f"{one.where}: {one.what}" for one in self.problems if not isinstance(one, Failure)]

    @property
    def one(self) -> Problem:
        """The only problem."""
        assert len(self.problems) == 1, self
        return self.problems[0]


def told_by(check, folder: Path) -> Told:
    """Carry out a check in an app's folder, as preflight is run there."""
    seen = []

    def told() -> Iterator[Problem]:
        seen.append((yield from check(App(folder))))

    before = Path.cwd()
    os.chdir(folder)
    try:
        problems = tuple(told())
    finally:
        os.chdir(before)
    return Told(problems, *seen)


@dataclass(frozen=True)
class Team:
    """The app of one developer, `folder`, and where all its repositories lie as on a server."""

    folder: Path

    def git(self, *words, **settings) -> str:
        """Run Git in the app and return what it printed."""
        return run("git", *words, cwd=self.folder, **settings).strip()

    def inside(self, name: str, *words, **settings) -> str:
        """Run Git in a submodule and return what it printed."""
        return run("git", *words, cwd=self.folder / "app/submodules" / name, **settings).strip()

    def path(self, path: str) -> Path:
        """Return a path in the app."""
        return self.folder / path

    def write(self, path: str, text: str) -> None:
        """Write a file, in the app or in a submodule."""
        self.path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path(path).write_text(text, encoding="utf-8")

    def commit(self, *words) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change", *words)

    def commit_inside(self, name: str, file: str = "more.py") -> str:
        """Commit a new file in a submodule, and return the commit."""
        self.write(f"app/submodules/{name}/{file}", f"# {file}\n")
        self.inside(name, "add", "--all")
        self.inside(name, "commit", "--quiet", "--message", "More")
        return self.inside(name, "rev-parse", "HEAD")

    def head(self, name: str) -> str:
        """Return the commit that a submodule is at."""
        return self.inside(name, "rev-parse", "HEAD")

    def recorded(self, name: str) -> str:
        """Return the commit that the index records for a submodule."""
        return self.git("rev-parse", f":app/submodules/{name}")

    def type(self, mend: str, **words: str) -> None:
        """Type the commands in a mend, in the app's folder; `words` replace those in capitals."""
        commands = COMMAND.findall(mend)
        assert commands, mend
        for command in commands:
            for word, value in words.items():
                command = re.sub(rf"\b{word}\b", value, command)  # noqa: PLW2901
            typed = shlex.split(command)
            message = ["--message", "Typed"] if typed[-1] == "commit" else []
            run(*typed, *message, cwd=self.folder)

    def copy(self, folder: Path) -> "Team":
        """Return another developer's app: a copy, with all that Git knows."""
        return Team(Path(shutil.copytree(self.folder, folder, symlinks=True)))


def config_with(folder: Path, *lines: str) -> dict[str, str]:
    """Return the variable that makes a developer's own settings, besides those of the tests."""
    own = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    file = folder / "own.gitconfig"
    file.write_text("\n".join([own, *lines, ""]), encoding="utf-8")
    return {"GIT_CONFIG_GLOBAL": str(file)}


def nest_inner_in_units(url: str, clone: Path) -> None:
    """Give the repository `units` of a server the submodule `inner`, by a relative URL, with a new clone of it."""
    run("git", "clone", "--quiet", f"{url}/units.git", clone)
    run("git", "-C", clone, "submodule", "--quiet", "add", "../inner.git", "inner")
    run("git", "-C", clone, "commit", "--quiet", "--message", "Nest")
    run("git", "-C", clone, "push", "--quiet")
