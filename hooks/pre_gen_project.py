"""Judge the answers, all of them at once, before a file is written.

Each rule about an answer stands here, once. Every problem is collected and printed together, the good answers
are saved, and the command that asks the refused ones again is printed. Standard library only.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

# Windows can't hold a file of this name, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)

# Joins the parts of one emoji; every other invisible character is refused.
ZERO_WIDTH_JOINER = "\u200d"

# How the tokens of the supported hosts begin, what is too long and mixed to be a word, and tokens in a query.
TOKEN = re.compile(
    r"\b(gl[a-z]{2,5}-[\w-]{16,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|eyJ[\w-]{8,}\.[\w-]{8,}|AKC[a-z]\w{10,}"
    r"|cmVmd\w{10,}|pypi-[\w-]{16,}|AKIA[A-Z0-9]{16}|(?![0-9a-f]{64}\b)(?=\w*\d)(?=\w*[A-Za-z])\w{52,})"
    r"|[?&](access_?token|token|password|key)=",
)
# A part of a URL that may be a token: the path is where some hosts' documentation puts it.
MIXED_PART = re.compile(r"/(?=\w*\d)(?=\w*[A-Za-z])\w{16,}(/|$)")
SSH_USER_IN_URL = re.compile(r"([\w.-]*=)?ssh://[A-Za-z0-9._-]+@[^/:@]+(:\d+)?/[^@]*")

LOCALHOST = {"localhost", "127.0.0.1", "::1"}
HOST_NAME = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
# The word that stands for a part of a URL in the table of platforms.
PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z_]+(?![A-Za-z0-9_])")

# PEP 508's name and extras, and PEP 440's versions as `packaging` reads them.
PACKAGE_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
EXTRAS = rf"(?:\[(?:{PACKAGE_NAME}(?:,{PACKAGE_NAME})*)?\])?"
RELEASE = r"v?(?:\d+!)?\d+(?:\.\d+)*"
PRE_RELEASE = r"(?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?\d*)?"
POST_RELEASE = r"(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?"
VERSION = rf"{RELEASE}{PRE_RELEASE}{POST_RELEASE}(?:[-_.]?dev[-_.]?\d*)?"
LOCAL_VERSION = r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
COMPATIBLE_RELEASE = rf"(?=v?(?:\d+!)?\d+\.\d){VERSION}"
CLAUSE = (
    rf"(?:(?:==|!=)(?:{RELEASE}\.\*|{VERSION}{LOCAL_VERSION})|~={COMPATIBLE_RELEASE}|(?:<=|>=|<|>){VERSION})"
)
REQUIREMENT = re.compile(
    rf"(?P<name>{PACKAGE_NAME}){EXTRAS}(?P<version>(?:{CLAUSE}(?:,{CLAUSE})*)?)",
    re.IGNORECASE,
)
UPPER_BOUND = re.compile(r"(^|,)(==|~=|<)")
PACKAGE_AT_REF = re.compile(rf"(?P<name>{PACKAGE_NAME})@(?P<ref>.+)", re.IGNORECASE)

SUBMODULE = re.compile(r"(?:(?P<name>[^=:/@]*)=)?(?P<url>[^#]*)(?:#(?P<ref>.*))?", re.DOTALL)
SUBMODULE_URL = re.compile(r"(?P<scheme>[a-z]+)://(?:[^/@]*@)?(?P<host>\[::1\]|[^/:@]+)(:\d+)?/(?P<path>.+)")
SCP_LIKE_URL = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._-]*@(?P<host>[^/:@]+):(?P<path>[^:]+)")
FOLDER_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,58}[A-Za-z0-9_-])?")
GIT_REF = re.compile(r"(?!.*(\.\.|//|/\.|\.lock(/|$)))[A-Za-z0-9_][A-Za-z0-9._/+@-]*(?<![./])")

GITPYTHON = "GitPython>=3.1.62"


@dataclass(frozen=True)
class Problem:
    """Why one answer, or several together, can't be used.

    `questions` are the keys to ask again; `holds_secret` says that the answer may hold a credential, so it is
    never shown and is taken out of cookiecutter's replay folder.
    """

    questions: tuple[str, ...]
    wrong: str
    right: str
    answer: str = ""
    holds_secret: bool = False


def find_problems(answers: dict) -> list[Problem]:
    """Return every problem with `answers`, cookiecutter's context with the table `_platforms`.

    An answer that holds a credential is judged no further, but the other words of a list are.
    """
    leaks = list(judge_credentials(answers))
    leaking = {question for problem in leaks for question in problem.questions}
    lists = {("submodules",), ("private_packages",)}
    rest = {
        key: " ".join(word for word in answers[key].split() if not leaks_credential(word)) for key in leaking
    }
    others = [problem for rule in RULES for problem in rule(answers | rest)]
    return leaks + [
        problem for problem in others if not leaking & set(problem.questions) or problem.questions in lists
    ]


def judge_credentials(answers: dict) -> Iterator[Problem]:
    """No answer holds a credential: cookiecutter keeps the answers in a file, in clear."""
    for question, answer in answers.items():
        if question.startswith("_") or not isinstance(answer, str):
            continue
        if any(leaks_credential(word) for word in answer.split()):
            yield Problem(
                (question,),
                "holds a login, token or password, which must not stand in an answer",
                {
                    "index_url": "the URL alone: user name and secret have questions of their own",
                    "submodules": "the URL alone: Git asks your credential helper or ssh agent for the login",
                    "index_user": "the user name alone; the secret is set later, in the variable",
                    "secret_name": "the name of the variable, such as VIKTOR_APP_SECRET",
                }.get(question, "the same without it"),
                holds_secret=True,
            )
        elif question == "secret_name" and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", answer):
            yield Problem(
                (question,),
                "isn't the name of a variable that pip fills in; the secret itself must not stand here",
                "capital letters, digits and underscores, not beginning with a digit, such as VIKTOR_APP_SECRET",
                holds_secret=True,
            )


def leaks_credential(word: str) -> bool:
    """Tell whether a word is a token, or a URL with a user name or password.

    ssh's user name (`git@`) is none, and an @ in the ref behind a sound URL is none either.
    """
    if TOKEN.search(word):
        return True
    url = word.partition("#")[0]
    if "://" not in word:
        return bool(re.fullmatch(r"[^/@]+:[^/@]+@[^/@]+[/:].*", word))
    if "@" not in word.partition("://")[2] or SSH_USER_IN_URL.fullmatch(url):
        return False
    return "@" in url or not SUBMODULE_URL.search(url)


def judge_texts(answers: dict) -> Iterator[Problem]:
    """The name, the description and the author are one printable line each."""
    for question in ("app_name", "description", "author"):
        text = answers[question]
        if not text.strip():
            yield Problem((question,), "is empty", "at least one letter")
        elif not text.replace(ZERO_WIDTH_JOINER, "").isprintable():
            yield Problem(
                (question,), "holds a line break or an invisible character", "one line of text", text
            )
        elif len(text) > 200:
            yield Problem((question,), f"has {len(text)} characters", "200 at most", text)


def judge_slug(answers: dict) -> Iterator[Problem]:
    """The slug is a name for a folder, a repository and an app on VIKTOR, on every system."""
    slug = answers["app_slug"]
    if not re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", slug) or "--" in slug:
        yield Problem(
            ("app_slug",),
            "isn't a name that folders, Git hosts and VIKTOR all take",
            "lower-case letters, digits and single hyphens; a letter first, no hyphen last",
            slug,
        )
    elif len(slug) > 50:
        yield Problem(("app_slug",), f"has {len(slug)} characters", "50 at most (Windows limits paths)", slug)
    elif WINDOWS_DEVICE.fullmatch(slug):
        yield Problem(
            ("app_slug",), "is the name of a device on Windows", f"another name, such as {slug}-app", slug
        )


def judge_index(answers: dict) -> Iterator[Problem]:
    """The index has a safe URL of its platform's shape, and a user name that pip can send."""
    platform = answers["_platforms"].get(answers["private_index"])
    if platform is None:
        choices = ", ".join(answers["_platforms"])
        yield Problem(("private_index",), "isn't one of the choices", choices, answers["private_index"])
        return
    if not platform["source"]:
        return
    url, user = answers["index_url"], answers["index_user"]
    wrong = fault_of_index_url(url, platform["urls"])
    if wrong:
        shapes = " or ".join(platform["urls"])
        right = f"{shapes} (with your own for the words in capitals)"
        yield Problem(("index_url",), wrong, right, url, holds_secret=bool(MIXED_PART.search(url)))
    if answers["index_serves_pypi"] and platform["source"] == "index" and not platform["serves_pypi"]:
        yield Problem(
            ("index_serves_pypi",),
            f"{platform['name']} doesn't serve PyPI's packages, so nothing else could be installed",
            "no",
            "yes",
        )
    if platform["secret_as"] != "password":
        return
    if not user:
        yield Problem(
            ("index_user",),
            f"is empty, and {platform['name']} wants a user name",
            f"the name that goes with {platform['token']}",
        )
    elif not user.isascii() or not user.isprintable() or re.search(r":|\$\{|%[0-9A-Fa-f]{2}", user):
        yield Problem(
            ("index_user",),
            "holds a character that can't be sent as a user name (a colon, ${, %XX, or one that isn't ASCII)",
            "the plain name, such as me@corp.com; the template percent-encodes it",
            holds_secret=True,
        )


def fault_of_index_url(url: str, shapes: list[str]) -> str:
    """Return what is wrong with the URL of an index, or "" if it has one of the shapes."""
    if re.search(r"[\s\"'`#?\\<>{}$|^]", url) or not url.isascii() or not url.isprintable():
        return "holds white space, a quote, #, ?, a bracket or another character that breaks the line in requirements.txt"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "isn't a URL"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCALHOST):
        return "doesn't begin with https:// (pip ignores http:// without failing, but for localhost)"
    words = {word for shape in shapes for word in PLACEHOLDER.findall(shape)}
    unfilled = sorted(words & set(PLACEHOLDER.findall(url)))
    if unfilled:
        return f"still holds {', '.join(unfilled)}"
    if host not in LOCALHOST and not ("." in host and HOST_NAME.fullmatch(host)):
        return "has no host that VIKTOR's server could find, such as pypi.example.com"
    if not any(shape_pattern(shape).fullmatch(url) for shape in shapes):
        return "doesn't have the shape of this platform's URLs"
    return ""


def shape_pattern(shape: str) -> re.Pattern[str]:
    """Return the pattern of the URLs that a shape stands for.

    A word in capitals stands for one part between slashes, one that ends in PATH for any number of them. HOST
    may be followed by a folder, as behind a reverse proxy. A slash at the end is free.
    """
    meanings = {"HOST": "[^/]+(?:/[^/]+)*?", "PATH": ".*", "BASE_PATH": ".+"}
    pattern = "".join(
        meanings.get(part, "[^/]+") if PLACEHOLDER.fullmatch(part) else re.escape(part)
        for part in re.split(r"([A-Z][A-Z_]+)", shape.rstrip("/"))
    )
    return re.compile(pattern.replace("https://", "https?://", 1) + "/?")


def judge_packages(answers: dict) -> Iterator[Problem]:
    """Each private package has a name, comes from an index, and can't be outbid by a look-alike."""
    platform = answers["_platforms"].get(answers["private_index"])
    if platform is None:
        return
    packages = answers["private_packages"].split()
    index_questions = ("private_index", "index_url", "index_user", "index_serves_pypi", "private_packages")
    if packages and not platform["source"]:
        yield Problem(
            index_questions,
            "there are private packages, but no index to install them from",
            "say where they are published, or name no package",
            answers["private_packages"],
        )
        return
    if platform["source"] and not packages:
        yield Problem(
            index_questions,
            f"there is an index ({answers['private_index']}), but no package to install from it",
            "name its packages, or say that they are published nowhere",
        )
    from_git = platform["source"] == "git"
    faults = [fault_of_package(package, from_git, answers["index_serves_pypi"]) for package in packages]
    names = Counter(normalized_name(package) for package in packages)
    faults += [(name, "is given twice", "each package once") for name, count in names.items() if count > 1]
    for package, wrong, right in faults:
        if wrong:
            yield Problem(("private_packages",), wrong, right, package)


def fault_of_package(package: str, from_git: bool, only_source: bool) -> tuple[str, str, str]:
    """Return the package, what is wrong with it ("" if nothing) and what would be right.

    `from_git` asks for `name@ref`; `only_source` says that every package comes from the one index.
    """
    if from_git:
        match = PACKAGE_AT_REF.fullmatch(package)
        sound = match and GIT_REF.fullmatch(match["ref"])
        right = "name@ref with a tag or a commit, without spaces, such as my-package@v1.2.0"
        return package, "" if sound else "isn't the name of a repository with a tag or a commit", right
    match = REQUIREMENT.fullmatch(package)
    if not match:
        right = "name==version without spaces, such as my-package==1.2.0"
        return package, "isn't a package with a version (PEP 508)", right
    if not only_source and not UPPER_BOUND.search(match["version"]):
        return (
            package,
            "has no upper bound on its version: pip would take a public package of the same name and a higher version",
            f"{match['name']}==1.2.0, or ~= or < (no bound is needed where the index serves PyPI's packages too)",
        )
    return package, "", ""


def normalized_name(package: str) -> str:
    """Return the name at the beginning of a requirement as PEP 503 compares it."""
    name = re.match(r"[A-Za-z0-9._-]*", package)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def judge_submodules(answers: dict) -> Iterator[Problem]:
    """Each submodule has a URL that is safe to clone and a folder of its own on every system."""
    submodules = answers["submodules"].split()
    if submodules and not answers["git_init"]:
        yield Problem(
            ("submodules", "git_init"),
            "submodules need a Git repository, and git_init is off",
            "switch git_init on, or name no submodule",
            answers["submodules"],
        )
    folders: dict[str, str] = {}
    for submodule in submodules:
        wrong, right = fault_of_submodule(submodule)
        if not wrong:
            folder = submodule_folder(submodule)
            other = folders.setdefault(folder.casefold(), submodule)
            if other is not submodule:
                wrong = f"would go into the same folder ({folder}) as {other}"
                right = f"a name before it, such as {folder}-2={submodule.split('=')[-1]}"
        if wrong:
            yield Problem(("submodules",), wrong, right, submodule)


def fault_of_submodule(submodule: str) -> tuple[str, str]:
    """Return what is wrong with `URL`, `URL#ref` or `name=URL#ref` ("" if nothing) and what would be right."""
    match = SUBMODULE.fullmatch(submodule)
    url, ref = match["url"], match["ref"]
    shape = "https://HOST/PATH.git, ssh://git@HOST/PATH.git or git@HOST:PATH.git"
    if not re.fullmatch(r"[A-Za-z0-9._~:/@%+=,\[\]-]+", url) or re.search(r"%[01]|%7f", url, re.IGNORECASE):
        return "holds a character that has no place in a URL", shape
    parsed = SUBMODULE_URL.fullmatch(url) or SCP_LIKE_URL.fullmatch(url)
    if url.startswith("-") or "::" in url.replace("[::1]", "") or not parsed:
        return "isn't the URL of a Git repository on a server", shape
    host = parsed["host"].strip("[]")
    scheme = parsed.groupdict().get("scheme", "ssh")
    if scheme not in ("https", "ssh") and not (scheme in ("http", "git") and host in LOCALHOST):
        return f"goes by {scheme}://, which is not allowed here", shape
    if host not in LOCALHOST and not HOST_NAME.fullmatch(host):
        return "has no valid host name", shape
    if ref is not None and not GIT_REF.fullmatch(ref):
        return "names no valid branch, tag or commit after the #", f"{url}#v1.0"
    folder = submodule_folder(submodule)
    if not FOLDER_NAME.fullmatch(folder) or WINDOWS_DEVICE.fullmatch(folder):
        return (
            f"would go into the folder {folder!r}, which isn't a legal name under app/submodules/ on every system",
            f"a name before it (letters, digits, hyphens, underscores, dots), such as my-package={url}",
        )
    return "", ""


def submodule_folder(submodule: str) -> str:
    """Return the name of the folder that a submodule gets under app/submodules/."""
    match = SUBMODULE.fullmatch(submodule)
    if match["name"] is not None:
        return match["name"]
    return re.split(r"[/:]", match["url"].rstrip("/"))[-1].removesuffix(".git")


def judge_tools(answers: dict) -> Iterator[Problem]:
    """What the second hook needs for submodules is there, said now rather than after the last file."""
    if not answers["submodules"].split():
        return
    if not shutil.which("git"):
        yield Problem(
            (),
            "submodules need Git, and it isn't on the PATH",
            "install it from https://git-scm.com, open a new terminal",
        )
    if not importlib.util.find_spec("git") and not shutil.which("uv") and not shutil.which("pipx"):
        yield Problem(
            (),
            "submodules need GitPython, which isn't installed beside cookiecutter, and neither uv nor pipx is here to fetch it",
            f"type {command_line(sys.executable, '-m', 'pip', 'install', GITPYTHON)}",
        )


RULES = (judge_texts, judge_slug, judge_index, judge_packages, judge_submodules, judge_tools)


def command_line(*words: str) -> str:
    """Return a command as the user's own shell takes it."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def describe(problem: Problem) -> str:
    """Return the problem as a few lines of text, without a credential."""
    lines = [", ".join(problem.questions) or "on this machine"]
    if problem.holds_secret:
        lines.append("  answer: (not shown)")
    elif problem.answer:
        lines.append(f"  answer: {problem.answer}")
    return "\n".join([*lines, f"  wrong:  {problem.wrong}", f"  right:  {problem.right}"])


def forget_secrets(answers: dict, questions: set[str]) -> str:
    """Take the answers to `questions` out of cookiecutter's replay folder, and return what to tell the user."""
    # cookiecutter is there, as it runs this hook; its import is slow, and seldom needed.
    from cookiecutter.config import get_user_config  # noqa: PLC0415

    folder = Path(get_user_config()["replay_dir"])
    cleaned = []
    for file in folder.glob("*.json"):
        try:
            replay = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        parts = (
            [part for part in replay.values() if isinstance(part, dict)] if isinstance(replay, dict) else []
        )
        found = [(part, key) for part in parts for key in questions if part.get(key) == answers[key]]
        for part, key in found:
            del part[key]
        if found:
            file.write_text(json.dumps(replay, indent=2), encoding="utf-8")
            cleaned.append(file)
    advice = "If it was a secret, revoke it where it was made, and make a new one."
    if cleaned:
        files = ", ".join(map(str, cleaned))
        return f"The answer not shown was removed from cookiecutter's own record ({files}).\n{advice}"
    if "_commit" in answers:
        return advice
    return f"cookiecutter keeps a record of the answers: delete it in the replay_dir of your configuration.\n{advice}"


def next_command(answers: dict, refused: set[str]) -> str:
    """Save the answers that were not refused, and return the command that asks the others only."""
    kept = {key: answer for key, answer in answers.items() if not key.startswith("_") and key not in refused}
    # Of this name, the record that cookiecutter keeps of the next run is the one that --replay reads.
    file = Path(tempfile.mkdtemp(prefix="answers-")) / "cookiecutter-viktor-app.json"
    checkout = ["--checkout", answers["_checkout"]] if answers.get("_checkout") else []
    if "_commit" in answers:
        file.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        output = str(Path.cwd().parent)
        words = (
            "cruft",
            "create",
            answers["_template"],
            "--output-dir",
            output,
            "--extra-context-file",
            str(file),
        )
        return (
            "Answer again; Enter keeps what was good:\n"
            f"  {command_line(*words, *checkout)}\n"
            "or, to update an app, give the new answers:\n"
            f"""  cruft update --variables-to-update '{json.dumps(dict.fromkeys(sorted(refused), "..."))}'"""
        )
    file.write_text(json.dumps({"cookiecutter": kept}, indent=2), encoding="utf-8")
    question = "Ask only the refused ones again" if refused else "Then, without a question"
    words = (answers["_template"], "-o", answers["_output_dir"], *checkout, "--replay-file", str(file))
    return f"{question}:\n  {command_line(*cookiecutter_command(), *words)}"


def cookiecutter_command() -> tuple[str, ...]:
    """Return the words that start this cookiecutter from the user's own shell.

    uv puts a program on the PATH of its children only, so there the interpreter is named.
    """
    found = shutil.which("cookiecutter")
    if found and Path(found).parent == Path(sys.executable).parent and "UV" not in os.environ:
        return ("cookiecutter",)
    return (sys.executable, "-m", "cookiecutter")


def main(answers: dict) -> None:
    """Exit with 1 and one message if an answer can't be used."""
    problems = find_problems(answers)
    if not problems:
        return
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    message = [f"{count} with the answers; no file was written.", *map(describe, problems)]
    secrets = {question for problem in problems if problem.holds_secret for question in problem.questions}
    if secrets:
        message.append(forget_secrets(answers, secrets))
    message.append(
        next_command(answers, {question for problem in problems for question in problem.questions})
    )
    print("", *message, sep="\n\n", end="\n\n", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main(json.loads({{ cookiecutter | tojson | tojson }}))  # fmt: skip
