"""The oldest cookiecutter and cruft that the pages name make, check and update apps as the newest do."""

import pytest

from tests.support import servers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import new_environment, run
from tests.support.places import TEMPLATE
from tests.support.releases import NEW, OLD, answers, releases

COOKIECUTTER, CRUFT = "2.3.1", "2.16.0"


@pytest.fixture(scope="module")
def oldest_python(tmp_path_factory):
    """Give the Python of an environment with the oldest tools."""
    wanted = (f"cookiecutter=={COOKIECUTTER}", f"cruft[pyproject]=={CRUFT}", "GitPython")
    return new_environment(tmp_path_factory.mktemp("oldest") / "environment", *wanted)


def test_the_pages_name_them():
    for page, tool in (
        ("README.md", f"cookiecutter {COOKIECUTTER}"),
        ("docs/updating.md", f"cruft {CRUFT.removesuffix('.0')}"),
    ):
        assert tool in " ".join((TEMPLATE / page).read_text(encoding="utf-8").split())


def test_the_oldest_cookiecutter_makes_the_same_app(oldest_python, git_daemon, tmp_path):
    """Another cookiecutter tells the hooks other things."""
    wanted = f"submodules={git_daemon}/units.git#v1.0"
    make_app(tmp_path / "oldest", wanted, command=(oldest_python, "-m", "cookiecutter"))
    make_app(tmp_path / "newest", wanted)
    trees = [git(tmp_path / folder / SLUG, "rev-parse", "HEAD^{tree}") for folder in ("oldest", "newest")]
    assert trees[0] == trees[1]


def test_the_oldest_cookiecutter_leaves_nothing_of_refused_answers(oldest_python, tmp_path):
    said = make_app(tmp_path, "app_slug=Not A Slug", command=(oldest_python, "-m", "cookiecutter"), status=1)
    assert "1 problem with the answers; no file was written." in said
    assert not list(tmp_path.iterdir())


def test_the_oldest_cruft_makes_checks_and_updates(oldest_python, repositories, tmp_path):
    """An update clones no submodule: their server is gone by then."""
    template = releases(tmp_path / "cookiecutter-viktor-app.git")
    cruft = (oldest_python, "-m", "cruft")
    with servers.git_daemon(repositories) as url:
        words = ("--checkout", OLD, "--output-dir", tmp_path, *answers(submodules=f"{url}/units.git"))
        run(*cruft, "create", template, *words)
    app = tmp_path / SLUG
    assert git(app, "status", "--porcelain") == ""
    assert "SUCCESS" in run(*cruft, "check", "--checkout", OLD, cwd=app)
    assert "FAILURE" in run(*cruft, "check", cwd=app, status=1)
    before = git(app, "submodule", "status")
    run(*cruft, "update", "--skip-apply-ask", cwd=app)
    assert "viktor==99.0.0" in (app / "requirements.txt").read_text(encoding="utf-8")
    assert git(app, "submodule", "status") == before
    git(app, "commit", "--quiet", "--all", "--message", NEW)
    assert "SUCCESS" in run(*cruft, "check", cwd=app)
