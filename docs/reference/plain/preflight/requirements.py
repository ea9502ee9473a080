"""What requirements.txt says: its lines, indexes and variables, as pip's own parser reads them."""

from __future__ import annotations

import json
import os
import sys
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from preflight.names import normalized
from preflight.problem import LeftOut, Unanswered
from preflight.programs import run
from preflight.tools import python_with_pip
from preflight.urls import VARIABLE, read_url

FILE = "requirements.txt"
# What people write where requirements.txt is a lock, made from it.
SOURCE = "requirements.in"
# What the reader says of a file whose own lines lead back to it.
INCLUDES_ITSELF = "includes itself"
READER = Path(__file__).with_name("pip_reader.py")

INDEX_OPTIONS = ("--index-url", "--extra-index-url")


class Unreadable(LeftOut):
    """pip could not be asked how it reads the file; says why."""


class Option(NamedTuple):
    """An option of pip's by its full name, with its value, if it takes one."""

    name: str
    value: str = ""


class Line(NamedTuple):
    """A line of a requirements file as pip reads it: a package, or options."""

    file: str
    number: int
    # The package, as it is written; "" in a line of options.
    requirement: str = ""
    name: str = ""
    extras: tuple[str, ...] = ()
    specifier: str = ""
    url: str = ""
    marker: str = ""
    options: tuple[Option, ...] = ()
    # Whether it only narrows what other lines ask for (`-c`).
    is_constraint: bool = False
    # Options that aren't spelled in full, and words that pip passes over.
    abbreviated: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    # Why pip can't read the line.
    fault: str = ""
    # The line of the index right above it, with no blank line between.
    index: Line | None = None  # pyright: ignore[reportIncompatibleMethodOverride] (a tuple's method is called so)

    # How its specifier compares versions: "==", "<" and so on.
    operators: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The file and the number of the line."""
        return f"{self.file}:{self.number}"

    @property
    def hashes(self) -> tuple[str, ...]:
        """The hashes that pip demands of the package's file."""
        return tuple(option.value for option in self.options if option.name == "--hash")

    def values(self, *names: str) -> list[str]:
        """The values of the options of these names."""
        return [option.value for option in self.options if option.name in names]


class Index(NamedTuple):
    """A package index that requirements.txt names, and the line that names it."""

    line: Line
    url: str
    is_extra: bool

    @property
    def has_login(self) -> bool:
        """Whether its URL has a login."""
        return "@" in self.url

    @property
    def host(self) -> str:
        """Its host and port. Raises ValueError if the URL is none."""
        return read_url(self.url).host

    @property
    def address(self) -> str:
        """Its URL without the login and without a slash at the end. Raises ValueError if the URL is none."""
        return read_url(self.url).without_login.rstrip("/")


class Requirements(NamedTuple):
    """All lines of requirements.txt and of what it includes.

    `unreadable` tells why a file could not be read, `network` what pip.conf says of certificates and proxies,
    and `files` are all that pip reads.
    """

    lines: tuple[Line, ...]
    unreadable: dict[str, str]
    network: dict[str, str]
    files: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[Line, ...]:
        """The lines that ask for a package."""
        return tuple(line for line in self.lines if line.requirement and not line.is_constraint)

    @property
    def indexes(self) -> tuple[Index, ...]:
        """The indexes, in the order of their lines."""
        return tuple(
            Index(line, option.value, option.name == "--extra-index-url")
            for line in self.lines
            for option in line.options
            if option.name in INDEX_OPTIONS
        )

    @property
    def extra_indexes(self) -> tuple[Index, ...]:
        """The indexes that stand beside another one."""
        return tuple(index for index in self.indexes if index.is_extra)

    @property
    def private_indexes(self) -> tuple[Index, ...]:
        """The indexes that have what stands right below their lines: the extra ones, or the only one."""
        return self.extra_indexes or self.indexes

    def is_below_private_index(self, line: Line) -> bool:
        """Tell whether the line stands right below that of an index from which it must come."""
        return any(line.index == index.line for index in self.private_indexes)

    def is_below_extra_index(self, line: Line) -> bool:
        """Tell whether the line stands right below an extra index's, which says that it comes from there."""
        return bool(line.index and line.index.values("--extra-index-url"))

    @property
    def variables(self) -> dict[str, str]:
        """The variables that pip fills in, and where each is first named."""
        found: dict[str, str] = {}
        for line in self.lines:
            for text in (line.requirement, *(option.value for option in line.options)):
                for name in VARIABLE.findall(text):
                    found.setdefault(name, line.where)
        return found

    @property
    def has_hashes(self) -> bool:
        """Whether a package has hashes: then pip wants them of all."""
        return any(line.hashes for line in self.packages)


def read_requirements(root: Path, name: str = FILE) -> Requirements:
    """Return what a requirements file in the folder `root` says. Raises Unreadable if pip can't be asked."""
    told = ask_pip(root / name)
    shown = {file: path_from(root, file) for file in told["files"]}
    unreadable = {shown[file]: why for file, why in told["files"].items() if why}
    unreadable |= {name: "is not in UTF-8" for file, name in shown.items() if not is_utf8(Path(file))}
    lines = [as_line(row, shown[row["file"]]) for row in told["rows"]]
    return Requirements(tuple(with_indexes(lines, root)), unreadable, told["network"], tuple(shown.values()))


def ask_pip(file: Path) -> dict[str, Any]:
    """Return what pip's parser reads in a file. Raises Unreadable if it can't be asked.

    Where this Python has no pip, another one that has reads the file. For both, a path in it begins in the
    folder where this program runs, as the app's is.
    """
    try:
        python = python_with_pip()
    except Unanswered as why:
        raise Unreadable(f"there is no pip here, and {why}") from None
    if python == (sys.executable,):
        return ask_own_pip(file)
    done = run(*python, "-I", READER, file, folder=Path.cwd(), variables={"UV_SYSTEM_CERTS": "1"})
    if not done.ok:
        raise Unreadable(done.why or f"this pip can't be asked: {done.errors.strip().rpartition(chr(10))[2]}")
    return json.loads(done.output)


def ask_own_pip(file: Path) -> dict[str, Any]:
    """Return what this Python's own pip reads in a file. Raises Unreadable if it can't be asked.

    A process of its own for that would take as much time as half of all the checks of a commit.
    """
    try:
        from preflight.pip_reader import read

        return read(file)
    except Exception as error:  # whatever a pip of another kind does; its words could hold a login
        raise Unreadable(f"this pip can't be asked: {type(error).__name__}") from None


def path_from(root: Path, file: str) -> str:
    """Return the path of a file from a folder, or a whole one where Windows has it on another drive."""
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:
        return Path(file).as_posix()


def is_utf8(file: Path) -> bool:
    """Tell whether a file can be read as UTF-8, as uv reads it; pip guesses. One that is missing can."""
    try:
        file.read_text(encoding="utf-8")
    except UnicodeError:
        return False
    except OSError:
        return True
    return True


def as_line(row: dict[str, Any], file: str) -> Line:
    """Return the line that a row of the reader's output tells of."""
    options = tuple(Option(name, value or "") for name, value in row.pop("options"))
    lists = {key: tuple(row.pop(key, ())) for key in ("extras", "operators", "abbreviated", "ignored")}
    name = normalized(row.pop("name", ""))
    fields: dict[str, Any] = row | lists | {"file": file, "name": name, "options": options}
    return Line(**fields)


def with_indexes(lines: list[Line], root: Path) -> list[Line]:
    """Return the lines, each with the index whose line stands above it in the same paragraph.

    Where several extra ones stand above it, with no package between, it is the first: uv asks that one first.
    """
    found: list[Line] = []
    index, end_of_paragraph, file = None, 0, ""
    for line in lines:
        if line.file != file or line.number > end_of_paragraph:
            index, file = None, line.file
            end_of_paragraph = last_line_of_paragraph(root / file, line.number)
        found.append(line._replace(index=index))
        if line.values(*INDEX_OPTIONS) and not is_second_of_two(found):
            index = found[-1]
    return found


def is_second_of_two(found: list[Line]) -> bool:
    """Tell whether an extra index stands above the last of these lines, with no package between."""
    above = found[-1].index
    packages = [other for other in found if other.requirement and other.index == above]
    return bool(above and above.values("--extra-index-url") and not packages)


def last_line_of_paragraph(file: Path, number: int) -> int:
    """Return the number of the last line before a blank one, from the line `number` on."""
    rows = file.read_text(encoding="utf-8", errors="replace").splitlines()[number - 1 :]
    return number - 1 + len(list(takewhile(str.strip, rows)))
