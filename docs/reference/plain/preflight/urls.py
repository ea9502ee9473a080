"""What a URL in requirements.txt is made of, and how it is shown without its login."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

LOCALHOST = ("localhost", "127.0.0.1", "::1")

# What pip fills in (pip's documentation, "Requirements file format").
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
# The logins in which pip hides the secret: USER:${NAME}, ${USER}:${NAME}, ${NAME}, :${NAME}.
HIDDEN_LOGIN = re.compile(rf"({VARIABLE.pattern}|[^:$]*):{VARIABLE.pattern}|{VARIABLE.pattern}")


class Url(NamedTuple):
    """A URL, taken apart; `login` is what stands before the host, as it is written."""

    scheme: str
    login: str
    host: str
    rest: str

    @property
    def is_local(self) -> bool:
        """Whether it leads to this machine."""
        return self.host.rpartition(":")[0].strip("[]") in LOCALHOST or self.host in LOCALHOST

    @property
    def hides_login(self) -> bool:
        """Whether the login is one that pip fills in and hides."""
        return bool(HIDDEN_LOGIN.fullmatch(self.login))

    @property
    def without_login(self) -> str:
        """The URL as it can be shown and given to a program."""
        return f"{self.scheme}://{self.host}{self.rest}"


def read_url(text: str) -> Url:
    """Take a URL apart. Raises ValueError if it is none, or if no number stands in the place of its port."""
    parts = urlsplit(text)
    login, _, host = parts.netloc.rpartition("@")
    if parts.port is not None and not host:
        raise ValueError("no host")
    if not parts.scheme or not host:
        raise ValueError("no scheme or no host")
    return Url(parts.scheme, login, host, text.partition(parts.netloc)[2])
