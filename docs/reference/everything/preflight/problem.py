"""What a check may say: a failure, a warning, or that it was left out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple


def printable(text: str) -> str:
    """A text in which what no terminal shows, but may obey, is written as Python writes it.

    It stands in what others wrote: in paths, in what servers say.
    """
    return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)


def counted(number: int, thing: str) -> str:
    """A number of things, as people write it: "1 package", "2 packages"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


class Problem(NamedTuple):
    """Something that is wrong: where it stands, what is wrong there, and what mends it."""

    where: str
    what: str
    mend: str


class Failure(Problem):
    """A problem with which the app must not be published."""


class Warning(Problem):
    """A problem that someone should look at; it stops nothing."""


class LeftOut(Exception):  # noqa: N818 (it is no error)
    """Why a check was not carried out."""


class Unanswered(Exception):  # noqa: N818 (it is told as a failure)
    """Why a tool that a check must ask gave no answer: what nobody looked at must not pass."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.failure = Failure("this machine", what, mend)


# A check yields its problems, and returns in a few words what it looked at. It raises LeftOut where it can't
# look.
Findings = Generator[Problem, None, str]
Check = Callable[..., Findings]
