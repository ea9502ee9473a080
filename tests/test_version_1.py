"""Apps of version 1 keep their logins in an update, whatever they answered to the questions that are gone."""

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.support.commands import run
from tests.support.places import TEMPLATE
from tests.support.releases import OLDER, commit, conflicts, create, cruft

PAGE = (TEMPLATE / "docs" / "updating.md").read_text(encoding="utf-8")
SKIP = re.search(r"^```toml\n\[tool.cruft\]\n(.*?)\n```$", PAGE, re.MULTILINE)[1]

GITLAB = "https://gitlab.com/api/v4/projects/4/packages/pypi/simple"
PACKAGE = {"private_packages": "acme-beams==1.0"}


@pytest.mark.parametrize(
    ("answers", "index_url"),
    [
        pytest.param({"python_version": "3.10"}, None, id="nothing-private"),
        pytest.param(
            {"private_index": "gitlab", "index_url": GITLAB, **PACKAGE}, None, id="the-host's-own-login"
        ),
        pytest.param(
            {
                "private_index": "other",
                "index_url": "https://pypi.acme.com/simple",
                "index_user": "me@corp.com",
                "secret_name": "ACME_TOKEN",
                "index_serves_pypi": True,
                **PACKAGE,
            },
            "--index-url https://me%40corp.com:${ACME_TOKEN}@pypi.acme.com/simple",
            id="the-only-index",
        ),
        pytest.param(
            {
                "private_index": "gemfury",
                "index_url": "https://pypi.fury.io/acme/",
                "secret_name": "FURY",
                "git_init": False,
                **PACKAGE,
            },
            "--extra-index-url https://${FURY}@pypi.fury.io/acme/",
            id="a-token-as-the-user-without-git",
        ),
        pytest.param(
            {
                "private_index": "open",
                "index_url": "https://nexus.acme.com/repository/pypi/simple",
                **PACKAGE,
            },
            "--extra-index-url https://@nexus.acme.com/repository/pypi/simple",
            id="open",
        ),
        pytest.param(
            {
                "private_index": "github",
                "index_url": "https://github.com/acme",
                "secret_name": "ACME_TOKEN",
                "private_packages": "beams@v1.2",
            },
            "https://x-access-token:${ACME_TOKEN}@github.com/acme",
            id="github",
        ),
    ],
)
def test_the_login_survives(history, tmp_path, answers, index_url):
    """By the page's words: what is the team's own is said first, then one command, or the one that is printed."""
    app = create(history, tmp_path, checkout=OLDER["version-1"], **answers)
    project = app / "pyproject.toml"
    project.write_text(
        re.sub(r"(?m)^skip = .*", lambda _: SKIP, project.read_text("utf-8")), encoding="utf-8"
    )
    if (app / ".git").exists():
        commit(app)
    before = private_lines(app)
    update(app, index_url)
    assert private_lines(app) == before
    assert not (app / "preflight.py").exists()
    assert (app / "preflight" / "__main__.py").is_file()
    version = answers.get("python_version", "3.14")
    assert f'python_version = "{version}"' in (app / "viktor.config.toml").read_text(encoding="utf-8")
    assert "requirements.txt" not in conflicts(app)
    context = json.loads((app / ".cruft.json").read_text(encoding="utf-8"))["context"]["cookiecutter"]
    assert context["index_url"] == (index_url or answers.get("index_url", ""))


def update(app: Path, index_url: str | None) -> None:
    """Update an app by the page's command, and by the one that is printed where that stops."""
    told = cruft("update", "--skip-apply-ask", cwd=app, status=1 if index_url else 0)
    if index_url:
        assert (app / "preflight.py").exists()
        command = next(line for line in told.splitlines() if "--variables-to-update" in line)
        program, verb, *words = shlex.split(command)
        assert (program, verb) == ("cruft", "update")
        assert json.loads(words[-1]) == {"index_url": index_url}
        cruft(verb, "--skip-apply-ask", *words, cwd=app)


def private_lines(app: Path) -> list[str]:
    """Return the lines of requirements.txt by which private packages are found."""
    lines = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "://" in line or "beams" in line]


def test_what_the_team_wrote_into_a_dropped_file_stays(history, tmp_path):
    """A changed preflight.py is neither lost nor taken for the guard: preflight tells of it."""
    app = create(history, tmp_path, checkout=OLDER["version-1"])
    with (app / "preflight.py").open("a", encoding="utf-8") as file:
        file.write("\n# Our own check.\n")
    commit(app)
    cruft("update", "--skip-apply-ask", cwd=app)
    assert "# Our own check." in (app / "preflight.py").read_text(encoding="utf-8")
    told = run(sys.executable, "-m", "preflight", "--offline", cwd=app, status=None)
    assert "preflight.py: warning: is the preflight of the template's version 1" in told
    command = next(line for line in told.splitlines() if "git rm preflight.py" in line)
    run(*command.partition("then: ")[2].split(), cwd=app)
    assert "older template" not in run(sys.executable, "-m", "preflight", "--offline", cwd=app, status=None)
