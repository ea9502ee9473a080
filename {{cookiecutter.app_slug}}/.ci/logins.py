{%- if template_module("making.files").is_wanted(".ci/logins.py", cookiecutter) -%}
{%- from "answers.jinja" import read with context -%}
"""Runs a command in which Git logs in to the submodules' hosts: python .ci/logins.py COMMAND ...

Each host has a variable of its own, such as SUBMODULES_TOKEN_GITHUB_COM; where all submodules are on one
host, SUBMODULES_TOKEN will do. It holds TOKEN, USER:TOKEN, or the private key of an ssh deploy key. A host
gets its own and no other: one that only a submodule's own submodules name gets none.

Git is told by variables of the command (git-config, "GIT_CONFIG_COUNT"): nothing stays on this machine.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from variables import how_to_set, value_of

VARIABLE = "SUBMODULES_TOKEN"
# Hosts that only ssh goes to, and those where the same repositories are by https.
SSH_HOSTS = {
{%- for ssh, web in read.ssh_hosts.items() %}
    "{{ ssh }}": "{{ web }}",
{%- endfor %}
}
# The user name that goes with a token, where the host wants a certain one and the variable gives none.
USERS = {
{%- for host, row in read.git_hosts.items() if host and row.user != "token" %}
    "{{ host }}": "{{ row.user }}",
{%- endfor %}
}
# The port of ssh on a Bitbucket of one's own, which has its repositories below /scm by https.
BITBUCKET_PORT = 7999

# What Git asks for a login, as a function of the shell (gitcredentials, "Custom helpers").
PRINT = r"""printf 'username=%s\npassword=%s\n' "$LOGIN_NUMBER_USER" "$LOGIN_NUMBER_TOKEN" """
HELPER = f'!f() ( test "$1" = get && {PRINT}); f'


@dataclass(frozen=True)
class Setting:
    """A setting of Git's."""

    name: str
    value: str


@dataclass(frozen=True)
class Place:
    """Where a repository is: the web server, and the beginnings of its URL as it is written and by https.

    `ssh_host` is the host as ssh knows it, "" where the URL isn't one of ssh's.
    """

    url: str
    server: str
    written: str = ""
    by_https: str = ""
    ssh_host: str = ""

    @property
    def host(self) -> str:
        """The web server's host, with its port if it has one of its own."""
        return urlsplit(self.server).netloc


@dataclass(frozen=True)
class Login:
    """What the variable of a host holds: a user and a token, or a private key."""

    user: str = ""
    token: str = ""
    key: str = ""


def place_of(url: str) -> Place:
    """Return where the repository of a URL is; the short form of ssh is USER@HOST:PATH."""
    if "://" not in url:
        login, _, path = url.partition(":")
        return ssh_place(url, f"{login}:", login.rpartition("@")[2], path, port=None)
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        return Place(url, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    written = f"{parts.scheme}://{parts.netloc}/"
    return ssh_place(url, written, parts.hostname or "", parts.path[1:], parts.port)


def ssh_place(url: str, written: str, ssh_host: str, path: str, port: int | None) -> Place:
    """Return where a repository is that is written with ssh: `written` is its URL up to `path`."""
    host = SSH_HOSTS.get(ssh_host, ssh_host)
    server = f"https://{host}"
    if path.startswith("v3/") and path.count("/") == 3:  # Azure: v3/ORG/PROJECT/REPO
        _, organisation, project, _ = path.split("/")
        written = f"{written}v3/{organisation}/{project}/"
        return Place(url, server, written, f"{server}/{organisation}/{project}/_git/", ssh_host)
    folder = "scm/" if port == BITBUCKET_PORT else ""
    return Place(url, server, written, f"{server}/{folder}", ssh_host)


def submodule_urls() -> list[str]:
    """Return the URLs of .gitmodules, one relative to this repository's as this one's with what follows."""
    words = ["git", "config", "--null", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.url$"]
    listed = subprocess.run(words, stdout=subprocess.PIPE, check=False, encoding="utf-8").stdout.split("\0")
    urls = [item.partition("\n")[2] for item in listed if item]
    return [f"{own_url()}/{url}" if url.startswith(("./", "../")) else url for url in urls]


def own_url() -> str:
    """Return the URL of this repository on its server."""
    words = ["git", "remote", "get-url", "origin"]
    return subprocess.run(words, stdout=subprocess.PIPE, check=False, encoding="utf-8").stdout.strip()


def variable_of(host: str, *, is_only_host: bool) -> str:
    """Return the name of the variable with a host's login: its own, or the common one where that will do."""
    own = f"{VARIABLE}_{re.sub(r'[^A-Z0-9]', '_', host.upper())}"
    return VARIABLE if is_only_host and not value_of(own) else own


def read_login(value: str, host: str) -> Login | None:
    """Return the login that the value of a variable stands for, None for an empty one."""
    if not value:
        return None
    key = decoded(value)
    if key.startswith("-----BEGIN "):
        return Login(key=key)
    user, is_given, token = value.partition(":")
    return Login(user, token) if is_given else Login(USERS.get(host, "token"), value)


def decoded(value: str) -> str:
    """Return a value without base64, if it is in it and is text."""
    try:
        return base64.b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return value


def token_settings(server: str, number: int) -> list[Setting]:
    """Return the settings with which Git logs in to a web server by the variables of the same number.

    The first helper, an empty one, switches off those that stand in the machine's own settings.
    """
    name = f"credential.{server}.helper"
    return [Setting(name, ""), Setting(name, HELPER.replace("NUMBER", str(number)))]


def token_variables(login: Login, number: int) -> dict[str, str]:
    """Return the variables that the helper of this number reads."""
    return {f"LOGIN_{number}_USER": login.user, f"LOGIN_{number}_TOKEN": login.token}


def https_settings(host: str, places: list[Place]) -> list[Setting]:
    """Return the settings with which Git goes to a host by https where a URL is one of ssh's.

    Submodules' own submodules on that host may have its usual spellings.
    """
    rewritten = {f"git@{host}:": f"https://{host}/", f"ssh://git@{host}/": f"https://{host}/"}
    rewritten |= {place.written: place.by_https for place in places if place.written}
    return [Setting(f"url.{https}.insteadOf", written) for written, https in rewritten.items()]


def as_variables(settings: list[Setting]) -> dict[str, str]:
    """Return the variables that give Git these settings, besides those that it gets so already."""
    start = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
    variables = {"GIT_CONFIG_COUNT": str(start + len(settings)), "GIT_TERMINAL_PROMPT": "0"}
    for number, setting in enumerate(settings, start):
        variables |= {f"GIT_CONFIG_KEY_{number}": setting.name, f"GIT_CONFIG_VALUE_{number}": setting.value}
    return variables


def variables_for(places: list[Place], folder: Path) -> dict[str, str]:
    """Return the variables with which Git reads the submodules; keys of ssh are written into `folder`."""
    hosts = list(dict.fromkeys(place.host for place in places))
    settings, variables, ssh = [], {}, []
    for number, host in enumerate(hosts):
        login = read_login(value_of(variable_of(host, is_only_host=len(hosts) == 1)), host)
        here = [place for place in places if place.host == host]
        if login and login.key:
            file = folder / f"key-{number}"
            write_key(file, login.key)
            ssh += [ssh_settings(place.ssh_host, file, folder) for place in here if place.ssh_host]
        elif login:
            variables |= token_variables(login, number)
            for server in dict.fromkeys(place.server for place in here):
                settings += token_settings(server, number)
        if not (login and login.key):
            settings += https_settings(host, here)
    if ssh:
        config = folder / "ssh_config"
        config.write_text("\n".join(dict.fromkeys(ssh)), encoding="utf-8")
        variables["GIT_SSH_COMMAND"] = f"ssh -F '{config.as_posix()}'"
    return variables | as_variables(settings)


def write_key(file: Path, key: str) -> None:
    """Write a private key so that only its owner can read it, which ssh asks for."""
    file.touch(mode=0o600)
    file.write_text(f"{key.strip()}\n", encoding="ascii", newline="\n")


def ssh_settings(host: str, key: Path, folder: Path) -> str:
    """Return what ssh is told of a host: the key, and to trust the server that it meets first in this run."""
    return f"""\
Host {host}
  IdentityFile "{key.as_posix()}"
  IdentitiesOnly yes
  BatchMode yes
  StrictHostKeyChecking accept-new
  UserKnownHostsFile "{(folder / "known_hosts").as_posix()}"
"""


def explain(places: list[Place], variables: dict[str, str]) -> None:
    """Say of each submodule that can't be read which variable is missing or wrong."""
    hosts = {place.host for place in places}
    for place in places:
        words = ["git", "ls-remote", "--quiet", place.url, "HEAD"]
        asked = subprocess.run(words, env=os.environ | variables, capture_output=True, check=False)
        shown, name = without_login(place.url), variable_of(place.host, is_only_host=len(hosts) == 1)
        if asked.returncode and value_of(name):
            print(f"{shown} can't be read with {name}: check its rights, and that it hasn't expired.")
        elif asked.returncode:
            print(f"{shown} can't be read, as {name} isn't set: {how_to_set(name)}.")


def without_login(url: str) -> str:
    """Return a URL without the user and the password that it may hold."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url


def main() -> int:
    """Run the command that was typed, and return its exit code."""
    places = [place_of(url) for url in submodule_urls()] if Path(".gitmodules").is_file() else []
    with TemporaryDirectory() as name:
        variables = variables_for(places, Path(name))
        done = subprocess.run(sys.argv[1:], env=os.environ | variables, check=False)
        if done.returncode:
            explain(places, variables)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
{% endif -%}
