"""The hosts of packages, each a row of the table `_hosts` in cookiecutter.json, and which of them a URL belongs to."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

# The rows for a host that no other row recognises.
ANY_INDEX, ANY_GIT_HOST = "other", "git"

# The word that stands for a part of a URL in a shape, such as PROJECT_ID.
PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z_]+(?![A-Za-z0-9_])")
# What some of these words stand for; the others stand for one part between slashes. HOST may be followed by a folder,
# as behind a reverse proxy, and a group may hold groups.
MEANINGS = {"HOST": "[^/]+(?:/[^/]+)*?", "PATH": ".*", "BASE_PATH": ".+", "GROUP": ".+"}


class Host(NamedTuple):
    """A row of the table.

    `recognised_by` are patterns (fnmatch) of HOST/PATH, `urls` the shapes of its URLs. `login` is written as pip wants
    it, with USER where the user must name one, and SECRET where the variable goes; "" for none. `by_ssh` are the
    names of a Git host that only ssh goes to, `repository` is where one stands below its group.
    """

    name: str
    recognised_by: tuple[str, ...]
    urls: tuple[str, ...]
    login: str
    token: str
    serves_pypi: bool = False
    git: bool = False
    by_ssh: tuple[str, ...] = ()
    repository: str = "NAME.git"

    @property
    def user(self) -> str:
        """The user name that the host wants, "" if it has no standard one."""
        return "" if self.wants_user else self.login.rpartition(":")[0]

    @property
    def wants_user(self) -> bool:
        """Whether a user name must be given."""
        return self.login.startswith("USER:")

    @property
    def secret_is_user(self) -> bool:
        """Whether the secret takes the place of the user name."""
        return self.login == "SECRET"

    @property
    def web(self) -> str:
        """The name that https reaches it by, "" if it has several or none."""
        return self.recognised_by[0].partition("/")[0] if self.recognised_by else ""


def address_of(url: str, host: Host) -> str:
    """Return the URL of a group without what its host writes between the group and a repository."""
    folder, slash, _ = host.repository.rpartition("/")
    return url.rstrip("/").removesuffix(f"{slash}{folder}")


def read_hosts(table: dict[str, dict[str, Any]]) -> dict[str, Host]:
    """The table's rows by their keys."""
    return {key: Host(**{name: frozen(value) for name, value in row.items()}) for key, row in table.items()}


def frozen(value: Any) -> Any:
    """A list as a tuple, and anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def host_of(place: str, hosts: dict[str, Host]) -> Host | None:
    """Return the row that recognises HOST/PATH, the first of several, or None."""
    for host in hosts.values():
        if any(fnmatchcase(place, pattern) for pattern in host.recognised_by):
            return host
    return None


def shape_pattern(shape: str) -> re.Pattern[str]:
    """Return the pattern of the URLs that a shape of the table stands for; a slash at the end is free."""
    parts = re.split(r"([A-Z][A-Z_]+)", shape.rstrip("/"))
    pattern = "".join(
        MEANINGS.get(part, "[^/]+") if PLACEHOLDER.fullmatch(part) else re.escape(part) for part in parts
    )
    return re.compile(pattern.replace("https://", "https?://", 1) + "/?")
