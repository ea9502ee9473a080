"""What Git knows of the submodules: each is registered for others to use, and is as recorded."""

from __future__ import annotations

from collections.abc import Iterator

from preflight.app import App
from preflight.git import quoted
from preflight.leftovers import unregistered_folders
from preflight.problem import Failure, Findings, Problem
from preflight.repository import RegisteredSubmodule, Repository
from preflight.submodule_files import files_are_published
from preflight.submodule_state import are_as_recorded
from preflight.submodule_url import SHAPES, SUBMODULES, fault_of_url, holds_login

# A URL that begins with one of these is relative to the one of the app's own repository (gitmodules, "url").
RELATIVE = ("./", "../")


def submodules(app: App) -> Findings:
    """Each submodule lies in app/, is there in its recorded state, and has a URL that others can use."""
    repository = app.repository
    if repository.unreadable:
        yield Failure(repository.gitmodules, "can't be read by Git", mend_of_gitmodules(repository))
    for submodule in repository.submodules:
        yield from is_published(submodule, repository)
        yield from has_url_for_others(submodule, repository.gitmodules)
    yield from are_registered(repository)
    yield from unregistered_folders(repository)
    yield from are_as_recorded(repository)
    yield from files_are_published(repository)
    return ", ".join(submodule.name for submodule in repository.submodules) or "none"


def mend_of_gitmodules(repository: Repository) -> str:
    """Return what mends a .gitmodules that isn't one: mostly, a merge left its marks in it."""
    path = quoted(repository.gitmodules)
    return f"git status says whether a merge is unfinished; keep the right lines of it, then: git add {path}"


def is_published(submodule: RegisteredSubmodule, repository: Repository) -> Iterator[Problem]:
    """A submodule lies in app/: elsewhere its code is "not available in production" (docs.viktor.ai)."""
    if not submodule.path.startswith("app/"):
        what = f"{submodule.path} lies outside app/, where VIKTOR finds no code"
        yield Failure(repository.gitmodules, what, f"git mv {quoted(submodule.path)} {SUBMODULES}/")


def has_url_for_others(submodule: RegisteredSubmodule, where: str) -> Iterator[Problem]:
    """A submodule has a URL from which everybody can clone it, each with a login of their own."""
    place, url = submodule.place, submodule.url
    set_url = submodule.command("submodule set-url")
    if not url:
        yield Failure(where, f"{place} has no URL", f"{set_url} URL")
    elif holds_login(url):
        what = f"{place} has a login in its URL, for all to read"
        yield Failure(where, what, f"revoke it where it was made, then: {set_url} URL, without a login")
    elif not url.startswith(RELATIVE) and (fault := fault_of_url(url)):
        yield Failure(where, f"the URL of {place} {fault}", f"{set_url} URL, such as {SHAPES}")


def are_registered(repository: Repository) -> Iterator[Problem]:
    """Each recorded commit belongs to a submodule that .gitmodules names, or nobody else can clone it."""
    for path in repository.unregistered:
        what = f"is recorded, but {repository.gitmodules} doesn't name it: nobody else gets it"
        yield Failure(path, what, f"git submodule add --force URL {quoted(path)}")
