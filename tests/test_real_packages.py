"""19 packages as they are on PyPI, each of another shape: what is read of them is what their own builds have written.

Their sdists are downloaded and unpacked, and nothing of them is run.
"""

import io
import os
import tarfile
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pip._internal.index.collector import LinkCollector
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.index import PyPI
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.selection_prefs import SelectionPreferences
from pip._internal.network.session import PipSession
from preflight.layout import read_layout
from preflight.metadata import read_metadata
from preflight.package_files import open_package
from preflight.packages import load_loader

from tests.support.places import TEMPLATE_APP

IN_SETUP_PY = "setup.py says what it needs, and isn't run"


@dataclass(frozen=True)
class Expected:
    """What is read of a package: its import root, what can be imported from there, and what is said besides."""

    root: str
    names: list[str]
    note: str = ""
    compiled: str = ""


PACKAGES = {
    "attrs==26.1.0": Expected("src", ["attr", "attrs"]),
    "dash-bootstrap-components==2.0.4": Expected(".", ["dash_bootstrap_components"]),
    "flit-core==4.2.0": Expected(".", ["flit_core"]),
    "hatchling==1.33.0": Expected("src", ["hatchling"]),
    "jaraco.functools==4.6.0": Expected(".", ["jaraco"]),
    "MarkupSafe==3.0.4": Expected("src", ["markupsafe"]),
    "pdm-backend==2.5.0": Expected("src", ["pdm"]),
    "poetry-core==2.5.0": Expected("src", ["poetry"]),
    "pydantic-core==2.9.0": Expected("python", ["pydantic_core"], compiled="Rust"),
    "python-dateutil==2.9.0.post0": Expected("src", ["dateutil"]),
    "PyYAML==6.0.4": Expected("lib", ["_yaml", "yaml"], note=IN_SETUP_PY),
    "requests==2.34.2": Expected("src", ["requests"]),
    "rich==15.0.0": Expected(".", ["rich"]),
    "rpds-py==2026.9.1": Expected(".", [], compiled="Rust"),
    "ruamel.yaml==0.19.1": Expected(".", ["clibz"], note=IN_SETUP_PY),
    "setuptools-scm==10.3.4": Expected("src", ["setuptools_scm"]),
    "six==1.17.0": Expected(".", ["six"]),
    "versioneer==0.29": Expected(".", ["src"]),
    "zope.interface==8.7": Expected("src", ["zope"]),
}


@pytest.fixture(scope="module")
def session():
    """Give what pip sends its requests with."""
    with PipSession() as session:
        session.verify = os.environ.get("PIP_CERT") or True
        yield session


@pytest.fixture
def unpack(session, tmp_path):
    """Download the sdist of a package from PyPI: `unpack("attrs==26.1.0")` gives its folder."""
    scope = SearchScope.create(find_links=[], index_urls=[PyPI.simple_url], no_index=False)
    preferences = SelectionPreferences(allow_yanked=True, format_control=None)
    finder = PackageFinder.create(LinkCollector(session, scope), preferences)

    def unpack(pinned: str) -> Path:
        name, _, version = pinned.partition("==")
        links = [
            candidate.link
            for candidate in finder.find_all_candidates(name)
            if str(candidate.version) == version and candidate.link.filename.endswith(".tar.gz")
        ]
        answer = session.get(links[0].url_without_fragment)
        answer.raise_for_status()
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
            archive.extractall(tmp_path, filter="data")
        (folder,) = tmp_path.iterdir()
        return folder

    return unpack


def needs_by_extra(info: Message) -> dict[str, set[Requirement]]:
    """Return what a PKG-INFO requires, by the extra for which it does, "" for always; without the markers."""
    extras = info.get_all("Provides-Extra") or []
    needs: dict[str, set[Requirement]] = {canonicalize_name(extra): set() for extra in ["", *extras]}
    for text in info.get_all("Requires-Dist") or ():
        marker = str(Requirement(text).marker)
        extra = next((extra for extra in extras if f'extra == "{extra}"' in marker), "")
        needs[canonicalize_name(extra)].add(without_marker(text))
    return needs


def without_marker(text: str) -> Requirement:
    """Return a requirement without its marker, which each build writes in its own way."""
    requirement = Requirement(text)
    requirement.marker = None
    return requirement


@pytest.mark.parametrize("pinned", PACKAGES)
def test_what_is_read_is_what_its_build_has_written(unpack, pinned):
    folder, expected = unpack(pinned), PACKAGES[pinned]
    loader = load_loader(TEMPLATE_APP)
    (root,) = map(Path, loader.roots_of(str(folder)))
    assert root == folder / expected.root
    assert loader.names_in(root, folder) == expected.names
    layout = read_layout(open_package(folder))
    assert layout.compiled == expected.compiled
    assert all(loader.names_in((folder / path).resolve(), folder) == expected.names for path in layout.roots)
    metadata = read_metadata(folder)
    assert metadata.notes == ((expected.note,) if expected.note else ())
    info = BytesParser().parsebytes((folder / "PKG-INFO").read_bytes())
    assert metadata.version in ("", info["Version"])
    # Before version 2.2 a build leaves out of an sdist's PKG-INFO what is needed.
    if not expected.note and info["Metadata-Version"] != "2.1":
        assert canonicalize_name(metadata.name) == canonicalize_name(info["Name"])
        assert SpecifierSet(metadata.requires_python) == SpecifierSet(info["Requires-Python"])
        read = {"": metadata.needs, **metadata.optional}
        found = {extra: {without_marker(need.requirement) for need in needs} for extra, needs in read.items()}
        assert found == needs_by_extra(info)
