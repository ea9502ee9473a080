"""`make pins` raises every version that the apps and the tests name, asked of an index and of a Git host, and nothing else."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.commands import run
from tests.support.packages import Commit, repository, wheel
from tests.support.template import template_files

NEW = "999.0"
# What cruft of the new version needs, in the place of all that it needed.
NEEDS = ["click", "typer"]
FILES = ("Makefile", ".github/workflows/test.yml")


@pytest.fixture
def template(tmp_path) -> Path:
    """Give a copy of the template to change."""
    folder = tmp_path / "template"
    for path, text in template_files().items():
        if path.startswith((".ci/", ".github/", "hooks/", "{{")) or "/" not in path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


def names_in(template: Path) -> set[str]:
    """Return the packages that the two files with versions name."""
    pins, tools = read(template, "cookiecutter.json"), read(template, "pyproject.toml")
    return set(re.findall(r'"([a-z-]+)": "\d[\w.]*"', pins)) | set(re.findall(r'"([\w.-]+)==', tools))


def read(template: Path, path: str) -> str:
    """Return the text of a file."""
    return (template / path).read_text(encoding="utf-8")


def test_each_pin_becomes_the_newest(template, tmp_path):
    """One command raises them all; what it says to type next does the rest, and a second run finds nothing."""
    wheels, hosts = tmp_path / "wheels", tmp_path / "hosts"
    wheels.mkdir()
    for name in {*names_in(template), *NEEDS}:
        wheel(wheels, name, NEW, needs=NEEDS if name == "cruft" else ())
    for action in ("checkout", "setup-python"):
        tags = [Commit({"action.yml": tag}, tag=tag) for tag in ("v998.9.0", "v999.1.2", "v999.2.0-rc1")]
        repository(hosts / "actions" / action, *tags)
    before = json.loads(read(template, "cookiecutter.json"))
    with servers.pypiserver(wheels) as index, servers.git_daemon(hosts) as host:
        git = {"COUNT": "1", "KEY_0": f"url.{host}/.insteadOf", "VALUE_0": "https://github.com/"}
        settings = {"UV_DEFAULT_INDEX": index} | {f"GIT_CONFIG_{name}": value for name, value in git.items()}
        said = [run(sys.executable, template / ".ci" / "pins.py", env=settings) for _ in range(2)]

    after = json.loads(read(template, "cookiecutter.json"))
    pins = after.pop("_pins")
    old = before.pop("_pins")
    assert after == before
    assert pins["cruft needs"] == [f"{name}=={NEW}" for name in NEEDS]
    commit = run("git", "-C", hosts / "actions" / "checkout", "rev-parse", "v999.1.2").strip()
    assert pins["actions/checkout"] == f"{commit} # v999.1.2"
    packages = {name for name, pin in old.items() if isinstance(pin, str) and re.match(r"\d+\.\d+\.", pin)}
    assert {name: pins[name] for name in packages} == dict.fromkeys(packages, NEW)
    assert {name: pins[name] for name in ("Python for cruft", "runner")} == {
        name: old[name] for name in ("Python for cruft", "runner")
    }
    assert set(re.findall(r'"[\w.-]+==([^";]+)', read(template, "pyproject.toml"))) == {NEW}
    assert {found for file in FILES for found in re.findall(r"uv==(\S+)", read(template, file))} == {NEW}
    assert "Now type: make reference; make test" in said[0]
    assert said[1].strip() == "All pins are the newest."
