"""An app's CI, on engines that others wrote: `make ci-engines`."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

import pytest
import servers
from baking import git
from commands import new_environment, run
from engines import node, run_job, start
from packages import Commit, repository, sources, wheel

PLATFORMS = ("github", "gitlab", "azure")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Give the PATH of a runner: a new Python with pip, and the system's programs."""
    python = new_environment(tmp_path_factory.mktemp("runner") / "python")
    return os.pathsep.join([str(python.parent), os.environ["PATH"]])


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """Give an index and a Git host that ask for a login: their URLs, and the secrets for CI."""
    folder = tmp_path_factory.mktemp("private")
    wheels, repositories = folder / "wheels", folder / "repositories"
    for made in (wheels, repositories):
        made.mkdir()
    wheel(wheels, "acme-beams", "1.0")
    repository(repositories / "soil.git", Commit(sources("soil", "1.0")))
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


def add_later(app: Path, private) -> None:
    """Add a package from an index and a submodule to an app that was made without, as its README says."""
    index, url, given = private
    with (app / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write(
            f"\n--only-binary :all:\n--extra-index-url {index.replace('//', '//robot:${VIKTOR_APP_SECRET}@')}\n"
        )
        file.write("acme-beams==1.0\n")
    with_login = url.replace("//", f"//{given['SUBMODULES_TOKEN']}@")
    git(app, "submodule", "add", "--quiet", "-b", "main", with_login, "app/submodules/soil")
    git(app, "config", "--file", ".gitmodules", "submodule.app/submodules/soil.url", url)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", "Add private packages")


@pytest.mark.viktor
@pytest.mark.parametrize("ci", PLATFORMS)
def test_a_plain_apps_first_push_passes(bake, path, ci):
    """Without a variable set."""
    printed = run_job(ci, bake.fresh(ci=ci, python_version=PYTHON), "test", {}, path)
    assert "\nOK" in printed or "| OK" in printed or "OK\n" in printed


@pytest.mark.viktor
@pytest.mark.parametrize("ci", PLATFORMS)
def test_private_packages_that_were_added_later(bake, private, path, ci):
    """CI's files are as they were: with the secrets set the job passes, and without it names the first that is missing."""
    app = bake.fresh(ci=ci, python_version=PYTHON)
    add_later(app, private)
    printed = run_job(ci, app, "test", private[2], path)
    assert "OK" in printed
    assert not any(value in printed.replace(given, "") for given in ("***",) for value in private[2].values())
    printed = run_job(
        ci, app_again(app), "test", {"VIKTOR_APP_SECRET": "$(VIKTOR_APP_SECRET)"}, path, status=1
    )
    assert "VIKTOR_APP_SECRET isn't set: set VIKTOR_APP_SECRET in " in printed
    assert "preflight" not in printed.partition("isn't set")[2].replace("python -m preflight", "")


def app_again(app: Path) -> Path:
    """Return a clone of an app in a folder of its own."""
    again = app.parent / "again" / app.name
    run("git", "clone", "--quiet", app, again)
    return again


@pytest.mark.parametrize("ci", ["gitlab", "azure"])
def test_renovate_takes_its_file(bake, ci):
    """In strict mode, as a repository's configuration."""
    app = bake(ci=ci)
    command = [*node("renovate", "dist/config-validator.js"), "--strict", "--no-global", "renovate.json"]
    assert "Config validated successfully" in start(command, app, {})


def test_renovate_proposes_private_packages(bake, private, tmp_path):
    """With the secrets of its own, from an index with a login and a submodule's host; not what the template pins."""
    app = bake.fresh(ci="gitlab", python_version=PYTHON)
    add_later(app, private)
    index, url, given = private
    config = json.loads((app / "renovate.json").read_text(encoding="utf-8"))
    user, _, token = given["SUBMODULES_TOKEN"].partition(":")
    config["hostRules"] = [
        {"matchHost": index, "username": "robot", "password": "{{ secrets.VIKTOR_APP_SECRET }}"},
        {"matchHost": url, "username": user, "password": "{{ secrets.SUBMODULES_TOKEN }}"},
    ]
    (app / "renovate.json").write_text(json.dumps(config), encoding="utf-8")
    git(app, "commit", "--quiet", "--all", "--message", "Renovate")
    variables = {
        "LOG_LEVEL": "debug",
        "RENOVATE_BASE_DIR": str(tmp_path / "renovate"),
        "RENOVATE_SECRETS": json.dumps({**given, "SUBMODULES_TOKEN": token}),
    }
    command = [*node("renovate", "dist/renovate.js"), "--platform=local", "--dry-run=lookup"]
    printed = start(command, app, variables)
    assert '"depName": "acme-beams"' in printed
    assert not any(value in printed for value in (given["VIKTOR_APP_SECRET"], token))
