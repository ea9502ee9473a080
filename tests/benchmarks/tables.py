"""A table of figures in Markdown, and its place in README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.pairs import Times

README = Path(__file__).with_name("README.md")
COMPARISON = ("What", "Beside", "Times in s", "Ratio", "Ratio of CPU time", "Aim", "At most")


@dataclass
class Table:
    """Rows of cells below a heading; `is_kept` tells whether all limits were."""

    pairs: int
    heading: tuple[str, ...] = COMPARISON
    rows: list[list[str]] = field(default_factory=list)
    is_kept: bool = True

    def compare(self, what: str, beside: str, times: tuple[Times, Times], *, aim=None, at_most=None) -> None:
        """Add a row of COMPARISON: the median ratio of two ways that were run in turns, and what it should be."""
        one, other = times
        ratio = self.judged(one.ratio(other), at_most)
        medians = f"{one.median:.2f} / {other.median:.2f}"
        self.rows.append([what, beside, medians, ratio, cpu(one, other), number(aim), number(at_most)])

    def judged(self, figure: float, at_most: float | None, digits=2) -> str:
        """Return a figure, in bold if it is above the limit."""
        kept = at_most is None or figure <= at_most
        self.is_kept &= kept
        return f"{figure:.{digits}f}" if kept else f"**{figure:.{digits}f}**"

    def __str__(self) -> str:
        """Return the table in Markdown."""
        rows = [self.heading, ["---"] * len(self.heading), *self.rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def number(figure: float | None) -> str:
    """Return a figure that may be missing."""
    return "" if figure is None else f"{figure:g}"


def cpu(one: Times, other: Times) -> str:
    """Return the ratio of CPU times, nothing where the system doesn't count them."""
    return f"{one.cpu_ratio(other):.2f}" if all(other.cpu) else ""


def keep_in_readme(part: str, text: str) -> None:
    """Put a part's last figures into README.md, between the two marks that hold its place."""
    readme = README.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {part} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not place.search(readme):
        raise ValueError(f"benchmarks/README.md has no place for {part}")
    new = place.sub(lambda match: f"{match[1]}{text}\n{match[2]}", readme)
    README.write_text(new, encoding="utf-8", newline="\n")
