"""The reference apps are what the template makes today, show every kind of answer, and pass their own checks."""

import json
import secrets
import sys
from pathlib import Path

import pytest

from docs.reference import make as reference
from making.reading import Reading
from making.source import EXTRA_INDEX, ONLY_INDEX
from tests.support.answers import make_answers
from tests.support.commands import run
from tests.support.places import TEMPLATE

SETTINGS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
COMMAND = "make reference (without make: uv run python -m docs.reference.make)"

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
    return {
        path.as_posix(): file.read_bytes() for path, file in files.items() if not left_out & set(path.parts)
    }


@pytest.mark.parametrize("name", reference.KEPT)
def test_reference_apps_are_up_to_date(baked, name):
    """Every byte in the repository is what the template makes."""
    committed, made = files_of(TEMPLATE / "docs" / "reference" / name), files_of(baked / name)
    stale = sorted(path for path in committed.keys() | made if committed.get(path) != made.get(path))
    assert not stale, f"docs/reference/{name} is not up to date. Type: {COMMAND}"


def test_no_other_app_is_there():
    """Two apps stay as files, and the table is that of all answers."""
    folders = {path.name for path in (TEMPLATE / "docs" / "reference").iterdir() if path.is_dir()} - {
        "__pycache__"
    }
    assert folders == set(reference.KEPT), COMMAND
    text = (TEMPLATE / "docs" / "reference" / "README.md").read_text(encoding="utf-8")
    assert text == reference.with_table(text), f"docs/reference/README.md is not up to date. Type: {COMMAND}"


def test_an_organisations_own_apps_are_the_same_each_time(tmp_path):
    """Its own folder of answers, submodules of stand-ins: byte for byte the same again, and told what changed."""
    answers, out = tmp_path / "answers", tmp_path / "apps"
    answers.mkdir()
    text = (
        "default_context:\n  app_name: Pile check\n  python_version: 3.12\n  author: AUTHOR\n"
        "  submodules: https://git.acme.example/soil/soil-models.git#v1.0\n"
        "  index_url: https://${ACME_USER}:${ACME_TOKEN}@packages.acme.example/simple\n"
    )
    command = (sys.executable, "-m", "docs.reference.make", "--stand-ins")
    told = []
    for author in ("Ada", "Ada", "Grace"):
        (answers / "pile-check.yml").write_text(text.replace("AUTHOR", author), encoding="utf-8")
        told.append(run(*command, "--answers", answers, "--out", out, cwd=TEMPLATE).splitlines()[:-1])
    assert "A\tapps/pile-check/README.md" in told[0]
    assert told[1:] == [["nothing changed"], ["M\tapps/pile-check/README.md"]]
    assert (out / "pile-check/app/submodules/soil-models").is_dir()


def test_every_kind_of_answer_occurs():
    """Every choice, every kind of source, and each text question with an answer of its own."""
    apps = [reference.read_answers(file) for file in reference.answers_files()]
    questions = {key: default for key, default in SETTINGS.items() if not key.startswith("_")}
    assert not {key for answers in apps for key in answers} - questions.keys()
    for question, default in questions.items():
        first = default[0] if isinstance(default, list) else default
        given = {answers.get(question, first) for answers in apps}
        if isinstance(default, list):
            assert given == set(default), question
        else:
            assert len(given) > 1, question
    forms = " ".join(answers.get("submodules", "") for answers in apps)
    assert all(form in forms for form in ("https://", "git@", "=https://", "#v", "#main"))
    kinds = {kind(make_answers(**answers)) for answers in apps}
    assert kinds >= {
        ("", ""),
        ("", "password"),
        (EXTRA_INDEX, ""),
        (EXTRA_INDEX, "password"),
        (EXTRA_INDEX, "user"),
        (ONLY_INDEX, "password"),
    }


def kind(answers: dict) -> tuple[str, str]:
    """Return what makes a source one of its kind: pip's option, and what the secret stands for."""
    source = Reading(answers).source
    if not source:
        return "", ""
    return source.option, "user" if source.secret_is_user else "password" if source.secret else ""


@pytest.fixture(scope="module")
def passed():
    """Give the code whose tests have passed already: many apps have the same."""
    return []


def code_of(app: Path) -> dict[str, bytes]:
    """Return what an app's tests run: its code, its submodules and the tests themselves, by path."""
    return {path: content for path, content in files_of(app).items() if path.startswith(("app/", "tests/"))}


@pytest.mark.viktor
@pytest.mark.parametrize("name", NAMES)
def test_reference_apps_pass_their_own_checks(baked, passed, name):
    """ruff, the tests and preflight find nothing to complain about; the same code need not be run twice."""
    app, answers = baked / name, reference.read_answers(TEMPLATE / "docs" / "reference" / f"{name}.yml")
    run(sys.executable, "-m", "ruff", "check", "--no-cache", cwd=app)
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", cwd=app)
    code = code_of(app)
    if code not in passed:
        assert "\nOK" in run(sys.executable, "-m", "unittest", "discover", "-s", "tests", cwd=app)
        passed.append(code)
    source = Reading(make_answers(**answers)).source
    names = (source.secret, source.user_variable) if source else ()
    given = {name: secrets.token_hex(16) for name in names if name}
    run(sys.executable, "-m", "preflight", "--offline", cwd=app, env=given)
