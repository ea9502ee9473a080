"""Updates of apps of version 1, which asked in four questions what `index_url` says alone.

cruft forgets an answer whose question is gone, so the login would silently go from requirements.txt. But it makes the
app of the old version first, and there the lines stand as they were.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from making import TEMPLATE
from making.comparison import OLD_VERSION, made_to_compare
from making.index_url import readable_source
from making.problem import Problem
from making.settings import Answers
from making.source import EXTRA_INDEX, ONLY_INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator

# A file of version 1 only.
ITS_PREFLIGHT = "preflight.py"
# A line for a package from GitHub as version 1 wrote it; the group is the URL of its repositories.
FROM_GIT = re.compile(r"\S+ @ git\+(https://\S+)/[^/\s]+\.git@\S+")


def judge_answers_of_version_1(answers: Answers) -> Iterator[Problem]:
    """An update keeps the login to the private packages that the app has."""
    old = output_of_version_1(answers)
    if not old:
        return
    before = old_source((old / "requirements.txt").read_text(encoding="utf-8").splitlines())
    source = readable_source(answers)
    after = f"{source.option} {source.url}".strip() if source else ""
    if before and before != after:
        wrong = (
            "must hold what version 1 asked separately: pip's option, the user name and the secret's variable"
        )
        right = before if "@" in before else before.replace("://", "://@", 1)
        yield Problem(("index_url",), wrong, right, answers["index_url"], instead=right)


def output_of_version_1(answers: Answers) -> Path | None:
    """Return the folder with the app as version 1 made it, None where no app of it is being updated."""
    if not made_to_compare(answers):
        return None
    folders = (parent / OLD_VERSION for parent in TEMPLATE.parents)
    return next((folder for folder in folders if (folder / ITS_PREFLIGHT).is_file()), None)


def old_source(lines: list[str]) -> str:
    """Return the answer to `index_url` that gives the lines of version 1, "" where no private package came from there."""
    for line in lines:
        if line.startswith((EXTRA_INDEX, ONLY_INDEX)):
            return line
        if match := FROM_GIT.fullmatch(line):
            return match[1]
    return ""
