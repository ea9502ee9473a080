"""The message at the end: what is there, what the user should know, what to type, in VIKTOR's own order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from preflight.problem import printable

from making.settings import Answers, names_private_packages

if TYPE_CHECKING:
    from making.source import Source


def next_steps(answers: Answers, notes: list[str]) -> str:
    """Return the message for an app in the working directory; a note's further lines are indented below its first."""
    source = source_of(answers)
    variables = [name for name in (source.user_variable, source.secret) if name] if source else []
    steps = [
        f'cd "{Path.cwd()}"',
        f'create the app {answers["app_slug"]} on VIKTOR (README.md, "Run and test")',
    ]
    if source and variables:
        names = " and ".join(variables)
        steps.append(f'set {names} there and here (README.md, "The secret"): {source.host.token}')
    handed_over = "".join(f" --env {name}=..." for name in variables)
    steps += [
        f'set up an environment with Python {answers["python_version"]} (README.md, "Set up")',
        "uv pip install -r requirements-dev.txt",
        "python -m unittest discover -s tests",
        f"viktor-cli install{handed_over}",
        f"viktor-cli start{handed_over}",
        'publish it, and add it to a project (README.md, "Publish")',
    ]
    listed = "".join(f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    noted = "".join("\n  " + printable(note).replace("\n", "\n    ") + "\n" for note in notes)
    return f"\n{answers['app_name']} is ready.\n{noted}\nNext:\n{listed}"


def source_of(answers: Answers) -> Source | None:
    """Return where the private packages come from; to read that is imported only where there are any."""
    if not names_private_packages(answers):
        return None
    from making.reading import Reading

    return Reading(answers).source
