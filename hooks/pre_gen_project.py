"""Judge the answers, all of them at once, before a file is written.

Each rule about an answer stands here, once. Every problem is collected and printed together, the good answers
are saved, and the command that asks the refused ones again is printed. Standard library only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

# What only refused answers and some questions need is imported where it is used: each import costs every bake.
if TYPE_CHECKING:
    from collections.abc import Iterator

# Windows can't hold a file of this name, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)

# Joins the parts of one emoji; every other invisible character is refused.
ZERO_WIDTH_JOINER = "\u200d"

# Letters and digits in a row, some of each; how many there are tells a name from a token.
MIXED = r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]"
# How the tokens of the supported hosts begin, what is too long and mixed to be a word, and tokens in a query.
TOKEN = re.compile(
    r"\b(gl(pat|dt|rtr?|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[\w-]{16,}|gh[oprsu]_\w{16,}|github_pat_\w{16,}"
    r"|eyJ[\w-]{8,400}\.[\w-]{8,}|AKCp\w{10,}|cmVmd\w{10,}|pypi-AgE[\w-]{16,}|AKIA[A-Z0-9]{16}"
    rf"|(?![0-9a-f]+\b){MIXED}" + r"{52,})|[?&][\w-]{0,40}(?i:token|pass|secret|key|auth|sig)[\w-]{0,40}="
)
LONG_WORD = re.compile(r"(?<![A-Za-z0-9])" + MIXED + r"{32,}")
# A login before the host of a URL, also where a password such as `pa/ss` or `pa#ss` cuts it short.
LOGIN = re.compile(r"://[^/]*@|://[^/@\[]*:(?!\d*(/|$))")
LOGIN_WITHOUT_SCHEME = re.compile(r"[^/@:]+:[^@]+@[^/@]+[/:].*")
# ssh's user name alone is no credential.
SSH_LOGIN = re.compile(r"([\w.-]*=)?(ssh://[\w.-]+@|git@|[\w.-]+@(?=[^/@:]+:))[^@]*", re.ASCII)
# What may be a token in an index URL that is refused for another reason: it is not shown.
MAYBE_TOKEN = re.compile(
    r"(?<!\w)(?=\w*(\d[A-Za-z]|[A-Za-z]\d|[a-z][A-Z]))\w{16,}|(?<![\w-])(?=[\w-]*\d)[\w-]{32,}|\?",
    re.ASCII,
)
# A token as a part of the path, where some hosts' documentation puts it, and where pip prints it.
TOKEN_IN_PATH = re.compile(
    r"/((?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{16,}|t/[\w-]{16,}|" + MIXED + r"{32,})(/|$)", re.ASCII
)

LOCALHOST = {"localhost", "127.0.0.1", "::1"}
HOST_NAME = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
# The word that stands for a part of a URL in the table of platforms.
PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z_]+(?![A-Za-z0-9_])")

# The shape of a platform that isn't known: any part of the path may be a token.
FREE_SHAPE = ["https://HOST/PATH"]

# PEP 508's name and extras, and PEP 440's versions as `packaging` reads them, but without spaces, parentheses,
# markers, URLs and `===`.
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
    re.IGNORECASE | re.ASCII,
)
UPPER_BOUND = re.compile(r"(^|,)(==|~=|<)")
PACKAGE_AT_REF = re.compile(rf"(?P<name>{PACKAGE_NAME})@(?P<ref>[^@]+)", re.IGNORECASE | re.ASCII)

SUBMODULE = re.compile(r"(?:(?P<name>[^=:/@]*)=)?(?P<url>[^#]*)(?:#(?P<ref>.*))?", re.DOTALL)
SUBMODULE_URL = re.compile(
    r"(?P<scheme>[a-z]+)://(?:[A-Za-z0-9_][^/@]*@)?(?P<host>\[::1\]|[^/:@]+)(:\d+)?/(?P<path>.+)"
)
SCP_LIKE_URL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*@(?P<host>[^/:@]+):(?!-)(?P<path>[^:]+)")
FOLDER_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,58}[A-Za-z0-9_-])?")
GIT_REF = re.compile(r"(?!HEAD$|.*(\.\.|//|/\.|\.lock(/|$)))[A-Za-z0-9_][A-Za-z0-9._/+@-]*(?<![./])")

YES_OR_NO = {"index_serves_pypi", "git_init"}
# The questions whose answers are words, each judged for itself.
LISTS = {"submodules", "private_packages"}
# What the app installs by itself: pip refuses a requirement that is given twice.
APP_PACKAGES = {"viktor", "plotly"}
# What the second hook imports for submodules: module and requirement.
TOOLS = {"git": "GitPython>=3.1.62"} | ({} if sys.version_info >= (3, 11) else {"tomli": "tomli>=2"})


class Problem(NamedTuple):
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

    An answer that holds a credential is judged no further, but the other words of a list are, unless one of
    them may be a piece of the credential.
    """
    unreadable = list(judge_kinds(answers))
    if unreadable:
        return unreadable
    leaks = list(judge_credentials(answers))
    leaking = {question for problem in leaks for question in problem.questions}
    rest = {}
    judged = set()
    for question in leaking:
        words = answers[question].split()
        credentials = [word for word in words if leaks_credential(question, word)]
        rest[question] = " ".join(word for word in words if word not in credentials)
        whole = all(TOKEN.search(word) or ("://" in word and "@" in word) for word in credentials)
        if question in LISTS and whole:
            judged.add((question,))
    others = [problem for rule in RULES for problem in rule(answers | rest)]
    return leaks + [
        problem
        for problem in others
        if problem.questions in judged
        or not set(problem.questions) & (leaking if len(problem.questions) == 1 else leaking & LISTS)
    ]


def judge_kinds(answers: dict) -> Iterator[Problem]:
    """Each answer is text, or true or false: a replay file may hold anything."""
    for question, answer in answers.items():
        if question in YES_OR_NO and not isinstance(answer, bool):
            yield Problem((question,), "is neither true nor false in the replay file", "true or false")
        elif question not in YES_OR_NO and not question.startswith("_") and not isinstance(answer, str):
            yield Problem((question,), "isn't text in the replay file", "text between quotes")


def judge_credentials(answers: dict) -> Iterator[Problem]:
    """No answer holds a credential: cookiecutter keeps the answers in a file, in clear."""
    for question, answer in answers.items():
        if question.startswith("_") or question in YES_OR_NO:
            continue
        if any(leaks_credential(question, word) for word in answer.split()):
            yield Problem(
                (question,),
                "holds a login, token or password, which must not stand in an answer",
                {
                    "index_url": "the URL alone: user name and secret have questions of their own",
                    "submodules": "the URL alone: Git asks your credential helper or ssh agent for the login",
                    "private_packages": "the packages alone: their index has questions of its own",
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
        elif question == "index_user" and not is_user_name(answer):
            yield Problem(
                (question,),
                "holds a character that can't be sent as a user name (a colon, ${, %XX, or one that isn't ASCII)",
                "the plain name, such as me@corp.com; the template percent-encodes it",
                holds_secret=True,
            )


def is_user_name(answer: str) -> bool:
    """Tell whether pip can send an answer as a user name, and the secret isn't joined to it."""
    return answer.isascii() and answer.isprintable() and not re.search(r":|\$\{|%[0-9A-Fa-f]{2}", answer)


def leaks_credential(question: str, word: str) -> bool:
    """Tell whether a word of an answer is a token, or a URL with a user name or password.

    No @ has a place in the URL of an index. In a submodule it may follow ssh's user name (`git@`) or stand in the
    ref behind a sound URL, and elsewhere in an e-mail address or behind the host of a URL.
    """
    if TOKEN.search(word):
        return True
    if question == "index_url":
        return "@" in word or bool(LOGIN.search(word))
    if question == "submodules":
        url = word.partition("#")[0]
        if "@" in url:
            return not SSH_LOGIN.fullmatch(url)
        return bool(LOGIN.search(url)) or ("@" in word and not SUBMODULE_URL.search(url))
    if question in ("index_user", "private_packages") and LONG_WORD.search(word.partition("@")[0]):
        return True
    return bool(LOGIN.search(word) or LOGIN_WITHOUT_SCHEME.fullmatch(word))


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
        yield Problem(("index_url",), wrong, right, url, holds_secret=bool(MAYBE_TOKEN.search(url)))
    if answers["index_serves_pypi"] and platform["source"] == "index" and not platform["serves_pypi"]:
        yield Problem(
            ("index_serves_pypi",),
            f"{platform['name']} doesn't serve PyPI's packages, so nothing else could be installed",
            "no",
            "yes",
        )
    if platform["secret_as"] == "password" and not user.strip():
        yield Problem(
            ("index_user",),
            f"is empty, and {platform['name']} wants a user name",
            f"the name that goes with {platform['token']}",
        )
    elif platform["secret_as"] == "user" and MAYBE_TOKEN.search(user):
        yield Problem(
            ("index_user",),
            f"looks like a token, which takes the place of the user name on {platform['name']}",
            "nothing; the token is set later, in the variable",
            holds_secret=True,
        )


def fault_of_index_url(url: str, shapes: list[str]) -> str:
    """Return what is wrong with the URL of an index, or "" if it has one of the shapes."""
    if len(url) > 500:
        return f"has {len(url)} characters, and 500 are enough for a URL"
    if re.search(r"[\s\"'`#?\\<>{}$|^]", url) or not url.isascii() or not url.isprintable():
        return "holds white space, a quote, #, ?, a bracket or another character that breaks the line in requirements.txt"
    from urllib.parse import urlsplit

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
    if shapes == FREE_SHAPE and TOKEN_IN_PATH.search(url):
        return "has a part that looks like a token, and pip prints the path of a URL in every run"
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
    names = [normalized_name(package) for package in packages]
    faults += [
        (name, "is given twice", "each package once")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    faults += [
        (name, "is installed by every app already", "your own packages only")
        for name in APP_PACKAGES.intersection(names)
    ]
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
                url = re.sub(r"^[^=:/@]*=", "", submodule)
                right = f"a name before it, such as {folder}-2={url}"
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
    from importlib.util import find_spec

    missing = [tool for module, tool in TOOLS.items() if not find_spec(module)]
    if missing and not shutil.which("uv") and not shutil.which("pipx"):
        names = " and ".join(re.match(r"\w+", tool)[0] for tool in missing)
        yield Problem(
            (),
            f"submodules need {names}, not installed beside cookiecutter, and neither uv nor pipx is here to fetch it",
            f"type {command_line(sys.executable, '-m', 'pip', 'install', *missing)}",
        )


RULES = (judge_texts, judge_slug, judge_index, judge_packages, judge_submodules, judge_tools)


def command_line(*words: str) -> str:
    """Return a command as the user's own shell takes it."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(words)
    from shlex import join

    return join(words)


def describe(problem: Problem) -> str:
    """Return the problem as a few lines of text, without a credential."""
    lines = [", ".join(problem.questions) or "on this machine"]
    if problem.holds_secret:
        lines.append("  answer: (not shown)")
    elif problem.answer:
        shown = problem.answer if problem.answer.isprintable() else repr(problem.answer)
        lines.append(f"  answer: {shown}")
    return "\n".join([*lines, f"  wrong:  {problem.wrong}", f"  right:  {problem.right}"])


def forget_secrets(answers: dict, questions: set[str]) -> str:
    """Take the answers to `questions` out of what cookiecutter wrote to the disk, and return what to tell the user.

    That is its replay folder, and the program that is running: cookiecutter leaves rendered hooks behind.
    """
    if __name__ == "__main__":
        Path(__file__).unlink(missing_ok=True)
    files = (file for folder in replay_folders() for file in folder.glob("*.json"))
    cleaned = [file for file in files if remove_answers(file, {key: answers[key] for key in questions})]
    advice = "If it was a secret, revoke it where it was made, and make a new one."
    if cleaned:
        records = ", ".join(map(str, cleaned))
        return f"The answer not shown was removed from cookiecutter's own record ({records}).\n{advice}"
    if "_commit" in answers:
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


def remove_answers(file: Path, answers: dict) -> bool:
    """Take the answers out of a file of the replay folder where it holds the same ones; tell whether it did."""
    try:
        replay = json.loads(file.read_text(encoding="utf-8"))
        parts = replay.values() if isinstance(replay, dict) else ()
        found = [
            (part, key)
            for part in parts
            for key, answer in answers.items()
            if isinstance(part, dict) and part.get(key) == answer
        ]
        for part, key in found:
            del part[key]
        if found:
            file.write_text(json.dumps(replay, indent=2), encoding="utf-8")
    except (OSError, ValueError):
        return False
    return bool(found)


def next_command(answers: dict, refused: set[str]) -> str:
    """Save the answers that were not refused, and return the command that asks the others only."""
    from tempfile import mkdtemp

    kept = {key: answer for key, answer in answers.items() if not key.startswith("_") and key not in refused}
    # Of this name, the record that cookiecutter keeps of the next run is the one that --replay reads.
    file = Path(mkdtemp(prefix="answers-")) / "cookiecutter-viktor-app.json"
    if "_commit" in answers:
        file.write_text(
            json.dumps({key: as_default(answer) for key, answer in kept.items()}), encoding="utf-8"
        )
        again = ("cruft", "create", answers["_template"], "--output-dir", str(Path.cwd().parent))
        update = json.dumps(dict.fromkeys(sorted(refused), "..."))
        return (
            "Answer again; Enter keeps what was good:\n"
            f"  {command_line(*again, '--extra-context-file', str(file))}\n"
            "or, to update an app, give the new answers:\n"
            f"  {command_line('cruft', 'update', '--variables-to-update', update)}"
        )
    file.write_text(json.dumps({"cookiecutter": kept}, indent=2), encoding="utf-8")
    question = "Ask only the refused ones again" if refused else "Then, without a question"
    # The template as it lies on this disk: not fetched again, and without the login its URL may hold.
    words = (answers["_repo_dir"], "-o", answers["_output_dir"], "--replay-file", str(file))
    return f"{question}:\n  {command_line(*cookiecutter_command(), *words)}"


def as_default(answer: str | bool) -> str | bool:
    """Return an answer as cruft takes a default, which it renders with Jinja."""
    if not isinstance(answer, str) or "{" not in answer:
        return answer
    return "{" * 2 + json.dumps(answer, ensure_ascii=False) + "}" * 2


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
