"""Runs of cookiecutter on a terminal that are interrupted, many of them soon: a program that is ready and forks for each.

`python -m tests.support.interrupted_runs` reads one JSON object, a Plan, and writes a list of what became of each run.
"""

from __future__ import annotations

import importlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.support.places import TEMPLATE

# How long a run may take to its end after it was interrupted, in seconds.
PATIENCE = 60
# After so many seconds it is interrupted again: Python doesn't notice a signal that comes just before it begins to wait for
# an answer, as it looks for one before that and the system wakes it only after.
AGAIN = 10
CTRL_C = b"\x03"
# In the environment of all that a run starts.
TOKEN = "INTERRUPTED_RUN"


@dataclass
class Plan:
    """Runs that are alike but for the moment at which each is interrupted."""

    how: str  # "Ctrl-C", "SIGTERM", "closed terminal", "SIGKILL", or "" for not at all
    moments: list[float]  # seconds after the start; questions that were answered, if it is to ask
    words: list[str]
    folder: str
    asks: bool = False
    template: str = str(TEMPLATE)


@dataclass
class Run:
    """What became of a run."""

    moment: float
    output: str = ""
    code: int = 0  # as a shell shows it
    seconds: float = 0.0
    stray: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    folder: str = ""


def runs_of(plan: Plan) -> list[Run]:
    """Return what becomes of the runs of a plan."""
    command = [sys.executable, "-m", "tests.support.interrupted_runs"]
    done = subprocess.run(
        command,
        input=json.dumps(asdict(plan)),
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=TEMPLATE,
    )
    assert done.returncode == 0, done.stderr
    return [Run(**run) for run in json.loads(done.stdout)]


def main() -> None:
    """Run the plan on standard input."""
    from tests.support import jinja_cache  # noqa: PLC0415 (here only: it changes Jinja, so that what is compiled is kept)

    plan = Plan(**json.load(sys.stdin))
    sys.path = [path for path in sys.path if path not in ("", str(TEMPLATE))]  # as for a user of cookiecutter
    if plan.template == str(TEMPLATE):
        jinja_cache.get_ready()
        forget_template()
    print(json.dumps([asdict(interrupted(plan, number)) for number in range(len(plan.moments))]))


def forget_template() -> None:
    """Let each run find the template's extension anew, as a program that was just started does."""
    importlib.import_module("cookiecutter.cli")
    for name in ("hooks", "hooks.template_folder"):
        sys.modules.pop(name, None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.excepthook = sys.__excepthook__


def interrupted(plan: Plan, number: int) -> Run:
    """Start a run on a terminal of its own, interrupt it, and return what became of it."""
    moment = plan.moments[number]
    folder, temporary = (Path(plan.folder, f"{name}-{number}") for name in ("run", "temporary"))
    for each in (folder, temporary):
        each.mkdir(exist_ok=True)
    token = f"{os.getpid()}-{number}-{time.monotonic_ns()}"
    run = Run(moment, folder=str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forking with threads: there are none
        process, terminal = pty.fork()
    if not process:
        be_cookiecutter(plan, folder, temporary, token)
    start = time.monotonic()
    output, interrupted_at, is_again, code = b"", 0.0, False, None
    while code is None:
        now = time.monotonic()
        if not interrupted_at and plan.how and is_time(plan, moment, now - start, output):
            interrupted_at = now
            terminal = interrupt(plan.how, process, terminal, token)
        if (
            interrupted_at
            and not is_again
            and now - interrupted_at > AGAIN
            and plan.how in ("Ctrl-C", "SIGTERM")
        ):
            is_again = True
            interrupt(plan.how, process, terminal, token)
        assert now - start < 5 * PATIENCE, output.decode(errors="replace")
        if interrupted_at and now - interrupted_at > PATIENCE:
            os.killpg(process, signal.SIGKILL)
            run.stray.append("hangs")
        output += read(terminal)
        if plan.asks and terminal >= 0:
            output = answer(terminal, output, moment)
        done, status = os.waitpid(process, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if done else None
    output += read(terminal)
    if terminal >= 0:
        os.close(terminal)
    run.seconds = time.monotonic() - start
    run.output, run.code = output.decode("utf-8", "replace"), code if code >= 0 else 128 - code
    if plan.how == "SIGKILL":
        wait_for_the_end(token)
    else:
        run.stray += map(words_of, processes_with(token))
    run.temporary = [path.name for path in temporary.iterdir() if not is_pythons_trial(path)]
    return run


def is_pythons_trial(file: Path) -> bool:
    """Tell whether Python made a file to see whether it may: a signal can come before it removes it (`tempfile`)."""
    return (
        bool(re.fullmatch("[a-z0-9_]{8}", file.name))
        and file.is_file()
        and file.read_bytes() in (b"", b"blat")
    )


def is_time(plan: Plan, moment: float, seconds: float, output: bytes) -> bool:
    """Tell whether the moment has come."""
    return f"[{int(moment) + 1}/10]".encode() in output if plan.asks else seconds >= moment


def answer(terminal: int, output: bytes, moment: float) -> bytes:
    """Answer with Enter each question before the one at which the run is interrupted."""
    for question in range(1, int(moment) + 1):
        asked, answered = f"[{question}/10]".encode(), f"(answered {question})".encode()
        if asked in output and answered not in output:
            os.write(terminal, b"\r")
            output += answered
    return output


def interrupt(how: str, process: int, terminal: int, token: str) -> int:
    """Interrupt a run as that happens; return its terminal, -1 if that is closed.

    SIGKILL stands for a power cut: it is for all that the run has started.
    """
    if how == "Ctrl-C":
        os.write(terminal, CTRL_C)
    elif how == "SIGTERM":
        os.kill(process, signal.SIGTERM)
    elif how == "SIGKILL":
        os.killpg(process, signal.SIGKILL)
        for child in processes_with(token):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    else:
        os.close(terminal)
        return -1
    return terminal


def read(terminal: int) -> bytes:
    """Return what was printed since the last time, after a short wait."""
    if terminal < 0:
        time.sleep(0.005)
        return b""
    with suppress(OSError):  # how Linux says that nobody has the terminal open any more
        if select.select([terminal], [], [], 0.002)[0]:
            return os.read(terminal, 65536)
    return b""


def processes_with(token: str) -> list[int]:
    """Return the processes that a run has started and that haven't ended, on Linux."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{TOKEN}={token}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def wait_for_the_end(token: str) -> None:
    """Wait until all that a run has started, and that was killed, has ended."""
    limit = time.monotonic() + PATIENCE
    while processes_with(token):
        assert time.monotonic() < limit
        time.sleep(0.005)


def words_of(process: int) -> str:
    """Return the command of a process."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return "ended meanwhile"


def be_cookiecutter(plan: Plan, folder: Path, temporary: Path, token: str) -> None:
    """Go on as cookiecutter does."""
    import runpy  # noqa: PLC0415

    os.environ |= {TOKEN: token, "TMPDIR": str(temporary)}
    tempfile.tempdir = None
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    options = [] if plan.asks else ["--no-input"]
    sys.argv = ["cookiecutter", plan.template, "--output-dir", str(folder), *options, *plan.words]
    code = 1
    try:
        runpy.run_module("cookiecutter", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
