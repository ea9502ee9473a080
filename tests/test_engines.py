"""An app's CI, on engines that others wrote: `make ci-engines`."""

from __future__ import annotations

import json
import re
import secrets
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import servers
from tests.support.baking import git
from tests.support.ci_engines import Occasion, node, run_ci, start
from tests.support.ci_machine import new_runner
from tests.support.company import BRANCH, set_up
from tests.support.packages import Commit, repository, sources, wheel
from tests.support.places import TEMPLATE
from tests.support.releases import create, releases

PLATFORMS = ("github", "gitlab", "azure")
TO_PUBLISH = {
    "VIKTOR_ENV": "acme.viktor.ai",
    "VIKTOR_DEV": secrets.token_hex(16),
    "VIKTOR_TOKEN": secrets.token_hex(16),
}
RELEASES = {
    name: [Commit(sources(name, version), tag=f"v{version}") for version in ("1.0", "1.1")]
    for name in ("soil", "loads", "piles")
}
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """Give a machine for the jobs; what an earlier test installed there stays."""
    return new_runner(tmp_path_factory.mktemp("runner"))


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """Give an index and a Git host that ask for a login: their URLs, and the secrets for CI."""
    folder = tmp_path_factory.mktemp("private")
    wheels, repositories = folder / "wheels", folder / "repositories"
    for made in (wheels, repositories):
        made.mkdir()
    for version in ("1.0", "1.1"):
        wheel(wheels, "acme-beams", version)
    repository(repositories / "soil.git", *RELEASES["soil"])
    index_token, git_token = secrets.token_hex(16), secrets.token_hex(16)
    with (
        servers.pypiserver(wheels, {"robot": index_token}) as index,
        servers.git_http(repositories, {"reader": git_token}) as host,
    ):
        yield (
            index,
            f"{host}/soil.git",
            {"VIKTOR_APP_SECRET": index_token, "SUBMODULES_TOKEN": f"reader:{git_token}"},
        )


@pytest.fixture(scope="module")
def two_hosts(tmp_path_factory):
    """Give two Git hosts with a private package each: by the URL of the package, the login and what was asked."""
    hosts = {}
    with ExitStack() as stack:
        for name, user in (("loads", "reader"), ("piles", "deploy-token-7")):
            folder, asked = tmp_path_factory.mktemp(name), []
            repository(folder / f"{name}.git", *RELEASES[name])
            token = secrets.token_hex(16)
            url = stack.enter_context(servers.git_http(folder, {user: token}, asked=asked))
            hosts[f"{url}/{name}.git"] = f"{user}:{token}", asked
        yield hosts


def variable_of(url: str) -> str:
    """Return the name of the variable with the login to the host of a submodule."""
    return "SUBMODULES_TOKEN_" + re.sub(r"\W", "_", urlsplit(url).netloc)


def add_later(app: Path, private) -> None:
    """Add a package from an index and a submodule to an app that was made without, by its README's lines."""
    index, url, given = private
    readme = (app / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"^--only-binary :all:\n--extra-index-url .*\nmy-package==.*\n", readme, re.MULTILINE)[
        0
    ]
    words = {"https://": "http://", "USER": "robot", "HOST/PATH": index.partition("://")[2]}
    words |= {"my-package": "acme-beams", "1.2.0": "1.0"}
    for word, own in words.items():
        lines = lines.replace(word, own)
    with (app / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"\n{lines}")
    add_submodule(app, url, given["SUBMODULES_TOKEN"])


def add_submodule(app: Path, url: str, login: str) -> None:
    """Add a submodule by the README's command, with its login for this once, and commit everything."""
    readme = (app / "README.md").read_text(encoding="utf-8")
    command = re.search(
        r"^git (submodule add -b main) URL (app/submodules/)my-package$", readme, re.MULTILINE
    )
    path = f"{command[2]}{Path(url).stem}"
    git(app, *command[1].split(), "--quiet", url.replace("//", f"//{login}@"), path)
    git(app, "config", "--file", ".gitmodules", f"submodule.{path}.url", url)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", "Add private packages")


def hand_over(app: Path, ci: str, variables: list[str]) -> None:
    """Hand variables over in CI's file wherever SUBMODULES_TOKEN stands, as the README says; GitLab hands over all."""
    files = {"github": ".github/workflows/ci.yml", "azure": "azure-pipelines.yml"}
    if ci in files:
        file = app / files[ci]
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        assert any("SUBMODULES_TOKEN" in line for line in lines)
        for place in reversed([number for number, line in enumerate(lines) if "SUBMODULES_TOKEN" in line]):
            lines[place:place] = [lines[place].replace("SUBMODULES_TOKEN", name) for name in variables]
        file.write_text("".join(lines), encoding="utf-8", newline="\n")
        git(app, "commit", "--quiet", "--all", "--message", "Hand over the logins")


def add_from_git(app: Path, private) -> str:
    """Add the line of an app's README for a package from Git, and return the token that its host wants."""
    readme = (app / "README.md").read_text(encoding="utf-8")
    line = re.search(r"^my-package @ git\+https://USER:.*$", readme, re.MULTILINE)[0]
    user, _, token = private[2]["SUBMODULES_TOKEN"].partition(":")
    host = private[1].removesuffix("/soil.git")
    line = (
        line.replace("https://", "http://")
        .replace("USER", user)
        .replace("HOST/GROUP", host.partition("://")[2])
    )
    with (app / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write(line.replace("my-package", "soil").replace("v1.2.0", "v1.0") + "\n")
    git(app, "commit", "--quiet", "--all", "--message", "Add a package from Git")
    return token


@pytest.mark.viktor
@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_plain_apps_first_push_passes(bake, machine, ci):
    """Without a variable set for branches; the publishing token is out of reach, and nothing is published."""
    machine.seen.unlink(missing_ok=True)
    occasion = Occasion(machine.path, to_publish=TO_PUBLISH)
    printed = run_ci(ci, bake.fresh(ci=ci, python_version=PYTHON), occasion)
    assert "OK" in printed
    assert not machine.published.read_text(encoding="utf-8")
    seen = set(machine.seen.read_text(encoding="utf-8").split())
    assert "PATH" in seen
    assert not seen & set(TO_PUBLISH)


@pytest.mark.viktor
@pytest.mark.parametrize("ci", PLATFORMS)
def test_private_packages_that_were_added_later(bake, private, machine, ci):
    """CI's files are as they were: with the secrets set the job passes, and without it names the first that is missing."""
    app = bake.fresh(ci=ci, python_version=PYTHON)
    add_later(app, private)
    printed = run_ci(ci, app, Occasion(machine.path, private[2]), "test")
    assert "OK" in printed
    assert not any(value in printed for value in private[2].values())
    unset = Occasion(machine.path, {"VIKTOR_APP_SECRET": "$(VIKTOR_APP_SECRET)"})
    printed = run_ci(ci, app, unset, "test", status=1)
    assert "VIKTOR_APP_SECRET isn't set: set VIKTOR_APP_SECRET in " in printed
    assert "preflight" not in printed.partition("isn't set")[2].replace("python -m preflight", "")


@pytest.mark.viktor
@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_package_from_git_and_submodules_of_two_hosts_that_were_added_later(
    bake, private, two_hosts, machine, ci
):
    """By the README's lines, with the token of the package's host in the secret's variable."""
    app = bake.fresh(ci=ci, python_version=PYTHON)
    token = add_from_git(app, private)
    logins = {variable_of(url): login for url, (login, _) in two_hosts.items()}
    for url, (login, _) in two_hosts.items():
        add_submodule(app, url, login)
    hand_over(app, ci, list(logins))
    printed = run_ci(ci, app, Occasion(machine.path, {"VIKTOR_APP_SECRET": token, **logins}), "test")
    assert "OK" in printed
    assert token not in printed


@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_tag_publishes(bake, two_hosts, machine, ci, tmp_path, monkeypatch):
    """With its token, and with submodules of two hosts, each of which is sent its own login only.

    Without the token, the job names it before anything is asked of a host.
    """
    logins = tmp_path / "logins"
    lines = [url.replace("//", f"//{login}@") for url, (login, _) in two_hosts.items()]
    logins.write_text("\n".join(lines), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_CONFIG_COUNT", "1")
        patch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
        patch.setenv("GIT_CONFIG_VALUE_0", f"store --file {logins}")
        app = bake.fresh(ci=ci, python_version=PYTHON, submodules=" ".join(two_hosts))
    machine.published.write_text("", encoding="utf-8")
    for _, asked in two_hosts.values():
        asked.clear()
    given = {variable_of(url): login for url, (login, _) in two_hosts.items()}
    incomplete = {name: value for name, value in TO_PUBLISH.items() if name != "VIKTOR_TOKEN"}
    occasion = Occasion(machine.path, given, incomplete, tag="v1.0.0")
    printed = run_ci(ci, app, occasion, "publish", status=1)
    assert "VIKTOR_TOKEN isn't set: set VIKTOR_TOKEN in " in printed
    assert not any(asked for _, asked in two_hosts.values())
    assert not machine.published.read_text(encoding="utf-8")
    run_ci(ci, app, replace(occasion, to_publish=TO_PUBLISH), "publish")
    expected = ", ".join([f"ci-publish {app.name}", *TO_PUBLISH.values()])
    assert machine.published.read_text(encoding="utf-8") == f"{expected}\n"
    for login, asked in two_hosts.values():
        assert {one.login for one in asked} == {None, login}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Give a template with two releases."""
    return releases(tmp_path_factory.mktemp("template") / "cookiecutter-viktor-app.git")


@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_refused_update_is_proposed_by_the_next_run(template, machine, ci, tmp_path):
    """In the weekly job, from a template with a login of its own, to the app's server."""
    app = create(template, tmp_path / "made", ci=ci)
    with set_up(ci, template, app, tmp_path) as here:
        own = {"System.AccessToken": secrets.token_hex(16)} if ci == "azure" else {}
        occasion = Occasion(
            machine.path, here.tokens | own, told=here.api.variables, event="schedule", origin=here.app_url
        )
        here.api.refuses = True
        assert "UPDATE_TOKEN lacks a right" in run_ci(ci, here.work, occasion, "update", status=1)
        here.api.refuses = False
        assert "the request is opened" in run_ci(ci, here.work, occasion, "update")
        assert [one["title"] for one in here.api.requests] == ["Take the template's changes, v1.1.0"]
        assert git(here.server, "rev-list", "--count", f"main..{BRANCH}") == "1"


def validate(config: Path) -> None:
    """Let Renovate judge a repository's configuration, in strict mode."""
    command = [*node("renovate", "dist/config-validator.js"), "--strict", "--no-global", config.name]
    assert "Config validated successfully" in start(command, config.parent, {})


@pytest.mark.parametrize("ci", ["gitlab", "azure"])
def test_renovate_takes_an_apps_file(bake, ci):
    validate(bake(ci=ci) / "renovate.json")


def test_renovate_takes_the_templates_file():
    validate(TEMPLATE / ".github" / "renovate.json")


def renovates_lines(app: Path, filled: dict[str, str]) -> None:
    """Add to renovate.json what the app's README says, with words in the place of those in capitals."""
    readme = (app / "README.md").read_text(encoding="utf-8")
    for word, own in filled.items():
        readme = readme.replace(word, own)
    rules, names = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    config = json.loads((app / "renovate.json").read_text(encoding="utf-8"))
    config |= json.loads(f"{{{rules}}}")
    config["packageRules"].append(json.loads(names))
    (app / "renovate.json").write_text(json.dumps(config), encoding="utf-8")
    validate(app / "renovate.json")


def proposals(app: Path, own_secrets: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """Return what Renovate proposes at once for an app, by package; its log shows no secret."""
    variables = {
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
        "RENOVATE_BASE_DIR": str(folder),
        "RENOVATE_SECRETS": json.dumps(own_secrets),
    }
    command = [*node("renovate", "dist/renovate.js"), "--platform=local", "--dry-run=lookup"]
    printed = start(command, app, variables)
    assert not any(value in printed for value in own_secrets.values())
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    (found,) = (line["config"] for line in lines if line["msg"] == "packageFiles with updates")
    dependencies = [one for files in found.values() for file in files for one in file["deps"]]
    return {
        one["depName"]: [
            update.get("newDigest") or update["newValue"]
            for update in one["updates"]
            if not update.get("pendingChecks")
        ]
        for one in dependencies
    }


def let_it_fall_behind(app: Path, submodule: str) -> str:
    """Check out and record the commit before a submodule's newest one, which is returned."""
    newest = git(app / submodule, "rev-parse", "HEAD")
    git(app / submodule, "checkout", "--quiet", "HEAD~1")
    git(app, "commit", "--quiet", "--all", "--message", "Fall behind")
    return newest


def test_renovate_proposes_what_came_later_from_an_index(bake, private, tmp_path):
    """And a submodule's newest commit, by the lines of the app's README; what the template pins stays."""
    app = bake.fresh(ci="gitlab", python_version=PYTHON)
    add_later(app, private)
    newest = let_it_fall_behind(app, "app/submodules/soil")
    index, url, given = private
    user, _, token = given["SUBMODULES_TOKEN"].partition(":")
    words = {"https://HOST/PATH": index, "USER": "robot", "https://HOST": url, "my-package": "acme-beams"}
    renovates_lines(app, {**words, '"token"': f'"{user}"'})
    found = proposals(app, {**given, "SUBMODULES_TOKEN": token}, tmp_path / "renovate")
    assert found.pop("acme-beams") == ["==1.1"]
    assert found.pop("app/submodules/soil") == [newest]
    assert set(found) == {"viktor", "plotly", "uv", "pytest", "ruff", "pre-commit"}
    assert not any(found.values())


def test_renovate_proposes_a_newer_tag_of_a_package_from_git(bake, private, two_hosts, tmp_path):
    """With the login that pip has; and the newest commit of a submodule that follows no branch, from another host."""
    app = bake.fresh(ci="azure", python_version=PYTHON)
    add_from_git(app, private)
    host = private[1].removesuffix("/soil.git")
    user, _, git_token = private[2]["SUBMODULES_TOKEN"].partition(":")
    url, (login, _) = next(iter(two_hosts.items()))
    name = Path(url).stem
    git(app, "submodule", "add", "--quiet", url.replace("//", f"//{login}@"), f"app/submodules/{name}")
    git(app, "config", "--file", ".gitmodules", f"submodule.app/submodules/{name}.url", url)
    newest = let_it_fall_behind(app, f"app/submodules/{name}")
    own_user, _, own_token = login.partition(":")
    words = {"https://HOST/PATH": host, "USER": user, "https://HOST": url, '"token"': f'"{own_user}"'}
    renovates_lines(app, words)
    config = (app / "renovate.json").read_text(encoding="utf-8")
    by_http = config.replace("git\\\\+https:", "git\\\\+http:").replace('"https://{{{', '"http://{{{')
    (app / "renovate.json").write_text(by_http, encoding="utf-8")
    given = {"VIKTOR_APP_SECRET": git_token, "SUBMODULES_TOKEN": own_token}
    found = proposals(app, given, tmp_path / "renovate")
    assert found["soil"] == ["v1.1"]
    assert found[f"app/submodules/{name}"] == [newest]
