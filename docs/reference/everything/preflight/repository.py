"""What Git knows of the app: its files, its submodules and its changes, each asked for once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from preflight.git import git, git_inside, quoted
from preflight.git_status import STATUS, Change, Status, read_status
from preflight.problem import LeftOut
from preflight.programs import Finished

# Git's mode of a submodule in the index, and its tag of what a sparse checkout leaves out (git-ls-files).
GITLINK = "160000"
SKIPPED = "S"


class Refused(LeftOut):
    """Git has a repository here and refuses to read it; `said` are Git's own words."""

    def __init__(self, said: str) -> None:
        super().__init__("Git refuses the repository: see the work tree")
        self.said = said


class Entry(NamedTuple):
    """What the index holds for one path: its mode, its object (a submodule's commit), and Git's tag of it."""

    path: str
    mode: str
    recorded: str
    tag: str

    @property
    def is_submodule(self) -> bool:
        """Whether it is a submodule's commit, and no file."""
        return self.mode == GITLINK

    @property
    def is_unwatched(self) -> bool:
        """Whether Git was told not to look at it, by `git update-index --assume-unchanged`."""
        return self.tag.islower()

    @property
    def is_skipped(self) -> bool:
        """Whether Git leaves it out of the work tree, for a sparse checkout or by `--skip-worktree`."""
        return self.tag.upper() == SKIPPED

    @property
    def hides_changes(self) -> bool:
        """Whether Git doesn't say when it changes."""
        return self.is_unwatched or self.is_skipped

    @property
    def unhide(self) -> str:
        """The option of `git update-index` with which Git looks at it again."""
        return "--no-skip-worktree" if self.is_skipped else "--no-assume-unchanged"


class RegisteredSubmodule(NamedTuple):
    """A submodule that .gitmodules names.

    `commit` is the one that the index records, or "". `key` is its name in .gitmodules. `outer` is the
    folder, from the app's, of the submodule that it is nested in, or "".
    """

    path: str
    key: str
    url: str = ""
    branch: str = ""
    commit: str = ""
    outer: str = ""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return posixpath.basename(self.path)

    @property
    def place(self) -> str:
        """Its folder, from the app's."""
        return posixpath.join(self.outer, self.path)

    def command(self, words: str) -> str:
        """Return a command to type in the app's folder: Git's words, then this submodule's path."""
        outer = f"-C {quoted(self.outer)} " if self.outer else ""
        return f"git {outer}{words} {quoted(self.path)}"

    def command_inside(self, words: str) -> str:
        """A command to type in the app's folder: Git's WORDS, in this submodule."""
        return f"git -C {quoted(self.place)} {words}"


class Repository(NamedTuple):
    """The app, or a submodule, as Git knows it. All paths are relative to its folder `root`, with slashes.

    `entries` is what the index holds, `submodules` what .gitmodules registers, `changes` what is not as it
    was committed; of submodules only whether they are at their commit. `gitmodules` is the path of that
    file, which lies above the app in a monorepo; `unreadable` are Git's words if it can't read it.
    """

    root: Path
    entries: tuple[Entry, ...]
    submodules: tuple[RegisteredSubmodule, ...]
    changes: tuple[Change, ...]
    has_commit: bool
    gitmodules: str = ".gitmodules"
    unreadable: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The tracked files."""
        return tuple(dict.fromkeys(entry.path for entry in self.entries if not entry.is_submodule))

    @property
    def unregistered(self) -> tuple[str, ...]:
        """The paths of the submodules that are recorded, and that .gitmodules doesn't name."""
        known = {submodule.path for submodule in self.submodules}
        return tuple(entry.path for entry in self.entries if entry.is_submodule and entry.path not in known)

    def change(self, path: str) -> Change | None:
        """The change at a path, or None."""
        return next((change for change in self.changes if change.path == path), None)


def read_repository(root: Path) -> Repository:
    """Ask Git about the app in a folder.

    Raises LeftOut without Git or where there is no repository, and Refused if Git won't read what is there.
    """
    found = git("rev-parse", "--show-prefix", folder=root)
    if found.why:
        raise LeftOut(f"{found.why}. Install it: https://git-scm.com")
    if not found.ok:
        is_there = any((folder / ".git").exists() for folder in (root, *root.parents))
        raise Refused(found.errors.strip()) if is_there else LeftOut("there is no Git repository")
    prefix = found.output.removesuffix("\n")
    gitmodules = posixpath.relpath(".gitmodules", prefix or ".")
    words = ("--ignore-submodules=dirty", "--untracked-files=normal", "--", ".", ":(top).gitmodules")
    listed = answered(git("ls-files", "--stage", "-v", "-z", folder=root))
    status = read_status(answered(git(*STATUS, *words, folder=root)))
    registered = git("config", "--file", gitmodules, "-z", "--list", folder=root)
    return as_repository(root, prefix, listed, status, registered)


def read_inner_repository(root: Path) -> Repository:
    """Ask Git about a submodule, for those that are nested in it. Raises Refused if it won't answer."""
    listed = answered(git_inside(root, "ls-files", "--stage", "-v", "-z"))
    status = read_status(
        answered(git_inside(root, *STATUS, "--ignore-submodules=dirty", "--untracked-files=normal"))
    )
    registered = git_inside(root, "config", "--file", ".gitmodules", "-z", "--list")
    return as_repository(root, "", listed, status, registered)


def answered(finished: Finished) -> Finished:
    """Return what Git answered. Raises Refused if it didn't."""
    if not finished.ok:
        raise Refused(finished.why or finished.errors.strip())
    return finished


def as_repository(
    root: Path, prefix: str, listed: Finished, status: Status, registered: Finished
) -> Repository:
    """Put together what Git answered: `prefix` is the folder's place in the work tree, "" at its top."""
    entries = tuple(read_entries(listed.output))
    recorded = {entry.path: entry.recorded for entry in entries if entry.is_submodule}
    gitmodules = posixpath.relpath(".gitmodules", prefix or ".")
    has_file = (root / gitmodules).exists()
    submodules = [
        one._replace(
            path=one.path.removeprefix(prefix), commit=recorded.get(one.path.removeprefix(prefix), "")
        )
        for one in read_registered(registered.output)
        if one.path.startswith(prefix)
    ]
    return Repository(
        root=root,
        entries=entries,
        submodules=tuple(submodules),
        changes=tuple(
            one._replace(path=posixpath.relpath(one.path, prefix or ".")) for one in status.changes
        ),
        has_commit=bool(status.commit),
        gitmodules=gitmodules,
        unreadable=registered.errors.strip() if has_file and not registered.ok else "",
    )


def read_entries(output: str) -> Iterator[Entry]:
    """Read what `git ls-files --stage -v -z` prints."""
    for line in output.split("\0"):
        if line:
            fields, _, path = line.partition("\t")
            tag, mode, recorded, _ = fields.split(" ")
            yield Entry(path, mode, recorded, tag)


def read_registered(output: str) -> Iterator[RegisteredSubmodule]:
    """Read what `git config --file .gitmodules -z --list` prints; the paths are as they stand there."""
    values: dict[str, dict[str, str]] = {}
    for line in output.split("\0"):
        name, _, value = line.partition("\n")
        section, _, variable = name.rpartition(".")
        if section.startswith("submodule."):
            values.setdefault(section.removeprefix("submodule."), {})[variable] = value
    for key, named in values.items():
        if "path" in named:
            yield RegisteredSubmodule(named["path"], key, named.get("url", ""), named.get("branch", ""))
