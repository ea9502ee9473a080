"""Makes an app of the files that were just written: what is made in which order, and undone if it fails."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from preflight.problem import printable

from making.comparison import made_to_compare
from making.files import file_that_ci_reads, remove_files_of_other_answers
from making.next_steps import next_steps
from making.problem import MakingError
from making.record import record_template
from making.repository import (
    NoGitError,
    commit_everything,
    existing_work_tree,
    forget_other_repositories,
    remove_folders,
    start_repository,
)
from making.settings import Answers, wants_repository, words_of
from making.unfinished import finish, go_on, remove_hook

NO_GIT = """\
Git is not installed, so there is no repository. Later, type:
git init -b main
git add --all
git commit -m "{message}\""""

CI_IN_A_SUB_FOLDER = """\
CI doesn't look into this folder, so its files do nothing yet.
Move {file} to {work_tree}, and let each of its steps run in this folder."""


def main(answers: Answers, words: list[str]) -> None:
    """Make the app in the working directory, of which cookiecutter wrote the files; exit with 1 if that can't be done.

    `words` are what was typed behind the command that runs.
    """
    forget_other_repositories()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    remove_files_of_other_answers(answers, Path.cwd())
    if made_to_compare(answers):
        finish()
        return
    try:
        if words_of(answers["submodules"]):
            from making.tools import missing_requirements, run_hook_with_tools

            if missing_requirements():
                sys.exit(run_hook_with_tools())
        if go_on() and wants_repository(answers):
            from making.healing import heal

            heal()
        notes = record_template(answers, words)
        notes += make_repository(answers) if wants_repository(answers) else []
    except (MakingError, OSError) as error:
        print(f"\n{printable(str(error))}\n", file=sys.stderr)
        sys.exit(1)
    finally:
        remove_hook()
    finish()
    try:
        print(next_steps(answers, notes), flush=True)
    except BrokenPipeError:  # nobody reads on, and the app is whole all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def make_repository(answers: Answers) -> list[str]:
    """Make the repository with its submodules and first commit, and return what the user should know.

    An app inside another work tree, or in a repository of its own, becomes part of that; nothing is committed. Raises
    MakingError with nothing left behind.
    """
    message = f"Start {answers['app_slug']}"
    had_repository, work_tree = Path(".git").exists(), existing_work_tree()
    if not work_tree:
        try:
            start_repository()
        except NoGitError:
            return [NO_GIT.format(message=message)]
    try:
        notes = add_packages(answers) if words_of(answers["submodules"]) else []
    except BaseException:
        if not work_tree and not had_repository:
            remove_folders(Path(".git"))
        raise
    if work_tree:
        return [*notes, *notes_of_work_tree(work_tree, answers["ci"])]
    return notes + commit_everything(message)


def notes_of_work_tree(work_tree: str, ci: str) -> list[str]:
    """Return what the user should know of an app that became part of a work tree that was there."""
    told = f"The app is part of the Git repository in {work_tree}. Nothing was committed: see git status."
    is_sub_folder = Path(work_tree).resolve() != Path.cwd().resolve()
    if ci == "none" or not is_sub_folder:
        return [told]
    return [told, CI_IN_A_SUB_FOLDER.format(file=file_that_ci_reads(ci), work_tree=work_tree)]


def add_packages(answers: Answers) -> list[str]:
    """Add the submodules and what they need; return what the user should know."""
    # All before the first clone: another run could replace the template's folder meanwhile.
    from making.dependencies import require_dependencies
    from making.reading import Reading
    from making.submodules import added_submodules

    submodules = Reading(answers).submodules
    with added_submodules(submodules) as notes:
        return notes + require_dependencies(submodules, answers)
