"""template_folder.py: the template's modules serve an app's files, each version its own, and nothing of them stays."""

import sys
from pathlib import Path

import pytest

import making.reading
from hooks import template_folder
from tests.support.commands import run
from tests.support.packages import Commit, repository
from tests.support.places import TEMPLATE_HOOKS
from tests.support.releases import cruft
from tests.support.template import template_files

APP = "{{cookiecutter.app_slug}}"


def template_with(folder: Path, word: str) -> Path:
    """Make a folder with a template's modules, of which one says `word`; return the app folder below it."""
    files = {
        "hooks/making/__init__.py": "import sys\n",
        "hooks/making/reading.py": f"from making.words import WORD\nfrom preflight.names import NAME\nSAID = '{word}'\n",
        "hooks/making/words.py": f"WORD = '{word}'\n",
        "hooks/preflight/__init__.py": "",
        "hooks/preflight/names.py": f"NAME = '{word}'\n",
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "my-viktor-app").mkdir()
    return folder / "my-viktor-app"


def test_each_template_gets_its_own_modules(tmp_path, monkeypatch):
    """In one process, by the folder above the one in which the files are rendered; a module's own imports too."""
    for word in ("old", "new", "old"):
        folder = tmp_path / word
        monkeypatch.chdir(folder / "my-viktor-app" if folder.exists() else template_with(folder, word))
        module = template_folder.load_module("making.reading")
        assert (word, word, word) == (module.SAID, module.WORD, module.NAME)


def test_nothing_of_a_module_stays(tmp_path, monkeypatch):
    """Neither in sys.modules nor on sys.path, nor a .pyc, which Python would trust for another version's."""
    monkeypatch.chdir(template_with(tmp_path, "word"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    modules, path = dict(sys.modules), sys.path.copy()
    template_folder.load_module("making.reading")
    assert sys.modules == modules
    assert sys.path == path
    assert not sys.dont_write_bytecode
    assert not list(tmp_path.rglob("*.pyc"))


def test_nothing_stays_of_a_module_that_fails(tmp_path, monkeypatch):
    """The error is Python's own."""
    monkeypatch.chdir(template_with(tmp_path, "word"))
    modules, path = dict(sys.modules), sys.path.copy()
    with pytest.raises(ModuleNotFoundError):
        template_folder.load_module("making.nowhere")
    assert sys.modules == modules
    assert sys.path == path


def test_a_module_of_the_same_name_that_was_there_is_not_taken(tmp_path, monkeypatch):
    """It stays what it was for those who imported it."""
    mine = making.reading
    monkeypatch.chdir(template_with(tmp_path, "other"))
    assert template_folder.load_module("making.reading") is not mine
    assert sys.modules["making.reading"] is mine


def test_each_app_in_one_process_is_read_by_its_own_template(tmp_path):
    """What the files get of `template_module` is of the template that is rendered, also from a cache within one app."""
    templates = []
    for word in ("first", "second"):
        files = dict(template_files())
        files["hooks/making/escapes.py"] += f'\n\ndef said():\n    """Say it."""\n    return "{word}"\n'
        files[f"{APP}/WORD.md"] = '{{ template_module("making.escapes").said() }}\n'
        folder = tmp_path / word / "template"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
        templates.append(folder)
    code = (
        "import sys; from cookiecutter.main import cookiecutter\n"
        "for template in sys.argv[1:]: cookiecutter(template, no_input=True, output_dir=template + '-apps')"
    )
    run(sys.executable, "-c", code, *templates)
    for template in templates:
        word = template.parent / "template-apps" / "my-viktor-app" / "WORD.md"
        assert word.read_text(encoding="utf-8") == f"{template.parent.name}\n"
        caches = {cache.parent for cache in template.parent.rglob("__pycache__")}
        assert caches <= {template / "hooks"}  # cookiecutter itself imports template_folder.py


def test_cruft_renders_each_version_with_its_own_modules(tmp_path):
    """`cruft diff` after an update is empty: no file was rendered by the modules of the other version."""
    old = template_files()
    new = old | {
        "hooks/making/escapes.py": old["hooks/making/escapes.py"].replace(
            'ANYWHERE, AT_THE_BEGINNING = "\\\\`', 'ANYWHERE, AT_THE_BEGINNING = "!\\\\`'
        )
    }
    assert new != old
    template = repository(tmp_path / "template.git", Commit(old, tag="v1"), Commit(new, tag="v2"))
    words = ("--no-input", "--extra-context", '{"description": "Beams!"}', "--output-dir", tmp_path)
    cruft("create", template, "--checkout", "v1", *words)
    app = tmp_path / "my-viktor-app"
    assert "\nBeams!\n" in (app / "README.md").read_text(encoding="utf-8")
    run("git", "-C", app, "add", "--all")
    run("git", "-C", app, "commit", "--quiet", "--allow-empty", "--message", "Work")
    cruft("update", "--skip-apply-ask", "--checkout", "v2", cwd=app)
    assert "\nBeams\\!\n" in (app / "README.md").read_text(encoding="utf-8")
    assert cruft("diff", "--checkout", "v2", cwd=app).strip() == ""


def test_it_holds_no_logic_of_a_version():
    """Python keeps it for the whole process: it knows no question, host or file of the template."""
    text = (TEMPLATE_HOOKS / "template_folder.py").read_text(encoding="utf-8")
    assert "cookiecutter.json" not in text
    assert len(text.splitlines()) < 80
