"""What goes wrong on a machine or a server: the message says what, where and what to type, and nothing half made stays."""

import os
import re
import shlex

import pytest

from tests.support import servers
from tests.support.baking import make_app
from tests.support.commands import run

# The limit on a server's silence in seconds, as the user's Git has it.
LIMIT = "GIT_HTTP_LOW_SPEED_TIME"


# Servers


@pytest.mark.parametrize("transport", ["git", "http", "https", "ssh"])
def test_a_server_that_says_nothing_is_given_up(transport, tmp_path):
    """Over each transport; the limit is Git's own for http, and can be set as the message says."""
    with servers.silent() as port:
        user = "robot@" if transport == "ssh" else ""
        url = f"{transport}://{user}127.0.0.1:{port}/units.git"
        said = make_app(tmp_path, f"submodules={url}", env={LIMIT: "1"}, status=1)
    assert f"app/submodules/units could not be cloned from {url}\n" in said
    assert "said nothing for 1 seconds" in said or "transferred the last 1 seconds" in said
    assert not list(tmp_path.iterdir())


def test_the_limit_is_set_as_the_message_says(tmp_path, monkeypatch):
    config = tmp_path / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    config.write_text("[http]\n\tlowSpeedTime = 1\n", encoding="utf-8")
    with servers.silent() as port:
        said = make_app(tmp_path / "apps", f"submodules=git://127.0.0.1:{port}/units.git", status=1)
    (command,) = re.findall(r"git config .*", said)
    run(*shlex.split(command), env=dict(os.environ))
    assert run("git", "config", "http.lowSpeedTime").strip() == "5"
