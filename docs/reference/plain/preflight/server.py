"""What VIKTOR's server is: its system, and its Python, which an app chooses."""

from __future__ import annotations

import sys

# The patch level of its Python isn't known. Where this machine has such a Python, its own is taken, so that
# pip and uv judge by the same; else one of these, which are not the newest.
PATCHES = {"3.10": "3.10.19", "3.11": "3.11.14", "3.12": "3.12.12", "3.13": "3.13.9", "3.14": "3.14.2"}

# For these the SDK has wheels; VIKTOR takes "3.10" no more for new apps, but runs what is there.
PYTHON_VERSIONS = tuple(PATCHES)

# Its system as uv names it (the SDK has wheels for manylinux_2_28 on x86-64).
UV_PLATFORM = "x86_64-manylinux_2_28"
# The same as pip wants it spelled out: with each older platform whose wheels run there (PEP 600).
PIP_PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)), "linux_x86_64")


def full_version(python_version: str) -> str:
    """Return the patch level, such as "3.13.9", that is taken for the server's Python, "3.13"."""
    here = [str(number) for number in sys.version_info[:3]]
    if ".".join(here[:2]) == python_version:
        return ".".join(here)
    return PATCHES.get(python_version, python_version)


def markers(python_version: str) -> dict[str, str]:
    """Return what markers are compared with there (PEP 508); `python_version` is like "3.13"."""
    full = full_version(python_version)
    return {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": full,
        "python_version": python_version,
        "sys_platform": "linux",
    }
