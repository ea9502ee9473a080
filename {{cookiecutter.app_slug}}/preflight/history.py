"""How the commits of a submodule stand to each other, and where they can be pushed."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from preflight.git import git_inside, quoted
from preflight.git_status import Status
from preflight.repository import RegisteredSubmodule
from preflight.submodule_url import GitUrl, read_git_url


class Relation(Enum):
    """How one commit stands to another: older or newer in one line, beside it, or not known here."""

    SAME = auto()
    OLDER = auto()
    NEWER = auto()
    BESIDE = auto()
    UNKNOWN = auto()


def relation(folder: Path, commit: str, other: str) -> Relation:
    """Return how a commit stands to another one in the repository in a folder."""
    counted = git_inside(folder, "rev-list", "--left-right", "--count", f"{commit}...{other}", "--")
    if not counted.ok:
        return Relation.UNKNOWN
    of_commit, of_other = (int(number) for number in counted.output.split())
    if of_commit and of_other:
        return Relation.BESIDE
    if of_commit:
        return Relation.NEWER
    return Relation.OLDER if of_other else Relation.SAME


def is_shallow(folder: Path) -> bool:
    """Tell whether a repository lacks its older commits, as CI's clones do."""
    return git_inside(folder, "rev-parse", "--is-shallow-repository").output.strip() == "true"


def is_on_a_branch(folder: Path) -> bool:
    """Tell whether the commit that is checked out is kept by a branch or a tag, so that it can be left."""
    kept = git_inside(folder, "for-each-ref", "--contains", "HEAD", "--count=1", "--format=%(refname)")
    return bool(kept.output.strip())


def push_command(submodule: RegisteredSubmodule, folder: Path, status: Status) -> str:
    """Return the command that pushes the commit of a submodule, from a detached HEAD too, as Git leaves it.

    It goes to the branch that the one here follows, or that .gitmodules names, or to the server's default.
    Where somebody else pushed meanwhile, Git refuses it.
    """
    registered = submodule.branch.removeprefix(".")  # "." stands for the branch that the app is on
    followed = (
        status.upstream.removeprefix("origin/") or status.branch or registered or default_branch(folder)
    )
    return submodule.command_inside(f"push {registered_place(submodule, folder)} HEAD:{quoted(followed)}")


def registered_place(submodule: RegisteredSubmodule, folder: Path) -> str:
    """Return "origin" if that is the repository of .gitmodules, by whatever protocol, else its URL."""
    origin = git_inside(folder, "config", "remote.origin.url").output.strip()
    try:
        own, registered = read_git_url(origin), read_git_url(submodule.url)
    except ValueError:  # .gitmodules has a relative URL, which Git has resolved
        return "origin"
    if own.host == registered.host and path_of(own) == path_of(registered):
        return "origin"
    return quoted(submodule.url)


def path_of(url: GitUrl) -> str:
    """The path of a repository, however it is written."""
    return url.path.strip("/").removesuffix(".git")


def default_branch(folder: Path) -> str:
    """Return the default branch of a repository's server, as it was cloned, or a word to replace."""
    head = git_inside(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    return head.output.strip().removeprefix("origin/") or "BRANCH"
