"""What requirements.txt names is published with the app: other lists and wheels that VIKTOR gets, and no others."""

import pytest
from preflight.lines import requirements

from tests.support import packages
from tests.support.packages import Commit
from tests.support.servers import git_daemon
from tests.support.team import Team, told_by

MORE = "viktor==1.0\n-r lists/more.txt\n"
WHEEL = "viktor==1.0\n./wheels/acme_plain-1.0-py3-none-any.whl\n"


@pytest.fixture
def team(tmp_path) -> Team:
    """Give an app with another list and with a wheel."""
    app = Team(tmp_path / "apps" / "app")
    app.write("lists/more.txt", "plotly==7.1.0\n")
    app.path("wheels").mkdir()
    packages.wheel(app.path("wheels"), "acme-plain", "1.0")
    app.git("init", "--quiet")
    return app


def told(team: Team, text: str) -> list[str]:
    """Return what is wrong with the files that requirements.txt names, after everything was committed."""
    team.write("requirements.txt", text)
    team.commit("--allow-empty")
    return told_by(requirements, team.folder).failures


@pytest.mark.parametrize(
    "text", [MORE, WHEEL, MORE + "./wheels/acme_plain-1.0-py3-none-any.whl\n", MORE.replace("-r", "-c")]
)
def test_what_is_in_git_passes(team, text):
    team.write(".viktorignore", "# Not for VIKTOR\n/tests/\n/notes\n*.ipynb\n")
    assert told(team, text) == []


@pytest.mark.parametrize(
    ("text", "ignored", "path"),
    [
        (MORE, "lists/", "lists/more.txt"),
        (MORE.replace("-r", "-c"), "lists/", "lists/more.txt"),
        (WHEEL, "*.whl", "wheels/acme_plain-1.0-py3-none-any.whl"),
        ("viktor==1.0\n", "requirements.txt", "requirements.txt"),
    ],
)
def test_what_git_ignores_is_told(team, text, ignored, path):
    """What mends it is typed."""
    team.write(".gitignore", f"{ignored}\n")
    assert [one for one in told(team, text) if f"{path} is not in Git" in one]
    for problem in told_by(requirements, team.folder).problems:
        team.type(problem.mend)
    assert told_by(requirements, team.folder).problems == ()


@pytest.mark.parametrize("pattern", ["lists/", "/lists", "*.txt", "more.txt"])
def test_what_viktorignore_leaves_out_is_told(team, pattern):
    team.write(".viktorignore", f"{pattern}\n")
    assert ".viktorignore:1: leaves lists/more.txt out, which pip needs" in told(team, MORE)


def test_what_lies_outside_of_the_app_is_told(team):
    (team.folder.parent / "shared.txt").write_text("plotly==7.1.0\n", encoding="utf-8")
    packages.wheel(team.folder.parent, "acme-other", "1.0")
    text = "viktor==1.0\n-r ../shared.txt\n../acme_other-1.0-py3-none-any.whl\n"
    where = [one.partition(" lies outside")[0] for one in told(team, text)]
    assert where[0] == "../shared.txt: ../shared.txt"
    assert where[1].startswith("requirements.txt:3: ")
    assert where[1].endswith("acme_other-1.0-py3-none-any.whl")


def test_a_list_of_a_submodule_passes_if_it_is_in_its_repository(team, tmp_path):
    files = {"units.py": "", "list.txt": "plotly==7.1.0\n", ".gitignore": "own.txt\n"}
    packages.repository(tmp_path / "served" / "units.git", Commit(files))
    with git_daemon(tmp_path / "served") as url:
        team.git("submodule", "--quiet", "add", f"{url}/units.git", "app/submodules/units")
    text = "viktor==1.0\n-r app/submodules/units/list.txt\n"
    assert told(team, text) == []
    team.write("app/submodules/units/own.txt", "plotly==7.1.0\n")
    assert len(told(team, text.replace("list", "own"))) == 1


def test_a_list_that_includes_itself_is_told_with_its_mend(team):
    team.write("requirements.txt", "viktor==1.0\n-r requirements.txt\n")
    problem = told_by(requirements, team.folder).problems[0]
    assert problem.mend == "take out the line that names the file in which it stands"
