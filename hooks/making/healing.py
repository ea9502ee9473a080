"""Takes away what a run that was cut off left of a repository and of submodules, so that they can be made anew."""

from __future__ import annotations

from pathlib import Path

from preflight.submodule_url import SUBMODULES

from making.repository import ask_git, git, registered_paths, remove_folders

GIT = Path(".git")


def heal() -> None:
    """Take away what isn't committed of the repository and the submodules of an app that a run began.

    Of a repository that the app lies in, only what says of the app's submodules goes. Nothing committed goes, nor a
    folder that is no clone.
    """
    if GIT.is_dir():
        if has_commits():
            for lock in GIT.rglob("*.lock"):
                lock.unlink()
            return
        remove_folders(GIT)
        Path(".gitmodules").unlink(missing_ok=True)
    clones = (found.parent for found in Path(SUBMODULES).glob("*/.git"))
    folders = {path.as_posix() for path in clones if not path.is_symlink()}
    if ask_git("rev-parse", "--show-toplevel"):
        committed = ask_git("ls-tree", "-z", "--name-only", "HEAD", "--", f"{SUBMODULES}/").split("\0")
        folders = (folders | registered_paths(SUBMODULES)) - set(committed)
        for path in folders:
            unregister(path)
    remove_folders(*map(Path, folders))


def has_commits() -> bool:
    """Tell whether the app's own repository has a commit, or may have one."""
    references = (path for path in (GIT / "refs").rglob("*") if path.is_file())
    if any(references) or (GIT / "packed-refs").exists():
        return True
    return bool(ask_git("--git-dir", str(GIT), "rev-list", "--all", "--max-count=1"))


def unregister(path: str) -> None:
    """Let the repository that the app lies in forget a submodule, wherever its registration was cut off."""
    name = ask_git("rev-parse", "--show-prefix") + path
    modules = Path(ask_git("rev-parse", "--show-toplevel"), ".gitmodules")
    git("update-index", "--force-remove", "--", path)
    ask_git("config", "--remove-section", f"submodule.{name}")
    if ask_git("config", "--file", str(modules), f"submodule.{name}.path"):
        git("config", "--file", str(modules), "--remove-section", f"submodule.{name}")
        if modules.read_bytes():
            git("add", "--", str(modules))
        else:
            modules.unlink()
            git("update-index", "--force-remove", "--", str(modules))
    remove_folders(Path(ask_git("rev-parse", "--git-path", "modules"), name))
