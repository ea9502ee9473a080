"""What is asked of the answers before they are read: whether one is empty, and whether a repository is wanted."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from preflight.secret_names import PROPOSED

from making import TEMPLATE

# The answers, and the settings beside them, by their keys: what cookiecutter hands to a hook.
Answers = dict[str, Any]

# What stands in the place of the secret.
SECRET = f"${{{PROPOSED}}}"

# Typed where there is nothing; an organisation's default is cleared by it.
NOTHING = ("", "none", "-")

# The setting that asks for no repository, on the command line alone: `__git_init=no`.
GIT_INIT = "__git_init"

ABOUT_PRIVATE_PACKAGES = ("submodules", "index_url", "private_packages")


@cache
def read_questions() -> Answers:
    """What cookiecutter.json holds: the questions with their defaults or choices, and the tables, in its order."""
    return json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))


def words_of(answer: str) -> list[str]:
    """The words of an answer, none where it says so."""
    return [] if answer.strip() in NOTHING else answer.split()


def names_private_packages(answers: Answers) -> bool:
    """Tell whether there are private packages, or a place to install them from."""
    return any(words_of(answers[question]) for question in ABOUT_PRIVATE_PACKAGES)


def wants_repository(answers: Answers) -> bool:
    """Tell whether the app is to be a Git repository; no file of it depends on that."""
    return str(answers.get(GIT_INIT, "yes")).lower() not in ("no", "n", "false", "0", "off")
