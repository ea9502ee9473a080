"""Make the Git repository, the submodules and the first commit, and say what to do next."""
# /// script
# requires-python = ">=3.10"
# dependencies = ["GitPython>=3.1.62", "rich>=13", "tomli>=2; python_version < '3.11'"]
# ///

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.progress import Progress

# The files that belong to one answer only: (path, question, answer). The others' are removed.
FILES_OF_ONE_ANSWER = [
    (".github", "ci", "github"),
    (".gitlab-ci.yml", "ci", "gitlab"),
    ("azure-pipelines.yml", "ci", "azure"),
]
SUBMODULES = "app/submodules"
# More connections at once are dropped by OpenSSH's default MaxStartups.
CLONES_AT_ONCE = 8
# Set for the run in an environment that has GitPython, so that a failing import there is not tried for ever.
RERUN = "COOKIECUTTER_VIKTOR_APP_RERUN"
# What `git rev-parse --local-env-vars` names first: set in a Git hook, they would point to another repository.
OF_ANOTHER_REPOSITORY = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"}

SUBMODULE = re.compile(r"(?:(?P<name>[^=:/@]*)=)?(?P<url>[^#]*)(?:#(?P<ref>.*))?")
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?!\S*[\\/])[^\n\r$]*")


class Failure(Exception):  # noqa: N818 (it is what the user reads, not a bug)
    """What went wrong, in words for the user."""


@dataclass(frozen=True)
class Submodule:
    """One package to add: its folder's name under app/submodules/, its URL, and a branch, tag or commit or ""."""

    name: str
    url: str
    ref: str

    @property
    def path(self) -> str:
        """The submodule's folder as Git writes it, from the app's folder."""
        return f"{SUBMODULES}/{self.name}"

    @property
    def host(self) -> str:
        """The part of the URL that decides which login Git asks for."""
        return re.sub(r"^(\w+://[^/]*|[^/:]*).*", r"\1", self.url)


def main(answers: dict) -> None:
    """Turn the files that were just written into an app to live in; exit with 1 if that can't be done."""
    for path, question, answer in FILES_OF_ONE_ANSWER:
        if answers[question] != answer:
            shutil.rmtree(path) if Path(path).is_dir() else Path(path).unlink(missing_ok=True)
    if made_to_compare(answers):
        return
    submodules = list(parse_submodules(answers["submodules"]))
    if submodules and not can_import_tools():
        sys.exit(run_again_with_tools())
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        notes = make_repository(answers, submodules) if answers["git_init"] else []
    except Failure as failure:
        print(f"\n{failure}\n", file=sys.stderr)
        sys.exit(1)
    print(next_steps(answers, notes))


def made_to_compare(answers: dict) -> bool:
    """Tell whether cruft makes the app only to compare its files, in a folder that it throws away.

    `cruft update` and `cruft diff` clone the template to `repo` and make the app beside it, each in a temporary
    folder of Python's (cruft 2.16, `_commands/update.py` and `_commands/diff.py`).
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    if "_commit" not in answers or Path.cwd().resolve().parent.parent != temporary:
        return False
    outputs = ("current_template", "new_template", "remote")
    return any((repo.parent / output).is_dir() for repo in temporary.glob("tmp*/repo") for output in outputs)


# The Git repository


def git(*arguments: str, check: bool = True) -> str:
    """Run Git on this disk and return what it printed; raise Failure with Git's own words, unless not `check`."""
    environment = {key: value for key, value in os.environ.items() if key not in OF_ANOTHER_REPOSITORY}
    result = subprocess.run(
        ["git", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env=environment | {"GIT_TERMINAL_PROMPT": "0"},
        stdin=subprocess.DEVNULL,
    )
    if check and result.returncode:
        raise Failure(f"git {' '.join(arguments)} failed:\n{result.stderr.strip()}")
    return result.stdout.strip() if not result.returncode else ""


def make_repository(answers: dict, submodules: list[Submodule]) -> list[str]:
    """Make the repository with its submodules and first commit, and return what the user should know.

    An app inside another work tree, or in a repository of its own, becomes part of that; nothing is committed.
    """
    if not shutil.which("git"):
        return [
            'Git is not installed, so there is no repository. Later: git init -b main, git add ., git commit -m "Start"'
        ]
    work_tree = existing_work_tree()
    if not work_tree:
        git("-c", "init.defaultBranch=main", "init", "--quiet")
    notes = add_submodules(submodules, answers) if submodules else []
    if work_tree:
        return [
            *notes,
            f"It is part of the Git repository in {work_tree}, where nothing was committed: look at git status.",
        ]
    git("add", "--all")
    return [*notes, *commit(answers)]


def existing_work_tree() -> str:
    """Return the work tree that the app's folder is already part of, or ""."""
    folder = Path.cwd()
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return ""
    work_tree = git("rev-parse", "--show-toplevel", check=False)
    ignored = work_tree and git("check-ignore", str(folder), check=False)
    return "" if ignored else work_tree


def commit(answers: dict) -> list[str]:
    """Commit what is staged with the user's identity and settings, or return how to do it."""
    message = f"Start {answers['app_slug']}"
    no_guess = ("-c", "user.useConfigOnly=true")
    try:
        git(*no_guess, "commit", "--quiet", "--message", message)
    except Failure as failure:
        command = f'git commit -m "{message}"'
        if git(*no_guess, "var", "GIT_COMMITTER_IDENT", check=False):
            return [f"Everything is staged, but not committed. {failure}\nThen type: {command}"]
        return [
            "Git doesn't know you yet, so everything is staged, but not committed. Type, with your own name and address:",
            'git config --global user.name "Your Name"',
            "git config --global user.email you@company.com",
            command,
        ]
    return []


# The submodules


def parse_submodules(answer: str) -> Iterator[Submodule]:
    """Yield the submodules of the answer: `URL`, `URL#ref` or `name=URL#ref`, separated by white space."""
    for word in answer.split():
        match = SUBMODULE.fullmatch(word)
        url = match["url"]
        name = match["name"] or re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git")
        yield Submodule(name, url, match["ref"] or "")


def can_import_tools() -> bool:
    """Tell whether this interpreter has what the script's metadata asks for."""
    toml = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    return all(importlib.util.find_spec(module) for module in ("git", "rich", toml))


def toml_parser() -> Callable[[str], dict]:
    """Return the function that reads TOML, from the standard library since Python 3.11."""
    try:
        import tomllib  # noqa: PLC0415
    except ModuleNotFoundError:
        import tomli as tomllib  # noqa: PLC0415
    return tomllib.loads


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
    """Clone the submodules that aren't there in parallel and register them; return what the user should know.

    Cloning first and registering one by one leaves what `git submodule add` leaves, but in the time of the
    slowest clone. Nothing stays behind if one fails.
    """
    registered = git("ls-files", "--stage", "--", SUBMODULES)
    new = [
        submodule
        for submodule in submodules
        if not re.search(rf"^160000 .*\t(.*/)?{re.escape(submodule.path)}$", registered, re.MULTILINE)
    ]
    for submodule in new:
        if Path(submodule.path).exists() and any(Path(submodule.path).iterdir()):
            raise Failure(
                f"{submodule.path} is there already and isn't a submodule. Move it away and run this again."
            )
    try:
        clone_all(new)
        register_all(new)
    except BaseException:
        remove_folders(Path(submodule.path) for submodule in new)
        raise
    notes = [
        f"{submodule.path} has submodules of its own: git submodule update --init --recursive {submodule.path}"
        for submodule in new
        if Path(submodule.path, ".gitmodules").is_file()
    ]
    return notes + require_dependencies(submodules, answers)


def clone_all(submodules: list[Submodule]) -> None:
    """Clone each submodule into its folder, several at once, with a progress bar each; raise Failure.

    The first one of each host goes ahead, so that a credential helper or ssh agent that asks does so once.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    first = {submodule.host: submodule for submodule in reversed(submodules)}.values()
    ahead = [
        submodule for submodule in submodules if submodule in first and not submodule.url.startswith("git://")
    ]
    rest = [submodule for submodule in submodules if submodule not in ahead]
    columns = (TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.fields[stage]}"))
    with Progress(*columns) as progress, ThreadPoolExecutor(CLONES_AT_ONCE) as pool:
        bars = {
            submodule: progress.add_task("", name=submodule.name, stage="waits", total=None)
            for submodule in submodules
        }
        for group in (ahead, rest):
            jobs = [pool.submit(clone, submodule, progress, bars[submodule]) for submodule in group]
            failures = [job.exception() for job in jobs if job.exception()]
            if failures:
                unexpected = [failure for failure in failures if not isinstance(failure, Failure)]
                raise unexpected[0] if unexpected else Failure("\n\n".join(map(str, failures)))


def clone(submodule: Submodule, progress: Progress, bar: int) -> None:
    """Clone one submodule and check out its ref as `git submodule add` does; raise Failure with Git's words."""
    import git as gitpython  # noqa: PLC0415

    class Reporter(gitpython.RemoteProgress):
        """Shows Git's own count of objects on the bar."""

        def update(self, op_code: int, cur_count: float, max_count: float | None = None, _: str = "") -> None:
            """Take one line of Git's progress."""
            stage = "resolves" if op_code & self.RESOLVING else "receives"
            progress.update(bar, completed=cur_count, total=max_count, stage=stage)

    reporter = Reporter()
    environment = environment_to_clone(submodule.url)
    try:
        gitpython.Repo.clone_from(
            submodule.url, submodule.path, progress=reporter, env=environment, no_checkout=True
        ).close()
    except gitpython.GitError as error:
        lines = reporter.other_lines + reporter.error_lines
        words = [line for line in lines if not line.startswith(("Cloning into", "POST "))]
        progress.update(bar, stage="failed")
        raise Failure(clone_failure(submodule, words or [str(error)])) from None
    progress.update(bar, stage="checks out")
    check_out(submodule)
    progress.update(bar, completed=1, total=1, stage="done")


def check_out(submodule: Submodule) -> None:
    """Check out the submodule's ref, or the remote's default branch; raise Failure if there is no such ref."""
    ref = submodule.ref
    checkout = ("-C", submodule.path, "checkout", "-f", "-q")
    if not has_commit(submodule, "HEAD"):
        raise Failure(clone_failure(submodule, ["the repository has no commit on its default branch"]))
    if not ref:
        git(*checkout)
    elif follows_branch(submodule):
        git(*checkout, "-B", ref, f"origin/{ref}")
    elif has_commit(submodule, ref):
        git(*checkout, ref, "--")
    else:
        raise Failure(clone_failure(submodule, [f"no branch, tag or commit there is called {ref}"]))


def follows_branch(submodule: Submodule) -> bool:
    """Tell whether the submodule's ref is a branch of the remote's, which .gitmodules records."""
    return bool(submodule.ref) and has_commit(submodule, f"refs/remotes/origin/{submodule.ref}")


def has_commit(submodule: Submodule, ref: str) -> bool:
    """Tell whether the clone has a commit of that name."""
    return bool(git("-C", submodule.path, "rev-parse", "--quiet", "--verify", ref + "^{commit}", check=False))


def remove_folders(folders: Iterable[Path]) -> None:
    """Remove clones, whose files Git makes read-only."""
    from git.util import rmtree  # noqa: PLC0415

    for folder in folders:
        if folder.is_dir():
            rmtree(folder)


def environment_to_clone(url: str) -> dict[str, str]:
    """Return the variables that keep Git from prompting, hanging, or going by another transport than the URL's.

    https and ssh may stand for each other, as the user's `url.….insteadOf` may say.
    """
    ssh = os.environ.get("GIT_SSH_COMMAND") or git("config", "core.sshCommand", check=False) or "ssh"
    no_prompt = (
        {}
        if "GIT_SSH" in os.environ
        else {"GIT_SSH_COMMAND": f"{ssh} -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30"}
    )
    return no_prompt | {
        "GIT_ALLOW_PROTOCOL": ":".join({"https", "ssh", *re.findall(r"^(\w+)://", url)}),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1",
        "GIT_HTTP_LOW_SPEED_TIME": "60",
    }


def clone_failure(submodule: Submodule, words: list[str]) -> str:
    """Return the message for a submodule that could not be cloned: its URL, Git's words, and what to check."""
    said = "\n".join(f"  {line}" for line in words)
    ref = f" {submodule.ref}" if submodule.ref else ""
    return (
        f"{submodule.path} could not be cloned from {submodule.url}\n{said}\n"
        "Check that the URL and the ref are right and that you may read the repository: these must work without a question\n"
        f"  git ls-remote {submodule.url}{ref}"
    )


def register_all(submodules: list[Submodule]) -> None:
    """Register the clones one by one, in the order of the answer; put the repository's files back if one fails."""
    modules = Path(git("rev-parse", "--show-toplevel"), ".gitmodules")
    files = [modules, *(Path(git("rev-parse", "--git-path", name)) for name in ("index", "config"))]
    before = {file: file.read_bytes() if file.is_file() else None for file in files}
    git_folders = Path(git("rev-parse", "--git-path", "modules"))
    prefix = git("rev-parse", "--show-prefix")
    try:
        for submodule in submodules:
            branch = ("-b", submodule.ref) if follows_branch(submodule) else ()
            git("submodule", "--quiet", "add", *branch, "--", submodule.url, submodule.path)
        if submodules:
            git("submodule", "--quiet", "absorbgitdirs", *(submodule.path for submodule in submodules))
    except BaseException:
        for file, content in before.items():
            file.unlink(missing_ok=True) if content is None else file.write_bytes(content)
        remove_folders(git_folders / prefix / submodule.path for submodule in submodules)
        raise


# The submodules' own dependencies


def require_dependencies(submodules: list[Submodule], answers: dict) -> list[str]:
    """Write what the submodules need to requirements.txt, each under a comment; return what could not be read.

    A package that is a submodule itself, or one of the private packages, is not written: pip would look for it
    in the public index.
    """
    file = Path("requirements.txt")
    text = file.read_text(encoding="utf-8")
    metadata = {submodule: read_metadata(Path(submodule.path)) for submodule in submodules}
    provided = {normalized(name) for name, _, _ in metadata.values()} | {
        normalized(package) for package in answers["private_packages"].split()
    }
    notes = []
    for submodule, (_, dependencies, unread) in metadata.items():
        lines = []
        for dependency in dependencies:
            if not REQUIREMENT.fullmatch(dependency) or re.search(r"://[^/\s]*@| --", dependency):
                unread.append("a line that isn't a plain requirement")
            elif normalized(dependency) not in provided and dependency not in text.splitlines():
                lines.append(dependency)
        if lines:
            text = "\n".join([text.rstrip("\n"), "", f"# needed by {submodule.path}", *lines, ""])
        notes += [
            f"{submodule.path}: {fault}; add what it needs to requirements.txt by hand"
            for fault in dict.fromkeys(unread)
        ]
    file.write_text(text, encoding="utf-8", newline="\n")
    return notes


def normalized(requirement: str) -> str:
    """Return the name at the beginning of a requirement as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]*", requirement)[0]).lower()


def read_metadata(folder: Path) -> tuple[str, list[str], list[str]]:
    """Return a package's name, what it needs, and what of that could not be read.

    The sources are, in this order, pyproject.toml (PEP 621), setup.cfg and requirements.txt.
    """
    project, setuptools, poetry = read_pyproject(folder)
    name = project.get("name", folder.name)
    if "dependencies" in project:
        return name, project["dependencies"], []
    if "dependencies" in setuptools:
        files = setuptools["dependencies"].get("file", [])
        return name, *read_requirements(folder, [files] if isinstance(files, str) else files)
    if (folder / "setup.cfg").is_file():
        from configparser import ConfigParser  # noqa: PLC0415

        config = ConfigParser(interpolation=None)
        config.read(folder / "setup.cfg", encoding="utf-8")
        name = config.get("metadata", "name", fallback=name)
        lines = config.get("options", "install_requires", fallback="").strip().splitlines()
        if lines:
            return name, [line.strip() for line in lines if line.strip()], []
    if (folder / "requirements.txt").is_file():
        return name, *read_requirements(folder, ["requirements.txt"])
    if poetry:
        return name, [], ["its dependencies are in Poetry's own form"]
    if "dependencies" in project.get("dynamic", []) or (not project and (folder / "setup.py").is_file()):
        return name, [], ["its dependencies are worked out by its build"]
    return name, [], []


def read_pyproject(folder: Path) -> tuple[dict, dict, dict]:
    """Return the tables of pyproject.toml that tell the dependencies: PEP 621's, setuptools' dynamic ones, Poetry's."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}, {}, {}
    try:
        content = toml_parser()(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failure(f"{file} isn't valid TOML: {error}") from None
    tool = content.get("tool", {})
    poetry = {name for name in tool.get("poetry", {}).get("dependencies", {}) if name != "python"}
    return content.get("project", {}), tool.get("setuptools", {}).get("dynamic", {}), poetry


def read_requirements(folder: Path, names: list[str]) -> tuple[list[str], list[str]]:
    """Return the requirements in the package's files, and what in them isn't one."""
    lines = []
    for name in names:
        if (folder / name).is_file():
            text = (folder / name).read_text(encoding="utf-8").replace("\\\n", "")
            lines += [re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()]
    unread = [f"an option in {' and '.join(names)}" for line in lines if line.startswith("-")]
    return [line for line in lines if line and not line.startswith("-")], unread


# What to do next


def next_steps(answers: dict, notes: list[str]) -> str:
    """Return the message at the end: what is there, what the user should know, what to type."""
    platform = answers["_platforms"][answers["private_index"]]
    steps = [
        f"cd {Path.cwd()}",
        'python -m venv .venv, and switch it on (README.md, "Set up")',
    ]
    if platform["secret_as"]:
        steps.append(f'set {answers["secret_name"]} (README.md, "The secret"): {platform["token"]}')
    steps += [
        "python -m pip install -r requirements-dev.txt",
        "python -m unittest discover -s tests",
        "viktor-cli start",
    ]
    listed = "\n".join(f"  {number}. {step}" for number, step in enumerate(steps, 1))
    noted = "".join(f"\n  {note}\n" for note in notes)
    return f"\n{answers['app_name']} is ready.\n{noted}\nNext:\n{listed}\n"


if __name__ == "__main__":
    main(json.loads({{ cookiecutter | tojson | tojson }}))  # fmt: skip
