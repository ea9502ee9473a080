"""What pip and uv really make of a requirements.txt, on a machine that is set up as VIKTOR's server is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.support.commands import run
from tests.support.forked_programs import Ready

# How long pip and uv wait for a silent server, in seconds, and how often they try again: as short as can be.
PIP_PATIENCE = ("--timeout=2", "--retries=0")
UV_PATIENCE = {"UV_HTTP_TIMEOUT": "2", "UV_HTTP_RETRIES": "0"}


def pip_urls(pip: Ready, folder: Path, variables: dict[str, str]) -> dict[str, str] | None:
    """Return the URL of each file that pip would install from the folder's requirements.txt; None if it stops."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    words = ("install", "--dry-run", "--ignore-installed", "--quiet", "--no-input", *PIP_PATIENCE)
    pip(*words, "--report", report.name, "-r", "requirements.txt", cwd=folder, env=variables, status=None)
    if not report.exists():
        return None
    items = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {item["metadata"]["name"]: item["download_info"]["url"] for item in items}


def uv_urls(folder: Path, variables: dict[str, str], python_version: str) -> dict[str, str] | None:
    """Return the index, or the URL, that uv takes each package from; None if it stops."""
    words = (
        "--emit-index-annotation",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--no-cache",
        "--no-progress",
    )
    python = ("--python", sys.executable, "--python-version", python_version)
    command = ("uv", "pip", "compile", "requirements.txt", *words, *python)
    try:
        printed = run(sys.executable, "-m", *command, cwd=folder, env={**variables, **UV_PATIENCE})
    except AssertionError:
        return None
    found, name = {}, ""
    for row in printed.splitlines():
        if row.startswith("    # from "):
            found[name] = row.removeprefix("    # from ")
        elif "==" in row and not row.startswith(" "):
            name = row.partition("==")[0].partition("[")[0]
        elif " @ " in row:
            found[row.partition(" @ ")[0]] = row.partition(" @ ")[2]
    return found
