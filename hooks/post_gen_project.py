"""Make the Git repository, the submodules and the first commit, and say what to do next."""
# /// script
# requires-python = ">=3.10"
# dependencies = ["GitPython>=3.1.62", "rich>=13", "tomli>=2; python_version < '3.11'"]
# ///

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

# What only some apps need is imported where it is used: each import costs every bake its time.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from configparser import ConfigParser

# The files that belong to one answer only: (path, question, answer). The others' are removed.
FILES_OF_ONE_ANSWER = [
    (".github/workflows/ci.yml", "ci", "github"),
    (".gitlab-ci.yml", "ci", "gitlab"),
    ("azure-pipelines.yml", "ci", "azure"),
]
SUBMODULES = "app/submodules"
# How many clones run at once; OpenSSH's default MaxStartups drops more than ten new connections.
CLONES_AT_ONCE, CLONES_AT_ONCE_BY_SSH = 16, 8
# Set for the run in an environment that has GitPython, so that a failing import there is not tried for ever.
RERUN = "COOKIECUTTER_VIKTOR_APP_RERUN"
# Set when a hook of Git's starts this: they would point to that hook's repository.
OF_ANOTHER_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")

SUBMODULE = re.compile(r"(?:(?P<name>[^=:/@]*)=)?(?P<url>[^#]*)(?:#(?P<ref>.*))?")
# A requirement that any pip reads as just that: a name, extras, then versions or an https URL, then a marker
# (PEP 508), with no option behind it, no login, no variable and no path in it.
REQUIREMENT = re.compile(
    r"(?=[ -~]+\Z)(?!.*( -|://[^/]*@|[$\\]))"
    r"[A-Za-z0-9][A-Za-z0-9._-]* *(\[[^]]*\])? *(@ *(git\+)?https://\S+|[(<>=!~][^@/;]*)?(;.*| ;.*)?"
)


class HookError(Exception):
    """What went wrong, in words for the user."""


class Submodule(NamedTuple):
    """One package to add: its folder's name under app/submodules/, its URL, and a branch, tag or commit or ""."""

    name: str
    url: str
    ref: str

    @property
    def path(self) -> str:
        """The submodule's folder as Git writes it, from the app's folder."""
        return f"{SUBMODULES}/{self.name}"


def main(answers: dict) -> None:
    """Turn the files that were just written into an app to live in; exit with 1 if that can't be done."""
    for variable in OF_ANOTHER_REPOSITORY:
        os.environ.pop(variable, None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    remove_files_of_other_answers(answers)
    if made_to_compare(answers):
        return
    submodules = list(parse_submodules(answers["submodules"]))
    if submodules and not has_tools():
        sys.exit(run_again_with_tools())
    try:
        notes = make_repository(answers, submodules) if answers["git_init"] else []
    except HookError as error:
        print(f"\n{error}\n", file=sys.stderr)
        sys.exit(1)
    print(next_steps(answers, notes))


def remove_files_of_other_answers(answers: dict) -> None:
    """Remove the files that belong to answers not given, and the folders that are empty then."""
    for path, question, answer in FILES_OF_ONE_ANSWER:
        file = Path(path)
        if answers[question] != answer and file.is_file():
            file.unlink()
            for folder in list(file.parents)[:-1]:
                if not any(folder.iterdir()):
                    folder.rmdir()


def made_to_compare(answers: dict) -> bool:
    """Tell whether cruft makes the app only to compare its files, in a folder that it throws away.

    `cruft update` and `cruft diff` clone the template to `repo` and make the app beside it, each in a temporary
    folder of Python's (cruft 2.16, `_commands/update.py` and `_commands/diff.py`).
    """
    if "_commit" not in answers:
        return False
    from tempfile import gettempdir

    temporary, folder = Path(gettempdir()).resolve(), Path.cwd().resolve().parent
    if folder.parent != temporary or not re.fullmatch(r"tmp\w{8}", folder.name):
        return False
    outputs = ("current_template", "new_template", "remote")
    return any((repo.parent / output).is_dir() for repo in temporary.glob("tmp*/repo") for output in outputs)


# The Git repository


def git(*arguments: str, check: bool = True) -> str:
    """Run Git and return what it printed, "" if it failed; raise HookError with Git's own words if `check`."""
    result = subprocess.run(
        ["git", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
    )
    if result.returncode == 0:
        return result.stdout.strip()
    if check:
        raise HookError(f"git {' '.join(arguments)} failed:\n{result.stderr.strip()}")
    return ""


def make_repository(answers: dict, submodules: list[Submodule]) -> list[str]:
    """Make the repository with its submodules and first commit, and return what the user should know.

    An app inside another work tree, or in a repository of its own, becomes part of that; nothing is committed.
    """
    message = f"Start {answers['app_slug']}"
    if not shutil.which("git"):
        commands = f'git init -b main\ngit add --all\ngit commit -m "{message}"'
        return [f"Git is not installed, so there is no repository. Later, type:\n{commands}"]
    work_tree = existing_work_tree()
    if not work_tree:
        git("-c", "init.defaultBranch=main", "init", "--quiet")
    try:
        notes = add_submodules(submodules, answers) if submodules else []
    except BaseException:
        if not work_tree:
            remove_folders([Path(".git")])
        raise
    if work_tree:
        notes.append(
            f"It is part of the Git repository in {work_tree}. Nothing was committed: see git status."
        )
        return notes
    git("add", "--all")
    notes += commit(message)
    if "_commit" in answers:
        notes.append(
            "cruft writes .cruft.json after this. So that the app can be updated, type in its folder:\n"
            "git add .cruft.json\ngit commit --amend --no-edit"
        )
    return notes


def existing_work_tree() -> str:
    """Return the work tree that the app's folder is already part of, or "".

    One of another owner, which Git refuses to use, is one too: no repository is made inside it.
    """
    folder = Path.cwd()
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return ""
    work_tree = git("-c", "safe.directory=*", "rev-parse", "--show-toplevel", check=False)
    ignored = work_tree and git("check-ignore", str(folder), check=False)
    return "" if ignored else work_tree


def commit(message: str) -> list[str]:
    """Commit what is staged with the user's identity and settings, or return how to do it."""
    no_guess = ("-c", "user.useConfigOnly=true")
    try:
        git(*no_guess, "commit", "--quiet", "--message", message)
    except HookError as error:
        why, commands = str(error), f'git commit -m "{message}"'
        if not git(*no_guess, "var", "GIT_COMMITTER_IDENT", check=False):
            why = "Git doesn't know you yet. With your own name and address:"
            identity = (
                'git config --global user.name "Your Name"\ngit config --global user.email you@company.com'
            )
            commands = f"{identity}\n{commands}"
        return [f"Everything is staged, but not committed. {why}\nType:\n{commands}"]
    return []


# The submodules


def parse_submodules(answer: str) -> Iterator[Submodule]:
    """Yield the submodules of the answer: `URL`, `URL#ref` or `name=URL#ref`, separated by white space."""
    for word in answer.split():
        match = SUBMODULE.fullmatch(word)
        url = match["url"]
        name = match["name"] or re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
        yield Submodule(name, url, match["ref"] or "")


def has_tools() -> bool:
    """Tell whether this interpreter has what the script's metadata asks for."""
    from importlib.util import find_spec

    toml = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    return all(find_spec(module) for module in ("git", "rich", toml))


def run_again_with_tools() -> int:
    """Run this script in an environment that holds what its metadata asks for, and return its exit code."""
    runners = {"uv": ["run", "--quiet", "--script"], "pipx": ["run"]}
    runner = next((name for name in runners if shutil.which(name)), None)
    if not runner or RERUN in os.environ:
        print("\nSubmodules need GitPython. Type: python -m pip install GitPython\n", file=sys.stderr)
        return 1
    command = [shutil.which(runner), *runners[runner], __file__]
    return subprocess.run(command, env=os.environ | {RERUN: "1"}, check=False).returncode


def add_submodules(submodules: list[Submodule], answers: dict) -> list[str]:
    """Add the submodules that aren't there, and what they need; return what the user should know.

    Cloning in parallel first and registering one by one leaves what `git submodule add` leaves, but in the time
    of the slowest clone. Nothing stays behind if one fails.
    """
    entries = (line.split("\t") for line in git("ls-files", "--stage", "--", SUBMODULES).splitlines())
    registered = {path for mode, path in entries if mode.startswith("160000 ")}
    new = [submodule for submodule in submodules if submodule.path not in registered]
    for submodule in new:
        if any(Path(submodule.path).glob("*")):
            raise HookError(
                f"{submodule.path} is there already and isn't a submodule. Move it away and run this again."
            )
    try:
        clone_all(new)
        register_all(new)
    except BaseException:
        remove_folders(Path(submodule.path) for submodule in new)
        raise
    notes = [
        f"{submodule.path} has submodules of its own. To have them too, type:\n"
        f"git submodule update --init --recursive {submodule.path}"
        for submodule in new
        if Path(submodule.path, ".gitmodules").is_file()
    ]
    return notes + require_dependencies(submodules, answers)


def clone_all(submodules: list[Submodule]) -> None:
    """Clone each submodule into its folder, several at once, with a progress bar each; raise HookError.

    The first one of each host goes ahead, so that a credential helper or ssh agent that asks does so once.
    """
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial
    from itertools import repeat

    from rich.progress import BarColumn, Progress, TextColumn

    servers = {submodule: server_of(submodule.url) for submodule in submodules}
    first = {server: submodule for submodule, server in reversed(servers.items())}
    ahead = [submodule for server, submodule in first.items() if not server.startswith("git://")]
    rest = [submodule for submodule in submodules if submodule not in ahead]
    by_ssh = any(not re.match("(git|https?)://", server) for server in first)
    environment = environment_to_clone(submodules)
    pool = ThreadPoolExecutor(CLONES_AT_ONCE_BY_SSH if by_ssh else CLONES_AT_ONCE)
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns) as progress, pool:
        bars = {new: progress.add_task("", total=None, name=new.name, stage="waits") for new in submodules}
        for group in (ahead, rest):
            shows = [partial(progress.update, bars[new]) for new in group]
            failures = list(filter(None, pool.map(clone, group, repeat(environment), shows)))
            if failures:
                raise HookError("\n\n".join(failures))


def clone(submodule: Submodule, environment: dict[str, str], show: Callable[..., None]) -> str:
    """Clone one submodule and check out its ref as `git submodule add` does; return what went wrong, or "".

    `environment` holds variables for Git, `show` updates the progress bar.
    """
    import git as gitpython

    class Reporter(gitpython.RemoteProgress):
        """Shows Git's own count of objects on the bar."""

        def update(self, op_code: int, cur_count: float, max_count: float | None = None, _: str = "") -> None:
            """Take one line of Git's progress."""
            stage = "resolves" if op_code & self.RESOLVING else "receives"
            show(completed=cur_count, total=max_count, stage=stage)

    reporter = Reporter()
    try:
        url, path = submodule.url, submodule.path
        gitpython.Repo.clone_from(url, path, progress=reporter, env=environment, no_checkout=True).close()
        show(stage="checks out")
        check_out(submodule)
    except (gitpython.GitError, HookError) as error:
        show(stage="failed")
        lines = [] if isinstance(error, HookError) else reporter.other_lines + reporter.error_lines
        words = [line for line in lines if line and not line.startswith(("Cloning into", "POST "))]
        said = ("\n".join(words) or str(error)).replace("\n", "\n  ")
        return (
            f"{path} could not be cloned from {url}\n  {said}\n"
            "Check the URL and the ref, and that you may read the repository. This must work without a question:\n"
            f"  git ls-remote {url} {submodule.ref}".rstrip()
        )
    show(completed=1, total=1, stage="done")
    return ""


def server_of(url: str) -> str:
    """Return the part of a URL that decides which login Git asks for, after the user's own rules (`insteadOf`)."""
    return re.match(r"\w+://[^/]*|[^/:]*", git("ls-remote", "--get-url", url))[0]


def check_out(submodule: Submodule) -> None:
    """Check out the submodule's ref, or the remote's default branch; raise HookError if there is no such ref."""
    ref = submodule.ref
    start = ("-B", ref, f"origin/{ref}") if follows_branch(submodule) else (ref, "--") if ref else ()
    git("-C", submodule.path, "checkout", "-f", "-q", *start)


def follows_branch(submodule: Submodule) -> bool:
    """Tell whether the submodule's ref is a branch of the remote's, which .gitmodules records."""
    show_branch = ("-C", submodule.path, "show-ref", f"refs/remotes/origin/{submodule.ref}")
    return bool(submodule.ref and git(*show_branch, check=False))


def remove_folders(folders: Iterable[Path]) -> None:
    """Remove repositories, whose files Git makes read-only."""
    from git.util import rmtree

    for folder in folders:
        if folder.is_dir():
            rmtree(folder)


def environment_to_clone(submodules: list[Submodule]) -> dict[str, str]:
    """Return the variables that keep Git from prompting, hanging, or going by another transport than the URLs'.

    https and ssh may stand for each other, as the user's `url.….insteadOf` may say.
    """
    transports = {"https", "ssh"}.union(*(re.findall(r"^(\w+)://", new.url) for new in submodules))
    environment = {
        "GIT_ALLOW_PROTOCOL": ":".join(transports),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1",
        "GIT_HTTP_LOW_SPEED_TIME": "60",
    }
    if "GIT_SSH" not in os.environ:
        ssh = os.environ.get("GIT_SSH_COMMAND") or git("config", "core.sshCommand", check=False) or "ssh"
        options = "-o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30"
        environment["GIT_SSH_COMMAND"] = f"{ssh} {options}"
    return environment


def register_all(submodules: list[Submodule]) -> None:
    """Register the clones one by one, in the order of the answer; put the repository's files back if one fails."""
    modules = Path(git("rev-parse", "--show-toplevel"), ".gitmodules")
    files = [modules, *(Path(git("rev-parse", "--git-path", name)) for name in ("index", "config"))]
    before = {file: file.read_bytes() if file.is_file() else None for file in files}
    git_folders = Path(git("rev-parse", "--git-path", "modules"), git("rev-parse", "--show-prefix"))
    new_folders = [git_folders / new.path for new in submodules if not (git_folders / new.path).exists()]
    try:
        for submodule in submodules:
            branch = ("-b", submodule.ref) if follows_branch(submodule) else ()
            git("submodule", "--quiet", "add", *branch, "--", submodule.url, submodule.path)
        if submodules:
            git("submodule", "--quiet", "absorbgitdirs", *(submodule.path for submodule in submodules))
    except BaseException:
        for file, content in before.items():
            file.unlink(missing_ok=True) if content is None else file.write_bytes(content)
        remove_folders(new_folders)
        raise


# The submodules' own dependencies


class Package(NamedTuple):
    """What a package's metadata says: its name, its requirements, and why these can't be read, if so."""

    name: str
    requirements: list[str]
    unread: str = ""


def require_dependencies(submodules: list[Submodule], answers: dict) -> list[str]:
    """Write what the submodules need to requirements.txt, each under a comment; return what can't be written.

    A package that is a submodule itself, or one of the private packages, is not written: pip would look for it
    in the public index.
    """
    file = Path("requirements.txt")
    before = file.read_text(encoding="utf-8").rstrip().split("\n")
    lines = before.copy()
    folders = [Path(submodule.path) for submodule in submodules]
    others = [folder for folder in Path(SUBMODULES).iterdir() if folder.is_dir()]
    packages = {folder.name: read_package(folder) for folder in (*folders, *others)}
    provided = {normalized(package.name) for package in packages.values()}
    provided |= {normalized(requirement) for requirement in answers["private_packages"].split()}
    notes = []
    for submodule in submodules:
        package, heading = packages[submodule.name], f"# needed by {submodule.path}"
        missing = [
            line for line in package.requirements if line not in lines and normalized(line) not in provided
        ]
        plain = [line for line in missing if REQUIREMENT.fullmatch(line)]
        if plain:
            lines += [] if heading in lines else ["", heading]
            place = lines.index(heading) + 1
            lines[place:place] = dict.fromkeys(plain)
        unusual = [beginning(line) for line in missing if line not in plain]
        why = package.unread or (unusual and f"not every line is a plain requirement ({', '.join(unusual)})")
        if why:
            notes.append(f"{submodule.path}: {why}. Add what it needs to requirements.txt by hand.")
    if lines != before:
        file.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")
    return notes


def beginning(requirement: str) -> str:
    """Return the name, or the option, that a line of requirements begins with: that much can be shown."""
    return re.match(r"[A-Za-z0-9._-]*", requirement)[0]


def normalized(requirement: str) -> str:
    """Return the name at the beginning of a requirement as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", beginning(requirement)).lower()


def read_package(folder: Path) -> Package:
    """Return what the package in a folder says about itself."""
    from configparser import ConfigParser, Error

    name, setup = folder.name, ConfigParser(interpolation=None)
    try:
        pyproject = read_toml(folder / "pyproject.toml")
        setup.read(folder / "setup.cfg", encoding="utf-8-sig")
        project, tool = pyproject.get("project", {}), pyproject.get("tool", {})
        names = (
            project.get("name"),
            tool.get("poetry", {}).get("name"),
            setup.get("metadata", "name", fallback=name),
        )
        name = str(next(filter(None, names)))
        requirements = find_requirements(folder, project, tool, setup)
        return Package(name, [line.strip() for line in requirements if line.strip()])
    except HookError as error:
        return Package(name, [], str(error))
    except (AttributeError, OSError, TypeError, ValueError, Error) as error:
        return Package(name, [], f"its metadata can't be read ({type(error).__name__})")


def read_toml(file: Path) -> dict:
    """Return the content of a TOML file, {} if there is none; raise ValueError if it isn't TOML."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(file.read_text(encoding="utf-8-sig")) if file.is_file() else {}


def find_requirements(folder: Path, project: dict, tool: dict, setup: ConfigParser) -> list[str]:
    """Return a package's requirements from where they are kept; raise HookError if they can't be read there.

    `project` and `tool` are tables of its pyproject.toml, `setup` is its setup.cfg.
    """
    if not any(folder.glob("*")):
        raise HookError("its folder is empty")
    files = tool.get("setuptools", {}).get("dynamic", {}).get("dependencies", {}).get("file")
    if "dependencies" in project:
        if isinstance(project["dependencies"], list):
            return project["dependencies"]
        raise HookError("its dependencies aren't a list")
    if files:
        return read_requirements(folder, [files] if isinstance(files, str) else files)
    if setup.has_option("options", "install_requires"):
        return setup["options"]["install_requires"].splitlines()
    if (folder / "requirements.txt").is_file():
        return read_requirements(folder, ["requirements.txt"])
    if set(tool.get("poetry", {}).get("dependencies", {})) - {"python"}:
        raise HookError("its dependencies are in Poetry's own form")
    built_by_code = not project and not setup.has_section("options") and (folder / "setup.py").is_file()
    if built_by_code or "dependencies" in project.get("dynamic", []):
        raise HookError("its dependencies are worked out by its build")
    return []


def read_requirements(folder: Path, names: list[str]) -> list[str]:
    """Return the lines of a package's requirements files, joined and without comments."""
    texts = [(folder / name).read_text(encoding="utf-8-sig").replace("\\\n", "") for name in names]
    return [re.sub(r"(^|\s)#.*", "", line) for text in texts for line in text.splitlines()]


# What to do next


def next_steps(answers: dict, notes: list[str]) -> str:
    """Return the message at the end: what is there, what the user should know, what to type."""
    platform = answers["_platforms"][answers["private_index"]]
    environment = f"set up an environment with Python {answers['python_version']}"
    steps = [f'cd "{Path.cwd()}"', f'{environment} (README.md, "Set up")']
    if platform["secret_as"]:
        steps.append(f'set {answers["secret_name"]} (README.md, "The secret"): {platform["token"]}')
    steps += [
        "python -m pip install -r requirements-dev.txt",
        "python -m unittest discover -s tests",
        "viktor-cli install",
        "viktor-cli start",
        f'publish it as {answers["app_slug"]} (README.md, "Publish")',
    ]
    listed = "".join(f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    noted = "".join("\n  " + note.replace("\n", "\n    ") + "\n" for note in notes)
    return f"\n{answers['app_name']} is ready.\n{noted}\nNext:\n{listed}"


if __name__ == "__main__":
    main(json.loads({{ cookiecutter | tojson | tojson }}))  # fmt: skip
