"""The files of the app that belong to some answers only: one table, for the files themselves, .viktorignore and the hook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from making import TEMPLATE_APP

if TYPE_CHECKING:
    from making.settings import Answers


class Row(NamedTuple):
    """A file, or a folder (its path ends with a slash), and the answers with which it is there."""

    path: str
    question: str
    answers: tuple[str, ...]


FILES_OF_ONE_ANSWER = (
    Row(".ci/", "ci", ("github", "gitlab", "azure")),
    Row(".github/", "ci", ("github",)),
    Row(".gitlab-ci.yml", "ci", ("gitlab",)),
    Row("azure-pipelines.yml", "ci", ("azure",)),
    Row("renovate.json", "ci", ("gitlab", "azure")),
    Row("app/folder/", "app_type", ("tree",)),
    Row("tests/test_folder.py", "app_type", ("tree",)),
)


def is_wanted(path: str, answers: Answers) -> bool:
    """Tell whether a file of the app is there with these answers."""
    rows = [row for row in FILES_OF_ONE_ANSWER if path.startswith(row.path)]
    return all(answers[row.question] in row.answers for row in rows)


def paths_of_ci(answers: Answers) -> list[str]:
    """The files and folders that the app has for its CI."""
    return [row.path for row in FILES_OF_ONE_ANSWER if row.question == "ci" and answers["ci"] in row.answers]


def file_that_ci_reads(ci: str) -> str:
    """The file or folder that this CI looks for at the top of a repository, which no other one has."""
    return next(row.path for row in FILES_OF_ONE_ANSWER if row.answers == (ci,)).rstrip("/")


def remove_files_of_other_answers(answers: Answers, app: Path) -> None:
    """Remove the template's own files from an app where they aren't wanted, and the folders that are empty then."""
    for row in FILES_OF_ONE_ANSWER:
        if answers[row.question] in row.answers:
            continue
        place = TEMPLATE_APP / row.path
        for source in place.rglob("*") if row.path.endswith("/") else [place]:
            path = source.relative_to(TEMPLATE_APP)
            if source.is_file() and is_the_templates(app / path, source):
                remove(app, path)


def is_the_templates(file: Path, source: Path) -> bool:
    """Tell whether a file that isn't wanted is the template's, and not one that a team has under the same name.

    The template writes such a file empty, or as it is.
    """
    return file.is_file() and (not file.stat().st_size or file.read_bytes() == source.read_bytes())


def remove(app: Path, path: Path) -> None:
    """Remove a file of an app, and the folders above it that are empty then."""
    (app / path).unlink()
    for folder in list(path.parents)[:-1]:
        if not any((app / folder).iterdir()):
            (app / folder).rmdir()
