"""A malicious submodule: nothing of it is run by the template or by preflight, no login of it is shown, and all is said.

The app is made by a whole run, from real Git servers, and each package leaves a canary where code of it would run.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys

import pytest

from tests.support import packages, servers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import run
from tests.support.packages import Commit, Gitlink, Link, Program
from tests.support.process_arguments import watched_arguments

USER = "robot"
CODE = "import pathlib; pathlib.Path({canary!r}).touch()\n"
HOOK = "#!/bin/sh\ntouch {canary}\n"

# What stands in each package; {canary} is a file that code of it would leave, {login} a login in a URL.
PACKAGES = {
    "hooks": {
        "post-checkout": Program(HOOK),
        "hooks/post-checkout": Program(HOOK),
        ".git-hooks/pre-commit": Program(HOOK),
        ".gitattributes": "* filter=run\n",
        "hooked/__init__.py": CODE,
    },
    "shadows": {
        "json.py": CODE,
        "json/__init__.py": CODE,
        "viktor/__init__.py": CODE,
        "preflight/__init__.py": CODE,
        "pip/__init__.py": CODE,
        "sitecustomize.py": CODE,
        "usercustomize.py": CODE,
        "evil.pth": CODE,
        "conftest.py": CODE,
    },
    "src-shadows": {
        "src/logging/__init__.py": CODE,
        "src/app/__init__.py": CODE,
        "src/tests/__init__.py": CODE,
    },
    "setup": {
        "setup.py": CODE + "from setuptools import setup\nsetup(install_requires=['a'])\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": CODE,
        "setuptools_part/__init__.py": CODE,
    },
    "huge": {"pyproject.toml": "x = [" + "1, " * 400_000 + "]\n", "big/__init__.py": CODE},
    "deep": {"pyproject.toml": "x = " + "[" * 20_000 + "]" * 20_000 + "\n", "deep_part/__init__.py": CODE},
    "malformed": {"pyproject.toml": "[project\nname = {login}\n", "bad/__init__.py": CODE},
    "wrong-kinds": {"pyproject.toml": "project = 7\n[tool]\npoetry = []\n", "odd/__init__.py": CODE},
    "links": {
        "pyproject.toml": Link("/etc/passwd"),
        "setup.cfg": Link("../../../../../secret.cfg"),
        "requirements.txt": Link("/dev/zero"),
        "linked": Link("/"),
        "loop": Link("loop"),
        "app": Link("../.."),
        "part/__init__.py": CODE,
    },
    "logins": {
        "pyproject.toml": (
            '[project]\nname = "logins"\nversion = "1.0"\n'
            'dependencies = ["a @ {login}/a.whl", "b @ git+{login}/b.git", "c"]\n'
            '[[tool.uv.index]]\nname = "{login}"\nurl = "{login}/simple"\n'
            '[[tool.poetry.source]]\nname = "private"\nurl = "{login}/simple"\n'
        ),
        "requirements.txt": "--extra-index-url {login}/simple\n",
        "part_l/__init__.py": CODE,
    },
    "escapes": {
        "pyproject.toml": '[project]\nname = "x\\u001b[2J"\nversion = "\\u001b[2J"\ndependencies = ["y\\u001b[2J", "z==1; \\u202e"]\n',
        '"\\033[2J.py"': CODE,
        "part_e/__init__.py": CODE,
    },
    "nested-login": {
        ".gitmodules": '[submodule "inner"]\n\tpath = inner\n\turl = {login}/inner.git\n',
        "inner": Gitlink("1" * 40),
        "part_n/__init__.py": CODE,
    },
}

# What the template says while it makes the app, or preflight afterwards.
SAID = [
    "app/submodules/setup: setup.py says what it needs, and isn't run",
    "app/submodules/huge: pyproject.toml is larger than 1000000 bytes",
    "app/submodules/deep: pyproject.toml can't be read (RecursionError)",
    "app/submodules/malformed: pyproject.toml can't be read (TOMLDecodeError)",
    "app/submodules/wrong-kinds: pyproject.toml: project is no table",
    "app/submodules/links: pyproject.toml lies outside of the package",
    "app/submodules/nested-login has a login in the URL of a submodule of its own, inner",
    "app/submodules/nested-login/inner: has a login in its URL",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give the app with all packages, all that was said on the way, the command lines, and where a canary would be."""
    folder, secret = tmp_path_factory.mktemp("malicious"), secrets.token_hex(12)
    canaries = folder / "canaries"
    canaries.mkdir()
    with servers.git_daemon(folder) as url:
        login = url.replace("git://", f"http://{USER}:{secret}@")
        for name, files in PACKAGES.items():
            known = {
                "{canary}": (canaries / name).as_posix(),
                "{canary!r}": repr((canaries / name).as_posix()),
                "{login}": login,
            }
            packages.repository(
                folder / f"{name}.git", Commit({path: filled(text, known) for path, text in files.items()})
            )
        apps = folder / "apps"
        with watched_arguments() as watched:
            said = make_app(apps, "submodules=" + " ".join(f"{url}/{name}.git" for name in PACKAGES))
            app = apps / SLUG
            said += run(sys.executable, "-m", "preflight", "--offline", cwd=app, status=1)
            as_json = run(sys.executable, "-m", "preflight", "--offline", "--json", cwd=app, status=1)
        yield app, said, as_json, secret, watched, canaries


def filled(text: str, known: dict[str, str]) -> str:
    """Return a file's text, of its own kind, with what is known only now filled in."""
    whole = text
    for word, value in known.items():
        whole = whole.replace(word, value)
    return type(text)(whole)


def test_nothing_of_it_is_run(made):
    _, _, _, _, _, canaries = made
    assert os.listdir(canaries) == []  # noqa: PTH208


@pytest.mark.parametrize("words", SAID)
def test_what_is_wrong_is_said(words, made):
    assert words in made[1]


def test_no_check_breaks(made):
    _, said, as_json, *_ = made
    assert "preflight itself fails" not in said
    assert "Traceback" not in said
    assert len(json.loads(as_json)) > 5


def test_no_login_is_shown(made):
    app, said, as_json, secret, watched, _ = made
    assert secret not in said + as_json
    assert watched.with_secret(USER, secret) == []
    own = [
        file
        for file in app.rglob("*")
        if file.is_file() and file.relative_to(app).parts[:2] != ("app", "submodules")
    ]
    kept = [file for file in own if ".git" not in file.parts and secret.encode() in file.read_bytes()]
    assert kept == []


def test_no_terminal_is_told_what_to_do(made):
    said = re.sub(r"\x1b\[[0-9;]*m", "", made[1])
    assert said.replace("\n", "").isprintable()


def test_nothing_of_it_stands_in_requirements_txt(made):
    """Only what a right package says plainly that it needs."""
    text = (made[0] / "requirements.txt").read_text(encoding="utf-8")
    assert [
        line for line in text.splitlines() if line and not line.startswith(("#", "viktor==", "plotly=="))
    ] == []


def test_right_packages_beside_it_are_taken(tmp_path):
    """One with a setup.cfg, one with a link inside it and one with submodules of its own are nobody's enemy."""
    setup_cfg = "[metadata]\nname = plain\n[options]\ninstall_requires =\n\tnumpy\n"
    right = {
        "plain": {
            "setup.cfg": setup_cfg,
            "setup.py": "from setuptools import setup\nsetup()\n",
            "plain/__init__.py": "",
        },
        "linking": {
            **packages.sources("linking", "1.0"),
            "linking/data.csv": Link("../data.csv"),
            "data.csv": "1\n",
        },
        "inner": {"inner.csv": "1\n"},
    }
    server = tmp_path / "server"
    for name, files in right.items():
        packages.repository(server / f"{name}.git", Commit(files))
    commit = git(server / "inner.git", "rev-parse", "HEAD")
    outer = {
        ".gitmodules": '[submodule "data"]\n\tpath = data\n\turl = ../inner.git\n',
        "data": Gitlink(commit),
    }
    packages.repository(server / "outer.git", Commit({**packages.sources("outer", "1.0"), **outer}))
    with servers.git_daemon(server) as url:
        make_app(
            tmp_path / "apps",
            "submodules=" + " ".join(f"{url}/{name}.git" for name in ("plain", "linking", "outer")),
        )
    app = tmp_path / "apps" / SLUG
    assert (app / "app/submodules/outer/data/inner.csv").is_file()
    assert "numpy" in (app / "requirements.txt").read_text(encoding="utf-8")
    assert "Ready, as far as was checked." in run(sys.executable, "-m", "preflight", "--offline", cwd=app)
