"""What the answers mean, read in one place: the app's files, and the rules and steps of the hooks, are made of it."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import urlsplit

from preflight.names import normalized
from preflight.secret_names import PROPOSED
from preflight.submodule_url import Submodule, read_git_url, read_submodule

from making.hosts import ANY_GIT_HOST, Host, read_hosts
from making.settings import Answers, read_questions, words_of
from making.source import Source, read_source


class Reading:
    """The answers, read; they needn't be right: the first hook sees to that."""

    def __init__(self, answers: Answers) -> None:
        """Take cookiecutter's context."""
        self.answers = answers

    @cached_property
    def hosts(self) -> dict[str, Host]:
        """The table of hosts. The first row that recognises a URL counts, and hooks get the rows sorted by their keys."""
        return read_hosts(read_questions()["_hosts"] | self.answers["_hosts"])

    @cached_property
    def source(self) -> Source | None:
        """Where the private packages come from. Raises NoUrlError if that is no URL."""
        return read_source(self.answers, self.hosts)

    @property
    def secret(self) -> str:
        """The variable that holds their secret, or would if they wanted one."""
        return (self.source and self.source.secret) or PROPOSED

    @property
    def packages(self) -> list[str]:
        """The private packages as they were typed, `name==version` or `name@ref`."""
        return words_of(self.answers["private_packages"])

    @property
    def package_names(self) -> list[str]:
        """Their names, as PEP 503 compares them."""
        return [normalized(name_of(package)) for package in self.packages]

    @cached_property
    def submodules(self) -> list[Submodule]:
        """The submodules, each word of the answer taken apart."""
        return [read_submodule(word) for word in words_of(self.answers["submodules"])]

    @cached_property
    def git_hosts(self) -> dict[str, Host]:
        """The rows of the table for Git hosts by the name that https reaches them by, "" for any other."""
        return {host.web: host for host in self.hosts.values() if host.git}

    @property
    def ssh_hosts(self) -> dict[str, str]:
        """The names that only ssh goes to, and those that https reaches the same repositories by."""
        return {name: web for web, host in self.git_hosts.items() for name in host.by_ssh}

    @cached_property
    def submodule_hosts(self) -> list[str]:
        """The hosts of the submodules as https reaches them, with a port that isn't https's own, each once."""
        return list(dict.fromkeys(self.web_host(submodule.url) for submodule in self.submodules))

    def web_host(self, url: str) -> str:
        """Return the host of a repository's URL as https reaches it: the port of ssh is not https's."""
        parts = read_git_url(url)
        if parts.scheme in ("http", "https"):
            return urlsplit(url).netloc.rpartition("@")[2]
        return self.ssh_hosts.get(parts.host, parts.host)

    def git_user(self, web: str) -> str:
        """The user name that a bot gives with its token on a Git host; most take any."""
        return self.git_hosts.get(web, self.hosts[ANY_GIT_HOST]).user or "token"


def name_of(package: str) -> str:
    """The name that a package of the answer begins with."""
    return re.split(r"[^A-Za-z0-9._-]", package, maxsplit=1)[0]
