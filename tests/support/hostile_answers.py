"""Answers that lean to the dangerous, and good ones beside them: what the fuzzers draw.

A hostile answer is a good one with something dangerous put into it, or dangerous through and through. Few things are
drawn for each, as every draw costs the fuzzer a tenth of a millisecond.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import NamedTuple

from hypothesis import strategies as st

from making.hosts import ANY_GIT_HOST, read_hosts
from making.names import OFFERED
from making.settings import GIT_INIT, read_questions
from tests.support.answers import make_answers

ALL = read_questions()
QUESTIONS = (*(question for question in ALL if not question.startswith("_")), GIT_INIT)

# What means something to somebody on the way: to Jinja, ...
JINJA = (
    "{{ 7 * 7 }}",
    "{{ cookiecutter.__class__ }}",
    "{% raw %}",
    "{% endraw %}",
    "{#",
    "}}",
    "${{ github.token }}",
    "{}",
    "%(x)s",
)
# ... a shell, ...
SHELL = (
    "$(touch canary)",
    "`touch canary`",
    "; touch canary",
    "| sh",
    "&& touch canary",
    "$HOME",
    "%PATH%",
    ">",
    "*",
    "!",
    "&",
    "$",
)
QUOTES = ('"', "'", '"""', "'''", "\\", "\\n", "\\u0041", "\u2018", "\u201d")
# ... who reads lines or words, ...
BLANKS = ("\n", "\r", "\r\n", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\xa0", "\u3000", " ")
# ... a file system, ...
PATHS = (
    "..",
    "../",
    "..\\",
    "/",
    "//",
    "~",
    "./",
    ".git",
    "/.git/hooks",
    "git~1",
    ".gitmodules",
    "C:\\",
    "\\\\host\\",
    "nul",
    ".",
)
# ... a terminal and an encoder, ...
CONTROLS = ("\0", "\x07", "\x1b[2J", "\x7f", "\ud800", "\udfff", "\uffff", "\U0010ffff")
INVISIBLE = ("\u202e", "\u200f", "\u2066", "\u200b", "\u200d", "\ufeff", "\xad", "\u115f", "\U000e0041")
# ... who reads with eyes, or compares names: each looks like an ASCII letter or sign, or is folded to one, ...
LOOK_ALIKES = (
    *(
        "\u0430",
        "\u217c",
        "\u212a",
        "\u017f",
        "\uff0f",
        "\uff0e",
        "\uff1a",
        "\uff20",
        "\uff05",
        "\uff03",
        "\u0663",
    ),
    *("\uff11", "\xb5", "\u0131", "\u2024", "\u2215", "\ufe56", "\u2100"),
)
# ... a program that is given options, ...
OPTIONS = (
    "-",
    "--",
    "-c",
    "-e",
    "-r",
    "--pre",
    "--upload-pack=touch",
    "-oProxyCommand=touch",
    "--index-url",
    "--hash=x",
    "--config",
)
# ... Git, pip and all others that take a URL, ...
TRANSPORTS = (
    "ext::",
    "ext::sh -c touch",
    "ext://",
    "fd::17",
    "file://",
    "file:",
    "::",
    "data:",
    "javascript:",
    "http://",
    "git://",
    "git+",
)
PERCENT = ("%00", "%0a", "%0d", "%2e%2e", "%40", "%2F", "%", "%23", "%zz", "%c3%a9")
# ... YAML, TOML, JSON, HTML and Markdown, ...
MARKUP = (
    *(
        ": ",
        " #",
        "#",
        "- ",
        "&a",
        "!!python/object/apply:os.system",
        "[",
        "]",
        "[x](javascript:y)",
        "<script>",
        "<!--",
        "|",
    ),
    *("@", "=", ",", ";", "?", "+", "```", "</details>"),
)
# ... and those who keep secrets.
CREDENTIALS = (
    "robot:hunter2hunter2@",
    ":@",
    "@@",
    "${PATH}",
    "${VIKTOR_APP_SECRET}",
    "${",
    "<your_token>",
    "USER",
    "HOST",
    "HEAD",
    ".lock",
)
DANGEROUS = (
    JINJA
    + SHELL
    + QUOTES
    + BLANKS
    + PATHS
    + CONTROLS
    + INVISIBLE
    + LOOK_ALIKES
    + OPTIONS
    + TRANSPORTS
    + PERCENT
)
DANGEROUS += MARKUP + CREDENTIALS

# Names that people give; tokens begin like some of them.
WORDS = (
    *(
        "acme",
        "beams",
        "Beams",
        "sk-anthropic-tower",
        "gh-pages",
        "a",
        "x1",
        "2025",
        "glft",
        "glpat",
        "ghp",
        "npm",
        "key",
    ),
    *(
        "token",
        "be.ams",
        "be_ams",
        "StructuralEngineering2025",
        "0a1b2c3d",
        "con",
        "v1",
        "my-viktor-app",
        "Kelvin",
    ),
    *("release", "test", "app", "preflight", "viktor", "json", "making", "glulam-beam-connections-tool"),
)
NAMES = (
    *WORDS,
    *(separator.join(pair) for separator in ("-", "_", "", "--", ".") for pair in combinations(WORDS, 2)),
)
HOSTS = (
    "pypi.example.com",
    "git.acme.com",
    "github.com",
    "gitlab.com",
    "dev.azure.com",
    "bitbucket.org",
    "a.b",
)
ODD_HOSTS = (
    "localhost",
    "127.0.0.1:8080",
    "[::1]:443",
    "pypi",
    "xn--bcher-kva.example",
    "EXAMPLE.com",
    "git.acme.com:8443",
    "a_b.com",
)
PLACES = tuple(f"{host}/" for host in HOSTS + ODD_HOSTS)
GIT_PLACES = tuple(f"{scheme}{host}/" for scheme in ("https://", "ssh://git@") for host in HOSTS) + tuple(
    f"git@{host}:" for host in HOSTS
)
FOLDERS = (
    "",
    "",
    "acme/",
    "acme/team/",
    "acme/bridges/_git/",
    "v3/acme/",
    "0a1b2c3d4e5f/",
    "StructuralEngineering2025/",
)
ENDS = ("", ".git", "/", "/simple", "#v1.0", ".git#release/v1.2", ".git@v1", "#" + "0a" * 20, ".git#main")
LOGINS = (
    *("", "", "", "", "robot@", "@", "me@corp.com@", "${ACME_TOKEN}@", "robot:${ACME_TOKEN}@", ":${TOKEN}@"),
    *("${USER_NAME}:${TOKEN}@", "me%40corp.com@", "gitlab+deploy-token-1@", "a%20b@", "DOM\\USER@"),
)
OPTIONS_OF_PIP = (
    "",
    "",
    "",
    "--extra-index-url ",
    "--index-url ",
    "--index-url=",
    "-i ",
    "-f ",
    "--extra-index-url=",
)
VERSIONS = (
    *(
        "==1.0",
        "==1.0",
        "==1.2.0",
        "~=1.2",
        "<2",
        ">=1,<2",
        "==1!2.0rc1.post2.dev3+local.4",
        "==1.*",
        "===1.0",
        "@v1.2",
        "@main",
    ),
    *(
        "@release/v1.2",
        "@" + "0a" * 20,
        "[plot]==1.0",
        "[a,b]~=1.0",
        ">=1",
        "",
        "==v1",
        "==1.0-1",
        "==?",
        "=1",
        "[==1",
    ),
)
NOTHING = ("none", "", "-", " none ")

HOST_TABLE = read_hosts(ALL["_hosts"])
SHAPES = tuple(shape for key, host in HOST_TABLE.items() for shape in host.urls if key != ANY_GIT_HOST)
PLACEHOLDER = re.compile("YYYY-MM-DD|[A-Z][A-Z_]+")


class Hostile(NamedTuple):
    """Good answers, hostile ones that take the place of some of them, and what of these no message may show."""

    good: dict
    hostile: dict
    secret: str = ""

    def answers(self, *questions: str) -> dict:
        """Return all answers, the hostile ones to these questions among them."""
        return make_answers(**self.good) | {question: self.hostile[question] for question in questions}

    def hidden(self, answers: dict) -> str:
        """What no message about these answers may show: a secret in its URL, which no other answer holds too."""
        text = str(answers)
        return self.secret if f":{self.secret}@" in text and text.count(self.secret) == 1 else ""


names = st.sampled_from(NAMES)
any_text = st.text(st.characters(exclude_categories=()), max_size=40)
dangers = st.sampled_from(DANGEROUS) | st.text(st.characters(exclude_categories=()), min_size=1, max_size=3)
# What is refused at the first look, and yet may not stand in a message.
passwords = st.text("abcdefghijkmnopqrstuvwxyzABCDEFGH0123456789/#?%@:", min_size=9, max_size=40)
# A replay file may hold anything.
no_texts = st.none() | st.booleans() | st.integers() | st.lists(names, max_size=2) | st.just({"a": "b"})


def joined(*parts: tuple | st.SearchStrategy) -> st.SearchStrategy[str]:
    """Draw texts made of one of each."""
    return st.tuples(*(st.sampled_from(part) if isinstance(part, tuple) else part for part in parts)).map(
        "".join
    )


def listed(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw lists of words, as an answer holds them."""
    return st.lists(good, min_size=1, max_size=3).map(" ".join)


def insert(text: str, danger: str, place: int) -> str:
    """Put a text into another one."""
    place %= len(text) + 1
    return text[:place] + danger + text[place:]


def laced(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw good texts with something dangerous anywhere in them."""
    return st.builds(insert, good, dangers, st.integers(0, 80))


def hostile(good: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw what is dangerous instead of a good answer, or in one."""
    chain = st.lists(dangers | names, max_size=5).map("".join)
    huge = st.builds(str.__mul__, dangers | names, st.sampled_from((60, 300, 3000)))
    return st.one_of(laced(good), laced(good), laced(good), laced(laced(good)), good, chain, any_text, huge)


def filled(option: str, login: str, shape: str, host: str, name: str) -> str:
    """Return a URL of a host's shape, the words in capitals filled in."""
    known = {"HOST": host, "YYYY-MM-DD": "2026-02-28"}
    url = PLACEHOLDER.sub(lambda word: known.get(word[0], name), shape)
    return option + url.replace("://", f"://{login}", 1)


options, logins = st.sampled_from(OPTIONS_OF_PIP), st.sampled_from(LOGINS)
of_a_shape = st.builds(filled, options, logins, st.sampled_from(SHAPES), st.sampled_from(HOSTS), names)
of_no_shape = joined(
    options, ("https://", "https://", "http://", "HTTPS://", ""), logins, PLACES, FOLDERS, names, ENDS
)
slugs = st.builds(
    lambda name, end: re.sub("[^a-z0-9]+", "-", f"{name}{end}".lower()), names, st.integers(0, 99)
)

# The good answers to each question; most of them are, at least.
GOOD = {
    "app_name": listed(names),
    "app_slug": slugs,
    "description": listed(names),
    "author": listed(names),
    "app_type": st.sampled_from(ALL["app_type"]),
    "python_version": st.sampled_from(OFFERED),
    "submodules": st.sampled_from(NOTHING)
    | listed(joined(("", "", "acme=", "b.c="), GIT_PLACES, FOLDERS, names, ENDS)),
    "index_url": st.sampled_from(NOTHING) | of_a_shape | of_a_shape | of_no_shape,
    "private_packages": st.sampled_from(NOTHING) | listed(joined(names, VERSIONS)),
    "ci": st.sampled_from(ALL["ci"]),
    GIT_INIT: st.sampled_from(("yes", "yes", "yes", "no", "False")),
}
HOSTILE = {question: hostile(good) for question, good in GOOD.items()}

LIBRARY = "https://github.com/acme/beams.git#v1.0 loads=git@gitlab.com:acme/loads.git"
# Answers around the hostile ones: without private packages, from an index, from one index alone, from Git, and of each CI.
GOOD_SETS = (
    {},
    {"app_type": "tree", "ci": "gitlab", "submodules": LIBRARY},
    {
        "ci": "azure",
        "index_url": "https://robot@pypi.example.com/simple",
        "private_packages": "acme-beams==1.2.0",
    },
    {
        "ci": "none",
        "index_url": "--index-url https://nexus.acme.com/repository/all/simple".replace("//", "//@"),
    },
    {
        "index_url": "https://github.com/acme",
        "private_packages": "beams@v1.2 loads@main",
        "submodules": LIBRARY,
    },
    {"ci": "gitlab", "index_url": "https://pypi.fury.io/acme/", "private_packages": "acme[plot]~=1.2"},
)


@st.composite
def hostile_sets(draw) -> Hostile:
    """Draw hostile answers to three questions, and what stands around them."""
    questions = draw(st.sampled_from(TRIPLES))
    good = draw(st.sampled_from(GOOD_SETS))
    found = {question: draw(HOSTILE[question]) for question in questions}
    kind = draw(st.integers(0, 30))
    if kind == 0:
        found[questions[0]] = draw(no_texts)
    secret = draw(passwords) if kind == 1 else ""
    if secret:
        question = draw(st.sampled_from(("index_url", "submodules")))
        found[question] = f"https://robot:{secret}@{draw(st.sampled_from(PLACES))}{draw(names)}"
    return Hostile(good, found, secret)


TRIPLES = tuple(combinations(QUESTIONS, 3))


@st.composite
def good_sets(draw) -> dict:
    """Draw answers to some questions, Enter for the others; most are good, and a hostile one stands here and there."""
    answers = dict(draw(st.sampled_from(GOOD_SETS)))
    for question, good in GOOD.items():
        kind = draw(st.integers(0, 5))
        if kind < 2:
            answers[question] = draw(good)
        elif kind == 2:
            answers[question] = draw(HOSTILE[question])
    return answers
