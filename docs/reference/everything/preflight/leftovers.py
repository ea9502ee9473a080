"""The folders in app/submodules/ that are no submodules: what they are, and how they go without loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from preflight.git import git, git_inside, quoted
from preflight.git_status import STATUS, read_status
from preflight.history import is_on_a_branch
from preflight.problem import Failure, Problem, Warning
from preflight.repository import Repository, answered
from preflight.submodule_url import SUBMODULES

# Folders in which the app looks for no package (app/submodules/__init__.py).
NO_PACKAGE = (".", "__")


def unregistered_folders(repository: Repository) -> Iterator[Problem]:
    """Each folder in app/submodules/ is a submodule: any other is imported here, perhaps not elsewhere."""
    known = {submodule.path for submodule in repository.submodules} | set(repository.unregistered)
    for folder in sorted((repository.root / SUBMODULES).glob("*")):
        path = f"{SUBMODULES}/{folder.name}"
        if folder.is_dir() and path not in known and not folder.name.startswith(NO_PACKAGE):
            yield judge(repository, folder, path)


def judge(repository: Repository, folder: Path, path: str) -> Problem:
    """Return what is wrong with a folder that is no submodule, and a mend with which nothing is lost."""
    move = f"move the folder {path} away"
    if any(file == path or PurePosixPath(path) in PurePosixPath(file).parents for file in repository.files):
        what = "holds a copy of a package, and nothing says of which version"
        return Warning(
            path, what, f"if it has a repository, {move}, then: git submodule add URL {quoted(path)}"
        )
    if (folder / ".git").exists():
        return judge_repository(repository, folder, path)
    if has_only_caches(folder):
        return Failure(path, "is left over, and holds no code", f"git clean -ffdx {quoted(path)}")
    what = "is neither a submodule nor committed, so the server lacks it"
    return Failure(path, what, f"git add {quoted(path)}, if it is the app's own; if not, {move}")


def judge_repository(repository: Repository, folder: Path, path: str) -> Problem:
    """Return what is wrong with a repository that isn't registered.

    Where Git keeps its commits in the app's own .git, it is the submodule of another branch. Cleaned away,
    it comes back with that branch, but for changes that were never committed.
    """
    if not keeps_commits_in_the_app(repository, folder):
        what = "is a repository that isn't registered as a submodule"
        return Failure(path, what, f"git submodule add URL {quoted(path)}, or move the folder {path} away")
    what = "is left over from another branch, of which it is a submodule"
    if own := unsaved(folder):
        return Failure(path, f"{what}, and holds {own}", f"move the folder {path} away: nothing is lost then")
    return Failure(path, what, f"git clean -ffd {quoted(path)}")


def keeps_commits_in_the_app(repository: Repository, folder: Path) -> bool:
    """Tell whether a repository's commits are kept in the app's .git, as those of submodules are."""
    own = git_inside(folder, "rev-parse", "--absolute-git-dir")
    app = git("rev-parse", "--absolute-git-dir", folder=repository.root)
    return own.ok and Path(app.output.strip()) in Path(own.output.strip()).parents


def unsaved(folder: Path) -> str:
    """Return what would be lost with a repository's folder, or ""; Python's caches don't count."""
    if not is_on_a_branch(folder):
        return "a commit that is on no branch"
    words = ("--untracked-files=all", "--ignored", "--ignore-submodules=none")
    status = read_status(answered(git_inside(folder, *STATUS, *words)))
    own = [change.path for change in status.changes if not change.is_cache]
    return f"what is committed nowhere: {own[0]}" if own else ""


def has_only_caches(folder: Path) -> bool:
    """Tell whether a folder holds nothing but Python's caches."""
    return all("__pycache__" in file.parts for file in folder.rglob("*") if not file.is_dir())
