"""What a package's build settings say of its files: where packages lie, what is compiled, what is written."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from preflight.names import normalized
from preflight.package_files import Package

# Build backends that compile, by the first word of their module, and what they compile.
COMPILING_BACKENDS = {
    "maturin": "Rust",
    "mesonpy": "C, C++ or Fortran",
    "scikit_build_core": "C, C++ or Fortran",
    "sipbuild": "C++",
    "skbuild": "C, C++ or Fortran",
}
# What a build needs to compile: with setuptools and Poetry the compiled part may be there for speed alone.
COMPILING_TOOLS = {"cython", "pybind11", "nanobind", "cffi", "setuptools-rust", "mypy"}
# Words of a setup.py, which isn't run: these packages don't work uncompiled, and those may.
COMPILED_WORDS = re.compile(r"\b(cffi_modules|rust_extensions)\b")
PERHAPS_COMPILED_WORDS = re.compile(r"\b(ext_modules|Extension|cythonize)\b")
# Where setuptools-scm, hatch-vcs, PDM and versioningit are told which file to write from Git's tags.
VERSION_FILES = (
    ("tool", "setuptools_scm", "version_file"),
    ("tool", "setuptools_scm", "write_to"),
    ("tool", "hatch", "build", "hooks", "vcs", "version-file"),
    ("tool", "pdm", "version", "write_to"),
    ("tool", "versioningit", "write", "file"),
)
# Groups of entry points that are for a developer's machine: commands, and plugins of developers' tools.
HARMLESS_GROUPS = {"console_scripts", "gui_scripts", "pytest11"}


class Layout(NamedTuple):
    """What a package says of its files. Paths are relative to its folder; what it doesn't say is empty.

    `compiled` tells what must be compiled before the package works, `perhaps_compiled` what may have to be.
    """

    roots: tuple[str, ...]
    compiled: str
    perhaps_compiled: str
    version_files: tuple[str, ...]
    entry_points: tuple[str, ...]
    members: tuple[Path, ...]


def read_layout(package: Package) -> Layout:
    """Return what a package says of its files; raise MetadataError if that can't be read."""
    pyproject = package.pyproject
    version_files = [file for path in VERSION_FILES for file in pyproject.settings(*path)]
    groups = sorted(set(pyproject.table("project", "entry-points")) - HARMLESS_GROUPS)
    return Layout(
        roots=tuple(dict.fromkeys(roots(package))),
        compiled=compiled(package),
        perhaps_compiled=perhaps_compiled(package),
        version_files=tuple(version_files),
        entry_points=tuple(groups),
        members=tuple(members(package)),
    )


def roots(package: Package) -> list[str]:
    """Return the folders in which the build is told to find packages, "." for the package's own."""
    pyproject = package.pyproject
    folders = [
        *pyproject.settings("tool", "setuptools", "packages", "find", "where"),
        *package.configured("options.packages.find", "where").split(),
        *pyproject.settings("tool", "pdm", "build", "package-dir"),
        *pyproject.settings("tool", "pdm", "package-dir"),
        *pyproject.settings("tool", "maturin", "python-source"),
        *pyproject.settings("tool", "uv", "build-backend", "module-root"),
    ]
    folders += pyproject.settings("tool", "setuptools", "package-dir", "")
    for line in package.configured("options", "package_dir").splitlines():
        name, _, folder = line.partition("=")
        folders += [] if name.strip() else [folder.strip()]
    for path in (
        *pyproject.settings("tool", "hatch", "build", "packages"),
        *pyproject.settings("tool", "hatch", "build", "targets", "wheel", "packages"),
    ):
        folders.append(PurePosixPath(path).parent.as_posix())
    folders += [str(table.get("from", ".")) for table in pyproject.tables("tool", "poetry", "packages")]
    return [PurePosixPath(str(folder)).as_posix() for folder in folders if folder]


def compiled(package: Package) -> str:
    """Return what must be compiled before a package works, or ""."""
    backend = package.pyproject.text("build-system", "build-backend").partition(".")[0]
    if backend in COMPILING_BACKENDS:
        return COMPILING_BACKENDS[backend]
    if package.has("setup.py") and COMPILED_WORDS.search(package.read("setup.py")):
        return "Rust or C"
    if package.pyproject.value("tool", "setuptools-rust"):
        return "Rust"
    return ""


def perhaps_compiled(package: Package) -> str:
    """Return which sign there is that a part of a package is compiled, or ""."""
    pyproject = package.pyproject
    tools = [
        normalized(re.split(r"[^\w.-]", text)[0]) for text in pyproject.settings("build-system", "requires")
    ]
    if found := COMPILING_TOOLS.intersection(tools):
        return f"its build needs {min(found)}"
    if pyproject.value("tool", "setuptools", "ext-modules"):
        return "[tool.setuptools] ext-modules in pyproject.toml"
    if pyproject.value("tool", "poetry", "build"):
        return "[tool.poetry] build in pyproject.toml"
    if package.has("setup.py") and PERHAPS_COMPILED_WORDS.search(package.read("setup.py")):
        return "the extensions in its setup.py"
    return ""


def members(package: Package) -> list[Path]:
    """Return the folders of the packages that uv's workspace holds."""
    workspace = ("tool", "uv", "workspace")
    excluded = {
        path for glob in package.pyproject.settings(*workspace, "exclude") for path in matches(package, glob)
    }
    found = [
        path for glob in package.pyproject.settings(*workspace, "members") for path in matches(package, glob)
    ]
    return [path for path in dict.fromkeys(found) if path not in excluded]


def matches(package: Package, pattern: str) -> list[Path]:
    """Return the folders inside a package that match a pattern and hold a pyproject.toml."""
    try:
        found = sorted(package.folder.glob(pattern))
    except (NotImplementedError, ValueError):
        return []
    inside = package.folder.resolve()
    return [
        path
        for path in found
        if path.resolve().is_relative_to(inside) and (path / "pyproject.toml").is_file()
    ]
