"""What the hooks open to, and each app's preflight, pass a type checker, for the oldest and the newest Python they run on."""

import sys

import pytest

from tests.support.commands import run
from tests.support.places import TEMPLATE


@pytest.mark.parametrize("python", ["3.10", "3.14"])
def test_types_are_sound(python):
    """By pyright's rules, as strict as `[tool.pyright]` in pyproject.toml says. By hand: basedpyright."""
    run(sys.executable, "-m", "basedpyright", "--pythonversion", python, cwd=TEMPLATE)
