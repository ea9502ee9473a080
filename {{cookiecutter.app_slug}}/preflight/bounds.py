"""Private packages have an upper bound: a newer public package of the same name would win otherwise."""

from __future__ import annotations

from preflight.app import App
from preflight.problem import Failure, Findings, counted
from preflight.requirements import Line, Requirements

UPPER = {"==", "===", "~=", "<", "<="}


def bounds(app: App) -> Findings:
    """Each package below an extra index has an upper bound, or hashes, or comes from a URL."""
    told = app.requirements
    private = [line for line in told.packages if told.is_below_extra_index(line)]
    for line in private:
        if not (is_bounded(line, told) or line.hashes or line.url):
            what = f"{line.name} has no upper bound: any public {line.name} with a higher version would win"
            yield Failure(line.where, what, f"write {line.name}==VERSION, or ~= or <")
    return counted(len(private), "private package")


def is_bounded(package: Line, told: Requirements) -> bool:
    """Tell whether a line, or another one for the same package, sets an upper bound on the version."""
    return any(UPPER.intersection(line.operators) for line in told.lines if line.name == package.name)
