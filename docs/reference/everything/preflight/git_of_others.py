"""Git as it works for others: with the ways in that this machine has, without what leads it to other places.

The developer's proxies, certificates, ssh and credential helpers are needed to get to a server at all. A rule
such as `url.file:///mirror/.insteadOf` is not: it answers for a server that was never asked.
"""

from __future__ import annotations

import os
from pathlib import Path

from preflight.git import INDEX_OF_A_COMMIT
from preflight.programs import Finished, run
from preflight.submodule_url import read_git_url

# What of Git's settings is a way in (git-config), as their names begin.
WAYS_IN = ("credential.", "http.", "core.sshcommand", "ssh.", "protocol.", "core.gitproxy")
INSTEAD_OF = ".insteadof"

# Variables that hold settings too: Git has listed these settings with the others.
OTHER_SETTINGS = (
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CONFIG_PARAMETERS",
    INDEX_OF_A_COMMIT,
)

# After so many seconds a server that sends nothing is given up; after LIMIT any is.
SILENCE = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "20"}
LIMIT = 60


def environment_of_others(folder: Path, *, by_other_transports: bool = True) -> dict[str, str]:
    """Return the variables for Git as others have it; `folder` is the app's.

    `by_other_transports` keeps what leads to the same server by ssh in the place of https, or the other way.
    The settings go by variables, and none into a file: among them may be the login that CI gives to Git.
    """
    answer = run("git", "config", "--list", "-z", folder=folder)
    settings = [line.partition("\n")[::2] for line in answer.output.split("\0") if line]
    kept = [
        (name, value)
        for name, value in settings
        if name.startswith(WAYS_IN) or (by_other_transports and is_other_transport(name, value))
    ]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(OTHER_SETTINGS)}
    variables |= {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(kept)),
    }
    for number, (name, value) in enumerate(kept):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables | SILENCE


def is_other_transport(name: str, value: str) -> bool:
    """Tell whether a setting of Git's leads to the same server by another transport.

    CI reads over https what developers read over ssh.
    """
    if not (name.startswith("url.") and name.endswith(INSTEAD_OF)):
        return False
    return is_same_server(name.removeprefix("url.").removesuffix(INSTEAD_OF), value)


def is_same_server(one: str, other: str) -> bool:
    """Tell whether two beginnings of URLs lead to one server, as ssh.github.com and github.com do."""
    hosts = [host_of(beginning) for beginning in (one, other)]
    return all(hosts) and (f".{hosts[0]}".endswith(f".{hosts[1]}") or f".{hosts[1]}".endswith(f".{hosts[0]}"))


def host_of(beginning: str) -> str:
    """Return the host of the beginning of a URL, "" if it names none."""
    try:
        return read_git_url(f"{beginning}x").host
    except ValueError:
        return ""


def git_of_others(*words: str | Path, folder: Path, environment: dict[str, str]) -> Finished:
    """Run Git in a folder as others have it."""
    return run("git", *words, folder=folder, environment=environment, limit=LIMIT)
