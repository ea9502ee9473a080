"""The lock: a requirements.txt with the hashes of all packages, made of requirements.in, which people write.

pip installs those files and no others, on VIKTOR's server too, and also when an index refuses there later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from preflight.app import App
from preflight.faults import meaning
from preflight.lines import judge_lines
from preflight.origin import (
    builds_nothing_private,
    not_from_its_index,
    pip_finds_everything,
    uv_finds_everything,
)
from preflight.places import holders, listed_packages, own_indexes
from preflight.problem import Failure, Findings, LeftOut, Problem, Warning, counted
from preflight.programs import empty_folder
from preflight.requirements import FILE, SOURCE, Line, Requirements, read_requirements
from preflight.resolvers import INDEX_COMMENT, PipAnswer, UvAnswer, ask_pip, compile_with_uv, read_compiled

HEADING = f"# Made of {SOURCE}. After each change there, type: python -m preflight lock"
DEVELOPERS = "requirements-dev.txt"
LOCK_AGAIN = "python -m preflight lock, and look at what changes"


def lock(app: App) -> Findings:
    """A locked requirements.txt is what uv makes of requirements.in, in the versions that are locked."""
    told = app.requirements
    if not app.is_locked:
        return "none"
    source = read_source(app)
    yield from judge_lines(source)
    if options_of(told) != options_of(source):
        yield Failure(FILE, f"has other options than {SOURCE}", LOCK_AGAIN)
    with empty_folder() as folder:
        fresh, pip = ask_both(app, source, folder)
    yield from uv_finds_everything(source, fresh)
    yield from developers_install_it_apart(app)
    if not fresh.fault:
        yield from hashes_are_the_same(told, fresh)
        yield from pip_takes_it(app, told, pip)
        yield from listed_packages_are_from_their_index(source, fresh, pip)
    return counted(len(told.packages), "package")


def ask_both(app: App, source: Requirements, folder: Path) -> tuple[UvAnswer, PipAnswer]:
    """Return what uv makes of requirements.in in the locked versions, and which files pip finds for these."""
    for_uv, for_pip = folder / "uv", folder / "pip"
    for_uv.mkdir()
    for_pip.mkdir()
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask_pip, app, app.requirements, for_pip, only_finds=True)
        return resolve(app, with_versions(source, app.requirements), for_uv), asked.result()


def write_lock(app: App, *, upgrade: bool) -> Findings:
    """Write requirements.txt, in the versions that it has where they fit, or with `upgrade` in the newest.

    Nothing is written where a package that stands below an index's line comes from elsewhere, or where pip
    doesn't take what uv chooses.
    """
    source = read_source(app)
    problems = [*judge_lines(source), *packages_can_be_locked(source)]
    if problems:
        yield from problems
        return "nothing"
    has_old = (app.root / FILE).is_file() and not upgrade
    with empty_folder() as folder:
        output = folder / "locked.txt"
        output.write_text(versions_of(app.requirements) if has_old else "", encoding="utf-8")
        fresh = resolve(app, source, folder, "--output-file", output)
        if fresh.fault:
            yield from uv_finds_everything(source, fresh)
            return "nothing"
        output.write_text(as_lock(source, output.read_text(encoding="utf-8")), encoding="utf-8")
        problems = list(lock_can_be_installed(app, source, fresh, output))
        yield from problems
        if any(isinstance(problem, Failure) for problem in problems):
            return "nothing"
        locked = output.read_text(encoding="utf-8")
    (app.root / FILE).write_text(locked, encoding="utf-8", newline="\n")
    yield from developers_install_it_apart(app)
    return f"{FILE} has {counted(len(fresh.packages), 'package')}, with all hashes: commit it"


def developers_install_it_apart(app: App) -> Iterator[Problem]:
    """The developers' tools, which have no hashes, stand in a file that doesn't include the locked one."""
    file = app.root / DEVELOPERS
    rows = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for number, row in enumerate(rows, start=1):
        if row.split() == ["-r", FILE]:
            what = "pip wants hashes of the tools too, as long as this line is here"
            mend = f"delete it, and install {FILE} and {DEVELOPERS} by two commands, as CI does"
            yield Warning(f"{DEVELOPERS}:{number}", what, mend)


def read_source(app: App) -> Requirements:
    """Return what requirements.in says. Raises LeftOut if there is none."""
    if not (app.root / SOURCE).is_file():
        raise LeftOut(f"there is no {SOURCE}. Type: git mv {FILE} {SOURCE}")
    return read_requirements(app.root, SOURCE)


def resolve(app: App, told: Requirements, folder: Path, *words: str | Path) -> UvAnswer:
    """Return what uv would install, for each system: developers install the same file."""
    done = compile_with_uv(app, told, folder, "--universal", *words)
    if not done.ok:
        return UvAnswer(fault=done.why or done.errors)
    return UvAnswer({f"{one.name}=={one.version}": one for one in read_compiled(done.output)})


def with_versions(source: Requirements, locked: Requirements) -> Requirements:
    """Return what requirements.in says, narrowed to the versions of the lock."""
    pins = (line._replace(options=(), is_constraint=True) for line in locked.packages if not line.url)
    return source._replace(lines=(*source.lines, *pins))


def versions_of(locked: Requirements) -> str:
    """The packages of the lock without their hashes, which uv would take over unseen."""
    return "".join(f"{line.requirement}\n" for line in locked.packages if not line.url)


def options_of(told: Requirements) -> list[str]:
    """Return the lines with options, as pip reads them."""
    lines = (line for line in told.lines if line.options and not line.requirement and not line.is_constraint)
    return [" ".join([option.name, option.value]).strip() for line in lines for option in line.options]


def as_lock(source: Requirements, compiled: str) -> str:
    """Return the text of the lock: the options of requirements.in, then what uv printed."""
    packages = (row for row in compiled.splitlines() if not row.startswith(INDEX_COMMENT))
    return "\n".join([HEADING, *options_of(source), "", *packages, ""])


def packages_can_be_locked(source: Requirements) -> Iterator[Problem]:
    """No package comes straight from Git: its hash would depend on the machine that packs it."""
    for line in source.packages:
        if line.url.startswith("git+"):
            mend = "add it as a Git submodule, or publish it on an index; or go on without the lock"
            yield Failure(line.where, f"{line.name} comes from Git and can't have a hash", mend)


def hashes_are_the_same(told: Requirements, fresh: UvAnswer) -> Iterator[Problem]:
    """Each locked package is one that uv chooses too, and its hashes are among those of today's files.

    Further files of a version, which an index gets later, are no fault.
    """
    locked = {locked_version(line): line for line in told.packages}
    for key, line in locked.items():
        own = fresh.packages.get(key)
        if not own and line.url:
            what = f"{line.name} stands here with a URL, which {SOURCE} doesn't give"
            yield Failure(line.where, what, f"find out who changed it: git log -p {FILE}; then {LOCK_AGAIN}")
        elif not own:
            yield Failure(line.where, f"{SOURCE} doesn't ask for {line.name} any more", LOCK_AGAIN)
        elif not line.hashes or not own.hashes.issuperset(line.hashes):
            what = f"a hash of {line.name} belongs to no file on its index"
            yield Failure(line.where, what, f"find out who changed it: git log -p {FILE}; then {LOCK_AGAIN}")
    for key in fresh.packages.keys() - locked.keys():
        yield Failure(FILE, f"{key.removesuffix('==')} is missing", LOCK_AGAIN)


def locked_version(line: Line) -> str:
    """A line's name and version, as `resolve` does; what comes from a URL has none."""
    return f"{line.name}=={line.specifier.removeprefix('==')}"


def lock_can_be_installed(app: App, source: Requirements, fresh: UvAnswer, file: Path) -> Iterator[Problem]:
    """pip takes all that stands in a new lock, and each listed package comes from its index.

    pip isn't asked where it would build a private package.
    """
    told = read_requirements(file.parent, file.name)
    folder = file.parent / "pip"
    folder.mkdir()
    private = list(builds_nothing_private(source, fresh)) if source.extra_indexes else []
    if private:
        yield from private
        return
    pip = ask_pip(app, told, folder)
    yield from pip_takes_it(app, told, pip)
    if not pip.fault:
        yield from listed_packages_are_from_their_index(source, fresh, pip)


def pip_takes_it(app: App, told: Requirements, pip: PipAnswer) -> Iterator[Problem]:
    """pip takes the versions of a lock: uv passes over what a package says against newer Pythons."""
    missing = re.search(r"No matching distribution found for (\S+?)==(\S+)", pip.fault)
    is_answered = not any(meaning(reason) for _, reason in pip.unanswered)
    if missing and is_answered:
        name, version = missing[1], missing[2]
        what = f"uv chose {name} {version}, and pip finds no file of it for Python {app.python_version}"
        mend = f"write a version of {name} into {SOURCE} that is for this Python; then {LOCK_AGAIN}"
        yield Failure(SOURCE, what, mend)
    else:
        yield from pip_finds_everything(app, told, pip)


def listed_packages_are_from_their_index(
    source: Requirements, fresh: UvAnswer, pip: PipAnswer
) -> Iterator[Problem]:
    """What stands right below a private index's line comes from there, and not by way of it."""
    for name in listed_packages(source):
        chosen, own = pip.packages.get(name), own_indexes(name, source, fresh, pip)
        if chosen and not any(index in own for index in holders(name, source, pip)):
            yield not_from_its_index(source, pip, chosen)
