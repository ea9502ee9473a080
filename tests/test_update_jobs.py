"""An app's scheduled jobs: their files have the right shape, and their commands run for real on a local server.

Only the last command of GitHub's and Azure's, which asks the platform for a pull request, can't be run here.
"""

import os
import re
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from commands import new_environment, run
from making import git
from updates import commit, create, edit, releases
from worktree import TEMPLATE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the jobs run on Linux")

EVERYTHING = {
    "submodules": "https://github.com/acme/one.git ssh://git@git.acme.example:2222/acme/two.git",
    "private_index": "other",
    "index_url": "https://packages.acme.example/simple",
    "index_user": "me@acme.example",
    "index_serves_pypi": True,
    "private_packages": "acme-beams==1.0",
}
TOKEN_AS_USER = {
    "private_index": "gemfury",
    "index_url": "https://pypi.fury.io/acme/",
    "private_packages": "acme-beams==1.0",
}
FILES = {
    "github": [".github/workflows/update.yml", ".github/dependabot.yml"],
    "gitlab": [".gitlab-ci.yml", "renovate.json"],
    "azure": ["azure-pipelines.yml", "renovate.json"],
}
SCHEMAS = {
    ".github/workflows/update.yml": ["vendor.github-workflows"],
    ".github/dependabot.yml": ["vendor.dependabot"],
    ".gitlab-ci.yml": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    "azure-pipelines.yml": [
        "vendor.azure-pipelines",
        "--data-transform",
        "azure-pipelines",
        "--regex-variant",
        "python",
    ],
    "renovate.json": ["vendor.renovate"],
}


# The files


def rendered(folder: Path, **answers) -> Path:
    """Return an app as its files are written, without hooks: submodules need no server then."""
    words = [f"{question}={answer}" for question, answer in answers.items()]
    command = (sys.executable, "-m", "cookiecutter", TEMPLATE, "--no-input", "--accept-hooks", "no")
    run(*command, "--output-dir", folder, *words)
    return folder / "my-viktor-app"


@pytest.mark.parametrize("ci", FILES)
def test_the_files_have_the_shape_that_the_platform_reads(tmp_path, ci):
    """The platforms' own schemas, for few answers and for many; zizmor finds nothing in GitHub's."""
    apps = [
        rendered(tmp_path / str(number), ci=ci, **answers)
        for number, answers in enumerate(({}, EVERYTHING, TOKEN_AS_USER))
    ]
    for file in FILES[ci]:
        files = [app / file for app in apps]
        run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[file], *files)
    if ci == "github":
        zizmor = Path(sys.executable).with_name("zizmor")
        assert "No findings" in run(zizmor, "--offline", "--no-progress", *(app / ".github" for app in apps))
    others = {file for files in FILES.values() for file in files[1:]} - set(FILES[ci])
    assert not [app / file for app in apps for file in others if (app / file).exists()]


def test_dependabot_logs_in_where_the_app_does(tmp_path):
    """To the index and to the submodules' servers, with the secrets that CI has; and to nothing else."""
    secret = "${{secrets.VIKTOR_APP_SECRET}}"
    git_login = {"type": "git", "username": "token", "password": "${{secrets.SUBMODULES_TOKEN}}"}
    index = {"type": "python-index", "url": EVERYTHING["index_url"], "username": "me@acme.example"}
    cases = [
        ({}, None, ["pip"]),
        (
            EVERYTHING,
            {
                "index": {**index, "password": secret, "replaces-base": True},
                "github-com": {**git_login, "url": "https://github.com"},
                "git-acme-example": {**git_login, "url": "https://git.acme.example"},
            },
            ["pip", "gitsubmodule"],
        ),
        (
            TOKEN_AS_USER,
            {"index": {"type": "python-index", "url": TOKEN_AS_USER["index_url"], "token": secret}},
            ["pip"],
        ),
    ]
    for number, (answers, registries, ecosystems) in enumerate(cases):
        file = rendered(tmp_path / str(number), **answers) / ".github" / "dependabot.yml"
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert settings.get("registries") == registries
        assert [update["package-ecosystem"] for update in settings["updates"]] == ecosystems


def test_the_bots_leave_to_the_template_what_it_pins(bake):
    """Packages that an update of the template brings are proposed by nobody else: both would change one line."""
    pinned = [
        re.match(r"[\w-]+", line)[0]
        for file in ("requirements.txt", "requirements-dev.txt")
        for line in (bake() / file).read_text(encoding="utf-8").splitlines()
        if "==" in line
    ]
    dependabot = yaml.safe_load((bake() / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    renovate = yaml.safe_load((bake(ci="gitlab") / "renovate.json").read_text(encoding="utf-8"))
    assert [rule["dependency-name"] for rule in dependabot["updates"][0]["ignore"]] == pinned
    assert renovate["packageRules"] == [{"matchPackageNames": pinned, "enabled": False}]


def test_the_jobs_run_the_cruft_that_is_tested():
    """The version in the jobs is the one of pyproject.toml."""
    versions = {
        re.search(r"cruft==([\d.]+)", (TEMPLATE / file).read_text(encoding="utf-8"))[1]
        for file in ("pyproject.toml", "templates/update.jinja")
    }
    assert len(versions) == 1


# The commands


def job(app: Path, ci: str) -> tuple[str, str]:
    """Return the commands of an app's job, and the last one apart if only the platform can run it."""
    settings = yaml.safe_load((app / FILES[ci][0]).read_text(encoding="utf-8"))
    if ci == "github":
        script = settings["jobs"]["update"]["steps"][-1]["run"]
    elif ci == "gitlab":
        script = "\n".join(settings["update"]["script"])
    else:
        script = next(one for one in settings["jobs"] if one["job"] == "update")["steps"][-1]["script"]
    *lines, last = script.rstrip().split("\n")
    return ("\n".join(lines), last) if last.startswith(("gh ", "az ")) else (script, "")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Give a repository with two releases of the template."""
    return releases(tmp_path_factory.mktemp("template") / "cookiecutter-viktor-app.git")


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """Give the PATH of a CI runner: a new Python with pip, and the system's programs."""
    python = new_environment(tmp_path_factory.mktemp("runner") / "python", f"cruft=={version('cruft')}")
    return os.pathsep.join([str(python.parent), os.environ["PATH"]])


@pytest.fixture
def run_job(runner, tmp_path):
    """Run the job of an app as CI does, in a fresh clone; give what it printed and the server's repository."""
    home = tmp_path / "runner"
    home.mkdir()
    config = shutil.copy(os.environ["GIT_CONFIG_GLOBAL"], home / "gitconfig")

    def run_it(app: Path, ci: str) -> tuple[str, Path]:
        server = tmp_path / "server" / f"{app.name}.git"
        if not server.exists():
            run("git", "clone", "--quiet", "--bare", app, server)
            git(server, "config", "receive.advertisePushOptions", "true")
            hook = server / "hooks" / "pre-receive"
            hook.write_text("#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ | sort\n", encoding="utf-8")
            hook.chmod(0o755)
        clone = tmp_path / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        run("git", "clone", "--quiet", server, clone)
        variables = {
            "PATH": runner,
            "GIT_CONFIG_GLOBAL": str(config),
            "GITHUB_SERVER_URL": "https://github.com",
            "CI_SERVER_URL": "https://gitlab.com",
            "CI_PROJECT_URL": str(server.with_suffix("")),
        }
        script, _ = job(app, ci)
        printed = run("bash", "-c", script, cwd=clone, env=variables)
        return re.sub(r" +$", "", printed, flags=re.MULTILINE), server  # Git pads what the server says

    return run_it


@pytest.mark.parametrize("ci", FILES)
def test_the_job_pushes_a_branch_with_the_update(template, tmp_path, run_job, ci):
    """Once for each version of the template: a branch with one commit, and GitLab's merge request."""
    app = create(template, tmp_path, ci=ci)
    printed, server = run_job(app, ci)
    newest = git(template, "rev-parse", "main")
    branch = f"template-{newest[:12]}"
    assert git(server, "log", "--format=%s", f"main..{branch}") == "Take the template's changes, v1.1.0"
    changed = git(server, "diff", "--name-status", "main", branch).split("\n")
    assert sorted(changed) == [
        "A\tNOTES.md", "D\t.viktorignore", "M\t.cruft.json", "M\t.gitignore", "M\tpyproject.toml", "M\trequirements.txt",
    ]  # fmt: skip
    if ci == "gitlab":
        assert "=merge_request.create\n" in printed
        assert "=merge_request.title=Take the template's changes, v1.1.0\n" in printed
    else:
        assert "on the server since an earlier run" in run_job(app, ci)[0]


@pytest.mark.parametrize("ci", ["github", "azure"])
def test_the_platform_is_asked_for_a_pull_request(bake, ci):
    """The one command that isn't run in these tests has the branch, the title and the text that the others made."""
    _, last = job(bake(ci=ci), ci)
    assert all(f'"${word}"' in last for word in ("branch", "title", "text"))


def test_the_job_says_that_there_are_conflicts(template, tmp_path, run_job):
    """The merge request is a draft then, its text names the files, and they show both versions."""
    app = create(template, tmp_path, ci="gitlab")
    edit(app / "pyproject.toml", "line-length = 110", "line-length = 90")
    commit(app)
    printed, server = run_job(app, "gitlab")
    assert (
        "merge_request.title=Draft: Take the template's changes, v1.1.0, with conflicts to resolve" in printed
    )
    assert printed.count("Conflicts: pyproject.toml\n") == 1
    branch = git(server, "branch", "--list", "template-*").strip()
    shown = git(server, "show", f"{branch}:pyproject.toml")
    assert "<<<<<<< ours\nline-length = 90\n=======\nline-length = 120\n>>>>>>> theirs" in shown


def test_the_job_has_nothing_to_do(template, tmp_path, run_job):
    """For an app that is newer than the newest release, and for one that follows no template."""
    newer = tmp_path / "template"
    run("git", "clone", "--quiet", template, newer)
    edit(newer / "{{cookiecutter.app_slug}}" / "NOTES.md", "# Notes", "# More notes")
    commit(newer)
    app = create(newer, tmp_path, checkout="main")
    printed, server = run_job(app, "github")
    assert "up to date" in printed
    (app / ".cruft.json").unlink()
    commit(app)
    git(app, "push", "--quiet", server, "main")
    assert "without .cruft.json this app follows no template" in run_job(app, "github")[0]
    assert git(server, "branch", "--list") == "* main"


def test_the_job_leaves_submodules_alone(template, git_daemon, tmp_path, run_job):
    """CI's clone has empty folders for them; the branch records the same commits."""
    app = create(template, tmp_path, submodules=f"{git_daemon}/acme-beams.git")
    _, server = run_job(app, "github")
    branch = git(server, "branch", "--list", "template-*").strip()
    entry = "app/submodules/acme-beams"
    assert git(server, "rev-parse", f"{branch}:{entry}") == git(server, "rev-parse", f"main:{entry}")
    assert git(server, "diff", "--name-only", "main", branch, "--", ".gitmodules", entry) == ""
