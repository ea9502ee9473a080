"""Each line of requirements.txt that pip or uv misreads, or in which pip shows a secret, is named; right ones pass.

What pip does with a line is asked of pip itself, so the oldest pip that preflight is for must give the same.
"""

import json
import optparse
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import pytest
from preflight import requirements as reading
from preflight import tools
from preflight.bounds import bounds
from preflight.lines import requirements
from preflight.problem import LeftOut
from preflight.requirements import Requirements, read_requirements

from tests.support import packages
from tests.support.checked_app import OLD_PIP, new_python
from tests.support.commands import run

LOGIN = "https://robot:${VIKTOR_APP_SECRET}@packages.example.com"
EXTRA = f"--extra-index-url {LOGIN}/simple/"


class OnlyRequirements:
    """As much of an app as the checks of requirements.txt look at."""

    def __init__(self, root: Path, text: str) -> None:
        """Write the text into requirements.txt in a folder."""
        self.root = root
        (root / "requirements.txt").write_text(text, encoding="utf-8")

    @cached_property
    def requirements(self) -> Requirements:
        return read_requirements(self.root)

    @property
    def repository(self) -> NoReturn:
        """Say that there is none: what Git knows of the files is tested in test_named_files.py."""
        raise LeftOut


def told(root: Path, text: str, check=requirements) -> list[str]:
    """Return what a check says of a requirements.txt with this text: place, fault and mend of each."""
    return [f"{one.where}: {one.what} -> {one.mend}" for one in check(OnlyRequirements(root, text))]


@pytest.fixture(scope="module")
def old_python(tmp_path_factory) -> Path:
    """A Python with the oldest pip that preflight is for."""
    return new_python(tmp_path_factory.mktemp("environment") / "old", OLD_PIP)


@pytest.fixture(params=["new", "old"])
def each_pip(request, old_python, monkeypatch) -> None:
    """Let preflight ask this environment's pip, and then the oldest."""
    if request.param == "old":
        monkeypatch.setattr(reading, "python_with_pip", lambda: (str(old_python),))


# A line, and what must be said of it. {token} is a token made up on the spot.
FAULTS = {
    "conflict": ("<<<<<<< HEAD", "Git left the marks of a conflict here"),
    "conflict-middle": ("=======", "Git left the marks of a conflict here"),
    "conflict-base": ("||||||| 1234567", "Git left the marks of a conflict here"),
    "conda": ("numpy=1.26=py311", "pip can't read this line"),
    "no-option": ("--xtra-index-url https://packages.example.com/", "pip can't read this line"),
    "one-dash": (EXTRA.replace("--extra", "-extra"), "pip ignores what follows the option's value"),
    "no-dash": (EXTRA.replace("--extra", "extra"), "pip can't read this line"),
    "quote": ('--extra-index-url "https://packages.example.com/', "pip can't read this line"),
    "windows-path": ("x @ file:///C:/wheels/x-1.0-py3-none-any.whl", "the URL leads to this machine only"),
    "editable": ("-e .", "-e installs a folder to be worked on"),
    "editable-git": (f"-e git+{LOGIN}/beams.git@v1#egg=beams", "-e installs a folder to be worked on"),
    "short": (EXTRA.replace("--extra-index-url", "--extra-index"), "--extra-index is a short form, which uv"),
    "other-name": (EXTRA.replace("--extra-index-url", "--pypi-url"), "--pypi-url is a short form, which uv"),
    "two-options": (f"{EXTRA} --pre", "uv can't read two options on one line"),
    "two-urls": (f"{EXTRA} https://other.example.com/", "pip ignores what follows the option's value"),
    "word-behind": ("--pre numpy", "pip ignores what follows the option's value"),
    "option-behind": ("plotly==7.1.0 --pre", "pip ignores --pre behind a package"),
    "url-behind": (f"plotly==7.1.0 {EXTRA}", "pip ignores --extra-index-url behind a package"),
    "trusted": ("--trusted-host packages.example.com", "pip would trust a server without a certificate"),
    "links": ("--find-links https://packages.example.com/wheels/", "--find-links searches a page"),
    "links-short": ("-f wheels", "--find-links searches a page"),
    "server-file": ("-r https://packages.example.com/more.txt", "a file on a server can't be checked"),
    "http": (EXTRA.replace("https", "http"), "the URL goes by http, which anybody can read"),
    "http-package": ("x @ http://packages.example.com/x-1.0-py3-none-any.whl", "the URL goes by http"),
    "whole-url": ("--extra-index-url ${ACME_INDEX}", "the URL stands in a variable"),
    "folder": ("--index-url ./wheels", "this is no URL"),
    "no-host": ("--extra-index-url https://robot:${VIKTOR_APP_SECRET}/simple", "this is no URL"),
    "clear": (
        "--extra-index-url https://robot:{token}@packages.example.com/",
        "a login stands here in clear",
    ),
    "clear-user": ("--extra-index-url https://{token}@packages.example.com/", "a login stands here in clear"),
    "clear-port": ("--extra-index-url https://robot:{token}/simple", "this is no URL"),
    "clear-git": ("x @ git+https://robot:{token}@packages.example.com/x.git", "a login stands here in clear"),
    "lower-case": (EXTRA.replace("VIKTOR_APP_SECRET", "secret"), "pip fills in no variable of this form"),
    "dollar": (EXTRA.replace("${VIKTOR_APP_SECRET}", "$SECRET"), "pip fills in no variable of this form"),
    "percent": (EXTRA.replace("${VIKTOR_APP_SECRET}", "%SECRET%"), "pip fills in no variable of this form"),
    "joined": (EXTRA.replace("}@", "}x@"), "pip prints the secret of a login in this form"),
    "colon": (
        EXTRA.replace("robot:", "").replace("}@", "}:@"),
        "pip prints the secret of a login in this form",
    ),
    "password": (
        EXTRA.replace("robot:", "").replace("}@", "}:x@"),
        "pip prints the secret of a login in this form",
    ),
    "in-path": (
        "--index-url https://packages.example.com/t/${VIKTOR_APP_SECRET}/",
        "pip prints a secret in this place",
    ),
    "in-name": ("acme-${VIKTOR_APP_SECRET}", "pip can't read this line"),
}


@pytest.mark.usefixtures("each_pip")
@pytest.mark.parametrize("file", ["requirements.txt", "notes/more.txt"])
def test_lines_that_pip_or_uv_misread_or_show(tmp_path, file):
    """All in one file, or in one that is included; each is named with its message, and with nothing of its token."""
    token = "glpat-" + secrets.token_hex(10)
    text = "".join(line.replace("{token}", token) + "\n\n" for line, _ in FAULTS.values())
    (tmp_path / "notes").mkdir()
    (tmp_path / file).write_text(text, encoding="utf-8")
    said = told(tmp_path, text if file == "requirements.txt" else f"-r {file}\n")
    expected = {
        name: (f"{file}:{number}: ", message)
        for number, (name, (_, message)) in zip(range(1, 1000, 2), FAULTS.items(), strict=False)
    }
    missing = [
        name
        for name, (place, message) in expected.items()
        if not any(one.startswith(place) and message in one for one in said)
    ]
    assert missing == []
    assert token not in "".join(said)


# What pip and uv take as it looks.
SOUND = [
    EXTRA,
    f"-i {LOGIN}/simple",
    f"--index-url={LOGIN}/simple",
    f'--extra-index-url "{LOGIN}/simple"  # a comment',
    "--extra-index-url \\\n    https://${VIKTOR_APP_SECRET}@packages.example.com/",
    "--extra-index-url https://:${VIKTOR_APP_SECRET}@packages.example.com/",
    "--extra-index-url https://${MY_USER}:${MY_PASSWORD}@packages.example.com/",
    "--extra-index-url https://me%40corp.com:${VIKTOR_APP_SECRET}@packages.example.com:8443/",
    "--extra-index-url http://127.0.0.1:8080/simple/",
    "--extra-index-url http://localhost/simple/",
    "my-package@git+https://${MY_USER}:${MY_PASSWORD}@github.com/my-user-account/my-package",
    f"acme @ git+{LOGIN}/acme.git@v1",
    f"git+{LOGIN}/acme.git@v1#egg=acme",
    f"acme @ {LOGIN}/acme-1.0-py3-none-any.whl",
    "acme @ git+ssh://git@example.com/acme.git@v1",
    f"\n{EXTRA}\nacme-beams[all] ~= 1.0 ; python_version > '3'",
    'tomli==2.5.0 ; python_version < "3.11"',
    "--pre",
    "-r more.txt",
    "-c more.txt",
]


def test_lines_that_are_as_they_look(tmp_path):
    (tmp_path / "more.txt").write_text("numpy<3\n", encoding="utf-8")
    for text in SOUND:
        wheels = "--only-binary :all:\n" if "--extra" in text else ""
        assert told(tmp_path, f"viktor==14.36.2\n{wheels}{text}\n") == [], text


def test_hashes_for_all(tmp_path):
    text = "viktor==14.36.2 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    assert told(tmp_path, text) == []
    [said] = told(tmp_path, f"{text}numpy==2.0\n")
    assert said.startswith("requirements.txt:3: numpy has no hash, and other packages have -> ")


FILES = {
    "no-viktor": ("plotly==7.1.0\n", "requirements.txt: viktor isn't in it"),
    "dropped": (
        f"viktor\n--only-binary :all:\n{EXTRA}\n--index-url https://other.example.com/\n",
        "requirements.txt:4: --index-url makes pip drop the index in requirements.txt:3",
    ),
    "two-indexes": (
        "viktor\n-i https://one.example.com/\n-i https://other.example.com/\n",
        "requirements.txt:3: --index-url makes pip drop the index in requirements.txt:2",
    ),
    "swapped": (
        f"viktor\n--only-binary :all:\n-i {LOGIN}/simple\n--extra-index-url https://other.example.com/\n",
        "requirements.txt:3: the index in requirements.txt:4, without a login, comes before this one",
    ),
    "builds": (
        f"viktor\n{EXTRA}\n",
        "requirements.txt:2: a package that must be built could bring in a look-alike",
    ),
    "builds-all": (
        f"viktor\n--only-binary :all:\n{EXTRA}\n--no-binary :all:\n",
        "this undoes --only-binary :all:",
    ),
    "builds-again": (
        f"viktor\n--only-binary :all:\n{EXTRA}\n--only-binary :none:\n",
        "requirements.txt:4: this undoes --only-binary :all:",
    ),
    "git-beside": (
        f"viktor\n--only-binary :all:\n{EXTRA}\n\nacme @ git+{LOGIN}/acme.git@v1\n",
        "requirements.txt:5: acme must be built",
    ),
    "sdist-beside": (
        f"viktor\n--only-binary :all:\n{EXTRA}\n\nacme @ {LOGIN}/acme-1.0.tar.gz\n",
        "requirements.txt:5: acme must be built",
    ),
    "missing": ("viktor\n-c pins.txt\n", "pins.txt: can't be read: it is missing, or not in UTF-8"),
    "itself": ("viktor\n-r requirements.txt\n", "requirements.txt: includes itself"),
    "index-in-pins": (
        "viktor\n-c index.txt\n--only-binary :all:\n",
        "index.txt:1: uv ignores an index in a file of",
    ),
}


@pytest.mark.usefixtures("each_pip")
@pytest.mark.parametrize("case", FILES)
def test_lines_that_are_wrong_together(tmp_path, case):
    (tmp_path / "index.txt").write_text(f"{EXTRA}\n", encoding="utf-8")
    text, message = FILES[case]
    assert [one for one in told(tmp_path, text) if message in one]


def test_a_file_that_is_not_in_utf8(tmp_path):
    (tmp_path / "pins.txt").write_bytes(b"# \xe9t\xe9\nnumpy<3\n")
    assert [
        one for one in told(tmp_path, "viktor\n-c pins.txt\n") if one.startswith("pins.txt: is not in UTF-8")
    ]


@pytest.mark.parametrize("line", ["acme-beams", "acme-loads>=1.0", "acme-loads!=2.0", "acme-loads>1"])
def test_a_private_package_without_an_upper_bound(tmp_path, line):
    text = f"plotly\n\n{EXTRA} # ours\n# and\n{line}\n\nnumpy\n"
    said = told(tmp_path, text, bounds)
    assert len(said) == 1
    assert said[0].startswith("requirements.txt:5: acme-")
    (tmp_path / "pins.txt").write_text("acme_beams==1.0\nAcme.Loads<3\n", encoding="utf-8")
    assert told(tmp_path, f"-c pins.txt\n{text}", bounds) == []


@pytest.mark.parametrize("line", ["acme==1", "acme~=1.2", "acme<2", "acme>1,<=2", "acme===1", "acme==1.*"])
def test_a_private_package_with_an_upper_bound(tmp_path, line):
    assert told(tmp_path, f"{EXTRA}\n{line}\n", bounds) == []


# What a fault of FAULTS or FILES becomes, and what its line reads after its mend was followed.
MENDED = {
    "conflict": "numpy==2.0",
    "conda": "numpy==1.26",
    "no-option": EXTRA,
    "windows-path": "./wheels/x-1.0-py3-none-any.whl",
    "editable-git": f"beams @ git+{LOGIN}/beams.git@v1",
    "short": EXTRA,
    "other-name": EXTRA.replace("--extra-index-url", "--index-url"),
    "two-options": f"{EXTRA}\n--pre",
    "option-behind": "plotly==7.1.0\n--pre",
    "url-behind": f"plotly==7.1.0\n{EXTRA}",
    "links": "x @ https://packages.example.com/wheels/x-1.0-py3-none-any.whl",
    "server-file": "-r more.txt",
    "http": EXTRA,
    "no-host": "--index-url https://robot:${VIKTOR_APP_SECRET}@packages.example.com/simple",
    "clear": "--index-url https://robot:${VIKTOR_APP_SECRET}@packages.example.com/",
    "clear-git": "x @ git+https://robot:${VIKTOR_APP_SECRET}@packages.example.com/x.git",
    "lower-case": EXTRA.replace("VIKTOR_APP_SECRET", "ACME_SECRET"),
    "joined": EXTRA,
    "in-path": "--index-url https://${VIKTOR_APP_SECRET}@packages.example.com/",
    "dropped": f"--index-url https://other.example.com/\n{EXTRA}",
    "swapped": f"--index-url https://other.example.com/\n--extra-index-url {LOGIN}/simple",
    "builds": EXTRA,
    "sdist-beside": f"{EXTRA}\n\nacme @ {LOGIN}/acme-1.0-py3-none-any.whl",
}


@pytest.mark.parametrize("case", MENDED)
def test_a_line_that_is_mended_as_is_said_passes(tmp_path, monkeypatch, case):
    assert case in FAULTS | FILES
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more.txt").write_text("numpy<3\n", encoding="utf-8")
    (tmp_path / "wheels").mkdir()
    packages.wheel(tmp_path / "wheels", "x", "1.0")
    wheels = "--only-binary :all:\n" if "--extra" in MENDED[case] else ""
    assert told(tmp_path, f"viktor==14.36.2\n{wheels}{MENDED[case]}\n") == []


def test_a_pip_in_this_process_leaves_nothing_behind(tmp_path, monkeypatch, capfd):
    """No variable is filled in, nothing is printed, and optparse is as before."""
    before = {name: value for name, value in vars(optparse.OptionParser).items() if callable(value)}
    secret = secrets.token_hex(8)
    monkeypatch.setenv("VIKTOR_APP_SECRET", secret)
    monkeypatch.setenv("PIP_INDEX_URL", f"https://robot:{secret}@packages.example.com/")
    (tmp_path / "requirements.txt").write_text(f"{EXTRA}\n--xtra {EXTRA}\nnumpy=1.26\n", encoding="utf-8")
    assert secret not in str(read_requirements(tmp_path))
    assert capfd.readouterr() == ("", "")
    assert {name: value for name, value in vars(optparse.OptionParser).items() if callable(value)} == before
    assert [finder for finder in sys.meta_path if type(finder).__module__ == "preflight.pip_reader"] == []


def test_files_that_are_read_at_the_same_time(tmp_path):
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text(
            f"{EXTRA}/{number}\nacme-{number}==1.0\n" * 30, encoding="utf-8"
        )
    with ThreadPoolExecutor(8) as pool:
        for number, read in enumerate(
            pool.map(lambda one: read_requirements(tmp_path, f"{one}.txt"), range(8))
        ):
            assert {line.name for line in read.packages} == {f"acme-{number}"}
            assert {index.url for index in read.indexes} == {f"{LOGIN}/simple//{number}"}


def test_both_pips_read_the_same(tmp_path, old_python, monkeypatch):
    (tmp_path / "requirements.txt").write_text(
        "\n".join(SOUND).replace("more.txt", "pins.txt"), encoding="utf-8"
    )
    (tmp_path / "pins.txt").write_text("numpy<3\n", encoding="utf-8")
    newest = read_requirements(tmp_path)
    monkeypatch.setattr(reading, "python_with_pip", lambda: (str(old_python),))
    assert read_requirements(tmp_path) == newest


def test_an_environment_without_pip_works(monkeypatch):
    """As uv makes one: uv runs a pip for it."""
    monkeypatch.setattr(tools, "find_spec", lambda name: None if name == "pip" else json.__spec__)
    tools.python_with_pip.cache_clear()
    words = tools.python_with_pip()
    tools.python_with_pip.cache_clear()
    assert words[1:3] == ("run", "--quiet")
    assert tools.PIP.removeprefix("pip==") in run(*words, "-c", "import pip; print(pip.__version__)")
    assert sys.version.split()[0] in run(*words, "-c", "import sys; print(sys.version)")
