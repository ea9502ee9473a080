"""A run that is interrupted at any moment leaves a whole app or no folder; one that is killed is completed by `-f`.

`make test` takes a few moments of each kind, always the same; `make fuzz` takes fifty, others each time.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from making.interruption import end
from making.unfinished import MARK, maker_of
from tests.support import packages, servers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import run
from tests.support.places import TEMPLATE

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
    if how == "closed terminal" and ended.code == 1:
        # What was printed just then failed before the signal came.
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


# (what a run that was killed has left of the app, as commands of Git in a whole one's files, and other files: text by path)
LEFT = {
    "an empty folder": None,
    "files": ((), {}),
    "a repository that was just begun": ((), {".git/objects/info/alternates": "", ".git/config.lock": ""}),
    "a repository": (["init --quiet"], {}),
    "staged files": (["init --quiet", "add --all"], {}),
    "staged files and locks": (["init --quiet", "add --all"], {".git/index.lock": "", ".git/HEAD.lock": ""}),
    "a commit": (
        ["init --quiet --initial-branch=main", "add --all", f"rm -q --cached {MARK}", "commit -qm Start"],
        {},
    ),
    "a commit and locks": (
        ["init --quiet --initial-branch=main", "add --all", f"rm -q --cached {MARK}", "commit -qm Start"],
        {".git/index.lock": "", ".git/refs/heads/main.lock": ""},
    ),
}


@pytest.mark.parametrize("left", LEFT)
def test_what_is_left_is_completed(left, undisturbed, tmp_path):
    whole, app = undisturbed(), tmp_path / SLUG
    app.mkdir()
    if LEFT[left]:
        commands, files = LEFT[left]
        shutil.copytree(
            Path(whole.folder, SLUG), app, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True
        )
        leave(app, commands, files)
    complete(tmp_path, whole)


def leave(app: Path, commands: list[str], files: dict[str, str]) -> None:
    """Make what a killed run has left: the mark, what Git did, and other files."""
    (app / MARK).write_text(f"{process_that_ended()} \n", encoding="ascii")
    for command in commands:
        git(app, *command.split())
    for path, text in files.items():
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_text(text, encoding="utf-8")


def process_that_ended() -> int:
    """Return the number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def two(sixteen):
    """Give the answer that asks for two submodules."""
    return " ".join(sixteen.split()[:2])


# What `git submodule add` does one after the other, and then what comes after it.
REGISTERING = [
    "clone --quiet {url} {path}",
    "add {path}",
    "config --file .gitmodules submodule.{path}.path {path}",
    "config --file .gitmodules submodule.{path}.url {url}",
    "add .gitmodules",
    "config submodule.{path}.url {url}",
    "submodule --quiet absorbgitdirs {path}",
]


@pytest.mark.parametrize("inside", [False, True], ids=["own", "enclosing"])
@pytest.mark.parametrize("done", range(1, len(REGISTERING) + 1))
def test_submodules_that_are_registered_by_half_are_completed(done, inside, two, undisturbed, tmp_path):
    """In the app's own repository, and in one that the app lies in, which ends as if nothing had happened."""
    whole, top = undisturbed(two), tmp_path / "top"
    app = top / SLUG
    shutil.copytree(
        Path(whole.folder, SLUG), app, ignore=shutil.ignore_patterns(".git", ".gitmodules", "part-*")
    )
    if inside:
        git(top, "init", "--quiet")
        (top / "ours.md").write_text("ours\n", encoding="utf-8")
        git(top, "add", "ours.md")
        git(top, "commit", "--quiet", "--message", "Ours")
    leave(app, [] if inside else ["init --quiet", "config advice.addEmbeddedRepo false"], {})
    path = f"{SLUG}/" * inside + "app/submodules/part-00"
    url = two.partition("=")[2].split()[0]
    for command in REGISTERING[:done]:
        git(top if inside else app, *command.format(path=path, url=url).split())
    if not inside:
        complete(top, whole, two)
        return
    make_app(top, OVER, two)
    expected = tmp_path / "expected"
    git(tmp_path, "init", "--quiet", "expected")
    make_app(expected, two)
    for words in (
        "ls-files --stage --full-name",
        "config --get-regexp submodule",
        "config --file .gitmodules --list",
    ):
        asked = [
            {line for line in git(folder, *words.split()).splitlines() if "ours.md" not in line}
            for folder in (top, expected)
        ]
        assert asked[0] == asked[1]
    assert git(top, "show", "HEAD:ours.md") == "ours"


def test_a_lock_of_the_enclosing_repository_is_not_ours(two, undisturbed, tmp_path):
    """Another Git may be at work there: which file to remove is said, and then the app is completed."""
    app, lock = tmp_path / SLUG, tmp_path / ".git" / "index.lock"
    undisturbed(two)
    git(tmp_path, "init", "--quiet")
    app.mkdir()
    leave(app, [], {})
    lock.touch()
    said = make_app(tmp_path, OVER, two, status=1)
    assert f"Unable to create '{lock}': File exists." in said
    lock.unlink()
    make_app(tmp_path, OVER, two)
    assert len(git(tmp_path, "submodule", "status").splitlines()) == 2


# A team's work


def test_a_mark_that_was_left_costs_no_work(undisturbed, tmp_path):
    """Somebody went on in an app whose mark a power cut had left: what is committed stays, and what isn't Git's own."""
    app = tmp_path / SLUG
    shutil.copytree(Path(undisturbed().folder, SLUG), app)
    leave(app, [], {"ours.md": "ours\n", "app/submodules/ours/own.py": "", "notes.txt": "not committed\n"})
    git(app, "add", "ours.md")
    git(app, "commit", "--quiet", "--message", "Ours")
    before = git(app, "rev-parse", "HEAD")
    make_app(tmp_path, OVER)
    assert git(app, "rev-parse", "HEAD") == before
    assert (app / "notes.txt").read_text(encoding="utf-8") == "not committed\n"
    assert (app / "app/submodules/ours/own.py").exists()
    assert not (app / MARK).exists()


def test_a_mark_that_was_left_in_an_enclosing_repository_costs_no_work(two, undisturbed, tmp_path):
    """What somebody has put beside the submodules by hand is no clone of the run that was cut off."""
    app = tmp_path / SLUG
    git(tmp_path, "init", "--quiet")
    shutil.copytree(Path(undisturbed().folder, SLUG), app, ignore=shutil.ignore_patterns(".git"))
    leave(app, [], {"app/submodules/ours/own.py": "", "elsewhere/own.py": ""})
    (app / "app" / "submodules" / "linked").symlink_to(app / "elsewhere")
    make_app(tmp_path, OVER, two)
    assert (app / "app/submodules/ours/own.py").exists()
    assert (app / "app/submodules/linked/own.py").exists()
    assert len(git(tmp_path, "submodule", "status").splitlines()) == 2


def test_a_run_without_a_repository_heals_none(undisturbed, tmp_path):
    app = tmp_path / SLUG
    shutil.copytree(Path(undisturbed().folder, SLUG), app, ignore=shutil.ignore_patterns(".git"))
    leave(app, ["init --quiet", "add README.md"], {})
    make_app(tmp_path, OVER, "__git_init=no")
    assert git(app, "ls-files") == "README.md"


def test_a_repository_without_a_mark_is_nobodys_but_the_teams(undisturbed, tmp_path):
    """Even one without a commit."""
    app = tmp_path / SLUG
    shutil.copytree(Path(undisturbed().folder, SLUG), app, ignore=shutil.ignore_patterns(".git"))
    (app / "ours.md").write_text("ours\n", encoding="utf-8")
    git(app, "init", "--quiet")
    git(app, "add", "ours.md")
    (app / ".git" / "index.lock").touch()
    make_app(tmp_path, OVER)
    assert (app / ".git" / "index.lock").exists()
    (app / ".git" / "index.lock").unlink()
    assert git(app, "ls-files", "--cached") == "ours.md"


@pytest.mark.parametrize("how", INTERRUPTIONS)
def test_an_app_that_was_there_is_never_removed(how, undisturbed, chance, tmp_path):
    whole = undisturbed()
    moments = moments_in(whole, MOMENTS // 2, chance)
    for number in range(len(moments)):
        app = tmp_path / f"run-{number}" / SLUG
        shutil.copytree(Path(whole.folder, SLUG), app)
        (app / "ours.md").write_text("ours\n", encoding="utf-8")
    for ended in runs_of(Plan(how, moments, [OVER], str(tmp_path))):
        app = Path(ended.folder, SLUG)
        assert (app / "ours.md").read_text(encoding="utf-8") == "ours\n"
        assert git(app, "rev-parse", "HEAD^{tree}") == git(
            Path(whole.folder, SLUG), "rev-parse", "HEAD^{tree}"
        )
        assert not ended.stray
        assert not ended.temporary


# Others in the same place, and other programs


@pytest.mark.parametrize("options", [(), (OVER,)], ids=["new", "over"])
def test_two_runs_at_once_in_one_folder(options, sixteen, undisturbed, tmp_path):
    """The second one is told of the first, and does nothing; the first one makes its app."""
    whole = undisturbed(sixteen)
    first = subprocess.Popen(
        [sys.executable, "-m", "cookiecutter", TEMPLATE, "--no-input", "--output-dir", tmp_path, sixteen],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    wait_for(tmp_path / SLUG / "README.md")
    said = make_app(tmp_path, *options, status=1)
    assert f"{tmp_path / SLUG} is being made by another run right now, process " in said
    assert "Wait until it has ended." in said
    assert first.wait(300) == 0, first.stdout.read()
    assert tree_of(tmp_path / SLUG) == tree_of(Path(whole.folder, SLUG))


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)


PROGRAM = """\
import signal, subprocess, sys
from cookiecutter.main import cookiecutter
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background are told to ignore it
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
with subprocess.Popen([sys.executable, "-c", "print(input())"], **pipes) as child:
    try:
        submodules = {"submodules": sys.argv[3]}
        cookiecutter(sys.argv[1], no_input=True, output_dir=sys.argv[2], extra_context=submodules)
    except KeyboardInterrupt:
        print("my own way, and my child says", child.communicate(b"hello\\n")[0].decode())
"""


def test_a_program_that_uses_cookiecutter_is_interrupted_in_its_own_way(tmp_path):
    """Here while it waits for a server, so that the app can't be whole before the signal comes."""
    with servers.silent() as port:
        words = [TEMPLATE, tmp_path, f"git://127.0.0.1:{port}/one.git"]
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        wait_for(tmp_path / SLUG)
        program.send_signal(signal.SIGINT)
        said = program.communicate(timeout=60)[0].decode()
    assert said.endswith("my own way, and my child says hello\n\n")
    assert not (tmp_path / SLUG).exists()


def test_a_program_is_told_that_nothing_was_made_over_a_folder_that_was_there(tmp_path):
    (tmp_path / SLUG).mkdir()
    (tmp_path / SLUG / "ours.md").touch()
    said = run(sys.executable, "-c", PROGRAM, TEMPLATE, tmp_path, "none", status=1)
    assert f"{tmp_path / SLUG} is there already, and stays as it is." in said
    assert said.endswith("\nno app was made.\n")


def test_a_number_that_another_process_has_by_now():
    """The hook has ended long before the error is told that it ended with."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", "print(input())"], **pipes) as other:
        hook = subprocess.Popen([sys.executable, "-c", ""])
        hook.wait()
        hook.pid = other.pid
        end(hook)
        assert other.communicate(b"hello\n")[0] == b"hello\n"


@pytest.mark.parametrize("number", [os.getpid(), os.getppid(), 10**30], ids=["own", "parent", "none"])
def test_a_mark_with_a_number_of_this_run_is_an_old_one(number, tmp_path):
    """As in a container that is started anew, where the same programs get the same numbers."""
    (tmp_path / MARK).write_text(f"{number} \n", encoding="ascii")
    assert maker_of(tmp_path) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it")
def test_a_run_that_nobody_has_asked_how_it_ended(tmp_path):
    """As in a container whose first process isn't made for it."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)  # leaves it as it is
    (tmp_path / MARK).write_text(f"{ended.pid} \n", encoding="ascii")
    assert maker_of(tmp_path) == 0
    assert ended.wait() == 0


def test_what_is_registered_in_an_enclosing_repository_is_taken_back(tmp_path):
    """Interrupted after the last clone, in a submodule's own submodule, whose server says nothing."""
    top, server = tmp_path / "top", tmp_path / "server"
    server.mkdir()
    git(tmp_path, "init", "--quiet", "top")
    with servers.silent() as port, servers.git_daemon(server) as url:
        inner = f'[submodule "inner"]\n\tpath = inner\n\turl = git://127.0.0.1:{port}/inner.git\n'
        files = {
            **packages.sources("outer", "1.0"),
            ".gitmodules": inner,
            "inner": packages.Gitlink("1" * 40),
        }
        packages.repository(server / "outer.git", packages.Commit(files))
        words = (TEMPLATE, "--no-input", "--output-dir", top, f"submodules={url}/outer.git")
        program = subprocess.Popen(
            [sys.executable, "-m", "cookiecutter", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        wait_for(top / ".git" / "modules" / SLUG / "app" / "submodules" / "outer" / "modules")
        program.terminate()
        said = program.communicate(timeout=60)[0].decode()
    assert said.endswith(f"\nInterrupted: no app was made, and nothing is left of {top / SLUG}.\n")
    assert git(top, "ls-files") == ""
    assert git(top, "status", "--porcelain") == ""
    assert "submodule" not in git(top, "config", "--local", "--list")
    assert not list((top / ".git" / "modules").rglob("HEAD"))


def test_a_run_that_outlives_its_terminal_goes_on(undisturbed, tmp_path):
    """As `nohup` asks for."""
    program = subprocess.Popen(
        ["nohup", sys.executable, "-m", "cookiecutter", TEMPLATE, "--no-input", "--output-dir", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    wait_for(tmp_path / SLUG)
    program.send_signal(signal.SIGHUP)
    said = program.communicate(timeout=60)[0].decode()
    assert "is ready." in said
    assert tree_of(tmp_path / SLUG) == tree_of(Path(undisturbed().folder, SLUG))


def test_no_file_of_a_hook_stays(tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    make_app(tmp_path, env={"TMPDIR": str(temporary)})
    assert not list(temporary.iterdir())
