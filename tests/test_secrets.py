"""No secret anywhere: typed by mistake, it is neither shown nor kept; given as it should be, it stays where it is."""

import json
import secrets
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

import pytest
from preflight.tokens import SHAPES

from making.answers import find_problems
from making.credentials import SHORTEST_TOKEN
from making.problem import describe
from tests.support.answers import make_answers
from tests.support.baking import SLUG, git, make_app
from tests.support.commands import run
from tests.support.places import TEMPLATE
from tests.support.template import template_repository

# Made up anew at every run, so the tests are named after the kinds only.
SECRETS = {
    "hex": secrets.token_hex(24),
    "short": secrets.token_hex(4),
    "digits": f"{secrets.randbelow(10**5):05}",
    "mixed": f"aB3{secrets.token_hex(8)}Xy",
    "azure": f"{secrets.token_hex(24)}AzDo",
    "anaconda": f"aa-{uuid.uuid4()}",
    "github": "github" + f"_pat_{secrets.token_hex(30)}",
    "gitlab": "glp" + f"at-{secrets.token_hex(10)}",
    "jfrog": "cmV" + f"md{secrets.token_hex(29)}",
    "jwt": "ey" + f"J{secrets.token_hex(12)}.ey" + f"J{secrets.token_hex(30)}.{secrets.token_hex(20)}",
}
HEX = SECRETS["hex"]

LIBRARY = "https://github.com/acme/beams.git"
PACKAGE = "acme-beams==1.2.0"
PACKAGES = {"private_packages": PACKAGE}
OTHER = PACKAGES | {"index_url": "https://robot@pypi.example.com/simple"}
FROM_GITHUB = {"index_url": "https://github.com/acme"}


@pytest.mark.parametrize(
    ("others", "question", "answer", "kind"),
    [
        # In the URL of the index
        (PACKAGES, "index_url", "https://robot:{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{}/x@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{}#x@pypi.example.com/simple", "hex"),
        # A password of digits and a slash looks like a port and a path.
        (PACKAGES, "index_url", "https://robot:{}/@pypi.example.com/simple", "digits"),
        (PACKAGES, "index_url", "https://robot:12/{}@pypi.example.com/simple", "short"),
        ({}, "description", "see https://robot:12/{}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", "https://robot:{}?x@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{}\\x@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{} x@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:x {}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{}%40pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://robot:{}", "hex"),
        (PACKAGES, "index_url", "https://{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://{}:@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https:/robot:{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "robot:{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "robot:{}/x@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "https://pypi.example.com/simple?token={}", "short"),
        (PACKAGES, "index_url", "https://pypi.example.com/simple?st={}", "short"),
        (PACKAGES, "index_url", "https://pypi.example.com/simple {}", "hex"),
        (PACKAGES, "index_url", "https://pypi.example.com/{}/simple", "hex"),
        (PACKAGES, "index_url", "https://pypi.anaconda.org/t/{}/acme/simple", "anaconda"),
        (PACKAGES, "index_url", "{}", "hex"),
        (PACKAGES, "index_url", "https://dl.cloudsmith.io/{}/acme/beams/python/simple/", "mixed"),
        (PACKAGES, "index_url", "https://packagecloud.io/priv/{}/acme/beams/pypi/simple", "hex"),
        ({}, "index_url", "https://robot:{}@pypi.example.com/simple", "hex"),
        ({}, "index_url", "https://robot:{}@github.com/acme", "github"),
        # As hosts' pages show it, as a whole line
        (PACKAGES, "index_url", "--extra-index-url https://robot:{}@pypi.example.com/simple", "hex"),
        (PACKAGES, "index_url", "--index-url https://robot:{}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", "--index-url=https://robot:{}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", "-i https://robot:{}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", '--extra-index-url "https://robot:{}@pypi.example.com/simple"', "short"),
        (
            PACKAGES,
            "index_url",
            "pip install acme --index-url https://robot:{}@pypi.example.com/simple",
            "hex",
        ),
        # As the user name, or joined to it
        (PACKAGES, "index_url", "https://{}@pypi.fury.io/acme/", "short"),
        (PACKAGES, "index_url", "https://{}:@pypi.fury.io/acme/", "short"),
        (PACKAGES, "index_url", "https://{}@packagecloud.io/acme/beams/pypi/simple", "mixed"),
        (PACKAGES, "index_url", "https://{}@pypi.example.com/simple", "gitlab"),
        (PACKAGES, "index_url", "https://{}@pypi.example.com/simple", "jfrog"),
        (PACKAGES, "index_url", "https://robot:{}:${{VIKTOR_APP_SECRET}}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", "https://robot:${{VIKTOR_APP_SECRET}}{}@pypi.example.com/simple", "short"),
        (PACKAGES, "index_url", "https://{}:${{VIKTOR_APP_SECRET}}@pypi.example.com/simple", "gitlab"),
        (PACKAGES, "index_url", "https://{}@code.example.com/api/packages/acme/pypi/simple", "hex"),
        # As the name of the variable
        (PACKAGES, "index_url", "https://robot:${{{}}}@pypi.example.com/simple", "gitlab"),
        (PACKAGES, "index_url", "https://robot:$VIKTOR_APP_SECRET={}@pypi.example.com/simple", "hex"),
        # In the URL of a submodule
        ({}, "submodules", "https://{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "beams=https://robot:{}@github.com/acme/beams.git#v1", "hex"),
        ({}, "submodules", "https://robot:{}/x@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:{}#x@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:12#{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:12/x#{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:12/x#{}?#y@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "beams=ssh://robot:12/x#{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:x {} y@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://robot:{}", "hex"),
        ({}, "submodules", "robot:{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "robot:{}@github.com:acme/beams.git", "hex"),
        ({}, "submodules", "{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "ssh://git:{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "git+https://{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "ext::sh -c https://{}@github.com/acme/beams.git", "hex"),
        ({}, "submodules", "https://gitlab.com/acme/beams.git?private_token={}", "short"),
        ({}, "submodules", "https://gitlab.com/{}/beams.git", "gitlab"),
        ({}, "submodules", LIBRARY + "#{}", "github"),
        # Among the private packages
        (OTHER, "private_packages", "acme-beams @ git+https://robot:{}@github.com/acme/beams", "hex"),
        (OTHER, "private_packages", "acme-beams @ git+https://robot:x {}@github.com/acme/beams", "hex"),
        (OTHER, "private_packages", "--extra-index-url https://{}@pypi.example.com/simple", "hex"),
        (OTHER, "private_packages", "{}", "hex"),
        (OTHER, "private_packages", "{}==1", "azure"),
        (FROM_GITHUB, "private_packages", "beams@{}", "github"),
        # Anywhere else
        ({}, "app_name", "{}", "azure"),
        ({}, "app_slug", "{}", "gitlab"),
        ({}, "description", "An app, see https://robot:{}@example.com/.", "hex"),
        ({}, "author", "robot:{}@example.com/x", "hex"),
        ({}, "author", "Anne ({})", "jwt"),
    ],
)
def test_refuses_a_credential_without_showing_it(others, question, answer, kind):
    """The question is asked again, and not a piece of the secret is in the message."""
    secret = SECRETS[kind]
    answers = make_answers(**others | {question: answer.format(secret)})
    problems = find_problems(answers)
    assert question in {
        question for problem in problems if problem.holds_secret for question in problem.questions
    }
    message = "\n".join(map(describe, problems))
    assert "(not shown)" in message
    assert_none_of(message, *(secret[start : start + 8] for start in range(len(secret) - 7)))


def test_refuses_a_token_in_the_users_place_as_its_page_shows_it():
    """Gemfury's page has `TOKEN@`: what a user puts there is the token, whatever it looks like."""
    for typed in ("https://TOKEN@pypi.fury.io/acme/", "--extra-index-url https://abc@pypi.fury.io/acme/"):
        problems = find_problems(make_answers(index_url=typed, private_packages=PACKAGE))
        assert [problem.holds_secret for problem in problems] == [True]
        assert "${VIKTOR_APP_SECRET}" in problems[0].right


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("app_slug", "glass-facade-calculator"),
        ("app_slug", "glulam-beam-connections-tool"),
        ("app_name", "gh_" + "a" * 20),
        ("author", "Anne <anne@acme.com>, https://medium.com/@anne"),
        ("description", "Beams: NEN-EN 1993-1-1:2006+C2+A1/NB, see https://acme.com:8443/a@b"),
        ("submodules", "git@github.com:acme/beams.git ssh://AKPAEXAMPLE@git.acme.com:2222/v1/repos/loads"),
        ("submodules", "https://dev.azure.com/acme/p/_git/beams#release@2 lib=ssh://git@a.b/c#d@e"),
        (
            "submodules",
            "https://git.acme.com:8443/acme/beams.git#release@v1.2/x https://git:8443/x.git#a@b/c",
        ),
        ("submodules", "https://gist.github.com/0a1b2c3d4e5f60718293a4b5c6d7e8f9.git http://[::1]:8080/x"),
        ("submodules", LIBRARY + "#" + "0a1b2c3d" * 5),
        ("submodules", LIBRARY + "#" + "0a1b2c3d" * 8),
    ],
)
def test_takes_what_only_resembles_a_credential(question, answer):
    """Names of engineering apps, e-mail addresses, ports, commits and refs with an @ are fine."""
    assert find_problems(make_answers(**{question: answer})) == []


@pytest.mark.parametrize(
    "answers",
    [
        {
            "index_url": "https://robot@acme.jfrog.io/artifactory/api/pypi/pypi-engineering-virtual/simple",
        },
        {
            "index_url": "https://pkgs.dev.azure.com/acme/0a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f/_packaging/Beams2024/pypi/simple/",
        },
        {"index_url": "https://pkgs.dev.azure.com/acme/_packaging/feed@Release/pypi/simple/"},
        {"index_url": "https://acme.pkgs.visualstudio.com/p/_packaging/feed@Local/pypi/simple/"},
        {"index_url": "https://pypi.example.com/StructuralEngineering2025/simple"},
        {"index_url": "https://pypi.example.com/acme@v2/simple"},
        {
            "index_url": "https://gitlab+deploy-token-1234567@git.acme.com/api/v4/projects/a%2Fb/packages/pypi/simple",
        },
        {"index_url": "https://StructuralEngineering2025@pypi.example.com/simple"},
        {"index_url": "https://me@corp.com@pypi.example.com/simple"},
        {"private_packages": "my_company_package_for_2d_and_3d_analysis==2024.1.0rc1"},
        {"private_packages": "beams@" + "0a1b2c3d" * 5, "index_url": "https://github.com/acme"},
        {"index_url": "https://robot:${_A1}@pypi.example.com/simple"},
        {"index_url": "https://${TOKEN_OF_THE_STRUCTURAL_ENGINEERING_TEAM_2025}@pypi.fury.io/acme/"},
    ],
)
def test_takes_what_only_resembles_a_credential_of_an_index(answers):
    """Usual names of repositories, feeds, users and packages are fine."""
    assert find_problems(make_answers(**OTHER | answers)) == []


def test_judges_an_answer_with_a_credential_no_further():
    """Its other words may be pieces of the credential."""
    words = f"../loads https://robot:{HEX}@github.com/acme/beams.git {LIBRARY} ext::x"
    (problem,) = find_problems(make_answers(submodules=words, __git_init="no"))[:1]
    assert problem.questions == ("submodules",)
    assert problem.holds_secret


def test_judges_the_other_answers_beside_a_credential():
    """A credential hides no problem of the other questions, nor one that several have together."""
    url = f"https://robot:{HEX}@pypi.example.com/simple"
    problems = find_problems(
        make_answers(index_url=url, private_packages="acme beams@v1", app_slug="A", python_version="3")
    )
    assert {"index_url", "app_slug", "python_version"} <= {
        key for problem in problems for key in problem.questions
    }
    assert_none_of("\n".join(map(describe, problems)), HEX)


# What is left on the disk


def assert_none_of(text: str, *found: str) -> None:
    """Check that a text holds none of the secrets; they are not shown where one does."""
    __tracebackhide__ = True
    if any(secret in text for secret in found):
        pytest.fail("a secret is in the output")


def assert_in_no_file(folder: Path, *found: str) -> None:
    """Check that no file below a folder holds one of the secrets."""
    __tracebackhide__ = True
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    for file in files:
        if any(secret.encode() in file.read_bytes() for secret in found):
            pytest.fail(f"a secret is in {file}")


@pytest.fixture
def machine(tmp_path):
    """Give a folder that holds the home, the temporary folder and the apps of one run, and its variables."""
    for name in ("home", "temporary", "apps"):
        (tmp_path / "machine" / name).mkdir(parents=True)
    home, temporary = str(tmp_path / "machine/home"), str(tmp_path / "machine/temporary")
    variables = dict.fromkeys(("HOME", "USERPROFILE"), home) | dict.fromkeys(
        ("TMPDIR", "TEMP", "TMP"), temporary
    )
    return tmp_path / "machine", variables


def refuse(machine, *options, **answers) -> str:
    """Run cookiecutter with answers that it refuses, and return what it printed."""
    folder, variables = machine
    words = (f"{question}={answer}" for question, answer in answers.items())
    return make_app(folder / "apps", *options, *words, env=variables, status=1)


def test_removes_a_refused_credential_from_the_disk(machine):
    """Both sections of the replay file, the saved answers and the rendered hook hold it no more; the rest stays."""
    folder, _ = machine
    replays = folder / "home" / ".cookiecutter_replay"
    replays.mkdir()
    url = f"https://robot:{HEX}@pypi.example.com/simple"
    same = {"cookiecutter": {"index_url": url, "author": "Ada"}, "_cookiecutter": {"index_url": url}}
    (replays / "other-template.json").write_text(json.dumps(same), encoding="utf-8")
    different = (
        '{"cookiecutter": {"index_url": "https://a.b/", "description": 7}, "x": [], "_cookiecutter": null}'
    )
    (replays / "different.json").write_text(different, encoding="utf-8")
    (replays / "broken.json").write_text("{", encoding="utf-8")

    answers = {"index_url": url, "description": f"See https://ada:{SECRETS['mixed']}@a.b/", "app_slug": "A"}
    output = refuse(machine, **PACKAGES, **answers, author="Ada")

    assert "revoke it" in output
    assert "was removed from cookiecutter's own record" in output
    assert str(replays / f"{TEMPLATE.name}.json") in output
    assert_none_of(output, HEX, SECRETS["mixed"])
    assert_in_no_file(folder, HEX, SECRETS["mixed"])
    assert list((folder / "apps").iterdir()) == []
    record = json.loads((replays / f"{TEMPLATE.name}.json").read_text(encoding="utf-8"))
    for section in ("cookiecutter", "_cookiecutter"):
        assert {"index_url", "description"}.isdisjoint(record[section])
        assert record[section]["app_slug"] == "A"
        assert record[section]["author"] == "Ada"
    other = json.loads((replays / "other-template.json").read_text(encoding="utf-8"))
    assert other == {"cookiecutter": {"author": "Ada"}, "_cookiecutter": {}}
    assert (replays / "different.json").read_text(encoding="utf-8") == different
    assert (replays / "broken.json").read_text(encoding="utf-8") == "{"


@pytest.mark.parametrize("known", [True, False])
def test_finds_the_replay_folder_of_the_users_configuration(machine, known):
    """The user's own replay_dir is cleaned; one that only the command line names is told to the user."""
    folder, variables = machine
    config = folder / "cookiecutter.yaml"
    config.write_text(f"replay_dir: {json.dumps(str(folder / 'records'))}\n", encoding="utf-8")
    url = f"https://robot:{HEX}@pypi.example.com/simple"
    if known:
        variables["COOKIECUTTER_CONFIG"] = str(config)
        output = refuse(machine, index_url=url)
        assert str(folder / "records") in output
        assert_in_no_file(folder, HEX)
    else:
        output = refuse(machine, "--config-file", config, index_url=url)
        assert "delete it in the replay_dir of your configuration" in output
    assert_none_of(output, HEX)


def test_keeps_its_word_when_the_users_configuration_is_broken(machine):
    """The default folder is cleaned where cookiecutter was told not to read the user's configuration."""
    folder, variables = machine
    variables["COOKIECUTTER_CONFIG"] = str(folder / "nowhere.yaml")
    output = refuse(machine, "--default-config", index_url=f"https://robot:{HEX}@pypi.example.com/simple")
    assert "was removed from cookiecutter's own record" in output
    assert_in_no_file(folder, HEX)


def test_a_refused_credential_is_left_nowhere_by_cruft(machine, tmp_path):
    """No record is kept by cruft, and what it rendered is removed."""
    folder, variables = machine
    template = template_repository(tmp_path / "template.git", tag="v1")
    answers = json.dumps({"submodules": f"https://robot:{HEX}@github.com/acme/beams.git"})
    output = run(
        *(sys.executable, "-m", "cruft", "create", template, "--no-input"),
        *("--output-dir", folder / "apps", "--extra-context", answers),
        env=variables,
        status=1,
    )
    assert "revoke it" in output
    assert_none_of(output, HEX)
    assert_in_no_file(folder, HEX)
    assert list((folder / "apps").iterdir()) == []


def test_no_secret_in_an_app_with_everything(machine, git_http, logins, tmp_path):
    """The secret in the environment and the Git login reach no file, no object, no record and no output."""
    folder, variables = machine
    canary = secrets.token_hex(20)
    password = next(iter(logins.values()))
    template = template_repository(tmp_path / "template.git", tag="v1")
    answers = OTHER | {"submodules": f"{git_http}/units.git {git_http}/acme-beams.git#v1.0"}
    output = run(
        *(sys.executable, "-m", "cruft", "create", template, "--no-input"),
        *("--output-dir", folder / "apps", "--extra-context", json.dumps(answers)),
        env=variables | {"VIKTOR_APP_SECRET": canary, "VIKTOR_TOKEN": canary},
    )
    output += make_app(
        folder / "again",
        *(f"{question}={answer}" for question, answer in answers.items()),
        env=variables | {"VIKTOR_APP_SECRET": canary, "VIKTOR_TOKEN": canary},
    )
    found = (canary, password, quote(password, safe=""))
    assert (folder / "apps" / SLUG / ".cruft.json").is_file()
    assert (folder / "home" / ".cookiecutter_replay" / f"{TEMPLATE.name}.json").is_file()
    assert_in_no_file(folder, *found)
    for app in (folder / "apps" / SLUG, folder / "again" / SLUG):
        submodules = [file.parent for file in app.glob("app/submodules/*/.git")]
        assert len(submodules) == 2
        for repository in (app, *submodules):
            output += git(repository, "log", "--all", "--patch", "--format=fuller")
            output += git(repository, "cat-file", "--batch", "--batch-all-objects")
    assert "acme-beams==1.2.0" in output
    assert_none_of(output, *found)


def test_a_word_that_is_not_compared_with_the_shapes_is_no_token():
    assert min(len(shape.example()) for shape in SHAPES) == SHORTEST_TOKEN
