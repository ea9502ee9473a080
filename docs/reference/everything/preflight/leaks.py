"""Leaks: no file that Git tracks holds a token, a URL with a password, or the secret itself."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from preflight.app import App
from preflight.git import git, quoted
from preflight.passwords import usable_passwords_in
from preflight.problem import Failure, Findings, LeftOut, Warning, counted
from preflight.repository import Entry, Repository
from preflight.secret import secret_variables, value_of
from preflight.tokens import tokens_in

# Shorter ones stand in files by chance.
SHORTEST_SECRET = 8
# No more of a file is searched: so much takes a second or so.
MOST_BYTES = 20_000_000
# How many lines of one file are told.
MOST_LINES = 50

# Git's letters for what the work tree has otherwise than the index: modified, deleted, or of another type.
CHANGED_SINCE = ("M", "D", "T")

# Git takes a file with a NUL among its first bytes for binary, as many as these (its buffer_is_binary).
HEAD = 8000
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


class Content(NamedTuple):
    """What a tracked file holds: in the work tree, or, where that differs, as it is staged."""

    path: str
    text: str
    is_staged: bool = False
    is_cut: bool = False


def leaks(app: App) -> Findings:
    """No file that Git tracks holds a token, a URL with a password, or the secret itself."""
    values = secret_values(app)
    files = app.repository.files
    for path in files:
        try:
            content = read_file(app.root, path)
        except OSError as error:
            yield Failure(path, f"can't be read: {error.strerror}", "make it readable, or take it out of Git")
            continue
        yield from judge_content(content, values)
        if content.is_cut:
            what = f"is so large that only its first {MOST_BYTES // 1_000_000} MB were searched for secrets"
            yield Warning(path, what, "keep large data elsewhere")
    for entry in staged_otherwise(app.repository):
        staged = git("cat-file", "blob", entry.recorded, folder=app.root)
        if not staged.ok:
            mend = f"git add {quoted(entry.path)}; git fsck (which shows what else is damaged)"
            yield Failure(entry.path, "can't be read as it is staged", mend)
        yield from judge_content(Content(entry.path, text_of(staged.output.encode()), is_staged=True), values)
    return counted(len(files), "file")


def secret_values(app: App) -> dict[str, str]:
    """Return the secrets in the variables that requirements.txt names, percent-decoded, by their names."""
    try:
        requirements = app.requirements
    except LeftOut:
        return {}  # pip can't be asked, as the check of the requirements says
    values = {name: unquote(value_of(name)) for name in secret_variables(requirements)}
    return {name: value for name, value in values.items() if len(value) >= SHORTEST_SECRET}


def judge_content(content: Content, values: dict[str, str]) -> Iterator[Failure]:
    """Tell in which lines of a file something secret stands, but never what."""
    lines = secret_lines(content.text, values)
    mend = "revoke it where it was made, and take it out; what was committed stays in Git's history"
    if content.is_staged:
        mend += f". Then type: git add {quoted(content.path)}"
    for number in sorted(lines)[:MOST_LINES]:
        place = "is staged" if content.is_staged else "stands here"
        yield Failure(f"{content.path}:{number}", f"a secret {place}: {lines[number]}", mend)
    if len(lines) > MOST_LINES:
        yield Failure(content.path, f"holds secrets in {len(lines) - MOST_LINES} more lines", mend)


def secret_lines(text: str, values: dict[str, str]) -> dict[int, str]:
    """Return the numbers of the lines in which something secret begins, and what kind of thing that is."""
    lines: dict[int, str] = {}
    for found in (*tokens_in(text), *usable_passwords_in(text)):
        lines.setdefault(text.count("\n", 0, found.start) + 1, found.kind)
    decoded = unquote(text) if values else ""
    for name, value in values.items():
        if value in text or value in decoded:
            for number, line in enumerate(text.split("\n"), 1):
                if value in line or value in unquote(line):
                    lines.setdefault(number, f"the value of {name}")
    return lines


def read_file(root: Path, path: str) -> Content:
    """Return the content of a file in the work tree, as far as it is searched.

    One that was deleted has none, and a link holds nothing but a path. Raises OSError if it can't be read.
    """
    file = root / path
    try:
        status = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return Content(path, "")
    if not stat.S_ISREG(status.st_mode):
        return Content(path, "")
    with file.open("rb") as opened:
        return Content(path, text_of(opened.read(MOST_BYTES)), is_cut=status.st_size > MOST_BYTES)


def text_of(data: bytes) -> str:
    """Return data as text in which secrets can be found; "" if it is binary.

    Windows PowerShell writes UTF-16, and appends it to files in another encoding. Without the NUL bytes, the
    ASCII letters of all of them can be read, and secrets have no others.
    """
    head = data[:HEAD]
    if b"\0" in head and not head.startswith(UTF_16_MARKS) and CONTROL.search(head):
        return ""
    return data[:MOST_BYTES].replace(b"\0", b"").decode("utf-8", errors="replace")


def staged_otherwise(repository: Repository) -> list[Entry]:
    """Return the files of the index that the work tree has otherwise, or of which Git doesn't say so.

    A file in conflict can't be committed, and one that is only meant to be added holds nothing yet.
    """
    changed = {change.path for change in repository.changes if change.unstaged in CHANGED_SINCE}
    files = [entry for entry in repository.entries if not entry.is_submodule]
    return [entry for entry in files if entry.hides_changes or entry.path in changed]
