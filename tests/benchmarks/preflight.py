"""Measure preflight: the CPU time of --offline with ten submodules, and the whole of it against pip's own dry run."""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.pairs import compare, cookiecutter, plain_user
from tests.support import packages, servers

LIMIT, LOCK_LIMIT, SUBMODULES, CPU_LIMIT = 1.5, 1.1, 10, 0.3
# The system counts CPU time in steps of 0.01 s.
CPU_RUNS = 20
# This Python's: for another one both tools do other work.
PYTHON = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
NAMES = [f"part-{number:02}" for number in range(SUBMODULES)]


def run(app: Path, *words: str) -> None:
    """Run Python with these words in the app; raise CalledProcessError if that fails."""
    subprocess.run([sys.executable, *words], cwd=app, check=True, stdout=subprocess.DEVNULL)


def keeps_cpu(app: Path) -> bool:
    """Print the CPU time of --offline, beside that of Python's bare start; tell if it keeps the limit."""
    run(app, "-m", "preflight", "--offline")
    pairs = [
        (cpu_seconds(app, "-m", "preflight", "--offline"), cpu_seconds(app, "-c", "pass"))
        for _ in range(CPU_RUNS)
    ]
    seconds, bare = (statistics.mean(times) for times in zip(*pairs, strict=True))
    kept = seconds < CPU_LIMIT
    print(
        f"--offline, {SUBMODULES} submodules: {seconds:.2f} s of CPU, {seconds / bare:.0f} times Python's bare start; "
        f"under {CPU_LIMIT}: {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def cpu_seconds(app: Path, *words: str) -> float:
    """Return the CPU time of Python with these words in the app, its child processes' included."""
    before = os.times()
    run(app, *words)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def keeps_pace(name: str, app: Path, limit: float) -> bool:
    """Compare the whole of preflight with pip's dry run of the same file; tell if it keeps the limit."""
    pip = ("-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "-r", "requirements.txt")
    preflight = ("-m", "preflight")
    return compare(
        f"{name} / pip install --dry-run", lambda _: run(app, *preflight), lambda _: run(app, *pip), limit
    )


def main() -> bool:
    """Measure an app with ten submodules and one with private packages; tell if all limits are kept."""
    with ExitStack() as stack:
        stack.enter_context(plain_user())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # developers' Python keeps what it has compiled
        for name in ("wheels", "repositories", "one", "two"):
            (folder / name).mkdir()
        for name in NAMES:
            packages.wheel(folder / "wheels", name, "1.0")
            packages.repository(
                folder / "repositories" / name, packages.Commit(packages.sources(name, "1.0"))
            )
        remote = stack.enter_context(servers.git_daemon(folder / "repositories"))
        os.environ["VIKTOR_APP_SECRET"] = secrets.token_hex(8)
        logins = {"robot": os.environ["VIKTOR_APP_SECRET"]}
        index = stack.enter_context(servers.pypiserver(folder / "wheels", logins))
        cookiecutter(folder / "one", PYTHON, f"submodules={' '.join(f'{remote}/{name}' for name in NAMES)}")
        pinned = " ".join(f"{name}==1.0" for name in NAMES)
        answers = {
            "index_url": index.replace("//", "//robot@", 1),
            "private_packages": pinned,
        }
        cookiecutter(
            folder / "two", PYTHON, *(f"{question}={answer}" for question, answer in answers.items())
        )
        app = folder / "two" / "my-viktor-app"
        kept = [keeps_cpu(folder / "one" / "my-viktor-app"), keeps_pace("preflight", app, LIMIT)]
        subprocess.run(["git", "mv", "requirements.txt", "requirements.in"], cwd=app, check=True)
        run(app, "-m", "preflight", "lock")
        subprocess.run(["git", "add", "--all"], cwd=app, check=True)
        subprocess.run(["git", "commit", "--quiet", "--message", "Lock"], cwd=app, check=True)
        kept.append(keeps_pace("preflight with a lock", app, LOCK_LIMIT))
        return all(kept)


if __name__ == "__main__":
    sys.exit(not main())
