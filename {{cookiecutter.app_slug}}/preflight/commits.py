"""Others can fetch what the app records: each submodule's commit is on its server, nested ones' too."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from preflight.app import App
from preflight.faults import TRUST_IN_GIT, UNTRUSTED, meaning
from preflight.git import git_inside
from preflight.git_of_others import environment_of_others, git_of_others
from preflight.git_status import STATUS, read_status
from preflight.history import push_command, registered_place
from preflight.problem import Failure, Findings, Problem, Warning
from preflight.programs import Finished, empty_folder
from preflight.repository import RegisteredSubmodule, Repository, read_inner_repository
from preflight.submodule_url import fault_of_url, holds_login, read_git_url, without_login

# What Git says where the server hasn't got the commit, and where it gives whole branches only: with the
# protocol of Git before 2.18, or from plain files.
LACKS_IT = ("not our ref", "couldn't find remote ref", "did not send all necessary objects")
GIVES_BRANCHES_ONLY = ("unadvertised object", "dumb http transport")


class Wanted(NamedTuple):
    """A commit to be fetched: of which submodule, in which folder, and from which URL."""

    submodule: RegisteredSubmodule
    folder: Path
    url: str


def commits(app: App) -> Findings:
    """Git can fetch each submodule's recorded commit, as others will."""
    repository = app.repository
    wanted = list(all_wanted(repository))
    for one in wanted:
        yield from is_on_a_server(one)
    wanted = [one for one in wanted if not fault_of_url(one.url)]
    environment = environment_of_others(app.root)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(partial(fetch, environment=environment), wanted))
    refused = [
        (one, f"{answer.errors}\n{answer.why}")
        for one, answer in zip(wanted, answers, strict=True)
        if not answer.ok
    ]
    untrusted = {read_git_url(one.url).host for one, said in refused if meaning(said) == UNTRUSTED}
    for host in sorted(untrusted):
        yield Failure(repository.gitmodules, f"{host} {UNTRUSTED}", TRUST_IN_GIT)
    for one, said in refused:
        if meaning(said) != UNTRUSTED:
            yield judge(one, said)
    return f"{len(wanted)} to fetch"


def all_wanted(repository: Repository) -> Iterator[Wanted]:
    """Yield what is to be fetched for a repository's submodules, and for those nested in them.

    A URL with a login is given to no program: the check `submodules` refuses it.
    """
    for submodule in repository.submodules:
        folder = repository.root / submodule.path
        url = full_url(submodule, folder)
        if submodule.commit and not holds_login(url):
            yield Wanted(submodule, folder, url)
        if (folder / ".git").exists() and (folder / ".gitmodules").is_file():
            inner = read_inner_repository(folder)
            nested = tuple(one._replace(outer=submodule.place) for one in inner.submodules)
            yield from all_wanted(inner._replace(submodules=nested))


def full_url(submodule: RegisteredSubmodule, folder: Path) -> str:
    """Return the URL of a submodule; a relative one as Git has resolved it, less a login of one's own."""
    if not submodule.url.startswith("."):
        return submodule.url
    return without_login(git_inside(folder, "config", "remote.origin.url").output.strip())


def is_on_a_server(wanted: Wanted) -> Iterator[Problem]:
    """The URL leads to a server. A relative one doesn't where the app itself has none yet."""
    if fault_of_url(wanted.url):
        what = "has no URL on a server: if it is relative, this repository has no server either"
        yield Failure(
            wanted.submodule.place, what, "git remote add origin URL; git submodule sync --recursive"
        )


def fetch(wanted: Wanted, environment: dict[str, str]) -> Finished:
    """Fetch one commit, and as little of it as the server lets us, into a new repository."""
    words = ("fetch", "--quiet", "--depth=1", "--filter=tree:0", "--", wanted.url, wanted.submodule.commit)
    with empty_folder() as folder:
        git_of_others("init", "--quiet", "--bare", "--template=", folder=folder, environment=environment)
        return git_of_others(*words, folder=folder, environment=environment)


def judge(wanted: Wanted, said: str) -> Problem:
    """Return what is wrong with a commit that can't be fetched; not in Git's words, in which a URL stands."""
    place, host = wanted.submodule.place, read_git_url(wanted.url).host
    commit = wanted.submodule.commit[:12]
    if any(words in said for words in LACKS_IT):
        status = read_status(git_inside(wanted.folder, *STATUS, "--ignore-submodules=all"))
        push = push_command(wanted.submodule, wanted.folder, status)
        return Failure(
            place, f"{host} does not have the commit {commit}: it was never pushed, or is gone", push
        )
    if any(words in said for words in GIVES_BRANCHES_ONLY):
        what = f"{host} gives whole branches only, so it can't be asked for the commit {commit}"
        return Warning(place, what, f"see that it was pushed: {wanted.submodule.command_inside('status')}")
    fault = meaning(said) or "can't be asked"
    see = wanted.submodule.command_inside(f"fetch {registered_place(wanted.submodule, wanted.folder)}")
    return Failure(place, f"{host} {fault}", f"this must work, for all who clone the app: {see}")
