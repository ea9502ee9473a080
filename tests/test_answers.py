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
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidName, canonicalize_name
from preflight.submodule_url import GIT_REF

from making.answers import LAST_WORDS, find_problems
from making.hosts import PLACEHOLDER
from making.packages import APP_PACKAGES, judge_package_of_index
from making.problem import describe
from making.reading import Reading
from making.source import read_source
from tests.support.answers import make_answers, make_answers_of_cruft, write_replay_file
from tests.support.baking import SLUG, make_app
from tests.support.commands import new_environment, run
from tests.support.places import TEMPLATE

HOSTS = Reading(make_answers()).hosts

LIBRARY = "https://github.com/acme/beams.git"
PACKAGE = "acme-beams==1.2.0"
INDEX = {"index_url": "https://robot@pypi.example.com/simple", "private_packages": PACKAGE}
ALONE = INDEX | {"index_url": "--index-url https://robot@pypi.example.com/simple"}
GITHUB = {"index_url": "https://github.com/acme", "private_packages": "beams@v1.2"}
MIXED_16 = "aB3" + "cD4e" * 3 + "f"


def with_secret(name: str) -> str:
    """Return an index whose secret is in a variable of this name."""
    return f"https://robot:${{{name}}}@pypi.example.com/simple"


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
        # The menus and the version of Python
        *cases("app_type", ("Tree", "choices", "tree"), ("", "choices", "simple")),
        *cases("ci", ("", "choices", "none"), ("jenkins", "choices", "azure")),
        *cases(
            "python_version",
            ("", "Python", "3.14"),
            ("3.9", "Python", "3.11"),
            ("3.10", "no longer", "3.12"),
            ("3.15", "Python", "3.13"),
            ("3.12.1", "Python", "3.12"),
            (" 3.12", "Python", "3.12"),
        ),
        # Where private packages come from: the address
        *cases(
            "index_url",
            ("http://pypi.example.com/simple", "https://", "http://localhost/simple"),
            ("http://127.0.0.2/simple", "https://", "http://127.0.0.1/simple"),
            ("http://localhost.example.com/simple", "https://", "http://localhost:8080/simple"),
            ("http://[::2]/simple", "https://", "http://[::1]:8080/simple"),
            ("ftp://pypi.example.com/simple", "https://", "https://pypi.example.com:8443/simple"),
            ("file:///simple", "https://", "https://10.0.0.1/simple"),
            ("pypi.example.com/simple", "https://", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/my simple", "more than a URL", "https://pypi.example.com/my%20simple"),
            ('https://pypi.example.com/a"simple', "quote", "https://pypi.example.com/asimple"),
            ("https://pypi.example.com/a'simple", "quote", "'https://pypi.example.com/simple'"),
            ("https://pypi.example.com/simple#x", "#", "https://pypi.example.com/simple/x"),
            ("https://pypi.example.com/simple?x=1", "?", "https://pypi.example.com/simple/x=1"),
            ("https://pypi.example.com/\\simple", "breaks", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/${REPO}/simple", "breaks", "https://pypi.example.com/REPO/simple"),
            ("https://pypi.example.com/<repo>/simple", "<repo>", "https://pypi.example.com/repo/simple"),
            ("https://pypi.example.com/\x07simple", "breaks", "https://pypi.example.com/simple"),
            ("https://pypi.example.com/sïmple", "breaks", "https://pypi.example.com/s%C3%AFmple"),
            ("https://HOST/simple", "HOST", "https://host.example.com/simple"),
            ("https://pypi.example.com/PATH", "PATH", "https://pypi.example.com/path"),
            ("https://pypi/simple", "host", "https://pypi.acme/simple"),
            ("https://-pypi.example.com/simple", "host", "https://p-ypi.example.com/simple"),
            ("https:///simple", "URL", "https://a.b/simple"),
            ("https://pypi.example.com:99999/simple", "URL", "https://pypi.example.com:9999/simple"),
            ("https://pypi.example.com", "shape", "https://pypi.example.com/"),
            ("https://a.b/" + "x" * 489, "501", "https://a.b/" + "x" * 488),
            ("nowhere", "URL", " none "),
            # A token in the path, where pip prints it
            (f"https://a.b/{MIXED_16}/simple", "token", "https://a.b/StructuralEngineering2025/simple"),
            (
                "https://a.b/t/aa-" + "0a1b2c3d" + "-0a1b" * 3 + "-0a1b2c3d4e5f/x",
                "token",
                "https://a.b/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d/x",
            ),
            # The shape of its host's
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
            (
                "https://pkgs.dev.azure.com/acme/_packaging/feed@Release/npm/simple/",
                "shape",
                "https://pkgs.dev.azure.com/acme/_packaging/feed@Release/pypi/simple/",
            ),
        ),
        *cases(
            "index_url",
            ("https://github.com/acme/beams", "shape", "https://github.com/acme/"),
            ("https://github.com/ORG", "ORG", "https://acme.ghe.com/acme"),
            ("https://bitbucket.org/acme/beams", "shape", "https://bitbucket.org/acme"),
            ("https://dev.azure.com/acme", "shape", "https://dev.azure.com/acme/bridges"),
            ("https://dev.azure.com/acme/a/b", "shape", "https://dev.azure.com/acme/bridges/_git"),
            ("https://gitlab.com/GROUP", "GROUP", "https://gitlab.com/acme/team/bridges"),
            ("https://code.example.com/acme", "no user", "https://robot@code.example.com/acme"),
            **GITHUB,
        ),
        # The login
        *cases(
            "index_url",
            ("https://USER@pypi.example.com/simple", "USER", "https://user@pypi.example.com/simple"),
            (
                "https://USER:${VIKTOR_APP_SECRET}@pypi.example.com/simple",
                "USER",
                "https://me@corp.com:${VIKTOR_APP_SECRET}@pypi.example.com/simple",
            ),
            (
                "https://robot:<your_token>@pypi.example.com/simple",
                "<your_token>",
                "https://robot:${ACME_TOKEN}@pypi.example.com/simple",
            ),
            (
                "https://<your_token>@pypi.example.com/simple",
                "<your_token>",
                "https://${ACME_TOKEN}@pypi.example.com/simple",
            ),
            (
                "https://robot:${acme_token}@pypi.example.com/simple",
                "pip",
                "https://${ACME_USER}:${ACME_TOKEN}@pypi.example.com/simple",
            ),
            (
                "https://${ACME_USER}@corp:${ACME_TOKEN}@pypi.example.com/simple",
                "pip",
                "https://:${ACME_TOKEN}@pypi.example.com/simple",
            ),
            ("https://müller@pypi.example.com/simple", "ASCII", "https://mueller@pypi.example.com/simple"),
            ("https://m%C3%BCller@pypi.example.com/simple", "ASCII", "https://100%@pypi.example.com/simple"),
            (
                "https://robot%0a@pypi.example.com/simple",
                "ASCII",
                "https://gitlab+deploy-token-1@pypi.example.com/simple",
            ),
            **INDEX,
        ),
        *(
            pytest.param("index_url", with_secret(refused), word, with_secret(good), INDEX, id=refused)
            for refused, word, good in (
                ("1SECRET", "no shell", "SECRET1"),
                ("VIKTOR_SECRET", "VIKTOR reserves", "VIKTOR_APP_SECRET"),
                ("VIKTOR_TOKEN", "another of CI's variables", "ACME_TOKEN"),
                ("SUBMODULES_TOKEN", "another of CI's variables", "PACKAGES_TOKEN"),
                ("UPDATE_TOKEN", "another of CI's variables", "INDEX_TOKEN"),
                ("GITHUB_PACKAGES", "GitHub refuses", "PACKAGES_OF_GITHUB"),
                ("CI_SECRET", "GitLab sets", "SECRET_OF_CI"),
                ("PIP_TOKEN", "pip reads", "TOKEN_FOR_PIP"),
                ("UV_TOKEN", "uv reads", "TOKEN_FOR_UV"),
                ("GIT_TOKEN", "Git reads", "TOKEN_FOR_GIT"),
                ("PYTHONPATH", "Python reads", "A"),
                ("PATH", "the system", "PATHS"),
                ("ALL_PROXY", "proxy", "PROXY_TOKEN"),
            )
        ),
        *cases(
            "index_url",
            (
                "https://${PATH}:${ACME_TOKEN}@pypi.example.com/simple",
                "the variable PATH",
                "https://${ACME_USER}:${ACME_TOKEN}@pypi.example.com/simple",
            ),
            **INDEX,
        ),
        *(
            pytest.param("index_url", refused, "names no user", good, {}, id=f"no user, {refused}")
            for refused in (
                "https://pypi.apkg.io/acme/simple",
                "https://acme.jfrog.io/artifactory/api/pypi/beams/simple",
                "https://nexus.acme.com/repository/beams/simple",
                "https://code.acme.com/api/packages/acme/pypi/simple",
                "https://devpi.acme.com/acme/stable/+simple/",
                "https://pulp.acme.com/pypi/beams/simple/",
            )
            for good in (refused.replace("//", "//robot@"), refused.replace("//", "//@"))
        ),
        # pip's options
        *cases(
            "index_url",
            ("--index-url", "URL", "--index-url https://a.b/simple"),
            ("--index-url=", "URL", "--index-url=https://a.b/simple"),
            ("-i https://a.b/simple x", "more than a URL", "-i https://a.b/simple"),
            ("-f https://a.b/simple", "more than a URL", '-i "https://a.b/simple"'),
            ("--index https://a.b/simple", "more than a URL", "--extra-index-url https://a.b/simple"),
            (
                "https://a.b/simple https://c.d/simple",
                "more than a URL",
                "--extra-index-url='https://a.b/simple'",
            ),
            (
                "--index-url https://pypi.fury.io/acme/",
                "doesn't serve PyPI's",
                "--extra-index-url https://pypi.fury.io/acme/",
            ),
            (
                "--index-url https://packagecloud.io/acme/beams/pypi/simple",
                "doesn't serve PyPI's",
                "https://packagecloud.io/acme/beams/pypi/simple",
            ),
            (
                "--index-url https://robot@code.acme.com/api/packages/acme/pypi/simple",
                "doesn't serve PyPI's",
                "https://robot@code.acme.com/api/packages/acme/pypi/simple",
            ),
        ),
        *cases(
            "index_url",
            ("--index-url https://github.com/acme", "packages come from Git", "https://github.com/acme"),
            (
                "--extra-index-url https://github.com/acme",
                "packages come from Git",
                "https://github.com/acme",
            ),
            **GITHUB,
        ),
        # The private packages
        *cases(
            "private_packages",
            ("acme-beams", "upper bound", "acme-beams==1"),
            ("acme-beams>=1.0", "upper bound", "acme-beams>=1.0,<2"),
            ("acme-beams!=1.0", "upper bound", "acme-beams~=1.0"),
            ("acme-beams>1", "upper bound", "acme-beams<=2"),
            ("acme-beams=1.0", "a package with a version", "acme-beams~=1.0"),
            ("acme-beams==", "a package with a version", "acme-beams==1.*"),
            ("acme-beams==v", "a package with a version", "acme-beams==v1"),
            ("acme-beams==1.0,A", "a package with a version", "acme-beams===1.0-A"),
            ("acme-beams==?", "a package with a version", "acme-beams==1!2.0rc1.post2.dev3+local.4"),
            ("acme-beams-==1", "a package with a version", "acme-be_a.ms==1"),
            ("-acme==1", "a package with a version", "a==1"),
            ("acme[==1", "a package with a version", "acme[plot,pdf]==1"),
            ("acme==1;python_version>'3'", "a package with a version", "acme==1"),
            ("acme@https://a.b/c.whl", "tag or a commit", "acme==1"),
            ("--pre", "a package with a version", "pre==1"),
            ("bjälke==1", "a package with a version", "bjalke==1"),
            ("beams==\u0661", "a package with a version", "beams==1"),
            ("\u212aelvin==1", "a package with a version", "Kelvin==1"),
            ("Acme.Beams==1 acme_beams==1", "twice", "Acme.Beams==1 acme_beams2==1"),
            ("Viktor==1", "already", "viktor-beams==1"),
            **INDEX,
        ),
        *cases(
            "private_packages",
            ("acme-beams>=", "a package with a version", "acme-beams"),
            ("acme-beams>=1;", "a package with a version", "acme-beams>=1"),
            ("a a", "twice", "a b"),
            **ALONE,
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


# The words of a shape that a user fills in; a date is one of them.
WORDS = re.compile(f"YYYY-MM-DD|{PLACEHOLDER.pattern}")
SHAPES = [(key, shape) for key, host in HOSTS.items() for shape in host.urls]


@pytest.mark.parametrize(("key", "shape"), SHAPES)
def test_a_shape_must_be_filled_in(key, shape):
    """Each host's URL is refused as long as a word in capitals stands in it, taken without one, and then the host's."""
    host = HOSTS[key]
    packages = "beams@v1" if host.git else PACKAGE
    url = shape.replace("//", "//robot@") if host.wants_user else shape
    words = WORDS.findall(shape)
    while words:
        (problem,) = find_problems(make_answers(index_url=url, private_packages=packages))
        assert problem.questions == ("index_url",), url
        assert all(word in problem.wrong for word in re.findall("[A-Z_]+", " ".join(words)))
        word = words.pop(0)
        url = url.replace(word, {"HOST": "acme.example", "YYYY-MM-DD": "2026-02-28"}.get(word, "acme1"), 1)
    answers = make_answers(index_url=url, private_packages=packages)
    assert find_problems(answers) == [], url
    assert read_source(answers, HOSTS).host == host


@pytest.mark.parametrize(
    ("changes", "questions", "word"),
    [
        ({"private_packages": PACKAGE}, {"index_url", "private_packages"}, "no address"),
        (INDEX | {"index_url": "-"}, {"index_url", "private_packages"}, "no address"),
        (INDEX | {"private_packages": f"{PACKAGE} beams@v1"}, {"private_packages"}, "one address for all"),
        (GITHUB | {"private_packages": f"{PACKAGE} beams@v1"}, {"private_packages"}, "one address for all"),
        ({"submodules": LIBRARY, "__git_init": "no"}, {"submodules"}, "Git repository"),
    ],
)
def test_refuses_answers_that_contradict_each_other(changes, questions, word):
    """Answers that make no sense together are all asked again."""
    (problem,) = find_problems(make_answers(**changes))
    assert questions == set(problem.questions)
    assert word in problem.wrong


@pytest.mark.parametrize(
    "changes",
    [
        # Where there is nothing, in each of the ways to say so
        {},
        dict.fromkeys(("submodules", "index_url", "private_packages"), ""),
        dict.fromkeys(("submodules", "index_url", "private_packages"), "-"),
        dict.fromkeys(("submodules", "index_url", "private_packages"), " none "),
        # A team's first day: where the packages will be, and none yet
        INDEX | {"private_packages": "none"},
        ALONE | {"private_packages": "-"},
        GITHUB | {"private_packages": ""},
        {"index_url": "https://robot@code.example.com/acme"},
        # No repository, and nothing that needs one
        {"__git_init": "no"},
        {"__git_init": "no", "submodules": "none"},
    ],
)
def test_takes_what_says_nothing_yet(changes):
    """Nothing is refused of a team that has no submodule, no index or no package."""
    assert find_problems(make_answers(**changes)) == []


@pytest.mark.parametrize(
    ("shown", "user"),
    [
        ("https://acme@dev.azure.com/acme/bridges/_git/beams", "acme"),
        ("soil=https://acme@dev.azure.com/acme/bridges/_git/beams#v1.2", "acme"),
        ("https://anne_builder@bitbucket.org/acme/beams.git", "anne_builder"),
        ("https://anne@bitbucket.org/acme/beams.git#main", "anne"),
    ],
)
def test_a_url_to_clone_as_its_host_shows_it_is_told_what_to_leave_out(shown, user):
    """The user name is no secret: it is shown, and what the refusal says to type is taken."""
    (problem,) = find_problems(make_answers(submodules=shown))
    assert not problem.holds_secret
    assert shown in describe(problem)
    advice, _, instead = problem.right.partition(": ")
    assert advice == f"leave out {user}@"
    assert instead == shown.replace(f"{user}@", "")
    assert find_problems(make_answers(submodules=instead)) == []


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        (f"{LIBRARY}@v1.2", f"{LIBRARY}#v1.2"),
        ("git@github.com:acme/beams.git@release/1", "git@github.com:acme/beams.git#release/1"),
        ("ssh://localhost:2222/beams.git@v1", "ssh://localhost:2222/beams.git#v1"),
    ],
)
def test_a_version_behind_an_at_is_told_how_git_has_it(typed, instead):
    """`URL@v1.2` is pip's way to write it; what the refusal says to type is taken."""
    (problem,) = find_problems(make_answers(submodules=typed))
    assert not problem.holds_secret
    assert problem.right == f"write #{instead.partition('#')[2]}: {instead}"
    assert find_problems(make_answers(submodules=instead)) == []


@pytest.mark.parametrize(
    "word",
    [
        "git@ssh.dev.azure.com:v3/ORG/PROJECT/REPO",
        "ORG@vs-ssh.visualstudio.com:v3/ORG/PROJECT/REPO",
        "https://dev.azure.com/ORG/PROJECT/_git/REPO",
        "ssh://git@altssh.bitbucket.org:443/acme/beams.git",
        "ssh://git@ssh.github.com:443/acme/beams.git",
    ],
)
def test_takes_urls_to_clone_as_hosts_show_them(word):
    """By ssh as by https."""
    assert find_problems(make_answers(submodules=word)) == []


def test_reports_every_word_and_every_question_at_once():
    """No problem hides another one."""
    problems = find_problems(
        make_answers(
            app_name="",
            app_slug="A",
            index_url="http://${a}@a.b/",
            private_packages="acme == 1 beams",
            submodules=f"{LIBRARY} ../x file:///y {LIBRARY}",
        )
    )
    assert sorted((problem.questions, problem.answer) for problem in problems) == [
        (("app_name",), ""),
        (("app_slug",), "A"),
        (("index_url",), "http://${a}@a.b/"),
        (("index_url",), "http://${a}@a.b/"),
        (("private_packages",), "1"),
        (("private_packages",), "=="),
        (("private_packages",), "acme"),
        (("private_packages",), "beams"),
        (("submodules",), "../x"),
        (("submodules",), "file:///y"),
        (("submodules",), LIBRARY),
    ]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("index_url", None), ("python_version", 3.12), ("submodules", [LIBRARY]), ("app_name", 7)],
)
def test_refuses_an_answer_of_another_kind(question, answer):
    """What only a replay file written by hand can hold is refused too."""
    (problem,) = find_problems(make_answers(**{question: answer}))
    assert problem.questions == (question,)
    assert "replay file" in problem.wrong


@pytest.mark.parametrize("question", ["app_name", "submodules", "ci"])
def test_refuses_what_was_pasted_by_mistake(question):
    """A whole file, perhaps with a key in it, is neither shown nor kept."""
    (problem,) = find_problems(make_answers(**{question: "word " * 2001}))
    assert problem.questions == (question,)
    assert "10005 characters" in problem.wrong
    assert problem.holds_secret


def test_takes_a_hundred_submodules():
    """What is long because a company has many packages is no book."""
    urls = (
        f"https://git.engineering.example.com/acme/structures/part-{number}.git#v1.2.0"
        for number in range(100)
    )
    assert find_problems(make_answers(submodules=" ".join(urls))) == []


def test_knows_what_the_app_installs_itself():
    """The packages that can't be private ones are those of the app's own requirements.txt."""
    requirements = TEMPLATE / "{{cookiecutter.app_slug}}" / "requirements.txt"
    pinned = re.findall(r"^([\w-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(pinned) == APP_PACKAGES


# Compared with the ones who will read the answer


def is_requirement(text: str) -> bool:
    """Tell whether `packaging`, as pip, reads a text as a requirement of the forms that the hook takes.

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


NAMES = [f"{name}==1" for name in random_texts(["a", "Z", "9", "-", "_", ".", "é", "\u212a", "\u0663"], 2000)]
EXTRAS = [f"a[{extras}]==1" for extras in random_texts(["a", "B-2", ",", "_", "[", "]"], 1000)]
PIECES = ["1", "0", ".2", "v", "2!", "a", "rc1", "-", "_", ".", "post", ".dev3", "+", "abc", ".*", "\u0663"]
VERSIONS = [
    f"a{operator}{version}"
    for version in random_texts(PIECES, 2000)
    for operator in ("==", "!=", "~=", "<", "<=", ">", ">=")
]
BOUNDS = [
    f"a{bounds}"
    for bounds in random_texts(["==1", "<2", ",", ">=1.0", "~=1", "!=1.*", "=", "(", ")"], 2000)
    if "===" not in bounds  # which pip compares as text
]
FORMS = (
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
)
ANYWHERE = make_answers(index_url="--index-url https://pypi.example.com/simple")


def takes(package: str) -> bool:
    """Tell whether the hook takes a package from an index that everything comes from."""
    return not list(judge_package_of_index(package, read_source(ANYWHERE, HOSTS)))


@pytest.mark.parametrize(
    "texts",
    [NAMES, EXTRAS, FORMS, VERSIONS, BOUNDS],
    ids=["names", "extras", "forms", "versions", "bounds"],
)
def test_reads_a_package_as_packaging_does(texts):
    """The hook takes a private package exactly when `packaging` does: neither is right by itself."""
    assert {text for text in texts if takes(text) != is_requirement(text)} == set()


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
    answers = make_answers_of_cruft(submodules=LIBRARY)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path / "tmpwxyz5678/my-viktor-app")
    assert find_problems(answers) == []
    monkeypatch.chdir(tmp_path)
    assert len(find_problems(answers)) == 1


@pytest.mark.parametrize(
    "changes", [{"python_version": "3.10"}, INDEX | {"index_url": with_secret("UPDATE_TOKEN")}]
)
def test_an_update_is_not_refused_what_an_app_was_once_made_with(changes, tmp_path, monkeypatch):
    """A new app is; `cruft update` makes it in a folder that it throws away."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for folder in ("tmpabcd1234/repo", "tmpabcd1234/current_template", "tmpwxyz5678/my-viktor-app"):
        (tmp_path / folder).mkdir(parents=True)
    answers = make_answers_of_cruft(**changes)
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
    run(*words_after(output, "Then run this, which asks nothing again:\n  "))
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


@pytest.mark.parametrize(
    "changes",
    [
        {"submodules": "https://a.b/\x1b[2J/beams.git@v1"},
        {"submodules": "https://a.b/beams.git#v1\x1b[2J"},
        {"submodules": "https://acme@dev.azure.com/acme/p/_git/beams#\x1b[2J"},
        {"index_url": "https://a.b/<\x1b[2J>/simple"},
        {"index_url": "https://nexus.acme.com/repository/\x1b[2J/simple"},
        {"index_url": "https://github.com/acme", "private_packages": "beams@\ud800\x1b[2J"},
    ],
)
def test_prints_no_control_characters_in_what_is_wrong_or_right(changes):
    """Both may hold a piece of the answer."""
    problems = find_problems(make_answers(**changes))
    assert problems
    for problem in problems:
        assert describe(problem).replace("\n", "").isprintable()


def test_refuses_an_unknown_choice_in_a_replay_file(tmp_path):
    """A file written by hand gets the choices, and no traceback."""
    replay = write_replay_file(tmp_path / "replay.json", ci="jenkins")
    output = make_with_replay_file(tmp_path / "apps", replay, status=1)
    assert "right:  github, gitlab, azure, none" in output
    assert "Traceback" not in said_by_the_hook(output)
    assert list((tmp_path / "apps").iterdir()) == []


def test_refuses_a_slug_of_another_kind_in_a_replay_file(tmp_path):
    replay = write_replay_file(tmp_path / "replay.json", app_slug=None)
    output = make_with_replay_file(tmp_path / "apps", replay, status=1)
    assert "app_slug\n  wrong:  isn't text in the replay file" in output
    assert list((tmp_path / "apps").iterdir()) == []


@pytest.mark.parametrize("written", ["3.12", '"3.12"'])
def test_takes_a_python_version_of_an_organisations_yaml(written, tmp_path):
    """Between quotes or not."""
    config = tmp_path / "organisation.yml"
    config.write_text(f"default_context:\n  python_version: {written}\n", encoding="utf-8")
    make_app(tmp_path, "--config-file", config)
    assert 'python_version = "3.12"' in (tmp_path / SLUG / "viktor.config.toml").read_text(encoding="utf-8")


def test_the_last_words_are_about_the_traceback(tmp_path):
    """Cookiecutter prints one of its own behind the hook's message."""
    output = make_app(tmp_path / "apps", "app_slug=A", status=1)
    message, _, rest = output.partition(LAST_WORDS)
    assert "app_slug\n  answer: A\n" in message
    assert "Traceback" not in message
    assert "Stopping generation" in rest


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
        tmp_path / "replay.json", app_name=text, description=text, author=text, __git_init="no"
    )
    output = make_with_replay_file(tmp_path / "apps", replay)
    assert f"{text} is ready." in output
    files = [file for file in (tmp_path / "apps" / SLUG).rglob("*") if file.is_file()]
    assert len(files) > 10
    assert not any(b"rendered" in file.read_bytes() for file in files)
