"""Reads TOML, with what each Python has for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    try:
        import tomli as tomllib  # pyright: ignore[reportMissingImports] (beside a newer Python there is none)
    except ModuleNotFoundError:
        from pip._vendor import tomli as tomllib


def read_toml(file: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises OSError if it can't be read, and ValueError if it isn't TOML or not in UTF-8. A byte order mark,
    which Windows editors write, is no fault.
    """
    return tomllib.loads(file.read_text(encoding="utf-8-sig"))
