"""Tells the hooks where the template lies, so that they can import what they do from `making/`."""

import os

from jinja2 import Environment
from jinja2.ext import Extension


class TemplateFolder(Extension):
    """Gives the hooks `template_folder()`: cookiecutter renders a hook while it stands in the template's folder.

    No logic, ever: Python keeps a module for the whole process, and in one process `cruft update` makes an app of the
    old and of the new version of the template.
    """

    def __init__(self, environment: Environment) -> None:
        """Take the environment in which cookiecutter renders the hooks."""
        super().__init__(environment)
        environment.globals["template_folder"] = os.getcwd
