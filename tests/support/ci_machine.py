"""A machine for CI's jobs: a new Python, and stand-ins that note what is published and which variables programs see."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import new_environment, run


@dataclass(frozen=True)
class Runner:
    """Where it is, and the PATH of its jobs."""

    folder: Path
    path: str

    @property
    def published(self) -> Path:
        """What viktor-cli was called with, and its variables, a line a call."""
        return self.folder / "published"

    @property
    def seen(self) -> Path:
        """The names of the variables that Python's programs saw, a line each."""
        return self.folder / "seen"


def new_runner(folder: Path) -> Runner:
    """Make a machine in `folder`; its curl brings a viktor-cli that only notes how it is called."""
    python, programs = new_environment(folder / "python"), folder / "programs"
    programs.mkdir()
    runner = Runner(folder, os.pathsep.join([str(programs), str(python.parent), os.environ["PATH"]]))
    runner.published.touch()
    note = f'echo "$*, $VIKTOR_ENV, $VIKTOR_DEV, $VIKTOR_TOKEN" >>{runner.published}'
    for file, line in ((folder / "viktor-cli", note), (programs / "curl", f'cp {folder}/viktor-cli "$2"')):
        file.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        file.chmod(0o755)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    spy = f"import os; open({str(runner.seen)!r}, 'a').write(' '.join(os.environ) + '\\n')\n"
    Path(packages, "spy.pth").write_text(spy, encoding="utf-8")
    return runner
