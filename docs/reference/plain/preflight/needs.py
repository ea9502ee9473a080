"""Checks that what the submodules need is installed with the app: nobody else installs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from preflight import server
from preflight.app import CONFIG, App
from preflight.git import quoted
from preflight.metadata import Metadata, Need
from preflight.names import normalized
from preflight.package_files import MetadataError
from preflight.packages import LOADER, read_packages
from preflight.problem import Failure, Findings, LeftOut, Problem, Warning, counted
from preflight.requirements import FILE, Line
from preflight.standards import standard

# A version above all others: what pip takes where nothing holds it back.
NEWEST = "999999"


class Package(NamedTuple):
    """A package of a submodule: the path of the submodule, and what the package says about itself."""

    path: str
    metadata: Metadata

    @property
    def name(self) -> str:
        """Its name as PEP 503 compares it."""
        return normalized(self.metadata.name)


class Wanted(NamedTuple):
    """A need of a submodule's package, with its requirement as `packaging` reads it: None if it can't."""

    path: str
    need: Need
    requirement: Any

    @property
    def what(self) -> str:
        """What is needed by whom, for people."""
        return f"{self.path} needs {self.need.shown}"


class AppLine(NamedTuple):
    """A line of the app's requirements, with its requirement as `packaging` reads it: None if it can't."""

    line: Line
    requirement: Any

    @property
    def from_url(self) -> bool:
        """Whether its package comes from a URL, which may be written in pip's own way."""
        return self.requirement is None or self.requirement.url is not None


def needs(app: App) -> Findings:
    """What each submodule needs stands in requirements.txt, in versions that agree, or is a submodule."""
    paths = [submodule.path for submodule in app.repository.submodules]
    if not paths:
        return "no submodules"
    python = app.python_version
    try:
        loader = app.loader
    except (KeyError, OSError):
        raise LeftOut(f"{LOADER} can't be used: the check `imports` tells what to type") from None
    packages: list[Package] = []
    for path in paths:
        try:
            described = read_packages(loader, app.root.resolve() / path)
        except MetadataError as error:
            what = f"what it says about itself can't be read: {error}"
            yield Failure(path, what, "mend it there, and push it")
            continue
        packages += [Package(path, metadata) for metadata in described]
    for package in packages:
        for note in package.metadata.notes:
            yield Warning(package.path, note, f"compare it with {FILE}")
        yield from python_agrees(package, python)
    provided = {package.name: package for package in packages}
    wanted = all_wanted(packages, provided, python)
    for one in wanted:
        if one.need.name in provided:
            yield from submodule_agrees(one, provided[one.need.name])
        elif one.need.from_elsewhere:
            yield from place_is_known(one, app)
            yield from versions_agree(one, app, python)
        elif one.requirement is None:
            yield from unread_need(one, app)
        else:
            yield from versions_agree(one, app, python)
    return f"{counted(len(wanted), 'need')} of {counted(len(paths), 'submodule')}"


def read_requirement(text: str) -> Any:
    """Return a requirement as `packaging` reads it, None if it can't."""
    requirements = standard("requirements")
    try:
        return requirements.Requirement(text)
    except requirements.InvalidRequirement:
        return None


def counts(requirement: Any, python: str) -> bool:
    """Tell whether a requirement is for the server's Python and system; one that can't be told is."""
    if requirement is None or requirement.marker is None:
        return True
    try:
        return requirement.marker.evaluate(server.markers(python) | {"extra": ""})
    except (KeyError, ValueError):  # it compares what can't be compared
        return True


def all_wanted(packages: list[Package], provided: dict[str, Package], python: str) -> list[Wanted]:
    """Return what the packages need on the server, with the extras of each other that they ask for."""
    wanted: list[Wanted] = []
    waiting = [(package, package.metadata.needs) for package in packages]
    asked: set[tuple[str, str]] = set()
    while waiting:
        package, needs_of_package = waiting.pop(0)
        for need in needs_of_package:
            one = Wanted(package.path, need, read_requirement(need.requirement))
            if not counts(one.requirement, python):
                continue
            wanted.append(one)
            other = provided.get(need.name)
            for extra in map(normalized, one.requirement.extras if one.requirement else ()):
                if other and (other.name, extra) not in asked:
                    asked.add((other.name, extra))
                    waiting.append((other, other.metadata.optional.get(extra, ())))
    return wanted


def python_agrees(package: Package, python: str) -> Iterator[Problem]:
    """A package is for the Python that the app runs with."""
    wanted = package.metadata.requires_python
    if not wanted:
        return
    try:
        agrees = have_a_version_in_common(wanted, f"=={python}.*")
    except standard("specifiers").InvalidSpecifier:
        what = f"{package.path} is for Python {wanted}, which pip can't read"
        yield Warning(package.path, what, f"compare it with {CONFIG}, and mend it in the package")
        return
    if not agrees:
        what = f"{package.path} is for Python {wanted}, and the app runs with {python}"
        yield Failure(CONFIG, what, "write another python_version, or take another version of the package")


def submodule_agrees(one: Wanted, package: Package) -> Iterator[Problem]:
    """A submodule that another one needs has the version and the extras that are asked for."""
    if one.requirement is None or one.requirement.url:
        return
    asked, version = one.requirement.specifier, package.metadata.version
    path = quoted(package.path)
    checkout = f"git -C {path} checkout TAG; git add {path}"
    if str(asked) and not version:
        yield Warning(package.path, f"{one.what}, whose version only its build knows", "compare them by hand")
    elif str(asked) and not is_within(version, asked):
        yield Failure(
            package.path, f"{one.what}, and this is at {version}", f"take another version of it: {checkout}"
        )
    for extra in sorted(one.requirement.extras):
        if normalized(extra) not in package.metadata.optional:
            yield Warning(
                package.path, f"{one.what}, and this has no extra {extra}", "compare the two packages"
            )


def place_is_known(one: Wanted, app: App) -> Iterator[Problem]:
    """What a package takes from elsewhere isn't left to the public index, where a stranger may have its name.

    Where only an index for all is named, a name that the team has pinned is its decision.
    """
    need = one.need
    lines = [line for line in named(need.name, app) if not line.is_constraint]
    if any(line.index or "@" in line.requirement or "://" in line.requirement for line in lines):
        return
    is_pinned = any("==" in line.requirement for line in lines)
    if need.may_be_public and is_pinned:
        return
    ways = (
        f"add it as a submodule, or write it in {FILE} right below the line of its index, "
        f"or as {need.name} @ git+https://HOST/OWNER/{need.name}.git@TAG"
    )
    if need.may_be_public:
        ways += "; if the public package is meant, pin its version with =="
        what = f"{one.path} needs {need.name}, which may come from elsewhere ({need.from_elsewhere})"
    else:
        what = f"{one.path} needs {need.name}, which comes from elsewhere ({need.from_elsewhere})"
    where = lines[0].where if lines else FILE
    yield Failure(where, f"{what}: by its name alone pip would take a stranger's", ways)


def unread_need(one: Wanted, app: App) -> Iterator[Problem]:
    """A need whose versions can't be read has at least a line of its name."""
    if named(one.need.name, app):
        what = f"{one.what}, which pip can't read: its line in {FILE} may be another version's"
        yield Warning(one.path, what, "compare them, and mend it in the package")
    else:
        what = f"{one.what}, which pip can't read"
        yield Failure(one.path, what, f"write {one.need.name} in {FILE}, with the version that is meant")


def versions_agree(one: Wanted, app: App, python: str) -> Iterator[Problem]:
    """A need has a line in requirements.txt, with its extras, and with versions that both allow."""
    lines = [AppLine(line, read_requirement(line.requirement)) for line in named(one.need.name, app)]
    here = [line for line in lines if counts(line.requirement, python)]
    installing = [line for line in here if not line.line.is_constraint]
    if not installing:
        if not one.need.from_elsewhere:
            yield Failure(FILE, one.what, f"add the line {one.need.shown}")
        return
    if one.requirement is None or any(line.from_url for line in installing):
        return  # what comes from a URL has its version there
    where, name = installing[0].line.where, one.need.name
    wanted_extras = set(map(normalized, one.requirement.extras))
    extras = {normalized(extra) for line in installing for extra in line.requirement.extras}
    if missing := sorted(wanted_extras - extras):
        mend = f"write {name}[{','.join(sorted(extras | wanted_extras))}] there"
        yield Failure(where, f"{one.what}, and this line has no {', '.join(missing)}", mend)
    own = ",".join(filter(None, (str(line.requirement.specifier) for line in here if not line.from_url)))
    asked = str(one.requirement.specifier)
    if not have_a_version_in_common(own, asked):
        yield Failure(where, f"{one.what}, and this allows {own} only", "change one of the two")
    elif newest_is_left_out(own, asked):
        mend = f"write {name}{asked} there, or pin a version that both allow"
        yield Warning(where, f"{one.what}, and this allows newer ones", mend)


def named(name: str, app: App) -> list[Line]:
    """The lines of requirements.txt, and of its constraints, that are about a package."""
    return [line for line in app.requirements.lines if line.name == name]


def is_within(version: str, specifiers: Any) -> bool:
    """Tell whether a version is one of those allowed. What isn't a version is none."""
    try:
        return specifiers.contains(standard("version").Version(version), prereleases=True)
    except standard("version").InvalidVersion:
        return False


def have_a_version_in_common(one: str, other: str) -> bool:
    """Tell whether some version is allowed by both lists of specifiers, each "" for any."""
    both = standard("specifiers").SpecifierSet(",".join(filter(None, (one, other))))
    return any(is_within(version, both) for version in versions_around(both))


def newest_is_left_out(own: str, asked: str) -> bool:
    """Tell whether pip may take a version that is asked for by nobody: above all that both lists allow."""
    specifiers = standard("specifiers").SpecifierSet
    both = specifiers(",".join(filter(None, (own, asked))))
    allowed = [version for version in versions_around(both) if is_within(version, specifiers(own))]
    fitting = [version for version in allowed if is_within(version, both)]
    parsed = standard("version").Version
    return max(map(parsed, allowed)) > max(map(parsed, fitting))


def versions_around(specifiers: Any) -> list[str]:
    """Return versions among which there is one that the specifiers allow, if they allow any.

    What they allow begins at 0, at a version that they name, right above one, or where a `.*` ends.
    """
    versions = ["0", "0.0.0.1", NEWEST]
    for specifier in specifiers:
        named = specifier.version.removesuffix(".*")
        versions += [named, f"{named}.0.0.1", f"{named}.post1", counted_up(named)]
    valid = []
    for version in versions:
        try:
            valid.append(str(standard("version").Version(version)))
        except standard("version").InvalidVersion:
            continue
    return valid


def counted_up(version: str) -> str:
    """Return the version with its last number counted up, as far as it ends in one."""
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdecimal() else version
