"""The files of an app's CI and bots: the platforms can read them, and each fact in them has one home."""

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
import yaml
from cookiecutter.main import cookiecutter
from preflight.secret_names import PROPOSED

from making.files import remove_files_of_other_answers
from tests.support.answers import as_literal, make_answers, template_environment
from tests.support.commands import run
from tests.support.places import TEMPLATE

SCRIPTS = Path(sys.executable).parent

EVERYTHING = {
    "submodules": "https://github.com/acme/one.git ssh://git@git.acme.example:2222/acme/two.git",
    "index_url": "--index-url https://me@acme.example@packages.acme.example/simple",
    "private_packages": "acme-beams==1.0",
}
TOKEN_AS_USER = {
    "index_url": "https://pypi.fury.io/acme/",
    "private_packages": "acme-beams==1.0",
}
FROM_GIT = {
    "index_url": "https://github.com/acme",
    "private_packages": "acme-beams@v1.0",
}
# VIKTOR's newest form: the user name in a variable too.
TWO_VARIABLES = {
    "index_url": "https://${ACME_USER}:${ACME_TOKEN}@packages.acme.example/simple",
    "private_packages": "acme-beams==1.0",
}
ANSWERS = ({}, EVERYTHING, TOKEN_AS_USER, FROM_GIT, TWO_VARIABLES)
FILES = {
    "github": [".github/workflows/ci.yml", ".github/workflows/update.yml", ".github/dependabot.yml"],
    "gitlab": [".gitlab-ci.yml", "renovate.json"],
    "azure": ["azure-pipelines.yml", "renovate.json"],
}
SCHEMAS = {
    ".github/workflows/update.yml": ["vendor.github-workflows"],
    ".github/workflows/ci.yml": ["vendor.github-workflows"],
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
    """Return an app as its files are, made without hooks: submodules need no server then."""
    literal = {question: as_literal(answer) for question, answer in answers.items()}
    made = cookiecutter(
        str(TEMPLATE), no_input=True, accept_hooks=False, output_dir=str(folder), extra_context=literal
    )
    app = Path(made)
    remove_files_of_other_answers({"ci": "github", "app_type": "editor"} | answers, app)
    return app


@pytest.fixture(scope="module")
def apps(tmp_path_factory):
    """Give the apps of all combinations of a CI with kinds of answers, as their files are written."""
    folder = tmp_path_factory.mktemp("apps")
    return {
        ci: [rendered(folder / f"{ci}-{number}", ci=ci, **answers) for number, answers in enumerate(ANSWERS)]
        for ci in (*FILES, "none")
    }


@pytest.mark.parametrize("ci", FILES)
def test_the_files_have_the_shape_that_the_platform_reads(apps, ci):
    """The platforms' own schemas; no file of another CI is there."""
    for file in FILES[ci]:
        files = [app / file for app in apps[ci]]
        run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[file], *files)
    others = {file for files in FILES.values() for file in files[1:]} - set(FILES[ci])
    assert not [app / file for app in apps[ci] for file in others if (app / file).exists()]


def test_githubs_files_give_nothing_away(apps, tmp_path):
    """No finding of zizmor's in its strictest mode, nor of actionlint, which has shellcheck read the scripts.

    An environment for the secrets of the tests would give nothing: every branch needs them.
    """
    folders = [app / ".github" for app in apps["github"]]
    config = tmp_path / "zizmor.yml"
    config.write_text("rules:\n  secrets-outside-env:\n    disable: true\n", encoding="utf-8")
    quiet = ("--offline", "--no-progress", "--persona=auditor", "--config", config)
    assert "No findings" in run(SCRIPTS / "zizmor", *quiet, *folders)
    workflows = [file for folder in folders for file in folder.glob("workflows/*.yml")]
    run(SCRIPTS / "actionlint", "-shellcheck", SCRIPTS / "shellcheck", "-no-color", *workflows)


def scripts(app: Path, ci: str) -> list[str]:
    """Return the scripts of an app's jobs, as the platform hands them to a shell."""
    files = [
        file for file in FILES[ci] if file in SCHEMAS and file.endswith("yml") and "dependabot" not in file
    ]
    found = []
    for file in files:
        found += scripts_in(yaml.safe_load((app / file).read_text(encoding="utf-8")))
    return found


def scripts_in(node: object) -> list[str]:
    """Return the scripts anywhere in a file of any CI, GitLab's lists as one."""
    if isinstance(node, list):
        return [script for item in node for script in scripts_in(item)]
    if not isinstance(node, dict):
        return []
    found = []
    for key, value in node.items():
        if key in ("run", "script"):
            found.append("\n".join(value) if isinstance(value, list) else value)
        else:
            found += scripts_in(value)
    return found


@pytest.mark.parametrize("ci", FILES)
def test_shellcheck_finds_nothing_in_the_scripts(apps, ci):
    """Of any job of any platform."""
    found = {script for app in apps[ci] for script in scripts(app, ci)}
    assert found
    for script in found:
        subprocess.run(
            [SCRIPTS / "shellcheck", "--shell=bash", "-"],
            input=script,
            check=True,
            encoding="utf-8",
            timeout=60,
        )


@pytest.mark.parametrize("ci", FILES)
def test_every_ci_takes_the_same_steps(apps, ci):
    """One list of commands, in the same order, whatever the platform."""
    commands = [
        line for script in scripts(apps[ci][0], ci) for line in script.splitlines() if line != "set -e"
    ]
    expected = [line for script in scripts(apps["github"][0], "github") for line in script.splitlines()]
    assert commands == expected


@pytest.mark.parametrize("ci", FILES)
def test_every_app_is_given_what_it_may_need_later(apps, ci):
    """The login to packages and that to submodules stand in CI's files and in the README of an app without either."""
    app = apps[ci][0]
    shown = (app / FILES[ci][0]).read_text(encoding="utf-8")
    readme = (app / "README.md").read_text(encoding="utf-8")
    for name in ("VIKTOR_APP_SECRET", "SUBMODULES_TOKEN"):
        assert ci == "gitlab" or name in shown
        assert f"| `{name}` |" in readme


def test_the_publishing_token_is_out_of_a_branchs_reach(apps):
    """GitHub's environment; Azure's variable group, which is named on a tag only."""
    github = yaml.safe_load((apps["github"][0] / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert "VIKTOR_TOKEN" not in json.dumps(github["jobs"]["test"])
    assert github["jobs"]["publish"]["environment"] == "viktor"
    azure = yaml.safe_load((apps["azure"][0] / "azure-pipelines.yml").read_text(encoding="utf-8"))
    (condition,) = azure["jobs"][1]
    assert condition == "${{ if startsWith(variables['Build.SourceBranch'], 'refs/tags/v') }}"
    assert azure["jobs"][1][condition][0]["variables"] == [{"group": "viktor"}]
    del azure["jobs"][1]
    assert "VIKTOR_TOKEN" not in json.dumps(azure)


def test_pull_requests_run_ci_once(apps):
    """Pushes count on main and for tags only where pull requests are run."""
    github = yaml.safe_load((apps["github"][0] / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert github[True] == {"push": {"branches": ["main"], "tags": ["v*"]}, "pull_request": None}
    azure = yaml.safe_load((apps["azure"][0] / "azure-pipelines.yml").read_text(encoding="utf-8"))
    assert azure["trigger"] == {"branches": {"include": ["main"]}, "tags": {"include": ["v*"]}}
    assert azure["schedules"][0]["always"] == "true"  # a string in Azure's own schema
    assert azure["jobs"][0]["timeoutInMinutes"] == "15"


def test_only_version_tags_publish(apps):
    """On each platform; the actions that get there are pinned to commits."""
    github, gitlab = (
        yaml.safe_load((apps[ci][0] / FILES[ci][0]).read_text(encoding="utf-8"))
        for ci in ("github", "gitlab")
    )
    assert github["jobs"]["publish"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    assert github["permissions"] == {"contents": "read"}
    assert gitlab["workflow"]["rules"][1] == {"if": "$CI_COMMIT_TAG =~ /^v/"}
    assert gitlab["publish"]["rules"] == [{"if": "$CI_COMMIT_TAG"}]
    used = re.findall(r"uses: (.*)", (apps["github"][0] / FILES["github"][0]).read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in used)


def test_an_app_without_ci_has_none_of_its_files(apps):
    """Nor a word about it in its README."""
    for app in apps["none"]:
        assert not list((app / ".ci").glob("*"))
        assert "SUBMODULES_TOKEN" not in (app / "README.md").read_text(encoding="utf-8")


def test_the_programs_of_ci_are_as_tidy_as_the_app(apps):
    """By the app's own linter settings, on each platform."""
    for ci, app in product(FILES, range(len(ANSWERS))):
        run(sys.executable, "-m", "ruff", "check", "--no-cache", ".ci", cwd=apps[ci][app])
        run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".ci", cwd=apps[ci][app])


# The variables


def template_variables(ci: str) -> dict:
    """Return what templates/variables.jinja says for a CI."""
    template = template_environment().get_template("variables.jinja")
    return vars(template.make_module({"cookiecutter": make_answers(ci=ci)}))


def test_the_platform_engineers_list_is_the_apps():
    """docs/adopt.md has each variable, when it is needed and how it is kept on each CI, in the same words."""
    told = {ci: template_variables(ci) for ci in FILES}
    rows = []
    for variable in told["github"]["variables"]:
        name, kind = variable["name"], "plain" if variable.get("is_plain") else variable["branches"]
        shown = f"`{name}`" if name != PROPOSED else f"`{name}`, or your own name for it"
        kept = " | ".join(told[ci]["rights"][ci][kind] for ci in FILES)
        rows.append(f"| {shown} | {variable['when']} | {kept} |\n")
    table = "".join(rows)
    assert f"|---|\n{table}\n" in (TEMPLATE / "docs" / "adopt.md").read_text(encoding="utf-8"), table


@pytest.mark.parametrize("ci", FILES)
def test_a_missing_variable_is_named_with_its_place(apps, ci):
    """Before anything else runs; Azure's text for an unset one counts as none."""
    app = apps[ci][1]
    command = (sys.executable, ".ci/variables.py", "publish")
    unset = {"VIKTOR_APP_SECRET": "$(VIKTOR_APP_SECRET)", "VIKTOR_ENV": "acme.viktor.ai", "VIKTOR_DEV": ""}
    printed = run(*command, cwd=app, env=unset, status=1).splitlines()
    assert [line.partition(" ")[0] for line in printed] == ["VIKTOR_APP_SECRET", "VIKTOR_DEV", "VIKTOR_TOKEN"]
    assert all(line.endswith(".") and ": set " in line for line in printed)
    assert not run(sys.executable, ".ci/variables.py", cwd=app, env={"VIKTOR_APP_SECRET": "x"})


@pytest.mark.parametrize("ci", FILES)
def test_both_variables_of_a_login_are_handed_over_and_asked_for(apps, ci):
    """Under the names that requirements.txt has."""
    app = apps[ci][ANSWERS.index(TWO_VARIABLES)]
    printed = run(sys.executable, ".ci/variables.py", cwd=app, status=1).splitlines()
    assert [line.partition(" ")[0] for line in printed] == ["ACME_TOKEN", "ACME_USER"]
    shown = (app / FILES[ci][0]).read_text(encoding="utf-8")
    assert "VIKTOR_APP_SECRET" not in shown
    if ci != "gitlab":  # which hands over all that it has
        assert all(name in shown for name in ("ACME_TOKEN", "ACME_USER"))


# The bots


def test_dependabot_logs_in_where_the_app_does(tmp_path):
    """To the index and to the submodules' servers, with the secrets that CI has; and to nothing else."""
    secret = "${{secrets.VIKTOR_APP_SECRET}}"
    index = {"type": "python-index", "url": "https://packages.acme.example/simple"}
    by_variables = {"username": "${{secrets.ACME_USER}}", "password": "${{secrets.ACME_TOKEN}}"}
    cases = [
        ({}, None, ["pip"]),
        (
            EVERYTHING,
            {
                "index": {**index, "username": "me@acme.example", "password": secret, "replaces-base": True},
                "github-com": {
                    "type": "git",
                    "url": "https://github.com",
                    "username": "x-access-token",
                    "password": "${{secrets.SUBMODULES_TOKEN_GITHUB_COM}}",
                },
                "git-acme-example": {
                    "type": "git",
                    "url": "https://git.acme.example",
                    "username": "token",
                    "password": "${{secrets.SUBMODULES_TOKEN_GIT_ACME_EXAMPLE}}",
                },
            },
            ["pip", "gitsubmodule"],
        ),
        (
            TOKEN_AS_USER,
            {"index": {"type": "python-index", "url": TOKEN_AS_USER["index_url"], "token": secret}},
            ["pip"],
        ),
        (TWO_VARIABLES, {"index": {**index, **by_variables}}, ["pip"]),
    ]
    for number, (answers, registries, ecosystems) in enumerate(cases):
        file = rendered(tmp_path / str(number), **answers) / ".github" / "dependabot.yml"
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert settings.get("registries") == registries
        assert [update["package-ecosystem"] for update in settings["updates"]] == ecosystems


def test_dependabot_takes_what_the_readme_adds(apps, tmp_path):
    """For an index, a private package and submodules of an app that was made without."""
    app = apps["github"][0]
    logins, waiting, submodules = re.findall(
        r"```yaml\n(.*?)```", (app / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    words = {"HOST/PATH": "packages.acme.example/simple", "HOST": "git.acme.example", "USER": "robot"}
    for word, own in words.items():
        logins = logins.replace(word, own)
    text = (app / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    before = "    cooldown:\n      default-days: 7\n"
    assert text.count(before) == text.count("\nupdates:\n") == 1
    text = text.replace(before, waiting).replace("\nupdates:\n", f"\n{logins}\nupdates:\n")
    file = tmp_path / ".github" / "dependabot.yml"
    file.parent.mkdir()
    file.write_text(f"{text}{submodules}", encoding="utf-8")
    schema = SCHEMAS[".github/dependabot.yml"]
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, file)
    assert "No findings" in run(
        SCRIPTS / "zizmor", "--offline", "--no-progress", "--persona=auditor", tmp_path
    )
    answers = {
        "submodules": "https://git.acme.example/acme/one.git",
        "index_url": "https://robot@packages.acme.example/simple",
        "private_packages": "my-package==1.0",
    }
    made = rendered(tmp_path / "made", **answers) / ".github" / "dependabot.yml"
    added = yaml.safe_load(file.read_text(encoding="utf-8"))
    added["registries"]["git-acme-example"] = added["registries"].pop("submodules")
    assert added == yaml.safe_load(made.read_text(encoding="utf-8"))


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
    left_alone = [rule["dependency-name"] for rule in dependabot["updates"][0]["ignore"]]
    assert set(pinned) <= set(left_alone)
    assert renovate["packageRules"][0] == {"matchPackageNames": left_alone, "enabled": False}


def test_private_packages_do_not_wait(apps):
    """Public ones do for a week, in both bots."""
    dependabot = yaml.safe_load(
        (apps["github"][1] / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    )
    packages, submodules = dependabot["updates"]
    assert packages["cooldown"] == {"default-days": 7, "exclude": ["acme-beams"]}
    assert "cooldown" not in submodules
    renovate = json.loads((apps["gitlab"][1] / "renovate.json").read_text(encoding="utf-8"))
    assert renovate["minimumReleaseAge"] == "7 days"
    at_once = [rule for rule in renovate["packageRules"] if rule.get("minimumReleaseAge", "") is None]
    assert at_once == [
        {"matchDepNames": ["acme-beams"], "minimumReleaseAge": None},
        {"matchManagers": ["git-submodules", "custom.regex"], "minimumReleaseAge": None},
    ]


def test_cruft_and_all_that_it_needs_are_pinned(apps):
    """What uv resolves for it on the Python of the job is what is written, and it is the cruft that is tested."""
    pins = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))["_pins"]
    text = (apps["github"][0] / ".ci" / "update.py").read_text(encoding="utf-8")
    written = set(re.findall(r'^#   "(.*)",$', text, re.MULTILINE))
    assert written == {f"cruft=={pins['cruft']}", *pins["cruft needs"]}
    assert f'"cruft=={pins["cruft"]}"' in (TEMPLATE / "pyproject.toml").read_text(encoding="utf-8")
    constraints = apps["github"][0] / "constraints.txt"
    constraints.write_text("\n".join(written), encoding="utf-8")
    command = (sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate")
    options = ("--python-version", pins["Python for cruft"], "--python-platform", "linux", "-c", constraints)
    needed = apps["github"][0] / "needed.in"
    needed.write_text(f"cruft=={pins['cruft']}\n", encoding="utf-8")
    assert set(run(*command, *options, needed).split()) == written
