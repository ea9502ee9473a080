"""The secret: each variable that requirements.txt names is there, and can stand in a URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from preflight.app import App
from preflight.problem import Failure, Findings, LeftOut
from preflight.requirements import FILE, VARIABLE, Requirements
from preflight.secret_names import PROPOSED, fault_of_secret_name

QUOTE = "import getpass as g, urllib.parse as u; print(u.quote(g.getpass(), safe=''))"
ENCODE = f'if it really has such characters, type it here, and set what is printed: python -c "{QUOTE}"'

# What Azure Pipelines hands over for a variable that isn't set.
UNSET_BY_AZURE = re.compile(r"\$\([^()]*\)")

# The user name of a login whose password is a variable too, as in `https://${USER}:${NAME}@HOST`. A pattern,
# because more than a URL stands around it.
USER = re.compile(r"(?<=://)\$\{[A-Z0-9_]+\}(?=:\$\{[A-Z0-9_]+\}@)")


class Rule(NamedTuple):
    """What a secret may not hold, and what mends it."""

    pattern: str
    what: str
    mend: str


# What pip can't send, or would print, measured with each letter.
RULES = (
    Rule(r"\A\s|\s\Z", "begins or ends with white space or a line break", "set it anew, without it"),
    Rule(r"\A[\"']|[\"']\Z", "begins or ends with a quote", f"set it anew, without quotes; {ENCODE}"),
    Rule("[;|]", "holds ; or |, like several values joined", ENCODE),
    Rule(
        r"[^\0-\x7f]|%[89A-Fa-f][0-9A-Fa-f]",
        "holds a letter that pip can't send",
        "make a new one where it was made, of ASCII letters",
    ),
    Rule(r"\S\s+\S|[\0-\x1f/#?\\\[\]\"']|%(?![0-9A-Fa-f]{2})", "holds a character that breaks a URL", ENCODE),
)


def secret(app: App) -> Findings:
    """Each variable in requirements.txt has a free name, and holds one secret that can stand in a URL."""
    variables = app.requirements.variables
    faulty = {name: fault for name in variables if (fault := fault_of_secret_name(name))}
    for name, fault in faulty.items():
        mend = f"take another name, such as {PROPOSED}, here and where it is set"
        yield Failure(variables[name], f"{name} {fault}", mend)
    if os.environ.get("PRE_COMMIT") and not faulty and not any(value_of(name) for name in variables):
        raise LeftOut("none is set here, and Git's hooks need none")
    for name, where in variables.items():
        if name not in faulty:
            yield from judge_value(name, where)
    return ", ".join(variables) or "none is needed"


def value_of(name: str) -> str:
    """Return the value of a variable, "" where it isn't set, or where Azure says so."""
    value = os.environ.get(name, "")
    return "" if UNSET_BY_AZURE.fullmatch(value) else value


def judge_value(name: str, where: str) -> Iterator[Failure]:
    """Tell what is wrong with the value of a variable, without a letter of it."""
    value = value_of(name)
    if not value:
        yield Failure(where, f"{name} is not set, or empty", how_to_set(name))
    if "://" in value:
        mend = f"write the URL in {FILE}, and in it ${{{name}}} for the password or token alone"
        yield Failure(where, f"{name} holds a whole URL, so nobody can see where it leads", mend)
        return
    for rule in RULES:
        if re.search(rule.pattern, value):
            yield Failure(where, f"{name} {rule.what}", rule.mend)


def how_to_set(name: str) -> str:
    """Return what to type, so that the secret is neither shown nor kept in the shell's history."""
    ask = f"read -rs {name} && export {name}"
    if os.name == "nt":
        ask = f'$env:{name} = [Net.NetworkCredential]::new("", (Read-Host -AsSecureString)).Password'
    return f"in CI add it to the secret variables; here type: {ask}"


def secret_variables(requirements: Requirements) -> set[str]:
    """Return the variables that hold a secret: all but those that hold nothing but a user name."""
    lines = requirements.lines
    texts = [line.requirement for line in lines]
    texts += [option.value for line in lines for option in line.options]
    return {name for text in texts for name in VARIABLE.findall(USER.sub("", text))}
