"""Measures what an update of an app with ten submodules costs, beside a plain bake: python -m tests.benchmarks.cruft."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.packages import Commit, repository, sources
from tests.support.places import TEMPLATE
from tests.support.releases import create, releases
from tests.support.servers import git_daemon

SUBMODULES, PAIRS, LIMIT = 10, 9, 3.0


def make_app(folder: Path) -> Path:
    """Make an app with submodules from the older of two releases of the template; their server stops then."""
    names = [f"package-{number}" for number in range(SUBMODULES)]
    for name in names:
        repository(folder / "repositories" / f"{name}.git", Commit(sources(name, "1.0")))
    template = releases(folder / "template.git")
    with git_daemon(folder / "repositories") as url:
        return create(template, folder, submodules=" ".join(f"{url}/{name}.git" for name in names))


def seconds(*command: str | Path, cwd: Path) -> float:
    """Return how long a command takes; raise CalledProcessError if it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(folder: Path) -> tuple[float, float, float]:
    """Return the median times, in seconds, of an update and of a plain bake, and the median ratio of pairs of them."""
    app = make_app(folder)
    times = []
    for pair in range(PAIRS):
        bake = seconds(
            sys.executable, "-m", "cookiecutter", TEMPLATE, "--no-input", "-o", folder / str(pair), cwd=folder
        )
        update = seconds(sys.executable, "-m", "cruft", "update", "--skip-apply-ask", cwd=app)
        if not (app / "NOTES.md").is_file():
            raise RuntimeError("the update brought nothing")
        seconds("git", "reset", "--quiet", "--hard", cwd=app)
        times.append((update, bake))
    ratios = [update / bake for update, bake in times]
    return *map(statistics.median, zip(*times, strict=True)), statistics.median(ratios)


def main() -> None:
    """Print the times and their ratio; exit with 1 when an update takes more than three times a plain bake."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        config = folder / "gitconfig"
        config.write_text("[user]\n\tname = Ada Builder\n\temail = ada@example.com\n", encoding="utf-8")
        os.environ |= {"HOME": str(folder), "USERPROFILE": str(folder), "GIT_CONFIG_GLOBAL": str(config)}
        update, bake, ratio = measure(folder)
    print(f"an update takes {update:.2f} s, {ratio:.2f} times a plain bake ({bake:.2f} s)")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
