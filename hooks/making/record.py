"""The app's record of its template, `.cruft.json`, as cruft itself writes it: with it the app can be updated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from making import TEMPLATE
from making.comparison import is_cruft
from making.repository import ask_git
from making.settings import Answers, read_questions

RECORD = Path(".cruft.json")
NO_RECORD = "The app has no .cruft.json, so cruft can't update it: {why}. The template's docs/updating.md tells how it gets one."

# Keys of cookiecutter's context that cruft's hasn't.
OF_COOKIECUTTER = ("_template", "_commit", "_output_dir", "_repo_dir", "_checkout")


def record_template(answers: Answers, words: list[str]) -> list[str]:
    """Write the record of an app in the working directory, and return what the user should know.

    `words` are what was typed behind `cookiecutter` or `cruft`. No record is written of a template that others, or
    this user tomorrow, can't get as it was here.
    """
    by_cruft = is_cruft(answers)
    template = answers["_template"] if by_cruft else of_template("config", "remote.origin.url")
    if not by_cruft and (why := why_not_recorded(template)):
        return [NO_RECORD.format(why=why)]
    named, notes = template, []
    # Without an @ there is no login, and the module that knows a login needn't be imported.
    if not by_cruft and "@" in template:
        named, notes = named_without_login(template)
    commit, _, folder = of_template("rev-parse", "HEAD", "--show-prefix").partition("\n")
    options = typed_options(words) if by_cruft else {"checkout": answers["_checkout"]}
    record = {
        "template": named,
        "commit": commit,
        "checkout": options["checkout"],
        "context": {"cookiecutter": context_of_cruft(answers, named, commit)},
        "directory": options.get("directory") or folder.rstrip("/") or None,
    }
    if skip := options.get("skip"):
        record["skip"] = skip
    write(record, by_cruft=by_cruft)
    return notes


def of_template(*arguments: str) -> str:
    """What Git says of the template's clone, "" if that is none."""
    return ask_git("-C", str(TEMPLATE), *arguments)


def why_not_recorded(url: str) -> str:
    """Return why the template, with the URL of its remote, can't be named in a record, or ""."""
    if "://" not in url and "@" not in url:
        from shutil import which

        if not which("git"):
            return "Git is not installed"
        return "the template's folder is no clone of a repository with a URL"
    if of_template("status", "--porcelain"):
        return "the template's clone has changes that aren't committed"
    if not of_template("for-each-ref", "--contains", "HEAD", "--count=1", "refs/remotes", "refs/tags"):
        return "the template's clone has commits that aren't pushed"
    return ""


def context_of_cruft(answers: Answers, template: str, commit: str) -> Answers:
    """Return the answers as cruft keeps them, in the order of cookiecutter.json; hooks get them sorted."""
    context = {
        key: default if default == answers[key] else answers[key]
        for key, default in read_questions().items()
        if key in answers
    }
    others = {key: answers[key] for key in answers.keys() - context.keys() - set(OF_COOKIECUTTER)}
    return {**context, **others, "_template": template, "_commit": commit}


def write(record: dict[str, Any], *, by_cruft: bool) -> None:
    """Write the record as cruft does, or, where cruft doesn't write it again, so that every system can read it."""
    text = json.dumps(record, ensure_ascii=not by_cruft, indent=2, separators=(",", ": ")) + "\n"
    if by_cruft:
        RECORD.write_text(text)  # cruft writes in the system's own encoding, and will write the same again
    else:
        RECORD.write_text(text, encoding="ascii", newline="\n")


def typed_options(words: list[str]) -> dict[str, Any]:
    """Return `checkout`, `directory` and `skip` as they were typed: cruft doesn't tell a hook."""
    from making.command_line import read_options

    return vars(read_options(words))


def named_without_login(url: str) -> tuple[str, list[str]]:
    """Return the URL that the template's clone came from without a login, and the note about that if it held one."""
    from preflight.submodule_url import holds_login, without_login

    from making.command_line import command_line

    named = without_login(url)
    if not holds_login(url):
        return named, []
    clone = of_template("rev-parse", "--show-toplevel")
    command = command_line("git", "-C", clone, "remote", "set-url", "origin", named)
    note = (
        f"The template's URL holds a login. It isn't in the app, but in {clone} and in cookiecutter's record of the\n"
        f"answers: revoke it if others can read these, and let Git's credential helper have the next one. Type:\n{command}"
    )
    return named, [note]
