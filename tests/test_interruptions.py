"""A run that is interrupted at any moment leaves a whole app or no folder; one that is killed is completed by `-f`.

`make test` takes a few moments of each kind, always the same; `make fuzz` takes fifty, others each time.
"""

import os
import random
import sys
from pathlib import Path

import pytest

from making.unfinished import MARK
from tests.support import packages, servers
from tests.support.baking import SLUG, git, make_app

if sys.platform == "win32":
    pytest.skip("terminals and signals are POSIX's", allow_module_level=True)

from tests.support.interrupted_runs import Plan, Run, runs_of

FUZZ = "FUZZ" in os.environ
MOMENTS, MOMENTS_OF_SLOW_CLONES, QUESTIONS = (50, 50, 10) if FUZZ else (4, 1, 2)
INTERRUPTIONS = {"Ctrl-C": 130, "SIGTERM": 143, "closed terminal": 129}
KILLED = 137
SIXTEEN = [f"part-{number:02}" for number in range(16)]
OVER = "--overwrite-if-exists"


@pytest.fixture(scope="module")
def chance():
    """Give random numbers, the same in each run but the fuzzer's, which prints where they begin."""
    seed = random.randrange(2**32) if FUZZ else 12  # noqa: S311 (not for a secret)
    print(f"random numbers from {seed}")
    return random.Random(seed)  # noqa: S311


@pytest.fixture(scope="module")
def sixteen(tmp_path_factory):
    """Give the answer that asks for sixteen submodules from a server that begins each answer late."""
    folder = tmp_path_factory.mktemp("sixteen")
    for name in SIXTEEN:
        packages.repository(
            folder / f"{name}.git", packages.Commit(packages.sources(name, "1.0", layout="src"))
        )
    with servers.git_daemon(folder) as url, servers.relay(int(url.rpartition(":")[2]), 0.3) as port:
        yield "submodules=" + " ".join(f"git://127.0.0.1:{port}/{name}.git" for name in SIXTEEN)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Give a function that runs to the end with some answers, once, and returns the Run."""
    known = {}

    def run_undisturbed(*words) -> Run:
        if words not in known:
            # The first run of a program that is ready is slower than the others.
            known[words] = runs_of(Plan("", [0, 0], list(words), str(tmp_path_factory.mktemp("whole"))))[-1]
            assert known[words].code == 0, known[words].output
            assert not known[words].temporary
        return known[words]

    return run_undisturbed


def moments_in(whole: Run, count: int, chance: random.Random) -> list[float]:
    """Return random moments of a run, and now and then one right after its end."""
    return [chance.uniform(0, 1.03 * whole.seconds) for _ in range(count)]


def tree_of(app: Path) -> str:
    """Return Git's name of all that is committed in a whole app, submodules too."""
    assert not (app / MARK).exists()
    assert git(app, "status", "--porcelain") == ""
    for line in git(app, "submodule", "status").splitlines():
        assert not line.startswith(("-", "+", "U")), line
    return git(app, "rev-parse", "HEAD^{tree}")


def check(ended: Run, how: str, whole: Run) -> None:
    """Hold a run to what is promised of an interrupted one."""
    app, told = Path(ended.folder, SLUG), ended.output
    if app.exists():
        assert tree_of(app) == tree_of(Path(whole.folder, SLUG)), told
    assert not ended.stray, told
    assert not ended.temporary, told
    if ended.code == 0:
        assert "is ready." in told
        return
    if how == "Ctrl-C" and ended.code == 1:
        # cookiecutter hadn't read the template yet: what it does then is its own.
        assert "Aborted!" in told
        assert not app.exists()
        return
    assert ended.code == INTERRUPTIONS[how], told
    if how == "SIGTERM" and "Interrupted" not in told:
        assert told == ""
        return
    if how != "closed terminal":
        last = told.strip().splitlines()[-1]
        assert last.startswith("Interrupted: "), told
        assert ("is whole" in last) == app.exists()
    if how == "SIGTERM":
        assert "Traceback" not in told


# Whole, or nothing


@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_at_any_moment(how, undisturbed, chance, tmp_path):
    whole = undisturbed()
    plan = Plan(how, moments_in(whole, MOMENTS, chance), [], str(tmp_path))
    for ended in runs_of(plan):
        check(ended, how, whole)


@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_in_the_prompts(how, undisturbed, chance, tmp_path):
    plan = Plan(how, chance.sample(range(10), QUESTIONS), [], str(tmp_path), asks=True)
    for ended in runs_of(plan):
        check(ended, how, undisturbed())
        assert ended.code == INTERRUPTIONS[how]
        assert not list(Path(ended.folder).iterdir())


@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_while_sixteen_slow_submodules_are_cloned(how, sixteen, undisturbed, chance, tmp_path):
    whole = undisturbed(sixteen)
    plan = Plan(how, moments_in(whole, MOMENTS_OF_SLOW_CLONES, chance), [sixteen], str(tmp_path))
    for ended in runs_of(plan):
        check(ended, how, whole)


# Killed, and completed


def complete(folder: Path, whole: Run, *words: str) -> None:
    """Do what the next run says to do about a folder that a run has left, if there is one, and hold the app to be whole."""
    app = folder / SLUG
    if app.exists():
        said = make_app(folder, *words, status=1)
        if not (app / MARK).exists() and any(app.iterdir()):
            assert f"{app} is there already, and stays as it is." in said
        else:
            assert f"{app} is half made: a run was cut off." in said
            assert f"The same command with {OVER} completes it." in said
            make_app(folder, OVER, *words)
        assert tree_of(app) == tree_of(Path(whole.folder, SLUG))


def test_what_was_killed_is_completed(undisturbed, chance, tmp_path):
    whole = undisturbed()
    for ended in runs_of(Plan("SIGKILL", moments_in(whole, MOMENTS, chance), [], str(tmp_path))):
        assert ended.code in (0, KILLED)
        complete(Path(ended.folder), whole)


def test_what_was_killed_with_sixteen_slow_submodules_is_completed(sixteen, undisturbed, chance, tmp_path):
    whole = undisturbed(sixteen)
    moments = moments_in(whole, MOMENTS_OF_SLOW_CLONES, chance)
    for ended in runs_of(Plan("SIGKILL", moments, [sixteen], str(tmp_path))):
        complete(Path(ended.folder), whole, sixteen)
