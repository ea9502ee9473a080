"""What a package says about itself: its name, its version, what it needs, and where that comes from.

Nothing of the package is run. A list in a place that isn't read becomes a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from preflight import poetry
from preflight.elsewhere import Elsewhere, read_elsewhere
from preflight.names import normalized
from preflight.needs_files import Listed, Written, read_requirements_files
from preflight.package_files import Package, open_package, showable

# A requirement as PEP 508 writes it. A stock cookiecutter brings no library that could read it for the hooks.
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
EXTRAS = rf"\[\s*(?:{NAME}\s*(?:,\s*{NAME}\s*)*)?\]"
VERSION = r"(?:===|~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+"
VERSIONS = rf"{VERSION}(?:\s*,\s*{VERSION})*\s*,?"
MARKER = r";\s*[A-Za-z0-9 ._'\"<>=!~()*+-]+"
PLAIN = rf"{NAME}\s*(?:{EXTRAS})?\s*(?:{VERSIONS}|\(\s*{VERSIONS}\s*\))?\s*(?:{MARKER})?"
NAMED = re.compile(rf"({NAME})\s*(?:\[[^]]*\]\s*)?(?:[@(<>=!~;].*)?", re.DOTALL)
# In one line of setup.cfg, `;` parts requirements, unless a marker follows, which begins with one of these.
MARKER_NAMES = ("python_", "os_name", "sys_platform", "platform_", "implementation_", "extra")
# Lists of needs that people keep and that aren't read, in a package without metadata.
UNREAD_LISTS = ("Pipfile", "environment.yml", "environment.yaml", "conda.yml", "requirements/*.txt")


class Need(NamedTuple):
    """A package that another one needs: the requirement as written, and its name as PEP 503 compares it.

    `from_elsewhere` is "", or where the package says that this comes from another place than the public
    index. If an index is named there for all that the package needs, this one `may_be_public`.
    """

    requirement: str
    name: str
    from_elsewhere: str = ""
    may_be_public: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it is a name, extras, versions and a marker, and can be a line of requirements.txt."""
        return re.fullmatch(PLAIN, self.requirement) is not None and self.requirement.isprintable()

    @property
    def shown(self) -> str:
        """What of it can be shown: its name alone where a login might stand in it."""
        return showable(self.requirement) or self.name


class Metadata(NamedTuple):
    """What a package says about itself; a version that only its build knows is "".

    `optional` holds what its extras need, by names as PEP 503 compares them. `notes` say what isn't read.
    """

    name: str
    version: str
    requires_python: str
    needs: tuple[Need, ...]
    optional: dict[str, tuple[Need, ...]]
    notes: tuple[str, ...]


class Found:
    """The lists of a package, found where it keeps them: what it and its extras need, and what is said.

    `indexes` are the places where its requirements files name an index, `notes` what isn't read.
    """

    def __init__(self, needs: Iterable[Written] = ()) -> None:
        self.needs: list[Written] = list(needs)
        self.optional: dict[str, list[Written]] = {}
        self.indexes: list[str] = []
        self.notes: list[str] = []

    def take(self, listed: Listed) -> list[Written]:
        """Take over what requirements files say besides requirements, and return these."""
        self.indexes += listed.indexes
        self.notes += listed.notes
        return listed.requirements


def read_metadata(folder: Path, repository: Path | None = None) -> Metadata:
    """Return what the package in a folder says about itself; raise MetadataError if that can't be read.

    `repository` is the folder of the whole repository, where the package is one of several in it.
    """
    package = open_package(folder)
    workspace = open_package(repository) if repository and repository != folder else None
    found = find_lists(package)
    elsewhere = read_elsewhere(package, workspace)
    if found.indexes and not elsewhere.for_all:
        elsewhere = Elsewhere(elsewhere.tied, f"an index in {found.indexes[0]}")
    notes = list(found.notes)
    needs = as_needs(found.needs, elsewhere, notes)
    optional = {
        normalized(extra): as_needs(written, elsewhere, notes) for extra, written in found.optional.items()
    }
    version, python = showable(version_of(package)), showable(python_of(package))
    return Metadata(package_name(package), version, python, needs, optional, tuple(dict.fromkeys(notes)))


def package_name(package: Package) -> str:
    """Return the name that a package gives itself, or that of its folder."""
    pyproject = package.pyproject
    names = (
        pyproject.text("project", "name"),
        pyproject.text("tool", "poetry", "name"),
        pyproject.text("tool", "flit", "metadata", "dist-name"),
        pyproject.text("tool", "flit", "metadata", "module"),
        package.configured("metadata", "name"),
    )
    return next((name for name in names if re.fullmatch(NAME, name)), package.folder.name)


def version_of(package: Package) -> str:
    """Return the version that a package gives itself, "" where it is worked out from Git or from its code."""
    version = package.configured("metadata", "version")
    written = "" if version.startswith(("attr:", "file:")) else version
    pyproject = package.pyproject
    return pyproject.text("project", "version") or pyproject.text("tool", "poetry", "version") or written


def python_of(package: Package) -> str:
    """Return the versions of Python that a package is for, as PEP 440 writes them, "" if it doesn't say."""
    pyproject = package.pyproject
    wanted = pyproject.table("tool", "poetry", "dependencies").get("python", "*")
    try:
        from_poetry = poetry.versions(wanted)
    except poetry.NotTranslated:
        from_poetry = ""
    texts = (
        pyproject.text("project", "requires-python"),
        from_poetry,
        pyproject.text("tool", "flit", "metadata", "requires-python"),
        package.configured("options", "python_requires"),
    )
    return next(filter(None, texts), "")


def find_lists(package: Package) -> Found:
    """Return a package's lists from the one place that counts; raise MetadataError if they can't be read."""
    pyproject = package.pyproject
    if pyproject.table("project"):
        return lists_of_project(package)
    if pyproject.table("tool", "poetry"):
        return lists_of_poetry(package)
    if pyproject.table("tool", "flit", "metadata"):
        return lists_of_flit(package)
    sections = ("metadata", "options", "options.extras_require")
    if package.has("setup.py") or any(map(package.setup_cfg.has_section, sections)):
        return lists_of_setuptools(package)
    return lists_without_metadata(package)


def lists_of_project(package: Package) -> Found:
    """Return the lists of pyproject.toml's [project]; what it calls dynamic stands where its build looks."""
    pyproject = package.pyproject
    where = "pyproject.toml"
    dynamic = pyproject.texts("project", "dynamic")
    found = Found()
    if "dependencies" in pyproject.table("project") or "dependencies" not in dynamic:
        found.needs = written(pyproject.list_of_texts("project", "dependencies"), where)
    elif paths := pyproject.texts("tool", "setuptools", "dynamic", "dependencies", "file"):
        found.needs = found.take(read_requirements_files(package.folder, paths))
    elif pyproject.table("tool", "poetry", "dependencies"):
        found = lists_of_poetry(package)
    elif package.configured("options", "install_requires"):
        found.needs = of_setup_cfg(package, "options", "install_requires", found)
    else:
        found.notes.append("its build works out what it needs, and isn't run")
    for extra in pyproject.table("project", "optional-dependencies"):
        texts = pyproject.list_of_texts("project", "optional-dependencies", extra)
        found.optional[extra] = written(texts, where)
    if "optional-dependencies" in dynamic:
        for extra in pyproject.table("tool", "setuptools", "dynamic", "optional-dependencies"):
            paths = pyproject.texts("tool", "setuptools", "dynamic", "optional-dependencies", extra, "file")
            found.optional[extra] = found.take(read_requirements_files(package.folder, paths))
    return found


def lists_of_poetry(package: Package) -> Found:
    """Return the lists of Poetry's own table in the standard form; what has no counterpart becomes a note."""
    pyproject = package.pyproject
    where = "[tool.poetry.dependencies] in pyproject.toml"
    found = Found()
    optional: dict[str, list[Written]] = {}
    for name, wanted in pyproject.table("tool", "poetry", "dependencies").items():
        if name == "python":
            continue
        try:
            needs = written(poetry.requirements(name, wanted), where)
        except poetry.NotTranslated:
            found.notes.append(f"pyproject.toml says what it needs of {showable(name)} in Poetry's own form")
            continue
        if is_optional(wanted):
            optional[normalized(name)] = needs
        else:
            found.needs += needs
    for extra in pyproject.table("tool", "poetry", "extras"):
        names = pyproject.texts("tool", "poetry", "extras", extra)
        found.optional[extra] = [need for name in names for need in optional.get(normalized(name), [])]
    return found


def is_optional(wanted: Any) -> bool:
    """Tell whether an entry of Poetry's table is there for an extra only."""
    tables = wanted if isinstance(wanted, list) else [wanted]
    return any(isinstance(table, dict) and table.get("optional") is True for table in tables)


def lists_of_flit(package: Package) -> Found:
    """Return the lists of flit's old table."""
    pyproject = package.pyproject
    where = "[tool.flit.metadata] in pyproject.toml"
    found = Found(written(pyproject.list_of_texts("tool", "flit", "metadata", "requires"), where))
    for extra in pyproject.table("tool", "flit", "metadata", "requires-extra"):
        texts = pyproject.list_of_texts("tool", "flit", "metadata", "requires-extra", extra)
        found.optional[extra] = written(texts, where)
    return found


def lists_of_setuptools(package: Package) -> Found:
    """Return the lists of setup.cfg; what setup.py may add is a note, for it is code."""
    found = Found()
    found.needs = of_setup_cfg(package, "options", "install_requires", found)
    if package.setup_cfg.has_section("options.extras_require"):
        for extra in package.setup_cfg["options.extras_require"]:
            found.optional[extra] = of_setup_cfg(package, "options.extras_require", extra, found)
    if not package.configured("options", "install_requires") and needs_in_setup_py(package):
        found.notes.append("setup.py says what it needs, and isn't run")
    return found


def needs_in_setup_py(package: Package) -> bool:
    """Tell whether a setup.py may say what the package needs: by its words, for it isn't run."""
    return (
        package.has("setup.py") and re.search(r"install_requires|\*\*", package.read("setup.py")) is not None
    )


def of_setup_cfg(package: Package, section: str, option: str, found: Found) -> list[Written]:
    """Return the requirements in an option of setup.cfg, or in files that it names: `file: a.in, b.in`."""
    value = package.configured(section, option)
    if value.startswith("file:"):
        paths = [path.strip() for path in value.removeprefix("file:").split(",")]
        return found.take(read_requirements_files(package.folder, paths))
    lines = value.splitlines() if "\n" in value else parted_at_semicolons(value)
    texts = [line.partition(" #")[0].strip() for line in lines]
    return written((text for text in texts if text and not text.startswith("#")), "setup.cfg")


def parted_at_semicolons(line: str) -> list[str]:
    """Return the requirements of a single line as setuptools parts it, each with the marker behind it."""
    texts: list[str] = []
    for part in line.split(";"):
        if texts and part.strip().startswith(MARKER_NAMES):
            texts[-1] += f";{part}"
        else:
            texts.append(part)
    return texts


def lists_without_metadata(package: Package) -> Found:
    """Return the requirements.txt of a package that says nothing about itself; other lists are noted."""
    found = Found()
    if package.pyproject.table("build-system"):
        found.notes.append("its build works out what it needs, and isn't run")
        return found
    if package.has("requirements.txt"):
        found.needs = found.take(read_requirements_files(package.folder, ["requirements.txt"]))
        return found
    for pattern in UNREAD_LISTS:
        found.notes += [
            f"{file.relative_to(package.folder).as_posix()} may say what it needs, and isn't read"
            for file in sorted(package.folder.glob(pattern))
        ]
    return found


def written(texts: Iterable[str], where: str) -> list[Written]:
    """Requirements that all stand in one place."""
    return [Written(text.strip(), where) for text in texts]


def as_needs(requirements: Iterable[Written], elsewhere: Elsewhere, notes: list[str]) -> tuple[Need, ...]:
    """Return requirements as needs. Of a line without a package's name a note is added to `notes`."""
    needs = []
    for one in requirements:
        name = name_of(one.text)
        if not name:
            shown = showable(one.text)
            notes.append(f"{one.where} holds a line that names no package{f': {shown}' if shown else ''}")
        elif has_url(one.text):
            needs.append(Need(one.text, name, f"a URL in {one.where}", may_be_public=False))
        else:
            is_tied = name in elsewhere.tied
            needs.append(Need(one.text, name, elsewhere.of(name), may_be_public=not is_tied))
    return tuple(needs)


def name_of(requirement: str) -> str:
    """Return the name of the package in a requirement, as PEP 503 compares it, or ""."""
    if match := NAMED.fullmatch(requirement):
        return normalized(match[1])
    try:
        fragment = urlsplit(requirement).fragment
    except ValueError:
        return ""
    egg = parse_qs(fragment).get("egg", [""])[0].partition("[")[0]
    return normalized(egg) if re.fullmatch(NAME, egg) else ""


def has_url(requirement: str) -> bool:
    """Tell whether a requirement names the place that its package comes from."""
    return "@" in requirement.partition(";")[0] or "://" in requirement
