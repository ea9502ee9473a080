"""Lets Jinja keep what it has compiled: the apps of a test run are made of the same files, by hundreds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import CodeType

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter
from jinja2 import Environment

from tests.support.places import TEMPLATE
from tests.support.template_errors import explain

compile_anew = Environment.compile
known: dict[tuple, CodeType] = {}


def compile_once(environment, source, name=None, filename=None, **options):
    """Return what Jinja compiles of a source, and compile it only the first time."""
    if options or not isinstance(source, str):
        return compile_anew(environment, source, name, filename, **options)
    key = (source, name, type(environment), *environment.extensions, environment.keep_trailing_newline)
    if key not in known:
        known[key] = compile_anew(environment, source, name, filename)
    return known[key]


def get_ready() -> None:
    """Compile the template's files, by making an app: for a process that forks."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name, "config.yml")
        config.write_text(f"replay_dir: {name}\n", encoding="utf-8")
        options = {"no_input": True, "accept_hooks": False, "config_file": str(config)}
        try:
            cookiecutter(str(TEMPLATE), output_dir=name, **options)
        except CookiecutterException as error:
            raise SystemExit(explain(error)) from None


Environment.compile = compile_once
