"""The app's Git repository and its first commit, by the user's own Git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from making.ending import run_child
from making.problem import MakingError
from making.unfinished import MARK

# Set where a hook of Git's starts this: they would point to that hook's repository.
OF_ANOTHER_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")

# Git's mode of a submodule in the index (`man 5 gitformat-index`: a gitlink).
GITLINK = "160000"

# Git may be set to refuse files whose line ends it would change at a checkout, which harms none of an app's.
ANY_LINE_ENDS = ("-c", "core.safecrlf=false")

# Git itself would make up a name and an address from those of the machine.
WITHOUT_GUESSING = ("-c", "user.useConfigOnly=true")
# Git looks after each commit whether the repository wants tidying; this one is new.
WITHOUT_TIDYING = ("-c", "maintenance.auto=false")


class GitError(MakingError):
    """What Git said when a command failed."""


class NoGitError(GitError):
    """Git is not installed."""


def git(*arguments: str, asks: bool = False) -> str:
    """Run Git and return what it printed; raise GitError if it fails.

    `asks` says that it may ask something on the user's terminal.
    """
    try:
        result = run_child(
            ["git", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            start_new_session=not asks,
        )
    except FileNotFoundError:
        raise NoGitError("Git is not installed") from None
    if result.returncode != 0:
        raise GitError(f"git {' '.join(arguments)} failed:\n{result.stderr.strip()}")
    return result.stdout.strip()


def ask_git(*arguments: str) -> str:
    """Run Git and return what it printed, or "" if it says no or isn't there."""
    try:
        return git(*arguments)
    except GitError:
        return ""


def forget_other_repositories() -> None:
    """Take out of this process what would point Git to another repository than the app's."""
    for variable in OF_ANOTHER_REPOSITORY:
        os.environ.pop(variable, None)


def existing_work_tree() -> str:
    """Return the work tree that the app's folder is already part of, or "".

    One of another owner, which Git refuses to use, is one too: no repository is made inside it.
    """
    folder = Path.cwd()
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return ""
    work_tree = ask_git("-c", "safe.directory=*", "rev-parse", "--show-toplevel")
    ignored = work_tree and ask_git("check-ignore", str(folder))
    return "" if ignored else work_tree


def start_repository() -> None:
    """Make a repository of the app's folder, with the branch main."""
    try:
        git("init", "--quiet", "--initial-branch=main")
    except GitError:
        from preflight.git import why_too_old

        if why := why_too_old():
            raise GitError(f"{why}. Install it from https://git-scm.com and open a new terminal.") from None
        raise


def commit_everything(message: str) -> list[str]:
    """Commit all files with the user's identity and settings; return what to type where that can't be done."""
    git(*ANY_LINE_ENDS, "add", "--all", "--", ".", f":(exclude){MARK}")
    try:
        git(*WITHOUT_GUESSING, *WITHOUT_TIDYING, "commit", "--quiet", "--message", message, asks=True)
    except GitError as error:
        why, how, commands = str(error), "Type:", f'git commit -m "{message}"'
        if not ask_git(*WITHOUT_GUESSING, "var", "GIT_COMMITTER_IDENT"):
            why, how = "Git doesn't know you yet.", "Type, with your own name and address:"
            name, address = 'user.name "Your Name"', "user.email you@company.com"
            commands = f"git config --global {name}\ngit config --global {address}\n{commands}"
        return [f"Everything is staged, but not committed. {why}\n{how}\n{commands}"]
    return []


def registered_paths(below: str, *, inside: str = ".") -> set[str]:
    """The paths of the submodules that Git knows below a folder of the app, or `inside` one of its submodules."""
    entries = git("-C", inside, "ls-files", "-z", "--stage", "--", below).split("\0")
    return {entry.partition("\t")[2] for entry in entries if entry.startswith(GITLINK)}


def remove_folders(*folders: Path) -> None:
    """Remove folders if they are there, repositories too, whose files Git makes read-only."""
    import stat
    from shutil import rmtree

    for folder in folders:
        if folder.is_dir():
            for path in folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    path.chmod(stat.S_IREAD | stat.S_IWRITE)
            rmtree(folder)
