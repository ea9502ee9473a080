"""No answer holds a secret: cookiecutter keeps the answers in a file, in clear. One that does is taken out again."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from preflight.secret_names import fault_of_secret_name
from preflight.submodule_url import fault_of_url, read_submodule
from preflight.tokens import find_token

from making.comparison import made_to_compare
from making.guesses import is_no_name, is_no_word
from making.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

# A login before the host of a URL, also where a password such as `pa/ss` or `pa#ss` cuts it short: what is typed wrong
# is no URL, and urllib.parse finds no login in it.
LOGIN = re.compile(r"://[^/]*@|://[^/@\[]*:(?!\d*(/|$))")
LOGIN_WITHOUT_SCHEME = re.compile(r"[^/@:]+:[^@]+@[^/@]+[/:].*")
# ssh's user name alone is no credential.
SSH_LOGIN = re.compile(r"([\w.-]*=)?(ssh://[\w.-]+@|git@|[\w.-]+@(?=[^/@:]+:))[^@]*", re.ASCII)
# A credential in the query of a URL.
IN_A_QUERY = re.compile(r"[?&][\w-]{0,40}(token|pass|secret|key|auth|sig)[\w-]{0,40}=", re.IGNORECASE)

# What to answer instead, by question.
INSTEAD = {
    "index_url": "the URL alone: user name and secret have questions of their own",
    "submodules": "the URL alone: Git asks your credential helper or ssh agent for the login",
    "private_packages": "the packages alone: their index has questions of its own",
    "index_user": "the user name alone; the secret is set later, in the variable",
    "secret_name": "the name of the variable, such as VIKTOR_APP_SECRET",
}


def judge_credentials(answers: dict) -> Iterator[Problem]:
    """No answer holds a token, or a URL with a user name or password."""
    for question, answer in answers.items():
        if question.startswith("_") or not isinstance(answer, str):
            continue
        if any(leaks_credential(question, word) for word in answer.split()):
            wrong = "holds a login, token or password, which must not stand in an answer"
            right = INSTEAD.get(question, "the same without it")
            yield Problem((question,), wrong, right, holds_secret=True)


def leaks_credential(question: str, word: str) -> bool:
    """Tell whether a word of an answer is a token, or a URL with a user name or password.

    No @ has a place in the URL of an index. In a submodule it may follow ssh's user name (`git@`) or stand in the
    ref behind a sound URL, and elsewhere in an e-mail address or behind the host of a URL.
    """
    if find_token(word) or IN_A_QUERY.search(word) or is_no_word(word):
        return True
    if question == "index_url":
        return "@" in word or bool(LOGIN.search(word))
    if question == "submodules":
        return leaks_login_to_git(word)
    if question in ("index_user", "private_packages") and is_no_name(word.partition("@")[0]):
        return True
    return bool(LOGIN.search(word) or LOGIN_WITHOUT_SCHEME.fullmatch(word))


def leaks_login_to_git(word: str) -> bool:
    """Tell whether a submodule's word holds a user name or password, but for the user name of ssh."""
    url = word.partition("#")[0]
    if "@" in url:
        return not SSH_LOGIN.fullmatch(url)
    is_cut_short = "@" in word and fault_of_url(read_submodule(word).url)
    return bool(is_cut_short or LOGIN.search(url))


def judge_secret_name(answers: dict) -> Iterator[Problem]:
    """The name of the variable is one that pip fills in and that is free; anything else may be the secret itself.

    An app that was once made with another name is not refused its updates.
    """
    name = answers["secret_name"]
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        yield Problem(
            ("secret_name",),
            "isn't the name of a variable that pip fills in; the secret itself must not stand here",
            "capital letters, digits and underscores, not beginning with a digit, such as VIKTOR_APP_SECRET",
            holds_secret=True,
        )
    elif (fault := fault_of_secret_name(name)) and not made_to_compare(answers):
        yield Problem(("secret_name",), fault, "another name, such as ACME_TOKEN", name)


def judge_user_name(answers: dict) -> Iterator[Problem]:
    """Pip can send the user name, and the secret isn't joined to it."""
    user = answers["index_user"]
    if not user.isascii() or not user.isprintable() or re.search(r":|\$\{|%[0-9A-Fa-f]{2}", user):
        yield Problem(
            ("index_user",),
            "holds a character that can't be sent as a user name (a colon, ${, %XX, or one that isn't ASCII)",
            "the plain name, such as me@corp.com; the template percent-encodes it",
            holds_secret=True,
        )


def forget_secrets(answers: dict, questions: set[str]) -> str:
    """Take the answers to `questions` out of what cookiecutter wrote to the disk, and return what to tell the user.

    That is its replay folder, and the hook that is running, which holds the answers: cookiecutter leaves it behind.
    """
    Path(sys.argv[0]).unlink(missing_ok=True)
    secrets = {question: answers[question] for question in questions}
    records = [file for folder in replay_folders() for file in folder.glob("*.json")]
    cleaned = [str(record) for record in records if remove_answers(record, secrets)]
    advice = "If it was a secret, revoke it where it was made, and make a new one."
    if cleaned:
        where = ", ".join(cleaned)
        return f"The answer not shown was removed from cookiecutter's own record ({where}).\n{advice}"
    if "_commit" in answers:  # cruft keeps no record
        return advice
    return f"cookiecutter keeps a record of the answers: delete it in the replay_dir of your configuration.\n{advice}"


def replay_folders() -> set[Path]:
    """Return the folders where cookiecutter may have kept the answers: the user's own, and the default."""
    # cookiecutter is there, as it runs this hook; its import is slow, and seldom needed.
    from cookiecutter.config import DEFAULT_CONFIG, get_user_config
    from cookiecutter.exceptions import CookiecutterException

    try:
        own = get_user_config()["replay_dir"]
    except CookiecutterException:
        own = DEFAULT_CONFIG["replay_dir"]
    return {Path(own), Path(DEFAULT_CONFIG["replay_dir"])}


def remove_answers(record: Path, secrets: dict) -> bool:
    """Take answers out of a file of the replay folder where it holds the same ones; tell whether it did."""
    try:
        replay = json.loads(record.read_text(encoding="utf-8"))
        sections = replay.values() if isinstance(replay, dict) else ()
        found = False
        for section in sections:
            for question, secret in secrets.items():
                if isinstance(section, dict) and section.get(question) == secret:
                    del section[question]
                    found = True
        if found:
            record.write_text(json.dumps(replay, indent=2), encoding="utf-8")
    except (OSError, ValueError):
        return False
    return found
