"""Where a package says that what it needs comes from: another place than the public index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preflight.names import normalized
from preflight.package_files import Package, Tables
from preflight.poetry import PLACES


class Elsewhere(NamedTuple):
    """Where it is said that needs come from elsewhere: by their names, and `for_all` ("" where it isn't)."""

    tied: dict[str, str]
    for_all: str = ""

    def of(self, name: str) -> str:
        """Where it is said that this name may come from elsewhere, or ""."""
        return self.tied.get(name) or self.for_all


def read_elsewhere(package: Package, workspace: Package | None = None) -> Elsewhere:
    """Return what a package says of the places that its needs come from; raise MetadataError.

    `workspace` is the package at the top of its repository: what uv reads there counts for every member.
    """
    tied: dict[str, str] = {}
    places: list[str] = []
    for one in (workspace, package):
        if one:
            where = "pyproject.toml" if one is package else "the workspace's pyproject.toml"
            tied |= {name: f"{table} in {where}" for name, table in tied_names(one.pyproject)}
            places += [f"{table} in {where}" for table in indexes(one.pyproject)]
    if package.configured("options", "dependency_links"):
        places.append("dependency_links in setup.cfg")
    return Elsewhere(tied, places[0] if places else "")


def tied_names(pyproject: Tables) -> Iterator[tuple[str, str]]:
    """Yield each name that uv or Poetry takes from a place of its own, and the table that says so."""
    for name in pyproject.table("tool", "uv", "sources"):
        yield normalized(name), "[tool.uv.sources]"
    for name, wanted in pyproject.table("tool", "poetry", "dependencies").items():
        tables = wanted if isinstance(wanted, list) else [wanted]
        if any(isinstance(table, dict) and PLACES & set(table) for table in tables):
            yield normalized(name), "[tool.poetry.dependencies]"


def indexes(pyproject: Tables) -> Iterator[str]:
    """Yield the tables that name an index which isn't kept for some names alone."""
    if any(table.get("explicit") is not True for table in pyproject.tables("tool", "uv", "index")):
        yield "[[tool.uv.index]]"
    for key in ("index-url", "extra-index-url", "find-links"):
        if pyproject.texts("tool", "uv", key):
            yield f"[tool.uv] {key}"
    for table in pyproject.tables("tool", "poetry", "source"):
        # Poetry calls the public index PyPI, whatever the case; its row says no more than its priority.
        if table.get("priority") != "explicit" and str(table.get("name")).lower() != "pypi":
            yield "[[tool.poetry.source]]"
    if pyproject.tables("tool", "pdm", "source"):
        yield "[[tool.pdm.source]]"
