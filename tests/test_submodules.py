"""Private packages as Git submodules: over each transport, in the state that `git submodule add` by hand leaves."""

import os
import re
import secrets
import shlex
import sys
from pathlib import Path

import pytest

from making.files import remove_files_of_other_answers
from tests.support import packages, servers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import run
from tests.support.places import TEMPLATE

# Every commit of a test is of one moment, so that two ways to the same state give the same bytes.
ONE_MOMENT = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
SIXTEEN = [f"part-{number:02}" for number in range(16)]


@pytest.fixture(scope="module")
def more_repositories(tmp_path_factory):
    """Give a folder with repositories of every kind: branches, tags, another default branch, nested, empty."""
    folder = tmp_path_factory.mktemp("more-repositories")
    files = {version: packages.sources("acme-beams", version) for version in ("1.0", "1.1", "2.0")}
    packages.repository(
        folder / "acme-beams.git",
        packages.Commit(files["1.0"], tag="v1.0"),
        packages.Commit(files["1.1"]),
        packages.Commit(files["2.0"], branch="feature/wide-flanges"),
    )
    git(folder / "acme-beams.git", "tag", "--annotate", "--message=Second", "v2.0", "feature/wide-flanges")
    git(folder / "acme-beams.git", "tag", "feature/tag", "v1.0")
    trunk = packages.repository(
        folder / "trunk.git", packages.Commit(files["1.0"]), packages.Commit(files["1.1"], branch="trunk")
    )
    git(trunk, "symbolic-ref", "HEAD", "refs/heads/trunk")
    lost = packages.repository(folder / "lost-head.git", packages.Commit(files["1.0"]))
    git(lost, "symbolic-ref", "HEAD", "refs/heads/gone")
    packages.repository(folder / "empty.git")
    packages.repository(
        folder / "nested.git",
        packages.Commit({".gitmodules": '[submodule "inner"]\n\tpath = inner\n\turl = ../trunk.git\n'}),
    )
    for name in SIXTEEN:
        packages.repository(
            folder / f"{name}.git", packages.Commit(packages.sources(name, "1.0", layout="src"))
        )
    return folder


@pytest.fixture(scope="module")
def more(more_repositories):
    """Give the URL of `more_repositories` over git://."""
    with servers.git_daemon(more_repositories) as url:
        yield url


# The state that Git's own commands leave

# (what is answered, what is typed instead: the words after `git submodule add`, the ref to check out afterwards)
EVERY_KIND = [
    ("{url}/acme-beams.git", ("{url}/acme-beams.git", "acme-beams"), ""),
    ("named={url}/acme-beams", ("{url}/acme-beams", "named"), ""),
    ("main={url}/acme-beams.git#main", ("-b", "main", "{url}/acme-beams.git", "main"), ""),
    (
        "slash={url}/acme-beams.git#feature/wide-flanges",
        ("-b", "feature/wide-flanges", "{url}/acme-beams.git", "slash"),
        "",
    ),
    ("tag={url}/acme-beams.git#v1.0", ("{url}/acme-beams.git", "tag"), "v1.0"),
    ("annotated={url}/acme-beams.git#v2.0", ("{url}/acme-beams.git", "annotated"), "v2.0"),
    ("slash-tag={url}/acme-beams.git#feature/tag", ("{url}/acme-beams.git", "slash-tag"), "feature/tag"),
    ("commit={url}/acme-beams.git#{commit}", ("{url}/acme-beams.git", "commit"), "{commit}"),
    ("{url}/trunk.git", ("{url}/trunk.git", "trunk"), ""),
    ("not-default={url}/trunk.git#main", ("-b", "main", "{url}/trunk.git", "not-default"), ""),
    ("lost={url}/lost-head.git#main", ("-b", "main", "{url}/lost-head.git", "lost"), ""),
]
ONE = EVERY_KIND[:1]
MANY = [(f"{{url}}/{name}.git", (f"{{url}}/{name}.git", name), "") for name in SIXTEEN]


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param([], id="none"),
        pytest.param(ONE, id="one"),
        pytest.param(EVERY_KIND, id="every-kind"),
        pytest.param(MANY, id="sixteen"),
    ],
)
def test_state_is_the_one_of_git_submodule_add(kinds, more, more_repositories, tmp_path):
    commit = git(more_repositories / "acme-beams.git", "rev-parse", "v1.0")
    answer = " ".join(answered for answered, _, _ in kinds).format(url=more, commit=commit)
    by_hook, by_hand = tmp_path / "hook" / SLUG, tmp_path / "hand" / SLUG
    make_app(by_hook.parent, f"submodules={answer}", env=ONE_MOMENT)
    make_app(by_hand.parent, f"submodules={answer}", "--accept-hooks", "no")
    finish_by_hand(by_hand, kinds, more, commit)

    left = state(by_hand)
    assert len([file for file in left if file.endswith("/config")]) == len(kinds) + 1
    assert state(by_hook) == left
    git(by_hook, "fsck", "--strict")
    for _, (*_, name), _ in kinds:
        git(by_hook / "app" / "submodules" / name, "fsck", "--strict")


def finish_by_hand(app: Path, kinds: list[tuple], url: str, commit: str = "") -> None:
    """Make of an app's files, written without hooks, what the hooks make of them: with Git's own commands."""
    remove_files_of_other_answers({"ci": "github", "app_type": "editor"}, app)
    git(app, "init", "--quiet", "--initial-branch=main")
    for _, (*words, name), ref in kinds:
        typed = [word.format(url=url) for word in words]
        path = f"app/submodules/{name}"
        git(app, "submodule", "add", *typed, path, env=ONE_MOMENT)
        if ref:
            git(app / path, "checkout", "--quiet", ref.format(commit=commit), env=ONE_MOMENT)
        git(app / path, "submodule", "update", "--init", "--recursive", env=ONE_MOMENT)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", f"Start {SLUG}", env=ONE_MOMENT)


def state(app: Path) -> dict[str, bytes | str]:
    """Return every file of an app and of its Git folder, but objects and indexes, and what Git says of these.

    The settings of a submodule stand in the order in which Git's commands were called, which means nothing.
    """
    files = {
        file.relative_to(app).as_posix(): file.read_bytes()
        for file in app.rglob("*")
        if file.is_file() and "objects" not in file.parts and file.name != "index"
    }
    settings = sorted(git(app, "config", "--local", "--list").splitlines())
    files |= {".git/config": "\n".join(settings)} if ".git/config" in files else {}
    asked = [(app, words) for words in ("submodule status", "write-tree", "rev-list --objects --all")]
    for folder in (app, *(file.parent for file in app.glob("app/submodules/*/.git"))):
        asked += [(folder, "ls-files --stage"), (folder, "status --porcelain --branch")]
    return files | {
        f"{folder.relative_to(app)} {words}": git(folder, *words.split()) for folder, words in asked
    }


# The transports


@pytest.mark.viktor
@pytest.mark.parametrize("transport", ["git_daemon", "git_http", "git_ssh"])
def test_app_imports_its_submodules_and_so_does_its_clone(transport, request, tmp_path):
    server = request.getfixturevalue(transport)
    url, other_url = (server.url, server.short_url) if transport == "git_ssh" else (server, server)
    submodules = f"{url}/acme-beams.git#v1.0 {other_url}/acme_loads.git#next {url}/units.git"
    make_app(tmp_path, f"submodules={submodules}")
    app, whole, hollow = tmp_path / SLUG, tmp_path / "whole", tmp_path / "hollow"
    names = ("acme_beams", "acme_loads", "units")
    show_versions = f"import {', '.join(names)}; print({', '.join(f'{name}.VERSION' for name in names)})"
    assert run(sys.executable, "-c", f"import app; {show_versions}", cwd=app) == "1.0 2.0 1.1\n"
    assert git(app, "status", "--porcelain") == ""

    git(tmp_path, "clone", "--quiet", "--recurse-submodules", app, whole)
    assert run(sys.executable, "-c", f"import app; {show_versions}", cwd=whole) == "1.0 2.0 1.1\n"
    git(tmp_path, "clone", "--quiet", app, hollow)
    said = run(sys.executable, "-c", "import app", cwd=hollow, status=1)
    assert "ImportError: app/submodules/acme-beams is empty. Type: " in said
    run(*said.rpartition("Type: ")[2].split(), cwd=hollow)
    assert git(hollow, "submodule", "status") == git(whole, "submodule", "status")


def test_branch_is_followed_by_git_submodule_update(more, more_repositories, tmp_path):
    make_app(tmp_path, f"submodules={more}/acme-beams.git#feature/wide-flanges")
    submodule = tmp_path / SLUG / "app" / "submodules" / "acme-beams"
    git(submodule, "checkout", "--quiet", "--detach", "v1.0")
    git(tmp_path / SLUG, "submodule", "update", "--remote")
    newest = git(more_repositories / "acme-beams.git", "rev-parse", "feature/wide-flanges")
    assert git(submodule, "rev-parse", "HEAD") == newest


def add_nested(parent: Path, url: str, folder: Path) -> None:
    """Add a submodule `inner` to main of a bare repository, by hand, in a clone at `folder`."""
    git(parent, "clone", "--quiet", parent, folder)
    git(folder, "-c", "protocol.allow=always", "submodule", "--quiet", "add", url, "inner")
    git(folder, "commit", "--quiet", "--message", "Add a submodule")
    git(folder, "push", "--quiet", "origin", "main")


@pytest.fixture(scope="module")
def nesting(more, more_repositories, tmp_path_factory):
    """Give the URL of `outer.git`, which has `middle.git`, which has `trunk.git`; and `file.git`, which has a path."""
    work = tmp_path_factory.mktemp("nesting")
    for name in ("outer", "middle", "file"):
        files = packages.sources(name, "1.0")
        packages.repository(more_repositories / f"{name}.git", packages.Commit(files))
    add_nested(more_repositories / "middle.git", f"{more}/trunk.git", work / "middle")
    git(work, "clone", "--quiet", f"{more}/outer.git", work / "outer")
    git(work / "outer", "submodule", "--quiet", "add", "../middle.git", "inner")
    git(work / "outer", "commit", "--quiet", "--message", "Add a submodule")
    git(work / "outer", "push", "--quiet", str(more_repositories / "outer.git"), "main")
    add_nested(more_repositories / "file.git", str(more_repositories / "trunk.git"), work / "file")
    return more


def test_submodules_of_submodules_are_filled(nesting, tmp_path):
    """The state is the one that Git's own commands leave, at each depth."""
    make_app(tmp_path / "hook", f"submodules={nesting}/outer.git#main", env=ONE_MOMENT)
    make_app(tmp_path / "hand", f"submodules={nesting}/outer.git#main", "--accept-hooks", "no")
    by_hook, by_hand = tmp_path / "hook" / SLUG, tmp_path / "hand" / SLUG
    finish_by_hand(by_hand, [("", ("-b", "main", "{url}/outer.git", "outer"), "")], nesting)
    assert list(by_hook.glob("app/submodules/outer/inner/inner/acme_beams/*.py"))
    assert state(by_hook) == state(by_hand)


def test_a_submodule_of_a_submodule_that_may_not_be_fetched_is_said(nesting, tmp_path):
    """By a path on this disk, which no URL of the answers goes by: the app is made all the same."""
    config = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.allow", "GIT_CONFIG_VALUE_0": "always"}
    said = make_app(tmp_path, f"submodules={nesting}/file.git", env=config)
    assert "app/submodules/file has submodules of its own that could not be fetched." in said
    assert "transport 'file' not allowed" in said
    assert "git submodule update --init --recursive app/submodules/file" in said
    app = tmp_path / SLUG
    assert not list((app / "app/submodules/file/inner").glob("*"))
    assert git(app, "log", "--format=%s") == f"Start {SLUG}"


# Failures

NO_REF = "acme-beams.git#no-such-branch"
FAILURES = [
    pytest.param(["no-such.git"], "access denied or repository not exported: /no-such.git", id="unknown"),
    pytest.param([NO_REF], "invalid reference: no-such-branch", id="unknown-ref"),
    pytest.param(["empty.git"], "You are on a branch yet to be born", id="empty"),
    pytest.param(["lost-head.git"], "You are on a branch yet to be born", id="no-default-branch"),
    pytest.param([*(f"{name}.git" for name in SIXTEEN), NO_REF], "invalid reference", id="one-of-seventeen"),
]


@pytest.mark.parametrize(("names", "words"), FAILURES)
def test_failure_says_why_and_leaves_nothing(names, words, more, tmp_path):
    submodules = " ".join(f"{more}/{name}" for name in names)
    said = make_app(tmp_path, f"submodules={submodules}", status=1)
    url, _, ref = f"{more}/{names[-1]}".partition("#")
    folder = url.rpartition("/")[2].removesuffix(".git")
    assert f"app/submodules/{folder} could not be cloned from {url}\n  " in said
    assert words in said
    assert f"This must work without a prompt:\n  git ls-remote {url} {ref}".rstrip() in said
    assert "Traceback" not in said.partition("ERROR: Stopping generation")[0]
    assert not list(tmp_path.iterdir())


def test_every_failure_is_said(more, tmp_path):
    said = make_app(tmp_path, f"submodules={more}/one.git {more}/acme-beams.git {more}/two.git", status=1)
    assert f"could not be cloned from {more}/one.git" in said
    assert f"could not be cloned from {more}/two.git" in said
    assert not list(tmp_path.iterdir())


def test_a_server_that_refuses_stops_the_others(more, git_http_server, tmp_path):
    submodules = f"{more}/trunk.git {git_http_server}/units.git {git_http_server}/acme_loads.git"
    said = make_app(tmp_path, f"submodules={submodules}", status=1)
    assert said.count("could not be cloned") == said.count("terminal prompts disabled") == 1
    assert not list(tmp_path.iterdir())


def test_a_login_is_asked_for_once(git_http_server, logins, tmp_path):
    """The first clone of a server goes ahead until it is let in: a helper that asks the user knows the login then."""
    asked, known = tmp_path / "asked", tmp_path / "known"
    user, password = next(iter(logins.items()))
    answer = " ".join(map(shlex.quote, (f"username={user}", f"password={password}")))
    asks = f"test \"$1\" = get && echo once >> {asked.as_posix()} && printf '%s\\n' {answer}"
    config = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": f"store --file {known.as_posix()}",
        "GIT_CONFIG_KEY_1": "credential.helper",
        "GIT_CONFIG_VALUE_1": f"!f() {{ {asks}; }}; f",
    }
    submodules = " ".join(f"part-{number}={git_http_server}/units.git" for number in range(8))
    make_app(tmp_path / "apps", f"submodules={submodules}", env=config)
    assert asked.read_text(encoding="utf-8").split() == ["once"]


@pytest.mark.parametrize(
    ("helper", "words"),
    [
        ("", "could not read Username for '{url}': terminal prompts disabled"),
        (
            "!f() {{ echo username=robot; echo password={wrong}; }}; f",
            "Authentication failed for '{url}/units.git/'",
        ),
    ],
    ids=["no-login", "wrong-login"],
)
def test_refused_login_fails_without_a_question(helper, words, git_http_server, tmp_path):
    wrong = secrets.token_hex(8)
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": helper.format(wrong=wrong),
    }
    said = make_app(tmp_path, f"submodules={git_http_server}/units.git", status=1, env=config)
    assert words.format(url=git_http_server) in said
    assert wrong not in said
    assert not list(tmp_path.iterdir())


def test_token_of_the_users_own_url_rule_stays_hidden(git_http_server, tmp_path):
    """CI puts a token into `url.<...>.insteadOf`: Git's words about it must not show the token."""
    token = secrets.token_hex(16)
    place = git_http_server.removeprefix("http://")
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.http://robot:{token}@{place}/.insteadOf",
        "GIT_CONFIG_VALUE_0": f"{git_http_server}/",
    }
    said = make_app(tmp_path, f"submodules={git_http_server}/units.git", status=1, env=config)
    assert "Authentication failed" in said
    assert token not in said


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are for POSIX")
@pytest.mark.parametrize(
    ("transport", "words"), [("http", "terminal prompts disabled"), ("ssh", "Host key verification failed")]
)
def test_no_prompt_of_git_waits_on_a_terminal(transport, words, request, tmp_path):
    import pexpect  # noqa: PLC0415 (not on Windows)

    variables = dict(os.environ)
    if transport == "http":
        url = request.getfixturevalue("git_http_server")
    else:
        url = request.getfixturevalue("git_ssh_server").url
        variables["GIT_SSH_COMMAND"] = f"ssh -F none -o UserKnownHostsFile={tmp_path}/none"
    command = ["-m", "cookiecutter", str(TEMPLATE), "--no-input", "-o", str(tmp_path / "apps")]
    terminal = pexpect.spawn(
        sys.executable, [*command, f"submodules={url}/units.git"], env=variables, timeout=30, encoding="utf-8"
    )
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1
    assert words in terminal.before
    assert not list((tmp_path / "apps").iterdir())


# Inside another repository


@pytest.fixture
def enclosing(tmp_path):
    """Give a repository with one commit, in which an app is to be made."""
    folder = tmp_path / "monorepo"
    git(tmp_path, "init", "--quiet", "monorepo")
    (folder / "README.md").write_text("# All our apps\n", encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")
    return folder


def test_submodules_are_added_to_the_enclosing_repository(more, enclosing):
    (enclosing / "README.md").write_text("# Changed\n", encoding="utf-8")
    apps = enclosing / "apps"
    apps.mkdir()
    said = make_app(apps, f"submodules={more}/acme-beams.git#v1.0 {more}/trunk.git#main")
    path = f"apps/{SLUG}/app/submodules"
    assert f"part of the Git repository in {enclosing.as_posix()}. Nothing was committed" in said
    assert not (apps / SLUG / ".git").exists()
    assert git(enclosing, "rev-list", "--count", "HEAD") == "1"
    assert git(enclosing, "config", "--file", ".gitmodules", "--get-regexp", "path|branch").splitlines() == [
        f"submodule.{path}/acme-beams.path {path}/acme-beams",
        f"submodule.{path}/trunk.path {path}/trunk",
        f"submodule.{path}/trunk.branch main",
    ]
    assert git(enclosing, "diff", "--cached", "--name-only").splitlines() == [
        ".gitmodules",
        f"{path}/acme-beams",
        f"{path}/trunk",
    ]
    assert (enclosing / ".git" / "modules" / path / "trunk" / "HEAD").is_file()
    assert git(apps / SLUG / "app" / "submodules" / "acme-beams", "tag", "--points-at", "HEAD").endswith(
        "v1.0"
    )


def test_failure_leaves_the_enclosing_repository_as_it_was(more, enclosing):
    """Cloned but refused by Git: an ignored path, behind a submodule that could be registered."""
    git(enclosing, "submodule", "--quiet", "add", f"{more}/trunk.git", "ours")
    (enclosing / ".gitignore").write_text("part-01/\n", encoding="utf-8")
    before = everything(enclosing)
    said = make_app(enclosing, f"submodules={more}/part-00.git {more}/part-01.git", status=1)
    assert "The following paths are ignored by one of your .gitignore files" in said
    assert everything(enclosing) == before
    said = make_app(enclosing, f"submodules={more}/part-00.git {more}/no-such.git", status=1)
    assert "could not be cloned" in said
    assert everything(enclosing) == before


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file and folder of a repository, but Git's objects, which any `git add` leaves."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if "objects" not in path.parts
    }


# Again over an app


@pytest.mark.parametrize("options", [(), ("--skip-if-file-exists",)], ids=["overwrite", "skip"])
def test_again_adds_what_is_missing_and_touches_nothing_else(options, more, tmp_path):
    make_app(tmp_path, f"submodules={more}/acme-beams.git {more}/trunk.git")
    app = tmp_path / SLUG
    beams = app / "app" / "submodules" / "acme-beams"
    git(beams, "checkout", "--quiet", "v1.0")
    (beams / "README.md").write_text("changed by hand\n", encoding="utf-8")
    (beams / "new.py").write_text("", encoding="utf-8")
    before = everything(beams) | {"HEAD": git(app, "rev-parse", "HEAD")}
    submodules = f"{more}/acme-beams.git#main {more}/trunk.git {more}/part-00.git"
    said = make_app(tmp_path, "--overwrite-if-exists", *options, f"submodules={submodules}")
    assert "Nothing was committed" in said
    assert everything(beams) | {"HEAD": git(app, "rev-parse", "HEAD")} == before
    assert git(app, "diff", "--cached", "--name-only").splitlines() == [
        ".gitmodules",
        "app/submodules/part-00",
    ]
    assert re.findall(r'submodule "(.*)"', (app / ".gitmodules").read_text(encoding="utf-8")) == [
        f"app/submodules/{name}" for name in ("acme-beams", "trunk", "part-00")
    ]


def test_again_does_not_write_into_a_folder_that_is_no_submodule(more, tmp_path):
    make_app(tmp_path)
    app = tmp_path / SLUG
    own = app / "app" / "submodules" / "trunk" / "own.py"
    own.parent.mkdir()
    own.write_text("OWN = True\n", encoding="utf-8")
    before = everything(app / "app"), everything(app / ".git")
    said = make_app(tmp_path, "--overwrite-if-exists", f"submodules={more}/trunk.git", status=1)
    assert "app/submodules/trunk is there already and isn't a submodule. Move it away" in said
    assert (everything(app / "app"), everything(app / ".git")) == before


def test_failure_over_an_app_without_repository_leaves_none(more, tmp_path):
    make_app(tmp_path, "__git_init=no")
    make_app(tmp_path, "--overwrite-if-exists", f"submodules={more}/trunk.git {more}/no-such.git", status=1)
    assert (tmp_path / SLUG / "app" / "__init__.py").is_file()
    assert not (tmp_path / SLUG / ".git").exists()
    assert not (tmp_path / SLUG / "app" / "submodules" / "trunk").exists()


def test_failure_over_an_app_with_a_damaged_repository_leaves_its_commits(more, tmp_path):
    make_app(tmp_path)
    app = tmp_path / SLUG
    (app / ".git" / "HEAD").unlink()
    make_app(tmp_path, "--overwrite-if-exists", f"submodules={more}/no-such.git", status=1)
    assert git(app, "rev-list", "--count", "main") == "1"


def test_command_to_check_can_be_typed(more, tmp_path):
    """What a failure says to try fails in the same way, and works once the URL is right."""
    said = make_app(tmp_path, f"submodules={more}/no-such.git", status=1)
    command = shlex.split(re.search(r"^  (git ls-remote .*)$", said, re.MULTILINE)[1])
    run(*command, status=128)
    assert "refs/heads/trunk" in run(*(word.replace("no-such", "trunk") for word in command))
