"""Gives Git the logins of packages that come straight from a Git host, without a word of them in an argument.

pip and uv start `git clone https://USER:SECRET@HOST/…`, which everybody on this machine can read. So the
login is cut out of the URL, and Git gets it as a header, by variables (git-config, "GIT_CONFIG_COUNT").
"""

from __future__ import annotations

import os
from base64 import b64encode
from urllib.parse import unquote

from preflight.requirements import Line, Requirements
from preflight.urls import VARIABLE, Url, read_url


def without_git_login(line: Line) -> str:
    """Return the package of a line as it is written, but without the login of a Git host."""
    url = git_url(line)
    return line.requirement.replace(f"{url.login}@", "", 1) if url else line.requirement


def git_url(line: Line) -> Url | None:
    """Return the URL of a package that comes from a Git host by https with a login, else None."""
    if not line.url.startswith(("git+https://", "git+http://")):
        return None
    url = read_url(line.url.removeprefix("git+"))
    return url if url.login else None


def git_variables(told: Requirements, environment: dict[str, str]) -> dict[str, str]:
    """Return the variables with which Git sends the logins that the packages' URLs have, filled in.

    They come on top of the settings that `environment` gives to Git.

    Git's own credential helper is not asked for them: VIKTOR's server has none, and a right login there would
    hide that the secret is wrong.
    """
    settings = {}
    for url in filter(None, map(git_url, told.packages)):
        place = f"{url.scheme}://{url.host}{url.rest.partition('@')[0].partition('#')[0]}"
        login = VARIABLE.sub(lambda name: os.environ.get(name[1], ""), url.login)
        user, _, password = login.partition(":")
        header = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
        settings[f"http.{place}.extraHeader"] = f"Authorization: Basic {header}"
        settings[f"credential.{place}.helper"] = ""
    start = int(environment.get("GIT_CONFIG_COUNT", "0"))
    variables = {"GIT_CONFIG_COUNT": str(start + len(settings))}
    for number, (name, value) in enumerate(settings.items(), start):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
