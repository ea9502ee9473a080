"""Reads a package's requirements files: what it needs, and whether the file names an index of its own.

The app's own requirements.txt is read by pip itself; these are read by the hooks too, where there is no pip.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from preflight.package_files import MetadataError, read_file


class Written(NamedTuple):
    """A requirement as it is written, and the place where."""

    text: str
    where: str


class Listed:
    """What requirements files say: requirements, where they name an index, and what isn't read.

    `files` are the paths of those that were read.
    """

    def __init__(self) -> None:
        self.requirements: list[Written] = []
        self.indexes: list[str] = []
        self.notes: list[str] = []
        self.files: set[str] = set()


def read_requirements_files(folder: Path, paths: list[str]) -> Listed:
    """Return what files of a package say, with those that they include.

    Raises MetadataError if one of them can't be read.
    """
    listed = Listed()
    for path in paths:
        read_one(folder, path, listed)
    return listed


def read_one(folder: Path, path: str, listed: Listed) -> None:
    """Add what a file says to `listed`; raise MetadataError if it can't be read."""
    from preflight.requirement_options import read_options  # few packages need it, and an import takes time

    listed.files.add(path)
    for number, line in joined(read_file(folder, path)):
        where = f"{path}:{number}"
        requirement, option_words = parted(line)
        try:
            options = read_options(option_words)
        except ValueError:
            listed.notes.append(f"{where} is a line that pip can't read")
            continue
        if options.index:
            listed.indexes.append(where)
        if options.include:
            include(folder, path, options.include, where, listed)
        wanted = requirement or options.editable
        if wanted and wanted != ".":
            listed.requirements.append(Written(wanted, where))


def include(folder: Path, path: str, named: str, where: str, listed: Listed) -> None:
    """Add what an included file says to `listed`, once; a file outside of the package is only noted.

    `path` is that of the file that includes it, `named` what stands there.
    """
    inside, file = folder.resolve(), (folder / path).parent / named
    if "://" in named or not file.resolve().is_relative_to(inside):
        listed.notes.append(f"{where} includes a file outside of the package, which isn't read")
        return
    included = file.resolve().relative_to(inside).as_posix()
    if included not in listed.files:
        try:
            read_one(folder, included, listed)
        except MetadataError as error:
            raise MetadataError(f"{where} includes another file: {error}") from None


def joined(text: str) -> list[tuple[int, str]]:
    r"""Return the lines of a requirements file with their numbers, joined at a \, without comments.

    The comment is pip's own COMMENT_RE, in pip/_internal/req/req_file.py.
    """
    lines = []
    parts: list[str] = []
    start = 1
    for number, line in enumerate([*text.splitlines(), ""], 1):
        is_comment = line.lstrip().startswith("#")
        if not parts:
            start = number
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
            continue
        whole = re.sub(r"(^|\s+)#.*$", "", "".join([*parts, " " + line if is_comment else line])).strip()
        parts = []
        if whole:
            lines.append((start, whole))
    return lines


def parted(line: str) -> tuple[str, str]:
    """Return the requirement and the options of a line: for pip these begin at the first word with a dash."""
    words = line.split(" ")
    place = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    return " ".join(words[:place]).strip(), " ".join(words[place:])
