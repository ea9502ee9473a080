"""No answer holds a secret: cookiecutter keeps the answers in a file, in clear. One that does is taken out again."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from making.comparison import is_cruft, made_to_compare
from making.guesses import is_no_name, is_no_word
from making.problem import Problem
from making.settings import SECRET, Answers, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A login before the host of a URL, also where a password such as `pa/ss` or `pa#ss` cuts it short: what is typed wrong
# is no URL, and urllib.parse finds no login in it.
LOGIN = re.compile(r"://[^/]*@|://[^/@\[]*:(?!\d*(/|$))")
# A login of digits and `/` or `#`, such as `robot:12/ab#cd@`, which a URL takes for a host's port, path and more: the host
# that is meant stands behind its @.
CUT_SHORT = re.compile(r"://[^/@:.]+:\d+(/[^@]*)?@[^/@]+\.[^/@]+/")
LOGIN_WITHOUT_SCHEME = re.compile(r"[^/@:]+:[^@]+@[^/@]+[/:].*")
# A credential in the query of a URL.
IN_A_QUERY = re.compile(r"[?&][\w-]{0,40}(token|pass|secret|key|auth|sig)[\w-]{0,40}=", re.IGNORECASE)

# No token is shorter, and most answers hold no word that long: their bake needn't read the shapes.
SHORTEST_TOKEN = 20

# What to answer instead, by question.
INSTEAD = {
    "index_url": f"the variable in the secret's place, as in https://USER:{SECRET}@HOST/PATH; it is set later",
    "submodules": "the URL alone: Git asks your credential helper or ssh agent for the login",
    "private_packages": "the packages alone: where they come from is a question of its own",
}


def judge_credentials(answers: Answers) -> Iterator[Problem]:
    """No answer holds a token, or a URL with a password."""
    for question, answer in answers.items():
        if question.startswith("_") or not isinstance(answer, str):
            continue
        if any(map(is_secret, answer.split())) or leaks_login(question, answers):
            wrong = "holds a login, token or password, which must not stand in an answer"
            right = INSTEAD.get(question, "the same without it")
            yield Problem((question,), wrong, right, holds_secret=True)


def is_secret(word: str) -> bool:
    """Tell whether a word of an answer is, or holds, what no name and no URL without a login holds."""
    return bool(is_token(word) or IN_A_QUERY.search(word) or is_no_word(word))


def is_token(word: str) -> bool:
    """Tell whether a word is, or holds, a token of a known shape."""
    if len(word) < SHORTEST_TOKEN:
        return False
    from preflight.tokens import find_token

    return bool(find_token(word))


def leaks_login(question: str, answers: Answers) -> bool:
    """Tell whether an answer holds a URL with a user name or password that must not stand there.

    The questions about URLs judge their own; elsewhere an @ may stand in an e-mail address or behind the host of a URL.
    """
    words = words_of(answers[question])
    # What few bakes need is imported here: each import costs every bake its time.
    if question == "index_url" and words:
        from making.index_url import leaks_login_to_index

        return leaks_login_to_index(answers)
    if question == "submodules" and words:
        from making.submodule_answers import leaks_login_to_git

        return any(map(leaks_login_to_git, words))
    if question == "private_packages" and any(is_no_name(word.partition("@")[0]) for word in words):
        return True
    return any(may_hold_login(word) or LOGIN_WITHOUT_SCHEME.fullmatch(word) for word in words)


def may_hold_login(text: str) -> bool:
    """Tell whether a URL, or what was meant to be one, holds a user name or password before its host."""
    return bool(LOGIN.search(text) or CUT_SHORT.search(text))


def judge_template(answers: Answers) -> Iterator[Problem]:
    """The URL of the template holds no login where cruft would write it into the app."""
    if not is_cruft(answers) or made_to_compare(answers):
        return
    from preflight.submodule_url import holds_login, without_login

    if holds_login(answers["_template"]):
        wrong = "the template's URL holds a login, which cruft would write into the app's .cruft.json"
        right = f"give the URL alone ({without_login(answers['_template'])}): Git asks your credential helper for the login"
        yield Problem((), wrong, right)


def forget_secrets(answers: Answers, questions: set[str]) -> str:
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
        return f"The answer that isn't shown was removed from cookiecutter's own record ({where}).\n{advice}"
    if is_cruft(answers):  # which keeps no record
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
    return {Path(str(own)), Path(str(DEFAULT_CONFIG["replay_dir"]))}


def remove_answers(record: Path, secrets: Answers) -> bool:
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
