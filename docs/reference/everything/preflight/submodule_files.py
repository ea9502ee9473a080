"""The files of each submodule are there to be published: whole, and kept out by no setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from preflight.git import git, git_inside, quoted, why_too_old
from preflight.problem import Failure, Problem, Unanswered, Warning
from preflight.programs import empty_folder
from preflight.repository import Entry, RegisteredSubmodule, Repository, read_entries
from preflight.submodule_state import listed

VIKTORIGNORE = ".viktorignore"

# A line of .viktorignore that matches nothing in app/: a name at the root, as in every line that the template
# writes. Where there are no others, Git need not be asked, which takes two programs at each commit.
AT_THE_ROOT = re.compile(r"/(?!app\b)[\w.-]+(/.*)?|#.*|\s*")

# How Git LFS says in .gitattributes which files it takes, and how it begins what it leaves in their place
# ("Git LFS Specification", docs/spec.md). Such a pointer has less than 1024 bytes.
LFS_ATTRIBUTE = b"filter=lfs"
LFS_POINTER = b"version https://git-lfs.github.com/spec/v1"
LONGEST_POINTER = 1024

LIST_FILES = ("ls-files", "--stage", "-v", "-z", "--recurse-submodules")


class Content(NamedTuple):
    """The tracked files of a submodule and of those nested in it, with paths from the app's folder."""

    submodule: RegisteredSubmodule
    files: tuple[Entry, ...]


def files_are_published(repository: Repository) -> Iterator[Problem]:
    """No file of a submodule is missing, hidden from Git, only a pointer, or left out by .viktorignore."""
    contents = list(read_contents(repository))
    for content in contents:
        yield from are_checked_out(content, repository.root)
        yield from are_watched(content, repository.root)
        yield from are_no_pointers(content, repository.root)
    yield from viktor_gets_them(contents, repository.root)


def read_contents(repository: Repository) -> Iterator[Content]:
    """Ask Git for the files of each submodule that is there. Raises Unanswered if Git is too old to say."""
    there = [one for one in repository.submodules if (repository.root / one.path / ".git").exists()]
    if not there:
        return
    answer = git(*LIST_FILES, folder=repository.root)
    if not answer.ok and (why := why_too_old()):
        raise Unanswered(why, "install it from https://git-scm.com, and open a new terminal")
    entries = list(read_entries(answer.output))
    for submodule in there:
        files = [entry for entry in entries if entry.path.startswith(f"{submodule.path}/")]
        yield Content(submodule, tuple(files or read_alone(submodule, repository.root)))


def read_alone(submodule: RegisteredSubmodule, root: Path) -> Iterator[Entry]:
    """Ask Git for the files of a submodule that isn't active (git-submodule, "init")."""
    for entry in read_entries(git_inside(root / submodule.path, *LIST_FILES).output):
        yield Entry(f"{submodule.path}/{entry.path}", entry.mode, entry.recorded, entry.tag)


def are_checked_out(content: Content, root: Path) -> Iterator[Problem]:
    """No sparse checkout keeps files away."""
    missing = [entry.path for entry in content.files if entry.is_skipped and not (root / entry.path).exists()]
    if missing:
        mend = f"git -C {quoted(repository_of(missing[0], root))} sparse-checkout disable"
        what = f"lacks files that a sparse checkout leaves out: {listed(missing)}"
        yield Failure(content.submodule.path, what, mend)


def are_watched(content: Content, root: Path) -> Iterator[Problem]:
    """Git looks whether each file has changed."""
    for entry in content.files:
        if entry.hides_changes and (root / entry.path).exists():
            inner = repository_of(entry.path, root)
            file = PurePosixPath(entry.path).relative_to(inner).as_posix()
            mend = f"git -C {quoted(inner)} update-index {entry.unhide} {quoted(file)}"
            yield Warning(entry.path, "is hidden from Git, which doesn't see when it changes", mend)


def repository_of(file: str, root: Path) -> str:
    """Return the folder of the submodule that a file belongs to: the innermost one."""
    folders = PurePosixPath(file).parents
    return next(folder.as_posix() for folder in folders if (root / folder / ".git").exists())


def are_no_pointers(content: Content, root: Path) -> Iterator[Problem]:
    """No file is only the pointer that Git LFS leaves where a file wasn't fetched."""
    attributes = [entry.path for entry in content.files if PurePosixPath(entry.path).name == ".gitattributes"]
    if not any(LFS_ATTRIBUTE in read(root / path) for path in attributes):
        return
    pointers = [entry.path for entry in content.files if is_pointer(root / entry.path)]
    if pointers:
        inside = f"git -C {quoted(repository_of(pointers[0], root))} lfs"
        mend = f"{inside} install --local; {inside} pull (from git-lfs.com, where Git knows no lfs)"
        yield Failure(content.submodule.path, f"has only pointers of Git LFS for {listed(pointers)}", mend)


def is_pointer(file: Path) -> bool:
    """Tell whether a file is a pointer of Git LFS."""
    is_short = file.is_file() and file.stat().st_size < LONGEST_POINTER
    return is_short and read(file).startswith(LFS_POINTER)


def read(file: Path) -> bytes:
    """What is in a file, nothing if it isn't there."""
    return file.read_bytes() if file.is_file() else b""


class Ignored(NamedTuple):
    """A file that a line of .viktorignore leaves out."""

    path: str
    line: str
    pattern: str


def viktor_gets_them(contents: list[Content], root: Path) -> Iterator[Problem]:
    """.viktorignore leaves no submodule out, and no file of one by accident."""
    patterns = read(root / VIKTORIGNORE).decode("utf-8", "replace").splitlines()
    if not contents or all(AT_THE_ROOT.fullmatch(line) for line in patterns):
        return
    ignored = read_ignored([entry.path for content in contents for entry in content.files], root)
    for content in contents:
        paths = [entry.path for entry in content.files]
        out = [ignored[path] for path in paths if path in ignored]
        code = [path for path in paths if path.endswith(".py")]
        if not out:
            continue
        where = f"{VIKTORIGNORE}:{out[0].line}"
        if all(path in ignored for path in code or paths):
            yield Failure(
                where, f"leaves {content.submodule.path} out, so VIKTOR lacks it", f"delete {out[0].pattern}"
            )
        else:
            what = f"leaves out files of {content.submodule.path}: {listed([one.path for one in out])}"
            yield Warning(where, what, f"write /{out[0].pattern.lstrip('/')}, if only the app's own is meant")


def read_ignored(paths: list[str], root: Path) -> dict[str, Ignored]:
    """Return which files .viktorignore leaves out, by path: it has .gitignore's syntax, so Git is asked.

    Git doesn't judge files of submodules: so it is asked in a new repository that holds only the patterns.
    Raises Unanswered if it doesn't say.
    """
    with empty_folder() as folder:
        (folder / ".gitignore").write_bytes((root / VIKTORIGNORE).read_bytes())
        git_inside(folder, "init", "--quiet", "--template=")
        words = ("-c", "core.excludesFile=", "check-ignore", "--no-index", "--verbose", "-z", "--stdin")
        answer = git_inside(folder, *words, given="\0".join(paths))
    if answer.why or answer.code not in (0, 1):  # 1 says that none is
        why = answer.why or answer.errors.strip()
        raise Unanswered(f"Git doesn't say what {VIKTORIGNORE} leaves out: {why}", "git version; git status")
    fields = answer.output.split("\0")
    found = zip(fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {
        path: Ignored(path, line, pattern) for line, pattern, path in found if not pattern.startswith("!")
    }
