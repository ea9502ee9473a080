"""A fact stands in one place: versions in the table of pins, and no page counts what can change without being watched."""

import json
import re

import pytest

from making.conversation import PATIENCE
from making.names import OFFERED
from tests.support.places import TEMPLATE
from tests.support.template import template_files

TABLE = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
QUESTIONS = [key for key in TABLE if not key.startswith("_")]
PYTHONS = re.findall(r"\d\.\d+", TABLE["__prompts__"]["python_version"])

# A version as requirements, hooks and CI name it. Examples are called "my-package"; the others of pip's are tests'.
VERSION = re.compile(r"(?<!my-package)(?<=[\w\]])==\s*\d|\brev: *[v\d]|@[0-9a-f]{40}\b|\bversion: *\"\d")
APP = "{{cookiecutter.app_slug}}/"
NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ],
        1,
    )
}
PAGES = [
    path
    for path in template_files()
    if path.endswith(".md") and not path.startswith(("docs/reference/", APP))
]


@pytest.mark.parametrize("path", [path for path in template_files() if path.startswith((APP, "templates/"))])
def test_no_version_stands_outside_the_table(path):
    """The app's files name versions by `_pins` alone."""
    text = template_files()[path]
    if not path.endswith(".py"):
        assert not VERSION.findall(text)


@pytest.mark.parametrize("page", PAGES)
def test_pages_count_right(page):
    """A page that says how many questions there are is right; version 1 had fifteen."""
    text = template_files()[page]
    for word in re.findall(r"(?i)\b(\w+) questions\b", text):
        if number := NUMBERS.get(word.lower()):
            assert number == len(QUESTIONS) or (
                number == 15 and ("ersion 1" in text or "first release" in text)
            )
    for word in re.findall(r"(?i)\b(\w+) (?:package )?hosts\b", text):
        assert NUMBERS.get(word.lower(), 0) <= 2, "hosts come and go: don't count them"


def test_a_silent_server_is_given_up_when_the_pages_say():
    """The README and the CHANGELOG tell it in minutes."""
    for page in ("README.md", "docs/CHANGELOG.md"):
        told = re.search(r"says nothing (?:for|is given up after) (\w+)\s+minutes", template_files()[page])
        assert NUMBERS[told[1]] * 60 == PATIENCE


def test_the_prompt_offers_the_pythons_that_are_taken():
    """The first and the last of them stand in the prompt, and the last is what Enter gives."""
    assert [OFFERED[0], OFFERED[-1]] == PYTHONS
    assert TABLE["python_version"] == OFFERED[-1]
