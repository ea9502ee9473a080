"""An app's weekly update, on real Git servers with logins: each is proposed until it is there."""

import os
import secrets
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.support import servers
from tests.support.baking import git
from tests.support.commands import run
from tests.support.company import BRANCH, set_up
from tests.support.releases import commit, create, edit, releases

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the jobs run on Linux")

PLATFORMS = ("github", "gitlab", "azure")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give a template with two releases, and an app of each platform that is made from the older one."""
    folder = tmp_path_factory.mktemp("made")
    template = releases(folder / "cookiecutter-viktor-app.git")
    return template, {ci: create(template, folder / ci, ci=ci) for ci in PLATFORMS}


@pytest.fixture
def company(made, tmp_path):
    """Set up a company on a platform: `company("gitlab")`."""
    template, apps = made
    with ExitStack() as stack:
        yield lambda ci, change=None: stack.enter_context(set_up(ci, template, apps[ci], tmp_path, change))


def conflicting(app: Path) -> None:
    """Change a line of the app that the template's newer release changes too."""
    edit(app / "pyproject.toml", "line-length = 110", "line-length = 90")


@pytest.mark.parametrize("ci", PLATFORMS)
def test_an_update_is_proposed_until_it_is_there(company, ci):
    """What the platform refuses is done by the next run; what is open stays; what was closed is opened again."""
    here = company(ci)
    here.api.refuses = True
    printed = here.update(status=1)
    assert "UPDATE_TOKEN lacks a right" in printed
    assert "Traceback" not in printed
    here.api.refuses = False
    assert "the request is opened" in here.update()
    assert [one["title"] for one in here.api.requests] == ["Take the template's changes, v1.1.0"]
    assert not here.api.is_draft()
    assert git(here.server, "log", "--format=%s", f"main..{BRANCH}") == "Take the template's changes, v1.1.0"
    changed = git(here.server, "diff", "--name-status", "main", BRANCH).split("\n")
    assert sorted(changed) == [
        "A\tNOTES.md", "D\tOLD_NOTES.md", "M\t.cruft.json", "M\t.gitignore", "M\tpyproject.toml", "M\trequirements.txt",
    ]  # fmt: skip
    assert str(here.folder) not in git(here.server, "show", f"{BRANCH}:.cruft.json")
    before = here.branch()
    assert "is open" in here.update()
    assert here.branch() == before
    here.api.requests[0]["is_open"] = False
    here.update()
    assert [one["is_open"] for one in here.api.requests] == [False, True]


@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_newer_release_takes_the_place_of_the_older(company, ci):
    """In the same request, with a new title and one commit; a draft while there are conflicts, and shown as they are."""
    here = company(ci, conflicting)
    assert "A request is open" in here.update()
    assert here.api.is_draft()
    assert "with conflicts to resolve" in here.api.requests[0]["title"]
    assert "Conflicts: pyproject.toml" in str(here.api.requests[0])
    shown = git(here.server, "show", f"{BRANCH}:pyproject.toml")
    assert "<<<<<<< ours\nline-length = 90\n=======\nline-length = 120\n>>>>>>> theirs" in shown
    work = here.folder / "work"
    run("git", "clone", "--quiet", here.server, work)
    edit(work / "pyproject.toml", "line-length = 90", "line-length = 110")
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    here.release("v1.2.0", "MORE.md")
    assert "The open request has v1.2.0 now" in here.update()
    assert [one["title"] for one in here.api.requests] == ["Take the template's changes, v1.2.0"]
    assert not here.api.is_draft()
    assert git(here.server, "rev-list", "--count", f"main..{BRANCH}") == "1"


def test_a_plan_without_drafts_gets_a_request(company):
    """GitHub has no drafts in private repositories of a free plan: the title says it."""
    here = company("github", conflicting)
    here.api.has_drafts = False
    here.update()
    assert "with conflicts to resolve" in here.api.requests[0]["title"]


def test_the_work_of_others_is_left_alone(company):
    """Who resolves conflicts on the branch doesn't lose that to a newer release."""
    here = company("gitlab", conflicting)
    here.update()
    work = here.folder / "work"
    run("git", "clone", "--quiet", "--branch", BRANCH, here.server, work)
    (work / "RESOLVED.md").write_text("Done.\n", encoding="utf-8")
    commit(work)
    git(work, "push", "--quiet", "origin", BRANCH)
    before = here.branch()
    assert "is open" in here.update()
    here.release("v1.2.0", "MORE.md")
    assert "v1.2.0 waits" in here.update()
    assert here.branch() == before
    here.api.requests[0]["is_open"] = False  # merged with a squash, say, or given up
    here.update()
    assert here.branch() != before
    assert "v1.2.0" in here.api.requests[1]["title"]


def test_only_releases_count(company):
    """As numbers; a candidate, a tag that only begins with v, and numbers of another form are none."""
    here = company("github")
    for tag in ("v1.10.0", "v1.10.1-rc1", "vienna-demo", "v1.20", "1.30.0", "v1.9.0"):
        here.release(tag, f"{tag}.md")
    here.update()
    assert here.api.requests[0]["title"].endswith("v1.10.0")


def test_an_app_that_is_newer_than_the_release_stays(company):
    """And one without .cruft.json follows no template."""
    here = company("github")
    work = here.folder / "work"
    run("git", "clone", "--quiet", here.server, work)
    here.release("main-only", "MORE.md")
    newest = git(here.template, "rev-parse", "main")
    old = git(here.template, "rev-parse", "v1.0.0^{commit}")
    edit(work / ".cruft.json", f'"commit": "{old}"', f'"commit": "{newest}"')
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    assert "Nothing to do" in here.update()
    (work / ".cruft.json").unlink()
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    assert "follows no template" in here.update()
    assert not here.branch()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TEMPLATE_TOKEN": ""}, "TEMPLATE_TOKEN"),
        ({"TEMPLATE_TOKEN": "$(TEMPLATE_TOKEN)"}, "set TEMPLATE_TOKEN in Pipelines, Edit, Variables"),
        ({"TEMPLATE_TOKEN": "wrong"}, "check the rights of the token in TEMPLATE_TOKEN"),
        ({"UPDATE_TOKEN": "$(UPDATE_TOKEN)"}, "set UPDATE_TOKEN in Pipelines, Edit, Variables"),
        ({"UPDATE_TOKEN": "wrong"}, "UPDATE_TOKEN lacks a right"),
    ],
)
def test_a_missing_token_costs_one_sentence(company, given, named):
    """What Git says, and which variable mends it: no traceback, no secret, nothing pushed."""
    here = company("azure")
    printed = here.update(status=1, **given)
    assert named in printed
    assert "Traceback" not in printed
    assert not any(token in printed for token in here.tokens.values())
    assert not here.branch()


def test_a_template_that_does_not_answer_fails_the_job(company):
    """A hiccup of the server is no release."""
    here = company("github")
    shutil.move(here.template, here.folder / "gone.git")
    assert "The template can't be read" in here.update(status=1)


def test_the_platforms_own_token_serves_a_template_beside_the_app(company):
    """Without TEMPLATE_TOKEN, on the same host; a template on another host never gets it."""
    here = company("azure")
    shutil.copytree(here.template, here.folder / "apps" / here.template.name)
    work = here.folder / "work"
    run("git", "clone", "--quiet", here.server, work)
    edit(work / ".cruft.json", here.template_url, here.app_url.replace("app.git", here.template.name))
    commit(work)
    git(work, "push", "--quiet", "origin", "main")
    own = {"UPDATE_TOKEN": "", "TEMPLATE_TOKEN": "", "PLATFORM_TOKEN": here.tokens["UPDATE_TOKEN"]}
    assert "A request is open" in here.update(**own)


def test_hooks_and_cruft_see_no_token(company):
    """The template's own code runs without any variable that holds a login."""
    here = company("github")
    seen = here.folder / "seen"
    work = here.folder / "template"
    run("git", "clone", "--quiet", here.template, work)
    hook = work / "hooks" / "pre_gen_project.py"
    spy = f"import os, pathlib\npathlib.Path({str(seen)!r}).write_text(repr(dict(os.environ)))\n"
    hook.write_text(
        hook.read_text(encoding="utf-8").replace("import json\n", f"import json\n{spy}", 1), encoding="utf-8"
    )
    commit(work)
    here.release("v1.2.0", "MORE.md")
    here.update(VIKTOR_TOKEN=secrets.token_hex(8), CI_JOB_TOKEN=secrets.token_hex(8))
    shown = seen.read_text(encoding="utf-8")
    assert "PATH" in shown
    assert not any(word in shown for word in ("TOKEN", *here.tokens.values()))


def test_nothing_stays_in_the_runners_own_settings(company):
    """Git's global settings are as they were, and a helper there is neither asked nor told."""
    here = company("gitlab")
    config = here.folder / "gitconfig"
    told = here.folder / "told"
    text = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    config.write_text(
        f'{text}[credential]\n\thelper = "!f() {{ cat >> {told}; }}; f"\n\thelper = store\n', encoding="utf-8"
    )
    before = config.read_text(encoding="utf-8")
    assert "A request is open" in here.update(GIT_CONFIG_GLOBAL=str(config))
    assert config.read_text(encoding="utf-8") == before
    assert not told.exists()


# The flags with which each platform starts a script, as facts of theirs; GitLab adds its own first line.
SHELLS = {
    "github": ("bash", "-e"),
    "gitlab": ("bash", "-eo", "pipefail"),
    "azure": ("bash", "--noprofile", "--norc"),
}


@pytest.mark.parametrize("ci", PLATFORMS)
def test_the_job_ends_as_its_program_does(bake, tmp_path, ci):
    """The very commands of the job, with the cruft that is pinned, in the platform's own shell."""
    app = bake.fresh(ci=ci)
    file = {
        "github": ".github/workflows/update.yml",
        "gitlab": ".gitlab-ci.yml",
        "azure": "azure-pipelines.yml",
    }[ci]
    jobs = yaml.safe_load((app / file).read_text(encoding="utf-8"))
    if ci == "github":
        script = jobs["jobs"]["update"]["steps"][-1]["run"]
    elif ci == "gitlab":
        script = "\n".join(jobs["update"]["script"])
    else:
        script = next(job for job in jobs["jobs"] if job.get("job") == "update")["steps"][-1]["script"]
    (tmp_path / "script.sh").write_text(script, encoding="utf-8")
    variables = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = (*SHELLS[ci], tmp_path / "script.sh")
    assert "follows no template" in run(*command, cwd=app, env=variables)
    port = servers.free_port()
    git(app, "remote", "add", "origin", f"http://127.0.0.1:{port}/app.git")
    (app / ".cruft.json").write_text(
        f'{{"template": "http://127.0.0.1:{port}/template.git"}}', encoding="utf-8"
    )
    printed = run(*command, cwd=app, env=variables, status=1)
    assert "The template can't be read" in printed
    assert "set TEMPLATE_TOKEN in " in printed
