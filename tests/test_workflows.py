"""The template's own workflow: its schema, its permissions, and the systems and Pythons that it names."""

import json
import re
import sys
from pathlib import Path

import yaml

from tests.support.commands import run
from tests.support.places import TEMPLATE

WORKFLOW = TEMPLATE / ".github" / "workflows" / "test.yml"
SCRIPTS = Path(sys.executable).parent


def test_the_workflow_has_the_shape_that_github_reads():
    """GitHub's own schema, which check-jsonschema holds."""
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW)


def test_the_workflow_gives_nothing_away():
    """No finding of zizmor's: least permissions, actions pinned by commit, no answer or name pasted into a shell."""
    assert "No findings" in run(SCRIPTS / "zizmor", "--offline", "--pedantic", "--no-progress", WORKFLOW)


def test_the_workflow_covers_every_system_and_python():
    """The Pythons that pyproject.toml allows, on Linux, Windows and macOS, in one matrix."""
    matrix = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.10", "3.11", "3.12", "3.13", "3.14"]
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "windows", "macos"]


def test_the_actions_are_the_apps():
    """Of the same commits, as cookiecutter.json pins them."""
    pins = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))["_pins"]
    used = set(re.findall(r"uses: (\S+?)@(.*)", WORKFLOW.read_text(encoding="utf-8")))
    assert used == {(name, pins[name]) for name in ("actions/checkout", "actions/setup-python")}
