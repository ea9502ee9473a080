"""What the code of a package asks for when it is imported, read from its text: nothing of it is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Functions of importlib.metadata and pkg_resources that find an installed package by its name.
LOOK_UPS = {"version", "metadata", "distribution", "get_distribution"}
# A module that has none of these texts asks for nothing, and needn't be parsed.
SIGNS = (b"metadata", b"pkg_resources", b"_version")
LARGEST = 1_000_000


class Asked(NamedTuple):
    """What a module asks for: installed packages by name, and modules of its own package by theirs."""

    file: Path
    installed: tuple[str, ...]
    modules: tuple[str, ...]


def read_code(root: Path, name: str) -> Iterator[Asked]:
    """Yield what is asked for when a package or module of an import root is imported.

    That is what its __init__.py asks for, and the modules that this imports; without an __init__.py, what the
    packages in it ask for. What stands in a function, a condition or a `try` doesn't count: it may never run.
    """
    folder = root.joinpath(*name.split("."))
    first = folder / "__init__.py"
    if not first.is_file() and folder.is_dir():
        for inner in sorted(folder.glob("*/__init__.py")):
            yield from read_code(root, f"{name}.{inner.parent.name}")
        return
    asked = read_module(first if first.is_file() else folder.with_name(f"{folder.name}.py"), name)
    if asked is None:
        return
    yield asked
    for module in asked.modules:
        file = folder / f"{module}.py"
        if file.is_file() and any(sign in file.read_bytes() for sign in SIGNS):
            further = read_module(file, name)
            if further is not None:
                yield further


def read_module(file: Path, package: str) -> Asked | None:
    """Return what the module of a package asks for, or None if it can't be read as Python."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    installed: list[str] = []
    modules: list[str] = []
    for statement in unconditional(tree.body):
        if isinstance(statement, ast.ImportFrom):
            modules += own_modules(statement, package)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
            installed += look_ups(statement, package)
    return Asked(file, tuple(installed), tuple(dict.fromkeys(modules)))


def unconditional(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run whenever a module is imported, and whose failure nothing catches."""
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Expr):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from unconditional(statement.body)


def own_modules(statement: ast.ImportFrom, package: str) -> list[str]:
    """Return the module of the same package that a statement such as `from ._version import version` imports.

    `from . import name` may mean anything that stands in the package's __init__.py.
    """
    module = statement.module or ""
    if statement.level == 1 and module:
        return [module.partition(".")[0]]
    if statement.level == 0 and module.startswith(f"{package}."):
        return [module.removeprefix(f"{package}.").partition(".")[0]]
    return []


def look_ups(statement: ast.stmt, package: str) -> Iterator[str]:
    """Yield the names of the installed packages that a statement looks up."""
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if called in LOOK_UPS:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
            elif isinstance(argument, ast.Name) and argument.id in ("__name__", "__package__"):
                yield package
