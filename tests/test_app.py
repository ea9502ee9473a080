"""The app that comes out: its own linters and tests pass, and every file is sound, in each pair of answers."""

import json
import re
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from allpairspy import AllPairs
from markdown_it import MarkdownIt
from packaging.requirements import Requirement

from making.names import OFFERED
from making.reading import Reading
from tests.support.answers import make_answers
from tests.support.commands import run
from tests.support.places import TEMPLATE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

QUESTIONS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))

# One source of private packages of each kind that requirements.txt, README.md or CI treat in a way of their own.
SOURCES = {
    "none": {},
    "gitlab": {
        "index_url": "https://git.example.com/api/v4/projects/42/packages/pypi/simple",
        "private_packages": "acme-beams==1.2.0 acme-loads[csv]~=2.1",
    },
    "azure, alone": {
        "index_url": "--index-url https://pkgs.dev.azure.com/acme/_packaging/main@Release/pypi/simple/",
        "private_packages": "acme-beams",
    },
    "gemfury": {"index_url": "https://pypi.fury.io/acme/", "private_packages": "acme-beams<2"},
    "open": {"index_url": "https://pypi.example.com/simple/", "private_packages": "acme-beams==1.2.0"},
    "two variables": {
        "index_url": "https://${ACME_USER}:${ACME_TOKEN}@pypi.example.com/simple/",
        "private_packages": "acme-beams==1.2.0",
    },
    "first day": {"index_url": "https://robot@acme.jfrog.io/artifactory/api/pypi/bridges/simple"},
    "github": {
        "index_url": "https://github.com/acme",
        "private_packages": "acme-beams@v1.2.0 acme-loads@main",
    },
    "azure repos": {
        "index_url": "https://dev.azure.com/acme/bridges",
        "private_packages": "acme-beams@v1.2.0",
    },
}
CHOICES = {
    "app_type": QUESTIONS["app_type"],
    "python_version": OFFERED,
    "source": list(SOURCES),
    "ci": QUESTIONS["ci"],
    "submodules": ["none", "acme-beams.git acme_loads.git#v1.0"],
}
PLATFORMS = ["linux", "windows"]
CI_FILES = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
PROGRAMS_OF_CI = {f".ci/{name}.py" for name in ("logins", "proposal", "request", "update", "variables")}
FILES_OF_CI = {
    "github": {
        ".github/workflows/ci.yml",
        ".github/workflows/update.yml",
        ".github/dependabot.yml",
        *PROGRAMS_OF_CI,
    },
    "gitlab": {".gitlab-ci.yml", "renovate.json", *PROGRAMS_OF_CI},
    "azure": {"azure-pipelines.yml", "renovate.json", *PROGRAMS_OF_CI},
    "none": set(),
}
FILES = {
    ".gitignore",
    ".pre-commit-config.yaml",
    ".viktorignore",
    "AGENTS.md",
    "CHANGELOG.md",
    "CLAUDE.md",
    "README.md",
    "app/__init__.py",
    "app/beam/__init__.py",
    "app/beam/calculation.py",
    "app/beam/controller.py",
    "app/beam/figure.py",
    "app/beam/parametrization.py",
    "app/submodules/__init__.py",
    *(f"preflight/{file.name}" for file in (TEMPLATE / "{{cookiecutter.app_slug}}/preflight").glob("*.py")),
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "tests/__init__.py",
    "tests/test_calculation.py",
    "tests/test_controller.py",
    "tests/test_figure.py",
    "viktor.config.toml",
}
FILES_OF_TREE = {
    "app/folder/__init__.py",
    "app/folder/controller.py",
    "app/folder/parametrization.py",
    "tests/test_folder.py",
}
AWKWARD = [
    """Anne "Bob" O'Connor & Zn""",
    r"back\slash \n \\ \"",
    "# 100 % {{ cookiecutter }} {% if %} {# x #} ${{ y }} #",
    "Brücke 🏗️ 橋梁 \u201cx\u201d \u2018y\u2019",
    "`ticks` ```fence``` ~~~ ~~struck~~",
    "<b>R&amp;D</b> [link](target) ![image](source) <https://example.com>",
    "1. not a list",
    "- nor this",
    "* _stars_ and **more** __ __",
    "$HOME $(id) !! %PATH% $x$ key: value | yes",
]


COMBINATIONS = [dict(zip(CHOICES, row, strict=True)) for row in AllPairs(CHOICES.values())]


@pytest.fixture(params=COMBINATIONS, ids=lambda answers: "-".join(str(answer) for answer in answers.values()))
def answers(request, git_daemon):
    """One of the combinations, as answers to the questions."""
    answers = dict(request.param)
    if answers["submodules"] != "none":
        answers["submodules"] = " ".join(f"{git_daemon}/{item}" for item in answers["submodules"].split())
    return {**answers, **SOURCES[answers.pop("source")]}


def source_of(answers: dict):
    """Return where the private packages of these answers come from, None if from nowhere."""
    return Reading(make_answers(**answers)).source


def texts(app: Path) -> dict[str, str]:
    """Return the text of each file of the app itself, by its path."""
    return {
        path: (app / path).read_bytes().decode()
        for path in sorted(file.relative_to(app).as_posix() for file in app.rglob("*") if file.is_file())
        if not path.startswith(".git/") and not re.match("app/submodules/[^/]+/", path)
    }


def ruff(app: Path, *words: str) -> None:
    """Run ruff as the app's developers do; without a cache, which would be one more file in the app."""
    run(sys.executable, "-m", "ruff", *words, "--no-cache", cwd=app)


class TestEveryCombination:
    """In each pair of answers, every file is as it should be."""

    def test_has_exactly_these_files(self, bake, answers):
        app = bake(**answers)
        of_submodules = {".gitmodules"} if answers["submodules"] != "none" else set()
        of_type = FILES_OF_TREE if answers["app_type"] == "tree" else set()
        guard = {path for path in texts(app) if path.startswith("preflight/")}
        assert set(texts(app)) == FILES | FILES_OF_CI[answers["ci"]] | of_submodules | of_type | guard
        own = [folder for folder in app.rglob("*") if folder.is_dir() and ".git" not in folder.parts]
        assert [folder for folder in own if not any(folder.iterdir())] == []

    def test_reads_as_written_by_hand(self, bake, answers):
        for path, text in texts(bake(**answers)).items():
            lines = text.split("\n")
            assert "\r" not in text, path
            assert lines[0], path
            assert lines[-1] == "", path
            assert lines[-2], path
            assert not [line for line in lines if line != line.rstrip()], path
            blank = "\n\n\n\n" if path.endswith(".py") else "\n\n\n"
            assert blank not in text, path
            assert not re.search(r"cookiecutter\.|\{%-?\s|\{#|(?<!\$)\{\{ (?!secrets\.)", text), (
                path
            )  # Renovate's

    def test_is_linted_and_formatted(self, bake, answers):
        app = bake(**answers)
        ruff(app, "check")
        ruff(app, "format", "--check")

    def test_configuration_says_what_was_answered(self, bake, answers):
        app = bake(**answers)
        assert tomllib.loads(texts(app)["viktor.config.toml"]) == {
            "app_type": answers["app_type"],
            "python_version": answers["python_version"],
            "registered_name": "my-viktor-app",
        }
        tools = tomllib.loads(texts(app)["pyproject.toml"])["tool"]
        assert tools["ruff"]["target-version"] == "py" + answers["python_version"].replace(".", "")

    def test_pinned_tools_are_the_same_everywhere(self, bake, answers):
        app = bake(**answers)
        hooks = yaml.safe_load(texts(app)[".pre-commit-config.yaml"])["repos"][0]["hooks"]
        used = {tool for hook in hooks for tool in hook.get("additional_dependencies", [])}
        pinned = set(texts(app)["requirements-dev.txt"].splitlines())
        assert {tool for tool in used if tool.startswith("ruff")} <= pinned
        assert all("==" in tool for tool in used)

    def test_requirements_are_lines_that_pip_reads(self, bake, answers):
        lines = texts(bake(**answers))["requirements.txt"].splitlines()
        read = [line for line in lines if line and not line.startswith("#")]
        options = [line for line in read if line.startswith("-")]
        packages = {Requirement(line).name for line in read if not line.startswith("-")}
        wanted = {
            re.split(r"[\[=~<>@]", package)[0] for package in answers.get("private_packages", "").split()
        }
        assert {"viktor", "plotly"} | wanted <= packages
        source = source_of(answers)
        expected = {"": [], "--index-url": ["--index-url"]}.get(
            source.option if source else "", ["--only-binary", "--extra-index-url"]
        )
        assert [option.split()[0] for option in options] == expected

    def test_readme_names_only_what_there_is(self, bake, answers):
        text, source = texts(bake(**answers))["README.md"], source_of(answers)
        set_up = text.partition("## Set up")[2].partition("## Run and test")[0]
        has_secret, is_extra = bool(source and source.secret), bool(source and "extra" in source.option)
        has_submodules = answers["submodules"] != "none"
        assert ("(#the-secret)" in set_up) == ("-AsSecureString" in set_up) == has_secret
        assert ("--env" in text.partition("## Make it yours")[0]) == has_secret
        if has_secret:
            assert source.host.token in text
            assert all(name in set_up for name in (source.secret, source.user_variable))
        assert ("--recurse-submodules" in set_up) == ("submodule.recurse" in set_up) == has_submodules
        assert ("| `app/submodules/` |" in text) == has_submodules
        assert ("git push origin v" in text) == (answers["ci"] != "none")
        assert ("reserve the names" in text) == is_extra


@pytest.mark.parametrize("source", SOURCES)
def test_no_file_depends_on_the_repository(bake, source):
    """An app made with __git_init=no has the files of one that has a repository."""
    answers = SOURCES[source]
    assert texts(bake(**answers, __git_init="no")) == texts(bake(**answers))


class TestOwnTests:
    """The app's own tests, run as its developers and VIKTOR run them."""

    @pytest.mark.viktor
    @pytest.mark.parametrize(("app_type", "submodules"), [("editor", "none"), ("tree", "acme-beams.git")])
    def test_pass_under_unittest_and_pytest(self, bake, git_daemon, app_type, submodules):
        """A simple app is an editor app but for its settings (below); test_reference.py runs the other pairs."""
        app = bake.fresh(app_type=app_type, submodules=submodules.replace("acme", f"{git_daemon}/acme"))
        printed = run(sys.executable, "-m", "unittest", "discover", "-s", "tests", cwd=app)
        count = int(re.search(r"Ran (\d+) tests", printed)[1])
        assert count > 20
        assert f"{count} passed" in run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", cwd=app)

    def test_pre_commit_hooks_install_and_pass(self, bake, new_python, tmp_path):
        app = bake.fresh(python_version=OFFERED[0])
        pinned = re.search("^pre-commit==.+$", texts(app)["requirements-dev.txt"], re.MULTILINE)[0]
        hooks = texts(app)[".pre-commit-config.yaml"].count("- id:")
        home = {"PRE_COMMIT_HOME": str(tmp_path / "hooks")}
        printed = run(new_python(pinned), "-m", "pre_commit", "run", "--all-files", cwd=app, env=home)
        assert printed.count("Passed") == hooks

    def test_editor_and_simple_are_the_same_python(self, bake):
        editor, simple = (texts(bake(app_type=app_type)) for app_type in ("editor", "simple"))
        changed = [path for path in editor if editor[path] != simple[path]]
        assert changed == ["AGENTS.md", "README.md", "viktor.config.toml"]

    @pytest.mark.viktor
    def test_tree_has_the_entity_types_that_it_begins_with(self, bake):
        code = "import app; print(app.Folder.children, app.Beam.label, len(app.initial_entities))"
        assert run(sys.executable, "-B", "-c", code, cwd=bake(app_type="tree")).strip() == "['Beam'] Beam 1"


class TestAwkwardAnswers:
    """A name with special characters stands in README.md as it was typed, and in no other file."""

    @pytest.fixture(params=AWKWARD)
    def app(self, request, bake):
        """Give an app with an awkward name, description and author; the name is the fixture's parameter."""
        self.name = request.param
        return bake(app_name=self.name, app_slug="awkward", description=self.name, author=self.name)

    def test_readme_shows_them_as_typed(self, app):
        tokens = MarkdownIt("commonmark").parse(texts(app)["README.md"])
        shown = [
            "".join(part.content for part in token.children)
            for token in tokens
            if token.type == "inline" and all(part.type.startswith("text") for part in token.children)
        ]
        assert shown[:3] == [self.name, self.name, f"Owner: {self.name}"]

    def test_commands_hand_over_the_name(self, app):
        tokens = MarkdownIt("commonmark").parse(texts(app)["README.md"])
        powershell, bash = (
            token for token in tokens if "create-app" in token.content and token.type == "fence"
        )
        assert (powershell.info, bash.info) == ("powershell", "bash")
        assert shlex.split(bash.content, comments=True)[:3] == ["viktor-cli", "create-app", self.name]
        # PowerShell takes five characters for a single quote; two of one stand for itself.
        quote = "['\u2018-\u201b]"
        quoted = re.match(rf"viktor-cli create-app '((?:(?!{quote}).|({quote})\2)*)' --", powershell.content)
        assert re.sub(rf"({quote})\1", r"\1", quoted[1]) == self.name

    def test_no_code_or_setting_holds_them(self, app):
        assert [path for path, text in texts(app).items() if self.name in text and path != "README.md"] == []
        ruff(app, "check")
        for path, text in texts(app).items():
            if path.endswith(".toml"):
                tomllib.loads(text)
            if path.endswith((".yml", ".yaml")):
                yaml.safe_load(text)


@pytest.fixture(scope="module")
def resolved(bake):
    """Give what uv resolves by Python version and platform; all at once, since most of it is waiting."""
    targets = [(version, platform) for version in CHOICES["python_version"] for platform in PLATFORMS]
    files = {version: bake(python_version=version) / "requirements-dev.txt" for version, _ in targets}

    def resolve(target: tuple[str, str]) -> set[str]:
        version, platform = target
        where = ["--python", sys.executable, "--python-version", version, "--python-platform", platform]
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-annotate", *where]
        return set(run(*command, files[version]).splitlines())

    with ThreadPoolExecutor() as pool:
        return dict(zip(targets, pool.map(resolve, targets), strict=True))


class TestRequirements:
    """Everything pinned can be installed together, where VIKTOR runs apps and where developers do."""

    @pytest.mark.parametrize("platform", PLATFORMS)
    @pytest.mark.parametrize("python_version", CHOICES["python_version"])
    def test_resolve(self, bake, resolved, python_version, platform):
        app = texts(bake(python_version=python_version))
        pinned = re.findall("^.+==.+$", app["requirements.txt"] + app["requirements-dev.txt"], re.MULTILINE)
        assert len(pinned) == 6
        assert set(pinned) <= resolved[python_version, platform]
