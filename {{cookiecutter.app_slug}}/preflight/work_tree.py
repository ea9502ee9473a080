"""VIKTOR publishes what is committed: so everything is, and Git hides nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

from preflight.app import App
from preflight.git import quoted
from preflight.git_status import Change
from preflight.problem import Failure, Findings, LeftOut, Problem, Warning, counted
from preflight.repository import Refused, Repository

# How many changes are told one by one.
TOLD = 10


def work_tree(app: App) -> Findings:
    """Everything is committed: VIKTOR publishes what is."""
    try:
        repository = app.repository
    except Refused as refused:
        yield Failure(
            ".git", f"Git refuses the repository: {first_line(refused.said)}", mend_of_refusal(refused.said)
        )
        return "nothing"
    if os.environ.get("PRE_COMMIT"):
        raise LeftOut("Git runs this as a hook")
    if not repository.has_commit:
        yield Failure(".", "nothing is committed yet", "git add FILES; git commit")
        return "no commit"
    changes = [change for change in repository.changes if not (change.is_cache or is_moved_submodule(change))]
    for change in changes[:TOLD]:
        yield uncommitted(change)
    if changes[TOLD:]:
        yield Failure(".", f"{len(changes[TOLD:])} more are not committed", "git status shows them")
    yield from files_are_watched(repository)
    return counted(len(changes), "change")


def is_moved_submodule(change: Change) -> bool:
    """Tell whether a submodule is at another commit than is recorded: the check `submodules` tells of it."""
    return change.is_submodule and change.is_unstaged_only


def uncommitted(change: Change) -> Failure:
    """Return what is wrong with a change, and how it is committed."""
    path = quoted(change.path)
    if change.is_conflict:
        mend = f"git status; keep the right lines of it, then: git add {path}; git commit"
        return Failure(change.path, "has a conflict that nobody has resolved", mend)
    if change.is_untracked:
        what = "is not committed: Git doesn't track it"
        return Failure(change.path, what, f"git add {path}; git commit (or name it in .gitignore)")
    if change.is_staged_only:
        return Failure(change.path, "is staged, but not committed", "git commit")
    return Failure(change.path, "is not committed", f"git add {path}; git commit")


def files_are_watched(repository: Repository) -> Iterator[Problem]:
    """Git looks at each file, and each is there."""
    for entry in repository.entries:
        if entry.is_submodule or not entry.hides_changes:
            continue
        path = quoted(entry.path)
        if entry.is_skipped and not (repository.root / entry.path).exists():
            yield Failure(entry.path, "is left out here by a sparse checkout", "git sparse-checkout disable")
        else:
            what = "is hidden from Git, which doesn't see when it changes"
            yield Warning(entry.path, what, f"git update-index {entry.unhide} {path}")


def first_line(said: str) -> str:
    """The first line of what Git said."""
    return said.partition("\n")[0]


def mend_of_refusal(said: str) -> str:
    """Return what mends a repository that Git refuses; Git says so itself where it is somebody else's."""
    commands = [line.strip() for line in said.splitlines() if line.strip().startswith("git config")]
    if commands:
        return f"if you trust whoever owns it: {commands[0]}"
    return "git status says more"
