"""The checks `secret` and `leaks`: what pip can't send is named, no secret in Git passes, and none is ever told.

Each app here is a real Git repository, as small as the check allows.
"""

import json
import os
import secrets
import string
import sys
from base64 import b32encode
from pathlib import Path
from urllib.parse import quote

import pytest
from preflight import problem as told_by_preflight
from preflight.app import App
from preflight.leaks import MOST_BYTES, MOST_LINES, leaks
from preflight.problem import Failure, LeftOut, Problem
from preflight.secret import secret
from preflight.secret_names import fault_of_secret_name
from preflight.tokens import SHAPES

from tests.support.commands import run
from tests.support.places import TEMPLATE_APP

NAME = "VIKTOR_APP_SECRET"
LOGIN = f"--extra-index-url https://robot:${{{NAME}}}@packages.example.com/simple/\n"
TWO_VARIABLES = "--extra-index-url https://${MY_USER}:${MY_PASSWORD}@packages.example.com/simple/\n"
PRINT_LEAKS = """\
from pathlib import Path
from preflight.app import App
from preflight.leaks import leaks
for problem in leaks(App(Path())):
    print(f"{problem.where}: {problem.what}")
"""


class SmallApp:
    """An app with a requirements.txt, in a Git repository."""

    def __init__(self, folder: Path, requirements: str) -> None:
        """Make the app in a new folder."""
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet")
        self.write("requirements.txt", requirements)

    def git(self, *words: str | Path) -> str:
        """Run Git in the app and return what it printed."""
        return run("git", *words, cwd=self.folder)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file and stage it."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--", path)
        return file

    def problems(self, check) -> list[Problem]:
        """Return what a check says."""
        return list(check(App(self.folder)))

    def told(self, check) -> str:
        """Return what a check says, as it is told."""
        return "\n".join(f"{one.where}: {one.what} -> {one.mend}" for one in self.problems(check))

    def leaking(self) -> list[str]:
        """Return the places in which the check of leaks finds a secret; nothing else may be wrong."""
        problems = self.problems(leaks)
        assert all(type(problem) is Failure for problem in problems), problems
        return [problem.where for problem in problems]


@pytest.fixture
def app(tmp_path) -> SmallApp:
    """An app with the login of an index."""
    return SmallApp(tmp_path / "my app", LOGIN)


@pytest.fixture
def plain_app(tmp_path) -> SmallApp:
    """An app without a variable."""
    return SmallApp(tmp_path / "app", "viktor==14.36.2\n")


def made_up_token() -> str:
    """Return a token of GitLab's, made up."""
    return next(shape for shape in SHAPES if shape.kind == "GitLab access token").example()


# The secret

VALUES = {
    "unset": (None, "is not set, or empty"),
    "empty": ("", "is not set, or empty"),
    "azure": (f"$({NAME})", "is not set, or empty"),
    "azure-other": ("$(acme.token)", "is not set, or empty"),
    "line-break": ("{}\n", "begins or ends with white space or a line break"),
    "windows": ("{}\r\n", "begins or ends with white space or a line break"),
    "space": (" {}", "begins or ends with white space or a line break"),
    "quotes": ('"{}"', "begins or ends with a quote"),
    "semicolon": ("{0};{0}", "holds ; or |, like several values joined"),
    "bar": ("{0}|{0}", "holds ; or |, like several values joined"),
    "letter": ("{}é", "holds a letter that pip can't send"),
    "encoded-letter": ("{}%C3%A9", "holds a letter that pip can't send"),
} | {
    f"character-{ord(letter)}": (f"{{0}}{letter}{{0}}", "holds a character that breaks a URL")
    for letter in "/#?\\[]\"' \t%"
}


@pytest.mark.parametrize("case", VALUES)
def test_a_secret_that_pip_can_not_send(app, monkeypatch, case):
    template, what = VALUES[case]
    # "zz" on both sides: a % is then followed by no hexadecimal digit.
    value = f"zz{secrets.token_hex(8)}zz"
    if template is None:
        monkeypatch.delenv(NAME, raising=False)
    else:
        monkeypatch.setenv(NAME, template.format(value))
    told = app.told(secret)
    assert f"requirements.txt:1: {NAME} {what}" in told
    assert value not in told


def test_a_whole_url_in_the_variable(app, monkeypatch):
    """Percent-encoded it would be no URL any more."""
    monkeypatch.setenv(NAME, f"https://robot:{secrets.token_hex(8)}@packages.example.com/simple/")
    [problem] = app.problems(secret)
    assert problem.what == f"{NAME} holds a whole URL, so nobody can see where it leads"
    assert problem.mend.startswith("write the URL in requirements.txt")


def test_secrets_that_pip_can_send(app, monkeypatch):
    safe = f"zz{secrets.token_hex(8)}"
    awkward = quote(f"{safe}/#?%41 \"'\\[];|", safe="")
    for value in (safe, f"{safe}:@+&=!$()*,<>^`{{}}~._-", awkward, f"$({safe}", f"{safe}$(x)"):
        monkeypatch.setenv(NAME, value)
        assert app.told(secret) == ""


@pytest.mark.skipif(os.name == "nt", reason="the words are for a shell")
def test_what_to_type_where_the_secret_is_not_set(app, monkeypatch):
    """The command that the check names is typed, and then the check passes."""
    monkeypatch.delenv(NAME, raising=False)
    [problem] = app.problems(secret)
    command = problem.mend.partition("here type: ")[2]
    value = secrets.token_hex(8)
    script = f"{command}; printenv {NAME}"
    assert (
        run("bash", "-c", f"printf '%s\\n' {value} > typed; exec < typed; {script}", cwd=app.folder)
        == f"{value}\n"
    )


def test_both_variables_of_a_login_are_needed(tmp_path, monkeypatch):
    """The user name in a variable is as needed as the password, and may stand in a file."""
    app = SmallApp(tmp_path / "app", TWO_VARIABLES)
    told = app.told(secret)
    assert "MY_USER is not set, or empty" in told
    assert "MY_PASSWORD is not set, or empty" in told
    user, password = "engineering-robot", secrets.token_hex(10)
    monkeypatch.setenv("MY_USER", user)
    monkeypatch.setenv("MY_PASSWORD", password)
    assert app.told(secret) == ""
    app.write("README.md", f"The login is {user}'s.\n")
    assert app.leaking() == []
    app.write("notes.md", f"It is {password}.\n")
    assert app.leaking() == ["notes.md:1"]


def test_a_variable_that_is_a_user_name_here_and_a_secret_there(tmp_path, monkeypatch):
    value = secrets.token_hex(10)
    app = SmallApp(
        tmp_path / "app", TWO_VARIABLES + "x @ git+https://robot:${MY_USER}@github.com/acme/x@v1\n"
    )
    monkeypatch.setenv("MY_USER", value)
    app.write("notes.md", value)
    assert app.leaking() == ["notes.md:1"]


def test_git_hooks_need_no_secret(app, monkeypatch):
    """Where none is set; one that is set is judged there too, and a name always."""
    monkeypatch.setenv("PRE_COMMIT", "1")
    with pytest.raises(LeftOut):
        app.problems(secret)
    monkeypatch.setenv(NAME, f"$({NAME})")
    with pytest.raises(LeftOut):
        app.problems(secret)
    monkeypatch.setenv(NAME, " x")
    assert "white space" in app.told(secret)
    app.write("requirements.txt", LOGIN.replace(NAME, "PIP_TOKEN"))
    assert "PIP_TOKEN begins with PIP_, which pip reads" in app.told(secret)


def test_no_variable_is_needed(plain_app):
    assert plain_app.problems(secret) == []


TAKEN = {
    "VIKTOR_TOKEN": "another of CI's variables, which would be sent to the index",
    "VIKTOR_DEV": "another of CI's",
    "VIKTOR_ENV": "another of CI's",
    "SUBMODULES_TOKEN": "another of CI's",
    "UPDATE_TOKEN": "another of CI's",
    "SYSTEM_ACCESSTOKEN": "another of CI's",
    "VIKTOR_SECRET": "VIKTOR reserves",
    "VIKTOR_APP_SECRET_2": "VIKTOR reserves",
    "GITHUB_PAT": "GitHub refuses",
    "GITLAB_USER": "GitLab sets",
    "CI_JOB_TOKEN": "GitLab sets",
    "PIP_INDEX_URL": "pip reads",
    "UV_TOKEN": "uv reads",
    "PYTHONPATH": "Python reads",
    "GIT_TOKEN": "Git reads",
    "SSL_CERT_FILE": "TLS libraries read",
    "HTTPS_PROXY": "look for a proxy",
    "PATH": "the shell, the system",
    "HOME": "the shell, the system",
    "USER": "the shell, the system",
    "USERNAME": "the shell, the system",
    "APPDATA": "the shell, the system",
    "_": "the shell, the system",
    "1PASSWORD": "begins with a digit",
    "acme_token": "all that pip fills in",
    "ACME-TOKEN": "all that pip fills in",
    "": "all that pip fills in",
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_somebody_else_uses(name):
    assert TAKEN[name] in fault_of_secret_name(name)


FREE = """
VIKTOR_APP_SECRET MY_USER MY_PASSWORD ACME_TOKEN A _A1 INDEX_PASSWORD_2 CODEARTIFACT_TOKEN AZURE_ARTIFACTS_PAT
CLOUDSMITH_KEY GITEA_TOKEN PATHFINDER_KEY CIVIL_TOKEN GITTER PROXY_TOKEN
"""


@pytest.mark.parametrize("name", FREE.split())
def test_a_name_that_is_free(name):
    assert fault_of_secret_name(name) == ""


def test_a_taken_name_is_told_with_its_place_and_its_value_is_not_judged(tmp_path, monkeypatch):
    app = SmallApp(tmp_path / "app", "viktor==14.36.2\n" + LOGIN.replace(NAME, "VIKTOR_TOKEN"))
    monkeypatch.delenv("VIKTOR_TOKEN", raising=False)
    [problem] = app.problems(secret)
    assert problem.where == "requirements.txt:2"
    assert problem.mend == "take another name, such as VIKTOR_APP_SECRET, here and where it is set"


# Leaks


def test_a_token_of_each_kind_is_found_and_none_is_told(plain_app):
    rows = [(shape.kind, shape.example().replace("\n", "\\n")) for shape in SHAPES]
    text = "# Hosts\n" + "".join(f"- {token}\n" for _, token in rows) + "\nhttps://robot:{}@a.acme.com/x\n"
    password = secrets.token_hex(8)
    plain_app.write("notes/hosts.md", text.replace("{}", password))
    assert plain_app.leaking() == [
        f"notes/hosts.md:{number}" for number in [*range(2, len(rows) + 2), len(rows) + 3]
    ]
    told = plain_app.told(leaks)
    assert [token for _, token in rows if token in told] == []
    assert password not in told
    for kind, _ in rows:
        assert kind in told or "GitHub installation token" in kind


def test_what_only_looks_like_a_secret(plain_app):
    """Placeholders, hashes and samples are no leak; nor is what Git doesn't track."""
    plain_app.write(
        "notes.md",
        f"{LOGIN}{TWO_VARIABLES}"
        "postgresql://user:password@localhost/db http://user:pass@localhost:8080 https://USER:<token>@example.com\n"
        f"sha256:{secrets.token_hex(32)} {secrets.token_hex(20)} glulam-beam-connections-tool\n",
    )
    (plain_app.folder / ".env").write_text(made_up_token(), encoding="utf-8")
    (plain_app.folder / ".gitignore").write_text(".env\n", encoding="utf-8")
    (plain_app.folder / "untracked.md").write_text(made_up_token(), encoding="utf-8")
    assert plain_app.leaking() == []


EXAMPLES = """
https://robot:{}@example.com/x https://robot:{}@pypi.example.org/simple https://robot:{}@packages.acme.example
https://robot:{}@registry.test https://robot:{}@registry.invalid:8080 http://robot:{}@acme.localhost
postgres://postgres:postgres@db:5432/app amqp://guest:guest@rabbitmq:5672 redis://:redis@redis:6379/0
mongodb://root:example@mongo:27017 mysql://root:root@mysql/app
https://robot:!TOKEN!@acme.com https://robot:wachtwoord@acme.com https://robot:passwort@acme.com
https://robot:geheim@acme.com https://robot:placeholder@acme.com https://robot:REDACTED@acme.com
"""
# jwt.io's, in parts, so that none stands in this file.
WEB_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
)


def test_an_example_is_no_leak(plain_app):
    """No server has a reserved name; and services come with logins that everybody knows."""
    plain_app.write("notes.md", EXAMPLES.replace("{}", secrets.token_hex(6)) + "".join(WEB_TOKEN))
    assert plain_app.leaking() == []


REAL = """\
https://robot:{}@example.com.acme.com
https://robot:{}@myexample.com
https://robot:{}@contest
postgres://postgres:{}@db:5432/app
https://acme:acme@packages.acme.com
https://robot:!{}@acme.com
"""


NETRC = """\
machine packages.acme.com login robot password {}
machine packages.acme.com
  login robot
  password {}
default login robot password {}
"""


def test_a_login_as_in_netrc(plain_app):
    plain_app.write(".netrc", NETRC.replace("{}", secrets.token_hex(6)))
    assert plain_app.leaking() == [f".netrc:{number}" for number in (1, 2, 5)]
    for placeholder in ("${VIKTOR_APP_SECRET}", "<TOKEN>", "PASSWORD", "secret"):
        plain_app.write(".netrc", NETRC.replace("{}", placeholder))
        assert plain_app.leaking() == [], placeholder
    plain_app.write(".netrc", NETRC.replace("acme.com", "example.com").replace("{}", secrets.token_hex(6)))
    assert plain_app.leaking() == [".netrc:5"]


def test_a_hash_that_looks_like_a_token(plain_app):
    """A SHA-256 in base32 has the letters of Azure's older tokens, and as many."""
    digest = b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()
    names = ("sha256:", "sha256-", 'hash = "', '"digest": "', "checksum=", "'cid': '")
    plain_app.write("hashes.md", "\n".join(name + digest for name in names) + "\n")
    assert plain_app.leaking() == []
    plain_app.write("hashes.md", f"token = {digest}\nthe rehash {digest}\n{digest}\n")
    assert plain_app.leaking() == ["hashes.md:1", "hashes.md:2", "hashes.md:3"]


def test_what_only_resembles_an_example_is_a_leak(plain_app):
    plain_app.write("notes.md", REAL.replace("{}", secrets.token_hex(6)))
    assert plain_app.leaking() == [f"notes.md:{number}" for number in range(1, 7)]


def test_the_secret_itself(app, monkeypatch):
    """In each form: as it is set, as it is sent, partly encoded, in JSON; and no word of eight letters by chance."""
    plain = f"{secrets.token_hex(6)}/{secrets.token_hex(6)}+@"
    for value in (plain, quote(plain, safe="")):
        monkeypatch.setenv(NAME, value)
        app.write("notes.md", f"line\n{plain}\nx{quote(plain, safe='')}x\n{quote(plain, safe='/')}\n100 %\n")
        app.write("data.json", json.dumps({"key": plain}))
        assert app.leaking() == ["data.json:1", "notes.md:2", "notes.md:3", "notes.md:4"]
        told = app.told(leaks)
        assert f"the value of {NAME}" in told
        assert plain not in told
        assert quote(plain, safe="") not in told


def test_a_short_or_unset_value_is_looked_for_nowhere(app, monkeypatch):
    app.write("notes.md", f"robot12 $({NAME})\n")
    for value in ("robot12", "", f"$({NAME})"):
        monkeypatch.setenv(NAME, value)
        assert app.leaking() == []
    monkeypatch.delenv(NAME)
    assert app.leaking() == []


def test_a_staged_secret_that_is_gone_from_the_work_tree(plain_app):
    """A commit would take it; what mends it is tried by typing it."""
    plain_app.git("commit", "--quiet", "--message", "First")
    file = plain_app.write("my notes.md", f"first\n{made_up_token()}\n")
    assert plain_app.leaking() == ["my notes.md:2"]
    file.write_text("first\n", encoding="utf-8")
    [problem] = plain_app.problems(leaks)
    assert problem.where == "my notes.md:2"
    assert "is staged: GitLab access token" in problem.what
    run("bash", "-c", problem.mend.partition("Then type: ")[2], cwd=plain_app.folder)
    assert plain_app.leaking() == []


def test_a_staged_secret_whose_file_was_deleted(plain_app):
    file = plain_app.write("notes.md", made_up_token())
    file.unlink()
    [problem] = plain_app.problems(leaks)
    run("bash", "-c", problem.mend.partition("Then type: ")[2], cwd=plain_app.folder)
    assert plain_app.leaking() == []


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_secret_in_a_file_that_git_does_not_watch(plain_app, flag):
    file = plain_app.write("notes.md", made_up_token())
    plain_app.git("commit", "--quiet", "--message", "First")
    plain_app.git("update-index", flag, "notes.md")
    file.write_text("nothing", encoding="utf-8")
    assert plain_app.leaking() == ["notes.md:1"]


def test_a_secret_that_is_not_staged_yet(plain_app):
    file = plain_app.write("notes.md", "nothing\n")
    file.write_text(f"nothing\n{made_up_token()}", encoding="utf-8")
    assert plain_app.leaking() == ["notes.md:2"]


def test_a_file_in_conflict(plain_app):
    """Nothing of it can be committed; what stands in the work tree counts."""
    plain_app.write("notes.md", "one\n")
    plain_app.git("commit", "--quiet", "--message", "First")
    plain_app.git("checkout", "--quiet", "-b", "other")
    plain_app.write("notes.md", f"{made_up_token()}\n")
    plain_app.git("commit", "--quiet", "--message", "Other")
    plain_app.git("checkout", "--quiet", "-")
    plain_app.write("notes.md", "two\n")
    plain_app.git("commit", "--quiet", "--message", "Second")
    run("git", "merge", "other", cwd=plain_app.folder, status=1)
    assert plain_app.leaking() == ["notes.md:4"]


ENCODINGS = {
    "powershell": lambda text: text.encode("utf-16"),
    "big-endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "without-mark": lambda text: text.encode("utf-16-le"),
    "appended": lambda text: b"first\n" + text.partition("\n")[2].encode("utf-16-le"),
    "appended-to": lambda text: "first\n".encode("utf-16") + text.partition("\n")[2].encode(),
    "utf-8-mark": lambda text: text.encode("utf-8-sig"),
    "latin-1": lambda text: text.replace("first", "éé").encode("latin-1"),
    "chinese": lambda text: text.replace("first", "密码").encode("utf-16"),
    "windows": lambda text: text.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_read_however_it_is_encoded(plain_app, encoding):
    plain_app.write("notes.txt", ENCODINGS[encoding](f"first\ntoken: {made_up_token()}\n"))
    assert plain_app.leaking() == ["notes.txt:2"]
    if encoding != "chinese":
        (plain_app.folder / "notes.txt").unlink()
        assert plain_app.leaking() == ["notes.txt:2"]


def test_binary_files_are_passed_over(plain_app):
    """A token in an image is none."""
    plain_app.write(
        "image.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0" + made_up_token().encode() + os.urandom(3000)
    )
    assert plain_app.leaking() == []


def test_a_large_file_is_searched_as_far_as_it_is_said(plain_app):
    token = made_up_token().encode()
    line = b",".join([b"1.234567"] * 11) + b"\n"
    plain_app.write("data.csv", token + b"\n" + line * (MOST_BYTES // len(line) + 1) + token)
    problems = plain_app.problems(leaks)
    assert [(type(one), one.where) for one in problems] == [
        (Failure, "data.csv:1"),
        (told_by_preflight.Warning, "data.csv"),
    ]
    assert "its first 20 MB" in problems[1].what


def test_many_secrets_in_one_file_are_not_all_told(plain_app):
    plain_app.write("data.csv", "".join(f"{made_up_token()}\n" for _ in range(MOST_LINES + 3)))
    problems = plain_app.problems(leaks)
    assert len(problems) == MOST_LINES + 1
    assert problems[-1].where == "data.csv"
    assert "in 3 more lines" in problems[-1].what


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_file_that_can_not_be_read_is_a_failure(plain_app):
    """Root, who reads everything, gives that up first."""
    plain_app.write("notes.md", "nothing\n").chmod(0)
    rights = () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    words = (*rights, sys.executable, "-B", "-c", PRINT_LEAKS)
    printed = run(*words, cwd=plain_app.folder, env={"PYTHONPATH": str(TEMPLATE_APP)})
    assert printed.strip() == "notes.md: can't be read: Permission denied"


def test_a_staged_file_that_git_has_lost_is_a_failure(plain_app):
    file = plain_app.write("notes.md", f"{made_up_token()}\n")
    lost = plain_app.git("rev-parse", ":notes.md").strip()
    (plain_app.folder / ".git/objects" / lost[:2] / lost[2:]).unlink()
    file.write_text("nothing\n", encoding="utf-8")
    [problem] = plain_app.problems(leaks)
    assert (problem.where, problem.what) == ("notes.md", "can't be read as it is staged")
    run("bash", "-c", problem.mend.partition(" (")[0], cwd=plain_app.folder)
    assert plain_app.leaking() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows makes no links")
def test_links_folders_and_pipes_in_the_place_of_a_file(plain_app, tmp_path):
    """None is followed, read forever or taken for a fault."""
    outside = tmp_path / "outside"
    outside.write_text(made_up_token(), encoding="utf-8")
    (plain_app.folder / "link").symlink_to(outside)
    plain_app.git("add", "link")
    for name in ("folder", "pipe", "deep/er"):
        plain_app.write(name, "nothing\n").unlink()
    (plain_app.folder / "folder").mkdir()
    os.mkfifo(plain_app.folder / "pipe")
    (plain_app.folder / "deep").rmdir()
    (plain_app.folder / "deep").write_text("", encoding="utf-8")
    assert plain_app.leaking() == []


def test_an_app_in_a_folder_of_its_repository(tmp_path):
    """Its own files are searched, staged ones too; its neighbours' are not."""
    app = SmallApp(tmp_path / "all", "viktor==14.36.2\n")
    inner = app.folder / "apps" / "beams"
    app.write("apps/beams/requirements.txt", "viktor==14.36.2\n")
    app.write("apps/beams/notes.md", made_up_token()).write_text("", encoding="utf-8")
    app.write("apps/other/notes.md", made_up_token())
    assert [problem.where for problem in leaks(App(inner))] == ["notes.md:1"]


def test_a_submodule_is_no_file(plain_app, tmp_path):
    other = SmallApp(tmp_path / "other", "")
    other.write("notes.md", made_up_token())
    other.git("commit", "--quiet", "--message", "First")
    plain_app.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", other.folder, "app/submodules/x"
    )
    assert plain_app.leaking() == []


def test_without_a_repository_it_is_left_out(tmp_path):
    with pytest.raises(LeftOut):
        list(leaks(App(tmp_path)))


def test_names_of_files_in_all_letters(plain_app):
    name = "Brücke 'Süd' & $(x).md"
    plain_app.write(name, made_up_token()).write_text("", encoding="utf-8")
    [problem] = plain_app.problems(leaks)
    assert problem.where == f"{name}:1"
    run("bash", "-c", problem.mend.partition("Then type: ")[2], cwd=plain_app.folder)
    assert plain_app.leaking() == []


def test_letters_of_a_secret_are_in_no_message(app, monkeypatch):
    """Not four letters of it in a row, from any rule."""
    value = "".join(secrets.choice(string.ascii_uppercase) for _ in range(40))
    for template in (" {}", "{};x", "{}é", "{}/x", '"{}"'):
        monkeypatch.setenv(NAME, template.format(value))
        app.write("notes.md", value)
        told = app.told(secret) + app.told(leaks)
        assert [value[start : start + 6] for start in range(35) if value[start : start + 6] in told] == []
