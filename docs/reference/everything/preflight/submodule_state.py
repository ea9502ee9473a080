"""Each submodule is there, at the commit that is recorded, without changes of its own; nested ones too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from preflight.git import git_inside_each
from preflight.git_status import STATUS, Change, Status, read_status
from preflight.history import Relation, is_on_a_branch, is_shallow, push_command, relation
from preflight.problem import Failure, Problem, Warning
from preflight.programs import Finished
from preflight.repository import Refused, RegisteredSubmodule, Repository, answered, read_inner_repository
from preflight.submodule_url import holds_login

FILL = "submodule update --init --recursive"
UPDATE = "submodule update --init"

# How many paths a message names.
NAMED = 3


def are_as_recorded(repository: Repository) -> Iterator[Problem]:
    """Each submodule of a repository is as it is recorded."""
    there = []
    for submodule in repository.submodules:
        problems = list(is_there(submodule, repository))
        yield from problems
        if not problems:
            there.append(submodule)
    folders = [repository.root / submodule.path for submodule in there]
    # The commit and the changes of each, with all files that aren't tracked.
    answers = git_inside_each(folders, *STATUS, "--untracked-files=all", "--ignore-submodules=dirty")
    for submodule, folder, answer in zip(there, folders, answers, strict=True):
        yield from is_watched(submodule, repository)
        yield from is_as_recorded(submodule, folder, answer, repository.change(submodule.path))


def is_there(submodule: RegisteredSubmodule, repository: Repository) -> Iterator[Problem]:
    """A submodule is recorded, and is more than a name."""
    place, folder = submodule.place, repository.root / submodule.path
    is_repository = (folder / ".git").exists()
    has_files = folder.is_dir() and any(folder.iterdir())
    change = repository.change(submodule.path)
    if not submodule.commit and is_repository:
        yield Failure(place, "has no recorded commit, so nobody else gets it", submodule.command("add"))
    elif not submodule.commit:
        yield Failure(
            place,
            "is registered, but neither recorded nor there",
            mend_of_registration(submodule, repository),
        )
    elif change and change.is_conflict:
        mend = f"git status; check out a commit there that holds both sides, then: {submodule.command('add')}"
        yield Failure(place, "has a conflict: two branches record two commits", mend)
    elif has_files and not is_repository:
        mend = f"move the folder {place} away, then: {submodule.command(FILL)}"
        yield Failure(place, "holds files, and no repository", mend)
    elif not is_repository:
        yield Failure(place, "is empty: only its name was cloned", submodule.command(FILL))


def mend_of_registration(submodule: RegisteredSubmodule, repository: Repository) -> str:
    """Return what mends an entry of .gitmodules without a submodule."""
    section = f"'submodule.{submodule.key}'"
    remove = f"git config --file {repository.gitmodules} --remove-section {section}"
    add = submodule.command("submodule add --force URL")
    return f"if nobody needs it: {remove}; if the app does: {add}"


def is_watched(submodule: RegisteredSubmodule, repository: Repository) -> Iterator[Problem]:
    """Git looks whether a submodule has moved."""
    for entry in repository.entries:
        if entry.path == submodule.path and entry.hides_changes:
            mend = submodule.command(f"update-index {entry.unhide}")
            yield Warning(submodule.place, "is hidden from Git, which doesn't see when it moves", mend)


def is_as_recorded(
    submodule: RegisteredSubmodule, folder: Path, answer: Finished, change: Change | None
) -> Iterator[Problem]:
    """A submodule that is there can be read, is at its commit and unchanged; so are those nested in it."""
    try:
        status = read_status(answered(answer))
        inner = read_inner_repository(folder) if (folder / ".gitmodules").is_file() else None
    except Refused:
        mend = f"move the folder {submodule.place} away, then: {submodule.command(FILL)}"
        yield Failure(submodule.place, "can't be read by Git", mend)
        return
    if change and change.committed != change.recorded:
        yield from is_staged_forward(submodule, folder, change)
    if status.commit != submodule.commit:
        yield moved(submodule, folder, status)
    yield from is_unchanged(submodule, folder, status)
    if inner:
        nested = [one._replace(outer=submodule.place) for one in inner.submodules]
        with_login = [one for one in nested if holds_login(one.url)]
        yield from map(login_of_nested, with_login)
        others = tuple(one for one in nested if one not in with_login)
        yield from are_as_recorded(inner._replace(submodules=others))


def login_of_nested(submodule: RegisteredSubmodule) -> Failure:
    """What is wrong with a nested submodule that is there, or not, by a login that all can read."""
    set_url = submodule.command("submodule set-url")
    what = f"has a login in its URL, in {submodule.outer}/.gitmodules for all to read"
    return Failure(
        submodule.place, what, f"revoke it where it was made, then: {set_url} URL, without a login"
    )


def is_staged_forward(submodule: RegisteredSubmodule, folder: Path, change: Change) -> Iterator[Problem]:
    """What is about to be committed is no older commit than the last one.

    `git commit --all` stages one where a colleague moved the submodule on, and this checkout hasn't followed.
    """
    if set(change.committed) == {"0"}:  # it is new
        return
    staged = relation(folder, change.recorded, change.committed)
    back = f"{submodule.command('restore --staged')}; {submodule.command(UPDATE)}"
    if staged is Relation.OLDER:
        mend = f"{back} (or, where going back is meant: git commit --no-verify)"
        yield Failure(submodule.place, "is about to go back to an older commit", mend)
    elif staged is Relation.UNKNOWN and not is_shallow(folder):
        what = "is about to lose the commit that is recorded, which was never fetched here"
        yield Failure(submodule.place, what, back)


def moved(submodule: RegisteredSubmodule, folder: Path, status: Status) -> Failure:
    """Return what is wrong with a submodule at another commit: who moved it, and so, who must follow."""
    add, update = submodule.command("add"), submodule.command(UPDATE)
    recorded = submodule.commit[:12]
    match relation(folder, status.commit, submodule.commit):
        case Relation.OLDER:
            what = f"is behind the recorded commit {recorded}, to which a colleague moved it"
            return Failure(submodule.place, what, update)
        case Relation.NEWER:
            what = f"was moved on, and the app still records {recorded}"
            return Failure(submodule.place, what, add)
        case Relation.BESIDE:
            merge = submodule.command_inside(f"merge {recorded}")
            what = f"has diverged from the recorded commit {recorded}"
            return Failure(
                submodule.place, what, f"{merge}; {add} (or, to leave that commit out, the second only)"
            )
        case _:
            keep = "" if is_on_a_branch(folder) else f"{submodule.command_inside('branch kept-by-hand')}; "
            what = f"lacks the recorded commit {recorded}, which was never fetched here"
            return Failure(submodule.place, what, keep + update)


def is_unchanged(submodule: RegisteredSubmodule, folder: Path, status: Status) -> Iterator[Problem]:
    """A submodule has no changes that are committed nowhere; what Python leaves at an import is none."""
    is_moved = status.commit != submodule.commit
    changes = [
        change for change in status.changes if not (change.is_cache or is_told_elsewhere(change, is_moved))
    ]
    show, push = (
        submodule.command_inside("status"),
        push_command(submodule, folder, status) if changes else "",
    )
    mend = f"{show}; commit what is needed there, then: {push}; {submodule.command('add')}"
    untracked = [change.path for change in changes if change.is_untracked]
    changed = [change.path for change in changes if not change.is_untracked]
    if changed:
        yield Failure(submodule.place, f"has changes of its own: {listed(changed)}", mend)
    if untracked:
        yield Failure(submodule.place, f"has files that nobody committed: {listed(untracked)}", mend)


def is_told_elsewhere(change: Change, is_moved: bool) -> bool:
    """Tell whether a change in a submodule is one of those nested in it, which are looked at by themselves.

    At another commit, one that only the recorded commit has is a folder that Git doesn't track.
    """
    is_nested = change.is_submodule and change.is_unstaged_only
    is_left_over = change.is_untracked and change.path.endswith("/")
    return is_nested or (is_left_over and is_moved)


def listed(paths: list[str]) -> str:
    """Return the first few paths, and how many there are besides."""
    others = len(paths) - NAMED
    named = ", ".join(paths[:NAMED])
    return f"{named} and {others} more" if others > 0 else named
