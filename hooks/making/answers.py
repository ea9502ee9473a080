"""Judges the answers, all of them at once, before a file is written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from making.comparison import made_to_compare
from making.credentials import forget_secrets, judge_credentials, judge_template
from making.names import judge_choices, judge_python_version, judge_slug, judge_texts
from making.problem import Problem, describe, questions_of
from making.settings import Answers, names_private_packages, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# cookiecutter and cruft say nothing else of a hook that refuses, and can't be told to.
LAST_WORDS = "(Ignore the traceback below: it says no more than that the answers were refused.)"

# More than the URLs of a hundred submodules. What is longer was pasted by mistake: perhaps a file with a key.
LONGEST_ANSWER = 10_000

# Each takes all answers and yields the problems that it finds.
RULES = (judge_texts, judge_slug, judge_choices, judge_python_version, judge_template)


def main(answers: Answers, words: list[str]) -> None:
    """Exit with 1 and one message if an answer can't be used; `answers` are cookiecutter's context, `words` its command's."""
    problems = find_problems(answers)
    if not problems:
        return
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    message = [f"{count} with the answers; no file was written.", *map(describe, problems)]
    secrets = questions_of(problem for problem in problems if problem.holds_secret)
    if secrets:
        message.append(forget_secrets(answers, secrets))
    from making.ask_again import next_command
    from making.command_line import read_options

    message += [next_command(answers, problems, read_options(words)), LAST_WORDS]
    print("", *message, sep="\n\n", end="\n\n", file=sys.stderr)
    sys.exit(1)


def find_problems(answers: Answers) -> list[Problem]:
    """Return every problem with the answers.

    One that may hold a credential is judged no further, nor one of which the right answer is known.
    """
    unreadable = list(judge_kinds(answers))
    if unreadable:
        return unreadable
    problems: list[Problem] = []
    for rule in rules_for(answers):
        settled = questions_of(problem for problem in problems if problem.holds_secret or problem.instead)
        for problem in rule(answers):
            if not settled.intersection(problem.questions):
                problems.append(problem)
            elif not settled.issuperset(problem.questions):
                # Several answers together: said all the same, but none of them is shown.
                problems.append(problem._replace(answer=""))
    return problems


def rules_for(answers: Answers) -> Iterator[Callable[[Answers], Iterator[Problem]]]:
    """Yield the rules that these answers need. What ends the judging of an answer is looked for first.

    What few bakes need is imported here: each import costs every bake its time.
    """
    if made_to_compare(answers):
        from making.version_1 import judge_answers_of_version_1

        yield judge_answers_of_version_1
    yield judge_credentials
    if names_private_packages(answers):
        from making.private_packages import RULES as RULES_OF_PRIVATE_PACKAGES

        yield from RULES_OF_PRIVATE_PACKAGES
    yield from RULES
    if words_of(answers["submodules"]):
        from making.tools import judge_tools

        yield judge_tools


def judge_kinds(answers: Answers) -> Iterator[Problem]:
    """Each answer is text, and no book: a replay file may hold anything."""
    for question, answer in answers.items():
        if question.startswith("_"):
            continue
        if not isinstance(answer, str):
            yield Problem((question,), "isn't text in the replay file", "text between quotes")
        elif len(answer) > LONGEST_ANSWER:
            wrong = f"has {len(answer)} characters, and no answer has more than {LONGEST_ANSWER}"
            yield Problem((question,), wrong, "what the question asks for, and no more", holds_secret=True)
