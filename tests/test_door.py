"""The hooks open to `making/` whichever way the template is reached, always of the right version, and leave no trace."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from making.tools import REQUIREMENTS
from tests.support.baking import SLUG, git
from tests.support.commands import run
from tests.support.packages import Commit, repository
from tests.support.places import TEMPLATE, TEMPLATE_HOOKS
from tests.support.releases import create, cruft
from tests.support.template import template_files

APP = "{{cookiecutter.app_slug}}"
HOOKS = ("pre_gen_project.py", "post_gen_project.py")
# A folder's name as people have them; Windows takes no double quote.
AWKWARD = "Zoë's templates {x} 🏗️" + ("" if os.name == "nt" else ' "new"')


def template_that_says(word: str, **changed: str) -> dict[str, str]:
    """Return the files of this work tree's template, which says `word` when an app is ready: it stands in making/."""
    files = template_files()
    steps = files["hooks/making/next_steps.py"]
    assert steps.count(" is ready.") == 1
    return (
        files | {"hooks/making/next_steps.py": steps.replace(" is ready.", f" is ready, {word}.")} | changed
    )


def write(files: dict[str, str], folder: Path) -> Path:
    """Write files into a folder, and return it."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


@dataclass(frozen=True)
class Call:
    """How a template is asked for: the words of the command line, and the folder where they are typed."""

    words: tuple
    folder: Path


def by_path(folder: Path) -> Call:
    """A folder of this disk."""
    return Call((write(template_that_says("right"), folder / "template"),), folder)


def by_awkward_path(folder: Path) -> Call:
    """A folder whose name has blanks, quotes, braces, and what isn't ASCII."""
    return Call((write(template_that_says("right"), folder / AWKWARD),), folder)


def by_dot(folder: Path) -> Call:
    """The working directory."""
    return Call((".",), write(template_that_says("right"), folder / "template"))


def by_relative_path(folder: Path) -> Call:
    """A folder beside the working directory."""
    write(template_that_says("right"), folder / "template")
    (folder / "elsewhere").mkdir()
    return Call(("../template",), folder / "elsewhere")


def from_another_template(folder: Path) -> Call:
    """A folder, where the working directory is another template with hooks and modules of the same names."""
    return Call(by_path(folder).words, write(template_that_says("wrong"), folder / "other"))


def by_url(folder: Path) -> Call:
    """A Git URL."""
    return Call((repository(folder / "by-url.git", Commit(template_that_says("right"))).as_uri(),), folder)


def by_tag(folder: Path) -> Call:
    """A Git URL and an older commit of it."""
    commits = Commit(template_that_says("right"), tag="v1"), Commit(template_that_says("wrong"))
    return Call((repository(folder / "by-tag.git", *commits).as_uri(), "--checkout", "v1"), folder)


def by_directory(folder: Path) -> Call:
    """A Git URL and a folder in the repository; at its top is another template."""
    files = {f"templates/app/{path}": text for path, text in template_that_says("right").items()}
    url = repository(folder / "by-directory.git", Commit(template_that_says("wrong") | files)).as_uri()
    return Call((url, "--directory", "templates/app"), folder)


def by_zip(folder: Path) -> Call:
    """A zip file, as hosts make them of a repository."""
    write(template_that_says("right"), folder / "zipped" / "template-1.0")
    return Call((shutil.make_archive(str(folder / "template"), "zip", folder / "zipped"),), folder)


def read_only(folder: Path) -> Call:
    """A folder into which nobody may write."""
    call = by_path(folder)
    for path in [call.words[0], *call.words[0].rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return call


WAYS = [
    by_path,
    by_awkward_path,
    by_dot,
    by_relative_path,
    from_another_template,
    by_url,
    by_tag,
    by_directory,
    by_zip,
    read_only,
]


def cookiecutter(call: Call, apps: Path, *options, **settings) -> str:
    """Run cookiecutter as a program, its apps in the folder `apps`; return what was printed."""
    command = (sys.executable, "-m", "cookiecutter", *call.words, "--no-input", "--output-dir", apps)
    return run(*command, *options, cwd=call.folder, **settings)


def files_of(app: Path) -> set[str]:
    """Return the path of each file of an app, but those of Git."""
    files = {file.relative_to(app).as_posix() for file in app.rglob("*") if file.is_file()}
    return {file for file in files if not file.startswith(".git/")}


def caches_in(folder: Path) -> list[Path]:
    """Return Python's caches below a folder."""
    return list(folder.rglob("__pycache__"))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_hooks_find_their_modules(way, bake, tmp_path):
    """Both hooks run, with the modules of the template that was asked for, and write no cache beside these."""
    call = way(tmp_path)
    said = cookiecutter(call, tmp_path / "apps")
    assert "My VIKTOR App is ready, right." in said
    has_url = way in (by_url, by_tag, by_directory)
    assert files_of(tmp_path / "apps" / SLUG) == files_of(bake()) | ({".cruft.json"} if has_url else set())
    assert not caches_in(tmp_path / "apps")
    # cookiecutter itself imports template_folder.py, which never says anything else.
    beside = {cache.parent.name for cache in caches_in(tmp_path)}
    assert beside <= {"hooks"}

    said = cookiecutter(call, tmp_path / "refused", "app_slug=A", status=1)
    assert "1 problem with the answers; no file was written." in said
    assert not list((tmp_path / "refused").iterdir())


def test_the_same_answers_again(tmp_path):
    """`--replay` takes the answers of the last run, and of the template what is there now."""
    call = by_path(tmp_path)
    cookiecutter(call, tmp_path / "first", "author=Ada")
    write(template_that_says("again"), call.words[0])
    command = (sys.executable, "-m", "cookiecutter", *call.words, "--replay", "-o", tmp_path / "second")
    assert "My VIKTOR App is ready, again." in run(*command)
    assert files_of(tmp_path / "second" / SLUG) == files_of(tmp_path / "first" / SLUG)


def test_two_templates_in_one_process(tmp_path):
    """Python keeps template_folder.py of the first, and each app is made by its own template all the same."""
    first = write(template_that_says("the first"), tmp_path / "one" / "template")
    second = write(template_that_says("the second"), tmp_path / "two" / "template")
    code = (
        "import sys; from cookiecutter.main import cookiecutter\n"
        "for template in sys.argv[1:]: cookiecutter(template, no_input=True, output_dir=template + '-apps')"
    )
    said = run(sys.executable, "-c", code, first, second)
    assert re.findall(r"is ready, (.*)\.", said) == ["the first", "the second"]


@pytest.mark.parametrize("option", ["-I", "-P"])
def test_pythons_stricter_ways_to_run(option, tmp_path):
    """In isolated mode and on a safe path, Python looks for modules in fewer places."""
    if option == "-P" and sys.version_info < (3, 11):
        pytest.skip("Python 3.10 has no safe path")
    call = by_path(tmp_path)
    command = (
        sys.executable,
        option,
        "-m",
        "cookiecutter",
        *call.words,
        "--no-input",
        "-o",
        tmp_path / "apps",
    )
    environment = {"PYTHONSAFEPATH": "1"} if option == "-P" else {}
    assert "My VIKTOR App is ready, right." in run(*command, env=environment)


# Under cruft


def digits(count: int) -> list[Commit]:
    """Return commits of the template that differ in one digit in making/: it is written into each app."""
    here = "    remove_files_of_other_answers(answers, Path.cwd())\n"
    files = template_files()
    before, after = files["hooks/making/app.py"].split(here)
    commits = []
    for digit in range(count):
        code = f'    Path("digit.txt").write_text("{digit}\\n", encoding="utf-8")\n'
        changed = {"hooks/making/app.py": before + here + code + after}
        commits.append(Commit(files | changed, tag=f"v{digit}"))
    return commits


def test_an_update_runs_the_modules_of_its_own_version(tmp_path):
    """Cruft moves one clone from commit to commit within a second, in which Python would trust a cache of the other."""
    template = repository(tmp_path / "template.git", *digits(7))
    app = create(template, tmp_path / "apps", checkout="v0")
    seen = []
    for digit in range(1, 7):
        cruft("update", "--skip-apply-ask", "--checkout", f"v{digit}", cwd=app)
        seen.append((app / "digit.txt").read_text(encoding="utf-8").strip())
        git(app, "add", "--all")
        git(app, "commit", "--quiet", "--allow-empty", "--message", "Update")
    assert seen == ["1", "2", "3", "4", "5", "6"]
    assert not caches_in(app)


# The hooks themselves


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_a_door(hook):
    """It is valid Python before it is rendered, with one expression in it and no logic."""
    text = (TEMPLATE / "hooks" / hook).read_text(encoding="utf-8")
    compile(text, hook, "exec")
    (expression,) = re.findall(r".*\{[{%#].*", text)
    assert (
        "json.loads({{ [cookiecutter, template_folder(), command_words()] | tojson | tojson }})" in expression
    )
    code = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(code) <= 12
    assert not re.search(r"^(def|class|if|for|while|try|with)\b", text, re.MULTILINE)


def test_the_second_hook_says_what_cloning_needs():
    """Its metadata for uv and pipx says what making/tools.py looks for."""
    text = (TEMPLATE / "hooks" / HOOKS[1]).read_text(encoding="utf-8")
    (said,) = re.findall(r"^# dependencies = \[(.*)\]$", text, re.MULTILINE)
    for requirement in REQUIREMENTS.values():
        assert f'"{requirement}' in said


@pytest.mark.parametrize("module", ["making.answers", "making.app"])
def test_a_default_app_needs_the_standard_library_only(module):
    """What a hook imports before it knows of submodules is Python's own, or stands in the template."""
    code = (
        "import sys; sys.dont_write_bytecode = True; before = set(sys.modules); sys.path.insert(0, sys.argv[1])\n"
        f"import {module}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    loaded = run(sys.executable, "-I", "-c", code, TEMPLATE_HOOKS).split()
    assert set(loaded) <= {"making", "preflight"}


def test_arrows_run_down_only():
    """Nothing of an app's preflight knows of making/ or of the hooks."""
    for file in (TEMPLATE / APP / "preflight").glob("*.py"):
        assert not re.search(
            r"^\s*(from|import) (making|hooks)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
