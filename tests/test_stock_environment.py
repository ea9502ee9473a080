"""Machines with little on them: cookiecutter without GitPython, by uvx and pipx; no network, no identity, no Git."""

import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.baking import SLUG, git, make_app, path_with
from tests.support.commands import TIME_LIMIT, new_environment, run
from tests.support.places import TEMPLATE

COOKIECUTTER = f"cookiecutter=={version('cookiecutter')}"


@pytest.fixture(scope="module")
def stock_python(tmp_path_factory):
    """Give the Python of an environment that holds cookiecutter and what it depends on, nothing else."""
    python = new_environment(tmp_path_factory.mktemp("stock") / "environment", COOKIECUTTER)
    run(python, "-c", "import git", status=1)
    return python


def require_none(path: str, *programs: str) -> None:
    """Skip the test on a machine that has these programs beside Git."""
    found = [program for program in programs if shutil.which(program, path=path)]
    if found:
        pytest.skip(f"{', '.join(found)} is beside Git on this machine")


@pytest.mark.parametrize("runner", ["uvx", "pipx"])
def test_submodules_in_an_app_made_by_a_stock_runner(runner, git_daemon, tmp_path):
    folder = tmp_path / "programs"
    if runner == "uvx":
        path = path_with(folder, "uv", "uvx")
        command = ["uvx", "--python", sys.executable, COOKIECUTTER]
    else:
        path = path_with(folder, "pipx")
        require_none(path, "uv")
        command = ["pipx", "run", "--python", sys.executable, "--spec", COOKIECUTTER, "cookiecutter"]
    command[0] = shutil.which(command[0], path=path)
    environment = {"PATH": path, "PIPX_HOME": str(tmp_path / "pipx")}
    submodules = f"submodules={git_daemon}/acme-beams.git#v1.0 {git_daemon}/units.git"
    said = make_app(tmp_path / "apps", submodules, command=command, env=environment)
    app = tmp_path / "apps" / SLUG
    assert said.count("My VIKTOR App is ready.") == 1
    assert git(app, "describe", "--all", "--exact-match") == "heads/main"
    assert [line.split()[1] for line in git(app, "submodule", "status").splitlines()] == [
        "app/submodules/acme-beams",
        "app/submodules/units",
    ]
    assert git(app, "status", "--porcelain") == ""


def test_a_failure_of_the_second_run_is_a_failure(stock_python, git_daemon, tmp_path):
    path = path_with(tmp_path / "programs", "uv")
    command = (stock_python, "-m", "cookiecutter")
    submodules = f"submodules={git_daemon}/no-such.git"
    said = make_app(tmp_path / "apps", submodules, command=command, env={"PATH": path}, status=1)
    assert said.count("app/submodules/no-such could not be cloned") == 1
    assert not list((tmp_path / "apps").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program without asking it")
def test_an_interruption_reaches_the_second_run(stock_python, tmp_path):
    """The program that waits for the clone is a great-grandchild of the one that is told to end."""
    path, app = path_with(tmp_path / "programs", "uv"), tmp_path / "apps" / SLUG
    with servers.silent() as port:
        submodules = f"submodules=git://127.0.0.1:{port}/units.git"
        program = subprocess.Popen(
            [stock_python, "-m", "cookiecutter", TEMPLATE, "--no-input", "-o", app.parent, submodules],
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + TIME_LIMIT
        while not (app / "app" / "submodules" / "units").exists():
            assert program.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        program.terminate()
        said = program.communicate(timeout=60)[0].decode()
    assert program.returncode == 143
    assert said.endswith(f"\nInterrupted: no app was made, and nothing is left of {app}.\n")
    assert not list(app.parent.iterdir())


@pytest.mark.parametrize("with_git", [True, False], ids=["git", "no-git"])
def test_defaults_need_nothing_of_the_machine(with_git, stock_python, bake, tmp_path):
    """No GitPython, no identity, every proxy a closed door, and with or without Git."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    closed = dict.fromkeys(
        ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    )
    environment = {
        **dict.fromkeys(closed, "http://127.0.0.1:9"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PATH": str(Path(shutil.which("git")).parent if with_git else nothing),
    }
    said = make_app(tmp_path / "apps", command=(stock_python, "-m", "cookiecutter"), env=environment)
    assert "My VIKTOR App is ready." in said
    assert ("Git doesn't know you yet" if with_git else "Git is not installed") in said
    app = tmp_path / "apps" / SLUG
    assert (app / ".git").exists() == with_git
    made = {file.relative_to(app) for file in app.rglob("*") if file.is_file() and ".git" not in file.parts}
    expected = bake()
    assert made == {
        file.relative_to(expected)
        for file in expected.rglob("*")
        if file.is_file() and ".git" not in file.parts
    }
