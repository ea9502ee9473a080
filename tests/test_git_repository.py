"""The app's Git repository and first commit, whatever the machine: and what is said at the end."""

import re
import shlex
from pathlib import Path

import pytest

from tests.support.answers import as_literal
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import run

CI_FILES = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}


@pytest.fixture
def git_config(tmp_path, monkeypatch):
    """Give the user's Git configuration for one test: an empty file, without an identity."""
    file = tmp_path / "user.gitconfig"
    file.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    return file


def files_in(folder: Path) -> list[str]:
    """Return the path of each file in a folder, but those in `.git`."""
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(file for file in files if not file.startswith(".git/"))


# The first commit


def test_everything_is_in_one_commit_on_main(tmp_path):
    make_app(tmp_path)
    app = tmp_path / SLUG
    assert git(app, "branch", "--show-current") == "main"
    said = git(app, "log", "--format=%an <%ae> %cn <%ce> %s")
    assert said == f"Ada Builder <ada@example.com> Ada Builder <ada@example.com> Start {SLUG}"
    assert git(app, "ls-files").splitlines() == files_in(app)
    assert git(app, "status", "--porcelain") == ""


def test_branch_is_main_whatever_the_user_prefers(git_config, tmp_path):
    git_config.write_text("[init]\n\tdefaultBranch = trunk\n", encoding="utf-8")
    make_app(tmp_path)
    assert git(tmp_path / SLUG, "branch", "--show-current") == "main"


def test_commit_is_signed_as_the_user_set_it_up(git_config, tmp_path):
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key)
    signers = tmp_path / "signers"
    signers.write_text(
        f"ada@example.com {key.with_suffix('.pub').read_text(encoding='utf-8')}", encoding="utf-8"
    )
    settings = {
        "user.name": "Ada Builder",
        "user.email": "ada@example.com",
        "user.signingKey": key.as_posix(),
        "gpg.format": "ssh",
        "gpg.ssh.allowedSignersFile": signers.as_posix(),
        "commit.gpgSign": "true",
    }
    for name, value in settings.items():
        run("git", "config", "--file", git_config, name, value)
    make_app(tmp_path)
    assert git(tmp_path / SLUG, "log", "--format=%G? %GS") == "G ada@example.com"


def test_a_commit_that_fails_leaves_everything_staged(git_config, tmp_path):
    git_config.write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n\tsigningKey = no-such-key\n"
        "[gpg]\n\tformat = ssh\n[commit]\n\tgpgSign = true\n",
        encoding="utf-8",
    )
    said = make_app(tmp_path)
    app = tmp_path / SLUG
    assert "Everything is staged, but not committed. git " in said
    assert "no-such-key" in said
    assert git(app, "diff", "--cached", "--name-only").splitlines() == files_in(app)
    git(app, "config", "commit.gpgSign", "false")
    type_commands(said, app)
    assert git(app, "log", "--format=%s") == f"Start {SLUG}"


@pytest.mark.usefixtures("git_config")
def test_without_an_identity_everything_is_staged_and_the_commands_are_said(tmp_path):
    """Git itself would make up an identity from the machine's user and the variable EMAIL."""
    said = make_app(tmp_path, env={"EMAIL": "made-up@example.com"})
    app = tmp_path / SLUG
    assert "Everything is staged, but not committed. Git doesn't know you yet." in said
    assert git(app, "diff", "--cached", "--name-only").splitlines() == files_in(app)
    git(app, "rev-parse", "--verify", "HEAD", status=128)
    type_commands(said, app)
    assert git(app, "log", "--format=%an <%ae> %s") == f"Your Name <you@company.com> Start {SLUG}"
    assert git(app, "status", "--porcelain") == ""


def type_commands(said: str, folder: Path) -> None:
    """Run each Git command that a message says to type."""
    for line in said.splitlines():
        if line.startswith("    git "):
            run(*shlex.split(line), cwd=folder)


def test_without_git_the_app_is_made_all_the_same(bake, tmp_path):
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    said = make_app(tmp_path, env={"PATH": str(nothing)})
    app = tmp_path / SLUG
    assert files_in(app) == files_in(bake())
    assert "Git is not installed, so there is no repository. Later, type:" in said
    assert "The app has no .cruft.json, so cruft can't update it: Git is not installed." in said
    type_commands(said, app)
    assert git(app, "log", "--format=%s", "main") == f"Start {SLUG}"


def test_an_app_may_be_made_without_a_repository(tmp_path):
    said = make_app(tmp_path, "__git_init=no")
    assert not (tmp_path / SLUG / ".git").exists()
    assert "git" not in said.partition("Next:")[0]


def test_variables_of_a_git_hook_lead_to_no_other_repository(tmp_path):
    git(tmp_path, "init", "--quiet", "other")
    other = tmp_path / "other" / ".git"
    before = {file: file.read_bytes() for file in other.rglob("*") if file.is_file()}
    variables = {
        "GIT_DIR": str(other),
        "GIT_INDEX_FILE": str(other / "index"),
        "GIT_WORK_TREE": str(other.parent),
    }
    make_app(tmp_path, env=variables)
    assert {file: file.read_bytes() for file in other.rglob("*") if file.is_file()} == before
    assert git(tmp_path / SLUG, "status", "--porcelain") == ""
    assert git(tmp_path / SLUG, "rev-list", "--count", "main") == "1"


# Inside another repository


@pytest.fixture
def enclosing(tmp_path):
    """Give a repository without a commit, in which an app is to be made."""
    git(tmp_path, "init", "--quiet", "enclosing")
    return tmp_path / "enclosing"


def test_no_repository_is_made_inside_another(enclosing):
    said = make_app(enclosing)
    assert not (enclosing / SLUG / ".git").exists()
    assert f"The app is part of the Git repository in {enclosing.as_posix()}. Nothing was committed" in said
    assert git(enclosing, "status", "--porcelain") == f"?? {SLUG}/"


@pytest.mark.parametrize(
    ("ci", "file"),
    [("github", ".github"), ("gitlab", ".gitlab-ci.yml"), ("azure", "azure-pipelines.yml"), ("none", "")],
)
def test_ci_of_a_sub_folder_is_told_to_do_nothing_yet(enclosing, ci, file):
    said = make_app(enclosing, f"ci={ci}")
    assert ("CI doesn't look into this folder" in said) == bool(file)
    assert (f"Move {file} to {enclosing.as_posix()}" in said) == bool(file)


def test_no_repository_is_made_inside_one_of_another_owner(enclosing):
    """Git's own test variable makes each repository one that Git refuses to use."""
    said = make_app(enclosing, env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert not (enclosing / SLUG / ".git").exists()
    assert f"The app is part of the Git repository in {enclosing.as_posix()}." in said


def test_a_folder_that_the_enclosing_repository_ignores_gets_its_own(enclosing):
    (enclosing / ".gitignore").write_text(f"{SLUG}/\n", encoding="utf-8")
    make_app(enclosing)
    assert git(enclosing / SLUG, "rev-list", "--count", "main") == "1"
    assert git(enclosing, "status", "--porcelain") == "?? .gitignore"


def test_a_folder_named_git_above_is_no_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    make_app(tmp_path)
    assert git(tmp_path / SLUG, "rev-list", "--count", "main") == "1"


# Again over an app, and the files of one answer


@pytest.mark.parametrize("ci", ["github", "gitlab", "azure", "none"])
def test_only_the_files_of_the_chosen_ci_stay(bake, ci):
    app = bake(ci=ci)
    assert [name for name, file in CI_FILES.items() if (app / file).exists()] == [ci] * (ci != "none")
    assert (app / ".github").exists() == (ci == "github")


def test_again_over_an_app_commits_nothing_and_keeps_what_the_team_added(tmp_path):
    make_app(tmp_path, "ci=gitlab")
    app = tmp_path / SLUG
    for file in ("app/own.py", ".github/CODEOWNERS"):
        (app / file).parent.mkdir(exist_ok=True)
        (app / file).write_text("# our own\n", encoding="utf-8")
    said = make_app(tmp_path, "--overwrite-if-exists", "ci=gitlab")
    assert f"The app is part of the Git repository in {app.as_posix()}. Nothing was committed" in said
    assert "CI doesn't look into this folder" not in said
    assert git(app, "status", "--porcelain") == "?? .github/\n?? app/own.py"
    assert git(app, "rev-list", "--count", "main") == "1"


def test_again_over_an_app_keeps_a_file_of_the_team_with_the_name_of_another_answers_file(tmp_path):
    make_app(tmp_path)
    app = tmp_path / SLUG
    own = {".gitlab-ci.yml": "build: {script: make}\n", "renovate.json": "{}\n"}
    for path, text in own.items():
        (app / path).write_text(text, encoding="utf-8")
    make_app(tmp_path, "--overwrite-if-exists", "--skip-if-file-exists")
    assert {path: (app / path).read_text(encoding="utf-8") for path in own} == own
    assert git(app, "status", "--porcelain") == "?? .gitlab-ci.yml\n?? renovate.json"


# The last message


def test_next_steps_name_what_this_app_needs(tmp_path):
    said = make_app(tmp_path / "a folder", "app_name=Steel & Glass", "app_slug=steel-glass")
    app = tmp_path / "a folder" / "steel-glass"
    assert said.startswith("\nSteel & Glass is ready.\n")
    assert (
        said[said.index("Next:") :]
        == f"""\
Next:
  1. cd "{app}"
  2. create the app steel-glass on VIKTOR (README.md, "Run and test")
  3. set up an environment with Python 3.14 (README.md, "Set up")
  4. uv pip install -r requirements-dev.txt
  5. python -m unittest discover -s tests
  6. viktor-cli install
  7. viktor-cli start
  8. publish it, and add it to a project (README.md, "Publish")

"""
    )


def test_next_steps_name_the_secret(tmp_path):
    url = as_literal("https://${ACME_USER}:${ACME_TOKEN}@code.example.com/api/packages/acme/pypi/simple")
    said = make_app(tmp_path, f"index_url={url}", "private_packages=acme-beams==1.0", "python_version=3.12")
    assert (
        '  3. set ACME_USER and ACME_TOKEN there and here (README.md, "The secret"): an access token with'
        in said
    )
    assert "  4. set up an environment with Python 3.12" in said
    for command in ("install", "start"):
        assert f". viktor-cli {command} --env ACME_USER=... --env ACME_TOKEN=...\n" in said
    headings = (tmp_path / SLUG / "README.md").read_text(encoding="utf-8").splitlines()
    for heading in re.findall(r'README\.md, "(.*?)"', said):
        assert f"## {heading}" in headings


def test_a_name_that_the_terminal_cannot_show_stops_nothing(tmp_path):
    said = make_app(tmp_path, "app_name=Brücke 🌉", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "Br?cke ? is ready." in said
    assert git(tmp_path / "brucke", "rev-list", "--count", "main") == "1"
