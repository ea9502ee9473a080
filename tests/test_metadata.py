"""What preflight and the hooks read of a package: what it needs, and where it says that this comes from.

A need that is overlooked breaks an app on VIKTOR's server; one that is taken from the wrong place lets strangers in.
"""

import sys

import pytest
from preflight import poetry
from preflight.metadata import Metadata, Need, read_metadata
from preflight.package_files import LARGEST, MetadataError

from tests.support.commands import run
from tests.support.places import TEMPLATE_APP

USER, PASSWORD = "robot", "canary"
LOGIN = f"https://{USER}:{PASSWORD}@h.example"


@pytest.fixture
def read(tmp_path):
    """Read a package of these files: `read({"pyproject.toml": "…"})` gives its Metadata."""

    def read(files: dict[str, str | bytes], name="lib") -> Metadata:
        folder = tmp_path / name
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        folder.mkdir(exist_ok=True)
        return read_metadata(folder)

    return read


def requirements(needs: tuple[Need, ...]) -> list[str]:
    """Return needs as they are written."""
    return [need.requirement for need in needs]


def project(*lines: str) -> dict[str, str]:
    """Return a pyproject.toml with lines of [project]."""
    return {"pyproject.toml": "\n".join(["[project]", 'name = "lib"', *lines, ""])}


# Where a package keeps what it needs

BOTH = ["numpy>=2", "scipy[all]~=1.10 ; python_version < '3.14'"]
AS_LINES = "\n".join(BOTH)
AS_LIST = f"dependencies = {BOTH}"
DEVELOPERS = {
    "requirements.txt": "black\n",
    "requirements-dev.txt": "pytest\n",
    "Pipfile": "[packages]\nflask = '*'\n",
}
FLIT = f"[tool.flit.metadata]\nmodule = 'lib'\nrequires = {BOTH}\n"
SETUP_CFG = (
    "[metadata]\nname = lib\n[options]\ninstall_requires =\n    " + AS_LINES.replace("\n", "\n    ") + "\n"
)
DYNAMIC = project('dynamic = ["dependencies"]')["pyproject.toml"]
FROM_FILE = DYNAMIC + "[tool.setuptools.dynamic]\ndependencies = {file = %s}\n"
POETRY = "[tool.poetry]\nname = 'lib'\n[tool.poetry.dependencies]\npython = '^3.10'\n"
PLACES = {
    "project": (project(AS_LIST), BOTH),
    "project, developers' tools beside it": (project(AS_LIST) | DEVELOPERS, BOTH),
    "project, groups of developers' tools": (
        {"pyproject.toml": project(AS_LIST)["pyproject.toml"] + "[dependency-groups]\ndev = ['pytest']\n"},
        BOTH,
    ),
    "an empty list beside developers' tools": (project("dependencies = []") | DEVELOPERS, []),
    "no list, so none": (project() | DEVELOPERS | {"setup.cfg": SETUP_CFG}, []),
    "project before setup.cfg": (project(AS_LIST) | {"setup.cfg": "[options]\ninstall_requires = x\n"}, BOTH),
    "a file": ({"pyproject.toml": FROM_FILE % '"needs.in"', "needs.in": AS_LINES}, BOTH),
    "files": (
        {"pyproject.toml": FROM_FILE % '["a.in", "b/b.in"]', "a.in": BOTH[0], "b/b.in": BOTH[1]},
        BOTH,
    ),
    "dynamic, in setup.cfg": ({"pyproject.toml": DYNAMIC, "setup.cfg": SETUP_CFG}, BOTH),
    "dynamic, in Poetry's table": ({"pyproject.toml": DYNAMIC + POETRY + "numpy = '^2'\n"}, ["numpy>=2,<3"]),
    "setup.cfg": ({"setup.cfg": SETUP_CFG, "setup.py": "import setuptools\nsetuptools.setup()\n"}, BOTH),
    "setup.cfg in one line": (
        {"setup.cfg": "[options]\ninstall_requires = numpy>=2; scipy ; python_version < '3.14'\n"},
        ["numpy>=2", "scipy ; python_version < '3.14'"],
    ),
    "setup.cfg with comments": (
        {"setup.cfg": "[options]\ninstall_requires =\n    # for speed\n    numpy>=2 # arrays\n    scipy\n"},
        ["numpy>=2", "scipy"],
    ),
    "setup.cfg with a file": (
        {"setup.cfg": "[options]\ninstall_requires = file: needs.in\n", "needs.in": AS_LINES},
        BOTH,
    ),
    "flit's old table": ({"pyproject.toml": FLIT}, BOTH),
    "a bare requirements.txt": ({"requirements.txt": f"# of lib\n\n{AS_LINES}  # for the solver\n"}, BOTH),
    "settings of tools are no metadata": (
        {"pyproject.toml": "[tool.ruff]\n", "setup.cfg": "[flake8]\n", "requirements.txt": AS_LINES},
        BOTH,
    ),
    "continued lines": ({"requirements.txt": AS_LINES.replace(" ; ", " \\\n; ")}, BOTH),
    "Windows": ({"requirements.txt": b"\xef\xbb\xbf" + AS_LINES.replace("\n", "\r\n").encode()}, BOTH),
    "byte order marks": (
        {"pyproject.toml": b"\xef\xbb\xbf[tool.ruff]\n", "setup.cfg": b"\xef\xbb\xbf" + SETUP_CFG.encode()},
        BOTH,
    ),
    "included files": (
        {
            "requirements.txt": "-r more/a.txt\nnumpy",
            "more/a.txt": "-r ../b.txt\nscipy",
            "b.txt": "-r b.txt\npandas",
        },
        ["pandas", "scipy", "numpy"],
    ),
    "hashes and other options": (
        {"requirements.txt": "--pre\n--only-bin :all:\n-c limits.txt\nnumpy==2.0 --hash=sha256:0a\n-e .\n"},
        ["numpy==2.0"],
    ),
    "nothing": ({"lib.py": ""}, []),
}


@pytest.mark.parametrize(("files", "expected"), PLACES.values(), ids=PLACES)
def test_needs_are_found_where_they_count(read, files, expected):
    metadata = read(files)
    assert requirements(metadata.needs) == expected
    assert metadata.notes == ()
    assert not any(need.from_elsewhere for need in metadata.needs)


# What isn't read is said

NOTES = {
    "dynamic": ({"pyproject.toml": DYNAMIC}, "its build works out what it needs, and isn't run"),
    "setup.py": (
        {"setup.py": "from setuptools import setup\nsetup(install_requires=['numpy'])\n", **DEVELOPERS},
        "setup.py says what it needs, and isn't run",
    ),
    "Pipfile": ({"Pipfile": ""}, "Pipfile may say what it needs, and isn't read"),
    "environment": ({"environment.yml": ""}, "environment.yml may say what it needs, and isn't read"),
    "folder": ({"requirements/base.txt": ""}, "requirements/base.txt may say what it needs, and isn't read"),
    "Poetry's or": (
        {"pyproject.toml": POETRY + "numpy = '^1 || ^2'\n"},
        "pyproject.toml says what it needs of numpy in Poetry's own form",
    ),
    "a path": (
        {"requirements.txt": "./vendored/lib.whl\n"},
        "requirements.txt:1 holds a line that names no package: ./vendored/lib.whl",
    ),
    "an option": (
        {"requirements.txt": "\n--no-such=1\n"},
        "requirements.txt:2 is a line that pip can't read",
    ),
    "outside": (
        {"requirements.txt": "-r ../../secrets.txt\n"},
        "requirements.txt:1 includes a file outside of the package, which isn't read",
    ),
    "on a server": (
        {"requirements.txt": f"-r {LOGIN}/x.txt\n"},
        "requirements.txt:1 includes a file outside of the package, which isn't read",
    ),
    "a URL alone": (
        {"requirements.txt": f"{LOGIN}/x.whl\n"},
        "requirements.txt:1 holds a line that names no package",
    ),
    "two lines in one": (
        project('dependencies = ["x y\\n--index-url https://evil.example"]'),
        "pyproject.toml holds a line that names no package",
    ),
}


@pytest.mark.parametrize(("files", "note"), NOTES.values(), ids=NOTES)
def test_what_is_not_read_becomes_a_note(read, files, note):
    metadata = read(files)
    assert metadata.notes == (note,)
    assert metadata.needs == ()


REFUSED = {
    "broken TOML": ({"pyproject.toml": "[project\n"}, "pyproject.toml can't be read (TOMLDecodeError)"),
    "deep TOML": ({"pyproject.toml": "a = " + "[" * 50_000}, "pyproject.toml can't be read (RecursionError)"),
    "no table": ({"pyproject.toml": "project = 1\n"}, "pyproject.toml: project is no table"),
    "a text": (project('dependencies = "x"'), "pyproject.toml: project.dependencies is no list of texts"),
    "numbers": (project("dependencies = [1]"), "pyproject.toml: project.dependencies is no list of texts"),
    "a name of numbers": (
        {"pyproject.toml": "[project]\nname = 1\n"},
        "pyproject.toml: project.name is no text",
    ),
    "broken cfg": ({"setup.cfg": f"{LOGIN}\n"}, "setup.cfg can't be read (MissingSectionHeaderError)"),
    "doubled cfg": (
        {"setup.cfg": "[options]\n[options]\n"},
        "setup.cfg can't be read (DuplicateSectionError)",
    ),
    "not UTF-8": ({"requirements.txt": "numpy\n".encode("utf-16")}, "requirements.txt is not in UTF-8"),
    "TOML not UTF-8": ({"pyproject.toml": b"[project]\nname='\xff'"}, "pyproject.toml is not in UTF-8"),
    "missing": ({"pyproject.toml": FROM_FILE % '"gone.in"'}, "gone.in is missing"),
    "outside": (
        {"pyproject.toml": FROM_FILE % '"../x.in"', "../x.in": ""},
        "../x.in lies outside of the package",
    ),
    "a URL for a file": ({"pyproject.toml": FROM_FILE % f'"{LOGIN}/x"'}, "a file is missing"),
    "huge": ({"setup.cfg": "#" * (LARGEST + 1)}, f"setup.cfg is larger than {LARGEST} bytes"),
    "missing include": (
        {"requirements.txt": "-r gone.txt\n"},
        "requirements.txt:1 includes another file: gone.txt is missing",
    ),
}


@pytest.mark.parametrize(("files", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_said_in_words_that_can_be_shown(read, files, why):
    with pytest.raises(MetadataError) as caught:
        read(files)
    assert str(caught.value) == why


def test_a_link_out_of_the_package_is_not_followed(read, tmp_path):
    (tmp_path / "secrets.txt").write_text("canary\n", encoding="utf-8")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/requirements.txt").symlink_to(tmp_path / "secrets.txt")
    with pytest.raises(MetadataError, match=r"requirements\.txt lies outside of the package"):
        read({})


# The rest of what it says

IDENTITIES = {
    "project": (
        {"pyproject.toml": '[project]\nname = "Acme.Beams"\nversion = "1.2"\nrequires-python = ">=3.12"\n'},
        ("Acme.Beams", "1.2", ">=3.12"),
    ),
    "setup.cfg": (
        {"setup.cfg": "[metadata]\nname = acme_beams\nversion = 1.2\n[options]\npython_requires = >=3.12\n"},
        ("acme_beams", "1.2", ">=3.12"),
    ),
    "Poetry": (
        {
            "pyproject.toml": "[tool.poetry]\nname='beams'\nversion='2'\n[tool.poetry.dependencies]\npython='^3.12'\n"
        },
        ("beams", "2", ">=3.12,<4"),
    ),
    "flit": (
        {"pyproject.toml": "[tool.flit.metadata]\nmodule='beams'\nrequires-python='>=3.12'\n"},
        ("beams", "", ">=3.12"),
    ),
    "only its build knows": (
        {"setup.cfg": "[metadata]\nname = x\nversion = attr: x.VERSION\n"},
        ("x", "", ""),
    ),
    "nothing": ({}, ("lib", "", "")),
    "a name that is none": (
        {"pyproject.toml": f'[project]\nname = "{LOGIN}"\nversion = "{LOGIN}"\n'},
        ("lib", "", ""),
    ),
}


@pytest.mark.parametrize(("files", "expected"), IDENTITIES.values(), ids=IDENTITIES)
def test_name_version_and_python(read, files, expected):
    metadata = read(files)
    assert (metadata.name, metadata.version, metadata.requires_python) == expected


EXTRAS = {
    "project": {
        "pyproject.toml": '[project]\nname = "lib"\n[project.optional-dependencies]\nPlot_all = ["matplotlib"]\n'
    },
    "setup.cfg": {"setup.cfg": "[options.extras_require]\nPlot_all = matplotlib\n"},
    "flit": {"pyproject.toml": FLIT + "[tool.flit.metadata.requires-extra]\nPlot_all = ['matplotlib']\n"},
    "Poetry": {
        "pyproject.toml": POETRY
        + "matplotlib = {version = '*', optional = true}\n[tool.poetry.extras]\nPlot_all = ['matplotlib']\n"
    },
    "files": {
        "pyproject.toml": project('dynamic = ["optional-dependencies"]')["pyproject.toml"]
        + "[tool.setuptools.dynamic.optional-dependencies]\nPlot_all = {file = 'plot.in'}\n",
        "plot.in": "matplotlib\n",
    },
}


@pytest.mark.parametrize("files", EXTRAS.values(), ids=EXTRAS)
def test_extras(read, files):
    metadata = read(files)
    assert {extra: requirements(needs) for extra, needs in metadata.optional.items()} == {
        "plot-all": ["matplotlib"]
    }
    assert "matplotlib" not in requirements(metadata.needs)


# Where a need comes from

CORE = project('dependencies = ["acme-core>=1", "numpy"]')["pyproject.toml"]
TIED = {
    "uv, Git": "[tool.uv.sources]\nAcme_Core = {git = 'https://h.example/core.git'}\n",
    "uv, a folder": "[tool.uv.sources]\nacme-core = {path = '../core'}\n",
    "uv, a workspace": "[tool.uv.sources]\nacme-core = {workspace = true}\n",
    "uv, an index": (
        "[tool.uv.sources]\nacme-core = {index = 'acme'}\n"
        "[[tool.uv.index]]\nname = 'acme'\nurl = 'https://h.example'\nexplicit = true\n"
    ),
    "uv, by system": "[tool.uv.sources]\nacme-core = [{url = 'https://h.example/a.whl', marker = 'x'}]\n",
}
FOR_ALL = {
    "uv": (CORE + "[[tool.uv.index]]\nurl = 'https://h.example'\n", "[[tool.uv.index]] in pyproject.toml"),
    "uv, older": (
        CORE + "[tool.uv]\nextra-index-url = ['https://h']\n",
        "[tool.uv] extra-index-url in pyproject.toml",
    ),
    "Poetry": (CORE + "[[tool.poetry.source]]\nname = 'acme'\n", "[[tool.poetry.source]] in pyproject.toml"),
    "PDM": (CORE + "[[tool.pdm.source]]\nname = 'acme'\n", "[[tool.pdm.source]] in pyproject.toml"),
}
OPTIONS = [
    "-i URL",
    "--index-url=URL",
    "--extra-index-url URL",
    "--extra-i URL",
    "-f URL",
    "--find-links URL",
    "--no-index",
]


@pytest.mark.parametrize("lines", TIED.values(), ids=TIED)
def test_a_name_that_comes_from_elsewhere(read, lines):
    core, numpy = read({"pyproject.toml": CORE + lines}).needs
    assert core == Need(
        "acme-core>=1", "acme-core", "[tool.uv.sources] in pyproject.toml", may_be_public=False
    )
    assert numpy == Need("numpy", "numpy")


@pytest.mark.parametrize(("text", "where"), FOR_ALL.values(), ids=FOR_ALL)
def test_an_index_from_which_every_name_may_come(read, text, where):
    core, numpy = read({"pyproject.toml": text}).needs
    assert core == Need("acme-core>=1", "acme-core", where, may_be_public=True)
    assert numpy == Need("numpy", "numpy", where, may_be_public=True)


@pytest.mark.parametrize("option", OPTIONS)
def test_an_index_in_a_requirements_file(read, option):
    (core,) = read({"requirements.txt": f"{option.replace('URL', LOGIN)}\nacme-core>=1\n"}).needs
    assert core == Need("acme-core>=1", "acme-core", "an index in requirements.txt:1", may_be_public=True)


@pytest.mark.parametrize(
    "place", ["git = 'https://h/core'", "path = '../core'", "url = 'https://h/c.whl'", "source = 'acme'"]
)
def test_a_place_in_poetrys_table(read, place):
    text = POETRY + f"acme-core = {{version = '^1', {place}}}\nnumpy = '*'\n"
    core, numpy = read({"pyproject.toml": text}).needs
    where = "[tool.poetry.dependencies] in pyproject.toml"
    assert core == Need("acme-core>=1,<2", "acme-core", where, may_be_public=False)
    assert numpy.from_elsewhere == ""


@pytest.mark.parametrize(
    "source", ["name = 'PyPI'\npriority = 'primary'", "name = 'acme'\npriority = 'explicit'"]
)
def test_sources_of_poetrys_that_name_no_other_place(read, source):
    assert not any(
        need.from_elsewhere
        for need in read({"pyproject.toml": f"{CORE}[[tool.poetry.source]]\n{source}\n"}).needs
    )


@pytest.mark.parametrize(
    "text", [f"Acme_Core @ {LOGIN}/core.whl", "acme-core@git+https://h.example/core.git ; os_name == 'nt'"]
)
def test_a_url_is_a_place_of_its_own(read, text):
    (core,) = read(project(f'dependencies = ["{text}"]')).needs
    assert core == Need(text, "acme-core", "a URL in pyproject.toml", may_be_public=False)
    assert "canary" not in core.shown
    assert not core.is_plain


def test_a_repository_in_a_requirements_file(read):
    (core,) = read({"requirements.txt": f"-e git+{LOGIN}/core.git@v1#egg=acme_core\n"}).needs
    assert (core.name, core.from_elsewhere, core.shown) == (
        "acme-core",
        "a URL in requirements.txt:1",
        "acme-core",
    )


def test_a_workspace_says_it_for_its_members(tmp_path):
    member = tmp_path / "packages/a"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text(CORE, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.uv.sources]\nacme-core = {workspace = true}\n", encoding="utf-8"
    )
    core, _ = read_metadata(member, tmp_path).needs
    assert core.from_elsewhere == "[tool.uv.sources] in the workspace's pyproject.toml"


def test_the_hooks_can_read_it_with_the_standard_library_alone():
    code = f"import sys; sys.path.insert(0, {str(TEMPLATE_APP)!r}); import preflight.metadata, preflight.packages"
    run(sys.executable, "-I", "-S", "-B", "-c", code)


# Which needs can be lines of requirements.txt

LINES = {
    "numpy": True,
    "numpy==2.*": True,
    "numpy>=1.20, !=1.22, <3": True,
    "numpy (>=2)": True,
    "numpy[extra, other]>=2": True,
    "numpy; sys_platform == 'win32' and python_version >= '3.11'": True,
    "numpy===2.0+cpu": True,
    "numpy=1.26=py311": False,
    "numpy==": False,
    "numpy>=2 \\": False,
    "numpy>=2 --index-url https://evil.example": False,
    "numpy; python_version < '4'\n--index-url https://evil.example": False,
    "numpy==1.0\u2028--pre": False,
    "numpy==$VERSION": False,
    "numpy==1 2": False,
    "other @ file:///home/ada/other": False,
}


@pytest.mark.parametrize(("text", "expected"), LINES.items())
def test_plain_requirements(text, expected):
    assert Need(text, "x").is_plain == expected


# Poetry's own form: what its documentation says of each example

CONSTRAINTS = {
    "^1.2.3": ">=1.2.3,<2",
    "^1.2": ">=1.2,<2",
    "^1": ">=1,<2",
    "^0.2.3": ">=0.2.3,<0.3",
    "^0.0.3": ">=0.0.3,<0.0.4",
    "^0.0": ">=0.0,<0.1",
    "^0": ">=0,<1",
    "~1.2.3": ">=1.2.3,<1.3",
    "~1.2": ">=1.2,<1.3",
    "~1": ">=1,<2",
    "*": "",
    "1.*": "==1.*",
    "1.2.*": "==1.2.*",
    ">= 1.2, < 1.5": ">=1.2,<1.5",
    "!= 1.2.3": "!=1.2.3",
    "1.2.3": "==1.2.3",
    "==1.2.3": "==1.2.3",
    "~=1.2": "~=1.2",
}


@pytest.mark.parametrize(("constraint", "expected"), CONSTRAINTS.items())
def test_poetrys_constraints(constraint, expected):
    assert poetry.versions(constraint) == expected


@pytest.mark.parametrize(
    "constraint", ["^1 || ^2", "1|2", "^1.0rc1", ">1.*", "latest", ">=1 <2", "", 1, None]
)
def test_constraints_without_a_counterpart(constraint):
    with pytest.raises(poetry.NotTranslated):
        poetry.versions(constraint)


TABLES = {
    "version": ({"version": "^2"}, ["x>=2,<3"]),
    "extras": ({"version": "*", "extras": ["a", "b"]}, ["x[a,b]"]),
    "markers": ({"version": "^2", "markers": "os_name == 'nt'"}, ["x>=2,<3 ; os_name == 'nt'"]),
    "python": (
        {"version": "2", "python": "^3.8"},
        ['x==2 ; python_version >= "3.8" and python_full_version < "4"'],
    ),
    "python patch": ({"python": ">=3.8.1"}, ['x ; python_full_version >= "3.8.1"']),
    "platform": ({"platform": "linux"}, ['x ; sys_platform == "linux"']),
    "several": (
        {"platform": "linux", "markers": "a or b"},
        ['x ; (sys_platform == "linux") and (a or b)'],
    ),
    "by Python": (
        [{"version": "1", "python": "<3.9"}, {"version": "2", "python": ">=3.9"}],
        ['x==1 ; python_version < "3.9"', 'x==2 ; python_version >= "3.9"'],
    ),
}


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES)
def test_poetrys_tables(table, expected):
    assert poetry.requirements("x", table) == expected


@pytest.mark.parametrize("table", [{"unheard": "of"}, {"extras": "a"}, {"platform": "a' or 'b"}, 1, [1]])
def test_tables_without_a_counterpart(table):
    with pytest.raises(poetry.NotTranslated):
        poetry.requirements("x", table)
