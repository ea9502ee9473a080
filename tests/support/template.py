"""The template as it stands in this work tree, committed or not, as a repository to clone."""

import subprocess
from pathlib import Path

from tests.support.packages import Commit, repository
from tests.support.places import TEMPLATE


def template_files() -> dict[str, str]:
    """Return the text of every file that Git tracks or would track, by path."""
    command = ["git", "-C", str(TEMPLATE), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split("\0")
    paths = [path for path in listed if (TEMPLATE / path).is_file()]
    return {path: (TEMPLATE / path).read_text(encoding="utf-8") for path in paths}


def template_repository(path: Path, tag: str) -> Path:
    """Make a bare Git repository of the template at `path`, its one commit tagged; return the path."""
    return repository(path, Commit(template_files(), tag=tag))
