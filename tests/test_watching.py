"""What watches the arguments of processes sees a secret in any form, also in what a process starts."""

import base64
import secrets
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.commands import run
from tests.support.process_arguments import watched_arguments

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc on this system")
USER = "me@corp.com"
FORMS = {
    "in clear": lambda secret: f"https://{USER}:{secret}@host/",
    "percent-encoded": lambda secret: f"https://{quote(USER)}:{quote(secret, safe='')}@host/",
    "in a header": lambda secret: base64.b64encode(f"{USER}:{secret}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_seen_in_each_form(form):
    secret = f"{secrets.token_hex(8)}/+#"
    with watched_arguments() as watched:
        run("git", "-c", "alias.wait=!sleep 0.5; :", "wait", FORMS[form](secret))
    assert "git" in watched.with_secret(USER, secret)


def test_a_grandchild_is_seen():
    secret = secrets.token_hex(8)
    code = "import os, subprocess; subprocess.run(['sleep', '0.5', os.environ['VALUE']], check=False)"
    with watched_arguments() as watched:
        run(sys.executable, "-c", code, env={"VALUE": f"0.{int(secret, 16)}"})
    assert watched.with_secret(USER, f"0.{int(secret, 16)}") == ["sleep"]


def test_what_holds_no_secret_is_not_named():
    with watched_arguments() as watched:
        run("git", "version")
    assert watched.with_secret(USER, secrets.token_hex(8)) == []
