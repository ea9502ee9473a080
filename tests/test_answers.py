"""Every rule of the first hook: the answer that breaks it, and the nearest one that just passes."""

import os
import random
import re
import shlex
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from baking import SLUG, TEMPLATE, make_app
from commands import new_environment, run
from judge import make_answers, write_replay_file
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidName, canonicalize_name
from preflight.submodule_url import GIT_REF

from making.answers import find_problems
from making.packages import APP_PACKAGES, judge_index_package
from making.source import PLACEHOLDER

PLATFORMS = make_answers()["_platforms"]

LIBRARY = "https://github.com/acme/beams.git"
PACKAGE = "acme-beams==1.2.0"
INDEX = {
    "private_index": "other",
    "index_url": "https://pypi.example.com/simple",
    "index_user": "robot",
    "private_packages": PACKAGE,
}
OPEN = INDEX | {"private_index": "open"}
GITLAB = INDEX | {
    "private_index": "gitlab",
    "index_url": "https://gitlab.example.com/api/v4/projects/42/packages/pypi/simple",
}
GITHUB = {"private_index": "github", "index_url": "https://github.com/acme", "private_packages": "beams@v1.2"}
GEMFURY = INDEX | {"private_index": "gemfury", "index_url": "https://pypi.fury.io/acme/", "index_user": ""}
MIXED_16 = "aB3" + "cD4e" * 3 + "f"


def cases(question: str, *rows: tuple, **others):
    """Return the rows (refused answer, a word of the message, nearest good answer) of one question as tests."""
    return [
        pytest.param(question, refused, word, good, others, id=f"{question}-{ascii(refused)[:40]}")
        for refused, word, good in rows
    ]


@pytest.mark.parametrize(
    ("question", "refused", "word", "good", "others"),
    [
        # The name, the description and the author
        *cases(
            "app_name",
            ("", "empty", "é"),
            (" \t ", "empty", " x "),
            ("My\nApp", "line break", "My App"),
            ("App\r", "line break", "App"),
            ("App\x1b[31m", "invisible", "App[31m"),
            ("App\u202eppA", "invisible", "App ppA"),
            ("App\u2028", "line break", "App 👷🏽\u200d♀️"),
            ("App\ud800", "invisible", 'A "quoted" \\ # % {{ name }} \'s'),
            ("x" * 201, "201", "x" * 200),
        ),
        *cases("description", ("", "empty", "A"), ("Two\nlines", "line break", "{{ }} {% %} {# #}")),
        *cases("author", ("", "empty", "A"), ("A\x00B", "invisible", 'Anne "Bob" O\'Connor <me@corp.com>')),
        # The slug
        *cases(
            "app_slug",
            ("", "name", "a"),
            ("My-app", "name", "my-app"),
            ("1-app", "name", "a-1"),
            ("-app", "name", "app"),
            ("app-", "name", "app-1"),
            ("my--app", "name", "my-app"),
            ("my_app", "name", "my-app"),
            ("my app", "name", "my-app"),
            ("äpp", "name", "app"),
            ("app\u0663", "name", "app3"),
            ("app\n", "name", "app"),
            ("../app", "name", "app"),
            ("a" * 51, "51", "a" * 50),
            *((device, "device", f"{device}-app") for device in ("con", "prn", "aux", "nul", "com1", "lpt9")),
            ("lpt0", "device", "lpt10"),
        ),
        # The index
        *cases("private_index", ("pip", "choices", "other"), ("", "choices", "other"), **INDEX),
        *cases(
            "index_url",
            ("", "https://", "https://pypi.example.com/"),
            ("http://pypi.example.com/simple", "https://", "http://localhost/simple"),
            ("http://127.0.0.2/simple", "https://", "http://127.0.0.1/simple"),
            ("http://localhost.example.com/simple", "https://", "http://localhost:8080/simple"),
            ("http://[::2]/simple", "https://", "http://[::1]:8080/simple"),
            ("ftp://pypi.example.com/simple", "https://", "https://pypi.example.com:8443/simple"),
            ("file:///simple", "https://", "https://10.0.0.1/simple"),
            ("pypi.example.com/simple", "https://", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/my simple", "white space", "https://pypi.example.com/my%20simple"),
            ("https://pypi.example.com/simple\n", "white space", "https://pypi.example.com/simple/"),
            ('https://pypi.example.com/"simple"', "quote", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/'simple'", "quote", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/simple#x", "#", "https://pypi.example.com/simple/x"),
            ("https://pypi.example.com/simple?x=1", "?", "https://pypi.example.com/simple/x=1"),
            ("https://pypi.example.com/\\simple", "breaks", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/${REPO}/simple", "breaks", "https://pypi.example.com/REPO/simple"),
            ("https://pypi.example.com/\x07simple", "breaks", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/sïmple", "breaks", "https://pypi.example.com/s%C3%AFmple"),
            ("https://HOST/simple", "HOST", "https://host.example.com/simple"),
            ("https://pypi.example.com/PATH", "PATH", "https://pypi.example.com/path"),
            ("https://pypi/simple", "host", "https://pypi.acme/simple"),
            ("https://-pypi.example.com/simple", "host", "https://p-ypi.example.com/simple"),
            ("https:///simple", "host", "https://a.b/simple"),
            ("https://pypi.example.com:99999/simple", "URL", "https://pypi.example.com:9999/simple"),
            ("https://pypi.example.com", "shape", "https://pypi.example.com/"),
            ("https://a.b/" + "x" * 489, "501", "https://a.b/" + "x" * 488),
            # A token in the path, where pip prints it.
            (f"https://a.b/{MIXED_16}/simple", "token", "https://a.b/Acme2024Python/simple"),
            (
                "https://a.b/t/aa-" + "0a1b2c3d" + "-0a1b" * 3 + "-0a1b2c3d4e5f/x",
                "token",
                "https://a.b/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d/x",
            ),
            **INDEX,
        ),
        *cases(
            "index_url",
            (
                "https://gitlab.com/api/v4/projects/PROJECT_ID/packages/pypi/simple",
                "PROJECT_ID",
                "https://gitlab.com/api/v4/projects/acme%2Fbeams/packages/pypi/simple",
            ),
            (
                "https://HOST/api/v4/groups/GROUP_ID/-/packages/pypi/simple",
                "GROUP_ID, HOST",
                "https://git.acme.com/gitlab/api/v4/groups/7/-/packages/pypi/simple/",
            ),
            (
                "https://gitlab.com/api/v4/projects/42/packages/npm/simple",
                "shape",
                "https://gitlab.com/api/v4/projects/42/packages/pypi/simple",
            ),
            **GITLAB,
        ),
        *cases(
            "index_url",
            ("https://github.com/acme/beams", "shape", "https://github.com/acme"),
            ("https://github.com/ORG", "ORG", "https://acme.ghe.com/acme"),
            **GITHUB,
        ),
        *cases(
            "index_user",
            ("", "empty", "r"),
            (" ", "empty", "first last"),
            ("robot:pass", "colon", "me@corp.com"),
            ("robot${X}", "${", "DOM\\user"),
            ("me%40corp.com", "%XX", "100%"),
            ("müller", "ASCII", "mueller"),
            ("robot\n", "ASCII", "gitlab+deploy-token-1"),
            **INDEX,
        ),
        *cases("index_user", (MIXED_16, "token", "acme"), **GEMFURY),
        *cases("index_serves_pypi", (True, "PyPI", False), **GEMFURY),
        *cases(
            "secret_name",
            ("", "variable", "A"),
            ("viktor_app_secret", "variable", "VIKTOR_APP_SECRET"),
            ("1SECRET", "variable", "SECRET1"),
            ("MY-SECRET", "variable", "MY_SECRET"),
            ("${SECRET}", "variable", "SECRET"),
            ("SECRET\n", "variable", "SECRET"),
            ("SÉCRET", "variable", "SECRET"),
            ("VIKTOR_SECRET", "VIKTOR reserves", "VIKTOR_APP_SECRET"),
            ("GITHUB_PACKAGES", "GitHub refuses", "PACKAGES_OF_GITHUB"),
            ("UPDATE_TOKEN", "another of CI's variables", "ACME_TOKEN"),
            ("UV_TOKEN", "uv reads", "TOKEN_FOR_UV"),
            ("PATH", "the system", "PATHS"),
        ),
        # The private packages
        *cases(
            "private_packages",
            ("acme-beams", "upper bound", "acme-beams==1"),
            ("acme-beams>=1.0", "upper bound", "acme-beams>=1.0,<2"),
            ("acme-beams!=1.0", "upper bound", "acme-beams~=1.0"),
            ("acme-beams>1", "upper bound", "acme-beams<=2"),
            ("acme-beams~=1", "PEP 508", "acme-beams~=1.0"),
            ("acme-beams===1.0", "PEP 508", "acme-beams==1.0"),
            ("acme-beams==", "PEP 508", "acme-beams==1.*"),
            ("acme-beams==1.x", "PEP 508", "acme-beams==1!2.0rc1.post2.dev3+local.4"),
            ("acme-beams-==1", "PEP 508", "acme-be_a.ms==1"),
            ("-acme==1", "PEP 508", "a==1"),
            ("acme[==1", "PEP 508", "acme[plot,pdf]==1"),
            ("acme==1;python_version>'3'", "PEP 508", "acme==1"),
            ("acme@https://a.b/c.whl", "PEP 508", "acme==1"),
            ("--pre", "PEP 508", "pre==1"),
            ("bjälke==1", "PEP 508", "bjalke==1"),
            ("beams==\u0661", "PEP 508", "beams==1"),
            ("\u212aelvin==1", "PEP 508", "Kelvin==1"),
            ("Acme.Beams==1 acme_beams==1", "twice", "Acme.Beams==1 acme_beams2==1"),
            ("Viktor==1", "already", "viktor-beams==1"),
            **INDEX,
        ),
        *cases(
            "private_packages",
            ("acme-beams>=", "PEP 508", "acme-beams"),
            ("acme-beams>=1;", "PEP 508", "acme-beams>=1"),
            ("a a", "twice", "a b"),
            **INDEX,
            index_serves_pypi=True,
        ),
        *cases(
            "private_packages",
            ("beams", "tag or a commit", "beams@1"),
            ("beams==1.0", "tag or a commit", "beams@1.0"),
            ("beams@", "tag or a commit", "be.a_ms@v1.2-rc.1"),
            ("beams@-x", "tag or a commit", "beams@x-"),
            ("beams@a..b", "tag or a commit", "beams@a.b"),
            ("beams@v1#egg=x", "tag or a commit", "beams@" + "0a" * 20),
            ("beams@v1@2", "tag or a commit", "beams@release/v1.2"),
            ("beams@v1 Beams@v2", "twice", "beams@v1 beams2@v2"),
            **GITHUB,
        ),
        # The submodules
        *cases(
            "submodules",
            ("/srv/git/beams.git", "server", LIBRARY),
            ("./beams", "server", LIBRARY),
            ("../beams.git", "server", LIBRARY),
            ("C:/git/beams", "server", LIBRARY),
            ("C:\\git\\beams", "character", LIBRARY),
            ("~/beams", "server", LIBRARY),
            ("file:///srv/git/beams.git", "server", LIBRARY),
            ("file://localhost/srv/git/beams.git", "file://", "ssh://localhost/srv/git/beams.git"),
            ("ext::sh", "server", LIBRARY),
            ("ext://sh/c", "ext://", "https://sh/c"),
            ("fd::17", "server", LIBRARY),
            ("ftp://github.com/acme/beams", "ftp://", "https://github.com/acme/beams"),
            ("http://github.com/acme/beams", "http://", "http://localhost/acme/beams"),
            ("http://127.0.0.2/beams", "http://", "http://127.0.0.1:8080/beams"),
            ("git://github.com/acme/beams", "git://", "git://[::1]:9418/acme/beams"),
            ("HTTPS://github.com/acme/beams", "server", "https://GitHub.com/acme/beams"),
            ("https://github.com", "server", "https://github.com/beams"),
            ("--upload-pack=touch", "server", "up=" + LIBRARY),
            ("-u", "server", LIBRARY),
            ("ssh://-oProxyCommand=x/beams", "host", "ssh://o/beams"),
            ("ssh://-x@github.com/beams", "server", "ssh://x@github.com/beams"),
            ("-x@github.com:beams", "server", "x@github.com:beams"),
            ("git@-oProxyCommand=x:beams", "host", "git@github.com:beams"),
            ("git@github.com:-beams", "server", "git@github.com:a/-/beams"),
            ("git@github.com", "server", "git@github.com:beams.git"),
            ("github.com:acme/beams", "server", "git@github.com:acme/beams"),
            ("https://github.com/acme/be\x07ams", "character", LIBRARY),
            ("https://github.com/acme%0d/beams", "character", "https://github.com/acme%20/beams"),
            ("https://github.com/acme%7F/beams", "character", "https://dev.azure.com/acme/_git/beams"),
            ("https://github.com/acme/beäms", "character", LIBRARY),
            ("https://github.com/acme/$(x)", "character", LIBRARY),
            ("https://git_hub.com/acme/beams", "host", "https://git-hub.com/acme/beams"),
            (LIBRARY + "#", "after the #", LIBRARY + "#v1.0"),
            (LIBRARY + "#-b", "after the #", LIBRARY + "#b-"),
            (LIBRARY + "#a..b", "after the #", LIBRARY + "#a.b"),
            (LIBRARY + "#a.lock", "after the #", LIBRARY + "#a.lock2"),
            (LIBRARY + "#HEAD", "after the #", LIBRARY + "#HEAD2"),
            (LIBRARY + "#a#b", "after the #", LIBRARY + "#feature/a@b"),
            # A folder that can't stay under app/submodules/, or isn't legal on Windows
            ("=" + LIBRARY, "legal", "b=" + LIBRARY),
            ("..=" + LIBRARY, "legal", "a.b=" + LIBRARY),
            (".git=" + LIBRARY, "legal", "git=" + LIBRARY),
            ("git~1=" + LIBRARY, "legal", "git-1=" + LIBRARY),
            ("-b=" + LIBRARY, "legal", "b-=" + LIBRARY),
            ("_b=" + LIBRARY, "legal", "b_=" + LIBRARY),
            ("b.=" + LIBRARY, "legal", "b.b=" + LIBRARY),
            ("b*=" + LIBRARY, "legal", "b=" + LIBRARY),
            ("NUL=" + LIBRARY, "legal", "NULL=" + LIBRARY),
            ("com1.lib=" + LIBRARY, "legal", "com1-lib=" + LIBRARY),
            ("a" * 61 + "=" + LIBRARY, "legal", "a" * 60 + "=" + LIBRARY),
            ("a/b=" + LIBRARY, "server", "a-b=" + LIBRARY),
            ("https://github.com/acme/.git", "legal", "https://github.com/acme/git"),
            ("https://github.com/acme/..", "legal", "https://github.com/acme/a.b"),
            ("https://github.com/acme/aux.git", "legal", "aux-lib=https://github.com/acme/aux.git"),
            # Folders that collide
            (f"{LIBRARY} {LIBRARY}", "same folder", f"{LIBRARY} b={LIBRARY}"),
            (f"Beams={LIBRARY} beams={LIBRARY}", "same folder", f"Beams={LIBRARY} beam={LIBRARY}"),
            (f"git@a.b:x/BEAMS/ {LIBRARY}#v1", "same folder", f"git@a.b:x/LOADS/ {LIBRARY}#v1"),
        ),
    ],
)
def test_refuses_an_answer_and_takes_the_nearest_good_one(question, refused, word, good, others):
    """One answer is refused, with its question and the reason; the nearest good one passes."""
    problems = find_problems(make_answers(**others | {question: refused}))
    assert [problem.questions for problem in problems] == [(question,)]
    assert word in problems[0].wrong
    assert problems[0].right
    assert find_problems(make_answers(**others | {question: good})) == []


@pytest.mark.parametrize("platform", [name for name, platform in PLATFORMS.items() if platform["urls"]])
def test_a_shape_must_be_filled_in(platform):
    """Each platform's URL is refused as long as a word in capitals stands in it, and taken without one."""
    packages = "beams@v1" if PLATFORMS[platform]["source"] == "git" else PACKAGE
    others = {"private_index": platform, "index_user": "robot", "private_packages": packages}
    for shape in PLATFORMS[platform]["urls"]:
        words = PLACEHOLDER.findall(shape)
        url = shape
        while words:
            problems = find_problems(make_answers(**others, index_url=url))
            assert [problem.questions for problem in problems] == [("index_url",)], url
            assert all(word in problems[0].wrong for word in words)
            url = url.replace(words[0], "acme.example" if words[0] == "HOST" else "acme1")
            words.pop(0)
        assert find_problems(make_answers(**others, index_url=url)) == [], url


@pytest.mark.parametrize(
    ("changes", "questions", "word"),
    [
        ({"private_packages": PACKAGE}, {"private_index", "private_packages"}, "no index"),
        (INDEX | {"private_packages": ""}, {"private_index", "private_packages"}, "no package"),
        (INDEX | {"private_packages": " "}, {"private_index", "private_packages"}, "no package"),
        ({"submodules": LIBRARY, "git_init": False}, {"submodules", "git_init"}, "Git repository"),
    ],
)
def test_refuses_answers_that_contradict_each_other(changes, questions, word):
    """Answers that make no sense together are all asked again."""
    (problem,) = find_problems(make_answers(**changes))
    assert questions <= set(problem.questions)
    assert word in problem.wrong


@pytest.mark.parametrize(
    "changes",
    [
        {"index_url": "http://x", "index_serves_pypi": True},
        {"git_init": False},
        OPEN | {"index_user": ""},
        OPEN | {"private_packages": "acme-beams", "index_serves_pypi": True},
        GITHUB | {"index_serves_pypi": True},
        GEMFURY | {"index_user": "me@corp.com"},
    ],
)
def test_ignores_answers_that_mean_nothing(changes):
    """An answer that the others leave no use for is not judged."""
    assert find_problems(make_answers(**changes)) == []


def test_reports_every_word_and_every_question_at_once():
    """No problem hides another one."""
    problems = find_problems(
        make_answers(
            app_name="",
            app_slug="A",
            **INDEX | {"index_url": "http://a.b/", "private_packages": "acme == 1 beams"},
            secret_name="a",  # noqa: S106 (a name)
            submodules=f"{LIBRARY} ../x file:///y {LIBRARY}",
        )
    )
    assert sorted((problem.questions, problem.answer) for problem in problems) == [
        (("app_name",), ""),
        (("app_slug",), "A"),
        (("index_url",), "http://a.b/"),
        (("private_packages",), "1"),
        (("private_packages",), "=="),
        (("private_packages",), "acme"),
        (("private_packages",), "beams"),
        (("secret_name",), ""),
        (("submodules",), "../x"),
        (("submodules",), "file:///y"),
        (("submodules",), LIBRARY),
    ]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("git_init", "no"), ("index_serves_pypi", None), ("submodules", [LIBRARY]), ("app_name", 7)],
)
def test_refuses_an_answer_of_another_kind(question, answer):
    """What only a replay file written by hand can hold is refused too."""
    (problem,) = find_problems(make_answers(**{question: answer}))
    assert problem.questions == (question,)
    assert "replay file" in problem.wrong


def test_knows_what_the_app_installs_itself():
    """The packages that can't be private ones are those of the app's own requirements.txt."""
    requirements = TEMPLATE / "{{cookiecutter.app_slug}}" / "requirements.txt"
    pinned = re.findall(r"^([\w-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(pinned) == APP_PACKAGES


# Compared with the ones who will read the answer


def is_requirement(text: str) -> bool:
    """Tell whether `packaging` reads a text as a requirement of the forms that the hook takes.

    Its parser lets a name end in `_` and a list in a comma, which PEP 508 and its own `canonicalize_name` don't.
    """
    try:
        requirement = Requirement(text)
        for name in (requirement.name, *requirement.extras):
            canonicalize_name(name, validate=True)
    except (InvalidRequirement, InvalidName):
        return False
    return not (requirement.url or requirement.marker or re.search(r"[\s()]|===|,$", text))


def random_texts(pieces: list[str], count: int) -> list[str]:
    """Return texts made of pieces, the same ones at every run."""
    chosen = random.Random(20)  # noqa: S311 (not for a secret)
    return ["".join(chosen.choices(pieces, k=chosen.randint(1, 5))) for _ in range(count)]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            [
                f"{name}==1"
                for name in random_texts(["a", "Z", "9", "-", "_", ".", "é", "\u212a", "\u0663"], 2000)
            ],
            id="names",
        ),
        pytest.param(
            [f"a[{extras}]==1" for extras in random_texts(["a", "B-2", ",", "_", "[", "]"], 1000)],
            id="extras",
        ),
        pytest.param(
            [
                f"a{operator}{version}"
                for version in random_texts(
                    [
                        "1",
                        "0",
                        ".2",
                        "v",
                        "2!",
                        "a",
                        "rc1",
                        "-",
                        "_",
                        ".",
                        "post",
                        ".dev3",
                        "+",
                        "abc",
                        ".*",
                        "\u0663",
                    ],
                    2000,
                )
                for operator in ("==", "!=", "~=", "<", "<=", ">", ">=")
            ],
            id="versions",
        ),
        pytest.param(
            [
                f"a{bounds}"
                for bounds in random_texts(
                    ["==1", "<2", ",", ">=1.0", "~=1", "!=1.*", "=", "(", ")", "==="], 2000
                )
            ],
            id="specifiers",
        ),
        pytest.param(
            [
                "a@b",
                "a @ https://a.b/c",
                "a;extra=='x'",
                "a[]==1",
                "a==1,",
                "a,==1",
                "a==1,,<2",
                "-e a",
                "a==1\n",
                "",
                "[x]==1",
            ],
            id="forms",
        ),
    ],
)
def test_reads_requirements_as_packaging_does(texts):
    """The hook takes a private package exactly when `packaging` does: neither is right by itself."""
    judged = {text: not list(judge_index_package(text, {"index_serves_pypi": True})) for text in texts}
    assert {text for text, sound in judged.items() if sound != is_requirement(text)} == set()
    assert len(set(judged.values())) == 2 or texts[0] == "a@b"


def test_takes_only_refs_that_git_takes():
    """Git has no objection to the name of any branch, tag or commit that the hook takes."""
    pieces = [
        "a",
        "v1",
        "0",
        "-",
        "_",
        ".",
        "..",
        "/",
        "@",
        "@{",
        "+",
        ".lock",
        "~",
        "^",
        ":",
        "*",
        "HEAD",
        "\\",
        " ",
    ]
    sound = sorted({text for text in random_texts(pieces, 1500) if GIT_REF.fullmatch(text)})
    assert len(sound) > 50
    for ref in sound[:: len(sound) // 40]:
        run("git", "check-ref-format", "--branch", ref)


# What the second hook needs for submodules


def test_says_that_git_is_missing(tmp_path, monkeypatch):
    """Submodules on a machine without Git are refused before a file is written; an app without them is not."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (problem,) = find_problems(make_answers(submodules=LIBRARY))
    assert problem.questions == ()
    assert "Git" in problem.wrong
    assert find_problems(make_answers()) == []


def test_asks_nothing_of_the_machine_where_cruft_only_compares(tmp_path, monkeypatch):
    """`cruft update` makes the app in a folder that it throws away, and no submodule is cloned there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder in ("tmpabcd1234/repo", "tmpabcd1234/current_template", "tmpwxyz5678/my-viktor-app"):
        (tmp_path / folder).mkdir(parents=True)
    answers = make_answers(submodules=LIBRARY, _commit="0" * 40)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path / "tmpwxyz5678/my-viktor-app")
    assert find_problems(answers) == []
    monkeypatch.chdir(tmp_path)
    assert len(find_problems(answers)) == 1


def test_says_how_to_get_gitpython_where_nothing_can_fetch_it(git_daemon, tmp_path):
    """In a stock environment without uv and pipx, the two commands that are printed make the app."""
    python = new_environment(tmp_path / "stock", f"cookiecutter=={version('cookiecutter')}")
    (tmp_path / "programs").mkdir()
    git = shutil.copy(shutil.which("git"), tmp_path / "programs")
    stock = {"command": (python, "-m", "cookiecutter"), "env": {"PATH": str(Path(git).parent)}}
    output = make_app(tmp_path / "apps", f"submodules={git_daemon}/units.git", status=1, **stock)
    assert "on this machine" in output
    assert not list((tmp_path / "apps").iterdir())

    run(*words_after(output, "type "))
    run(*words_after(output, "Then, without a question:\n  "))
    assert (tmp_path / "apps" / SLUG / "app" / "submodules" / "units" / "units.py").is_file()


# The whole hook, as a program


def words_after(output: str, mark: str) -> list[str]:
    """Return the words of the command that is printed behind a mark."""
    (line,) = re.findall(f"{re.escape(mark)}(.*)", output)
    if os.name == "nt":
        return ["powershell", "-NoProfile", "-Command", f"& {line}"]
    return shlex.split(line)


def said_by_the_hook(output: str) -> str:
    """Return what the hook printed: then cookiecutter says, with a traceback of its own, that it failed."""
    return output.partition("ERROR: Stopping generation")[0]


def test_prints_all_problems_in_one_message_and_leaves_nothing(tmp_path):
    """A run with refused answers prints each, in the words of the hook, and exits with 1 before any file."""
    refused = {"app_slug": "A", "index_url": "http://a.b/", "private_packages": "acme"}
    words = (f"{question}={answer}" for question, answer in (INDEX | refused).items())
    output = make_app(tmp_path / "apps", *words, status=1)
    assert output.count("3 problems with the answers; no file was written.") == 1
    for question, answer in refused.items():
        assert re.search(
            f"^{question}\n  answer: {answer}\n  wrong:  .+\n  right:  .+\n$", output, re.MULTILINE
        )
    assert "Traceback" not in said_by_the_hook(output)
    assert list((tmp_path / "apps").iterdir()) == []


def test_prints_no_control_characters(tmp_path):
    """An answer can't write over the message on the terminal."""
    replay = write_replay_file(tmp_path / "replay.json", app_name="My\x1b[2JApp", description="a\nb\ud800")
    output = make_with_replay_file(tmp_path / "apps", replay, status=1)
    assert "2 problems" in output
    assert "'My\\x1b[2JApp'" in output
    assert "'a\\nb\\ud800'" in output
    assert "\x1b[2J" not in output


def test_refuses_an_unknown_index_in_a_replay_file(tmp_path):
    """A file written by hand gets the choices, and no traceback."""
    replay = write_replay_file(tmp_path / "replay.json", private_index="pypi")
    output = make_with_replay_file(tmp_path / "apps", replay, status=1)
    assert f"right:  {', '.join(sorted(PLATFORMS))}" in output
    assert "Traceback" not in said_by_the_hook(output)
    assert list((tmp_path / "apps").iterdir()) == []


def make_with_replay_file(folder: Path, replay: Path, status=0) -> str:
    """Make an app in `folder` from a file with all the answers, and return what was printed."""
    command = (
        sys.executable,
        "-m",
        "cookiecutter",
        TEMPLATE,
        "--output-dir",
        folder,
        "--replay-file",
        replay,
    )
    return run(*command, status=status)


@pytest.mark.parametrize(
    "text",
    [
        'Anne "Bob" O\'Connor',
        "C:\\new\\table \\u0041",
        "# 50 % of \"\"\" and ''' and `x`",
        "{{ 'ren' ~ 'dered' }}{% raw %}{# no #}${{ x }} {x} %(x)s",
        "é 日本 👷🏽\u200d♀️",
        "<b>&amp;</b> [x](y) | * _ ~ - : ? !",
    ],
)
def test_takes_any_printable_line_for_a_name(text, tmp_path):
    """Awkward names are data: taken, written and never rendered."""
    replay = write_replay_file(
        tmp_path / "replay.json", app_name=text, description=text, author=text, git_init=False
    )
    output = make_with_replay_file(tmp_path / "apps", replay)
    assert f"{text} is ready." in output
    files = [file for file in (tmp_path / "apps" / SLUG).rglob("*") if file.is_file()]
    assert len(files) > 10
    assert not any(b"rendered" in file.read_bytes() for file in files)
