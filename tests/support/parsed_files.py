"""Reads the files of an app with the parser of their kind, which raises an error of its own for what it can't read."""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath

import yaml
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_line
from pip._internal.req.req_file import ParsedLine, RequirementsFileParser, get_line_parser

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# libyaml is ten times faster, and not in every wheel.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def pip_lines(text: str) -> list[ParsedLine]:
    """Return the lines of a requirements file as pip's parser reads them; each requirement is one that pip takes."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "read.txt")
        file.write_text(text, encoding="utf-8")
        Path(name, "requirements.txt").touch()  # which requirements-dev.txt includes
        parser = RequirementsFileParser(PipSession(), get_line_parser(None))
        found = list(parser.parse(str(file), constraint=False))
    for line in found:
        if line.requirement:
            install_req_from_line(line.requirement)
    return found


@cache
def parse(kind: str, text: str) -> object:
    """Return what a parser makes of a text; `kind` is the ending of its file's name. Other kinds have no parser."""
    if kind in (".yml", ".yaml"):
        return yaml.load(text, YAML_LOADER)  # noqa: S506 (a safe loader)
    parser = {".toml": tomllib.loads, ".json": json.loads, ".py": ast.parse, ".txt": pip_lines}.get(kind)
    return parser(text) if parser else None


def read_all(files: dict[str, str]) -> None:
    """Read each file, given by its path. Raises the parser's error."""
    for path, text in files.items():
        parse(PurePosixPath(path).suffix, text)


def files_of(app: Path) -> dict[str, str]:
    """Return the text of each file of an app on the disk, by path, without Git's own and the submodules'."""
    return {
        path: file.read_bytes().decode()
        for file in sorted(app.rglob("*"))
        if file.is_file()
        and not (path := file.relative_to(app).as_posix()).startswith((".git/", "app/submodules/"))
    }
