"""The command that asks the refused answers again, and no others."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from making.command_line import command_line
from making.comparison import is_cruft, made_to_compare
from making.problem import questions_of
from making.settings import GIT_INIT, Answers

if TYPE_CHECKING:
    from argparse import Namespace

    from making.problem import Problem

# cookiecutter names the record of a run after its replay file: this is the name that --replay reads.
NAME_OF_THE_RECORD = "cookiecutter-viktor-app.json"


def next_command(answers: Answers, problems: list[Problem], options: Namespace) -> str:
    """Save the answers that are good, and return the command that asks the others only.

    It has the `options` of the command that runs.
    """
    from tempfile import mkdtemp

    if made_to_compare(answers):
        return command_of_update(problems)
    refused = questions_of(problems)
    kept = {key: answer for key, answer in answers.items() if is_setting(key) and key not in refused}
    file = Path(mkdtemp(prefix="answers-"), NAME_OF_THE_RECORD)
    if is_cruft(answers):
        return command_of_cruft(answers, kept, options, file)
    file.write_text(json.dumps({"cookiecutter": kept}, indent=2), encoding="utf-8")
    question = "Ask only the refused ones again" if refused else "Then run this, which asks nothing again"
    # The template as it lies on this disk: not fetched again, and without the login its URL may hold.
    folder = answers["_repo_dir"].removesuffix(options.directory or "")
    words = [folder, "-o", answers["_output_dir"], "--replay-file", str(file), *words_of_options(options)]
    return f"{question}:\n  {command_line(*cookiecutter(), *words)}"


def words_of_options(options: Namespace) -> list[str]:
    """Return options as they are typed."""
    given = {
        "--checkout": options.checkout,
        "--directory": options.directory,
        "--config-file": options.config_file,
    }
    return [word for option, value in given.items() if value for word in (option, value)]


def command_of_update(problems: list[Problem]) -> str:
    """Return what to type where cruft updates an app: the new answers, as far as they are known."""
    new = {question: problem.instead or "..." for problem in problems for question in problem.questions}
    words = ("cruft", "update", "--variables-to-update", json.dumps(new, ensure_ascii=False))
    return f"Update with these answers instead:\n  {command_line(*words)}"


def command_of_cruft(answers: Answers, kept: Answers, options: Namespace, file: Path) -> str:
    """Save the answers that are kept in `file`, and return what to type where cruft makes an app."""
    defaults = {key: as_default(answer) for key, answer in kept.items()}
    file.write_text(json.dumps(defaults), encoding="utf-8")
    words = ("cruft", "create", answers["_template"], "--output-dir", str(Path.cwd().parent))
    command = command_line(*words, "--extra-context-file", str(file), *words_of_options(options))
    return f"Answer again; Enter keeps what was good:\n  {command}"


def is_setting(key: str) -> bool:
    """Tell whether a key of cookiecutter's context was asked, or may be given on the command line."""
    return key == GIT_INIT or not key.startswith("_")


def as_default(answer: str) -> str:
    """Return an answer as cruft takes a default, which it renders with Jinja."""
    if "{" not in answer:
        return answer
    return "{" * 2 + json.dumps(answer, ensure_ascii=False) + "}" * 2


def cookiecutter() -> tuple[str, ...]:
    """Return the words that start this cookiecutter from the user's own shell.

    uv puts a program on the PATH of its children only, so there the interpreter is named.
    """
    found = shutil.which("cookiecutter")
    if found and Path(found).parent == Path(sys.executable).parent and "UV" not in os.environ:
        return ("cookiecutter",)
    return (sys.executable, "-m", "cookiecutter")
