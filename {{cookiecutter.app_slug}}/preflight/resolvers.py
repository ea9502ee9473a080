"""Asks uv what should be installed on VIKTOR's server, and pip what it would install there.

Both get the lines of requirements.txt as one file, in which `${NAME}` stays as it is: they fill it in by
themselves, so no login is written down or made an argument.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from preflight import server
from preflight.app import App
from preflight.git_logins import without_git_login
from preflight.names import normalized
from preflight.programs import Finished, run
from preflight.requirements import Line, Requirements
from preflight.resolver_environment import environment_for
from preflight.tools import python_with_pip, uv
from preflight.urls import read_url

RUNNER = Path(__file__).with_name("pip_runner.py")

# How long a resolver may take, in seconds: minutes are normal for a cold cache, a server that drips takes for
# ever.
TIME_LIMIT = 300

# How uv begins the comment that names a package's index.
INDEX_COMMENT = "    # from "


@dataclass(frozen=True)
class Resolved:
    """A package that uv would install: its version, its files' hashes, and its index, if it has one."""

    name: str
    version: str
    hashes: frozenset[str]
    index: str


@dataclass(frozen=True)
class Chosen:
    """A file that pip would install: its package, version, SHA-256 and URL."""

    name: str
    version: str
    sha256: str
    url: str


@dataclass(frozen=True)
class UvAnswer:
    """What uv says: the packages by name, or the words with which it gave up.

    `lenient` tells that a 403 was taken for "I don't have this".
    """

    packages: dict[str, Resolved] = field(default_factory=dict)
    fault: str = ""
    lenient: bool = False


@dataclass(frozen=True)
class PipAnswer:
    """What pip says: the packages by name, or the words with which it gave up; and what it saw on the way.

    `pages` tells for each package which file stands on which page, `holds` which pages have files of its
    name, with their hashes, `asked` which addresses of an index led to a page, `unanswered` which pages pip
    could not read and why, and `builds` whether it could build what has no wheel.
    """

    packages: dict[str, Chosen] = field(default_factory=dict)
    fault: str = ""
    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    holds: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    unanswered: tuple[tuple[str, str], ...] = ()
    builds: bool = True


def as_one_file(told: Requirements, folder: Path) -> Path:
    """Write the lines as one requirements file into a folder, line by line, and return it."""
    file, constraints = folder / "requirements.txt", folder / "constraints.txt"
    lines = [as_text(line) for line in told.lines if not line.is_constraint]
    pins = [as_text(line) for line in told.lines if line.is_constraint]
    constraints.write_text("\n".join([*pins, ""]), encoding="utf-8")
    file.write_text("\n".join([*lines, "-c constraints.txt", ""]), encoding="utf-8")
    return file


def as_text(line: Line) -> str:
    """Return a line as it is written, joined; a path becomes a whole one, as the file lies elsewhere."""
    options = (f"{option.name}={option.value}" if option.value else option.name for option in line.options)
    is_path = line.url.startswith("file:") and "@" not in line.requirement
    package = line.url if is_path else without_git_login(line)
    return " ".join(filter(None, [package, *options]))


def ask_uv(app: App, told: Requirements, folder: Path, *, lenient: bool = False) -> UvAnswer:
    """Return what uv would install on VIKTOR's server: an extra index has priority, and its refusal ends all.

    `lenient` takes a 403 of an extra index for "I don't have this". `folder` is for files of this call alone.
    """
    done = compile_with_uv(app, told, folder, "--python-platform", server.UV_PLATFORM, lenient=lenient)
    if not done.ok:
        return UvAnswer(fault=done.why or done.errors, lenient=lenient)
    return UvAnswer({one.name: one for one in read_compiled(done.output)}, lenient=lenient)


def compile_with_uv(
    app: App, told: Requirements, folder: Path, *words: str | Path, lenient: bool = False
) -> Finished:
    """Let uv choose versions for the lines, and print them with all hashes and with the index of each."""
    config = folder / "uv.toml"
    config.write_text(lenient_settings(told) if lenient else "", encoding="utf-8")
    python = ("--python", sys.executable, "--python-version", server.full_version(app.python_version))
    return run(
        *(uv(), "pip", "compile", as_one_file(told, folder), "--config-file", config, "--color=never"),
        *("--refresh", "--generate-hashes", "--emit-index-annotation", "--no-header", "--no-annotate"),
        *(*python, *words),
        folder=app.root,
        environment=environment_for(app, told, folder),
        limit=TIME_LIMIT,
    )


def lenient_settings(told: Requirements) -> str:
    """Return settings of uv's in which a 403 of an extra index says no more than that it lacks a package.

    uv finds the index in requirements.txt by its URL without a login.
    """
    urls = (json.dumps(read_url(index.url).without_login) for index in told.extra_indexes)
    return "".join(f"[[index]]\nurl = {url}\nignore-error-codes = [403]\n" for url in urls)


def read_compiled(output: str) -> Iterator[Resolved]:
    """Yield the packages of what `uv pip compile` prints.

    uv has no form for machines that names the index. Each package begins a line; its hashes and its index
    follow in lines that are set in.
    """
    name, version, hashes, index = "", "", set(), ""
    for row in [*output.splitlines(), "end"]:
        text = row.strip().rstrip("\\ ")
        if text.startswith("--hash="):
            hashes.add(text.removeprefix("--hash="))
        elif row.startswith(INDEX_COMMENT):
            index = row.removeprefix(INDEX_COMMENT)
        elif row[:1].strip():
            if name:
                yield Resolved(normalized(name), version, frozenset(hashes), index)
            name, _, version = text.partition(";")[0].strip().partition("==")
            name, hashes, index = name.partition(" ")[0].partition("[")[0], set(), ""


def ask_pip(app: App, told: Requirements, folder: Path, *, only_finds: bool = False) -> PipAnswer:
    """Return what pip would install on VIKTOR's server. `folder` is for files of this call alone.

    With `only_finds` pip finds a file for each line, and doesn't fetch it to see what it needs.
    """
    notes, report = folder / "notes.json", folder / "report.json"
    is_alike = app.runs_like_the_server
    wanted = {
        "environment": None if is_alike else server.markers(app.python_version),
        "hides_login": any(index.has_login for index in told.indexes),
        "only_finds": only_finds,
    }
    notes.write_text(json.dumps(wanted), encoding="utf-8")
    target = [] if is_alike else words_for_the_server(app.python_version, folder)
    done = run(
        *(*python_with_pip(), "-I", RUNNER, notes, "install", "--dry-run", "--ignore-installed", "--quiet"),
        *("--report", report, "--requirement", as_one_file(told, folder), *target),
        folder=app.root,
        environment=environment_for(app, told, folder),
        limit=TIME_LIMIT,
    )
    noted = json.loads(notes.read_text(encoding="utf-8"))
    if "pages" not in noted:
        return PipAnswer(fault=done.why or done.errors or "pip ended without a word")
    found = noted.pop("found")
    noted["unanswered"] = tuple((page, reason) for page, reason in noted["unanswered"])
    if not done.ok:
        return PipAnswer(fault=done.why or done.errors or "pip ended without a word", **noted)
    if only_finds:
        return PipAnswer({name: Chosen(name, "", "", url) for name, url in found.items()}, **noted)
    items = json.loads(report.read_text(encoding="utf-8"))["install"]
    return PipAnswer({one.name: one for one in map(read_reported, items)}, **noted)


def read_reported(item: dict[str, Any]) -> Chosen:
    """Return the file that an entry of pip's report tells of (pip's documentation, "Installation report")."""
    place, metadata = item["download_info"], item["metadata"]
    sha256 = place.get("archive_info", {}).get("hashes", {}).get("sha256", "")
    return Chosen(normalized(metadata["name"]), metadata["version"], sha256, place["url"])


def words_for_the_server(version: str, folder: Path) -> list[str]:
    """Return the words with which pip chooses files for VIKTOR's server on a machine of another kind.

    pip can't build for another machine, and wants a folder to install into, into which nothing is installed.
    """
    platforms = [f"--platform={platform}" for platform in server.PIP_PLATFORMS]
    python = ["--implementation=cp", f"--python-version={server.full_version(version)}"]
    return ["--target", str(folder / "nothing"), "--only-binary=:all:", *python, *platforms]
