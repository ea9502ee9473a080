"""docs/updating.md does what it says: its commands are typed one after the other, and its versions agree."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.baking import git
from tests.support.commands import run
from tests.support.places import TEMPLATE
from tests.support.releases import commit, cruft, edit, releases

PAGE = (TEMPLATE / "docs" / "updating.md").read_text(encoding="utf-8")
TOOLS = {"cruft": [sys.executable, "-m", "cruft"], "git": ["git"]}
# What these tests have done already, or can't do: publish a release of this repository.
NOT_RUN = ("python -m pip install", "git tag", "git push")


def section(number: int) -> str:
    """Return a section of the page by its number."""
    return re.search(rf"^## {number}\. .*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[0]


def blocks(number: int, language: str) -> list[str]:
    """Return the blocks of code of a section."""
    return re.findall(rf"^```{language}\n(.*?)^```$", section(number), re.MULTILINE | re.DOTALL)


def type_commands(text: str, folder: Path, allowed=()) -> Path:
    """Type commands in a folder, and return the folder in which they end.

    Each must succeed, but for those `allowed` to exit with 1.
    """
    for line in text.splitlines():
        program, *words = shlex.split(line)
        if program == "cd":
            folder /= words[0]
        elif not line.startswith(NOT_RUN):
            status = 1 if line in allowed else 0
            run(*TOOLS[program], *words, cwd=folder, status=status)
    return folder


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Give a repository with two releases of the template, v1.1.0 being the newest."""
    return releases(tmp_path_factory.mktemp("company") / "cookiecutter-viktor-app.git")


@pytest.fixture(autouse=True)
def company(template, tmp_path, monkeypatch):
    """Let the page's address of the template lead to it."""
    config = tmp_path / "gitconfig"
    shutil.copy(os.environ["GIT_CONFIG_GLOBAL"], config)
    instead = f"url.{template.parent.as_posix()}/.insteadOf"
    run("git", "config", "--file", config, instead, "https://github.com/ORG/")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))


def write_answers(number: int, folder: Path) -> None:
    """Write the answers that a section shows."""
    (folder / "answers.yml").write_text(blocks(number, "yaml")[0], encoding="utf-8")


def test_make_update_and_answer_differently(tmp_path):
    """Sections 1 to 3: an app is made, updated, and gets another Python."""
    write_answers(1, tmp_path)
    app = type_commands(blocks(1, "sh")[0], tmp_path)
    assert git(app, "log", "--format=%s") == "Start pile-check"
    assert git(app, "status", "--porcelain") == ""
    update, settle = blocks(2, "sh")
    type_commands(update, app, allowed=["cruft check"])
    assert (app / "NOTES.md").read_text(encoding="utf-8") == "# Notes on pile-check, for Python 3.12\n"
    type_commands(settle, app)
    assert "SUCCESS" in cruft("check", cwd=app)
    type_commands(blocks(3, "sh")[0], app)
    assert (app / "NOTES.md").read_text(encoding="utf-8") == "# Notes on pile-check, for Python 3.13\n"


def test_link_an_app_that_cookiecutter_made(tmp_path):
    """Section 5: the app is linked, the difference is the team's own change, and the update arrives."""
    write_answers(1, tmp_path)
    command = (sys.executable, "-m", "cookiecutter", "--config-file", "answers.yml", "--no-input")
    run(*command, "--checkout", "v1.0.0", "https://github.com/ORG/cookiecutter-viktor-app", cwd=tmp_path)
    app = tmp_path / "pile-check"
    git(app, "rm", "--quiet", ".cruft.json")
    edit(app / "pyproject.toml", "line-length = 110", "line-length = 110  # as on paper")
    commit(app)
    type_commands(blocks(5, "sh")[0], app)
    changed = [line for line in cruft("diff", cwd=app).splitlines() if re.match(r"[-+](?!\+\+|--)", line)]
    assert changed == ["-line-length = 110  # as on paper", "+line-length = 110"]
    cruft("update", "--skip-apply-ask", cwd=app)
    assert (app / "NOTES.md").is_file()


def test_bring_an_old_app_under_the_template(tmp_path):
    """Section 6: the old app keeps its code and its history, gets the template's files, and then its updates."""
    app = tmp_path / "pile-check"
    own = {
        "app/__init__.py": "from .controller import Controller\n",
        "app/controller.py": "import viktor as vkt\n\n\nclass Controller(vkt.Controller):\n    label = 'Pile'\n",
        "requirements.txt": "viktor==14.20.0\nnumpy==2.2.6\n",
        "viktor.config.toml": 'app_type = "editor"\n',
        "README.md": "# Piles\n",
    }
    for path, text in own.items():
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_text(text, encoding="utf-8", newline="\n")
    git(app, "init", "--quiet")
    commit(app)
    write_answers(6, tmp_path)
    lay_over, take_back, keep = blocks(6, "sh")
    assert type_commands(lay_over, tmp_path) == app
    assert git(app, "log", "--format=%s") == "Work"
    assert "viktor==14.20.0" not in (app / "requirements.txt").read_text(encoding="utf-8")
    type_commands(take_back, app)
    with (app / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write("numpy==2.2.6\n")
    type_commands(keep, app)
    assert not (app / ".git" / "modules").exists()
    cruft("update", "--skip-apply-ask", cwd=app)
    for path in ("app/__init__.py", "app/controller.py"):
        assert (app / path).read_text(encoding="utf-8") == own[path]
    assert (app / "NOTES.md").is_file()
    assert (app / "preflight" / "__main__.py").is_file()
    requirements = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {"viktor==99.0.0", "numpy==2.2.6"} <= set(requirements)
    assert not (app / "app" / "beam").exists()
    assert not (app / "tests" / "test_calculation.py").exists()


def test_an_update_goes_to_the_version_that_is_named(tmp_path):
    """Section 8: an app of one version goes to another."""
    write_answers(1, tmp_path)
    app = type_commands(blocks(1, "sh")[0], tmp_path)
    type_commands(blocks(8, "sh")[0], app)
    assert '"checkout": "v1.1.0"' in (app / ".cruft.json").read_text(encoding="utf-8")


def test_the_template_has_one_version():
    """pyproject.toml's number heads the CHANGELOG, whose every entry says what an app's team must do."""
    version = re.search(
        r'^version = "(.+)"$', (TEMPLATE / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )[1]
    _, *entries = re.split(
        r"^## ", (TEMPLATE / "docs" / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE
    )
    assert entries[0].splitlines()[0] == version
    assert all(entry.count("**What an app's team must do:**") == 1 for entry in entries)
    tags = git(TEMPLATE, "tag", "--list", "v*").split()
    assert all(any(entry.startswith(f"{tag[1:]}\n") for entry in entries) for tag in tags)
