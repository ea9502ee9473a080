"""The rules about where private packages come from: the answer `index_url`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.secret_names import fault_of_secret_name
from preflight.submodule_url import HOST_NAME
from preflight.urls import HIDDEN_LOGIN, VARIABLE, read_url

from making.comparison import made_to_compare
from making.credentials import CUT_SHORT, may_hold_login
from making.guesses import is_no_name, is_no_part_of_a_path, may_hide_a_secret
from making.hosts import PLACEHOLDER, shape_pattern
from making.problem import Problem
from making.reading import Reading
from making.settings import SECRET, Answers
from making.source import NoUrlError, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTION = ("index_url",)
LONGEST = 500

# Each of these would end the URL, or mean something else, in the line of requirements.txt.
BREAKS_THE_LINE = re.compile(r"[\s\"'`#?\\<>{}$|^]")
# What a host's page leaves to its reader to fill in.
LEFT_OPEN = re.compile("<[^<>]*>")

# A variable as people write it, whether pip fills it in or not.
VARIABLE_OF_A_SHELL = re.compile(r"\$\{\w+\}")

FORMS = f"https://HOST/PATH, with USER@ or USER:{SECRET}@ before the host where it wants a login"


def judge_index_url(answers: Answers) -> Iterator[Problem]:
    """The answer is the URL of an index, or of a group on a Git host, of its host's shape."""
    try:
        source = Reading(answers).source
    except NoUrlError as error:
        yield problem(str(error), FORMS, answers)
        return
    if source:
        wrong = next(filter(None, (rule(source) for rule in RULES_OF_THE_ADDRESS)), "")
        if wrong:
            yield problem(wrong, right_shapes(source), answers)


def problem(wrong: str, right: str, answers: Answers) -> Problem:
    """Return the problem with the answer, which is not shown if it may hide a secret."""
    answer = answers["index_url"]
    return Problem(QUESTION, wrong, right, answer, holds_secret=may_hide_a_secret(answer))


def right_shapes(source: Source) -> str:
    """The shapes of the host's URLs, in words."""
    return f"{' or '.join(source.host.urls)} (with your own for the words in capitals)"


def fault_of_length(source: Source) -> str:
    """Return what is wrong with the length of the URL, or ""."""
    length = len(source.url)
    return f"has {length} characters, and {LONGEST} are enough for a URL" if length > LONGEST else ""


def fault_of_characters(source: Source) -> str:
    """Return what is wrong with the characters of the URL, or ""."""
    if left_open := LEFT_OPEN.search(source.address):
        return f"still holds {left_open[0]}"
    if (
        BREAKS_THE_LINE.search(source.address)
        or not source.address.isascii()
        or not source.address.isprintable()
    ):
        return "holds a quote, #, ?, a bracket or another character that breaks the line in requirements.txt"
    return ""


def fault_of_scheme(source: Source) -> str:
    """Return what is wrong with the scheme of the URL, or ""."""
    url = read_url(source.address)
    if url.scheme == "https" or (url.scheme == "http" and url.is_local):
        return ""
    return "doesn't begin with https:// (pip ignores http:// without failing, but for localhost)"


def fault_of_placeholders(source: Source) -> str:
    """Return which words of the host's shapes still stand in the URL, or ""."""
    words = {word for shape in source.host.urls for word in PLACEHOLDER.findall(shape)}
    unfilled = sorted(words & set(PLACEHOLDER.findall(source.address)))
    return f"still holds {', '.join(unfilled)}" if unfilled else ""


def fault_of_host_name(source: Source) -> str:
    """Return what is wrong with the host of the URL, or ""."""
    url = read_url(source.address)
    name = url.host.partition(":")[0]
    if url.is_local or ("." in name and HOST_NAME.fullmatch(name)):
        return ""
    return "has no host that VIKTOR's server could find, such as pypi.example.com"


def fault_of_shape(source: Source) -> str:
    """Return that the URL doesn't have the shape of its host's, or ""."""
    if any(shape_pattern(shape).fullmatch(source.address) for shape in source.host.urls):
        return ""
    return f"doesn't have the shape that URLs of {source.host.name} have"


def fault_of_path(source: Source) -> str:
    """Return that a part of the path may be a token, on a host of which no more is known, or ""."""
    if source.host.recognised_by or not is_no_part_of_a_path(source.address):
        return ""
    return "has a part that looks like a token, and pip prints the path of a URL in every run"


RULES_OF_THE_ADDRESS = (
    fault_of_length,
    fault_of_characters,
    fault_of_scheme,
    fault_of_placeholders,
    fault_of_host_name,
    fault_of_shape,
    fault_of_path,
)


def judge_login(answers: Answers) -> Iterator[Problem]:
    """What stands before the host is a login that pip can send, and hides; its secret is a variable."""
    source = readable_source(answers)
    if not source:
        return
    host, login = source.host, source.typed_login
    if login is None and host.wants_user:
        with_user = source.address.replace("://", "://USER@", 1)
        without = source.address.replace("://", "://@", 1)
        wrong = f"names no user, and {host.name} wants one with its token"
        right = f"{with_user}, with {host.token}; or {without} if no login is needed"
        yield problem(wrong, right, answers)
    elif login and (left_open := LEFT_OPEN.search(login)):
        wrong = f"still holds {left_open[0]}"
        yield Problem(QUESTION, wrong, f"{SECRET} in the place of the secret", answers["index_url"])
    elif login and "${" in login and not HIDDEN_LOGIN.fullmatch(login):
        wrong = "names a variable that pip doesn't fill in"
        yield problem(wrong, f"capital letters, digits and underscores, such as {SECRET}", answers)
    elif login in ("USER", f"USER:{SECRET}"):
        yield problem("still holds USER", f"the user name that goes with {host.token}", answers)


def leaks_login_to_index(answers: Answers) -> bool:
    """Tell whether the answer `index_url` holds more before its host than a user name and variables."""
    try:
        source = Reading(answers).source
    except NoUrlError:
        # What is typed wrong is no URL, but may hold a login.
        return "@" in answers["index_url"] or may_hold_login(answers["index_url"])
    if CUT_SHORT.search(answers["index_url"]):
        return True
    if not source or not source.typed_login or HIDDEN_LOGIN.fullmatch(source.typed_login):
        return False
    user, has_password, password = source.typed_login.partition(":")
    if has_password:
        return not (LEFT_OPEN.fullmatch(password) or VARIABLE_OF_A_SHELL.fullmatch(password))
    return not LEFT_OPEN.fullmatch(user) and (source.host.secret_is_user or is_no_name(user))


def readable_source(answers: Answers) -> Source | None:
    """Return where the packages come from, None where the answer says nothing or is no URL."""
    try:
        return Reading(answers).source
    except NoUrlError:
        return None


def judge_user_name(answers: Answers) -> Iterator[Problem]:
    """The user name is one that pip can send."""
    source = readable_source(answers)
    if source and not (source.user.isascii() and source.user.isprintable()):
        wrong = "has a user name that can't be sent: it holds a letter that isn't ASCII, or an invisible one"
        yield problem(wrong, "another user of that host, such as robot", answers)


def judge_secret_names(answers: Answers) -> Iterator[Problem]:
    """Each variable of the login has a name that is free.

    An app that was once made with another name is not refused its updates.
    """
    source = readable_source(answers)
    if not source or made_to_compare(answers):
        return
    for name in VARIABLE.findall(source.login):
        if fault := fault_of_secret_name(name):
            yield Problem(
                QUESTION, f"names the variable {name}, which {fault}", "another, such as ACME_TOKEN"
            )


def judge_only_source(answers: Answers) -> Iterator[Problem]:
    """What pip's option says can be: an index that everything comes from serves PyPI's packages too."""
    source = readable_source(answers)
    if not source:
        return
    if source.host.git and answers["index_url"].split()[0].startswith("-"):
        wrong = f"gives an option of pip's for an index, and {source.host.name} has none: its packages come from Git"
        yield Problem(QUESTION, wrong, "the URL alone, and packages as name@ref", answers["index_url"])
    elif source.is_only_index and not source.host.serves_pypi:
        wrong = f"{source.host.name} doesn't serve PyPI's packages, so nothing else could be installed"
        yield problem(wrong, "the URL alone, or --extra-index-url with it", answers)
