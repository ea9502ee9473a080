"""The lock: a requirements.txt with the hashes of all packages, made of requirements.in, which people write.

pip installs those files and no others, on VIKTOR's server too, and also when an index refuses there later.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from preflight.app import App
from preflight.lines import judge_lines
from preflight.origin import (
    has_own_page,
    listed_packages,
    not_from_its_index,
    own_indexes,
    uv_finds_everything,
    where_of,
)
from preflight.problem import Failure, Findings, LeftOut, Problem, Warning
from preflight.requirements import FILE, SOURCE, Requirements, read_requirements
from preflight.resolvers import INDEX_COMMENT, UvAnswer, ask_pip, compile_with_uv, read_compiled

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
    with tempfile.TemporaryDirectory(prefix="preflight-") as folder:
        fresh = resolve(app, with_versions(source, told), Path(folder))
    yield from uv_finds_everything(source, fresh)
    yield from developers_install_it_apart(app)
    if not fresh.fault:
        yield from hashes_are_the_same(told, fresh)
        yield from listed_packages_are_from_their_index(source, fresh)
    return f"{len(told.packages)} packages"


def write_lock(app: App, *, upgrade: bool) -> Findings:
    """Write requirements.txt, in the versions that it has where they fit, or with `upgrade` in the newest.

    Nothing is written where a package that stands below an extra index's line comes from elsewhere.
    """
    source = read_source(app)
    problems = [*judge_lines(source), *packages_can_be_locked(source)]
    if problems:
        yield from problems
        return "nothing"
    has_old = (app.root / FILE).is_file() and not upgrade
    with tempfile.TemporaryDirectory(prefix="preflight-") as name:
        folder = Path(name)
        output = folder / "locked.txt"
        output.write_text(versions_of(app.requirements) if has_old else "", encoding="utf-8")
        fresh = resolve(app, source, folder, "--output-file", output)
        problems = [*uv_finds_everything(source, fresh), *indexes_are_right(app, source, fresh, folder)]
        if problems:
            yield from problems
            return "nothing"
        locked = as_lock(source, output.read_text(encoding="utf-8"))
    (app.root / FILE).write_text(locked, encoding="utf-8", newline="\n")
    yield from developers_install_it_apart(app)
    return f"{FILE} has {len(fresh.packages)} packages with their hashes: commit it"


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
    pins = (replace(line, options=(), is_constraint=True) for line in locked.packages)
    return replace(source, lines=(*source.lines, *pins))


def versions_of(locked: Requirements) -> str:
    """Return the packages of the lock without their hashes, which uv would take over unseen."""
    return "".join(f"{line.requirement}\n" for line in locked.packages)


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
    locked = {f"{line.name}{line.specifier}": line for line in told.packages}
    for key, line in locked.items():
        own = fresh.packages.get(key)
        if not own:
            yield Failure(line.where, f"{SOURCE} doesn't ask for {line.name} any more", LOCK_AGAIN)
        elif not line.hashes or not own.hashes.issuperset(line.hashes):
            what = f"a hash of {line.name} is none of a file on its index"
            yield Failure(line.where, what, f"find out who changed it: git log -p {FILE}; then {LOCK_AGAIN}")
    for key in fresh.packages.keys() - locked.keys():
        yield Failure(FILE, f"{key} is missing", LOCK_AGAIN)


def listed_packages_are_from_their_index(source: Requirements, fresh: UvAnswer) -> Iterator[Problem]:
    """What stands right below an extra index's line comes from there, or from another one with a login."""
    for one in fresh.packages.values():
        own = {index.address for index in own_indexes(one.name, source, fresh)}
        if one.name in listed_packages(source) and one.index.rstrip("/") not in own:
            what = f"uv takes {one.name} from {one.index}, and the index above this line has none"
            mend = "check the index's URL, and publish the package there"
            yield Failure(where_of(one.name, source), what, mend)


def indexes_are_right(app: App, source: Requirements, fresh: UvAnswer, folder: Path) -> Iterator[Problem]:
    """What stands right below an extra index's line comes from there, and not by way of it."""
    yield from listed_packages_are_from_their_index(source, fresh)
    if fresh.fault or not source.extra_indexes:
        return
    pip = ask_pip(app, source, folder)
    for name in listed_packages(source):
        chosen = pip.packages.get(name)
        if chosen and not has_own_page(name, own_indexes(name, source, fresh), pip):
            yield not_from_its_index(source, pip, chosen)
