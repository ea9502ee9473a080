"""Finds URLs that hold a password, or a token in the place of the user name. Standard library only.

What is filled in later, such as `${NAME}`, and samples such as `user:password@localhost` are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import urlsplit

from preflight.tokens import Found, is_sample
from preflight.urls import LOCALHOST

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*\Z")
# In JSON a slash may be written `\/`.
SEPARATOR = re.compile(r":(?://|\\/\\/)")
# How long a scheme may be, and a login.
LONGEST_SCHEME, LONGEST_LOGIN = 30, 1000
IN_A_URL = "a URL with a password"
# What ends a URL in a text.
BEHIND_URL = re.compile(r"[\s\"'`<>\\]")

# What stands for a value that is filled in, in the languages of an app's files, and the word for it here.
FILLED_IN = "FILLED_IN"
PLACEHOLDER = re.compile(
    r"\$?\{\{.*?\}\}"  # GitHub's workflows, Jinja
    r"|\$?\{[^{}\n]{0,100}\}"  # pip, the shell, Python
    r"|\$\([^()\n]{1,100}\)"  # Azure's pipelines, the shell
    r"|<[^<>\n]{1,100}>|\[[A-Za-z][A-Za-z _-]*\]|\*{2,}"  # in texts
    # As the whole user name or password: `$NAME`, `$env:NAME`, `%NAME%`, `!NAME!`, `%s`, `%(name)s`, `...`
    r"|(?<=[/:])(?:\$(?:env:)?[A-Za-z_]\w*|%[A-Za-z_]\w*%|![A-Za-z_]\w*!|%(?:\(\w+\))?s|\.{3}|…)(?=[:@])"
)
WORD_IN_CAPITALS = re.compile(r"[A-Z]+(?:[_-][A-Z0-9]+)*")
# The words with which documentation says that a password or a token stands there, and nobody's password.
SAMPLE = re.compile(
    r"(?:(?:my|your|the|some|a|user|db|deploy|access|api|private|personal)[-_]?)*"
    r"(?:password|passwd|passphrase|pass|pwd|secret|token|key|pat|credentials?|changeme|x-oauth-basic|x-auth-token"
    r"|wachtwoord|geheim|passwort|kennwort|placeholder|dummy|example|redacted|masked)"
    r"|x+",
    re.IGNORECASE,
)
# Names at which there never is a server (RFC 2606, RFC 6761), and so no login that anybody can use.
RESERVED = re.compile(
    r"(?:.+\.)?(?:example\.(?:com|net|org)|example|test|invalid|localhost)\.?", re.IGNORECASE
)
# The name of a server, where a slash in the password has cut its URL in pieces.
SERVER = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?![\w.-])|localhost(?!\w)|\d+(?:\.\d+){3}|\[")


# A login as a file `.netrc` has it (curl, "netrc"): its words may stand on one line, or on several.
NETRC = re.compile(r"\b(?:machine\s+(\S+)|default)\s+login\s+(\S+)\s+password\s+(\S+)")


class Login(NamedTuple):
    """What stands before the host of a URL, and the host."""

    user: str
    password: str
    host: str


def find_password(text: str) -> bool:
    """Tell whether a URL with a password, or with a token as the user name, stands in a text."""
    return next(passwords_in(text), None) is not None


def passwords_in(text: str) -> Iterator[Found]:
    """Yield the URLs in a text that hold a password, or a token as the user name."""
    for start, _ in logins_in(text):
        yield Found(IN_A_URL, start)


def usable_passwords_in(text: str) -> Iterator[Found]:
    """Yield the same, and passwords as in `.netrc`; not those of examples and local services."""
    for start, login in logins_in(text):
        if not is_example(login):
            yield Found(IN_A_URL, start)
    for start, login in netrc_logins_in(text):
        if not is_example(login):
            yield Found("a login as in .netrc", start)


def netrc_logins_in(text: str) -> Iterator[tuple[int, Login]]:
    """Yield where a login begins as a file `.netrc` has it, with what it is."""
    if "password" not in text or "login" not in text:
        return
    for match in NETRC.finditer(text):
        host, user, password = match.groups()
        login = secret_login("https", f"{user}:{password}@{host or 'any-server'}")
        if login:
            yield match.start(), login


def is_example(login: Login) -> bool:
    """Tell whether a login is for no server, or that of a service as its container comes.

    Such a service has a name without a dot, and its user's name as the password, or its own:
    `postgres:postgres@db`, `:redis@redis`.
    """
    is_service = "." not in login.host and ":" not in login.host
    return bool(
        RESERVED.fullmatch(login.host)
        or (is_service and login.password and login.password in (login.user, login.host))
    )


def logins_in(text: str) -> Iterator[tuple[int, Login]]:
    """Yield where a URL begins that holds a password, or a token as the user name, with its login."""
    separators = list(SEPARATOR.finditer(text))
    for separator, following in zip_longest(separators, separators[1:]):
        start, end = separator.span()
        last = following.start() if following else len(text)
        rest = text[end : min(last, end + LONGEST_LOGIN)].partition("\n")[0]
        scheme = SCHEME.search(text[max(0, start - LONGEST_SCHEME) : start])
        if scheme and "@" in rest and (login := secret_login(scheme[0].lower(), rest)):
            yield start - len(scheme[0]), login


def secret_login(scheme: str, rest: str) -> Login | None:
    """Return the login of a URL if it holds a password, or a token as the user name; else None.

    `rest` is what follows the `://` of the URL.
    """
    rest = BEHIND_URL.split(PLACEHOLDER.sub(FILLED_IN, rest), maxsplit=1)[0]
    login = read_login(f"{scheme}://{rest}") if "@" in rest else None
    if not login or login.host in LOCALHOST:
        return None
    if login.password:
        return None if stands_for_another(login.password) or is_digest(login) else login
    # What ssh calls a user is none that is kept secret: AWS's are as long as a token.
    return login if "ssh" not in scheme and is_token(login.user) else None


def read_login(url: str) -> Login | None:
    """Return the login of a URL, None if it has none.

    Where a password holds a slash, `#` or `?`, the host ends there for urllib, which finds no number in the
    place of the port. Then the login is what stands before the last @, if the name of a server follows.
    """
    try:
        parts = urlsplit(url)
        if "@" in parts.netloc:
            return Login(parts.username or "", parts.password or "", parts.hostname or "")
        if parts.port is not None or not parts.netloc.partition(":")[2]:
            return None
    except ValueError:
        pass
    before, _, behind = url.partition("://")[2].rpartition("@")
    user, colon, password = before.partition(":")
    server = SERVER.match(behind)
    return Login(user, password, server[0]) if colon and server else None


def stands_for_another(password: str) -> bool:
    """Tell whether what stands in the place of a password only stands for it, or is part of a pattern."""
    word = re.split("[/?#]", password)[0]
    is_short = len(password) < 4  # nobody's password: `u:p@host` in a test
    is_word = WORD_IN_CAPITALS.fullmatch(word) or SAMPLE.fullmatch(word) or word == "port"
    return bool(is_short or is_word or FILLED_IN in password or "[^" in password)


def is_digest(login: Login) -> bool:
    """Tell whether this is an image of a container with its tag and hash: `docker://alpine:3.20@sha256:...`."""
    return login.host == "sha256"


def is_token(user: str) -> bool:
    """Tell whether a user name is a token: 20 letters and digits or more, and no name."""
    is_long = re.fullmatch(r"[\w-]{20,}", user, re.ASCII) and re.search(r"\d", user)
    return bool(is_long) and not is_sample(user)
