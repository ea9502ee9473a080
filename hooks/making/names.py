"""The rules about what the app is called, described as and made for: its texts, its slug, its type and its Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.names import WINDOWS_DEVICE
from preflight.server import PYTHON_VERSIONS

from making.comparison import made_to_compare
from making.problem import Problem
from making.settings import Answers, read_questions

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = ("app_name", "description", "author")

# Past its end of life, and no longer taken for new apps; what was made with it is still updated.
DROPPED = ("3.10",)
OFFERED = tuple(version for version in PYTHON_VERSIONS if version not in DROPPED)

# Joins the parts of one emoji; every other invisible character is refused.
ZERO_WIDTH_JOINER = "\u200d"


def judge_texts(answers: Answers) -> Iterator[Problem]:
    """The name, the description and the author are one printable line each."""
    for question in TEXTS:
        text = answers[question]
        if not text.strip():
            yield Problem((question,), "is empty", "at least one letter")
        elif not text.replace(ZERO_WIDTH_JOINER, "").isprintable():
            wrong = "holds a line break or an invisible character"
            yield Problem((question,), wrong, "one line of text", text)
        elif len(text) > 200:
            yield Problem((question,), f"has {len(text)} characters", "200 at most", text)


def judge_slug(answers: Answers) -> Iterator[Problem]:
    """The slug is a name for a folder, a repository and an app on VIKTOR, on every system."""
    slug = answers["app_slug"]
    if not re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", slug) or "--" in slug:
        wrong = "isn't a name that folders, Git hosts and VIKTOR all take"
        right = "lower-case letters, digits and single hyphens; a letter first, no hyphen last"
        yield Problem(("app_slug",), wrong, right, slug)
    elif len(slug) > 50:
        wrong = f"has {len(slug)} characters"
        yield Problem(("app_slug",), wrong, "50 at most (Windows limits paths)", slug)
    elif WINDOWS_DEVICE.fullmatch(slug):
        wrong = "is the name of a device on Windows"
        yield Problem(("app_slug",), wrong, f"another name, such as {slug}-app", slug)


def judge_python_version(answers: Answers) -> Iterator[Problem]:
    """The Python is one that VIKTOR takes; what an app was once made with is not refused in an update."""
    version = answers["python_version"]
    if version in OFFERED or (version in DROPPED and made_to_compare(answers)):
        return
    wrong = (
        "is no longer taken by VIKTOR for new apps"
        if version in DROPPED
        else "isn't a Python version of VIKTOR's"
    )
    yield Problem(("python_version",), wrong, f"{', '.join(OFFERED[:-1])} or {OFFERED[-1]}", version)


def judge_choices(answers: Answers) -> Iterator[Problem]:
    """What a menu asks is one of its choices: a replay file may hold anything."""
    menus = {
        key: default
        for key, default in read_questions().items()
        if isinstance(default, list) and key[0] != "_"
    }
    for question, choices in menus.items():
        if answers[question] not in choices:
            yield Problem((question,), "isn't one of the choices", ", ".join(choices), answers[question])
