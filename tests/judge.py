"""Answers as cookiecutter hands them to the hooks."""

import json
from functools import cache
from pathlib import Path

from baking import TEMPLATE
from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config


@cache
def defaults(private_index: str) -> dict:
    """Return the answers that Enter gives at every prompt but the one for `private_index`."""
    context = generate_context(
        str(TEMPLATE / "cookiecutter.json"), extra_context={"private_index": private_index}
    )
    return prompt_for_config(context, no_input=True)


def make_answers(private_index="none", **changes) -> dict:
    """Return the answers to all questions, Enter for each but for `changes`, which are taken as they are.

    `private_index` may be none of the choices, as in a replay file written by hand.
    """
    known = private_index in defaults("none")["_platforms"]
    return defaults(private_index if known else "none") | {"private_index": private_index} | changes


def write_replay_file(file: Path, **changes) -> Path:
    """Write a file for `--replay-file` with the answers of `make_answers`, and return its path."""
    file.write_text(json.dumps({"cookiecutter": make_answers(**changes)}), encoding="utf-8")
    return file
