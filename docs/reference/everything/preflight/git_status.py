"""What Git says of a work tree: its commit, branch and changes (git-status, "Porcelain Format Version 2")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from preflight.programs import Finished

# What every status here is asked for; the developer's settings (status.renames, color.ui, …) don't count.
STATUS = ("status", "--porcelain=v2", "-z", "--branch", "--no-renames")

# How many fields stand before the path, by how a line begins (no "2": renames aren't asked for).
FIELDS_BEFORE_THE_PATH = {"1": 8, "u": 10, "?": 1, "!": 1}
HEADER = "#"
UNCHANGED = "."


class Change(NamedTuple):
    """A path whose file or submodule is not as it was committed.

    `staged` and `unstaged` are Git's letters for what changed (M, A, D, T, U), or "."; `committed` and
    `recorded` are what HEAD and the index hold there: for a submodule, its commit.
    """

    path: str
    staged: str = UNCHANGED
    unstaged: str = UNCHANGED
    is_conflict: bool = False
    is_untracked: bool = False
    is_ignored: bool = False
    is_submodule: bool = False
    committed: str = ""
    recorded: str = ""

    @property
    def is_staged_only(self) -> bool:
        """Whether the index holds all of it, so that a commit would take it."""
        return self.unstaged == UNCHANGED and not (self.is_untracked or self.is_conflict)

    @property
    def is_unstaged_only(self) -> bool:
        """Whether the index holds nothing of it."""
        return self.staged == UNCHANGED and not (self.is_untracked or self.is_conflict)

    @property
    def is_cache(self) -> bool:
        """Whether it is what Python leaves behind wherever something is imported."""
        path = PurePosixPath(self.path)
        is_new = self.is_untracked or self.is_ignored
        return is_new and ("__pycache__" in path.parts or path.suffix == ".pyc")


class Status(NamedTuple):
    """A work tree: its commit ("" before the first), its branch ("" for a detached HEAD) and its changes.

    `upstream` is the remote's branch that the branch follows, such as "origin/main", or "".
    """

    commit: str
    branch: str
    upstream: str
    changes: tuple[Change, ...]


def read_status(finished: Finished) -> Status:
    """Read what Git printed for STATUS; the paths are as Git gives them, from the top of the work tree."""
    lines = finished.output.split("\0")
    headers = dict(read_headers(lines))
    commit, branch = headers.get("branch.oid", ""), headers.get("branch.head", "")
    return Status(
        commit="" if commit == "(initial)" else commit,
        branch="" if branch == "(detached)" else branch,
        upstream=headers.get("branch.upstream", ""),
        changes=tuple(read_change(line) for line in lines if line[:1] in FIELDS_BEFORE_THE_PATH),
    )


def read_headers(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the lines that begin with "#"."""
    for line in lines:
        if line.startswith(HEADER):
            _, name, value = line.split(" ", 2)
            yield name, value


def read_change(line: str) -> Change:
    """Read the line of one path."""
    kind = line[0]
    *fields, path = line.split(" ", FIELDS_BEFORE_THE_PATH[kind])
    if kind == "1":
        staged, unstaged = fields[1]
        is_submodule = fields[2].startswith("S")
        return Change(
            path, staged, unstaged, is_submodule=is_submodule, committed=fields[6], recorded=fields[7]
        )
    return Change(path, is_conflict=kind == "u", is_untracked=kind == "?", is_ignored=kind == "!")
