"""Apps with submodules from a server that is far away: what the parts `submodules_…` measure, each over one transport."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.pairs import in_turns
from tests.benchmarks.tables import Table, number
from tests.benchmarks.users import User, a_user, run
from tests.support import packages, servers

PAIRS = 3
COUNTS, DELAYS = (1, 4, 16, 64), (0, 0.05, 0.3)
# What the aim and the limit are for, and the limit.
JUDGED, AT_MOST = (16, 0.3), 2.5
FOLDER = "app/submodules"
HEADING = (
    "Submodules",
    "ms away",
    "Time in s",
    "/ one",
    "/ one clone, registered",
    "/ one by one",
    "Aim",
    "At most",
)


@dataclass
class Ways:
    """The ways to an app with the submodules of these names, in an empty folder each."""

    user: User
    repositories: Path
    url: str
    names: list[str]

    def bake(self, folder: Path) -> None:
        """Let the template add them."""
        self.user.bake(folder, f"submodules={' '.join(map(self.url_of, self.names))}")

    def bake_with_one(self, folder: Path) -> None:
        """Let the template add the first one only."""
        self.user.bake(folder, f"submodules={self.url_of(self.names[0])}")

    def clone_one(self, folder: Path) -> None:
        """Clone one, as if all the others came with it, and let `git submodule add` register one after another."""
        app = self.user.bake(folder)
        first, *others = self.names
        run("git", "clone", "--quiet", self.url_of(first), app / FOLDER / first)
        for name in others:
            shutil.copytree(self.ready(name), app / FOLDER / name)
        self.register(app)

    def add_one_by_one(self, folder: Path) -> None:
        """Type what one would type without the template."""
        self.register(self.user.bake(folder))

    def register(self, app: Path) -> None:
        """Let Git add all of them, each cloned where it isn't there, and commit."""
        for name in self.names:
            run("git", "submodule", "--quiet", "add", "--", self.url_of(name), f"{FOLDER}/{name}", cwd=app)
        run("git", "submodule", "--quiet", "absorbgitdirs", cwd=app)
        run("git", "commit", "--quiet", "--message=Add the submodules", cwd=app)

    def url_of(self, name: str) -> str:
        """Return the URL of a repository."""
        return f"{self.url}/{name}.git"

    def ready(self, name: str) -> Path:
        """Return a clone that was made before."""
        clone = self.repositories / "clones" / name
        if not clone.is_dir():
            run("git", "clone", "--quiet", self.repositories / f"{name}.git", clone)
        return clone


def measure_over(
    serve: Callable[[ExitStack, Path], tuple[int, str]], aim: float, pairs: int | None, settings=""
) -> Table:
    """Measure over one transport, by a user whose Git has these settings.

    `serve` starts the server of a folder of repositories, and returns its port, and the URL of the folder with `PORT`
    in the place of it.
    """
    table = Table(pairs or PAIRS, HEADING)
    with ExitStack() as stack:
        user = stack.enter_context(a_user(settings))
        repositories = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        names = [f"part-{place:02}" for place in range(max(COUNTS))]
        for name in names:
            packages.repository(repositories / f"{name}.git", packages.Commit(packages.sources(name, "1.0")))
        port, url = serve(stack, repositories)
        for delay in DELAYS:
            far = url.replace("PORT", str(stack.enter_context(servers.relay(port, delay))))
            for count in COUNTS:
                is_judged = (count, delay) == JUDGED
                add_row(
                    table, Ways(user, repositories, far, names[:count]), delay, aim if is_judged else None
                )
    return table


def add_row(table: Table, ways: Ways, delay: float, aim: float | None) -> None:
    """Measure the ways beside each other; the aim and the limit are for the ratio to one submodule."""
    all_ways = (ways.bake, ways.bake_with_one, ways.clone_one, ways.add_one_by_one)
    ours, one, *others = in_turns(table.pairs, *all_ways, warm_up=False)
    at_most = AT_MOST if aim else None
    cells = [
        str(len(ways.names)),
        f"{delay * 1000:.0f}",
        f"{ours.median:.2f}",
        table.judged(ours.ratio(one), at_most),
        *(f"{ours.ratio(other):.2f}" for other in others),
    ]
    table.rows.append([*cells, number(aim), number(at_most)])
