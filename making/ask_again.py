"""The command that asks the refused answers again, and no others."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from making.command_line import command_line

# Of this name, the record that cookiecutter keeps of the next run is the one that --replay reads.
NAME_OF_THE_RECORD = "cookiecutter-viktor-app.json"


def next_command(answers: dict, refused: set[str]) -> str:
    """Save the answers to the questions that are not `refused`, and return the command that asks those only."""
    from tempfile import mkdtemp

    kept = {key: answer for key, answer in answers.items() if not key.startswith("_") and key not in refused}
    file = Path(mkdtemp(prefix="answers-"), NAME_OF_THE_RECORD)
    if "_commit" in answers:
        return commands_of_cruft(answers, kept, refused, file)
    file.write_text(json.dumps({"cookiecutter": kept}, indent=2), encoding="utf-8")
    question = "Ask only the refused ones again" if refused else "Then, without a question"
    # The template as it lies on this disk: not fetched again, and without the login its URL may hold.
    words = (answers["_repo_dir"], "-o", answers["_output_dir"], "--replay-file", str(file))
    return f"{question}:\n  {command_line(*cookiecutter(), *words)}"


def commands_of_cruft(answers: dict, kept: dict, refused: set[str], file: Path) -> str:
    """Save the answers that are kept in `file`, and return what to type where cruft makes or updates the app."""
    defaults = {key: as_default(answer) for key, answer in kept.items()}
    file.write_text(json.dumps(defaults), encoding="utf-8")
    create = ("cruft", "create", answers["_template"], "--output-dir", str(Path.cwd().parent))
    update = ("cruft", "update", "--variables-to-update", json.dumps(dict.fromkeys(sorted(refused), "...")))
    return (
        "Answer again; Enter keeps what was good:\n"
        f"  {command_line(*create, '--extra-context-file', str(file))}\n"
        "or, to update an app, give the new answers:\n"
        f"  {command_line(*update)}"
    )


def as_default(answer: str | bool) -> str | bool:
    """Return an answer as cruft takes a default, which it renders with Jinja."""
    if not isinstance(answer, str) or "{" not in answer:
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
