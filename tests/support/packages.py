"""Make private packages: wheels, and Git repositories, the same bytes at every run."""

import base64
import hashlib
import io
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

# Every file of a wheel and every commit is of this moment (2024-01-01 00:00 UTC).
WHEEL_TIME = (2024, 1, 1, 0, 0, 0)
COMMIT_TIME = 1704067200


def import_name(name: str) -> str:
    """Return the name under which Python imports the package `name`."""
    return re.sub(r"[-_.]+", "_", name).lower()


def wheel(  # noqa: PLR0913 (what one wheel may differ in from another)
    folder: Path, name: str, version: str, *, code="", needs=(), extras=(), build="", tag="py3-none-any"
) -> Path:
    """Write a wheel into `folder` and return its path.

    `code` stands in the package's `__init__.py`, `needs` are the requirements of its metadata, `extras` the names
    that their markers speak of. With a `build` tag
    ("1") or a `tag` for one kind of machine only, pip prefers it to a plain wheel of the same version.
    """
    module = import_name(name)
    info = f"{module}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    archive = ["Wheel-Version: 1.0", "Generator: tests", "Root-Is-Purelib: true", f"Tag: {tag}"]
    files = {
        f"{module}/__init__.py": code,
        f"{info}/METADATA": lines(
            *metadata,
            *(f"Provides-Extra: {extra}" for extra in extras),
            *(f"Requires-Dist: {need}" for need in needs),
        ),
        f"{info}/WHEEL": lines(*archive, *([f"Build: {build}"] if build else [])),
    }
    record = f"{info}/RECORD"
    files[record] = lines(*(f"{path},{record_hash(text)}" for path, text in files.items()), f"{record},,")
    path = folder / f"{'-'.join(filter(None, (module, version, build, tag)))}.whl"
    with zipfile.ZipFile(path, "w") as file:
        for inner, text in files.items():
            file.writestr(zipfile.ZipInfo(inner, WHEEL_TIME), text)
    return path


def lines(*texts: str) -> str:
    """Return the texts as lines."""
    return "".join(f"{text}\n" for text in texts)


def record_hash(text: str) -> str:
    """Return a file's hash and size as a wheel's RECORD writes them."""
    content = text.encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(content)}"


def sources(name: str, version: str, *, layout="flat", code="", needs=()) -> dict[str, str]:
    """Return the files of a package's repository, by path.

    `layout` is "flat" (package folder at the root), "src" or "module" (one file); `code` stands in the module.
    """
    module = import_name(name)
    places = {"flat": f"{module}/__init__.py", "src": f"src/{module}/__init__.py", "module": f"{module}.py"}
    return {
        ".gitignore": "__pycache__/\n",
        "README.md": f"# {name}\n",
        "pyproject.toml": lines(
            "[build-system]",
            'requires = ["flit_core>=3.11"]',
            'build-backend = "flit_core.buildapi"',
            "",
            "[project]",
            f'name = "{name}"',
            f'version = "{version}"',
            f'description = "{name}, a private package"',
            f"dependencies = {list(needs)}",
        ),
        places[layout]: code,
    }


# A build backend of the package's own; it leaves a file behind.
BACKEND = """\
from pathlib import Path

def prepare_metadata_for_build_wheel(folder, settings=None):
    Path({marker!r}).touch()
    Path(folder, {info!r}).mkdir()
    Path(folder, {info!r}, "METADATA").write_text({metadata!r})
    return {info!r}

def build_wheel(folder, settings=None, metadata=None):
    raise NotImplementedError
"""


def self_built(name: str, version: str, marker: Path, *, build_needs=(), needs=()) -> dict[str, str]:
    """Return the files, by path, of a package whose build leaves the file `marker` behind.

    `build_needs` are the packages that its build needs, `needs` those that the package itself needs.
    """
    metadata = lines(
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {need}" for need in needs),
    )
    info = f"{import_name(name)}-{version}.dist-info"
    return {
        "PKG-INFO": metadata,
        "pyproject.toml": lines(
            "[build-system]",
            f"requires = {list(build_needs)}",
            'build-backend = "backend"',
            'backend-path = ["."]',
        ),
        "backend.py": BACKEND.format(marker=str(marker), info=info, metadata=metadata),
    }


def sdist(folder: Path, name: str, version: str, marker: Path, **needs) -> Path:
    """Write a source distribution into `folder` and return its path; what is built and `needs` as for `self_built`."""
    root = f"{import_name(name)}-{version}"
    path = folder / f"{root}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file, text in self_built(name, version, marker, **needs).items():
            member = tarfile.TarInfo(f"{root}/{file}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


class Link(str):
    """A symbolic link, in the place of a file's text: the path that it leads to."""

    __slots__ = ()


class Gitlink(str):
    """A submodule, in the place of a file's text: its commit."""

    __slots__ = ()


class Program(str):
    """The text of a file that may be run."""

    __slots__ = ()


class Commit(NamedTuple):
    """A commit of `repository`: its files by path, the branch it goes on, and a tag for it if any.

    A new branch begins at the head of main.
    """

    files: dict[str, str]
    branch: str = "main"
    tag: str = ""


def repository(path: Path, *commits: Commit) -> Path:
    """Make a bare Git repository at `path` with the commits, in their order; return the path."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    stream = []
    branches = {"main"}
    for number, commit in enumerate(commits, start=1):
        stream += [
            f"commit refs/heads/{commit.branch}",
            f"mark :{number}",
            f"committer Ada Builder <ada@example.com> {COMMIT_TIME + number} +0000",
            *data(f"Version {number}"),
            *([] if commit.branch in branches else ["from refs/heads/main"]),
            "deleteall",
        ]
        branches.add(commit.branch)
        for file, text in commit.files.items():
            stream += change(file, text)
        if commit.tag:
            stream += [f"reset refs/tags/{commit.tag}", f"from :{number}"]
    subprocess.run(
        ["git", "-C", str(path), "fast-import", "--quiet"], input=lines(*stream).encode(), check=True
    )
    return path


def change(file: str, text: str) -> list[str]:
    """Return one file of a commit, as Git's fast-import reads it."""
    if isinstance(text, Gitlink):
        return [f"M 160000 {text} {file}"]
    modes = {Link: "120000", Program: "100755"}
    return [f"M {modes.get(type(text), '100644')} inline {file}", *data(text)]


def data(text: str) -> list[str]:
    """Return a text as Git's fast-import reads it."""
    return [f"data {len(text.encode())}", text]
