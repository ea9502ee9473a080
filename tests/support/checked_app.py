"""An app to break and to check with its own preflight, and the Python that checks it."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import new_environment, run

# The oldest pip that preflight is for, where it runs on this Python at all.
OLD_PIP = {(3, 10): "23.0", (3, 11): "23.0", (3, 12): "23.2.1"}.get(sys.version_info[:2], "24.1")


def new_python(folder: Path, pip: str = "") -> Path:
    """Make an environment with nothing but pip, the newest or the version asked for; return its Python."""
    return new_environment(folder, pip=pip)


@dataclass(frozen=True)
class CheckedApp:
    """An app that a test may change, with the Python that runs its preflight."""

    folder: Path
    python: Path

    def write(self, path: str, text: str) -> None:
        """Write a file of the app and commit everything."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")
        self.commit()

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a text in a file of the app and commit everything."""
        before = (self.folder / path).read_text(encoding="utf-8")
        assert old in before, before
        self.write(path, before.replace(old, new))

    def git(self, *words, **settings) -> str:
        """Run Git in the app and return what it printed."""
        return run("git", *words, cwd=self.folder, **settings)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    def preflight(self, *options, status=0, **variables) -> str:
        """Return what preflight prints; raise AssertionError if its exit code isn't `status`."""
        words = (self.python, "-m", "preflight", *options)
        return run(*words, cwd=self.folder, env=variables, status=status)

    def results(self, *options, status=0, **variables) -> dict[str, dict]:
        """Return what `python -m preflight --json` prints, by the name of the check."""
        printed = self.preflight("--json", *options, status=status, **variables)
        return {result["check"]: result for result in json.loads(printed)}
