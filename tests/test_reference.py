"""The reference apps are what the template makes today, show every kind of answer, and pass their own checks."""

import importlib.util
import json
import secrets
import sys
from pathlib import Path

import pytest
from baking import git
from commands import run
from worktree import TEMPLATE

SETTINGS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
PLATFORMS = SETTINGS["_platforms"]
COMMAND = "make reference (without make: uv run python reference/make.py)"

spec = importlib.util.spec_from_file_location("reference", TEMPLATE / "reference" / "make.py")
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)

NAMES = [file.stem for file in reference.answers_files()]


@pytest.fixture(scope="module")
def baked(tmp_path_factory):
    """Give the folder with the reference apps baked anew, each a repository with its submodules."""
    folder = tmp_path_factory.mktemp("reference")
    apps = reference.bake_all(folder, NAMES)
    assert [app.name for app in apps] == NAMES
    return apps[0].parent


def files_of(app: Path) -> dict[str, bytes]:
    """Return the content of an app's files by path, without Git's own and what Python and ruff leave behind."""
    left_out = {".git", "__pycache__", ".ruff_cache"}
    files = {path.relative_to(app): path for path in app.rglob("*") if path.is_file()}
    return {str(path): file.read_bytes() for path, file in files.items() if not left_out & set(path.parts)}


@pytest.mark.parametrize("name", reference.KEPT)
def test_reference_apps_are_up_to_date(baked, name):
    """Every byte in the repository is what the template makes."""
    committed, made = files_of(TEMPLATE / "reference" / name), files_of(baked / name)
    stale = sorted(path for path in committed.keys() | made if committed.get(path) != made.get(path))
    assert not stale, f"reference/{name} is not up to date. Type: {COMMAND}"


def test_no_other_app_is_there():
    """Two apps stay as files, and the table is that of all answers."""
    folders = {path.name for path in (TEMPLATE / "reference").iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(reference.KEPT), COMMAND
    text = (TEMPLATE / "reference" / "README.md").read_text(encoding="utf-8")
    assert text == reference.with_table(text), f"reference/README.md is not up to date. Type: {COMMAND}"


def test_every_kind_of_answer_occurs():
    """Every choice, yes and no, every kind of platform, and each text question with an answer of its own."""
    apps = [reference.read_answers(file) for file in reference.answers_files()]
    questions = {key: default for key, default in SETTINGS.items() if not key.startswith("_")}
    assert not {key for answers in apps for key in answers} - questions.keys()
    for question, default in questions.items():
        first = default[0] if isinstance(default, list) else default
        given = {answers.get(question, first) for answers in apps}
        if question == "private_index":
            assert {kind(choice) for choice in given} == {kind(choice) for choice in default}
        elif isinstance(default, list):
            assert given == set(default), question
        elif isinstance(default, bool):
            assert given == {True, False}, question
        else:
            assert len(given) > 1, question
    forms = " ".join(answers.get("submodules", "") for answers in apps)
    assert all(form in forms for form in ("https://", "git@", "=https://", "#v", "#main"))


def kind(choice: str) -> tuple[str, str]:
    """Return what makes a platform one of its kind: where packages come from, and what the secret stands for."""
    return PLATFORMS[choice]["source"], PLATFORMS[choice]["secret_as"]


@pytest.mark.viktor
@pytest.mark.parametrize("name", NAMES)
def test_reference_apps_pass_their_own_checks(baked, name):
    """ruff, the tests and preflight find nothing to complain about."""
    app, answers = baked / name, reference.read_answers(TEMPLATE / "reference" / f"{name}.yml")
    if answers.get("git_init") is False:  # its team puts it into Git itself
        git(app, "init", "--quiet")
        git(app, "add", "--all")
        git(app, "commit", "--quiet", "--message", "Start")
    run(sys.executable, "-m", "ruff", "check", "--no-cache", cwd=app)
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", cwd=app)
    assert "\nOK" in run(sys.executable, "-m", "unittest", "discover", "-s", "tests", cwd=app)
    secret = {answers.get("secret_name", SETTINGS["secret_name"]): secrets.token_hex(16)}
    run(sys.executable, "-m", "preflight", "--offline", cwd=app, env=secret)
