"""Says in the standard form (PEP 508) what Poetry's own table of dependencies says, as far as that is exact.

The rules: python-poetry.org/docs/dependency-specification.
"""

from __future__ import annotations

import re
from typing import Any

# Versions that Poetry's ^ and ~ count up: numbers alone. Anything else is left to Poetry.
NUMBERS = r"\d+(?:\.\d+)*"
# What a dependency's table may hold: the place that it comes from, what belongs to that place, and the rest.
PLACES = {"source", "path", "file", "git", "url"}
OF_PLACES = {"branch", "tag", "rev", "subdirectory", "develop"}
KNOWN_KEYS = {"version", "extras", "markers", "python", "platform", "optional", "allow-prereleases"}


class NotTranslated(ValueError):  # noqa: N818 (it is no error of the package's)
    """What of Poetry's form has no exact counterpart."""


def requirements(name: str, wanted: Any) -> list[str]:
    """Return what Poetry's entry for a name says, as requirements; raise NotTranslated.

    An entry is a constraint, a table, or a list of tables of which each is for some Pythons or systems.
    """
    entries = wanted if isinstance(wanted, list) else [wanted]
    return [requirement(name, {"version": entry} if isinstance(entry, str) else entry) for entry in entries]


def requirement(name: str, table: Any) -> str:
    """Return what one table says of a name, as a requirement; raise NotTranslated."""
    if not isinstance(table, dict) or not set(table) <= PLACES | OF_PLACES | KNOWN_KEYS:
        raise NotTranslated(name)
    extras = table.get("extras", [])
    if not isinstance(extras, list) or not all(isinstance(extra, str) for extra in extras):
        raise NotTranslated(name)
    markers = []
    if "python" in table:
        markers.append(python_marker(versions(table["python"])))
    if "platform" in table:
        markers.append(platform_marker(table["platform"]))
    if "markers" in table:
        markers.append(str(table["markers"]))
    markers = [f"({marker})" if len(markers) > 1 else marker for marker in markers if marker]
    chosen = f"[{','.join(extras)}]" if extras else ""
    condition = f" ; {' and '.join(markers)}" if markers else ""
    return f"{name}{chosen}{versions(table.get('version', '*'))}{condition}"


def versions(constraint: Any) -> str:
    """Return Poetry's constraint as a list of versions (PEP 440), "" for any; raise NotTranslated.

    Constraints that stand side by side hold together. `||` between them has no counterpart.
    """
    if not isinstance(constraint, str) or "|" in constraint:
        raise NotTranslated(constraint)
    return ",".join(filter(None, (one_version(part.strip()) for part in constraint.split(","))))


def one_version(constraint: str) -> str:
    """Return one constraint as versions (PEP 440), "" for any; raise NotTranslated."""
    if constraint == "*":
        return ""
    if match := re.fullmatch(rf"\^\s*({NUMBERS})", constraint):
        return f">={match[1]},<{after_caret(match[1])}"
    if match := re.fullmatch(rf"~\s*({NUMBERS})", constraint):
        first_two = match[1].split(".")[:2]
        return f">={match[1]},<{counted_up(first_two)}"
    if match := re.fullmatch(rf"(==|!=)?\s*({NUMBERS})\.\*", constraint):
        return f"{match[1] or '=='}{match[2]}.*"
    if match := re.fullmatch(r"(~=|==|!=|<=|>=|<|>)?\s*(\d[\w.+!-]*)", constraint, re.ASCII):
        return f"{match[1] or '=='}{match[2]}"
    raise NotTranslated(constraint)


def after_caret(version: str) -> str:
    """Return the first version that ^ excludes: counted up at the first number that isn't 0, or the last."""
    numbers = version.split(".")[:3]
    place = next((place for place, number in enumerate(numbers) if int(number)), len(numbers) - 1)
    return counted_up(numbers[: place + 1])


def counted_up(numbers: list[str]) -> str:
    """A version with its last number counted up."""
    return ".".join([*numbers[:-1], str(int(numbers[-1]) + 1)])


def python_marker(specifiers: str) -> str:
    """Return versions of Python as a marker."""
    parts = [re.fullmatch(r"(~=|==|!=|<=|>=|<|>)(.*)", one) for one in filter(None, specifiers.split(","))]
    return " and ".join(
        f'{python_variable(part[1], part[2])} {part[1]} "{part[2]}"' for part in parts if part is not None
    )


def python_variable(operator: str, version: str) -> str:
    """Return the marker's variable that is compared with a version of Python."""
    is_short = version.removesuffix(".*").count(".") == 1
    exact = (is_short and operator in ("<", ">=")) or version.endswith(".*")
    return "python_version" if exact else "python_full_version"


def platform_marker(platform: Any) -> str:
    """Return a platform, as Python's sys.platform calls it, as a marker; raise NotTranslated."""
    if not isinstance(platform, str) or not re.fullmatch(r"[a-z0-9]+", platform):
        raise NotTranslated(platform)
    return f'sys_platform == "{platform}"'
