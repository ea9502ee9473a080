"""The grammar of a submodule: of an answer's word `URL`, `URL#ref` or `name=URL#ref`, and of the URL in it.

The template reads it too, for its questions and for the app's files: standard library only.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from preflight.names import WINDOWS_DEVICE
from preflight.urls import LOCALHOST

SUBMODULES = "app/submodules"

# What a URL may hold (RFC 3986), without what a shell or a file takes for something else.
URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/@%+=,\[\]-]+")
# A control character, percent-encoded: Git's credential helpers were led astray by them (CVE-2020-5260).
ENCODED_CONTROL = re.compile(r"%[01]|%7f", re.IGNORECASE)
HOST_NAME = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
FOLDER_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,58}[A-Za-z0-9_-])?")
# What `git check-ref-format --branch` takes, less what a shell takes for something else.
GIT_REF = re.compile(r"(?!HEAD$|.*(\.\.|//|/\.|\.lock(/|$)))[A-Za-z0-9_][A-Za-z0-9._/+@-]*(?<![./])")

SHAPES = "https://HOST/PATH.git, ssh://git@HOST/PATH.git or git@HOST:PATH.git"


class Submodule(NamedTuple):
    """A package to add: its folder's name in app/submodules/, its URL, and a branch, tag or commit or ""."""

    name: str
    url: str
    ref: str = ""

    @property
    def path(self) -> str:
        """The submodule's folder as Git writes it, from the app's folder."""
        return f"{SUBMODULES}/{self.name}"


class GitUrl(NamedTuple):
    """The URL of a repository on a server, taken apart; `user` and `password` may be "", and `port` None."""

    scheme: str
    host: str
    path: str
    user: str = ""
    password: str = ""
    port: int | None = None


class Fault(NamedTuple):
    """What is wrong with an answer's word, and what would be right."""

    wrong: str
    right: str


def read_submodule(word: str) -> Submodule:
    """Take an answer's word apart; it needn't be right."""
    before, equals, after = word.partition("=")
    is_named = bool(equals) and not any(mark in before for mark in ":/@")
    url, _, ref = (after if is_named else word).partition("#")
    return Submodule(before if is_named else folder_of(url), url, ref)


def folder_of(url: str) -> str:
    """The name of the folder into which Git clones a URL."""
    return url.rstrip("/").replace(":", "/").rpartition("/")[2].removesuffix(".git")


def read_git_url(url: str) -> GitUrl:
    """Take a URL apart, `git@HOST:PATH` too. Raises ValueError if it is none of a repository on a server."""
    if "://" not in url:
        return read_scp_like_url(url)
    parts = urlsplit(url)
    if not url.startswith(f"{parts.scheme}://"):
        raise ValueError("Git takes a scheme in lower case only")
    user, password = parts.username or "", parts.password or ""
    if not parts.hostname or not parts.path.strip("/") or user.startswith("-") or "@" in user:
        raise ValueError("no host, no path, or no user name")
    return GitUrl(parts.scheme, parts.hostname, parts.path, user, password, parts.port)


def read_scp_like_url(url: str) -> GitUrl:
    """Take `user@HOST:PATH` apart, which means ssh (git-clone, "GIT URLS"). Raises ValueError if it isn't."""
    place, _, path = url.partition(":")
    user, _, host = place.partition("@")
    if (
        not (user and host and path)
        or "/" in place
        or user.startswith("-")
        or path.startswith("-")
        or ":" in path
    ):
        raise ValueError("not user@HOST:PATH")
    return GitUrl("ssh", host, path, user)


def holds_login(url: str) -> bool:
    """Tell whether a URL holds a password or a token, or may: then it is not shown, and given to no program.

    A user name alone is none: Git hosts show URLs such as `https://ORG@dev.azure.com/…` to copy.
    """
    from preflight.tokens import find_token  # the shapes of all tokens cost time, and few URLs get this far

    try:
        parts = read_git_url(url)
    except ValueError:
        return "://" in url and "@" in url
    return bool(parts.password or find_token(url))


def without_login(url: str) -> str:
    """Return a URL without what stands before its host; the user name of ssh belongs to the address."""
    scheme, mark, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    if not mark or scheme == "ssh":
        return url
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def fault_of_url(url: str) -> str:
    """Return what is wrong with the URL of a repository that others are to clone, or ""."""
    if not URL_CHARACTERS.fullmatch(url) or ENCODED_CONTROL.search(url):
        return "holds a character that has no place in a URL"
    try:
        parts = read_git_url(url)
    except ValueError:
        return "isn't the URL of a Git repository on a server"
    is_local = parts.host in LOCALHOST
    if parts.scheme not in ("https", "ssh") and not (parts.scheme in ("http", "git") and is_local):
        return f"goes by {parts.scheme}://, which is not allowed here"
    if not is_local and not HOST_NAME.fullmatch(parts.host):
        return "has no valid host name"
    return ""


def fault_of_submodule(word: str) -> Fault | None:
    """Return what is wrong with `URL`, `URL#ref` or `name=URL#ref` and what would be right, or None."""
    submodule = read_submodule(word)
    if wrong := fault_of_url(submodule.url):
        return Fault(wrong, SHAPES)
    if "#" in word and not GIT_REF.fullmatch(submodule.ref):
        return Fault("names no valid branch, tag or commit after the #", f"{submodule.url}#v1.0")
    if not FOLDER_NAME.fullmatch(submodule.name) or WINDOWS_DEVICE.fullmatch(submodule.name):
        folder = (
            f"the folder {submodule.name!r}, which isn't a legal name under {SUBMODULES}/ on every system"
        )
        example = f"my-package={submodule.url}"
        return Fault(
            f"would go into {folder}",
            f"a name before it (letters, digits, hyphens, underscores, dots), such as {example}",
        )
    return None
