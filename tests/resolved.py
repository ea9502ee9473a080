"""What pip and uv really make of a requirements.txt, on a machine that is set up as VIKTOR's server is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from commands import run

# How long pip and uv wait for a silent server, in seconds, and how often they try again: as short as can be.
PIP_PATIENCE = ("--timeout=2", "--retries=0")
UV_PATIENCE = {"UV_HTTP_TIMEOUT": "2", "UV_HTTP_RETRIES": "0"}

# A pip that is imported once and then forks for each call, which is four times as fast. A call is a line of JSON
# with the folder, the variables and the arguments; it is answered by pip's exit code.
READY_PIP = """\
import json, os, sys
from pip._internal.cli.main import main
from pip._internal.commands import create_command
create_command("install")
for line in sys.stdin:
    folder, variables, arguments = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(folder)
        os.environ.update(variables)
        os.dup2(os.open("pip.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.dup2(2, 1)
        os._exit(main(arguments))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Pip:
    """The pip of an environment, ready to be called many times."""

    python: Path
    process: subprocess.Popen

    @classmethod
    def of(cls, python: Path) -> Pip:
        """Start the pip of an environment, by its Python."""
        code = READY_PIP if hasattr(os, "fork") else ""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
        return cls(python, subprocess.Popen([str(python), "-c", code], **pipes))

    def __call__(self, folder: Path, variables: dict[str, str], *arguments: str) -> int:
        """Call pip in a folder and return its exit code."""
        if not hasattr(os, "fork"):
            done = subprocess.run(
                [str(self.python), "-m", "pip", *arguments],
                cwd=folder,
                env=os.environ | variables,
                check=False,
            )
            return done.returncode
        self.process.stdin.write(json.dumps([str(folder), variables, arguments]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        self.process.communicate()


def pip_urls(pip: Pip, folder: Path, variables: dict[str, str]) -> dict[str, str] | None:
    """Return the URL of each file that pip would install from the folder's requirements.txt; None if it stops."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    words = ("install", "--dry-run", "--ignore-installed", "--quiet", "--no-input", *PIP_PATIENCE)
    if pip(folder, variables, *words, "--report", report.name, "-r", "requirements.txt"):
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
    command = ("uv", "pip", "compile", "requirements.txt", *words, "--python-version", python_version)
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
