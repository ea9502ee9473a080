"""Measure an app with sixteen submodules against one with one, each connection to their server 300 ms away."""

import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.pairs import compare, cookiecutter, plain_user
from tests.support import packages, servers

LIMIT = 2.5
DELAY = 0.3
NAMES = [f"part-{number:02}" for number in range(16)]
LOGIN = {"robot": "made-for-this-run"}


def make(count: int, url: str, folder: Path) -> None:
    """Make an app with the first `count` submodules in `folder`."""
    cookiecutter(folder, f"submodules={' '.join(f'{url}/{name}.git' for name in NAMES[:count])}")


def main() -> bool:
    """Measure over git:// and over http with a login; tell if both keep the limit."""
    helper = (
        f'[credential]\n\thelper = "!f() {{ echo username=robot; echo password={LOGIN["robot"]}; }}; f"\n'
    )
    with ExitStack() as stack:
        stack.enter_context(plain_user(helper))
        repositories = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in NAMES:
            packages.repository(repositories / f"{name}.git", packages.Commit(packages.sources(name, "1.0")))
        kept = []
        for near in (servers.git_daemon(repositories), servers.git_http(repositories, LOGIN)):
            scheme, _, port = stack.enter_context(near).rpartition(":")
            far = f"{scheme}:{stack.enter_context(servers.relay(int(port), DELAY))}"
            name = f"sixteen submodules / one over {urlsplit(far).scheme}"
            kept.append(compare(name, partial(make, 16, far), partial(make, 1, far), LIMIT, pairs=5))
    return all(kept)


if __name__ == "__main__":
    sys.exit(not main())
