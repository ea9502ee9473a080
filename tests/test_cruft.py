"""Apps live with cruft for years: made, checked, compared and updated, with and without submodules."""

import filecmp
import re
import socketserver
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import packages, servers
from tests.support.baking import git, make_app
from tests.support.commands import run
from tests.support.releases import OLD, OLDER, answers, commit, conflicts, create, cruft, edit, releases
from tests.support.template import template_repository


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Give a repository with two releases of the template, OLD and NEW, which is newest."""
    return releases(tmp_path_factory.mktemp("template") / "cookiecutter-viktor-app.git")


@pytest.fixture(scope="module")
def own_repositories(tmp_path_factory):
    """Give a folder with the repositories of the packages one and two, one of which needs NumPy."""
    folder = tmp_path_factory.mktemp("repositories")
    for name, needs in {"one": ["numpy==2.2.6"], "two": []}.items():
        versions = [packages.sources(name, version, needs=needs) for version in ("1.0", "1.1")]
        packages.repository(
            folder / f"{name}.git", packages.Commit(versions[0], tag="v1.0"), packages.Commit(versions[1])
        )
    return folder


@pytest.fixture(scope="module")
def git_server(own_repositories):
    """Give the URL of `own_repositories`, served until the tests that need it have made their apps."""
    with servers.git_daemon(own_repositories) as url:
        yield url


def state_of_submodules(app: Path) -> list[str]:
    """Return all that Git knows of the app's submodules, and what is in their folders."""
    entries = [line for line in git(app, "ls-files", "--stage").splitlines() if line.startswith("160000")]
    modules = app / ".gitmodules"
    settings = git(app, "config", "--get-regexp", "^submodule", status=None)
    heads = git(
        app, "submodule", "foreach", "--quiet", "git rev-parse HEAD && git status --short --branch && ls"
    )
    return [*entries, modules.read_text(encoding="utf-8") if modules.is_file() else "", settings, heads]


# Made by cruft


def test_cruft_makes_the_same_app(git_server, tmp_path):
    """The commit that cookiecutter's app begins with is cruft's too, submodules included, and all of it is committed."""
    newest = template_repository(tmp_path / "template.git", tag=OLD)
    submodules = f"{git_server}/one.git#main {git_server}/two.git#v1.0"
    cruft("create", newest, "--checkout", OLD, "--output-dir", tmp_path, *answers(submodules=submodules))
    make_app(tmp_path / "plain", f"submodules={submodules}")
    app, plain = tmp_path / "my-viktor-app", tmp_path / "plain" / "my-viktor-app"
    files = [git(each, "ls-tree", "-r", "HEAD").splitlines() for each in (app, plain)]
    assert [line for line in files[0] if not line.endswith(".cruft.json")] == files[1]
    assert git(app, "status", "--porcelain") == ""
    assert state_of_submodules(app) == state_of_submodules(plain)
    assert not compare(app, plain)


def compare(app: Path, other: Path) -> list[str]:
    """Return the files, besides Git's own and cruft's, in which two apps and their submodules differ."""
    different, folders = [], [filecmp.dircmp(app, other, ignore=[".git", ".cruft.json"])]
    for folder in folders:
        different += folder.left_only + folder.right_only + folder.diff_files + folder.funny_files
        folders += folder.subdirs.values()
    return different


@pytest.mark.parametrize("wanted", ["", "one.git"], ids=["plain", "submodules"])
def test_a_new_app_is_up_to_date(template, git_server, tmp_path, wanted):
    """`check` and `diff` find an app as it was made, but for what its submodules need."""
    app = create(template, tmp_path, submodules=f"{git_server}/{wanted}" if wanted else "")
    assert "SUCCESS" in cruft("check", "--checkout", OLD, cwd=app)
    assert "FAILURE" in cruft("check", cwd=app, status=1)
    lines = cruft("diff", cwd=app).splitlines()
    changed = [line for line in lines if re.match(r"[-+](?!\+\+|--)", line)]
    needs = ["-", "-# needed by app/submodules/one", "-numpy==2.2.6"]
    assert changed == (needs if wanted else [])


# Updated


@pytest.mark.parametrize("wanted", ["", "one.git#v1.0"], ids=["plain", "submodules"])
def test_the_work_of_a_team_survives_an_update(template, own_repositories, tmp_path, wanted):
    """All that the newer template changes arrives beside all that the team changed; no submodule is cloned."""
    with servers.git_daemon(own_repositories) as url:
        app = create(template, tmp_path, submodules=f"{url}/{wanted}" if wanted else "")
        git(app, "submodule", "add", "--quiet", f"{url}/two.git", "app/submodules/two")
    if wanted:
        git(app / "app" / "submodules" / "one", "checkout", "--quiet", "main")
    with (app / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write("scipy==1.15.3\n")
    edit(app / "viktor.config.toml", "app_type", 'welcome_text = "welcome.md"\napp_type')
    (app / "app" / "frames.py").write_text('"""Frames."""\n', encoding="utf-8")
    (app / "CHANGELOG.md").unlink()
    commit(app)
    before = state_of_submodules(app)
    other_answer = ("--variables-to-update", '{"python_version": "3.12"}')
    with nobody_calls(url):
        cruft("update", "--skip-apply-ask", *other_answer, cwd=app)

    requirements = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "viktor==99.0.0" in requirements
    assert "scipy==1.15.3" in requirements
    assert ("numpy==2.2.6" in requirements) == bool(wanted)
    config = (app / "viktor.config.toml").read_text(encoding="utf-8")
    assert 'welcome_text = "welcome.md"' in config
    assert 'python_version = "3.12"' in config
    assert "line-length = 120" in (app / "pyproject.toml").read_text(encoding="utf-8")
    assert (
        (app / ".gitignore")
        .read_text(encoding="utf-8")
        .startswith("# The newer template ignores more.\n*.orig\n")
    )
    assert (app / "NOTES.md").read_text(encoding="utf-8") == "# Notes on my-viktor-app, for Python 3.12\n"
    assert not (app / "OLD_NOTES.md").exists()
    assert (app / "app" / "frames.py").is_file()
    assert not (app / "CHANGELOG.md").exists()
    assert not conflicts(app)
    assert state_of_submodules(app) == before
    commit(app)
    assert "SUCCESS" in cruft("check", cwd=app)
    run("git", "-C", app, "fsck", "--strict")


@contextmanager
def nobody_calls(url: str):
    """Stand at the port of a server that has stopped, and fail if anybody rang by the end of the block."""
    parts, calls = urlsplit(url), []

    class Door(socketserver.BaseRequestHandler):
        def handle(self):
            calls.append(self.client_address)

    class Server(socketserver.TCPServer):
        allow_reuse_address = True

    with servers.threaded(Server((parts.hostname, parts.port), Door)):
        yield
    assert not calls


@pytest.mark.parametrize("in_git", [True, False], ids=["git", "no-git"])
def test_a_conflict_shows(template, tmp_path, in_git):
    """Where team and template changed the same line, both versions are there to choose from."""
    app = create(template, tmp_path, __git_init="yes" if in_git else "no")
    edit(app / "pyproject.toml", "line-length = 110", "line-length = 90")
    if in_git:
        commit(app)
    cruft("update", "--skip-apply-ask", cwd=app)
    assert conflicts(app) == ["pyproject.toml"]
    shown = "\n".join(path.read_text(encoding="utf-8") for path in app.glob("pyproject.toml*"))
    assert "line-length = 90" in shown
    assert "line-length = 120" in shown
    assert "viktor==99.0.0" in (app / "requirements.txt").read_text(encoding="utf-8")


def test_an_update_finds_the_app_from_anywhere(template, own_repositories, tmp_path):
    """By a relative or an absolute path, and with a link for a temporary folder, as macOS has it, nothing is cloned."""
    real, link = tmp_path / "temporary", tmp_path / "link"
    real.mkdir()
    try:
        link.symlink_to(real, target_is_directory=True)
    except OSError:  # Windows gives links to few
        link = real
    with servers.git_daemon(own_repositories) as url:
        app = create(template, tmp_path, submodules=f"{url}/one.git")
    variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(link))
    for number, (temporary, folder) in enumerate([({}, app), (variables, app.name)]):
        git(app, "reset", "--quiet", "--hard")
        with nobody_calls(url):
            assert "+++" in cruft("diff", "--project-dir", folder, cwd=tmp_path, env=temporary), number
            cruft("update", "--skip-apply-ask", "--project-dir", folder, cwd=tmp_path, env=temporary)
        assert (app / "NOTES.md").is_file()
        git(app, "clean", "--quiet", "--force")


def test_an_app_beside_the_remains_of_an_update_is_a_whole_one(template, tmp_path, monkeypatch):
    """A killed `cruft update` leaves its folders behind; an app made beside them is no comparison."""
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(tmp_path))
    for name in ("repo", "current_template"):
        (tmp_path / "tmpabcd1234" / name).mkdir(parents=True)
    assert (create(template, tmp_path / "apps") / ".git").is_dir()


# From an older version of this repository


@pytest.mark.parametrize("wanted", ["", "one.git"], ids=["plain", "submodules"])
@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
def test_apps_of_an_older_version_become_todays(history, git_server, tmp_path, older, wanted):
    """An app of an older commit ends as one that is made today, the team's own file kept."""
    submodules = f"{git_server}/{wanted}" if wanted else ""
    app = create(history, tmp_path, checkout=older, submodules=submodules)
    (app / "app" / "frames.py").write_text('"""Frames."""\n', encoding="utf-8")
    commit(app)
    cruft("update", "--skip-apply-ask", cwd=app)
    assert not conflicts(app)
    today = create(history, tmp_path / "today", checkout="HEAD", submodules=submodules)
    assert compare(app, today) == ["frames.py"]
