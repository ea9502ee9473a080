"""Reads TOML, with what each Python has for it."""

from __future__ import annotations

from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    try:
        import tomli as tomllib
    except ModuleNotFoundError:
        from pip._vendor import tomli as tomllib


def read_toml(file: Path) -> dict:
    """Return the content of a TOML file.

    Raises OSError if it can't be read, and ValueError if it isn't TOML or not in UTF-8. A byte order mark,
    which Windows editors write, is no fault.
    """
    return tomllib.loads(file.read_text(encoding="utf-8-sig"))
