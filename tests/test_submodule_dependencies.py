"""What the submodules need is written to requirements.txt; what can't be written is said, and nothing else comes in."""

import importlib.util
import re
from typing import NamedTuple

import packages
import pytest
import servers
from making import SLUG, TEMPLATE, make_app

BY_HAND = "Add what it needs to requirements.txt by hand."


class Found(NamedTuple):
    """What the hook makes of submodules: the lines that it adds to requirements.txt, and what it tells the user."""

    lines: list[str]
    notes: list[str]


@pytest.fixture
def require(tmp_path, monkeypatch):
    """Read submodules from files: `require({"lib": {"pyproject.toml": "…"}}, private_packages="…")` gives Found."""
    spec = importlib.util.spec_from_file_location("second_hook", TEMPLATE / "hooks" / "post_gen_project.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    monkeypatch.chdir(tmp_path)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("viktor==14.36.2\n", encoding="utf-8", newline="\n")

    def require(submodules: dict[str, dict[str, str | bytes]], private_packages="") -> Found:
        for name, files in submodules.items():
            for path, text in files.items():
                file = tmp_path / "app" / "submodules" / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text if isinstance(text, bytes) else text.encode())
        answers = {"private_packages": private_packages}
        wanted = list(hook.parse_submodules(" ".join(f"{name}=https://h.example/x" for name in submodules)))
        notes = hook.require_dependencies(wanted, answers)
        text = requirements.read_text(encoding="utf-8")
        assert text.startswith("viktor==14.36.2\n")
        assert text.endswith("\n")
        assert "\n\n\n" not in text
        return Found(text.splitlines()[1:], notes)

    return require


def pyproject(*dependencies: str, name="lib") -> dict[str, str]:
    """Return the pyproject.toml of a package with these dependencies."""
    return {"pyproject.toml": f'[project]\nname = "{name}"\ndependencies = {list(dependencies)}\n'}


# Where a package keeps its requirements

NEEDS = ["", "# needed by app/submodules/lib", "numpy>=2", "scipy[all]~=1.10 ; python_version < '3.14'"]
AS_LINES = "\n".join(NEEDS[2:])
SETUP_CFG = (
    "[metadata]\nname = lib\n[options]\ninstall_requires =\n    " + AS_LINES.replace("\n", "\n    ") + "\n"
)
DYNAMIC = '[project]\nname = "lib"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = %s}\n'
POETRY = '[tool.poetry]\nname = "lib"\n[tool.poetry.dependencies]\npython = "^3.10"\n'
SOURCES = {
    "pyproject": pyproject(*NEEDS[2:]),
    "setuptools-file": {"pyproject.toml": DYNAMIC % '"needs.in"', "needs.in": AS_LINES},
    "setuptools-files": {
        "pyproject.toml": DYNAMIC % '["one.in", "more/two.in"]',
        "one.in": NEEDS[2],
        "more/two.in": NEEDS[3],
    },
    "setup-cfg": {"setup.cfg": SETUP_CFG, "setup.py": "import setuptools\nsetuptools.setup()\n"},
    "pyproject-first": pyproject(*NEEDS[2:]) | {"setup.cfg": SETUP_CFG.replace("numpy", "pandas")},
    "requirements": {"requirements.txt": f"# of lib\n\n{AS_LINES}  # for the solver\n"},
    "continued-line": {"requirements.txt": AS_LINES.replace(" ; ", " \\\n; ")},
    "windows": {"requirements.txt": b"\xef\xbb\xbf" + AS_LINES.replace("\n", "\r\n").encode()},
}


@pytest.mark.parametrize("files", SOURCES.values(), ids=SOURCES)
def test_requirements_are_found_where_they_are_kept(require, files):
    assert require({"lib": files}) == Found(NEEDS, [])


NO_NEEDS = {
    "no-metadata": {"lib.py": ""},
    "none-declared": {"pyproject.toml": '[project]\nname = "lib"\n'},
    "tools-only": {"pyproject.toml": "[tool.ruff]\n", "setup.cfg": "[flake8]\nmax-line-length = 100\n"},
    "poetry-without": {"pyproject.toml": POETRY},
}


@pytest.mark.parametrize("files", NO_NEEDS.values(), ids=NO_NEEDS)
def test_nothing_is_written_for_a_package_that_needs_nothing(require, files):
    assert require({"lib": files}) == Found([], [])


UNREAD = {
    "poetry": ({"pyproject.toml": POETRY + 'numpy = "^2"\n'}, "its dependencies are in Poetry's own form"),
    "dynamic": (
        {"pyproject.toml": '[project]\nname = "lib"\ndynamic = ["dependencies"]\n'},
        "its dependencies are worked out by its build",
    ),
    "setup-py": (
        {"setup.py": "import setuptools\nsetuptools.setup()\n", "setup.cfg": "[flake8]\n"},
        "its dependencies are worked out by its build",
    ),
    "broken-toml": ({"pyproject.toml": "[project\n"}, "its metadata can't be read (TOMLDecodeError)"),
    "wrong-types": ({"pyproject.toml": "project = 1\n"}, "its metadata can't be read (AttributeError)"),
    "wrong-items": (
        {"pyproject.toml": "[project]\ndependencies = [1]\n"},
        "its metadata can't be read (AttributeError)",
    ),
    "broken-cfg": (
        {"setup.cfg": "install_requires\n"},
        "its metadata can't be read (MissingSectionHeaderError)",
    ),
    "utf-16": (
        {"requirements.txt": "numpy\n".encode("utf-16")},
        "its metadata can't be read (UnicodeDecodeError)",
    ),
    "missing-file": (
        {"pyproject.toml": DYNAMIC % '"gone.in"'},
        "its metadata can't be read (FileNotFoundError)",
    ),
    "a-string": ({"pyproject.toml": '[project]\ndependencies = "numpy"\n'}, "its dependencies aren't a list"),
}


@pytest.mark.parametrize(("files", "why"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_said(require, files, why):
    assert require({"lib": files}) == Found([], [f"app/submodules/lib: {why}. {BY_HAND}"])


def test_an_empty_submodule_is_said(require, tmp_path):
    (tmp_path / "app" / "submodules" / "lib").mkdir(parents=True)
    assert require({"lib": {}}) == Found([], [f"app/submodules/lib: its folder is empty. {BY_HAND}"])


# Only plain requirements are written

# (a line of a package's metadata, what of it is shown)
REFUSED = [
    ("--index-url https://evil.example/simple", "--index-url"),
    ("-r other.txt", "-r"),
    ("-e .", "-e"),
    ("numpy --index-url https://evil.example/simple", "numpy"),
    ("numpy\n--index-url https://evil.example/simple", "numpy"),
    ("numpy\r--index-url https://evil.example/simple", "numpy"),
    ("numpy\x0b--index-url https://evil.example/simple", "numpy"),
    ("numpy\x85--index-url https://evil.example/simple", "numpy"),
    ("numpy\u2028--index-url https://evil.example/simple", "numpy"),
    ("numpy; python_version < '4'\n--index-url https://evil.example/simple", "numpy"),
    ("numpy==1.0 --hash=sha256:" + "0" * 64, "numpy"),
    ("numpy -C x", "numpy"),
    ("./vendored", "."),
    ("../other", ".."),
    ("vendored/wheel.whl", "vendored"),
    ("C:\\wheels\\numpy.whl", "C"),
    ("other @ file:///home/ada/other", "other"),
    ("other@./other", "other"),
    ("other @ ./other", "other"),
    ("other @ http://h.example/other.whl", "other"),
    ("other @ git+ssh://git@h.example/other.git", "other"),
    ("https://h.example/other.whl", "https"),
    ("other @ https://h.example/$TOKEN/other.whl", "other"),
    ("numpy \\", "numpy"),
    ("two words", "two"),
    ("\u200bnumpy", ""),
]


@pytest.mark.parametrize(("line", "shown"), REFUSED)
def test_what_is_more_than_a_requirement_is_said_instead(require, line, shown):
    text = line.encode("unicode_escape").decode().replace('"', '\\"').replace("\\x", "\\u00")
    files = {"pyproject.toml": f'[project]\nname = "lib"\ndependencies = ["{text}", "scipy"]\n'}
    assert require({"lib": files}) == Found(
        ["", "# needed by app/submodules/lib", "scipy"],
        [f"app/submodules/lib: not every line is a plain requirement ({shown}). {BY_HAND}"],
    )


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
    "other @ https://h.example/other-1.0-py3-none-any.whl#sha256=0a",
    "other @ git+https://h.example/other.git@v1.0 ; os_name == 'nt'",
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
    files = {"pyproject.toml": POETRY.replace('"lib"', '"acme-other"') + 'scipy = "^1"\n'}
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
    assert f"  app/submodules/other: its dependencies are in Poetry's own form. {BY_HAND}\n" in said
    for options in ((), ("--skip-if-file-exists",)):
        make_app(tmp_path, "--overwrite-if-exists", *options, f"submodules={url}/lib.git {url}/other.git")
        assert requirements.read_text(encoding="utf-8") == text
