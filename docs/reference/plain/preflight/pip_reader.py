"""Asks pip how it reads a requirements file, and how it reaches servers.

It is imported where this Python has pip (23.0 or newer). Where it hasn't, it is run as a program by one that
has, and needs nothing else of preflight; it prints the same as JSON:

    python -I pip_reader.py FILE

pip's own parser reads each line, and fills in no variable: `${NAME}` stays as it stands in the file. A few
small wrappers note what the parser would pass over without a word.
"""

# Functions of pip's are replaced here by others with the same parameters, whose types aren't known.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false, reportPrivateImportUsage=false

from __future__ import annotations

import io
import json
import optparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from importlib.machinery import ModuleSpec
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

# What pip's parser imports on its way and never uses: what draws, builds, installs and reads lock files. All
# checks without the network would take a third longer with it, and they run at each commit.
UNUSED = (
    "pip._internal.cli.progress_bars",
    "pip._internal.cli.spinners",
    "pip._internal.req.req_install",
    "pip._internal.req.req_set",
    "pip._vendor.packaging.pylock",
    "pip._vendor.pyproject_hooks",
    "pip._vendor.rich",
)


class Empty(ModuleType):
    """A module in the place of an unused one: whatever is imported from it is a class without content."""

    __path__ = []

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class EmptyModules:
    """Lets Python import nothing in the place of the unused modules, and of what lies in them."""

    def find_spec(self, name: str, path=None, target=None) -> ModuleSpec | None:
        """Return where an unused module comes from: from here. Python looks elsewhere for all others."""
        is_unused = any(name == unused or name.startswith(f"{unused}.") for unused in UNUSED)
        return ModuleSpec(name, self, is_package=True) if is_unused else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing: there is nothing in it."""


@contextmanager
def nothing_unused() -> Iterator[None]:
    """Let Python import no unused module until the block ends."""
    empty = EmptyModules()
    sys.meta_path.insert(0, empty)
    try:
        yield
    finally:
        sys.meta_path.remove(empty)


with nothing_unused():
    from pip._internal.configuration import Configuration
    from pip._internal.exceptions import InstallationError, PipError
    from pip._internal.req import req_file
    from pip._internal.req.constructors import parse_req_from_line

# What is put in the place of pip's functions is there for all threads: so one file is read after the other.
ONE_AT_A_TIME = Lock()

INCLUDES = ("--requirement", "--constraint")
# The settings of pip.conf that say how this machine reaches a server; all others are the developer's own.
NETWORK = ("cert", "client-cert", "proxy")


class Notes:
    """What pip does with the options of one line: their full names and values, and what it passes over."""

    def __init__(self) -> None:
        self.options: list[tuple[str, str | None]] = []
        self.abbreviated: list[str] = []
        self.ignored: list[str] = []
        self.fault = ""


@contextmanager
def replaced(owner: Any, name: str, function: Callable) -> Iterator[None]:
    """Put another function in the place of one of pip's or optparse's until the block ends."""
    own = getattr(owner, name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        setattr(owner, name, own)


class Reader:
    """Reads lines with pip's own parser, and keeps notes on the one that it reads."""

    def __init__(self) -> None:
        self.parse_with_pip = req_file.get_line_parser(None)
        self.notes = Notes()
        self.files: dict[str, str] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Let pip read files until the block ends; what it prints about them goes nowhere."""
        with ExitStack() as stack:
            stack.enter_context(redirect_stderr(io.StringIO()))
            stack.enter_context(replaced(req_file, "expand_env_variables", lambda lines: lines))
            stack.enter_context(replaced(req_file, "get_file_content", self.noted_file()))
            stack.enter_context(replaced(optparse.Option, "process", self.noted_option()))
            stack.enter_context(replaced(optparse.OptionParser, "_match_long_opt", self.noted_name()))
            stack.enter_context(replaced(optparse.OptionParser, "parse_args", self.noted_rest()))
            yield

    def noted_option(self) -> Callable:
        """Return what notes each option that optparse takes, by its full name, with its value."""
        process = optparse.Option.process

        def noted(option, name, value, values, parser):
            full = option.get_opt_string()
            self.notes.options.append((full, value))
            if name.startswith("--") and name != full:  # another name, which only pip knows
                self.notes.abbreviated.append(name)
            return process(option, name, value, values, parser)

        return noted

    def noted_name(self) -> Callable:
        """Return what notes each name of an option that optparse completes."""
        match = optparse.OptionParser._match_long_opt

        def noted(parser, name):
            full = match(parser, name)
            if full != name:
                self.notes.abbreviated.append(name)
            return full

        return noted

    def noted_rest(self) -> Callable:
        """Return what notes each word that optparse leaves over."""
        parse = optparse.OptionParser.parse_args

        def noted(parser, words=None, values=None):
            options, left_over = parse(parser, words, values)
            self.notes.ignored += left_over
            return options, left_over

        return noted

    def noted_file(self) -> Callable:
        """Return what notes each file that is read, and why one can't be; pip would stop there."""
        read = req_file.get_file_content

        def noted(file, session, **more):
            self.files.setdefault(file, "")
            try:
                return read(file, session, **more)
            except (InstallationError, UnicodeError):
                self.files[file] = "can't be read: it is missing, or not in UTF-8"
                return file, ""

        return noted

    def parse_line(self, text: str):
        """Return what pip's parser makes of a line, with our notes; one that it refuses is empty."""
        self.notes = notes = Notes()
        try:
            words, options = self.parse_with_pip(text)
        except (req_file.OptionParsingError, ValueError) as error:
            # optparse names the program first, which is none that anybody has typed.
            notes.fault = str(error).rpartition(": error: ")[2].strip()
            words, options = self.parse_with_pip("")
        if any(name in INCLUDES and "://" in (value or "") for name, value in notes.options):
            options.requirements = options.constraints = []  # or pip would fetch it
        options.notes = notes
        return words, options

    def lines(self, file: str):
        """Yield the lines of a file as pip reads them, those of the files that it includes in their place."""
        try:
            yield from req_file.RequirementsFileParser(None, self.parse_line).parse(file, False)
        except (PipError, RecursionError):
            self.files[file] = "includes itself"


def describe(line) -> dict[str, Any]:
    """Return what pip reads in a line, and what it passes over there."""
    notes = line.opts.notes
    row = {
        "file": line.filename,
        "number": line.lineno,
        "is_constraint": line.constraint,
        "options": notes.options,
        "abbreviated": notes.abbreviated,
        "ignored": notes.ignored,
        "fault": notes.fault,
    }
    package = getattr(line, "requirement", None)  # older pips leave it out of a line of options
    if package and not line.opts.editables:
        row |= read_package(package)
    return row


def read_package(text: str) -> dict[str, Any]:
    """Return what pip reads in the part of a line that names a package."""
    try:
        parts = parse_req_from_line(text, None)
    except PipError as error:
        return {"requirement": text.strip(), "fault": str(error).partition("\n")[0]}
    named, link = parts.requirement, parts.link
    return {
        "requirement": text.strip(),
        "name": named.name if named else "",
        "extras": sorted(named.extras if named else parts.extras),
        "specifier": str(named.specifier) if named else "",
        "operators": sorted(one.operator for one in named.specifier) if named else [],
        "url": (named and named.url) or (link.url if link else ""),
        "marker": str(parts.markers) if parts.markers else "",
    }


def network_settings() -> dict[str, str]:
    """Return what pip.conf says of certificates and proxies."""
    configuration, found = Configuration(isolated=False), {}
    for name in NETWORK:
        try:
            configuration.load()
            found[name] = str(configuration.get_value(f"global.{name}"))
        except PipError:  # nothing is said, or the file can't be read
            continue
    return found


def read(file: Path | str) -> dict:
    """Return the lines of a requirements file, the files that were read for it, and pip's settings."""
    reader = Reader()
    with ONE_AT_A_TIME, reader.watching():
        lines = reader.lines(str(file))
        rows = {(line.filename, line.lineno, line.constraint): describe(line) for line in lines}
    return {"rows": list(rows.values()), "files": reader.files, "network": network_settings()}


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout)
