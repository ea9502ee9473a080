"""Programs of Python's that are imported once, and then fork for each call: what is tested is not how long they take to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.support.commands import TIME_LIMIT, run
from tests.support.places import TEMPLATE

# Imports the modules that its arguments name, lets those that can get ready, and waits. A call is a line of JSON with the
# folder, all variables, the file for what is printed, and the arguments; it is answered by the exit code. The child goes
# on as `python -m PROGRAM` would.
CODE = """\
import importlib, json, os, runpy, sys, tempfile
sys.path.append(sys.argv[1])
for name in sys.argv[2:]:
    module = importlib.import_module(name)
    if hasattr(module, "get_ready"):
        module.get_ready()
sys.path.remove(sys.argv[1])
for line in sys.stdin:
    folder, variables, output, arguments = json.loads(line)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
os.chdir(folder)
os.environ.clear()
os.environ.update(variables)
tempfile.tempdir = None  # it is looked up anew
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(os.open(output, os.O_WRONLY | os.O_TRUNC), 1)
os.dup2(1, 2)
program = sys.argv[2].partition(".")[0]
sys.stdin, sys.argv = open(0), [program, *arguments]
runpy.run_module(program, run_name="__main__", alter_sys=True)
"""


class Ready:
    """A program that is ready: `Ready(python, "pip._internal.cli.main")` is the pip of an environment."""

    def __init__(self, python: str | Path, *modules: str) -> None:
        """Import the modules; the first one is of the program that is called."""
        self.program = (str(python), "-m", modules[0].partition(".")[0])
        self.process, self.told = None, told_at_start(os.environ)
        if hasattr(os, "fork"):
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
            self.process = subprocess.Popen([str(python), "-c", CODE, str(TEMPLATE), *modules], **pipes)

    def __call__(self, *arguments, cwd=None, env=None, status: int | None = 0) -> str:
        """Return what the program prints, with everything as `commands.run` has it."""
        variables = os.environ | (env or {})
        if not self.process or told_at_start(variables) != self.told:
            return run(*self.program, *arguments, cwd=cwd, env=env, status=status)
        with tempfile.NamedTemporaryFile() as output:
            words = [str(word) for word in arguments]
            call = [str(cwd or Path.cwd()), variables, output.name, words]
            self.process.stdin.write(json.dumps(call) + "\n")
            self.process.stdin.flush()
            timer = threading.Timer(TIME_LIMIT, self.process.kill)
            timer.start()
            answer = self.process.stdout.readline()
            timer.cancel()
            printed = output.read().decode("utf-8", "replace")
        assert answer, f"{self.program} gave no answer\n{printed}"
        assert status in (None, int(answer)), f"{self.program} {words} exited with {answer}\n{printed}"
        return printed

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.communicate()


def told_at_start(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are read once: Python's own, and the home, where cookiecutter keeps its records."""
    return {
        name: value for name, value in variables.items() if name.startswith(("PYTHON", "HOME", "USERPROFILE"))
    }


def cookiecutter(*arguments, **settings) -> str:
    """Run cookiecutter as a program, as `commands.run` does."""
    return ready(str(Path.home()), "cookiecutter.cli", "tests.support.jinja_cache")(*arguments, **settings)


def cruft(*arguments, **settings) -> str:
    """Run cruft as a program, as `commands.run` does."""
    return ready(str(Path.home()), "cruft._cli", "tests.support.jinja_cache")(*arguments, **settings)


@cache
def ready(_home: str, *modules: str) -> Ready:
    """Return a program of this environment, by its modules; one for each home."""
    return Ready(sys.executable, *modules)
