"""Tells the hooks where the template lies and what was typed, and lets the app's files use what is in `making/`."""

import functools
import importlib
import os
import sys

from jinja2 import Environment
from jinja2.ext import Extension


class TemplateFolder(Extension):
    """Gives the hooks `template_folder()` and the words of the command that runs, and the files `template_module(name)`.

    No logic of a version's own, ever: Python keeps this module for the whole process, and in one process `cruft
    update` makes an app of the old and of the new version of the template.
    """

    def __init__(self, environment: Environment) -> None:
        """Take the environment in which cookiecutter renders the hooks, or the files of one app."""
        super().__init__(environment)
        environment.globals["template_folder"] = os.getcwd
        environment.globals["command_words"] = lambda: sys.argv[1:]
        environment.globals["template_module"] = functools.cache(load_module)
        guard().tell_of_folder()


@functools.cache
def guard() -> object:
    """Let this process leave nothing half made, whatever ends it, and return the module that sees to that.

    cookiecutter makes its first environment before it asks the first question.
    """
    module = load_module("making.interruption", os.path.dirname(__file__))  # noqa: PTH120 (as below)
    module.Guard()
    return module


def load_module(name: str, hooks: str = "") -> object:
    """Import a module of the template whose files are being rendered, and let Python forget it again.

    cookiecutter renders a hook while it stands in the template's folder, and the files while it stands in the app
    folder below that. Nothing stays: neither a module nor a .pyc, which the other version would be mistaken for.
    """
    path, writes_no_bytecode = sys.path.copy(), sys.dont_write_bytecode
    others = {known: sys.modules.pop(known) for known in list(sys.modules) if is_of_a_template(known)}
    # pathlib's import costs each bake
    sys.path.insert(0, hooks or f"{os.path.dirname(os.getcwd())}/hooks")  # noqa: PTH120, PTH109
    sys.dont_write_bytecode = True
    try:
        return importlib.import_module(name)
    finally:
        sys.path[:], sys.dont_write_bytecode = path, writes_no_bytecode
        for known in list(sys.modules):
            if is_of_a_template(known):
                del sys.modules[known]
        sys.modules.update(others)


def is_of_a_template(module: str) -> bool:
    """Tell whether a module is one of a template's folders with Python in it."""
    return module.partition(".")[0] in ("making", "preflight")
