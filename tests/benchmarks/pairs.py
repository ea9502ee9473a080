"""Time several ways of doing something in turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Times:
    """How long each run of one way took: seconds by the clock, and of CPU time, which counts programs that it started."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    def ratio(self, other: Times) -> float:
        """Return the median of the ratios to the other way's run beside each run."""
        return statistics.median(one / two for one, two in zip(self.seconds, other.seconds, strict=True))

    def cpu_ratio(self, other: Times) -> float:
        """Return the same of CPU time."""
        return statistics.median(one / two for one, two in zip(self.cpu, other.cpu, strict=True))


def in_turns(pairs: int, *ways: Callable[[Path], object], warm_up: bool = True) -> tuple[Times, ...]:
    """Run each way `pairs` times, each time in an empty folder of its own, and return the times of each.

    The order changes from round to round; one round to `warm_up` goes before and isn't counted.
    """
    times = [Times() for _ in ways]
    for number in range(-warm_up, pairs):
        order = list(zip(ways, times, strict=True))
        for way, kept in reversed(order) if number % 2 else order:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                cpu, start = cpu_of_programs(), time.perf_counter()
                way(Path(folder))
                if number >= 0:
                    kept.seconds.append(time.perf_counter() - start)
                    kept.cpu.append(cpu_of_programs() - cpu)
    return tuple(times)


def cpu_of_programs() -> float:
    """Return the CPU time of all programs that this one has started and that have ended."""
    return sum(os.times()[2:4])
