"""The two tools that preflight asks, pip and uv: where they are, and what to type where one is missing."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec

from preflight.problem import Unanswered

# Where this environment has no pip, uv fetches this one; any from 23.0 on would do.
PIP = "pip==26.3"


def install_tools() -> str:
    """Return what to type for the developers' tools: with pip, or with uv where it made the environment."""
    installer = "python -m pip" if find_spec("pip") else "uv pip"
    return f"{installer} install -r requirements-dev.txt"


@cache
def uv() -> str:
    """Return the path of uv, this environment's own or the one on the PATH; raise Unanswered without one."""
    if find_spec("uv"):
        from uv import find_uv_bin

        return find_uv_bin()
    import shutil

    found = shutil.which("uv")
    if not found:
        raise Unanswered("there is no uv, which must be asked", install_tools())
    return found


@cache
def python_with_pip() -> tuple[str, ...]:
    """Return the words that start a Python that can import pip: this one, or one that uv makes for it."""
    if find_spec("pip"):
        return (sys.executable,)
    return (
        uv(),
        "run",
        "--quiet",
        "--no-project",
        "--isolated",
        "--python",
        sys.executable,
        "--with",
        PIP,
        "python",
    )
