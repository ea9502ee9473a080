"""Hostile answers, drawn by Hypothesis: each set is refused with the questions named, or gives a right app.

`make test` judges ten thousand sets, always the same, and bakes a few. `make fuzz` draws others each time, bakes
hundreds, and prints what it found so that it can be drawn again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from packaging.requirements import Requirement
from preflight.leaks import secret_lines
from preflight.submodule_url import read_submodule
from preflight.urls import HIDDEN_LOGIN

from making.answers import find_problems
from making.files import is_wanted
from making.problem import describe
from making.settings import wants_repository, words_of
from tests.support import packages, servers
from tests.support.answers import make_answers, template_environment
from tests.support.baking import git
from tests.support.certificates import make_certificate
from tests.support.commands import run
from tests.support.forked_programs import cookiecutter
from tests.support.hostile_answers import QUESTIONS, Hostile, good_sets, hostile_sets
from tests.support.parsed_files import files_of, pip_lines, read_all
from tests.support.places import TEMPLATE

# How many bakes `make fuzz` asks for; 0 in every other run of the tests.
BAKES = int(os.environ.get("FUZZ", "0"))
# The fuzzer bakes in two processes.
HALVES = 2 if BAKES else 1


def drawn(count: int, *, shrinks: bool = False) -> settings:
    """Return how many examples are drawn: the same in each run of the tests, others in each run of the fuzzer.

    A found one is made as small as can be only where that takes seconds.
    """
    return settings(
        max_examples=count,
        derandomize=not BAKES,
        database=None,
        deadline=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


# The files that answers are written into.
FILES = (
    *(
        "requirements.txt",
        "requirements-dev.txt",
        "pyproject.toml",
        "viktor.config.toml",
        "README.md",
        "AGENTS.md",
    ),
    *(
        ".ci/variables.py",
        ".github/workflows/ci.yml",
        ".github/workflows/update.yml",
        ".github/dependabot.yml",
    ),
    *(".gitlab-ci.yml", "azure-pipelines.yml", "renovate.json"),
)


# The first hook's rules


@drawn(1430 * max(1, BAKES // 100), shrinks=True)
@given(hostile_sets())
def test_each_set_is_refused_with_its_questions_or_gives_right_files(hostile):
    for count in (1, 2, 3):
        for questions in combinations(hostile.hostile, count):
            judge(hostile, questions)


def judge(hostile: Hostile, questions: tuple[str, ...]) -> None:
    """Check what the first hook's rules say of a set of answers, and the files of one that they take."""
    answers = hostile.answers(*questions)
    problems = find_problems(answers)
    for problem in problems:
        assert problem.questions
        assert set(problem.questions) <= set(QUESTIONS)
        assert describe(problem).replace("\n", "").isprintable()
        assert problem.questions[0] in describe(problem)
    if hidden := hostile.hidden(answers):
        assert problems
        assert hidden not in "".join(map(describe, problems))
    if not problems:
        check_files(answers, render(answers, FILES if len(questions) == len(hostile.hostile) else FILES[:3]))


def render(answers: dict, paths: tuple[str, ...]) -> dict[str, str]:
    """Return the text of files of the app with these answers, of those that it has."""
    environment = template_environment()
    return {
        path: environment.get_template(path).render(cookiecutter=answers)
        for path in paths
        if is_wanted(path, answers)
    }


# What a right app is


def check_files(answers: dict, files: dict[str, str]) -> None:
    """Check that every file can be read, that none holds a secret, and that requirements.txt holds what was asked."""
    read_all(files)
    for path, text in files.items():
        assert secrets_in(text) == {}, path
    check_requirements(answers, files["requirements.txt"])


@cache
def secrets_in(text: str) -> dict[int, str]:
    """The lines in which preflight sees something secret; many apps have the same texts."""
    return secret_lines(text, {})


def check_requirements(answers: dict, text: str) -> None:
    """Check that requirements.txt holds, for pip, exactly the index and the packages that were asked."""
    pins = answers["_pins"]
    index, packages = words_of(answers["index_url"]), words_of(answers["private_packages"])
    found = [line.requirement for line in pip_lines(text) if line.requirement]
    assert found[:2] == [f"viktor=={pins['viktor']}", f"plotly=={pins['plotly']}"]
    options = [line.opts for line in pip_lines(text) if not line.requirement]
    if index and any(map(urls_of, options)):
        right = lines_of_options(index, options) + packages
    else:
        assert options == []
        right = found[2:]
        check_packages_from_git(index, packages, right)
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == found[:2] + right


def urls_of(options) -> list[str]:
    """Return the URLs that a line of options gives to pip."""
    return [url for url in (options.index_url, *(options.extra_index_urls or [])) if url]


def lines_of_options(index: list[str], options: list) -> list[str]:
    """Check that pip gets the one index that was typed; return its line, with the guard beside an extra index."""
    (url,) = (url for one in options for url in urls_of(one))
    found, typed = urlsplit(url), urlsplit(url_in(index[-1]))
    login, _, place = found.netloc.rpartition("@")
    assert login == "" or HIDDEN_LOGIN.fullmatch(login)
    assert (found.scheme, place, found.path) == (typed.scheme, typed.netloc.rpartition("@")[2], typed.path)
    is_only = index[0].startswith(("-i", "--index-url"))
    guard = [] if is_only else ["--only-binary :all:"]
    return [*guard, f"{'--index-url' if is_only else '--extra-index-url'} {url}"]


def url_in(word: str) -> str:
    """Return the URL in the last word of an answer, which may be joined to its option, and quoted."""
    return re.sub(r"^-[a-z-]+=", "", word).strip("\"'")


def check_packages_from_git(index: list[str], packages: list[str], found: list[str]) -> None:
    """Check that each package is taken from the repository of its name in the group that was typed, at its ref."""
    assert len(found) == len(packages)
    for word, line in zip(packages, found, strict=True):
        name, _, ref = word.partition("@")
        requirement = Requirement(line)
        url = urlsplit(requirement.url.removeprefix("git+"))
        assert requirement.name == name
        assert url.netloc.rpartition("@")[2] == urlsplit(url_in(index[-1])).netloc.rpartition("@")[2]
        assert re.fullmatch(rf"/.*/{re.escape(name)}(\.git)?@{re.escape(ref)}", url.path)
        assert url.query == url.fragment == ""


# Whole bakes


@dataclass
class Machine:
    """Where apps are baked: all folders that a run may write to, and a server of Git repositories."""

    root: Path
    repositories: Path
    url: str

    def bake(self, answers: dict, status: int | None) -> tuple[Path, str]:
        """Run cookiecutter with the answers, taken as they are; return the new folder for its app and what it printed."""
        folder = self.root / "run"
        for used in (folder, self.repositories):
            shutil.rmtree(used, ignore_errors=True)
        for name in ("apps", "work", "temporary"):
            (folder / name).mkdir(parents=True)
        replay = folder / "replay.json"
        replay.write_text(json.dumps({"cookiecutter": answers}), encoding="utf-8")
        variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "temporary"))
        words = (TEMPLATE, "--output-dir", folder / "apps", "--replay-file", replay)
        printed = cookiecutter(
            *words, cwd=folder / "work", env=variables | self.rules(answers), status=status
        )
        assert sorted(os.listdir(folder)) == ["apps", "replay.json", "temporary", "work"]  # noqa: PTH208
        assert not list((folder / "work").iterdir())
        assert not list(self.root.rglob("*canary*"))
        return folder / "apps", printed

    def rules(self, answers: dict) -> dict[str, str]:
        """Return the variables with which Git clones each submodule from the server, whatever its URL; it has the ref."""
        rules = {}
        for number, word in enumerate(words_of(answers["submodules"])):
            submodule = read_submodule(word)
            files = packages.sources(f"part-{number}", "1.0", layout="src")
            name = f"part-{number}.git"
            is_there = submodule.ref == "main" or is_commit(submodule.ref)
            commit = packages.Commit(files, tag="" if is_there else submodule.ref)
            packages.repository(self.repositories / name, commit)
            rules[f"url.{self.url}/{name}.insteadOf"] = submodule.url
        numbered = enumerate(rules.items())
        pairs = {
            f"GIT_CONFIG_{what}_{number}": text
            for number, rule in numbered
            for what, text in zip(("KEY", "VALUE"), rule, strict=True)
        }
        return pairs | {"GIT_CONFIG_COUNT": str(len(rules))}


# What `git init` and `git submodule add` write into a repository's settings.
OF_A_REPOSITORY = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|symlinks|ignorecase|precomposeunicode)"
    r"|submodule\.app/submodules/[^/]+\.(url|active)"
)


def is_commit(ref: str) -> bool:
    """Tell whether Git takes a ref for a commit's name, whatever branches there are."""
    return bool(re.fullmatch("[0-9a-f]{40}", ref))


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """Give a Machine, whose Git trusts its server."""
    folder = tmp_path_factory.mktemp("fuzz")
    certificate = make_certificate(folder)
    for name in ("machine", "repositories"):
        (folder / name).mkdir()
    with (
        servers.git_http(folder / "repositories", {}, tls=certificate.tls) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GIT_SSL_CAINFO", str(certificate.authority))
        yield Machine(folder / "machine", folder / "repositories", url)


@pytest.mark.parametrize("_half", range(HALVES))
def test_each_set_that_is_taken_gives_a_right_app(_half, machine):
    @drawn(max(BAKES, 3) // HALVES)
    @given(good_sets().filter(lambda changes: not find_problems(make_answers(**changes))))
    def bake(changes):
        answers = make_answers(**changes)
        commits = any(is_commit(read_submodule(word).ref) for word in words_of(answers["submodules"]))
        apps, printed = machine.bake(answers, status=1 if commits else 0)
        if commits:  # that no server has
            assert "could not be cloned" in printed
            assert not list(apps.iterdir())
            return
        check_app(answers, apps)

    bake()


def check_app(answers: dict, apps: Path) -> None:
    """Check a whole app: its files, its submodules, and what its own preflight says."""
    (app,) = apps.iterdir()
    assert app.name == answers["app_slug"]
    check_files(answers, files_of(app))
    if wants_repository(answers):
        check_repository(answers, app)
    variables = re.findall(r"\$\{(\w+)\}", (app / "requirements.txt").read_text(encoding="utf-8"))
    said = run(
        sys.executable, "-m", "preflight", "--offline", cwd=app, env=dict.fromkeys(variables, "made-up")
    )
    assert "Ready, as far as was checked." in said


def check_repository(answers: dict, app: Path) -> None:
    """Check that Git has exactly the submodules that were asked, one commit, and nothing that it would run."""
    asked = [read_submodule(word) for word in words_of(answers["submodules"])]
    listed = git(app, "ls-files", "--stage", "--", "app/submodules").splitlines()
    links = [line.partition("\t")[2] for line in listed if line.startswith("160000")]
    assert sorted(links) == sorted(submodule.path for submodule in asked)
    settings_of_each = [
        f"submodule.{one.path}.{line}"
        for one in asked
        for line in (f"path={one.path}", f"url={one.url}", *(["branch=main"] if one.ref == "main" else []))
    ]
    if asked:
        told = git(app, "config", "--file", ".gitmodules", "--list").splitlines()
        assert sorted(told) == sorted(settings_of_each)
    else:
        assert not (app / ".gitmodules").exists()
    names = git(app, "config", "--local", "--name-only", "--list").splitlines()
    assert [name for name in names if not OF_A_REPOSITORY.fullmatch(name)] == []
    assert git(app, "log", "--format=%s") == f"Start {answers['app_slug']}"
    assert git(app, "status", "--porcelain") == ""


# Whole refusals

# cookiecutter makes the folder of the slug before any hook can refuse it, and fails by itself where it can't.
FOLDER = re.compile(r"(?!\.{1,2}$)[^/\0\ud800-\udfff]{1,50}")


@drawn(max(BAKES // 4, 4))
@given(hostile_sets())
def refuse(machine, hostile):
    """Check what a user sees of a set that is refused."""
    answers = hostile.answers(*hostile.hostile)
    assume(find_problems(answers) and FOLDER.fullmatch(str(answers["app_slug"])))
    apps, printed = machine.bake(answers, status=1)
    said = printed.partition("ERROR: Stopping generation")[0]
    assert "with the answers; no file was written." in said
    for problem in find_problems(answers):
        assert re.search(rf"^{', '.join(problem.questions)}$", said, re.MULTILINE)
    assert "Traceback" not in said
    hidden = hostile.hidden(answers)
    assert not hidden or hidden not in printed
    assert not list(apps.iterdir())


def test_each_set_that_is_refused_leaves_nothing(machine):
    refuse(machine)
