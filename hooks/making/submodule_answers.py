"""The rules about the submodules: each has a URL that is safe to clone, and a folder of its own on every system."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.submodule_url import (
    GIT_REF,
    SHAPES,
    Submodule,
    fault_of_submodule,
    fault_of_url,
    read_git_url,
    read_submodule,
)

from making.credentials import may_hold_login
from making.guesses import is_no_name
from making.problem import Problem
from making.settings import Answers, wants_repository, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTION = ("submodules",)

# A version where pip would have it, as in `https://HOST/beams.git@v1.2`; no login stands before it. A pattern, because
# for Git this is a part of the path.
REF_AFTER_AT = re.compile(
    r"(?P<url>[^@]*://[^@:]*(:\d+[^@:]*)?\.git|git@[^@]*\.git)@(?P<ref>[\w./-]+)", re.ASCII
)

# ssh's user name alone is no credential.
SSH_LOGIN = re.compile(r"([\w.-]*=)?(ssh://[\w.-]+@|git@|[\w.-]+@(?=[^/@:]+:))[^@]*", re.ASCII)


def judge_repository(answers: Answers) -> Iterator[Problem]:
    """There is a Git repository for the submodules."""
    if words_of(answers["submodules"]) and not wants_repository(answers):
        wrong = "submodules need a Git repository, and __git_init=no asks for none"
        right = "no submodule, or the command without __git_init=no"
        yield Problem(QUESTION, wrong, right, answers["submodules"])


def judge_submodules(answers: Answers) -> Iterator[Problem]:
    """Each submodule has a URL that is safe to clone and a folder of its own on every system."""
    folders: dict[str, str] = {}
    for word in words_of(answers["submodules"]):
        submodule = read_submodule(word)
        if wrong := fault_of_url(submodule.url):
            yield Problem(QUESTION, wrong, SHAPES, word)
        elif user := user_shown_by_host(submodule.url):
            wrong = f"holds the user name {user}, which your colleagues and CI don't have"
            yield Problem(QUESTION, wrong, f"leave out {user}@: {word.replace(f'{user}@', '', 1)}", word)
        elif ref := REF_AFTER_AT.fullmatch(submodule.url):
            wrong = "has a version behind an @, as pip writes it"
            yield Problem(QUESTION, wrong, f"write #{ref['ref']}: {ref['url']}#{ref['ref']}", word)
        elif fault := fault_of_submodule(word):
            yield Problem(QUESTION, fault.wrong, fault.right, word)
        else:
            yield from judge_folder(submodule, word, folders)


def user_shown_by_host(url: str) -> str:
    """Return the user name in a URL to clone as Azure Repos and Bitbucket show it, "" where it may be a secret.

    Azure writes the organisation (`https://ORG@dev.azure.com/ORG/…`), Bitbucket whoever looks at the page.
    """
    try:
        parts = read_git_url(url)
    except ValueError:
        return ""
    if parts.scheme != "https" or parts.password:
        return ""
    is_organisation = parts.host == "dev.azure.com" and parts.path.startswith(f"/{parts.user}/")
    is_reader = parts.host == "bitbucket.org" and not is_no_name(parts.user)
    return parts.user if is_organisation or is_reader else ""


def leaks_login_to_git(word: str) -> bool:
    """Tell whether a submodule's word holds a user name or password, but for the user name of ssh."""
    url = word.partition("#")[0]
    if "@" in url:
        return not (
            SSH_LOGIN.fullmatch(url)
            or REF_AFTER_AT.fullmatch(url)
            or user_shown_by_host(read_submodule(url).url)
        )
    submodule = read_submodule(word)
    if "@" in word and (fault_of_url(submodule.url) or not GIT_REF.fullmatch(submodule.ref)):
        return True
    return may_hold_login(word)


def judge_folder(submodule: Submodule, word: str, folders: dict[str, str]) -> Iterator[Problem]:
    """No other submodule goes into the same folder; `folders` are those before it, with the words that name them."""
    other = folders.setdefault(submodule.name.casefold(), word)
    if other is not word:
        wrong = f"would go into the same folder ({submodule.name}) as {other}"
        ref = f"#{submodule.ref}" if submodule.ref else ""
        right = f"a name before it, such as {submodule.name}-2={submodule.url}{ref}"
        yield Problem(QUESTION, wrong, right, word)
