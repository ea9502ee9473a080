"""A company that keeps the template and an app of it on servers with a login each, and whose platform opens requests."""

from __future__ import annotations

import secrets
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import servers
from tests.support.baking import git
from tests.support.commands import run
from tests.support.releases import commit, edit
from tests.support.request_api import RequestApi, request_api

BRANCH = "template-update"


@dataclass
class Company:
    """A company's servers: one for its template, one for its app, and what the platform says about requests."""

    folder: Path
    template: Path
    template_url: str
    app_url: str
    api: RequestApi
    tokens: dict[str, str]

    @property
    def server(self) -> Path:
        """The app's repository on its server."""
        return self.folder / "apps" / "app.git"

    @property
    def work(self) -> Path:
        """The app as it was published."""
        return self.folder / "app"

    def publish(self, app: Path) -> None:
        """Put an app on its server; it knows the template by its URL there."""
        edit(app / ".cruft.json", f'"template": "{self.template}"', f'"template": "{self.template_url}"')
        commit(app)
        run("git", "clone", "--quiet", "--bare", app, self.server)
        git(self.server, "config", "http.receivepack", "true")

    def update(self, status=0, python=sys.executable, **variables) -> str:
        """Run the job's program in a fresh clone of the app, and return what it printed."""
        clone = self.folder / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        run("git", "clone", "--quiet", self.server, clone)
        git(clone, "remote", "set-url", "origin", self.app_url)
        given = self.api.variables | self.tokens | variables
        return run(python, ".ci/update.py", cwd=clone, env=given, status=status)

    def branch(self) -> str:
        """Return the commit of the update's branch on the server, "" if it isn't there."""
        return git(self.server, "rev-parse", "--verify", "--quiet", BRANCH, status=None)

    def release(self, tag: str, name: str) -> None:
        """Publish a newer version of the template, which adds a file."""
        work = self.folder / "template"
        if not work.exists():
            run("git", "clone", "--quiet", self.template, work)
        (work / "{{cookiecutter.app_slug}}" / name).write_text("New.\n", encoding="utf-8")
        commit(work)
        git(work, "tag", tag)
        git(work, "push", "--quiet", "origin", "HEAD:main", tag)


@contextmanager
def set_up(ci: str, template: Path, made: Path, folder: Path, change=None):
    """Set up a company on a platform in `folder`: its template, and an app that was made of it; gives its Company.

    `change` is called with the app's folder before the app is published.
    """
    for name in ("templates", "apps"):
        (folder / name).mkdir()
    own_template = shutil.copytree(template, folder / "templates" / template.name)
    tokens = {"UPDATE_TOKEN": secrets.token_hex(16), "TEMPLATE_TOKEN": f"reader:{secrets.token_hex(16)}"}
    reader = dict([tokens["TEMPLATE_TOKEN"].split(":")])
    with (
        servers.git_http(folder / "apps", {"token": tokens["UPDATE_TOKEN"]}) as apps,
        servers.git_http(folder / "templates", reader) as templates,
        request_api(ci) as api,
    ):
        here = Company(folder, own_template, f"{templates}/{template.name}", f"{apps}/app.git", api, tokens)
        app = shutil.copytree(made, here.work)
        edit(app / ".cruft.json", f'"template": "{template}"', f'"template": "{own_template}"')
        if change:
            change(app)
        here.publish(app)
        yield here
