"""Two releases of the template to update between, and cruft as its users run it."""

import json
import re
from pathlib import Path

from tests.support.baking import git
from tests.support.forked_programs import cruft
from tests.support.packages import Commit, repository
from tests.support.template import template_files

APP = "{{cookiecutter.app_slug}}"
OLD, NEW = "v1.0.0", "v1.1.0"


# The commits of this repository whose apps are brought to today's template: the oldest that makes a whole app, and the
# last one of version 1, whose hooks were a file each.
OLDER = {
    "oldest": "bf3b8ee7d4e38fe1df0285f396b46af0dacb2ae6",
    "version-1": "9f3e59411da4d1f0c455852ca7935dcffd8277eb",
}


def releases(path: Path) -> Path:
    """Make a bare repository at `path`: its tag OLD is this work tree's template and one more file, NEW a later one.

    NEW removes that file, adds another, changes the first line of a third, and moves a version and a setting.
    """
    new = template_files()
    old = {**new, f"{APP}/OLD_NOTES.md": "# Notes\n"}
    new[f"{APP}/NOTES.md"] = (
        "# Notes on {{ cookiecutter.app_slug }}, for Python {{ cookiecutter.python_version }}\n"
    )
    new[f"{APP}/.gitignore"] = "# The newer template ignores more.\n*.orig\n" + old[f"{APP}/.gitignore"]
    for file, pattern, newer in (
        ("requirements.txt", r"^viktor==.*$", "viktor==99.0.0"),
        ("pyproject.toml", r"^line-length = .*$", "line-length = 120"),
    ):
        new[f"{APP}/{file}"], count = re.subn(pattern, newer, old[f"{APP}/{file}"], flags=re.MULTILINE)
        assert count == 1, file
    return repository(path, Commit(old, tag=OLD), Commit(new, tag=NEW))


def answers(**changed) -> tuple[str, ...]:
    """Return the words that give cruft these answers."""
    return ("--no-input", "--extra-context", json.dumps(changed))


def create(template, folder, *, checkout=OLD, **changed) -> Path:
    """Make an app with cruft; return its folder, in which all is committed."""
    cruft("create", template, "--checkout", checkout, "--output-dir", folder, *answers(**changed))
    app = folder / changed.get("app_slug", "my-viktor-app")
    if (app / ".git").exists():
        commit(app)
    return app


def commit(app: Path) -> None:
    """Commit everything in the app, if there is anything to commit."""
    git(app, "add", "--all")
    if git(app, "status", "--porcelain"):
        git(app, "commit", "--quiet", "--message", "Work")


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in the file once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def conflicts(app: Path) -> list[str]:
    """Return the files with a conflict to resolve, one of either kind."""
    rejected = [path.name.removesuffix(".rej") for path in app.rglob("*.rej")]
    marked = [path.name for path in app.glob("*") if path.is_file() and b"\n<<<<<<< " in path.read_bytes()]
    return sorted(rejected + marked)
