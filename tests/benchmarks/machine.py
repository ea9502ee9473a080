"""The machine in words, without its name."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version


def machine() -> str:
    """Return what the figures depend on: cores, memory, system, Python, Git, cookiecutter."""
    git = subprocess.run(
        ["git", "--version"], check=True, capture_output=True, encoding="utf-8"
    ).stdout.split()[2]
    words = [f"{os.cpu_count()} cores", *memory(), system(), f"Python {platform.python_version()}"]
    return ", ".join([*words, f"Git {git}", f"cookiecutter {version('cookiecutter')}"])


def memory() -> list[str]:
    """Return how much memory there is, nothing where Python isn't told."""
    if not hasattr(os, "sysconf"):
        return []
    return [f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB of memory"]


def system() -> str:
    """Return the system's name."""
    if platform.system() == "Linux":
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{platform.system()} {platform.release()}"


def load() -> str:
    """Return how much other work there is, as the system counts it."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
