"""Compare two ways of doing something by pairs of runs, so that a busy machine slows both alike."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.places import TEMPLATE


def compare(
    name: str, way: Callable[[Path], None], other: Callable[[Path], None], limit: float, pairs=11
) -> bool:
    """Time `way` against `other`, each in an empty folder of its own; print both and tell if the ratio is kept.

    The ratio is the median of the pairs' own ratios. The order changes from pair to pair, after one pair to warm up.
    """
    seconds = {way: [], other: []}
    for number in range(pairs + 1):
        for each in (way, other) if number % 2 else (other, way):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                start = time.perf_counter()
                each(Path(folder))
                if number:
                    seconds[each].append(time.perf_counter() - start)
    ratio = statistics.median(a / b for a, b in zip(seconds[way], seconds[other], strict=True))
    one, two = (statistics.median(times) for times in seconds.values())
    kept = ratio <= limit
    print(
        f"{name}: {one:.2f} s / {two:.2f} s = {ratio:.2f}, at most {limit}: {'kept' if kept else 'NOT KEPT'}"
    )
    return kept


def cookiecutter(folder: Path, *options: str, template: Path = TEMPLATE) -> None:
    """Make an app in `folder`; raise CalledProcessError if that fails."""
    command = [sys.executable, "-m", "cookiecutter", str(template), "--no-input", "-o", str(folder), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def plain_user(settings="") -> Iterator[None]:
    """Give Git a made-up identity and these settings in place of the user's own until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "gitconfig")
        config.write_text(f"[user]\n\tname = Ada\n\temail = ada@example.com\n{settings}", encoding="utf-8")
        os.environ |= {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}
        yield
