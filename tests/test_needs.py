"""The check `needs`: what submodules need is installed with the app, for VIKTOR's server, and from the right place."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from preflight.app import App
from preflight.needs import needs
from preflight.problem import Failure, Problem, Warning  # noqa: A004

from tests.support.places import TEMPLATE_APP

USER, PASSWORD = "robot", "canary"
LOGIN = f"https://{USER}:{PASSWORD}@h.example"


@dataclass(frozen=True)
class Line:
    """A line of the app's requirements.txt, as the check sees it."""

    requirement: str
    where: str
    index: "Line | None" = None
    is_constraint: bool = False

    @property
    def name(self) -> str:
        """The name of the package, as PEP 503 compares it."""
        try:
            return canonicalize_name(Requirement(self.requirement).name)
        except InvalidRequirement:
            return self.requirement.partition("#egg=")[2]


def read_lines(*texts: str) -> tuple[Line, ...]:
    """Return lines by their texts: those behind an index's are right below it, `-c` begins a constraint."""
    lines = []
    index = None
    for number, text in enumerate(texts, 1):
        where = f"requirements.txt:{number}"
        if text.startswith("--"):
            index = Line("", where)
        lines.append(
            Line("" if text.startswith("--") else text.removeprefix("-c "), where, index, text[:3] == "-c ")
        )
    return tuple(lines)


@pytest.fixture
def judge(tmp_path):
    """Judge submodules by their pyproject.toml, or their files: `judge({"acme": "…"}, "numpy==2.1")`."""

    def judge(submodules: dict[str, str | dict[str, str]], *lines: str, python="3.13") -> list[Problem]:
        (tmp_path / "viktor.config.toml").write_text(f'python_version = "{python}"\n', encoding="utf-8")
        loader = "app/submodules/__init__.py"
        (tmp_path / "app/submodules").mkdir(parents=True, exist_ok=True)
        (tmp_path / loader).write_bytes((TEMPLATE_APP / loader).read_bytes())
        for name, files in submodules.items():
            for path, text in (files if isinstance(files, dict) else {"pyproject.toml": files}).items():
                file = tmp_path / "app/submodules" / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        registered = [SimpleNamespace(path=f"app/submodules/{name}") for name in submodules]
        app = App(tmp_path)
        app.python_version = python
        app.requirements = SimpleNamespace(lines=read_lines(*lines))
        app.repository = SimpleNamespace(submodules=registered)
        return list(needs(app))

    return judge


def project(*dependencies: str, name="lib", more="") -> str:
    """Return a pyproject.toml with these dependencies."""
    return f'[project]\nname = "{name}"\nversion = "1.0"\ndependencies = {list(dependencies)}\n{more}\n'


# (what a package needs, the lines of requirements.txt) with which all is right
RIGHT = [
    ("numpy", ["numpy==2.1.0"]),
    ("Acme_Index.X>=1", ["acme-index-x==1.2"]),
    ("numpy>=2,<3", ["numpy~=2.1"]),
    ("numpy>=2", ["numpy>=2"]),
    ("numpy>=2", ["numpy==2.*"]),
    ("numpy>=1.20", ["numpy"]),
    ("numpy!=2.0.*", ["numpy~=2.0"]),
    ("numpy>1.0", ["numpy<=1.1"]),
    ("torch==2.1", ["torch==2.1+cpu"]),
    ("numpy>=2.0rc1", ["numpy==2.0rc1"]),
    ("numpy<3", ["numpy", "-c numpy==2.1"]),
    ("scipy[all]", ["scipy[all,more]==1"]),
    ("pywin32; sys_platform == 'win32'", []),
    ("tomli; python_version < '3.11'", []),
    ("x; platform_machine == 'arm64' or platform_system == 'Darwin'", []),
    ("x; extra == 'dev'", []),
    ("acme>=1", ["git+https://h.example/acme.git@v1#egg=acme"]),
    ("acme>=1", ["acme @ git+https://h.example/acme.git@v1"]),
    ("numpy", ["numpy==1 ; python_version < '3.12'", "numpy==2 ; python_version >= '3.12'"]),
]


@pytest.mark.parametrize(("need", "lines"), RIGHT)
def test_what_is_installed_passes(judge, need, lines):
    assert judge({"lib": project(need)}, *lines) == []


def test_a_submodule_that_is_not_there_is_left_to_another_check(judge):
    assert judge({"gone": {}, "lib": project("numpy")}, "numpy==2.1.0") == []


SAID = "app/submodules/lib needs"
WRONG = [
    ("numpy>=2", [], "requirements.txt", f"{SAID} numpy>=2", "add the line numpy>=2"),
    (
        "tomli ; python_version >= '3.13' and sys_platform == 'linux'",
        ["tomli ; sys_platform == 'win32'"],
        "requirements.txt",
        f"{SAID} tomli ; python_version >= '3.13' and sys_platform == 'linux'",
        "add the line tomli ; python_version >= '3.13' and sys_platform == 'linux'",
    ),
    (
        "numpy>=2",
        ["viktor", "numpy==1.26"],
        "requirements.txt:2",
        f"{SAID} numpy>=2, and this allows ==1.26 only",
        "change one of the two",
    ),
    (
        "numpy>=2",
        ["numpy", "-c numpy<2"],
        "requirements.txt:1",
        f"{SAID} numpy>=2, and this allows <2 only",
        "change one of the two",
    ),
    (
        "numpy!=2.0.*",
        ["numpy==2.0.*"],
        "requirements.txt:1",
        f"{SAID} numpy!=2.0.*, and this allows ==2.0.* only",
        "change one of the two",
    ),
    (
        "scipy[all,plot]",
        ["scipy[plot]==1"],
        "requirements.txt:1",
        f"{SAID} scipy[all,plot], and this line has no all",
        "write scipy[all,plot] there",
    ),
    (
        "numpy=1.26=py311",
        [],
        "app/submodules/lib",
        f"{SAID} numpy=1.26=py311, which pip can't read",
        "write numpy in requirements.txt, with the version that is meant",
    ),
]


@pytest.mark.parametrize(("need", "lines", "where", "what", "mend"), WRONG)
def test_what_is_missing_or_contradicts_fails(judge, need, lines, where, what, mend):
    assert judge({"lib": project(need)}, *lines) == [Failure(where, what, mend)]


@pytest.mark.parametrize(("need", "line"), [("numpy>=2", "numpy==2.1"), ("numpy>=1.26", "numpy==1.26")])
def test_either_of_two_that_contradict_is_changed(judge, need, line):
    assert judge({"lib": project("numpy>=2")}, "numpy==1.26")[0].mend == "change one of the two"
    assert judge({"lib": project(need)}, line) == []


def test_a_newer_version_than_the_package_knows_is_a_warning(judge):
    (warning,) = judge({"lib": project("numpy<2")}, "numpy")
    assert isinstance(warning, Warning)
    assert warning.what == f"{SAID} numpy<2, and this allows newer ones"
    assert judge({"lib": project("numpy<2")}, "numpy<2") == []


def test_python_of_the_server_counts(judge):
    assert judge({"lib": project(more='requires-python = ">=3.12"')}, python="3.12") == []
    assert judge({"lib": project(more='requires-python = ">=3.12.4"')}, python="3.12") == []
    assert judge({"lib": project(more='requires-python = ">=3.12"')}, python="3.11") == [
        Failure(
            "viktor.config.toml",
            "app/submodules/lib is for Python >=3.12, and the app runs with 3.11",
            "write another python_version, or take another version of the package",
        )
    ]


def test_versions_of_python_that_pip_cannot_read_are_a_warning(judge):
    (warning,) = judge({"lib": project(more='requires-python = "^3.8"')})
    assert isinstance(warning, Warning)
    assert warning.what == "app/submodules/lib is for Python ^3.8, which pip can't read"


# Submodules that need each other


def test_another_submodule_provides_what_is_needed(judge):
    by_cfg = {"setup.cfg": "[metadata]\nname = Acme.B\nversion = 1.0\n"}
    assert judge({"lib": project("acme_b>=1"), "soil": by_cfg}) == []
    (failure,) = judge({"lib": project("acme_b>=2"), "soil": by_cfg})
    assert failure == Failure(
        "app/submodules/soil",
        f"{SAID} acme_b>=2, and this is at 1.0",
        "take another version of it: git -C app/submodules/soil checkout TAG; git add app/submodules/soil",
    )


def test_its_extras_are_needed_too(judge):
    plot = "[project.optional-dependencies]\nplot = ['matplotlib>=3']\nall = ['acme-b[plot]', 'lxml']\n"
    submodules = {"lib": project("acme-b[All]"), "b": project(name="acme-b", more=plot)}
    assert [problem.mend for problem in judge(submodules)] == [
        "add the line lxml",
        "add the line matplotlib>=3",
    ]
    assert judge(submodules, "lxml==5", "matplotlib==3.1") == []
    (warning,) = judge({"lib": project("acme-b[gone]"), "b": project(name="acme-b")})
    assert isinstance(warning, Warning)


def test_a_version_that_only_its_build_knows_is_a_warning(judge):
    (warning,) = judge(
        {"lib": project("acme-b>=2"), "b": '[project]\nname = "acme-b"\ndynamic = ["version"]\n'}
    )
    assert isinstance(warning, Warning)
    assert judge({"lib": project("acme-b"), "b": '[project]\nname = "acme-b"\ndynamic = ["version"]\n'}) == []


def test_each_package_of_a_repository_counts(judge):
    files = {
        "pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']\n[tool.uv.sources]\nacme-b = {workspace = true}\n",
        "packages/a/pyproject.toml": project("acme-b", "numpy", name="acme-a"),
        "packages/a/src/acme_a/__init__.py": "",
        "packages/b/pyproject.toml": project(name="acme-b"),
        "packages/b/src/acme_b/__init__.py": "",
    }
    assert [problem.mend for problem in judge({"all": files})] == ["add the line numpy"]


# From elsewhere

TIED = project("acme-core>=1", more="[tool.uv.sources]\nacme-core = {git = 'https://h.example/core.git'}")
FOR_ALL = project("acme-core>=1", more="[[tool.uv.index]]\nurl = 'https://h.example/simple'")
IN_FILE = {"requirements.txt": f"--extra-index-url {LOGIN}/simple\nacme-core>=1\n", "lib.py": ""}
DECIDED = [
    ["--extra-index-url https://h.example", "acme-core==1.0"],
    ["acme-core @ git+https://h.example/core.git@v1"],
    ["git+https://h.example/core.git@v1#egg=acme-core"],
]


@pytest.mark.parametrize("package", [TIED, FOR_ALL, IN_FILE])
@pytest.mark.parametrize("lines", DECIDED)
def test_the_team_says_where_a_need_comes_from(judge, package, lines):
    assert judge({"lib": package}, *lines) == []


@pytest.mark.parametrize("package", [TIED, FOR_ALL, IN_FILE])
@pytest.mark.parametrize("lines", [[], ["acme-core"], ["acme-core>=1"]])
def test_a_name_alone_never_does_for_a_need_from_elsewhere(judge, package, lines):
    failures = [problem for problem in judge({"lib": package}, *lines) if isinstance(problem, Failure)]
    (failure,) = failures
    assert "from elsewhere" in failure.what
    assert "add the line" not in failure.mend
    assert "canary" not in failure.what + failure.mend


def test_a_pin_is_a_decision_where_any_name_may_come_from_the_index(judge):
    assert judge({"lib": FOR_ALL}, "acme-core==1.0") == []
    (failure,) = judge({"lib": TIED}, "acme-core==1.0")
    assert failure.where == "requirements.txt:1"


def test_a_submodule_is_where_it_comes_from(judge):
    assert judge({"lib": TIED, "core": project(name="acme-core")}) == []


def test_a_contradicting_version_from_its_index_fails(judge):
    (failure,) = judge({"lib": TIED}, "--extra-index-url https://h.example", "acme-core<1")
    assert failure.what == f"{SAID} acme-core>=1, and this allows <1 only"


# What can't be read


def test_notes_are_warnings(judge):
    (warning,) = judge({"lib": {"setup.py": "setup(install_requires=['numpy'])\n", "lib.py": ""}})
    assert warning == Warning(
        "app/submodules/lib", "setup.py says what it needs, and isn't run", "compare it with requirements.txt"
    )


def test_metadata_that_cannot_be_read_fails(judge):
    (failure,) = judge({"lib": "[project\n"})
    assert (
        failure.what
        == "what it says about itself can't be read: pyproject.toml can't be read (TOMLDecodeError)"
    )


def test_a_login_is_never_shown(judge):
    for problem in judge({"lib": project(f"acme @ {LOGIN}/a.whl", f"b>=1,{LOGIN}", f"{LOGIN}/c.whl")}):
        assert "canary" not in problem.where + problem.what + problem.mend


def test_without_submodules_there_is_nothing_to_need(judge):
    assert judge({}) == []
