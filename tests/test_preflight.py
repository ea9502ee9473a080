"""preflight.py: each check passes on a baked app, and names what is wrong, and how to mend it, in a broken one."""

import json
import os
import re
import secrets
import shutil
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import packages
import pytest
import servers
from checked import CheckedApp, new_python
from commands import run
from packages import Commit

SECRET = "VIKTOR_APP_SECRET"  # its name
LOGIN = f"https://robot:${{{SECRET}}}@packages.example.com"
OPTION = f"--extra-index-url {LOGIN}/simple/"
INDEX = {
    "private_index": "pypiserver",
    "index_url": "https://packages.example.com/simple/",
    "index_user": "robot",
}


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    return new_python(tmp_path_factory.mktemp("environment") / "new")


@pytest.fixture
def plain_app(bake, python) -> CheckedApp:
    """An app without anything private."""
    return CheckedApp(bake.fresh(), python)


@pytest.fixture
def index_app(bake, python) -> CheckedApp:
    """An app with two packages from a private index."""
    return CheckedApp(bake.fresh(private_packages="acme-beams==1.0 acme-loads~=2.1", **INDEX), python)


@pytest.fixture
def submodule_app(bake, python, git_daemon) -> CheckedApp:
    """An app with three submodules, over git:// on this machine."""
    urls = " ".join(f"{git_daemon}/{name}.git" for name in ("acme-beams", "acme_loads", "units"))
    return CheckedApp(bake.fresh(submodules=urls), python)


def problems(app: CheckedApp, check: str, *options, status=1, **variables) -> str:
    """Return all that one check says against the app, as text."""
    rows = app.results(*(options or ("--offline",)), status=status, **variables)[check]["problems"]
    return "\n".join(f"{row['where']}: {row['what']} -> {row['mend']}" for row in rows)


def good_secret() -> str:
    """Return a secret that needs no encoding."""
    return secrets.token_hex(16)


# All is well


def test_a_baked_app_holds(plain_app):
    printed = plain_app.preflight("--offline")
    assert "✓ work tree" in printed
    assert "- origin       left out: needs the network" in printed
    assert "Ready, as far as was checked." in printed
    assert "\033" not in printed
    assert "✗" not in printed


def test_a_baked_app_holds_online(plain_app):
    """With the real public packages."""
    printed = plain_app.preflight()
    assert re.search(r"✓ origin       \d\d? packages", printed)
    assert "no private index" in printed


def test_an_app_with_an_index_holds(index_app):
    index_app.preflight("--offline", **{SECRET: good_secret()})


def test_an_app_with_submodules_holds(submodule_app):
    """Online, but for the public packages: the submodules' recorded commits are asked for."""
    submodule_app.write("requirements.txt", "")
    results = submodule_app.results()
    assert results["commits"] == {
        "check": "commits",
        "status": "passed",
        "seen": "3 to fetch",
        "problems": [],
    }
    assert results["submodules"]["seen"] == "acme-beams, acme_loads, units"
    assert results["imports"]["seen"] == "acme_beams, acme_loads, units"


def test_an_app_without_git_says_what_is_left_out(bake, python, tmp_path):
    app = Path(shutil.copytree(bake(git_init=False), tmp_path / "app"))
    printed = CheckedApp(app, python).preflight("--offline", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert "left out: fatal: not a git repository" in printed
    printed = CheckedApp(app, python).preflight("--offline", PATH=str(python.parent))
    assert "left out: git: FileNotFoundError" in printed


def test_an_app_in_a_monorepo_holds(submodule_app, tmp_path, python, git_daemon):
    """The submodules of other folders are not this app's business, its own are."""
    whole = tmp_path / "whole"
    shutil.copytree(
        submodule_app.folder,
        whole / "apps" / "one",
        ignore=shutil.ignore_patterns(".git", ".gitmodules", "acme*", "units"),
    )
    app = CheckedApp(whole / "apps" / "one", python)
    run("git", "init", "--quiet", whole)
    for path in ("apps/one/app/submodules/units", "libraries/units"):
        run("git", "submodule", "--quiet", "add", f"{git_daemon}/units.git", path, cwd=whole)
    app.git("add", "--all", whole)
    app.git("commit", "--quiet", "-m", "Start")
    assert app.results("--offline")["submodules"]["seen"] == "units"
    add_hook(app, whole)
    run("git", "-C", app.folder / "app/submodules/units", "checkout", "--quiet", "v1.0")
    assert "submodules   units" in app.git("commit", "--all", "-m", "Change")
    (app.folder / "app/submodules/units/units.py").write_text("", encoding="utf-8")
    (whole / "other.txt").write_text("", encoding="utf-8")
    assert "app/submodules/units has changes of its own" in problems(app, "submodules")


def test_a_hook_of_git_leaves_out_what_a_commit_can_not_have(index_app):
    """In a real pre-commit hook, with the variables that Git and pre-commit set there, in the middle of a commit."""
    add_hook(index_app, index_app.folder)
    (index_app.folder / "README.md").write_text("New\n", encoding="utf-8")
    printed = index_app.git("commit", "--all", "-m", "Change")
    assert "work tree    left out: Git runs this as a hook" in printed
    assert "secret       left out: none is set here" in printed


def add_hook(app: CheckedApp, repository: Path) -> None:
    """Let Git run the app's preflight.py before each commit, as pre-commit does."""
    hook = repository / ".git/hooks/pre-commit"
    words = f'"{app.python.as_posix()}" "{app.folder.as_posix()}/preflight.py" --offline'
    hook.write_text(
        f"#!/bin/sh\nPRE_COMMIT=1\nexport PRE_COMMIT\nexec {words}\n", encoding="utf-8", newline="\n"
    )
    hook.chmod(0o755)


def test_the_apps_readme_explains_each_check(plain_app):
    text = (plain_app.folder / "README.md").read_text(encoding="utf-8")
    table = text.partition("| Check | What must hold |\n|---|---|\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([\w ]+) \| .+ \|$", table, re.MULTILINE) == list(plain_app.results("--offline"))


# viktor.config.toml and the entry point

SETTINGS = {
    "broken": (
        'app_type = "editor"',
        "app_type = editor",
        "viktor.config.toml: can't be read: Invalid value (at line ",
    ),
    "app-type": (
        'app_type = "editor"',
        'app_type = "wizard"',
        "app_type is 'wizard' -> write app_type = \"editor\"",
    ),
    "python": ('python_version = "3.', 'python_version = "2.', "python_version is '2."),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_viktor_refuses(plain_app, case):
    old, new, message = SETTINGS[case]
    plain_app.replace("viktor.config.toml", old, new)
    assert message in problems(plain_app, "settings")


def test_another_python_is_a_warning(plain_app):
    other = "3.10" if sys.version_info[:2] != (3, 10) else "3.11"
    plain_app.write("viktor.config.toml", f'app_type = "simple"\npython_version = "{other}"\n')
    assert f"wants Python {other}" in problems(plain_app, "settings", status=0)


def test_the_entry_point_is_the_package(plain_app):
    plain_app.write("app.py", "")
    shutil.move(plain_app.folder / "app/__init__.py", plain_app.folder / "app/start.py")
    plain_app.commit()
    told = problems(plain_app, "settings")
    assert "app.py: stands beside the folder app/" in told
    assert "app/__init__.py: the entry point is missing" in told


# requirements.txt

LINES = {
    "two-options": (f"{OPTION} --pre", "pip takes one value and ignores the rest"),
    "two-urls": (f"{OPTION} https://other.example.com/", "pip takes one value and ignores the rest"),
    "option-behind": ("plotly==7.1.0 --pre", "pip ignores an option behind a package"),
    "url-behind": (f"plotly==7.1.0 {OPTION}", "pip ignores an option behind a package"),
    "dropped": (f"{OPTION}\n--index-url https://other.example.com/", "makes pip drop the index in "),
    "http": (OPTION.replace("https", "http"), "the URL is not https -> write https://"),
    "folder": ("--index-url ./wheels", "the URL is not https"),
    "clear": ("--extra-index-url https://robot:{token}@packages.example.com/", "the login is in clear"),
    "clear-user": ("--extra-index-url https://{token}@packages.example.com/", "the login is in clear"),
    "lower-case": (
        "--extra-index-url https://robot:${{secret}}@packages.example.com/",
        "the login is in clear",
    ),
    "dollar": ("--extra-index-url https://robot:$SECRET@packages.example.com/", "the login is in clear"),
    "joined": (OPTION.replace("}@", "}x@"), "the login is in clear, or pip prints it"),
    "colon": (OPTION.replace("robot:", "").replace("}@", "}:@"), "the login is in clear, or pip prints it"),
    "password": (
        OPTION.replace("robot:", "").replace("}@", "}:x@"),
        "the login is in clear, or pip prints it",
    ),
    "in-path": (
        "--extra-index-url https://packages.example.com/t/${VIKTOR_APP_SECRET}/",
        "pip prints the secret",
    ),
    "no-host": ("--extra-index-url https://robot:${VIKTOR_APP_SECRET}/simple", "pip prints the secret"),
    "mistyped": (OPTION.replace("--extra", "--xtra"), "pip can't read this line and prints it"),
    "one-dash": (OPTION.replace("--extra", "-extra"), "pip can't read this line and prints it"),
    "no-dash": (OPTION.replace("--extra", "extra"), "pip can't read this line and prints it"),
    "no-name": (f"git+{LOGIN}/beams.git@v1#egg=beams", "pip can't read this line and prints it"),
    "editable": (f"-e git+{LOGIN}/beams.git@v1#egg=beams", "with -e, pip prints the secret"),
    "trusted": ("--trusted-host packages.example.com", "pip would trust a server without a certificate"),
    "server-file": ("-r https://example.com/more.txt", "a file on a server can't be checked"),
}
# What pip takes as well as it looks.
SOUND_LINES = [
    OPTION,
    f"-i {LOGIN}/simple",
    f"--index-url={LOGIN}/simple",
    f'--extra-index-url "{LOGIN}/simple"  # a comment',
    f"--extra-index-url https://:${{{SECRET}}}@packages.example.com/",
    f"--extra-index-url https://${{{SECRET}}}@packages.example.com/",
    f"--extra-index-url https://me%40corp.com:${{{SECRET}}}@packages.example.com/",
    "--extra-index-url http://127.0.0.1:8080/simple/",
    f"acme @ git+{LOGIN}/acme.git@v1",
    f"acme @ {LOGIN}/acme-1.0-py3-none-any.whl",
    "acme @ git+ssh://git@example.com/acme.git@v1",
    "acme==1.0 \\\n    --hash=sha256:00",
    f"\n{OPTION}\nacme-beams[all] ~= 1.0 ; python_version > '3'",
    f"\n--index-url {LOGIN}/simple\nacme-beams",
]


@pytest.mark.parametrize("file", ["requirements.txt", "notes/more.txt"])
def test_lines_that_pip_misreads_or_shows(plain_app, file):
    """All in one file, or in one that is included; each is named with its message."""
    text, expected = "", []
    for lines, message in LINES.values():
        text += lines.replace("{token}", "glpat-" + secrets.token_hex(12)) + "\n"
        expected.append((f"{file}:{text.count(chr(10))}: ", message))
        text += "\n"
    plain_app.write("requirements.txt", "-r notes/more.txt\n")
    plain_app.write(file, text)
    told = problems(plain_app, "requirements", **{SECRET: good_secret()}).split("\n")
    assert [
        place for place, message in expected if not any(place in row and message in row for row in told)
    ] == []


def test_a_login_without_its_at_is_not_shown(plain_app):
    token = secrets.token_hex(12)
    plain_app.write(
        "requirements.txt", f"viktor==14.36.2\n\n--extra-index-url https://robot:{token}/simple\n"
    )
    told = plain_app.preflight("--offline", status=1)
    assert "pip prints the secret in this place" in told
    assert token not in told


def test_a_file_that_is_not_there(plain_app):
    plain_app.write("requirements.txt", "viktor==14.36.2\n-c pins.txt\n")
    assert "pins.txt:1: the file is missing or not in UTF-8" in problems(plain_app, "requirements")
    (plain_app.folder / "pins.txt").write_bytes(b"# \xe9t\xe9\n")
    assert "pins.txt:1: the file is missing or not in UTF-8" in problems(plain_app, "requirements")


def test_lines_that_pip_takes_as_they_look(plain_app):
    for text in SOUND_LINES:
        (plain_app.folder / "requirements.txt").write_text(f"viktor==14.36.2\n{text}\n", encoding="utf-8")
        results = plain_app.results("--offline", status=1, **{SECRET: good_secret()})  # not committed
        assert results["requirements"]["problems"] == [], text


@pytest.mark.parametrize("line", ["acme-beams", "acme-loads>=1.0", "acme-loads!=2.0"])
def test_a_private_package_without_an_upper_bound(plain_app, line):
    plain_app.write("requirements.txt", f"plotly\n\n{OPTION} # ours\n# and\n{line}\n\nnumpy\n")
    told = problems(plain_app, "bounds", **{SECRET: good_secret()})
    assert re.fullmatch(r"requirements.txt:5: acme-\w+ has no upper bound: any public .* -> write .*", told)
    plain_app.write("pins.txt", "acme-beams==1.0\nacme-loads<3\n")
    plain_app.replace("requirements.txt", "plotly", "-c pins.txt")
    assert problems(plain_app, "bounds", status=0, **{SECRET: good_secret()}) == ""


def test_the_line_is_named(plain_app):
    """As pip does, a line that a backslash continues counts as one, a comment in between or not."""
    text = f"# one \\\n\nviktor==1 \\\n  # two\n\n{OPTION} \\\n  --pre\n--trusted-host x\n"
    plain_app.write("requirements.txt", text)
    told = problems(plain_app, "requirements")
    assert "requirements.txt:6: pip takes one value" in told
    assert "requirements.txt:8: pip would trust" in told


# The secret

VALUES = {
    "unset": (None, "is not set, or empty"),
    "empty": ("", "is not set, or empty"),
    "line-break": ("{secret}\n", "begins or ends with white space or a line break"),
    "space": (" {secret}", "begins or ends with white space or a line break"),
    "quotes": ('"{secret}"', "begins or ends with a quote"),
    "semicolon": ("{secret};{secret}", "holds ; or |, like several values joined"),
    "bar": ("{secret}|{secret}", "holds ; or |, like several values joined"),
    "letter": ("{secret}é", "holds a letter that pip can't send"),
    "encoded-letter": ("{secret}%C3%A9", "holds a letter that pip can't send"),
    **{
        f"character-{ord(character)}": (
            f"{{secret}}{character}{{secret}}",
            "holds a character that breaks a URL",
        )
        for character in "/#?\\[]\"' \t%"
    },
}


@pytest.mark.parametrize("case", VALUES)
def test_a_secret_that_pip_can_not_send(index_app, case):
    template, message = VALUES[case]
    # "zz" on both sides: a % is then followed by no hexadecimal digit
    secret = f"zz{secrets.token_hex(8)}zz"
    value = template and template.replace("{secret}", secret)
    printed = index_app.preflight(status=1, **({} if value is None else {SECRET: value}))
    assert f"{SECRET} {message}" in printed
    assert "requirements.txt:" in printed
    assert "index        left out: mend the secret first" in printed
    assert secret not in printed


def test_secrets_that_pip_can_send(index_app):
    safe = f"zz{secrets.token_hex(8)}"
    for secret in (safe, f"{safe}:@+&=!$()*,<>^`{{}}~._-", quote(f"{safe}/#?%41 \"'\\[];|", safe="")):
        index_app.preflight("--offline", **{SECRET: secret})


# Submodules


def test_a_moved_head(submodule_app):
    path = "app/submodules/units"
    run("git", "-C", submodule_app.folder / path, "checkout", "--quiet", "HEAD~1")
    told = problems(submodule_app, "submodules")
    assert f"{path} is not at the recorded commit -> git add {path}, or git submodule update" in told
    submodule_app.commit()
    submodule_app.preflight("--offline")


@pytest.mark.parametrize("file", ["units.py", "new.py"])
def test_a_dirty_tree(submodule_app, file):
    (submodule_app.folder / "app/submodules/units" / file).write_text("", encoding="utf-8")
    assert "app/submodules/units has changes of its own" in problems(submodule_app, "submodules")


def test_an_empty_folder(submodule_app, tmp_path):
    run("git", "clone", "--quiet", submodule_app.folder, tmp_path / "clone")
    clone = CheckedApp(tmp_path / "clone", submodule_app.python)
    told = problems(clone, "submodules")
    assert "app/submodules/units is empty: only its name was cloned" in told
    assert clone.results("--offline", status=1)["imports"]["seen"] == "left out: a submodule is empty"
    command = re.search(r"-> (git submodule update .*units)$", told, re.MULTILINE)[1]
    clone.git(*command.split()[1:])
    assert "units is empty" not in problems(clone, "submodules")


def test_a_wrong_place(submodule_app):
    submodule_app.git("mv", "app/submodules/units", "units")
    submodule_app.commit()
    told = problems(submodule_app, "submodules")
    assert "units lies outside app/: not published -> git mv units app/submodules/" in told


@pytest.mark.parametrize("login", ["robot:{token}", "{token}"])
def test_a_login_in_the_url(submodule_app, login, git_daemon):
    token = "glpat-" + secrets.token_hex(12)
    url = f"https://{login.format(token=token)}@example.com/units.git"
    submodule_app.replace(".gitmodules", f"{git_daemon}/units.git", url)
    told = problems(submodule_app, "submodules") + problems(submodule_app, "leaks")
    assert "app/submodules/units has a login in its URL, for all to read" in told
    assert ".gitmodules:9: a token or password stands here" in told
    submodule_app.write("requirements.txt", "")
    assert token not in submodule_app.preflight(status=1)


@pytest.mark.parametrize(
    "url",
    ["/repositories/units.git", "file:///repositories/units.git", "ext::sh -c x", "http://example.com/x"],
)
def test_a_local_or_unsafe_url(submodule_app, url, git_daemon):
    submodule_app.replace(".gitmodules", f"{git_daemon}/units.git", url)
    assert "app/submodules/units has a URL for this machine only" in problems(submodule_app, "submodules")


def test_folders_that_are_not_registered(submodule_app, repositories):
    (submodule_app.folder / "app/submodules/copied").mkdir()
    submodule_app.write("app/submodules/copied/copied.py", "")
    run("git", "clone", "--quiet", repositories / "units.git", submodule_app.folder / "app/submodules/cloned")
    submodule_app.git("-c", "advice.addEmbeddedRepo=false", "add", "--all")
    submodule_app.commit()
    told = problems(submodule_app, "submodules")
    assert "app/submodules/copied: is not registered as a submodule" in told
    assert "app/submodules/cloned: is not registered as a submodule" in told


def test_submodules_after_a_merge_that_went_wrong(submodule_app):
    text = (submodule_app.folder / ".gitmodules").read_text(encoding="utf-8")
    submodule_app.write(".gitmodules", f"<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n")
    assert "app/submodules/units: is not registered as a submodule" in problems(submodule_app, "submodules")


def test_a_submodule_that_is_not_recorded(submodule_app):
    submodule_app.git("rm", "--cached", "--quiet", "app/submodules/units")
    submodule_app.git("commit", "--quiet", "--message", "Change")
    told = problems(submodule_app, "submodules")
    assert "app/submodules/units has no recorded commit -> git add app/submodules/units" in told


# What a submodule's metadata says, in each form that a package may have it in.
METADATA = {
    "pyproject": {"pyproject.toml": '[project]\nname = "acme"\ndependencies = ["rivets>=2"]\n'},
    "setup.cfg": {"setup.cfg": "[options]\ninstall_requires =\n    rivets>=2\n"},
    "requirements": {"requirements.txt": "# ours\nrivets>=2  # old\n"},
    "dynamic": {
        "pyproject.toml": '[project]\nname = "acme"\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt"]}\n',
        "requirements.txt": "rivets>=2\n",
    },
}


@pytest.mark.parametrize("form", METADATA)
def test_a_missing_dependency(submodule_app, form):
    change_submodule(submodule_app, METADATA[form])
    told = problems(submodule_app, "needs")
    assert told == "requirements.txt: app/submodules/units needs rivets>=2 -> add the line rivets>=2"
    for line, agrees in {
        "rivets==2.1": True,
        "rivets<2": False,
        "rivets>1,<3": True,
        "rivets~=1.4": False,
    }.items():
        submodule_app.write("requirements.txt", f"viktor==14.36.2\n{line}\n")
        told = problems(submodule_app, "needs", status=0 if agrees else 1)
        assert told == (
            ""
            if agrees
            else "requirements.txt:2: app/submodules/units needs rivets>=2 -> change one of the two"
        )


def test_what_a_submodule_needs_may_be_a_submodule_or_not_for_this_python(submodule_app):
    needs = '["acme_loads", "Acme.Beams>=1", "old; python_version < \'3\'"]'
    change_submodule(
        submodule_app, {"pyproject.toml": f'[project]\nname = "units"\ndependencies = {needs}\n'}
    )
    assert problems(submodule_app, "needs", status=0) == ""


@pytest.mark.parametrize("file", ["pyproject.toml", "setup.cfg"])
def test_metadata_that_can_not_be_read(submodule_app, file):
    change_submodule(submodule_app, {file: "[project\n"})
    told = problems(submodule_app, "needs")
    assert re.fullmatch(r"app/submodules/units: its metadata can't be read: \w+Error -> mend it .*", told)


def test_needs_that_only_a_build_knows(submodule_app):
    change_submodule(submodule_app, {"setup.py": "import setuptools\nsetuptools.setup()\n"})
    assert "only its build knows what it needs" in problems(submodule_app, "needs", status=0)


def change_submodule(app: CheckedApp, files: dict[str, str]) -> None:
    """Give the submodule `units` other files beside its module, and commit them there and in the app."""
    folder = app.folder / "app/submodules/units"
    (folder / "pyproject.toml").unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    run("git", "-C", folder, "add", "--all")
    run("git", "-C", folder, "commit", "--quiet", "--message", "Change")
    app.commit()


@pytest.mark.parametrize("by", ["app", "library", "submodule"])
def test_a_shadowed_package(submodule_app, by):
    if by == "app":
        submodule_app.write("units.py", "")
    elif by == "library":
        change_submodule(submodule_app, {"json.py": ""})
    else:
        change_submodule(submodule_app, {"acme_loads.py": ""})
    name = {"app": "units", "library": "json", "submodule": "acme_loads"}[by]
    told = problems(submodule_app, "imports")
    assert f"app/submodules/units/{name}.py: import {name} gives " in told


# Online: the submodules' remotes


def test_an_unpushed_commit(submodule_app):
    change_submodule(submodule_app, {"pyproject.toml": '[project]\nname = "units"\ndependencies = []\n'})
    submodule_app.write("requirements.txt", "")
    submodule_app.preflight("--offline")
    told = problems(submodule_app, "commits", "--json")
    assert (
        "/units.git does not have the commit: it was never pushed, or is gone -> git -C app/submodules/units push"
        in told
    )


def test_a_server_that_gives_branches_only(submodule_app):
    """As servers did before Git's second protocol: what can't be asked for is worth a warning."""
    old = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.version", "GIT_CONFIG_VALUE_0": "0"}
    change_submodule(submodule_app, {"pyproject.toml": '[project]\nname = "units"\n'})
    submodule_app.write("requirements.txt", "")
    assert "gives whole branches only" in problems(submodule_app, "commits", "--json", status=0, **old)


def test_remotes_that_can_not_be_asked(submodule_app, git_daemon, git_http_server):
    submodule_app.write("requirements.txt", "")
    text = (submodule_app.folder / ".gitmodules").read_text(encoding="utf-8")
    for name, url in {
        "units": f"git://127.0.0.1:{servers.free_port()}/units.git",
        "acme_loads": f"{git_http_server}/acme_loads.git",
        "acme-beams": f"{git_daemon}/gone.git",
    }.items():
        text = text.replace(f"{git_daemon}/{name}.git", url)
    submodule_app.write(".gitmodules", text)
    started = time.monotonic()
    told = problems(submodule_app, "commits", "--json")
    assert time.monotonic() - started < 60
    assert "/units.git refuses the connection" in told
    assert "/acme_loads.git refuses the login" in told
    assert "/gone.git has nothing of that name" in told


def test_a_url_relative_to_the_apps_own(submodule_app, git_daemon):
    submodule_app.replace(".gitmodules", f"{git_daemon}/units.git", "../units.git")
    submodule_app.write("requirements.txt", "")
    results = submodule_app.results()
    assert results["submodules"]["status"] == results["commits"]["status"] == "passed"


def test_a_remote_over_ssh(submodule_app, git_daemon, git_ssh_server):
    """With the user's own GIT_SSH_COMMAND; without it nothing is asked at the terminal."""
    submodule_app.replace(".gitmodules", f"{git_daemon}/units.git", f"{git_ssh_server.url}/units.git")
    submodule_app.write("requirements.txt", "")
    results = submodule_app.results(GIT_SSH_COMMAND=git_ssh_server.command)
    assert results["commits"]["status"] == "passed"
    assert "/units.git is not known to ssh here" in problems(submodule_app, "commits", "--json")
    submodule_app.write("requirements.txt", f"units @ git+{git_ssh_server.url}/units.git@main\n")
    results = submodule_app.results(GIT_SSH_COMMAND=git_ssh_server.command)
    assert results["origin"]["status"] == "passed"


# Secrets in files, and the work tree


def made_up_tokens() -> dict[str, str]:
    """Return text with a token in the form of each host, made up of parts."""
    letters = secrets.token_hex(60)
    base32 = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(52))
    return {
        "gitlab": "glp" + f"at-{letters[:20]}",
        "gitlab-deploy": "gld" + f"t-{letters[:20]}",
        "github": "ghp" + f"_{letters[:36]}",
        "github-fine": "github" + f"_pat_{letters[:22]}_{letters[:59]}",
        "azure": "token = " + base32,
        "azure-new": letters[:76] + "AZ" + "DO" + letters[:4],
        "jfrog": "AK" + f"Cp{letters[:69]}",
        "jfrog-reference": "cmVm" + f"dGtu{letters[:56]}",
        "jwt": "eyJ" + f"{letters[:20]}.eyJ{letters[:30]}.{letters[:40]}",
        "cloudsmith": "https://dl.cloud" + f"smith.io/{letters[:16]}/acme/simple/",
        "google": "-----BEGIN " + "PRIVATE KEY-----",
        "google-encoded": "ewogICJ0" + f"eXBlIjog{letters[:40]}",
        "gemfury": f"https://{letters[:20]}@" + "packages.example.com/acme/",
        "password": "https://robot:" + f"{letters[:8]}@example.com/simple",
        "database": "postgres://robot:" + f"{letters[:8]}@db/app",
    }


def test_tokens_in_tracked_files(plain_app):
    tokens = made_up_tokens()
    text = "".join(f"{kind} {token}\n" for kind, token in tokens.items())
    plain_app.write("notes/hosts.md", f"# Hosts\n{text}")
    rows = plain_app.results("--offline", status=1)["leaks"]["problems"]
    assert [row["where"] for row in rows] == [
        f"notes/hosts.md:{number}" for number in range(2, len(tokens) + 2)
    ]
    printed = plain_app.preflight("--offline", status=1)
    assert not [token for token in tokens.values() if token in printed]


def test_what_only_looks_like_a_secret(plain_app):
    """Placeholders, hashes and logins without a password are no leak; nor is what Git doesn't track."""
    text = [
        f"--extra-index-url {LOGIN}/simple/",
        "https://USER:$TOKEN@example.com/ https://USER:<token>@example.com/ https://user:***@example.com",
        "git@example.com:acme/beams.git ssh://git@example.com:2222/acme https://acme@dev.azure.com/acme/_git/x",
        f"sha256:{secrets.token_hex(32)} {secrets.token_hex(20)} http://localhost:8080/a@b",
    ]
    plain_app.write("notes.md", "\n".join(text))
    (plain_app.folder / ".env").write_text(made_up_tokens()["gitlab"], encoding="utf-8")
    plain_app.preflight("--offline")


def test_the_secret_itself_in_a_tracked_file(index_app):
    secret = f"{secrets.token_hex(8)}/{secrets.token_hex(8)}"
    index_app.write("notes.md", f"line\nthe secret is {secret}\n")
    printed = index_app.preflight("--offline", status=1, **{SECRET: quote(secret, safe="")})
    assert "notes.md:2: a token or password stands here" in printed
    assert secret not in printed


def test_an_unclean_work_tree(plain_app):
    (plain_app.folder / "new file.py").write_text("", encoding="utf-8")
    (plain_app.folder / "README.md").write_text("", encoding="utf-8")
    plain_app.git("add", "README.md")
    told = problems(plain_app, "work tree")
    assert "new file.py: is not committed -> git add --all; git commit" in told
    assert "README.md: is not committed" in told


def test_a_submodule_that_is_staged_only(submodule_app):
    """At the commit that the index records, but not the last commit of the app."""
    run("git", "-C", submodule_app.folder / "app/submodules/units", "checkout", "--quiet", "HEAD~1")
    submodule_app.git("add", "app/submodules/units")
    assert problems(submodule_app, "submodules", status=1) == ""
    assert "app/submodules/units: is not committed" in problems(submodule_app, "work tree")


def test_a_repository_that_git_refuses(plain_app):
    (plain_app.folder / ".git/HEAD").write_text("broken\n", encoding="utf-8")
    ceiling = str(plain_app.folder.parent)
    assert "Git refuses the repository: fatal:" in problems(
        plain_app, "work tree", GIT_CEILING_DIRECTORIES=ceiling
    )


# The program


def test_a_wrong_call(plain_app):
    assert "unrecognized arguments: --onlin" in plain_app.preflight("--onlin", status=2)


def test_signs_that_a_pipe_would_refuse(plain_app):
    """Where Python would write another encoding than UTF-8 into a pipe, as on Windows."""
    plain_app.write("app.py", "")
    printed = plain_app.preflight("--offline", status=1, PYTHONIOENCODING="cp1252")
    assert "✗ settings" in printed
    assert "✓ requirements" in printed


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of POSIX")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours_on_a_terminal(plain_app, no_color):
    import pexpect  # noqa: PLC0415

    env = os.environ | {"NO_COLOR": no_color}
    words = ["preflight.py", "--offline"]
    child = pexpect.spawn(
        str(plain_app.python), words, cwd=plain_app.folder, env=env, encoding="utf-8", timeout=60
    )
    child.expect(pexpect.EOF)
    assert ("\033[32m✓\033[0m" in child.before) == (not no_color)


def test_what_goes_wrong_inside_shows_no_words(submodule_app):
    """Code that raises with the secret in its words."""
    secret = good_secret()
    submodule_app.write("app/submodules/__init__.py", f"import os\nraise OSError(os.environ['{SECRET}'])\n")
    printed = submodule_app.preflight("--offline", status=1, **{SECRET: secret})
    assert "preflight itself fails: OSError" in printed
    assert secret not in printed
    assert "Traceback" not in printed


# No secret anywhere


@pytest.fixture
def command_lines():
    """Give the set of the arguments of all processes that ran during the test, where Linux shows them."""
    seen, stop = set(), threading.Event()

    def watch():
        while not stop.is_set():
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):  # it has ended
                    seen.add(file.read_bytes())
            time.sleep(0.02)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield seen
    stop.set()
    thread.join(60)


@pytest.mark.parametrize("characters", ["/#?%41 @:[+&]\"'\\;|", ":@+&=!$()*,<>^`{}~"], ids=["encoded", "raw"])
def test_no_secret_is_written_or_printed(bake, python, tmp_path, command_lines, characters):
    """An index and a Git host behind one login: each form of the secret is looked for in all that is left behind.

    The package from Git is built, and what its build needs comes from the private index.
    """
    password = f"{secrets.token_hex(8)}{characters}{secrets.token_hex(8)}"
    value = password if characters.startswith(":") else quote(password, safe="")
    repositories, wheels = tmp_path / "repositories", tmp_path / "wheels"
    wheels.mkdir()
    packages.wheel(wheels, "acme-beams", "1.0")
    files = packages.self_built("units", "1.0", tmp_path / "built", build_needs=["acme-beams==1.0"])
    packages.repository(repositories / "units.git", Commit(files, tag="v1.0"))
    app = CheckedApp(bake.fresh(private_packages="acme-beams==1.0", **INDEX), python)
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    variables = {name: str(home) for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "PIP_CACHE_DIR")}
    variables |= {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    logins = {"robot": password}
    with servers.pypiserver(wheels, logins) as index, servers.git_http(repositories, logins) as git:
        line = index.replace("//", f"//robot:${{{SECRET}}}@")
        package = f"units @ git+{git.replace('//', f'//robot:${{{SECRET}}}@')}/units.git@v1.0"
        app.write("requirements.txt", f"{package}\n\n--extra-index-url {line}\nacme-beams==1.0\n")
        printed = app.preflight(**{SECRET: value, "PIP_INDEX_URL": index, **variables})
        assert "✓ origin       2 packages" in printed
        assert (tmp_path / "built").exists()
        app.replace("requirements.txt", "acme-beams==1.0", "acme-beams==2.0")
        printed += app.preflight(status=1, **{SECRET: value, "PIP_INDEX_URL": index, **variables})
        assert "pip finds no acme-beams==2.0" in printed
        app.replace("requirements.txt", "@v1.0", "@v2.0")
        printed += app.preflight(status=1, **{SECRET: value, "PIP_INDEX_URL": index, **variables})
        assert "/units.git does not have the commit" in printed
        app.replace("requirements.txt", "@v2.0", "@v1.0")
        wrong = secrets.token_hex(8)
        printed += app.preflight(status=1, **{SECRET: wrong, "PIP_INDEX_URL": index, **variables})
        assert "/units.git refuses the login" in printed
    forms = {password, quote(password, safe=""), quote(password), value, json.dumps(password)[1:-1], wrong}
    left = [printed.encode(), *command_lines]
    left += [
        file.read_bytes()
        for folder in (home, temporary, app.folder)
        for file in folder.rglob("*")
        if file.is_file()
    ]
    assert any(b"preflight.py" in line for line in command_lines) or not Path("/proc").exists()
    assert not [form for form in forms for text in left if form.encode() in text]


def test_the_secret_of_a_git_host_is_judged_like_any_other(plain_app):
    plain_app.write("requirements.txt", f"units @ git+{LOGIN}/units.git@v1.0\n")
    results = plain_app.results(status=1, **{SECRET: f"{good_secret()}/"})
    assert results["origin"]["seen"] == "left out: mend the secret first"
