"""`cruft update` of an app with ten submodules, beside a plain bake."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table
from tests.benchmarks.users import a_user, run
from tests.support import packages
from tests.support.releases import NEW, create, releases
from tests.support.servers import git_daemon

PAIRS, SUBMODULES = 9, 10
CRUFT = (sys.executable, "-m", "cruft")


def measure(pairs: int | None, _: list[Path]) -> Table:
    """Measure an update from one release of the template to the next."""
    table = Table(pairs or PAIRS)
    with ExitStack() as stack:
        user = stack.enter_context(a_user())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        app = make_app(folder)

        def update(_: Path) -> None:
            run("git", "reset", "--quiet", "--hard", "HEAD", cwd=app)
            run(*CRUFT, "update", "--skip-apply-ask", "--checkout", NEW, cwd=app)
            if not (app / "NOTES.md").is_file():
                raise RuntimeError("the update brought nothing")

        times = in_turns(table.pairs, update, user.bake)
    what = f"`cruft update` of an app with {SUBMODULES} submodules"
    table.compare(what, "a default bake", times, aim=2.2, at_most=3)
    return table


def make_app(folder: Path) -> Path:
    """Make an app with submodules from the older of two releases of the template; their server stops then."""
    names = [f"package-{place}" for place in range(SUBMODULES)]
    for name in names:
        commit = packages.Commit(packages.sources(name, "1.0"))
        packages.repository(folder / "repositories" / f"{name}.git", commit)
    template = releases(folder / "template.git")
    with git_daemon(folder / "repositories") as url:
        return create(template, folder, submodules=" ".join(f"{url}/{name}.git" for name in names))
