"""The rules about what the app is called and described as: `app_name`, `app_slug`, `description`, `author`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.submodule_url import WINDOWS_DEVICE

from making.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = ("app_name", "description", "author")

# Joins the parts of one emoji; every other invisible character is refused.
ZERO_WIDTH_JOINER = "\u200d"


def judge_texts(answers: dict) -> Iterator[Problem]:
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


def judge_slug(answers: dict) -> Iterator[Problem]:
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
