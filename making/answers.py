"""Judges the answers, all of them at once, before a file is written."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from making.ask_again import next_command
from making.credentials import forget_secrets, judge_credentials, judge_secret_name, judge_user_name
from making.names import judge_slug, judge_texts
from making.packages import judge_index_and_packages, judge_package_names, judge_packages
from making.problem import Problem, describe
from making.source import judge_index_url, judge_only_source, judge_platform, judge_user
from making.submodule_answers import judge_repository, judge_submodules
from making.tools import judge_tools

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

YES_OR_NO = {"index_serves_pypi", "git_init"}

# Each takes all answers and yields the problems that it finds. What may be a secret is looked for first.
RULES = (
    judge_credentials,
    judge_secret_name,
    judge_user_name,
    judge_texts,
    judge_slug,
    judge_platform,
    judge_index_url,
    judge_only_source,
    judge_user,
    judge_index_and_packages,
    judge_packages,
    judge_package_names,
    judge_repository,
    judge_submodules,
    judge_tools,
)


def main(answers: dict) -> None:
    """Exit with 1 and one message if an answer can't be used; `answers` are cookiecutter's context."""
    problems = find_problems(answers)
    if not problems:
        return
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    message = [f"{count} with the answers; no file was written.", *map(describe, problems)]
    secrets = questions_of(problem for problem in problems if problem.holds_secret)
    if secrets:
        message.append(forget_secrets(answers, secrets))
    message.append(next_command(answers, questions_of(problems)))
    print("", *message, sep="\n\n", end="\n\n", file=sys.stderr)
    sys.exit(1)


def find_problems(answers: dict) -> list[Problem]:
    """Return every problem with the answers. One that may hold a credential is judged no further."""
    unreadable = list(judge_kinds(answers))
    if unreadable:
        return unreadable
    problems: list[Problem] = []
    for rule in RULES:
        secret = questions_of(problem for problem in problems if problem.holds_secret)
        for problem in rule(answers):
            if not secret.intersection(problem.questions):
                problems.append(problem)
            elif not secret.issuperset(problem.questions):
                # Several answers together: said all the same, but none of them is shown.
                problems.append(replace(problem, answer=""))
    return problems


def questions_of(problems: Iterable[Problem]) -> set[str]:
    """Return the keys of the questions that the problems are about."""
    return {question for problem in problems for question in problem.questions}


def judge_kinds(answers: dict) -> Iterator[Problem]:
    """Each answer is text, or true or false: a replay file may hold anything."""
    for question, answer in answers.items():
        if question in YES_OR_NO and not isinstance(answer, bool):
            yield Problem((question,), "is neither true nor false in the replay file", "true or false")
        elif question not in YES_OR_NO and not question.startswith("_") and not isinstance(answer, str):
            yield Problem((question,), "isn't text in the replay file", "text between quotes")
