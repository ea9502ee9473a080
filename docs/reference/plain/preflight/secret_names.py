"""Which names a variable for a secret, or for its user, may not have. Standard library only."""

from __future__ import annotations

import re

# The variable that VIKTOR itself proposes, the only one with its prefix that can be set.
PROPOSED = "VIKTOR_APP_SECRET"

# What CI holds for something else; under these names it would be sent to the index.
OF_CI = {"VIKTOR_TOKEN", "VIKTOR_DEV", "VIKTOR_ENV", "SUBMODULES_TOKEN", "UPDATE_TOKEN", "SYSTEM_ACCESSTOKEN"}

# Prefixes that somebody else reserves or reads, and who that is.
PREFIXES = {
    "VIKTOR_": "VIKTOR reserves",  # docs.viktor.ai, Environment variables
    "GITHUB_": "GitHub refuses for secrets",  # docs.github.com, Naming your secrets
    "RUNNER_": "GitHub sets",
    "CI_": "GitLab sets",
    "GITLAB_": "GitLab sets",
    "SYSTEM_": "Azure sets",
    "AGENT_": "Azure sets",
    "BUILD_": "Azure sets",
    "PIP_": "pip reads",
    "UV_": "uv reads",
    "PYTHON": "Python reads",
    "GIT_": "Git reads",
    "SSH_": "ssh reads",
    "SSL_": "TLS libraries read",
    "LD_": "the system reads",
    "DYLD_": "the system reads",
    "LC_": "the system reads",
    "XDG_": "the system reads",
}

# What the shell, the system (Linux, macOS or Windows) and the tools set or read.
OF_THE_SYSTEM = frozenset(
    """
    _ CDPATH EDITOR ENV HOME HOSTNAME IFS LANG LANGUAGE LOGNAME MAIL OLDPWD PAGER PATH PS1 PS2 PS4 PWD SHELL
    SHLVL TEMP TERM TMP TMPDIR TZ UID USER VISUAL
    ALLUSERSPROFILE APPDATA COMPUTERNAME COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA OS PATHEXT PROGRAMDATA
    PROGRAMFILES PUBLIC SYSTEMDRIVE SYSTEMROOT USERDOMAIN USERNAME USERPROFILE WINDIR
    BASH_ENV BROWSER CI COLUMNS DISPLAY FORCE_COLOR LINES NO_COLOR PRE_COMMIT SOURCE_DATE_EPOCH TF_BUILD
    CURL_CA_BUNDLE NETRC REQUESTS_CA_BUNDLE VIRTUAL_ENV
    """.split()  # noqa: SIM905 (fifty names between quotes can't be read)
)


def fault_of_secret_name(name: str) -> str:
    """Return what is wrong with a variable's name, such as "begins with PIP_, which pip reads", or ""."""
    # pip's documentation, "Requirements file format".
    if not re.fullmatch("[A-Z0-9_]+", name):
        return "isn't made of capital letters, digits and underscores alone, which is all that pip fills in"
    if name[0].isdigit():
        return "begins with a digit, and no shell can set such a variable"
    if name == PROPOSED:
        return ""
    if name in OF_CI:
        return "is the name of another of CI's variables, which would be sent to the index"
    if name in OF_THE_SYSTEM:
        return "means something to the shell, the system or the tools"
    if name.endswith("_PROXY"):
        return "ends in _PROXY, which is where programs look for a proxy"
    for prefix, who in PREFIXES.items():
        if name.startswith(prefix):
            return f"begins with {prefix}, which {who}"
    return ""
