"""Ends a run that is interrupted, or that the system fails, with nothing half made: in cookiecutter's own process.

cookiecutter removes what it has written only where a hook fails. Which folder it fills, and whether it made
that, stands in the variables of its functions (of the same names since 2.2.3). They are read here; where they aren't
found, nothing is removed. Until cookiecutter has read the template, there is nothing to remove, and on
Ctrl-C it says "Aborted!" and exits with 1.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from inspect import currentframe
from pathlib import Path
from typing import TYPE_CHECKING, Any

from making.ending import SIGNALS
from making.unfinished import at_work, is_unfinished, maker_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from subprocess import Popen
    from types import FrameType, TracebackType

    Handler = Callable[[int, FrameType | None], None] | signal.Handlers

# The modules of the commands. Another program that makes apps goes on as it would without this.
COMMANDS = {"cookiecutter.cli", "cruft._cli"}
# How long a hook may take to end, its children first, in seconds.
GRACE = 15

AGAIN = "See that files can be written there. Then type the same command again."


class Guard:
    """Cleans up before a signal or an error ends this process; what it ignores or handles itself stays so."""

    def __init__(self) -> None:
        """Take the place of what happens otherwise."""
        self.otherwise, self.excepthook, self.is_waiting = {}, sys.excepthook, False
        for number in SIGNALS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                with suppress(ValueError):  # not in the first thread, which alone may set this
                    self.otherwise[number] = signal.signal(number, self.interrupt)
        sys.excepthook = self.fail

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal: clean up and exit, or in another program than the commands let that do what it does."""
        callers = list(callers_of(frame))
        start = call_of(callers, "run_script")
        if start and "proc" not in start.f_locals:
            if not self.is_waiting:
                self.interrupt_at_next_line(number, start)
        else:
            self.end(number, frame, callers)

    def interrupt_at_next_line(self, number: int, start: FrameType) -> None:
        """Handle a signal when the hook that is being started is known: before, nobody could end it.

        Python tells of the next line of a function as it tells debuggers.
        """
        debugger, self.is_waiting = sys.gettrace(), True

        def go_on(frame: FrameType, _event: str, _value: object) -> None:
            sys.settrace(debugger)
            start.f_trace, self.is_waiting = None, False
            self.end(number, frame, list(callers_of(frame)))

        start.f_trace = go_on
        sys.settrace(debugger or (lambda *_: None))

    def end(self, number: int, frame: FrameType | None, callers: list[FrameType]) -> None:
        """Clean up and exit, or let another program than the commands do what it does."""
        if makes_app(callers):
            self.handle_all(signal.SIG_IGN)
            said = clean_up(callers)
            if any(module_of(caller) in COMMANDS for caller in callers):
                say(f"\nInterrupted: {said}")
                sys.exit(128 + number)
            self.handle_all(self.interrupt)
        otherwise = self.otherwise[number]
        if otherwise is signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        else:
            otherwise(number, frame)

    def handle_all(self, handler: Handler) -> None:
        """Let all signals be handled in one way."""
        for number in self.otherwise:
            signal.signal(number, handler)

    def fail(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Handle an error that nobody has: clean up, and say what the system says rather than show where it came up."""
        callers = list(callers_in(trace))
        said = clean_up(callers) if makes_app(callers) else ""
        if said and isinstance(error, OSError):
            cause = f" ({error.__cause__})" if error.__cause__ else ""
            say(f"{error}{cause}: {said}\n{AGAIN}")
        else:
            self.excepthook(kind, error, trace)
            if said:
                say(said)


def callers_of(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame, the one that called it, and so on."""
    while frame:
        yield frame
        frame = frame.f_back


def callers_in(trace: TracebackType | None) -> Iterator[FrameType]:
    """Yield the frames of a traceback."""
    while trace:
        yield trace.tb_frame
        trace = trace.tb_next


def module_of(frame: FrameType) -> str:
    """The name of a frame's module."""
    return frame.f_globals.get("__name__", "")


def makes_app(callers: list[FrameType]) -> bool:
    """Tell whether cookiecutter is at work."""
    return any(module_of(caller).startswith("cookiecutter.") for caller in callers)


def call_of(callers: list[FrameType], function: str) -> FrameType | None:
    """Return the frame of one of cookiecutter's functions, if it is at work."""
    for caller in callers:
        if caller.f_code.co_name == function and module_of(caller).startswith("cookiecutter."):
            return caller
    return None


def variables_of(callers: list[FrameType], function: str) -> dict[str, Any]:
    """Return the variables of one of cookiecutter's functions, if it is at work."""
    caller = call_of(callers, function)
    return dict(caller.f_locals) if caller else {}


def clean_up(callers: list[FrameType]) -> str:
    """End the hook that runs, remove what this run has made unless it is whole, and return what is there now."""
    if hook := variables_of(callers, "run_script").get("proc"):
        end(hook)
    remove_rendered_hook(callers)
    run = variables_of(callers, "generate_files")
    if "output_directory_created" in run:
        folder, made = Path(run["project_dir"]), run["output_directory_created"]
    else:  # the moment in which the folder is made
        making = variables_of(callers, "render_and_create_dir")
        made = making.get("output_dir_exists") is False
        folder = making.get("dir_to_create") if made else None
    if not folder or not folder.is_dir():
        return "no app was made."
    is_whole = run["accept_hooks"] and not is_unfinished(folder) and not variables_of(callers, "rmtree")
    if not made:
        return f"{folder} was there before, and some of its files may be new. Type the same command again."
    if is_whole:
        return f"{folder} is whole."
    if run["keep_project_on_failure"]:
        return f"what was written stays in {folder}."
    return remove(folder)


def end(process: Popen[bytes]) -> None:
    """End a process that may be waited for right now, which is why its own methods aren't used on POSIX."""
    if process.returncode is not None:  # it has ended, and another may have its number by now
        return
    if os.name == "nt":  # Ctrl-C ended it already, or Python wouldn't have come here
        process.poll()
        return
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        ended = status = 0
        while not ended:
            if time.monotonic() > deadline:
                os.kill(process.pid, signal.SIGKILL)
            time.sleep(0.01)
            ended, status = os.waitpid(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)


def remove_rendered_hook(callers: list[FrameType]) -> None:
    """Remove the file that cookiecutter wrote of the hook; one that runs to its end removes it itself."""
    file = variables_of(callers, "run_script").get("script_path")
    if not file:
        file = getattr(variables_of(callers, "run_script_with_context").get("temp"), "name", None)
    if file:
        Path(file).unlink(missing_ok=True)


def remove(folder: Path) -> str:
    """Remove a folder that this run has made, and return what is there now."""
    from cookiecutter.utils import rmtree

    try:
        rmtree(folder)
    except OSError as error:
        return f"{folder} is half made, and could not be removed ({error}). Remove it by hand."
    return f"no app was made, and nothing is left of {folder}."


def say(message: str) -> None:
    """Print to standard error, if anybody is there to read."""
    try:
        print(message, file=sys.stderr, flush=True)
    except (OSError, ValueError):  # the terminal is gone: Python would complain at its end, and exit with 120
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)


def tell_of_folder() -> None:
    """Say what is to be done about the folder of the app, if it is there and cookiecutter is about to refuse it."""
    run = variables_of(list(callers_of(currentframe())), "generate_files")
    if not run or "project_dir" in run or run["overwrite_if_exists"]:
        return
    slug = str(run["context"]["cookiecutter"]["app_slug"])  # a replay file may hold anything
    folder = Path(run["output_dir"], slug).absolute()
    if not folder.is_dir():
        return
    if maker := maker_of(folder):
        say(at_work(folder, maker))
    elif is_unfinished(folder):
        say(
            f"{folder} is half made: a run was cut off. The same command with --overwrite-if-exists completes it."
        )
    else:
        say(
            f"{folder} is there already, and stays as it is. Take another app_slug, or another folder with -o."
        )
