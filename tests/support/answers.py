"""Answers as cookiecutter hands them to the hooks, and the requirements.txt that an app with them has."""

import importlib
import json
from functools import cache
from pathlib import Path

from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.support.places import TEMPLATE

FOLDERS = (TEMPLATE / "{{cookiecutter.app_slug}}", TEMPLATE / "templates")


@cache
def defaults() -> dict:
    """Return the answers that Enter gives at every prompt, sorted by their keys as hooks get them."""
    answers = prompt_for_config(generate_context(str(TEMPLATE / "cookiecutter.json")), no_input=True)
    return json.loads(json.dumps(answers, sort_keys=True))


def make_answers(**changes) -> dict:
    """Return the answers to all questions, Enter for each but for `changes`, which are taken as they are."""
    return defaults() | {"_output_dir": str(Path.cwd())} | changes


def make_answers_of_cruft(**changes) -> dict:
    """Return the answers of `make_answers` as cruft hands them over."""
    told = {"_commit": "0" * 40, "_template": "https://github.com/acme/template"}
    return defaults() | told | changes


def write_replay_file(file: Path, **changes) -> Path:
    """Write a file for `--replay-file` with the answers of `make_answers`, and return its path."""
    file.write_text(json.dumps({"cookiecutter": make_answers(**changes)}), encoding="utf-8")
    return file


@cache
def template_environment() -> Environment:
    """Return what cookiecutter renders the files of an app in, without its search for the template's modules."""
    environment = Environment(  # noqa: S701 (no HTML)
        loader=FileSystemLoader(FOLDERS), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.globals["template_module"] = importlib.import_module
    return environment


def render_requirements(**changes) -> str:
    """Return the text of requirements.txt for the answers of `make_answers`, in a hundredth of a bake's time."""
    template = template_environment().get_template("requirements.txt")
    return template.render(cookiecutter=make_answers(**changes))


def as_literal(answer):
    """Return an answer so that cookiecutter, which renders what is given with --no-input, leaves it as it is."""
    if isinstance(answer, str) and "{" in answer:
        return f"{{{{ {json.dumps(answer, ensure_ascii=False)} }}}}"
    return answer
