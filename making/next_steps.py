"""The message at the end: what is there, what the user should know, what to type."""

from __future__ import annotations

from pathlib import Path


def next_steps(answers: dict, notes: list[str]) -> str:
    """Return the message for an app in the working directory; a note's further lines are indented below its first."""
    platform = answers["_platforms"][answers["private_index"]]
    environment = f"set up an environment with Python {answers['python_version']}"
    steps = [f'cd "{Path.cwd()}"', f'{environment} (README.md, "Set up")']
    if platform["secret_as"]:
        steps.append(f'set {answers["secret_name"]} (README.md, "The secret"): {platform["token"]}')
    steps += [
        "uv pip install -r requirements-dev.txt",
        "python -m unittest discover -s tests",
        "viktor-cli install",
        "viktor-cli start",
        f'publish it as {answers["app_slug"]} (README.md, "Publish")',
    ]
    listed = "".join(f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    noted = "".join("\n  " + note.replace("\n", "\n    ") + "\n" for note in notes)
    return f"\n{answers['app_name']} is ready.\n{noted}\nNext:\n{listed}"
