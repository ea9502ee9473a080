"""Where packages come from: whatever a private index or a stranger does, preflight says what pip really would do.

Each row of the table of set-ups is served by real indexes; pip and uv are measured beside what preflight says.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support import setups
from tests.support.commands import new_environment, run
from tests.support.forked_programs import Ready
from tests.support.process_arguments import watched_arguments
from tests.support.real_resolvers import pip_urls, uv_urls
from tests.support.staging import PUBLIC, STOPS, USER, SetUp, Staged, staged

# Runs preflight with a lower limit in time.
IMPATIENT = (
    "from preflight import __main__, resolvers; resolvers.TIME_LIMIT = 5; raise SystemExit(__main__.main())"
)
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
HERE_IN_FULL = ".".join(str(number) for number in sys.version_info[:3])


@dataclass(frozen=True)
class Bench:
    """What judges set-ups: an app, its Python, and a pip that measures."""

    app: Path
    python: Path
    pip: Ready


@pytest.fixture(scope="module")
def bench(bake, tmp_path_factory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    # Without its Git repository the checks that look at it are left out: they are others' tests.
    app = shutil.copytree(bake(python_version=HERE), folder / "app", ignore=shutil.ignore_patterns(".git"))
    python = new_environment(folder / "environment", f"uv=={version('uv')}")
    pip = Ready(python, "pip._internal.cli.main", "pip._internal.commands.install")
    yield Bench(Path(app), python, pip)
    pip.stop()


def judge(bench: Bench, setup: SetUp, folder: Path, *preflight: str) -> None:
    """Check that preflight's verdict on a set-up is right, that pip and uv do as the row says, and nothing leaks."""
    with staged(setup, folder) as stage:
        problems = preflight_says(bench, stage, *(preflight or ("-m", "preflight")))
        measured = folder / "measured"
        measured.mkdir()
        for name, text in stage.files.items():
            (measured / name).write_text(text, encoding="utf-8")
        assert stage.marker.exists() == setup.builds, "what preflight built"
        taken = {
            "pip": places(setup.pip, stage, lambda: pip_urls(bench.pip, measured, stage.needed)),
            "uv": places(setup.uv, stage, lambda: uv_urls(measured, stage.needed, HERE_IN_FULL)),
        }
    assert logins_seen_elsewhere(stage) == set()
    assert taken["pip"] == expected(setup.pip, taken["pip"])
    assert taken["uv"] == expected(setup.uv, taken["uv"])
    assert verdict(problems) == setup.verdict, problems
    told = [one for one in problems if one["warning"] == (setup.verdict == "warning")]
    assert any(setup.word in f"{one['what']}: {one['mend']}" for one in told) or not setup.word, problems
    if setup.word == "look-alike" and setup.verdict == "failed":
        wrong = {name for name, place in taken["pip"].items() if place != taken["uv"][name]}
        assert {name for name in taken["pip"] if any(name in one["what"] for one in told)} == wrong, problems


def places(wanted, stage: Staged, ask) -> dict[str, str] | str | None:
    """Return the place of each package but viktor that a resolver takes, STOPS, or None if it isn't to be asked."""
    if wanted is None:
        return None
    urls = ask()
    return (
        STOPS if urls is None else {name: stage.place(url) for name, url in urls.items() if name != "viktor"}
    )


def expected(wanted, taken):
    """Return what a row says in the form of what was measured: one place stands for that of all packages."""
    if isinstance(wanted, str) and wanted != STOPS and isinstance(taken, dict):
        return dict.fromkeys(taken, wanted)
    return wanted


def logins_seen_elsewhere(stage: Staged) -> set[str]:
    """Return the paths for which a login was sent to a server that none is for: whose login, nobody need know."""
    others = [stage.indexes[PUBLIC].asked, *(index.asked_elsewhere for index in stage.indexes.values())]
    return {asked.path for requests in others for asked in requests if asked.login}


def verdict(problems: list[dict]) -> str:
    """Return the worst of what was said."""
    if any(not one["warning"] for one in problems):
        return "failed"
    return "warning" if problems else "passed"


def preflight_says(bench: Bench, stage: Staged, *preflight: str) -> list[dict]:
    """Return the problems that preflight finds in an app with these files; check that it keeps the secret."""
    for name, text in stage.files.items():
        (bench.app / name).write_text(text, encoding="utf-8")
    variables = {**stage.needed, **stage.settings, "PYTHONDONTWRITEBYTECODE": ""}
    with watched_arguments() as watched:
        printed = run(bench.python, *preflight, "--json", cwd=bench.app, env=variables, status=None)
    assert stage.password not in printed
    assert stage.needed.get("MY_PASSWORD") not in printed
    assert watched.with_secret(USER, stage.password) == []
    for name in stage.files.keys() - {"requirements.txt"}:
        (bench.app / name).unlink()
    return [problem for result in json.loads(printed) for problem in result["problems"]]


def each(rows: dict[str, SetUp], *preflight: str):
    """Return a test of each row; `preflight` is how Python is told to run it, if not as usual."""

    @pytest.mark.parametrize("setup", rows.values(), ids=rows.keys())
    def test(_self, bench, tmp_path, setup):
        judge(bench, setup, tmp_path, *preflight)

    return test


class TestLookAlikes:
    """A stranger's package of the same name is never taken unseen."""

    test = each(setups.LOOK_ALIKES)


class TestNeededByPipAlone:
    """What uv doesn't know of comes from its own index too."""

    test = each(setups.NEEDED_BY_PIP_ALONE)


class TestIndexes:
    """Indexes stand in the order and the form in which pip and uv make the same of them."""

    test = each(setups.INDEXES)


class TestBuilds:
    """No stranger's build ever runs, and hashes stand for all or for none."""

    test = each(setups.BUILDS)


class TestLogins:
    """A login that is wrong, missing or of another form is told."""

    test = each(setups.LOGINS)


class TestHosts:
    """A right index passes, whatever kind of host it is, and what is wrong there is told."""

    test = each(setups.HOSTS)


class TestOutages:
    """An index that fails is never passed over."""

    test = each(setups.OUTAGES)


class TestSlowIndexes:
    """An index that keeps preflight waiting is given up, here after seconds."""

    test = each(setups.SLOW, "-c", IMPATIENT)


class TestGitHosts:
    """A package straight from its repository is there for VIKTOR's server too."""

    test = each(setups.FROM_A_GIT_HOST)


class TestOwnSettings:
    """What the developer has set for himself changes nothing: VIKTOR's server hasn't."""

    test = each(setups.OWN_SETTINGS)


@pytest.mark.parametrize("name", setups.MENDED)
def test_what_is_mended_as_is_said_passes(bench, tmp_path, name):
    setup, words, text = setups.MENDED[name]
    wrong, mended = tmp_path / "wrong", tmp_path / "mended"
    wrong.mkdir()
    mended.mkdir()
    with staged(setup, wrong) as stage:
        problems = preflight_says(bench, stage, "-m", "preflight")
    assert any(words in problem["mend"] for problem in problems if not problem["warning"]), problems
    holding = setup.private
    if "publish" in words:
        holding = setups.on(setups.ACME)
    with staged(replace(setup, text=text, private=holding), mended) as stage:
        assert verdict(preflight_says(bench, stage, "-m", "preflight")) != "failed"
