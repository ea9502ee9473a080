"""Measure preflight.py: the CPU time of --offline with ten submodules, and the whole of it against pip's own dry run."""

import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from pairs import compare, cookiecutter, plain_user

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import packages
import servers

LIMIT, SUBMODULES, CPU_LIMIT = 1.3, 10, 1.0
NAMES = [f"part-{number:02}" for number in range(SUBMODULES)]


def run(app: Path, *words: str) -> None:
    """Run Python with these words in the app; raise CalledProcessError if that fails."""
    subprocess.run([sys.executable, *words], cwd=app, check=True, stdout=subprocess.DEVNULL)


def keeps_cpu(app: Path) -> bool:
    """Print the CPU time of --offline, its child processes' included; tell if it keeps the limit."""
    run(app, "preflight.py", "--offline")
    before = os.times()
    run(app, "preflight.py", "--offline")
    after = os.times()
    seconds = sum(after[2:4]) - sum(before[2:4])
    kept = seconds < CPU_LIMIT
    print(
        f"--offline, {SUBMODULES} submodules: {seconds:.2f} s of CPU, under {CPU_LIMIT}: {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def main() -> bool:
    """Measure an app with ten submodules and one with private packages; tell if both limits are kept."""
    with ExitStack() as stack:
        stack.enter_context(plain_user())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
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
        cookiecutter(folder / "one", f"submodules={' '.join(f'{remote}/{name}' for name in NAMES)}")
        pinned = " ".join(f"{name}==1.0" for name in NAMES)
        answers = {
            "private_index": "pypiserver",
            "index_url": index,
            "index_user": "robot",
            "private_packages": pinned,
        }
        cookiecutter(folder / "two", *(f"{question}={answer}" for question, answer in answers.items()))
        pip = ("-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "-r", "requirements.txt")
        app = folder / "two" / "my-viktor-app"
        kept = compare(
            "preflight / pip install --dry-run",
            lambda _: run(app, "preflight.py"),
            lambda _: run(app, *pip),
            LIMIT,
        )
        return keeps_cpu(folder / "one" / "my-viktor-app") and kept


if __name__ == "__main__":
    sys.exit(not main())
