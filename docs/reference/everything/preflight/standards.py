"""Python's standards for versions, requirements and markers, in the library that pip itself uses."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType

from preflight.problem import Unanswered
from preflight.tools import install_tools


@cache
def standard(subject: str) -> ModuleType:
    """Return the module of `packaging` for a subject: "requirements", "specifiers", "version" or "utils".

    pytest needs the library, so developers have it; pip has a copy of its own. Raises Unanswered
    without either.
    """
    for library in ("packaging", "pip._vendor.packaging"):
        with suppress(ModuleNotFoundError):
            return import_module(f"{library}.{subject}")
    raise Unanswered("there is no `packaging`", install_tools())
