"""The submodules: cloned at once, then registered, as `git submodule add` leaves them."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from git import GitError as GitPythonError
from git import RemoteProgress
from preflight.submodule_url import SUBMODULES, holds_login, without_login
from rich.progress import BarColumn, Progress, TextColumn

from making.command_line import command_line
from making.conversation import converse, end_all, variables_of_patience
from making.healing import unregister
from making.problem import MakingError
from making.repository import ANY_LINE_ENDS, GitError, ask_git, git, registered_paths, remove_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Future

    from preflight.submodule_url import Submodule

# How many clones run at once; OpenSSH's default MaxStartups drops more than ten new connections.
CLONES_AT_ONCE, CLONES_AT_ONCE_BY_SSH = 16, 8


@contextmanager
def added_submodules(submodules: list[Submodule]) -> Generator[list[str], None, None]:
    """Add the submodules that aren't there, with their own submodules; give the block what the user should know.

    Cloning in parallel first and registering afterwards leaves what `git submodule add` leaves, but in the time
    of the slowest clone. Raises MakingError if one fails. Then, or if the block fails, nothing stays behind.
    """
    registered = registered_paths(SUBMODULES)
    new = [submodule for submodule in submodules if submodule.path not in registered]
    for submodule in new:
        if any(Path(submodule.path).glob("*")):
            raise MakingError(
                f"{submodule.path} is there already and isn't a submodule. Move it away and run this again."
            )
    variables = variables_to_clone(submodules)
    try:
        clone_all(new, variables)
        register_all(new)
    except BaseException:
        remove_folders(*(Path(submodule.path) for submodule in new))
        raise
    try:
        yield [note for submodule in new for note in fill(submodule.path, variables)]
    except BaseException:
        for submodule in new:
            unregister(submodule.path)
        remove_folders(*(Path(submodule.path) for submodule in new))
        raise


def variables_to_clone(submodules: list[Submodule]) -> dict[str, str]:
    """Return the variables that keep Git from prompting, hanging, or going by another transport than the URLs'.

    https and ssh may stand for each other, as the user's `url.….insteadOf` may say.
    """
    transports = {"https", "ssh"}.union(
        *(re.findall(r"^(\w+)://", submodule.url) for submodule in submodules)
    )
    variables = {
        "GIT_ALLOW_PROTOCOL": ":".join(transports),
        "GIT_TERMINAL_PROMPT": "0",
        **variables_of_patience(),
    }
    if "GIT_SSH" not in os.environ:
        ssh = os.environ.get("GIT_SSH_COMMAND") or ask_git("config", "core.sshCommand") or "ssh"
        options = "-o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30"
        variables["GIT_SSH_COMMAND"] = f"{ssh} {options}"
    return variables


def clone_all(submodules: list[Submodule], variables: dict[str, str]) -> None:
    """Clone each submodule into its folder, several at once, with a progress bar each; raise MakingError.

    The first one of each server goes ahead until the server has let it in, so that a credential helper or ssh agent
    that asks does so once.
    """
    first: dict[str, Submodule] = {}
    has_rules = bool(ask_git("config", "--name-only", "--get-regexp", r"^url\..*\.insteadof$"))
    for submodule in submodules:
        first.setdefault(server_of(submodule.url, has_rules=has_rules), submodule)
    ahead = [submodule for server, submodule in first.items() if not server.startswith("git://")]
    rest = [submodule for submodule in submodules if submodule not in ahead]
    by_ssh = any(not re.match("(git|https?)://", server) for server in first)
    pool = ThreadPoolExecutor(CLONES_AT_ONCE_BY_SSH if by_ssh else CLONES_AT_ONCE)
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns) as progress, pool:
        clones = {}
        for new in submodules:
            bar = progress.add_task("", total=None, name=new.name, stage="waits")
            clones[new] = Clone(new, variables, partial(progress.update, bar))
        running: list[Future[str]] = []
        with ended_if_cut_off(running, pool):
            running += [clones[new].start(pool) for new in ahead]
            for new in ahead:
                clones[new].is_let_in.wait()
            if not any(clone.done() and clone.result() for clone in running):
                running += [clones[new].start(pool) for new in rest]
            failures = [failure for failure in (clone.result() for clone in running) if failure]
    if failures:
        raise MakingError("\n\n".join(failures))


@contextmanager
def ended_if_cut_off(running: list[Future[str]], pool: ThreadPoolExecutor) -> Generator[None, None, None]:
    """End the clones that run in a pool if the block, which waits for them, is cut off."""
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        while wait(running, timeout=0.1).not_done:
            end_all()
        raise


def server_of(url: str, *, has_rules: bool) -> str:
    """The part of a URL that decides which login Git asks for, after the user's own rules (`insteadOf`)."""
    real = git("ls-remote", "--get-url", url) if has_rules else url
    return re.findall(r"\w+://[^/]*|[^/:]*", real)[0]


class Reporter(RemoteProgress):
    """Shows Git's own count of objects on a progress bar, and keeps all that Git says."""

    def __init__(self, show: Callable[..., None]) -> None:
        """Take the function that updates the bar."""
        super().__init__()
        self.show = show

    def update(
        self,
        op_code: int,
        cur_count: str | float,
        max_count: str | float | None = None,
        message: str = "",  # noqa: ARG002 (GitPython's own)
    ) -> None:
        """Take one line of Git's progress."""
        stage = "resolves" if op_code & self.RESOLVING else "receives"
        self.show(completed=cur_count, total=max_count, stage=stage)

    def words(self) -> str:
        """Return what Git said, but for what it says of each clone."""
        lines = self.other_lines + self.error_lines
        return "\n".join(line for line in lines if line and not line.startswith(("Cloning into", "POST ")))


class Clone:
    """One submodule's clone: `is_let_in` once its server sends something, or it has ended."""

    def __init__(self, submodule: Submodule, variables: dict[str, str], show: Callable[..., None]) -> None:
        """Take the submodule, variables for Git, and the function that updates the progress bar."""
        self.submodule, self.variables, self.show = submodule, variables, show
        self.is_let_in = Event()

    def start(self, pool: ThreadPoolExecutor) -> Future[str]:
        """Let the pool run it, and return what will hold its result."""
        future = pool.submit(self.run)
        future.add_done_callback(lambda _: self.is_let_in.set())
        return future

    def run(self) -> str:
        """Clone, and check out the ref as `git submodule add` does; return what went wrong, or ""."""
        reporter, submodule = Reporter(self.hear), self.submodule
        try:
            words = ("clone", "--progress", "--verbose", "--no-checkout", "--origin=origin")
            hear = reporter.new_message_handler()
            converse(*words, "--", submodule.url, submodule.path, variables=self.variables, hear=hear)
            self.show(stage="checks out")
            words = ("-C", submodule.path, "checkout", "-f", "--progress", *start_of(submodule))
            converse(*words, variables=self.variables, hear=reporter.new_message_handler())
        except GitPythonError as error:
            self.show(stage="failed")
            return failure(submodule, reporter.words() or str(error))
        except GitError as error:
            self.show(stage="failed")
            return failure(submodule, "\n".join(filter(None, (reporter.words(), str(error)))))
        self.show(completed=1, total=1, stage="done")
        return ""

    def hear(self, **progress: object) -> None:
        """Take progress, of which there is none before the server has let Git in."""
        self.is_let_in.set()
        self.show(**progress)


def failure(submodule: Submodule, said: str) -> str:
    """Return that a submodule could not be cloned, with Git's own words and what to look at."""
    command = f"git ls-remote {submodule.url} {submodule.ref}".rstrip()
    said = said.replace("\n", "\n  ")
    return (
        f"{submodule.path} could not be cloned from {submodule.url}\n  {said}\n"
        f"Check the URL and the ref, and that you may read the repository. This must work without a prompt:\n"
        f"  {command}"
    )


def start_of(submodule: Submodule) -> tuple[str, ...]:
    """Return what `git checkout` takes for the submodule's ref, nothing for the remote's default branch."""
    ref = submodule.ref
    if follows_branch(submodule):
        return ("-B", ref, f"origin/{ref}")
    return (ref, "--") if ref else ()


def follows_branch(submodule: Submodule) -> bool:
    """Tell whether the submodule's ref is a branch of the remote's, which .gitmodules records."""
    branch = f"refs/remotes/origin/{submodule.ref}"
    return bool(submodule.ref and ask_git("-C", submodule.path, "show-ref", branch))


def register_all(submodules: list[Submodule]) -> None:
    """Register the clones in the order of the answer; put the repository's files back if one fails.

    These are the steps of `git submodule add`, which takes seven times as long for one after another.
    """
    modules = Path(git("rev-parse", "--show-toplevel"), ".gitmodules")
    prefix, paths = git("rev-parse", "--show-prefix"), [submodule.path for submodule in submodules]
    files = [modules, *(Path(git("rev-parse", "--git-path", name)) for name in ("index", "config"))]
    before = {file: file.read_bytes() if file.is_file() else None for file in files}
    git_folders = Path(git("rev-parse", "--git-path", "modules"), prefix)
    new_folders = [git_folders / path for path in paths if not (git_folders / path).exists()]
    try:
        for submodule in submodules:
            describe(submodule, modules, prefix)
        if submodules:
            git(*ANY_LINE_ENDS, "add", "--force", "--", str(modules))
            git("add", "--no-warn-embedded-repo", "--", *paths)
            git("submodule", "--quiet", "init", "--", *paths)
            git("submodule", "--quiet", "absorbgitdirs", *paths)
    except BaseException:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(content)
        remove_folders(*new_folders)
        raise


def describe(submodule: Submodule, modules: Path, prefix: str) -> None:
    """Write a submodule into .gitmodules, under the name that Git gives it: its path, with the app's as its `prefix`."""
    path = prefix + submodule.path
    settings = {"path": path, "url": submodule.url}
    if follows_branch(submodule):
        settings["branch"] = submodule.ref
    for key, value in settings.items():
        git("config", "--file", str(modules), f"submodule.{path}.{key}", value)


def fill(path: str, variables: dict[str, str]) -> list[str]:
    """Fetch the submodules that a submodule has of its own, level by level; return what to type where that fails.

    Often these are data or a page's theme, without which the package works: so the app is made all the same.
    """
    if not Path(path, ".gitmodules").is_file():
        return []
    if notes := [note_of_login(path, name, url) for name, url in urls_of(path) if holds_login(url)]:
        return notes
    reporter = Reporter(lambda **_: None)
    try:
        words = ("-C", path, "submodule", "update", "--init", "--progress")
        converse(*words, variables=variables, hear=reporter.new_message_handler())
    except (GitPythonError, GitError) as error:
        said = "\n".join(filter(None, (reporter.words(), str(error) if isinstance(error, GitError) else "")))
        return [
            f"{path} has submodules of its own that could not be fetched. Git said:\n{said}\nType:\n{command_to_fill(path)}"
        ]
    inner = sorted(registered_paths(".", inside=path))
    return [note for one in inner for note in fill(f"{path}/{one}", variables)]


def urls_of(path: str) -> list[tuple[str, str]]:
    """The names and the URLs of the submodules that the submodule at a path has, none if Git can't read them."""
    listed = ask_git(
        "-C", path, "config", "--file", ".gitmodules", "-z", "--get-regexp", r"^submodule\..*\.url$"
    )
    pairs = (line.partition("\n") for line in listed.split("\0") if line)
    return [(key.removeprefix("submodule.").removesuffix(".url"), url) for key, _, url in pairs]


def note_of_login(path: str, name: str, url: str) -> str:
    """The note about a login in the URL of a submodule's own submodule: Git would show it to all on this machine."""
    command = command_line("git", "-C", path, "config", f"submodule.{name}.url", without_login(url))
    return (
        f"{path} has a login in the URL of a submodule of its own, {name}, which isn't fetched. Tell the package's owners:\n"
        f"it must be revoked, and the URL written without it. With a login of your own you may type:\n"
        f"{command}\n{command_to_fill(path)}"
    )


def command_to_fill(path: str) -> str:
    """The command that fetches a submodule's own submodules."""
    return f"git submodule update --init --recursive {path}"
