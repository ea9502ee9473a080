"""Where private packages come from: what the answer `index_url` says, in pip's own words."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from preflight.urls import HIDDEN_LOGIN, VARIABLE, read_url

from making.hosts import ANY_GIT_HOST, ANY_INDEX, Host, address_of, host_of
from making.settings import SECRET, Answers, words_of

EXTRA_INDEX, ONLY_INDEX = "--extra-index-url", "--index-url"
# pip's options for an index, as hosts' pages show them.
OPTIONS = {EXTRA_INDEX: EXTRA_INDEX, ONLY_INDEX: ONLY_INDEX, "-i": ONLY_INDEX}


class NoUrlError(ValueError):
    """Why an answer is no URL, nor an option of pip's with one."""


class Source(NamedTuple):
    """An index, or a group of repositories on a Git host.

    `option` is pip's, "" for Git; `address` the URL without a login; `login` stands before the host as in
    requirements.txt, "" for none; `typed_login` is what was typed there, None if nothing was.
    """

    host: Host
    option: str
    address: str
    login: str
    typed_login: str | None = None

    @property
    def is_git(self) -> bool:
        """Whether packages come straight from their repositories."""
        return not self.option

    @property
    def is_only_index(self) -> bool:
        """Whether everything comes from this index, PyPI's packages too."""
        return self.option == ONLY_INDEX

    @property
    def url(self) -> str:
        """The URL as it stands in requirements.txt."""
        return self.address.replace("://", f"://{self.login}@", 1) if self.login else self.address

    @property
    def user(self) -> str:
        """The user name, "" if there is none, or if it is in a variable."""
        user = self.login.rpartition(":")[0]
        return "" if VARIABLE.fullmatch(user) else unquote(user)

    @property
    def user_variable(self) -> str:
        """The variable that holds the user name, "" if none does."""
        return next(iter(VARIABLE.findall(self.login.rpartition(":")[0])), "")

    @property
    def secret(self) -> str:
        """The variable that holds the secret, "" without a login."""
        return next(iter(VARIABLE.findall(self.login.rpartition(":")[2])), "")

    @property
    def secret_is_user(self) -> bool:
        """Whether the secret takes the place of the user name."""
        return bool(self.login) and ":" not in self.login

    def line(self, word: str) -> str:
        """Return the line of requirements.txt for a package of the answer: `name==version`, or `name@ref` from Git."""
        if not self.is_git:
            return word
        name, _, ref = word.partition("@")
        return f"{name} @ git+{self.url}/{self.host.repository.replace('NAME', name)}@{ref}"


def read_source(answers: Answers, hosts: dict[str, Host]) -> Source | None:
    """Return where the packages come from, None if from nowhere.

    Raises NoUrlError for what can't be taken apart; what could, needn't be right.
    """
    words = words_of(answers["index_url"])
    if not words:
        return None
    option, address, login = take_apart(words)
    place = address.partition("://")[2]
    is_from_git = not option and all("@" in word for word in words_of(answers["private_packages"]) or [""])
    host = host_of(place, hosts) or hosts[ANY_GIT_HOST if is_from_git else ANY_INDEX]
    if host.git:
        address = address_of(address, host)
    filled = host.login.replace("SECRET", SECRET) if login is None else with_secret(login)
    return Source(host, "" if host.git else option or EXTRA_INDEX, address, filled, login)


def take_apart(words: list[str]) -> tuple[str, str, str | None]:
    """Return pip's option or "", the URL without its login, and the login or None. Raises NoUrlError."""
    option, is_joined, value = words[0].partition("=")
    if option in OPTIONS and is_joined:
        words = [option, value, *words[1:]]
    *options, text = words
    if len(words) > 2 or not OPTIONS.keys() >= set(options):
        raise NoUrlError("is more than a URL, or than --index-url or --extra-index-url with one")
    text = text.strip("\"'")
    try:
        url = read_url(text)
    except ValueError:
        raise NoUrlError("isn't a URL that begins with https://") from None
    is_given = "@" in urlsplit(text).netloc
    return OPTIONS[options[0]] if options else "", url.without_login, url.login if is_given else None


def with_secret(login: str) -> str:
    """Return a login that was typed as it goes into requirements.txt: percent-encoded, with the secret's variable."""
    if not login or HIDDEN_LOGIN.fullmatch(login):
        user, colon, secret = login.rpartition(":")
        return login if VARIABLE.fullmatch(user) else f"{encoded(user)}{colon}{secret}"
    user = login.partition(":")[0]
    return f"{encoded(user)}:{SECRET}"


def encoded(user: str) -> str:
    """A user name, percent-encoded or not, as it stands in a URL."""
    return quote(unquote(user), safe="")
