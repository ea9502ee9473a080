"""`python -m preflight` as a team types it: a right app passes, and each check is told, explained and fails closed.

What each check promises is tested beside it: in test_requirement_lines, test_tokens, test_submodules_check and so on.
"""

import json
import re
import secrets
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.checked_app import CheckedApp, new_python
from tests.support.commands import new_environment, run
from tests.support.places import TEMPLATE

SECRET = "VIKTOR_APP_SECRET"  # its name
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
INDEX = {
    "index_url": "https://robot@packages.example.com/simple/",
    "private_packages": "acme-beams==1.0 acme-loads~=2.1",
}


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """A Python with pip and uv, as CI has them when preflight runs there."""
    return new_environment(tmp_path_factory.mktemp("environment") / "new", "uv")


@pytest.fixture
def plain_app(bake, python) -> CheckedApp:
    """An app without anything private."""
    return CheckedApp(bake.fresh(python_version=HERE), python)


@pytest.fixture
def index_app(bake, python) -> CheckedApp:
    """An app with two packages from a private index."""
    return CheckedApp(bake.fresh(python_version=HERE, **INDEX), python)


def told(app: CheckedApp, check: str, *options, status=1, **variables) -> str:
    """Return all that one check says against the app, as text."""
    rows = app.results(*(options or ("--offline",)), status=status, **variables)[check]["problems"]
    return "\n".join(f"{row['where']}: {row['what']} -> {row['mend']}" for row in rows)


# A right app passes


def test_a_baked_app_holds(plain_app):
    printed = plain_app.preflight("--offline")
    assert "✓ work tree" in printed
    assert "- origin       left out: needs the network" in printed
    assert "Ready, as far as was checked." in printed
    assert "\033" not in printed
    assert "✗" not in printed
    assert "!" not in printed


def test_a_baked_app_holds_online(plain_app):
    """With the real public packages."""
    assert re.search(r"✓ origin       \d\d? packages", plain_app.preflight())


def test_an_app_for_another_python_holds_online(bake, python):
    """The packages of VIKTOR's server are judged, not those of this machine."""
    other = next(version for version in ("3.13", "3.12") if version != HERE)
    app = CheckedApp(bake.fresh(python_version=other), python)
    results = app.results()
    assert results["origin"]["status"] == "passed"
    assert (
        f"the app is for Python {other}, and this is Python {HERE}"
        in results["settings"]["problems"][0]["what"]
    )


def test_an_app_with_an_index_holds(index_app):
    index_app.preflight("--offline", **{SECRET: secrets.token_hex(16)})


def test_an_app_with_submodules_holds(bake, python, git_daemon):
    """Online, but for the public packages: the submodules' recorded commits are asked for."""
    urls = " ".join(f"{git_daemon}/{name}.git" for name in ("acme-beams", "acme_loads", "units"))
    app = CheckedApp(bake.fresh(python_version=HERE, submodules=urls), python)
    results = app.results()
    assert results["commits"] == {
        "check": "commits",
        "status": "passed",
        "seen": "3 to fetch",
        "problems": [],
    }
    assert results["submodules"]["seen"] == "acme-beams, acme_loads, units"
    assert results["imports"]["seen"] == "acme_beams, acme_loads, units"


def test_an_app_called_like_a_token_holds(bake, python):
    app = CheckedApp(bake.fresh(python_version=HERE, app_slug="glulam-beam-connections-tool"), python)
    app.preflight("--offline")


def test_an_app_without_git_says_what_is_left_out(bake, python, tmp_path):
    app = CheckedApp(
        Path(shutil.copytree(bake(python_version=HERE, __git_init="no"), tmp_path / "app")), python
    )
    printed = app.preflight("--offline", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert "work tree    left out: there is no Git repository" in printed
    printed = app.preflight("--offline", PATH=str(python.parent))
    assert "work tree    left out: git can't be run" in printed


# What it needs, and what it says where that is missing


def test_an_environment_that_uv_made_works(plain_app, tmp_path):
    """It has no pip: uv lends one."""
    folder = tmp_path / "environment"
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(*uv, "pip", "install", "--quiet", "--python", python, "uv")
    CheckedApp(plain_app.folder, python).preflight("--offline")


def test_uv_is_asked_for_where_it_is_missing(index_app, tmp_path):
    python = new_python(tmp_path / "environment")
    app = CheckedApp(index_app.folder, python)
    git_only = tmp_path / "bin"
    git_only.mkdir()
    git_only.joinpath("git").symlink_to(shutil.which("git"))
    variables = {SECRET: secrets.token_hex(16), "PATH": str(git_only)}
    printed = app.preflight(status=1, **variables)
    assert "this machine: there is no uv, which must be asked" in printed
    assert "python -m pip install -r requirements-dev.txt" in printed


def test_a_pip_that_can_not_be_asked_is_a_failure(plain_app, tmp_path):
    """What nobody looked at doesn't pass."""
    python = new_environment(tmp_path / "environment", "uv")
    pip = next(python.parent.parent.rglob("pip/_internal/req/req_file.py"))
    pip.unlink()  # uv's cache has it too
    pip.write_text("raise RuntimeError\n", encoding="utf-8")
    app = CheckedApp(plain_app.folder, python)
    printed = app.preflight("--offline", status=1)
    assert "✗ requirements" in printed
    assert "this pip can't be asked: RuntimeError" in printed
    mend = re.search(r"-> (uv pip install --reinstall pip)", printed)[1]
    run(python, "-m", *mend.split(), env={"VIRTUAL_ENV": str(python.parent.parent)})
    app.preflight("--offline")


# How it tells


def test_the_results_for_machines(plain_app):
    (plain_app.folder / "README.md").write_text("New\n", encoding="utf-8")
    results = json.loads(plain_app.preflight("--json", "--offline", status=1))
    assert {tuple(result) for result in results} == {("check", "status", "seen", "problems")}
    [problem] = next(result for result in results if result["check"] == "work tree")["problems"]
    assert problem == {
        "warning": False,
        "where": "README.md",
        "what": "is not committed",
        "mend": "git add README.md; git commit",
    }


def test_a_failure_is_told_with_its_mend(plain_app):
    (plain_app.folder / "README.md").write_text("New\n", encoding="utf-8")
    printed = plain_app.preflight("--offline", status=1)
    assert "    README.md: is not committed\n      -> git add README.md; git commit\n" in printed
    assert printed.endswith("\nNot ready: work tree.\n")


@pytest.mark.parametrize("words", [["--ofline"], ["look"], ["lock", "--offline"]])
def test_a_wrong_call_ends_with_2(plain_app, words):
    assert "usage: python -m preflight" in plain_app.preflight(*words, status=2)


def test_the_lock_says_what_to_type_first(plain_app):
    assert "Type: git mv requirements.txt requirements.in" in plain_app.preflight("lock", status=1)


def test_the_apps_readme_explains_each_check(plain_app):
    text = (plain_app.folder / "README.md").read_text(encoding="utf-8")
    table = text.partition("| Check | What must hold |\n|---|---|\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([\w ]+) \| .+ \|$", table, re.MULTILINE) == list(plain_app.results("--offline"))


def test_each_page_that_a_mend_names_is_one_of_the_app(plain_app):
    """And README.md says what it is named for: how an environment is made, and when to lock."""
    code = "".join(file.read_text(encoding="utf-8") for file in (plain_app.folder / "preflight").glob("*.py"))
    pages = set(re.findall(r"(?<![\w/])[\w-]+\.md\b", code))
    assert pages == {"README.md"}
    text = (plain_app.folder / "README.md").read_text(encoding="utf-8")
    assert "venv --python" in text
    assert "python -m preflight lock" in text


def test_the_guard_is_as_the_template_has_it(plain_app):
    """It is copied, not rendered: what a brace in it says is Python's."""
    source = TEMPLATE / "{{cookiecutter.app_slug}}" / "preflight"
    names = sorted(file.name for file in source.glob("*.py"))
    assert sorted(path.name for path in (plain_app.folder / "preflight").iterdir()) == names
    for name in names:
        assert (plain_app.folder / "preflight" / name).read_bytes() == (source / name).read_bytes()


# viktor.config.toml and the entry point

SETTINGS = {
    "broken": (
        'app_type = "editor"',
        "app_type = editor",
        "viktor.config.toml: can't be read: Invalid value",
    ),
    "app-type": ('app_type = "editor"', 'app_type = "wizard"', "app_type is 'wizard' -> write one of editor"),
    "python": ('python_version = "3.', 'python_version = "2.', "python_version is '2."),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_viktor_refuses(plain_app, case):
    old, new, message = SETTINGS[case]
    plain_app.replace("viktor.config.toml", old, new)
    assert message in told(plain_app, "settings")


def test_the_entry_point_is_the_package(plain_app):
    plain_app.write("app.py", "")
    shutil.move(plain_app.folder / "app/__init__.py", plain_app.folder / "app/start.py")
    plain_app.commit()
    said = told(plain_app, "settings")
    assert "app.py: stands beside the folder app/" in said
    assert "app/__init__.py: the entry point is missing" in said
