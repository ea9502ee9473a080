"""Reads the files in which a package describes itself: none of it is run, nothing outside of it is read."""

from __future__ import annotations

import configparser
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from preflight.toml import read_toml

# Above this many bytes a file is no description of a package.
LARGEST = 1_000_000


class MetadataError(ValueError):
    """Why a package's description can't be read, in words that can be shown: none that stand in the file."""


class Tables(NamedTuple):
    """The tables of a pyproject.toml. A value is asked for by its path: `texts("project", "dependencies")`.

    What isn't there is empty. Each method raises MetadataError for a value of another kind.
    """

    content: dict[str, Any]

    def table(self, *path: str) -> dict[str, Any]:
        """Return the table at a path."""
        found: Any = self.content
        for place, key in enumerate(path, 1):
            found = found.get(key, {})
            if not isinstance(found, dict):
                raise wrong_kind(path[:place], "table")
        return found

    def value(self, *path: str) -> Any:
        """A value of any kind, None if it isn't there."""
        return self.table(*path[:-1]).get(path[-1])

    def text(self, *path: str) -> str:
        """Return the text at a path."""
        found = self.value(*path)
        if found is not None and not isinstance(found, str):
            raise wrong_kind(path, "text")
        return found or ""

    def texts(self, *path: str) -> list[str]:
        """Return the texts at a path; one that stands alone is a list of one."""
        found = self.value(*path)
        found = [found] if isinstance(found, str) else found or []
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise wrong_kind(path, "list of texts")
        return found

    def settings(self, *path: str) -> list[str]:
        """Return the texts of a tool's setting that is a text or a list; any other kind is passed over."""
        with suppress(MetadataError):
            return self.texts(*path)
        return []

    def list_of_texts(self, *path: str) -> list[str]:
        """Return the texts at a path, which must be a list."""
        if isinstance(self.value(*path), str):
            raise wrong_kind(path, "list of texts")
        return self.texts(*path)

    def tables(self, *path: str) -> list[dict[str, Any]]:
        """Return the tables at a path."""
        found = self.value(*path) or []
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            raise wrong_kind(path, "list of tables")
        return found


class Package(NamedTuple):
    """The folder of a package, and what its pyproject.toml and its setup.cfg say."""

    folder: Path
    pyproject: Tables
    setup_cfg: configparser.ConfigParser

    def has(self, path: str) -> bool:
        """Tell whether the package has a file of this path."""
        return (self.folder / path).is_file()

    def read(self, path: str) -> str:
        """Return the text of a file of the package; raise MetadataError as `read_file`."""
        return read_file(self.folder, path)

    def configured(self, section: str, option: str) -> str:
        """An option of setup.cfg, "" if it isn't there."""
        return self.setup_cfg.get(section, option, fallback="").strip()


def wrong_kind(path: tuple[str, ...], wanted: str) -> MetadataError:
    """Return what is said of a value that isn't of the kind that it should be."""
    return MetadataError(f"pyproject.toml: {showable('.'.join(path)) or 'a value'} is no {wanted}")


def open_package(folder: Path) -> Package:
    """Return the package in a folder; raise MetadataError if pyproject.toml or setup.cfg can't be read."""
    content: dict[str, Any] = {}
    if (folder / "pyproject.toml").exists():
        file = file_inside(folder, "pyproject.toml")
        try:
            content = read_toml(file)
        except UnicodeDecodeError:
            raise MetadataError("pyproject.toml is not in UTF-8") from None
        except (OSError, RecursionError, ValueError) as error:
            raise MetadataError(f"pyproject.toml can't be read ({type(error).__name__})") from None
    setup_cfg = configparser.ConfigParser(interpolation=None)
    if (folder / "setup.cfg").exists():
        text = read_file(folder, "setup.cfg")
        try:
            setup_cfg.read_string(text)
        except configparser.Error as error:
            raise MetadataError(f"setup.cfg can't be read ({type(error).__name__})") from None
    return Package(folder, Tables(content), setup_cfg)


def showable(text: str) -> str:
    """A text from a package's files if it can be shown: "" where it may hold a login."""
    return text if text.isprintable() and "@" not in text and "://" not in text and len(text) <= 200 else ""


def read_file(folder: Path, path: str) -> str:
    """Return the text of a package's file; raise MetadataError for one missing, outside, huge, not UTF-8."""
    try:
        return file_inside(folder, path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MetadataError(f"{showable(path) or 'a file'} is not in UTF-8") from None
    except OSError as error:
        raise MetadataError(f"{showable(path) or 'a file'} can't be read: {error.strerror}") from None


def file_inside(folder: Path, path: str) -> Path:
    """Return a file that lies inside a package's folder, links followed; raise MetadataError for another."""
    try:
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise MetadataError(f"{showable(path) or 'a file'} lies outside of the package")
        if not file.is_file():
            raise MetadataError(f"{showable(path) or 'a file'} is missing")
        if file.stat().st_size > LARGEST:
            raise MetadataError(f"{showable(path) or 'a file'} is larger than {LARGEST} bytes")
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, MetadataError):
            raise
        raise MetadataError(f"{showable(path) or 'a file'} can't be found") from None
    return file
