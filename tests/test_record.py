"""Every app carries the record of its template from the first commit, as cruft writes it, and never with a login."""

import json
import secrets
import shutil
import sys
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.baking import SLUG, git
from tests.support.commands import run
from tests.support.packages import Commit, repository
from tests.support.releases import answers, cruft
from tests.support.template import template_files

COOKIECUTTER = (sys.executable, "-m", "cookiecutter")


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Give a folder with the template's repository, its one commit tagged, and one that holds it in a sub-folder."""
    folder, files = tmp_path_factory.mktemp("company"), template_files()
    repository(folder / "cookiecutter-viktor-app.git", Commit(files, tag="v1.0.0"))
    below = {f"viktor/{path}": text for path, text in files.items()}
    repository(folder / "templates.git", Commit(below, tag="v1.0.0"))
    return folder


@pytest.fixture(scope="module")
def login():
    """Make up the login of the template's server."""
    return "robot", secrets.token_hex(16)


@pytest.fixture(scope="module")
def server(company, login):
    """Give the URL of `company` over http, which asks for the login."""
    with servers.git_http(company, dict([login])) as url:
        yield url


@pytest.fixture
def url(server, login, tmp_path, monkeypatch):
    """Give the URL of `company`, with the login in the user's credential helper, and a home of one's own."""
    config, store = tmp_path / "gitconfig", tmp_path / "logins"
    user, password = login
    store.write_text(server.replace("//", f"//{user}:{password}@") + "\n", encoding="utf-8")
    config.write_text(
        "[user]\n\tname = Ada Builder\n\temail = ada@example.com\n"
        f"[credential]\n\thelper = store --file {store.as_posix()}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return server


def record_of(app: Path) -> dict:
    """Return the record of an app, of which nothing is uncommitted."""
    assert git(app, "status", "--porcelain") == ""
    assert git(app, "log", "--format=%s") == f"Start {app.name}"
    return json.loads((app / ".cruft.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("template", "words", "checkout", "directory"),
    [
        ("cookiecutter-viktor-app.git", (), None, None),
        ("cookiecutter-viktor-app.git", ("--checkout", "v1.0.0"), "v1.0.0", None),
        ("templates.git", ("--directory", "viktor"), None, "viktor"),
        ("templates.git", ("--directory=viktor", "-c", "main"), "main", "viktor"),
    ],
)
def test_both_programs_leave_the_same_record(url, tmp_path, template, words, checkout, directory):
    """Cookiecutter's app and cruft's: up to date, equal to the template, and nothing is left to type."""
    where, given = f"{url}/{template}", ("app_name=Bjälklag",)
    run(*COOKIECUTTER, where, "--no-input", "--output-dir", tmp_path / "one", *words, *given, cwd=tmp_path)
    made = answers(app_name="Bjälklag")
    words = ("--checkout" if word == "-c" else word for word in words)
    cruft("create", where, "--output-dir", tmp_path / "two", *words, *made)
    records = [record_of(tmp_path / each / "bjalklag") for each in ("one", "two")]
    assert records[0] == records[1]
    assert list(records[0]) == list(records[1])
    assert list(records[0]["context"]["cookiecutter"]) == list(records[1]["context"]["cookiecutter"])
    assert records[0]["template"] == where
    assert (records[0]["checkout"], records[0]["directory"]) == (checkout, directory)
    assert records[0]["context"]["cookiecutter"]["app_name"] == "Bjälklag"
    for each in ("one", "two"):
        app = tmp_path / each / "bjalklag"
        assert "SUCCESS" in cruft("check", cwd=app)
        assert cruft("diff", "--exit-code", cwd=app) == ""


def clone(url: str, folder: Path) -> Path:
    """Clone the template, as whoever works on it does."""
    run("git", "clone", "--quiet", f"{url}/cookiecutter-viktor-app.git", folder)
    return folder


def test_a_clone_names_where_it_came_from(url, tmp_path):
    """A clone on the disk whose commits are pushed is as good as its URL."""
    template = clone(url, tmp_path / "clone")
    run(*COOKIECUTTER, template, "--no-input", "--output-dir", tmp_path)
    record = record_of(tmp_path / SLUG)
    assert record["template"] == f"{url}/cookiecutter-viktor-app.git"
    assert record["commit"] == git(template, "rev-parse", "HEAD")


def change(template: Path) -> None:
    """Change a file of the template."""
    with (template / "docs" / "CHANGELOG.md").open("a", encoding="utf-8") as file:
        file.write("\nMore.\n")


def commit(template: Path) -> None:
    """Commit a change of the template, and push it nowhere."""
    change(template)
    git(template, "commit", "--quiet", "--all", "--message", "Change it")


def forget_remote(template: Path) -> None:
    """Take the template's remote away."""
    git(template, "remote", "remove", "origin")


def forget_git(template: Path) -> None:
    """Leave the files of the template alone, as a zip file brings them."""
    shutil.rmtree(template / ".git")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (change, "has changes that aren't committed"),
        (commit, "has commits that aren't pushed"),
        (forget_remote, "no clone of a repository with a URL"),
        (forget_git, "no clone of a repository with a URL"),
    ],
)
def test_no_record_names_what_nobody_else_has(url, tmp_path, spoil, reason):
    """One sentence says why there is none."""
    template = clone(url, tmp_path / "clone")
    spoil(template)
    told = run(*COOKIECUTTER, template, "--no-input", "--output-dir", tmp_path)
    assert told.count("The app has no .cruft.json") == 1
    assert reason in told
    assert not (tmp_path / SLUG / ".cruft.json").exists()
    assert git(tmp_path / SLUG, "status", "--porcelain") == ""


def test_a_login_in_the_url_comes_into_no_app(url, login, tmp_path):
    """Cookiecutter's user is told where it lies and what to type; cruft, which would write it down, is stopped."""
    user, password = login
    where = f"{url}/cookiecutter-viktor-app.git".replace("//", f"//{user}:{password}@")
    told = run(*COOKIECUTTER, where, "--no-input", "--output-dir", tmp_path)
    assert "The template's URL holds a login" in told
    assert password not in told
    record = record_of(tmp_path / SLUG)
    assert record["template"] == f"{url}/cookiecutter-viktor-app.git"
    assert password not in (tmp_path / SLUG / ".cruft.json").read_text(encoding="utf-8")
    command = next(line.strip() for line in told.splitlines() if "remote set-url" in line)
    run(*command.split())
    assert "The template's URL holds a login" not in run(
        *COOKIECUTTER, command.split()[2], "--no-input", "--output-dir", tmp_path / "again"
    )
    refused = cruft("create", where, "--no-input", "--output-dir", tmp_path / "cruft", status=1)
    assert f"give the URL alone ({url}/cookiecutter-viktor-app.git)" in refused
    assert not list((tmp_path / "cruft").glob("*/.cruft.json"))
