"""What is made once in a run of the tests: folders that the first worker fills, and all of them read."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

# Where these folders lie, the same for all workers of a run; conftest.py says where.
FOLDERS: list[Path] = []


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder for what `name` describes; `make(folder)` makes and fills it where nobody has yet."""
    folder = FOLDERS[-1] / hashlib.sha256(name.encode()).hexdigest()[:16]
    done, being_made = folder.with_suffix(".done"), folder.with_suffix(".being-made")
    while not done.exists():
        try:
            being_made.mkdir()
        except FileExistsError:  # by another worker
            time.sleep(0.1)
            continue
        try:
            make(folder)
            done.touch()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            being_made.rmdir()
    return folder
