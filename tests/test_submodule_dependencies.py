"""What the submodules need is written to requirements.txt; what can't be written is said, and nothing else comes in."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from preflight.submodule_url import read_submodule

from making.dependencies import require_dependencies
from tests.support import packages, servers
from tests.support.baking import SLUG, make_app
from tests.support.places import TEMPLATE

BY_HAND = "Add what it needs to requirements.txt by hand."


class Found(NamedTuple):
    """What the hook makes of submodules: the lines that it adds to requirements.txt, and what it tells the user."""

    lines: list[str]
    notes: list[str]


@pytest.fixture
def require(tmp_path, monkeypatch):
    """Read submodules from files: `require({"lib": {"pyproject.toml": "…"}}, private_packages="…")` gives Found."""
    monkeypatch.chdir(tmp_path)
    loader = Path("app/submodules/__init__.py")
    (tmp_path / loader.parent).mkdir(parents=True)
    shutil.copy(TEMPLATE / "{{cookiecutter.app_slug}}" / loader, loader)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("viktor==14.36.2\n", encoding="utf-8", newline="\n")

    def require(submodules: dict[str, dict[str, str | bytes]], private_packages="") -> Found:
        for name, files in submodules.items():
            for path, text in files.items():
                file = tmp_path / "app" / "submodules" / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text if isinstance(text, bytes) else text.encode())
        answers = {"private_packages": private_packages}
        wanted = [read_submodule(f"{name}=https://h.example/x") for name in submodules]
        notes = require_dependencies(wanted, answers)
        text = requirements.read_text(encoding="utf-8")
        assert text.startswith("viktor==14.36.2\n")
        assert text.endswith("\n")
        assert "\n\n\n" not in text
        return Found(text.splitlines()[1:], notes)

    return require


def pyproject(*dependencies: str, name="lib") -> dict[str, str]:
    """Return the pyproject.toml of a package with these dependencies."""
    return {"pyproject.toml": f'[project]\nname = "{name}"\ndependencies = {list(dependencies)}\n'}


# What is written

NEEDS = ["", "# needed by app/submodules/lib", "numpy>=2", "scipy[all]~=1.10 ; python_version < '3.14'"]
POETRY = '[tool.poetry]\nname = "lib"\n[tool.poetry.dependencies]\npython = "^3.10"\n'


def test_needs_are_written_below_a_comment(require):
    assert require({"lib": pyproject(*NEEDS[2:])}) == Found(NEEDS, [])


def test_the_needs_of_each_package_of_a_repository_are_written(require):
    files = {
        f"packages/{name}/{path}": text
        for name, need in (("one", "numpy>=2"), ("two", NEEDS[3]))
        for path, text in (pyproject(need, name=name) | {f"src/{name}.py": ""}).items()
    }
    assert require({"lib": files}) == Found(NEEDS, [])


NO_NEEDS = {
    "no-metadata": {"lib.py": ""},
    "none-declared": {"pyproject.toml": '[project]\nname = "lib"\n'},
    "developers-tools": pyproject() | {"requirements.txt": "black\n", "requirements-dev.txt": "pytest\n"},
    "optional": {
        "pyproject.toml": '[project]\nname = "lib"\n[project.optional-dependencies]\ndev = ["pytest"]\n'
    },
}


@pytest.mark.parametrize("files", NO_NEEDS.values(), ids=NO_NEEDS)
def test_nothing_is_written_for_a_package_that_needs_nothing(require, files):
    """No developers' tools are ever installed."""
    assert require({"lib": files}) == Found([], [])


UNREAD = {
    "dynamic": (
        {"pyproject.toml": '[project]\nname = "lib"\ndynamic = ["dependencies"]\n'},
        "its build works out what it needs, and isn't run",
    ),
    "broken-toml": ({"pyproject.toml": "[project\n"}, "pyproject.toml can't be read (TOMLDecodeError)"),
    "utf-16": ({"requirements.txt": "numpy\n".encode("utf-16")}, "requirements.txt is not in UTF-8"),
    "another-list": ({"Pipfile": ""}, "Pipfile may say what it needs, and isn't read"),
}


@pytest.mark.parametrize(("files", "why"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_said(require, files, why):
    assert require({"lib": files}) == Found([], [f"app/submodules/lib: {why}. {BY_HAND}"])


def test_an_empty_submodule_is_said(require, tmp_path):
    (tmp_path / "app" / "submodules" / "lib").mkdir(parents=True)
    assert require({"lib": {}}) == Found([], [f"app/submodules/lib: its folder is empty. {BY_HAND}"])


# What comes from elsewhere

ELSEWHERE = {
    "uv-sources": pyproject("acme-core>=1", "numpy")["pyproject.toml"]
    + '[tool.uv.sources]\nacme-core = {git = "https://h.example/core.git"}\n',
    "poetry-source": POETRY + 'acme-core = {version = "*", source = "acme"}\nnumpy = "*"\n',
    "url": pyproject("acme-core @ git+https://h.example/core.git", "numpy")["pyproject.toml"],
}


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_name_that_comes_from_elsewhere_is_never_written(require, text):
    """Pip would take it from PyPI, from whoever has the name there."""
    found = require({"lib": {"pyproject.toml": text}})
    assert found.lines == ["", "# needed by app/submodules/lib", "numpy"]
    (note,) = found.notes
    assert note.startswith("app/submodules/lib needs packages that come, or may come, from elsewhere")
    assert "\nacme-core: " in note


ANY_MAY_COME = {
    "uv-index": pyproject("acme-core>=1", "numpy")
    | {
        "pyproject.toml": pyproject("acme-core>=1", "numpy")["pyproject.toml"]
        + '[[tool.uv.index]]\nurl = "https://h.example/simple"\n'
    },
    "requirements": {"requirements.txt": "--extra-index-url https://h.example/simple\nacme-core>=1\nnumpy\n"},
}


@pytest.mark.parametrize("files", ANY_MAY_COME.values(), ids=ANY_MAY_COME)
def test_where_a_package_has_an_index_of_its_own_nothing_is_written(require, files):
    found = require({"lib": files})
    assert found.lines == []
    assert "\nacme-core: " in found.notes[0]
    assert "\nnumpy: " in found.notes[0]


def test_what_comes_from_elsewhere_and_is_here_is_no_note(require):
    files = {"pyproject.toml": ELSEWHERE["uv-sources"]}
    assert require({"lib": files, "core": pyproject(name="Acme.Core")}).notes == []
    assert require({"lib": files}, private_packages="acme_core==1.0").notes == []


# Only plain requirements are written

# A need that is a requirement and something behind it, or a line that is no requirement
REFUSED = [
    "--index-url https://evil.example/simple",
    "-r other.txt",
    "-e .",
    *(
        f"numpy{sign}--index-url https://evil.example/simple"
        for sign in (" ", "\n", "\r", "\x0b", "\x85", "\u2028", "; python_version < '4'\n")
    ),
    "numpy==1.0 --hash=sha256:" + "0" * 64,
    "numpy -C x",
    "./vendored",
    "../other",
    "vendored/wheel.whl",
    "C:\\wheels\\numpy.whl",
    "other @ file:///home/ada/other",
    "other@./other",
    "other @ https://h.example/other.whl",
    "other @ https://h.example/$TOKEN/other.whl",
    "https://h.example/other.whl",
    "numpy \\",
    "two words",
    "\u200bnumpy",
]


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_more_than_a_requirement_is_said_instead(require, line):
    text = line.encode("unicode_escape").decode().replace('"', '\\"').replace("\\x", "\\u00")
    files = {"pyproject.toml": f'[project]\nname = "lib"\ndependencies = ["{text}", "scipy"]\n'}
    found = require({"lib": files})
    assert found.lines == ["", "# needed by app/submodules/lib", "scipy"]
    assert len(found.notes) == 1
    assert "evil" not in found.notes[0]


def test_a_login_is_neither_written_nor_shown(require, tmp_path):
    login = "https://robot:canary@h.example"
    found = require({"lib": pyproject(f"other @ {login}/other.whl", f"more @ git+{login}/more.git")})
    assert found.lines == []
    assert "canary" not in found.notes[0] + (tmp_path / "requirements.txt").read_text(encoding="utf-8")


ACCEPTED = [
    "numpy",
    "numpy==2.*",
    "numpy>=1.20, !=1.22, <3",
    "numpy (>=2)",
    "numpy[extra, other]>=2",
    "numpy; sys_platform == 'win32' and python_version >= '3.11'",
]


def test_plain_requirements_are_written_as_they_are(require):
    found = require({"lib": {"requirements.txt": "\n".join(ACCEPTED)}})
    assert found == Found(["", "# needed by app/submodules/lib", *ACCEPTED], [])


# What pip must not look for, and what is there already


def test_packages_that_are_private_are_not_asked_of_the_public_index(require, tmp_path):
    by_hand = tmp_path / "app" / "submodules" / "by-hand"
    by_hand.mkdir(parents=True)
    (by_hand / "setup.cfg").write_text("[metadata]\nname = Acme.Units\n", encoding="utf-8")
    found = require(
        {
            "lib": pyproject("acme_beams>=1", "ACME-Loads", "acme.units", "numpy", "acme-index[x]~=1.0"),
            "beams": pyproject(name="acme-beams"),
            "loads": {"pyproject.toml": POETRY.replace('"lib"', '"acme.loads"')},
        },
        private_packages="acme_index==1.2",
    )
    assert found == Found(["", "# needed by app/submodules/lib", "numpy"], [])


def test_each_line_is_written_once(require):
    needs = pyproject("numpy>=2", "scipy", "numpy>=2", "viktor==14.36.2")
    found = require({"one": needs | {}, "two": {"requirements.txt": "scipy\nnumpy<3\n"}})
    expected = [
        "",
        "# needed by app/submodules/one",
        "numpy>=2",
        "scipy",
        "",
        "# needed by app/submodules/two",
        "numpy<3",
    ]
    assert found == Found(expected, [])
    assert require({"one": {}, "two": {}}) == found


def test_what_is_missing_goes_under_the_comment_that_is_there(require):
    require({"lib": pyproject("numpy>=2"), "other": {"requirements.txt": "scipy\n"}})
    found = require({"lib": pyproject("numpy>=2", "pandas")})
    assert found.lines == [
        "",
        "# needed by app/submodules/lib",
        "pandas",
        "numpy>=2",
        "",
        "# needed by app/submodules/other",
        "scipy",
    ]


# With cookiecutter and Git


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Give the URL of two packages: `lib` needs `other` and a public package, `other` keeps its needs to Poetry."""
    folder = tmp_path_factory.mktemp("needing")
    files = packages.sources("acme-lib", "1.0", needs=["numpy>=2", "acme-other"])
    packages.repository(folder / "lib.git", packages.Commit(files))
    files = {"pyproject.toml": POETRY.replace('"lib"', '"acme-other"') + 'scipy = "^1 || ^2"\n'}
    packages.repository(folder / "other.git", packages.Commit(files))
    with servers.git_daemon(folder) as url:
        yield url


def test_app_requires_what_its_submodules_need_and_again_no_more(url, tmp_path):
    said = make_app(tmp_path, f"submodules={url}/lib.git {url}/other.git")
    requirements = tmp_path / SLUG / "requirements.txt"
    text = requirements.read_text(encoding="utf-8")
    assert re.fullmatch(
        r"# .*\nviktor==.*\nplotly==.*\n\n# .*\n\n# needed by app/submodules/lib\nnumpy>=2\n", text
    )
    assert (
        f"  app/submodules/other: pyproject.toml says what it needs of scipy in Poetry's own form. {BY_HAND}\n"
        in said
    )
    for options in ((), ("--skip-if-file-exists",)):
        make_app(tmp_path, "--overwrite-if-exists", *options, f"submodules={url}/lib.git {url}/other.git")
        assert requirements.read_text(encoding="utf-8") == text
