"""Bake reference apps anew: `make reference` those of this folder, with ANSWERS= and OUT= those of an organisation.

Only what truly changed differs: nothing of this machine, its user or the day reaches an app. Where stand-ins are asked
for, the submodules come from repositories with fixed commits, made here.
"""

from __future__ import annotations

import argparse
import json
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

from tests.support.places import TEMPLATE, TEMPLATE_APP, TEMPLATE_HOOKS

FOLDER = Path(__file__).resolve().parent
sys.path += [str(TEMPLATE_HOOKS), str(TEMPLATE_APP)]  # where making/ lies, and the app's own preflight/
sys.dont_write_bytecode = True  # a __pycache__ in the template's app folder would come into every app

from tests.support.template_errors import without_context
from tests.support.packages import Commit, repository, sources  # noqa: E402
from preflight.submodule_url import read_git_url  # noqa: E402

from making.reading import Reading  # noqa: E402

# The apps of this folder that stay as files; the others are baked and checked by the tests, and thrown away.
KEPT = ("plain", "everything")

# What ACME's packages hold: name, layout, what each needs, its versions (the last on main, the others by their tags).
PACKAGES = {
    "acme/acme-sections": ("acme-sections", "src", ["numpy==2.2.6"], ("1.4.0", "1.5.0")),
    "acme/load_cases": ("load_cases", "flat", [], ("2.1", "2.2")),
    "acme/soil-models": ("soil-models", "module", ["load_cases>=2", "scipy==1.15.3"], ("2.1", "2.2")),
}
# Git runs this in the place of ssh. It knows one server, this machine, and gives what Git asks that server to run; a
# path from the server's root is one from the folder with the repositories.
SSH = (
    "f() { for words; do :; done; "
    'cd "$REPOSITORIES" && eval "git $(printf %s "${words#git-}" | sed "s|\'/|\'|")"; }; f'
)
# Git's own, and the record of the template, which differs with each commit of it.
LEFT_OUT = (".git", ".cruft.json")
COMMIT = re.compile("[0-9a-f]{40}")


def main() -> None:
    """Replace the apps of a folder by new ones, and tell which files changed."""
    arguments = read_arguments()
    start = time.monotonic()
    names = KEPT if arguments.out == FOLDER else tuple(file.stem for file in answers_files(arguments.answers))
    arguments.out.mkdir(parents=True, exist_ok=True)
    changed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for app in bake_all(folder, names, arguments.answers, stand_ins=arguments.stand_ins):
            changed += replace_app(app, arguments.out / app.name)
            make_removable(app)
    if arguments.out == FOLDER:
        readme = FOLDER / "README.md"
        text = readme.read_text(encoding="utf-8")
        readme.write_text(with_table(text), encoding="utf-8", newline="\n")
    print(*changed or ["nothing changed"], sep="\n")
    print(f"{len(names)} reference apps in {time.monotonic() - start:.1f} s")


def read_arguments() -> argparse.Namespace:
    """Return where the answers are, where the apps go, and whether their submodules are made up here."""
    parser = argparse.ArgumentParser(description="Bake reference apps anew, and tell what changed.")
    parser.add_argument(
        "--answers", type=Path, default=FOLDER, help="folder with a .yml of answers for each app"
    )
    parser.add_argument(
        "--out", type=Path, default=FOLDER, help="folder that holds the apps, each in its own"
    )
    parser.add_argument(
        "--stand-ins", action="store_true", help="make the submodules up, where their hosts can't be reached"
    )
    arguments = parser.parse_args()
    arguments.answers, arguments.out = arguments.answers.resolve(), arguments.out.resolve()
    arguments.stand_ins = arguments.stand_ins or arguments.answers == FOLDER
    return arguments


def replace_app(app: Path, place: Path) -> list[str]:
    """Put a new app in the place of the one that was there, and return which files differ, as Git tells it."""
    new = app.with_name(f"{app.name}.new")
    # A repository inside another one would be a submodule of it.
    shutil.copytree(app, new, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    place.mkdir(exist_ok=True)
    words = ["git", "diff", "--no-index", "--name-status", "--no-renames", str(place), str(new)]
    told = subprocess.run(words, stdout=subprocess.PIPE, check=False, encoding="utf-8").stdout
    shutil.rmtree(place)
    shutil.move(new, place)
    shown = f"{place.parent.name}/{place.name}" if place.parent != FOLDER else place.name
    return [line.replace(str(new), shown).replace(str(place), shown) for line in told.splitlines()]


def answers_files(folder: Path = FOLDER) -> list[Path]:
    """Return the files of answers in a folder, in the order of their names."""
    return sorted(folder.glob("*.yml"))


def read_answers(file: Path) -> dict:
    """Return the answers in a file, which cookiecutter reads as a configuration of its own."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))["default_context"]


def bake_all(
    folder: Path, names: Collection[str], answers: Path = FOLDER, *, stand_ins: bool = True
) -> list[Path]:
    """Bake the apps of these names into a new folder, several at once; return them, repositories and all."""
    files = [file for file in answers_files(answers) if file.stem in names]
    environment = isolated_environment(folder, files) if stand_ins else own_environment()
    if stand_ins:
        make_repositories(folder / "repositories", files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda file: bake(file, folder / "apps", environment), files))


def bake(answers: Path, output: Path, environment: dict[str, str]) -> Path:
    """Bake the app of a file of answers into `output`, and return its folder, which has the file's name.

    Ends with what was printed if there is no such app.
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
    if done.returncode:
        sys.exit(f"{answers.name} makes no app\n{without_context(done.stdout)}")
    if not app.is_dir():
        sys.exit(f"{answers.name} made no app called {answers.stem}: its app_slug must be the file's name")
    return app


def own_environment() -> dict[str, str]:
    """Return this machine's variables, without what would give cookiecutter other answers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COOKIECUTTER_")}


def isolated_environment(home: Path, answers: list[Path]) -> dict[str, str]:
    """Return variables under which Git and cookiecutter know nothing of this machine, and reach the stand-ins."""
    config = home / "gitconfig"
    hosts = dict.fromkeys(host for file in answers for host in Reading(whole(file)).submodule_hosts)
    config.write_text(
        "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n[core]\n\tautocrlf = false\n"
        + "".join(f'[url "git@{host}:"]\n\tinsteadOf = https://{host}/\n' for host in hosts),
        encoding="utf-8",
    )
    kept = {name: value for name, value in own_environment().items() if not name.startswith("GIT_")}
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_SSH_COMMAND": SSH,
        "GIT_SSH_VARIANT": "ssh",
        "REPOSITORIES": (home / "repositories").as_posix(),
    }


def whole(file: Path) -> dict:
    """Return the answers in a file with those that it leaves open, and the table of hosts."""
    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    return questions | read_answers(file)


def make_repositories(folder: Path, answers: list[Path]) -> None:
    """Make the repositories that the answers name, with the same commits at each run."""
    submodules = [submodule for file in answers for submodule in Reading(whole(file)).submodules]
    refs: dict[str, list[str]] = {}
    for submodule in submodules:
        path = read_git_url(submodule.url).path.strip("/").removesuffix(".git")
        refs.setdefault(path, []).append(submodule.ref)
    for path, wanted in refs.items():
        name, layout, needs, versions = PACKAGES.get(path, (path.rpartition("/")[2], "flat", [], ("1.0",)))
        files = [
            sources(name, version, layout=layout, needs=needs, code=f'"""{name}."""\n')
            for version in versions
        ]
        commits = [Commit(file, tag=f"v{version}") for file, version in zip(files, versions, strict=True)]
        made = {"", "main", *(commit.tag for commit in commits)}
        commits += [
            Commit(files[-1], branch=ref)
            for ref in dict.fromkeys(wanted)
            if ref not in made and not COMMIT.fullmatch(ref)
        ]
        place = folder / f"{path}.git"
        place.parent.mkdir(parents=True, exist_ok=True)
        repository(place, *commits)


def make_removable(folder: Path) -> None:
    """Make Git's read-only files writable, which Windows wants before it removes them."""
    for path in folder.rglob("*"):
        path.chmod(0o700)


def with_table(text: str) -> str:
    """Return a text with its table replaced by that of the reference apps, what each shows, and their answers."""
    rows = ["| App | Shows | Answers besides the defaults |", "|---|---|---|"]
    for file in answers_files():
        shows = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        answers = "<br>".join(f"{key}: `{value}`" for key, value in read_answers(file).items())
        name = f"[{file.stem}]({file.stem})" if file.stem in KEPT else file.stem
        rows.append(f"| {name} | {shows} | [{file.name}]({file.name})<br>{answers} |")
    table = "".join(f"{row}\n" for row in rows)
    return re.sub(r"(^\|.*\n)+", lambda _: table, text, count=1, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
