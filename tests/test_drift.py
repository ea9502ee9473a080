"""What the prompt and an app's preflight must know alike: once each said it again by itself, and they drifted apart.

`https://git.acme.com/a=b/soil.git` in the files of CI and in dependabot.yml is in test_submodule_url.py and
test_git_logins_of_ci.py.
"""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from preflight.app import App
from preflight.leaks import leaks
from preflight.needs import needs
from preflight.submodule_url import read_submodule
from preflight.tokens import SHAPES

from making.answers import find_problems
from making.dependencies import require_dependencies
from tests.support.answers import make_answers
from tests.support.commands import run
from tests.support.places import TEMPLATE

LOADER = Path("app/submodules/__init__.py")
NAMED = '[project]\nname = "{}"\nversion = "1.0"\ndependencies = {}\n'
WANTING = {"pyproject.toml": NAMED.format("lib", ["acme-soil>=1"]).encode()}

# The files of each submodule, and the name that both must find to be needed from outside, or none.
PACKAGES = {
    "an empty list beside a developers' requirements.txt": (
        {"lib": {"pyproject.toml": NAMED.format("lib", []).encode(), "requirements.txt": b"black==24.1\n"}},
        "",
    ),
    "the same without the empty list": ({"lib": {"requirements.txt": b"black==24.1\n"}}, "black==24.1"),
    "a name in setup.cfg that another one needs": (
        {"lib": WANTING, "soil": {"setup.cfg": b"[metadata]\nname = Acme.Soil\nversion = 1.0\n"}},
        "",
    ),
    "another name in setup.cfg": (
        {"lib": WANTING, "soil": {"setup.cfg": b"[metadata]\nname = Acme.Sand\nversion = 1.0\n"}},
        "acme-soil>=1",
    ),
    "a byte order mark": (
        {"lib": {"pyproject.toml": b"\xef\xbb\xbf" + NAMED.format("lib", ["numpy>=2"]).encode()}},
        "numpy>=2",
    ),
}


@pytest.mark.parametrize(("submodules", "needed"), PACKAGES.values(), ids=PACKAGES.keys())
def test_both_read_of_a_package_what_it_needs(submodules, needed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    LOADER.parent.mkdir(parents=True)
    shutil.copy(TEMPLATE / "{{cookiecutter.app_slug}}" / LOADER, LOADER)
    requirements = Path("requirements.txt")
    requirements.write_text("viktor==14.36.2\n", encoding="utf-8")
    for name, files in submodules.items():
        (LOADER.parent / name).mkdir()
        for path, content in files.items():
            (LOADER.parent / name / path).write_bytes(content)

    app = App(tmp_path)
    app.repository = SimpleNamespace(submodules=[read_submodule(f"{name}=x") for name in submodules])
    told = [f"{problem.what} -> {problem.mend}" for problem in needs(app)]
    assert told == ([f"app/submodules/lib needs {needed} -> add the line {needed}"] if needed else [])

    words = [read_submodule(f"{name}=https://h.example/x") for name in submodules]
    assert require_dependencies(words, {"private_packages": ""}) == []
    written = ["", "# needed by app/submodules/lib", needed] if needed else []
    assert requirements.read_text(encoding="utf-8").splitlines() == ["viktor==14.36.2", *written]


@pytest.mark.parametrize("kind", ["AWS access key", "PyPI token", "Google key file in base64"])
def test_both_find_a_token(kind, tmp_path):
    token = next(shape for shape in SHAPES if shape.kind == kind).example()

    problems = find_problems(make_answers(description=f"See {token}"))
    assert [problem.questions for problem in problems if problem.holds_secret] == [("description",)]

    (tmp_path / "requirements.txt").write_text("viktor==14.36.2\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text(f"# Notes\n{token}\n", encoding="utf-8")
    run("git", "init", "--quiet", cwd=tmp_path)
    run("git", "add", ".", cwd=tmp_path)
    assert [(one.where, one.what) for one in leaks(App(tmp_path))] == [
        ("notes.md:2", f"a secret stands here: {kind}")
    ]
