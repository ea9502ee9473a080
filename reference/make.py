"""Bake the reference apps anew from the answers beside them: `make reference`.

Only what truly changed differs: the submodules come from repositories with fixed commits, made here, and nothing of
this machine, its user or the day reaches an app.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parent
TEMPLATE = FOLDER.parent
sys.path.insert(0, str(TEMPLATE / "tests"))

from packages import Commit, repository, sources  # noqa: E402

# The apps that stay as files; the others are baked and checked by the tests, and thrown away.
KEPT = ("plain", "everything")

# What ACME's packages hold: name, layout, what each needs, its versions (the last on main, the others by their tags).
PACKAGES = [
    ("acme-sections", "src", ["numpy==2.2.6"], ("1.4.0", "1.5.0")),
    ("load_cases", "flat", [], ("2.1", "2.2")),
    ("soil-models", "module", ["load_cases>=2", "scipy==1.15.3"], ("2.1", "2.2")),
]
# Git runs this in the place of ssh. It knows one server, this machine, and gives what Git asks that server to run.
SSH = 'f() { for words; do :; done; cd "$REPOSITORIES" && eval "git ${words#git-}"; }; f'


def main() -> None:
    """Replace the apps in this folder and the table in its README by new ones."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for app in bake_all(Path(name).resolve(), KEPT):
            shutil.rmtree(FOLDER / app.name, ignore_errors=True)
            # A repository inside this one would be a submodule of it.
            shutil.copytree(app, FOLDER / app.name, ignore=shutil.ignore_patterns(".git"))
            make_removable(app)
    readme = FOLDER / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(with_table(text), encoding="utf-8", newline="\n")
    print(f"{len(KEPT)} reference apps in {time.monotonic() - start:.1f} s")


def answers_files() -> list[Path]:
    """Return the files of answers, in the order of their names."""
    return sorted(FOLDER.glob("*.yml"))


def read_answers(file: Path) -> dict:
    """Return the answers in a file, which cookiecutter reads as a configuration of its own."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))["default_context"]


def bake_all(folder: Path, names: Collection[str]) -> list[Path]:
    """Bake the apps of these names into a new folder, several at once; return them, repositories and all."""
    environment = isolated_environment(folder)
    make_repositories(folder / "repositories" / "acme")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        files = [file for file in answers_files() if file.stem in names]
        return list(pool.map(lambda file: bake(file, folder / "apps", environment), files))


def bake(answers: Path, output: Path, environment: dict[str, str]) -> Path:
    """Bake the app of a file of answers into `output`, and return its folder, which has the file's name.

    Raises RuntimeError with what was printed if there is no such app.
    """
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "--output-dir", str(output)]
    done = subprocess.run(
        [*command, "--config-file", str(answers)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    app = output / answers.stem
    if done.returncode or not app.is_dir():
        raise RuntimeError(f"{answers.name} made no app called {answers.stem}\n{done.stdout}")
    return app


def isolated_environment(home: Path) -> dict[str, str]:
    """Return variables under which Git and cookiecutter know nothing of this machine, and reach ACME's repositories."""
    config = home / "gitconfig"
    config.write_text(
        "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n[core]\n\tautocrlf = false\n"
        '[url "git@github.com:"]\n\tinsteadOf = https://github.com/\n',
        encoding="utf-8",
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COOKIECUTTER_", "GIT_"))
    }
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_SSH_COMMAND": SSH,
        "GIT_SSH_VARIANT": "ssh",
        "REPOSITORIES": (home / "repositories").as_posix(),
    }


def make_repositories(folder: Path) -> None:
    """Make the repositories of ACME's packages, with the same commits at each run."""
    folder.mkdir(parents=True)
    for name, layout, needs, versions in PACKAGES:
        commits = [
            Commit(
                sources(name, version, layout=layout, needs=needs, code=f'"""{name} of ACME."""\n'),
                tag=f"v{version}",
            )
            for version in versions
        ]
        repository(folder / f"{name}.git", *commits)


def make_removable(folder: Path) -> None:
    """Make Git's read-only files writable, which Windows wants before it removes them."""
    for path in folder.rglob("*"):
        path.chmod(0o700)


def with_table(text: str) -> str:
    """Return a text with its table replaced by that of the reference apps, what each shows, and their answers."""
    rows = ["| App | Shows | Answers besides the defaults |", "|---|---|---|"]
    for file in answers_files():
        shows = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        given = {True: "yes", False: "no"}
        answers = "<br>".join(
            f"{key}: `{given.get(value, value)}`" for key, value in read_answers(file).items()
        )
        name = f"[{file.stem}]({file.stem})" if file.stem in KEPT else file.stem
        rows.append(f"| {name} | {shows} | [{file.name}]({file.name})<br>{answers} |")
    table = "".join(f"{row}\n" for row in rows)
    return re.sub(r"(^\|.*\n)+", lambda _: table, text, count=1, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
