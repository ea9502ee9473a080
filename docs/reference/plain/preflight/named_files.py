"""What requirements.txt names in the app's folder is published with the app: other lists, and wheels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from preflight.app import App
from preflight.git import git_inside, quoted
from preflight.problem import Failure, LeftOut
from preflight.repository import Repository
from preflight.requirements import Requirements
from preflight.submodule_files import AT_THE_ROOT, VIKTORIGNORE, read, read_ignored


def named_files_are_published(app: App, told: Requirements) -> Iterator[Failure]:
    """Each file that pip reads lies in the app, is in Git, and isn't left out by .viktorignore."""
    places = dict(named_files(app.root, told))
    outside = [path for path in places if path.startswith("..") or Path(path).is_absolute()]
    for path in outside:
        what = f"{path} lies outside of the app's folder, so VIKTOR doesn't get it"
        yield Failure(places[path], what, "copy it into the app, and write its path there")
    inside = [path for path in places if path not in outside]
    try:
        repository = app.repository
    except LeftOut:
        return  # without Git nobody knows, and the check of the work tree tells
    for path in inside:
        if not is_in_git(path, repository):
            what = f"{path} is not in Git, so VIKTOR doesn't get it"
            yield Failure(places[path], what, f"git add --force {quoted(path)}; git commit")
    yield from viktor_gets_them(inside, app.root)


def named_files(root: Path, told: Requirements) -> Iterator[tuple[str, str]]:
    """Yield the path of each file, from the app's folder, and the place that names it."""
    for file in told.files:
        if file not in told.unreadable:
            yield file, file
    local = [line for line in told.packages if line.url.startswith("file:") and "://" not in line.requirement]
    if local:
        from urllib.request import url2pathname  # few apps need it, and its import takes time

        for line in local:
            path = Path(url2pathname(urlsplit(line.url).path))
            is_inside = path.is_relative_to(root)
            yield (Path(os.path.relpath(path, root)).as_posix() if is_inside else str(path)), line.where


def is_in_git(path: str, repository: Repository) -> bool:
    """Tell whether Git tracks a file, or one below a folder, in the app or in one of its submodules."""
    for submodule in repository.submodules:
        if f"{path}/".startswith(f"{submodule.path}/"):
            folder = repository.root / submodule.path
            inner = os.path.relpath(repository.root / path, folder)
            return bool(git_inside(folder, "ls-files", "--", inner).output)
    return any(file == path or file.startswith(f"{path}/") for file in repository.files)


def viktor_gets_them(paths: list[str], root: Path) -> Iterator[Failure]:
    """.viktorignore leaves none of the files out."""
    patterns = read(root / VIKTORIGNORE).decode("utf-8", "replace").splitlines()
    if not any(may_match(pattern, paths) for pattern in patterns):
        return
    for path, ignored in read_ignored(paths, root).items():
        where = f"{VIKTORIGNORE}:{ignored.line}"
        yield Failure(where, f"leaves {path} out, which pip needs", f"delete {ignored.pattern}")


def may_match(pattern: str, paths: list[str]) -> bool:
    """Tell quickly whether a line may leave one of the files out: Git need not be asked where none does."""
    if pattern.startswith("#") or not pattern.strip():
        return False
    top = pattern.strip().strip("/").partition("/")[0]
    return not AT_THE_ROOT.fullmatch(pattern) or any(path.partition("/")[0] == top for path in paths)
