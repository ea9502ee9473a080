"""The questions in a real terminal: Enter at each, real answers, and refused answers asked again."""

import json
import os
import secrets
import sys
from pathlib import Path

import pexpect
import pyte
import pytest

from tests.support.baking import SLUG, git
from tests.support.places import TEMPLATE
from tests.support.template import template_repository

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pexpect needs a POSIX pseudo-terminal")

QUESTIONS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
PROMPTS = QUESTIONS["__prompts__"]
ASKED = [question for question in QUESTIONS if not question.startswith("_")]
COLUMNS, ROWS = 80, 200
ENTER = ""


class Terminal:
    """A program on a terminal of its own, with a screen to read."""

    def __init__(self, words: list, variables: dict):
        """Start the program; a shell is used for a command line in one word."""
        program, *arguments = words if len(words) > 1 else ["/bin/sh", "-c", *words]
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(
            str(program),
            [str(argument) for argument in arguments],
            dimensions=(ROWS, COLUMNS),
            env=os.environ | variables | {"TERM": "xterm-256color"},
            encoding="utf-8",
            timeout=60,
        )

    def answer(self, number: int, count: int, text: str) -> None:
        """Wait for the prompt of a question, the `number`th of `count`, and type the answer and Enter."""
        self.expect(rf"\[{number}/{count}\](?s:.*)\)(\x1b\[[\d;]*m)*: $")
        self.child.sendline(text)

    def finish(self) -> int:
        """Wait for the end and return the exit code."""
        self.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def expect(self, pattern) -> None:
        """Wait for a pattern and show what came on the screen."""
        self.child.expect(pattern)
        self.stream.feed(self.child.before + (self.child.after if isinstance(self.child.after, str) else ""))

    @property
    def lines(self) -> list[str]:
        """The lines on the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """What is on the screen, with single spaces, as it may be wrapped anywhere."""
        return " ".join(" ".join(self.lines).split())


@pytest.fixture
def home(tmp_path):
    """Give a new home for one run of cookiecutter."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(home, monkeypatch):
    """Start programs on terminals: `terminal("command line")` by the shell, `terminal(program, argument)` alone."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    started = []

    def start(*words) -> Terminal:
        started.append(Terminal(list(words), {"HOME": str(home)}))
        return started[-1]

    yield start
    for each in started:
        each.child.close(force=True)


def cookiecutter(folder: Path) -> tuple:
    """Return the words that ask all questions and make the app in `folder`."""
    return (sys.executable, "-m", "cookiecutter", TEMPLATE, "--output-dir", folder)


def number_of(question: str, choice: str) -> str:
    """Return what a user types to choose."""
    return str(QUESTIONS[question].index(choice) + 1)


def recorded(home: Path, name: str) -> dict:
    """Return the answers that cookiecutter recorded."""
    file = home / ".cookiecutter_replay" / f"{name}.json"
    answers = json.loads(file.read_text(encoding="utf-8"))["cookiecutter"]
    return {question: answers[question] for question in ASKED if question in answers}


def printed_command(lines: list[str], heading: str) -> str:
    """Return the command line below a heading, which the terminal may have wrapped."""
    start = next(number for number, line in enumerate(lines) if line.startswith(heading)) + 1
    end = start + 1
    while len(lines[end - 1]) == COLUMNS:
        end += 1
    return "".join(lines[start:end])


def test_two_menus_only():
    """What is short and fixed is chosen; the rest is typed."""
    assert [question for question in ASKED if isinstance(QUESTIONS[question], list)] == ["app_type", "ci"]
    assert set(PROMPTS) == set(ASKED)
    for question in ("app_type", "ci"):
        assert [key for key in PROMPTS[question] if key != "__prompt__"] == QUESTIONS[question]


def test_enter_at_every_prompt_makes_an_app(terminal, home, tmp_path):
    """Each question stands on the screen as it was written, numbered, and each default is good."""
    run = terminal(*cookiecutter(tmp_path))
    for number in range(1, len(ASKED) + 1):
        run.answer(number, len(ASKED), ENTER)
    assert run.finish() == 0
    kept = recorded(home, TEMPLATE.name)
    for number, question in enumerate(ASKED, 1):
        prompt = PROMPTS[question]
        if isinstance(prompt, str):
            # Whole on one line of the screen, with all that cookiecutter adds.
            assert f"  [{number}/{len(ASKED)}] {prompt} ({kept[question]}):" in run.lines
            continue
        assert f"  [{number}/{len(ASKED)}] {prompt['__prompt__']}" in run.lines
        for choice_number, choice in enumerate(QUESTIONS[question], 1):
            assert f"    {choice_number} - {prompt[choice]}" in run.lines
    assert "My VIKTOR App is ready." in run.lines
    assert git(tmp_path / SLUG, "log", "--format=%s") == f"Start {SLUG}"
    assert recorded(home, TEMPLATE.name)["app_slug"] == SLUG


def test_real_answers_to_every_question(terminal, home, git_daemon, tmp_path):
    """What a user types, with spaces, capitals and braces, is what the app is made of."""
    typed = {
        "app_name": 'Beam "design" {{ EC3 }} [bold]',
        "app_slug": "beam-design",
        "description": "Steel: check of 100 % of the beams",
        "author": "Ada & Co",
        "app_type": number_of("app_type", "tree"),
        "python_version": "3.12",
        "submodules": f"{git_daemon}/units.git loads={git_daemon}/acme_loads.git#v1.0",
        "index_url": "--index-url https://me@corp.com:${ACME_TOKEN}@git.acme.com/api/v4/groups/7/-/packages/pypi/simple",
        "private_packages": "acme-beams acme-plates~=2.1",
        "ci": number_of("ci", "gitlab"),
    }
    run = terminal(*cookiecutter(tmp_path))
    for number, question in enumerate(ASKED, 1):
        run.answer(number, len(ASKED), typed[question])
    assert run.finish() == 0
    assert recorded(home, TEMPLATE.name) == typed | {
        "app_type": "tree",
        "ci": "gitlab",
    }
    app = tmp_path / "beam-design"
    requirements = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    login = "me%40corp.com:${ACME_TOKEN}"
    assert f"--index-url https://{login}@git.acme.com/api/v4/groups/7/-/packages/pypi/simple" in requirements
    assert {"acme-beams", "acme-plates~=2.1"} < set(requirements)
    assert (app / "app" / "submodules" / "loads").is_dir()
    assert git(app, "status", "--porcelain") == ""


def test_a_team_without_packages_clears_an_organisations_defaults(terminal, tmp_path):
    """`none` or `-`, typed, gives an app the first time."""
    config = tmp_path / "organisation.yml"
    config.write_text(
        "default_context:\n  index_url: https://robot@pypi.example.com/simple\n  private_packages: acme==1\n"
        "  submodules: git@github.com:acme/beams.git\n",
        encoding="utf-8",
    )
    run = terminal(*cookiecutter(tmp_path), "--config-file", config)
    cleared = {"submodules": "-", "index_url": "none", "private_packages": "-"}
    for number, question in enumerate(ASKED, 1):
        run.answer(number, len(ASKED), cleared.get(question, ENTER))
    assert run.finish() == 0
    requirements = (tmp_path / SLUG / "requirements.txt").read_text(encoding="utf-8")
    assert "acme" not in requirements
    assert "\n-" not in requirements
    assert not list((tmp_path / SLUG / "app" / "submodules").glob("*/"))


def test_asks_only_the_refused_questions_again(terminal, home, tmp_path):
    """The printed command, typed as it stands, asks two questions and makes the app with all other answers."""
    secret = secrets.token_hex(20)
    url = f"https://ada:{secret}@pypi.example.com/simple"
    answers = {
        "app_name": "A {{ brace }} app",
        "app_slug": "My App",
        "index_url": url,
        "private_packages": "acme-beams==1.2",
        "ci": number_of("ci", "none"),
    }
    folder = tmp_path / "my apps"
    folder.mkdir()
    first = terminal(*cookiecutter(folder))
    for number, question in enumerate(ASKED, 1):
        first.answer(number, len(ASKED), answers.get(question, ENTER))
    assert first.finish() == 1
    assert "2 problems with the answers" in first.text
    assert "".join(first.lines).count(secret) == 1, "shown where the user typed it only"
    assert "revoke it" in first.text
    kept = recorded(home, TEMPLATE.name)
    assert set(ASKED) - set(kept) == {"index_url"}
    assert list(folder.iterdir()) == []

    again = terminal(printed_command(first.lines, "Ask only the refused ones again"))
    again.answer(1, 2, "my-app")
    again.answer(2, 2, "https://ada@pypi.example.com/simple")
    assert again.finish() == 0
    assert "A {{ brace }} app is ready." in again.text
    assert recorded(home, "cookiecutter-viktor-app") == kept | {
        "app_slug": "my-app",
        "index_url": "https://ada@pypi.example.com/simple",
    }
    assert "acme-beams==1.2" in (folder / "my-app" / "requirements.txt").read_text(encoding="utf-8")
    assert not (folder / "my-app" / ".github" / "workflows" / "ci.yml").exists()


def test_cruft_asks_again_with_the_good_answers_as_defaults(terminal, tmp_path):
    """The printed command for cruft keeps each good answer on Enter, braces and all."""
    template = template_repository(tmp_path / "cookiecutter-viktor-app.git", tag="v1")
    answers = {
        "app_name": "A {{ brace }} app",
        "app_slug": "My App",
        "author": "Ada",
        "ci": number_of("ci", "none"),
    }
    folder = tmp_path / "my apps"
    folder.mkdir()
    first = terminal("cruft", "create", template, "--output-dir", folder)
    for number, question in enumerate(ASKED, 1):
        first.answer(number, len(ASKED), answers.get(question, ENTER))
    assert first.finish() == 1
    assert "1 problem with the answers" in first.text
    assert list(folder.iterdir()) == []

    again = terminal(printed_command(first.lines, "Answer again"))
    for number, question in enumerate(ASKED, 1):
        again.answer(number, len(ASKED), "my-app" if question == "app_slug" else ENTER)
    assert again.finish() == 0
    context = json.loads((folder / "my-app" / ".cruft.json").read_text(encoding="utf-8"))["context"]
    kept = {"app_name": "A {{ brace }} app", "author": "Ada", "ci": "none"}
    assert kept.items() <= context["cookiecutter"].items()
