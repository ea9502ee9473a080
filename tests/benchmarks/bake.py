"""A bake, beside the same files by hand; without Git, beside a template of one file; and beside other templates."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table
from tests.benchmarks.users import User, a_user, run

PAIRS = 11
BY_HAND = (
    ("init", "--quiet", "--initial-branch=main"),
    ("add", "--all"),
    ("commit", "--quiet", "--message=Start"),
)


def measure(pairs: int | None, peers: list[Path]) -> Table:
    """Measure an app of the default answers, and the peers with theirs."""
    table = Table(pairs or PAIRS)
    with a_user() as user:
        one_file = template_of_one_file(user.template.with_name("one-file"))
        bake, hand, without_git, files, one = in_turns(
            table.pairs,
            user.bake,
            partial(by_hand, user),
            lambda folder: user.bake(folder, "__git_init=no"),
            lambda folder: user.bake(folder, "--accept-hooks", "no"),
            partial(user.bake, template=one_file),
        )
        beside = "its files without hooks, then `git init`, `add`, `commit`"
        table.compare("a default bake", beside, (bake, hand), aim=1.15, at_most=1.2)
        table.compare("without Git", "a template of one file", (without_git, one), at_most=1.6)
        table.compare("its files, without hooks or Git", "a template of one file", (files, one))
        for peer in peers:
            beside_peer(table, user, peer)
    return table


def beside_peer(table: Table, user: User, peer: Path) -> None:
    """Add a row for a clone of another template, with its default answers and its own hooks."""
    try:
        times = in_turns(table.pairs, user.bake, partial(user.bake, template=peer.resolve()))
    except CalledProcessError as error:
        table.rows.append(["a default bake", f"{peer.name}, which failed with {error.returncode}", *[""] * 5])
    else:
        table.compare("a default bake", f"{peer.name} with its default answers", times)


def by_hand(user: User, folder: Path) -> None:
    """Make the app's files in `folder` without hooks, and its repository with the commands that one would type."""
    app = user.bake(folder, "--accept-hooks", "no")
    for words in BY_HAND:
        run("git", *words, cwd=app)


def template_of_one_file(folder: Path) -> Path:
    """Make a template that makes one file, and return its folder."""
    app = folder / "{{cookiecutter.name}}"
    app.mkdir(parents=True)
    (folder / "cookiecutter.json").write_text('{"name": "app"}', encoding="utf-8")
    (app / "README.md").write_text("# {{ cookiecutter.name }}\n", encoding="utf-8")
    return folder
