"""What VIKTOR's server is: its system, and its Python, which an app chooses."""

from __future__ import annotations

# For these the SDK has wheels; VIKTOR takes "3.10" no more for new apps, but runs what is there.
PYTHON_VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

# Its system as uv names it (the SDK has wheels for manylinux_2_28 on x86-64).
UV_PLATFORM = "x86_64-manylinux_2_28"
# The same as pip wants it spelled out: with each older platform whose wheels run there (PEP 600).
PIP_PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)), "linux_x86_64")


def markers(python_version: str) -> dict[str, str]:
    """Return what markers are compared with there (PEP 508); `python_version` is like "3.13"."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python_version}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python_version}.0",
        "python_version": python_version,
        "sys_platform": "linux",
    }
