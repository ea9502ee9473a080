"""A problem with the answers and how it is told, and the error that ends the making of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from preflight.problem import printable

if TYPE_CHECKING:
    from collections.abc import Iterable


class MakingError(Exception):
    """Why no app could be made of good answers, in words for the user."""


class Problem(NamedTuple):
    """Why one answer, or several together, can't be used.

    `questions` are the keys to ask again, none if no answer would help. `holds_secret` says that the answer may hold
    a credential: then it is never shown, and is taken out of cookiecutter's records. `instead` is the answer to give
    where it is known.
    """

    questions: tuple[str, ...]
    wrong: str
    right: str
    answer: str = ""
    holds_secret: bool = False
    instead: str = ""


def describe(problem: Problem) -> str:
    """Return the problem as a few lines of text, without a credential and without a control character.

    Pieces of the answer may stand in what is wrong and what would be right, too.
    """
    lines = [", ".join(problem.questions) or "on this machine"]
    if problem.holds_secret:
        lines.append("  answer: (not shown)")
    elif problem.answer:
        shown = problem.answer if problem.answer.isprintable() else repr(problem.answer)
        lines.append(f"  answer: {shown}")
    told = (f"  wrong:  {problem.wrong}", f"  right:  {problem.right}")
    return "\n".join([*lines, *map(printable, told)])


def questions_of(problems: Iterable[Problem]) -> set[str]:
    """The keys of the questions that the problems are about."""
    return {question for problem in problems for question in problem.questions}
