"""The rules about where private packages come from: the platform, the URL of its index, the user name, the secret's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from preflight.submodule_url import HOST_NAME
from preflight.urls import LOCALHOST

from making.guesses import is_no_part_of_a_path, may_hide_a_secret
from making.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

# The word that stands for a part of a URL in the table of platforms.
PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z_]+(?![A-Za-z0-9_])")
# What some of these words stand for; the others stand for one part between slashes. HOST may be followed by a folder,
# as behind a reverse proxy.
MEANINGS = {"HOST": "[^/]+(?:/[^/]+)*?", "PATH": ".*", "BASE_PATH": ".+"}
# The shape of a platform that isn't known: any part of the path may be a token.
FREE_SHAPE = ["https://HOST/PATH"]

# Each of these would end the URL, or mean something else, in the line of requirements.txt.
BREAKS_THE_LINE = re.compile(r"[\s\"'`#?\\<>{}$|^]")


def judge_platform(answers: dict) -> Iterator[Problem]:
    """The platform is one of the choices: a replay file may hold anything."""
    if platform_of(answers) is None:
        choices = ", ".join(answers["_platforms"])
        yield Problem(("private_index",), "isn't one of the choices", choices, answers["private_index"])


def platform_of(answers: dict) -> dict | None:
    """Return the row of the table for the platform that was answered, None if there is no such row."""
    return answers["_platforms"].get(answers["private_index"])


def judge_index_url(answers: dict) -> Iterator[Problem]:
    """The index has a safe URL of its platform's shape."""
    platform, url = platform_of(answers), answers["index_url"]
    if not platform or not platform["source"]:
        return
    wrong = fault_of_index_url(url, platform["urls"])
    if wrong:
        right = f"{' or '.join(platform['urls'])} (with your own for the words in capitals)"
        yield Problem(("index_url",), wrong, right, url, holds_secret=may_hide_a_secret(url))


def fault_of_index_url(url: str, shapes: list[str]) -> str:
    """Return what is wrong with the URL of an index, or "" if it has one of the shapes."""
    if len(url) > 500:
        return f"has {len(url)} characters, and 500 are enough for a URL"
    if BREAKS_THE_LINE.search(url) or not url.isascii() or not url.isprintable():
        return "holds white space, a quote, #, ?, a bracket or another character that breaks the line in requirements.txt"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "isn't a URL"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCALHOST):
        return "doesn't begin with https:// (pip ignores http:// without failing, but for localhost)"
    words = {word for shape in shapes for word in PLACEHOLDER.findall(shape)}
    unfilled = sorted(words & set(PLACEHOLDER.findall(url)))
    if unfilled:
        return f"still holds {', '.join(unfilled)}"
    if host not in LOCALHOST and not ("." in host and HOST_NAME.fullmatch(host)):
        return "has no host that VIKTOR's server could find, such as pypi.example.com"
    if not any(shape_pattern(shape).fullmatch(url) for shape in shapes):
        return "doesn't have the shape of this platform's URLs"
    if shapes == FREE_SHAPE and is_no_part_of_a_path(url):
        return "has a part that looks like a token, and pip prints the path of a URL in every run"
    return ""


def shape_pattern(shape: str) -> re.Pattern[str]:
    """Return the pattern of the URLs that a shape of the table stands for; a slash at the end is free."""
    parts = re.split(r"([A-Z][A-Z_]+)", shape.rstrip("/"))
    pattern = "".join(
        MEANINGS.get(part, "[^/]+") if PLACEHOLDER.fullmatch(part) else re.escape(part) for part in parts
    )
    return re.compile(pattern.replace("https://", "https?://", 1) + "/?")


def judge_only_source(answers: dict) -> Iterator[Problem]:
    """An index that everything comes from can serve PyPI's packages too."""
    platform = platform_of(answers)
    if not platform or platform["source"] != "index" or not answers["index_serves_pypi"]:
        return
    if not platform["serves_pypi"]:
        wrong = f"{platform['name']} doesn't serve PyPI's packages, so nothing else could be installed"
        yield Problem(("index_serves_pypi",), wrong, "no", "yes")


def judge_user(answers: dict) -> Iterator[Problem]:
    """There is a user name where the platform wants one, and no token in its place."""
    platform, user = platform_of(answers), answers["index_user"]
    if not platform or not platform["source"]:
        return
    if platform["secret_as"] == "password" and not user.strip():
        wrong = f"is empty, and {platform['name']} wants a user name"
        yield Problem(("index_user",), wrong, f"the name that goes with {platform['token']}")
    elif platform["secret_as"] == "user" and may_hide_a_secret(user):
        wrong = f"looks like a token, which takes the place of the user name on {platform['name']}"
        right = "nothing; the token is set later, in the variable"
        yield Problem(("index_user",), wrong, right, holds_secret=True)
