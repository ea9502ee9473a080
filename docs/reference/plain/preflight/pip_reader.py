"""A program that prints how pip reads a requirements file, and how it reaches servers, as JSON.

    python -I pip_reader.py FILE

It is run in a process of its own, in which no variable is set: so `${NAME}` stays as it stands in the file.
It needs a pip (23.0 or newer), and nothing else of preflight. pip's parser is asked for each line; three
small wrappers note what it would pass over without a word.
"""

from __future__ import annotations

import gc
import json
import optparse
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# What pip's parser imports on its way and never uses: what draws, reads lock files and installs. That is a
# third of the time that this program takes, and it runs at each commit.
UNUSED = ("pip._vendor.rich", "pip._vendor.packaging.pylock", "pip._internal.req.req_install")


class Empty(ModuleType):
    """A module in the place of an unused one: whatever is imported from it is a class without content."""

    __path__ = ()

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
        """Return an empty module."""
        return Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing: there is nothing in it."""


sys.meta_path.insert(0, EmptyModules())

from pip._internal.configuration import Configuration  # noqa: E402 (the line above must come first)
from pip._internal.exceptions import InstallationError, PipError  # noqa: E402
from pip._internal.req import req_file  # noqa: E402
from pip._internal.req.constructors import parse_req_from_line  # noqa: E402

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


class Reader:
    """Reads lines with pip's own parser, and keeps notes on the one that it reads."""

    def __init__(self) -> None:
        self.parse_with_pip = req_file.get_line_parser(None)
        self.notes = Notes()
        self.files: dict[str, str] = {}
        self.watch_options()
        self.watch_files()

    def watch_options(self) -> None:
        """Note each option that optparse takes, each that it completes, and each word that it leaves over."""
        process, match, parse = (
            optparse.Option.process,
            optparse.OptionParser._match_long_opt,
            optparse.OptionParser.parse_args,
        )

        def noted_process(option, name, value, values, parser):
            self.notes.options.append((option.get_opt_string(), value))
            return process(option, name, value, values, parser)

        def noted_match(parser, name):
            full = match(parser, name)
            if full != name:
                self.notes.abbreviated.append(name)
            return full

        def noted_parse(parser, words=None, values=None):
            options, left_over = parse(parser, words, values)
            self.notes.ignored += left_over
            return options, left_over

        optparse.Option.process = noted_process
        optparse.OptionParser._match_long_opt = noted_match
        optparse.OptionParser.parse_args = noted_parse

    def watch_files(self) -> None:
        """Note each file that is read, and why one can't be; pip would stop there."""
        read = req_file.get_file_content

        def noted_read(file, session, **more):
            self.files.setdefault(file, "")
            try:
                return read(file, session, **more)
            except (InstallationError, UnicodeError):
                self.files[file] = "can't be read: it is missing, or not in UTF-8"
                return file, ""

        req_file.get_file_content = noted_read

    def parse_line(self, text: str):
        """Return what pip's parser makes of a line, with our notes; one that it refuses is empty."""
        self.notes = notes = Notes()
        try:
            words, options = self.parse_with_pip(text)
        except (req_file.OptionParsingError, ValueError) as error:
            notes.fault = str(error)
            words, options = self.parse_with_pip("")
        if any(name in INCLUDES and "://" in value for name, value in notes.options):
            options.requirements = options.constraints = []  # or pip would fetch it
        options.notes = notes
        return words, options

    def lines(self, file: str):
        """Yield the lines of a file as pip reads them, those of the files that it includes in their place."""
        try:
            yield from req_file.RequirementsFileParser(None, self.parse_line).parse(file, False)
        except (PipError, RecursionError):
            self.files[file] = "includes itself"


def describe(line) -> dict:
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


def read_package(text: str) -> dict:
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


def main() -> None:
    """Print the lines of the file in the first argument, the files that were read, and pip's settings."""
    reader = Reader()
    rows = {
        (line.filename, line.lineno, line.constraint): describe(line) for line in reader.lines(sys.argv[1])
    }
    told = {"rows": list(rows.values()), "files": reader.files, "network": network_settings()}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    gc.disable()  # what is read is small, and the program ends soon
    main()
    sys.stdout.flush()
    os._exit(0)  # Python would first take down all that was imported: a tenth of the time
