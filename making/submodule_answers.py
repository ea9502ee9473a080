"""The rules about the submodules: each has a URL that is safe to clone, and a folder of its own on every system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preflight.submodule_url import fault_of_submodule, read_submodule

from making.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


def judge_repository(answers: dict) -> Iterator[Problem]:
    """There is a Git repository for the submodules."""
    if answers["submodules"].split() and not answers["git_init"]:
        wrong = "submodules need a Git repository, and git_init is off"
        right = "switch git_init on, or name no submodule"
        yield Problem(("submodules", "git_init"), wrong, right, answers["submodules"])


def judge_submodules(answers: dict) -> Iterator[Problem]:
    """Each submodule has a URL that is safe to clone and a folder of its own on every system."""
    folders: dict[str, str] = {}
    for word in answers["submodules"].split():
        fault = fault_of_submodule(word)
        if fault:
            yield Problem(("submodules",), fault.wrong, fault.right, word)
            continue
        submodule = read_submodule(word)
        other = folders.setdefault(submodule.name.casefold(), word)
        if other is not word:
            wrong = f"would go into the same folder ({submodule.name}) as {other}"
            ref = f"#{submodule.ref}" if submodule.ref else ""
            right = f"a name before it, such as {submodule.name}-2={submodule.url}{ref}"
            yield Problem(("submodules",), wrong, right, word)
