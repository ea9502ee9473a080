"""What README and docs/ say is so: links, tables, the tree, the pictures, the sample file and the commands."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from docs.pictures import make as pictures
from docs.pictures.figure import figure_of_a_new_app, fingerprint
from making.hosts import ANY_GIT_HOST, ANY_INDEX, read_hosts
from making.names import OFFERED
from tests.support import servers
from tests.support.commands import TIME_LIMIT, run
from tests.support.places import TEMPLATE
from tests.support.template import template_files, template_repository

PAGES = [
    path
    for path in template_files()
    if path.endswith(".md") and not path.startswith(("{{", "docs/reference/"))
]
SCRIPTS = Path(sys.executable).parent
SETTINGS = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
PROMPTS = SETTINGS["__prompts__"]

# The commands in the pages' `sh` blocks that are run here, each to make an app with Enter at every question.
RUN_HERE = ("cookiecutter ", "uv run --no-dev cookiecutter ", "make app")
# Why the others are not.
NOT_RUN_HERE = {
    "make test": "it runs this test",
    "make reference": "test_reference.py runs its program",
    "make pins": "it asks package registries for newer versions",
    "uv run pytest": "it runs this test",
    ".venv/bin/uv run": "the developer's own tools; the pictures have a test below",
    "uvx cookiecutter ": "test_stock_environment.py runs it",
    "python -m preflight": "test_preflight.py runs it",
    "python -m pip install": "test_install.py installs an app's requirements",
    "uv venv": "test_sample.py types the commands of an app's own README",
    "uv pip install": "test_sample.py types the commands of an app's own README",
    ". .venv/bin/activate": "test_install.py uses the environment",
    "python -m unittest": "test_install.py runs an app's tests",
    "cd ": "a step between two commands",
    "cruft ": "test_updating.py types the commands of docs/updating.md",
    "git ": "it changes a repository on the user's Git host",
    "viktor-cli ": "it is on no package index, and needs an account",
}


def read(page: str) -> str:
    """Return the text of a page."""
    return (TEMPLATE / page).read_text(encoding="utf-8")


def shell_commands(page: str) -> list[str]:
    """Return the commands in the `sh` blocks of a page."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", read(page), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


# Links


def targets(page: str) -> list[str]:
    """Return what the links and pictures of a page point to, outside code."""
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", read(page), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)


def anchors(page: str) -> set[str]:
    """Return the anchors that a Git host gives to the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    """Each relative link is a file of the repository, each anchor a heading of it; the others are https."""
    broken = []
    for target in targets(page):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (TEMPLATE / page).parent / path if path else TEMPLATE / page
        if not file.exists() or (anchor and anchor not in anchors(str(file.resolve()))):
            broken.append(target)
    assert not broken


# Tables


ASKED = {key: default for key, default in SETTINGS.items() if not key.startswith("_")}
HOSTS = read_hosts(SETTINGS["_hosts"])
# What the pages call the rows for a host that no other row recognises.
ANY_OTHER = {ANY_INDEX: "any other index", ANY_GIT_HOST: "any other Git host"}


def table_of_questions() -> list[str]:
    """Return the README's rows of the questions."""
    rows = []
    for key, default in ASKED.items():
        if isinstance(default, list):
            prompt = f"{PROMPTS[key]['__prompt__']}: {', '.join(f'`{choice}`' for choice in default)}"
            shown = f"`{default[0]}`"
        else:
            prompt, shown = PROMPTS[key], "made from the name" if default.startswith("{") else f"`{default}`"
        rows.append(f"| `{key}` | {prompt} | {shown} |")
    return rows


def table_of_hosts() -> list[str]:
    """Return the README's rows of the package hosts."""
    rows = []
    for key, host in HOSTS.items():
        name = ANY_OTHER.get(key, host.name)
        example = " (pypiserver, …)" if key == ANY_INDEX else ""
        users = {"": "no login", "SECRET": "none: the secret takes its place"}
        user = users.get(host.login, "yours" if host.wants_user else f"`{host.user}`")
        urls = "<br>".join(f"`{url}`" for url in host.urls)
        serves_pypi = "from Git" if host.git else "yes" if host.serves_pypi else "no"
        rows.append(f"| {name[0].upper()}{name[1:]}{example} | {urls} | {user} | {serves_pypi} |")
    return rows


@pytest.mark.parametrize("rows", [table_of_questions(), table_of_hosts()], ids=["questions", "hosts"])
def test_tables_are_those_of_cookiecutter_json(rows):
    """The README's tables of questions and hosts can't drift from the answers that the template takes."""
    table = "\n".join(rows)
    assert f"|---|\n{table}\n\n" in read("README.md"), f"the README's table should be\n{table}"


def test_every_host_has_its_token():
    """The page for the platform engineer says of each host which token to make, in the template's own words."""
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", read("docs/adopt.md"), re.MULTILINE))
    tokens = {ANY_OTHER.get(key, host.name): host.token for key, host in HOSTS.items() if host.token}
    assert {name: rows.get(name) for name in tokens} == tokens


def test_the_pythons_are_named_right():
    """In the prompt, and so in the README."""
    assert PROMPTS["python_version"] == f"Python version, {OFFERED[0]} to {OFFERED[-1]}"
    assert SETTINGS["python_version"] == OFFERED[-1]


def test_the_tree_is_what_comes_out(bake):
    """The README's tree draws what there is, and names each file at the top of an app made with Enter throughout."""
    tree = re.search(r"^```\n(my-viktor-app/\n.*?)^```$", read("README.md"), re.MULTILINE | re.DOTALL)[1]
    folders, drawn = [], set()
    for line in tree.splitlines()[1:]:
        before, name = re.match(r"([│├└─ ]*)(\S+)", line).groups()
        folders[len(before) // 4 - 1 :] = [name.rstrip("/")]
        drawn.add("/".join(folders))
    made = set(run("git", "ls-files", cwd=bake()).split())
    parents = {parent.as_posix() for path in made for parent in Path(path).parents} - {"."}
    assert drawn <= made | parents
    top = {path.partition("/")[0] for path in made}
    assert {name for name in top if not re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-])", tree)} == set()


# Pictures


DRAW = "type: .venv/bin/uv run python -m docs.pictures.make"


def picture(name: str) -> str:
    """Return a picture of the README, as its file holds it."""
    return read(f"docs/pictures/{name}")


def words(svg: str) -> list[str]:
    """Return the words that a picture shows."""
    return re.findall(r">([^<\n]+)<", svg)


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal and a real sshd are needed")
def test_the_picture_of_a_run_is_up_to_date(git_ssh_server):
    """It shows what a run shows today."""
    assert git_ssh_server
    assert words(picture("run.svg")) == words(pictures.picture_of_a_run()), DRAW


@pytest.mark.viktor
def test_the_picture_of_the_figure_is_up_to_date():
    """It was drawn of the figure that a new app shows today; to see that needs no browser, as drawing it does."""
    figure = figure_of_a_new_app()
    assert f"<desc>{fingerprint(figure)}</desc>" in picture("diagrams.svg"), DRAW
    texts = {part for note in figure["layout"]["annotations"] for part in re.split("<.*?>", note["text"])}
    assert texts - {""} <= set(words(picture("diagrams.svg")))


# Commands


@pytest.fixture
def company(tmp_path, monkeypatch):
    """Give a clone of the template, whose addresses in the pages lead to a real server, to a user with a home."""
    repositories, home = tmp_path / "repositories", tmp_path / "home"
    repositories.mkdir()
    home.mkdir()
    template_repository(repositories / "cookiecutter-viktor-app.git", tag="v1.0.0")
    with servers.git_daemon(repositories) as url:
        addresses = ("https://github.com/ORG/", "https://gitlab.example.com/platform/")
        config = home / ".gitconfig"
        instead = "".join(f"\tinsteadOf = {address}\n" for address in addresses)
        settings = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
        config.write_text(f'{settings}[url "{url}/"]\n{instead}', encoding="utf-8")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
        for name in ("HOME", "USERPROFILE"):
            monkeypatch.setenv(name, str(home))
        monkeypatch.setenv("PATH", os.pathsep.join([str(SCRIPTS), os.environ["PATH"]]))
        clone = tmp_path / "clone"
        run("git", "clone", "--quiet", f"{addresses[0]}cookiecutter-viktor-app.git", clone)
        yield clone


def press_enter(*command, cwd: Path) -> Path:
    """Run a command that makes an app, with Enter at every question; return the app's folder."""
    done = subprocess.run(
        [shutil.which(command[0]), *command[1:]],
        cwd=cwd,
        input="\n" * 50,
        capture_output=True,
        timeout=TIME_LIMIT,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(re.search(r'^  1\. cd "(.+)"$', done.stdout, re.MULTILINE)[1])


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_accounted_for(page):
    """Each command is run by the next test, or it is known why not."""
    known = (*RUN_HERE, *NOT_RUN_HERE)
    assert not [command for command in shell_commands(page) if not command.startswith(known)]


def commands_to_run(page: str) -> list[str]:
    """Return the commands of a page that make an app, as far as this system has what they need."""
    commands = [command for command in shell_commands(page) if command.startswith(RUN_HERE)]
    return [command for command in commands if shutil.which("make") or not command.startswith("make")]


@pytest.mark.parametrize("page", [page for page in PAGES if commands_to_run(page)])
def test_commands_make_an_app(page, company):
    """The commands of a page, typed one after the other in a clone, each make an app."""
    record = Path.home() / ".cookiecutter_replay" / "cookiecutter-viktor-app.json"
    for number, command in enumerate(commands_to_run(page)):
        app = press_enter(*shlex.split(command), cwd=company)
        assert (app / "viktor.config.toml").is_file(), command
        app.rename(company.parent / f"app-{number}")
        if record.is_file():
            shutil.copy(record, company / "answers.json")


def test_the_sample_of_an_organisation(company):
    """Its defaults reach the app by Enter alone, from the repository that its abbreviation stands for."""
    sample = TEMPLATE / "docs" / "organisation.yml"
    answers = yaml.safe_load(sample.read_text(encoding="utf-8"))["default_context"]
    assert set(answers) < set(SETTINGS)
    app = press_enter("cookiecutter", "--config-file", sample, "acme:cookiecutter-viktor-app", cwd=company)
    requirements = (app / "requirements.txt").read_text(encoding="utf-8").splitlines()
    index = answers["index_url"].replace("+deploy-token-7@", "%2Bdeploy-token-7:${VIKTOR_APP_SECRET}@")
    assert requirements[-2:] == [f"--extra-index-url {index}", answers["private_packages"]]
    assert f'python_version = "{answers["python_version"]}"' in (app / "viktor.config.toml").read_text(
        "utf-8"
    )
    assert answers["author"] in (app / "README.md").read_text("utf-8")
    assert (app / ".gitlab-ci.yml").is_file()
    assert not (app / ".github").exists()


def test_the_same_answers_make_the_same_app(company, git_daemon):
    """`--replay`, and the record kept as a file, give every file of the app again, its submodule included."""
    answers = (
        "app_name=Pile check",
        "app_type=tree",
        f"submodules={git_daemon}/acme-beams.git#v1.0",
        "ci=azure",
    )
    command = ("cookiecutter", "gh:ORG/cookiecutter-viktor-app")
    first = press_enter(*command, "--no-input", *answers, cwd=company)
    record = shutil.copy(
        Path.home() / ".cookiecutter_replay" / "cookiecutter-viktor-app.json", company / "answers.json"
    )
    assert "app/submodules/acme-beams/pyproject.toml" in contents(first)
    for again in (["--replay"], ["--replay-file", record]):
        app = press_enter(*command, *again, "-o", f"again{again[0]}", cwd=company)
        assert app != first
        assert contents(app) == contents(first)


def contents(app: Path) -> dict[str, bytes]:
    """Return the files of an app and of its submodules, without Git's own."""
    files = (path for path in app.rglob("*") if path.is_file() and ".git" not in path.relative_to(app).parts)
    return {path.relative_to(app).as_posix(): path.read_bytes() for path in files}
