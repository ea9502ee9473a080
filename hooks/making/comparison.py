"""Tells an app that someone asked for from one that cruft throws away, and cruft from cookiecutter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from making.settings import Answers

# Where cruft makes an app, beside or below its clone of the template in the folder `repo` (cruft 2.16,
# `_commands/update.py` and `_commands/diff.py`); each of the two stands in a temporary folder of Python's.
CLONE = "tmp*/repo"
OLD_VERSION = "current_template"
OUTPUTS = (OLD_VERSION, "new_template", "remote")
TEMPORARY_NAME = r"tmp\w{8}"


def is_cruft(answers: Answers) -> bool:
    """Tell whether cruft makes the app: cookiecutter alone says where to (2.3 to 2.7, and cruft to 2.16)."""
    return "_output_dir" not in answers


def made_to_compare(answers: Answers) -> bool:
    """Tell whether `cruft update` or `cruft diff` makes the app, in the working directory, only to compare its files."""
    if not is_cruft(answers):
        return False
    from tempfile import gettempdir

    temporary, folder = Path(gettempdir()).resolve(), Path.cwd().resolve().parent
    if folder.parent != temporary or not re.fullmatch(TEMPORARY_NAME, folder.name):
        return False
    return any((clone.parent / output).is_dir() for clone in temporary.glob(CLONE) for output in OUTPUTS)
