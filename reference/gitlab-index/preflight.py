"""Checks that this app can be published, and that each package comes from where it should.

pip fails open: if a private index refuses the login or is down, pip takes a public package of the same name
and says nothing. Each function in OFFLINE and ONLINE is a check: it yields problems and returns what it saw.
The secret is never shown, written down or made an argument, and the output of pip and Git, which could hold
it, is withheld.
"""

import argparse
import base64
import importlib.util
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import unquote, urljoin
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from pip._vendor import certifi
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name, parse_sdist_filename
from pip._vendor.packaging.version import Version

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    from pip._vendor import tomli as tomllib

ROOT = Path(__file__).resolve().parent
SECRET = re.compile(r"\$\{([A-Z0-9_]+)\}")  # what pip fills in
LOGIN = re.compile(r"([^:$]*:)?\$\{[A-Z0-9_]+\}")  # the secret as password, or alone: so pip hides it
URL = re.compile(r"([\w+]*://)(?:([^/?#\s\"']*)@)?([^/?#\s\"']*)([^\s\"']*)")
REMOTE = re.compile(r"(git\+)?((https|ssh)://|(http|git)://([^/@]*@)?(localhost|127\.0\.0\.1|\[::1\])[:/])")
SCP = re.compile(r"[\w.-]+@[\w.-]+:")  # ssh's short form, git@host:path
UNSAFE = re.compile(r"[\s\0-\x1f/#?\\\[\]\"']|%(?![0-9A-Fa-f]{2})")
SHORT = {"-i": "index-url", "-r": "requirement", "-c": "constraint", "-f": "find-links", "-e": "editable"}
OPTIONS = re.compile(
    "(extra-)?index-url|requirement|constraint|find-links|editable|no-index|no-binary|only-binary|prefer-binary"
    "|pre|(no-)?require-hashes|all-releases|only-final|use-feature"
)
TOKEN = re.compile(
    r"gl[a-z]{2,5}-[\w.-]{20,}|github_pat_\w{22,}|gh[pousr]_\w{36,}"  # GitLab, GitHub
    r"|\b[a-z2-7]{52}\b|\b\w{76}AZDO\w{4}\b"  # Azure
    r"|AKCp\w{60,}|cmVmdGtu\w{40,}|eyJ[\w-]{10,}\.eyJ[\w-]+\.[\w-]+"  # JFrog; any JSON web token
    r"|dl\.cloudsmith\.io/(?!basic/|public/)\w{12,}/"  # Cloudsmith
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|ewogICJ0eXBlIjog\w{20,}"  # Google: a key file, plain and in base64
    r"|[a-z]://(?=[\w-]*\d)[\w-]{20,}:?@"  # Gemfury, packagecloud: a token as the user name
    r"|[a-z]://[^\s/:@\"'`]*:(?![$%<{*])[^\s/@\"'`]+@"  # any URL with a password
)
FAULTS = {  # words of Git, names of Python's exceptions, HTTP's codes: and what they mean
    "not our ref|unadvertised|find remote ref": "does not have the commit: it was never pushed, or is gone",
    "Username|Authentication|Permission denied|HTTP 401": "refuses the login: wrong, or expired",
    "HTTP 403|error: 403": "does not let this login read here",
    "HTTP 3|redirect": "redirects to another address, where the login must not go",
    "HTTP 5|error: 5": "fails with an error of its own",
    "not found|not exist|not exported|not appear|HTTP 4": "has nothing of that name, or hides it",
    "resolve host|gaierror": "has a name that does not resolve",
    "Host key": "is not known to ssh here: connect to it once by hand",
    "certificate|CertVerification": "has a certificate that is not trusted",
    "refused": "refuses the connection",
    "timed? ?out": "does not answer in time",
}
UNIQUE = "Use one index for all (index_serves_pypi), add hashes, or reserve the name: README.md says how"
ENCODE = """python -c "import getpass as g, urllib.parse as u; print(u.quote(g.getpass(), safe=''))\""""
NO_PACKAGES = re.compile("setup|conftest|noxfile|tasks|tests?|docs?|examples?|scripts|benchmarks?|build")


class Problem(NamedTuple):
    """In which file and line something is wrong, what, and the command or edit that mends it."""

    where: str
    what: str
    mend: str
    warning: bool = False


class LeftOut(Exception):  # noqa: N818
    """Why a check was not carried out."""


class Line:
    """A line of a requirements file as pip joins and cuts it, its variables not filled in."""

    def __init__(self, text, where="requirements.txt", paragraph=None, constraint=False):
        self.text, self.where, self.paragraph, self.constraint = text, where, paragraph, constraint
        option = re.match(r"--?([\w-]+)(?:=|\s*)(.*)" if text[:2] == "--" else r"(-\w)\s*(.*)", text)
        self.option, values = (SHORT.get(option[1], option[1]), option[2]) if option else ("", "")
        self.values = [value.strip("\"'") for value in values.split()]
        try:
            self.requirement = None if option else Requirement(re.split(r"\s-", text)[0])
        except ValueError:
            self.requirement = None
        self.name = canonicalize_name(self.requirement.name) if self.requirement else ""
        scheme, login, place, path = (URL.search(text) or URL.match("://")).groups()
        self.login, self.host = login or "", re.match(r"(\[[^]]*\]|[^:]*)(:\d+$)?", place)[0]
        self.is_torn = place != self.host  # a login without its @ stands there, not to be shown
        user = f"{login}@" if login and scheme.endswith("ssh://") else ""
        self.address = scheme.removeprefix("git+") + user + place + path.rstrip("/")


def read_lines(file, constraint=False, parents=()):
    """Yield the lines of a requirements file and of those that it includes, in pip's order."""
    path = Path(os.path.relpath(file, ROOT)).as_posix()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):  # fmt: skip
        text = "--unreadable"
    for row in re.finditer(r"(?:(?![ \t]*#).*\\\n)*.+", text):  # joined where a \ ends a line
        above = text[: row.start()].split("\n")
        paragraph = (path, sum(not one.strip() for one in above[:-1]))
        if words := re.sub(r"(^|\s)#.*", "", row[0].replace("\\\n", "")).strip():
            line = Line(words, f"{path}:{len(above)}", paragraph, constraint)
            yield line
            if line.option in ("requirement", "constraint") and line.values and file not in parents:
                inner = constraint or line.option == "constraint"
                yield from read_lines(file.parent / line.values[0], inner, (*parents, file))


def run(*command, timeout=600, **variables):
    """Run a program in the app's folder, without a prompt; return its exit code and what it printed."""
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_COMMON_DIR")  # set in a hook
    env = {"GIT_ASKPASS": "", **{name: value for name, value in os.environ.items() if name not in foreign}}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GCM_INTERACTIVE": "never"}
    options = {"capture_output": True, "encoding": "utf-8", "errors": "replace", "stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, cwd=ROOT, env=env | variables, timeout=timeout, check=False, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", f"{command[0]}: {type(error).__name__}")


class App:
    """What the checks look at: requirements and indexes, the secrets' names, and what Git knows."""

    def __init__(self):
        self.lines = list(read_lines(ROOT / "requirements.txt"))
        self.indexes = []
        for line in self.lines:  # as in pip, an --index-url drops the indexes above it
            if line.option in ("index-url", "extra-index-url"):
                self.indexes = [*(self.indexes if line.option == "extra-index-url" else []), line]
        others = {"extra-index-url", "find-links"} & {line.option for line in self.lines}
        self.one_source = len(self.indexes) == 1 and not others
        self.wanted = {line.name: line for line in self.lines if line.name and not line.constraint}
        self.from_index = {name: line for name, line in self.wanted.items() if not line.requirement.url}
        self.from_git = [line for line in self.lines if "git+" in line.text]
        private = {index.paragraph for index in self.indexes}  # so is what stands below an index's line
        self.private = {name: line for name, line in self.from_index.items() if line.paragraph in private}
        self.secrets = {name: line.where for line in self.lines for name in SECRET.findall(line.text)}
        top = run("git", "rev-parse", "--show-toplevel", "--show-prefix")
        self.no_git = top.stderr.partition("\n")[0] if top.returncode else ""
        folder, prefix = ("", "") if self.no_git else top.stdout.splitlines()
        rows = run("git", "ls-files", "--stage", "-z").stdout.split("\0")
        tracked = [(row.split()[:2], row.partition("\t")[2]) for row in rows if row]
        self.recorded = {path: commit for (mode, commit), path in tracked if mode == "160000"}
        self.files = [path for _, path in tracked if path not in self.recorded]
        words = ("--porcelain=v2", "-z", "--no-renames", "--ignore-submodules=none", "--", ".")
        rows = [row.split(" ") for row in run("git", "status", *words).stdout.split("\0") if row]
        skipped = {"1": 8, "u": 10, "?": 1}
        self.changes = {" ".join(row[skipped[row[0]] :]).removeprefix(prefix): row[2:3] for row in rows}
        rows = run("git", "config", "-f", f"{folder}/.gitmodules", "-z", "--list").stdout.split("\0")
        settings = dict(row.split("\n", 1) for row in rows if "\n" in row)
        paths = {key.removesuffix("path"): path for key, path in settings.items() if key.endswith(".path")}
        urls = {path: settings.get(f"{key}url", "") for key, path in paths.items()}
        self.submodules = {path.removeprefix(prefix): urls[path] for path in urls if path.startswith(prefix)}

    def specifiers(self, name):
        """Return what all lines and constraints together say on a package's version."""
        own = [str(line.requirement.specifier) for line in self.lines if line.name == name]
        return SpecifierSet(",".join(filter(None, own)))

    def is_bounded(self, name):
        """Tell whether a package's version has an upper bound."""
        return any(one.operator[0] in "=~<" for one in self.specifiers(name))

    def must_be_safe(self):
        """Raise LeftOut where asking an index, or starting pip, could give a secret away."""
        if any(map(fault_of_line, self.lines)) or any(map(fault_of_secret, self.secrets)):
            raise LeftOut("mend the requirements and the secret first")


def settings(app):
    """viktor.config.toml has a type and a Python version that VIKTOR knows, and app/ is the entry point."""
    where, here = "viktor.config.toml", "{}.{}".format(*sys.version_info)
    try:
        config = tomllib.loads((ROOT / where).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield Problem(where, f"can't be read: {error}", "mend it, or git checkout viktor.config.toml")
        return ""
    kind, version = config.get("app_type"), config.get("python_version")
    if kind not in ("editor", "simple", "tree"):
        yield Problem(where, f"app_type is {kind!r}", 'write app_type = "editor", "simple" or "tree"')
    if version not in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        yield Problem(where, f"python_version is {version!r}", 'write python_version = "3.13", say')
    elif version != here:
        yield Problem(where, f"wants Python {version}, and this is {here}", f"use Python {version}", True)
    if not (ROOT / "app/__init__.py").is_file():
        yield Problem("app/__init__.py", "the entry point is missing", "write it; it imports the controllers")
    if (ROOT / "app.py").exists():
        yield Problem("app.py", "stands beside the folder app/", "move its code into app/ and delete it")
    return f"{kind} app, Python {version}"


def requirements(app):
    """Each line does what it seems to and hides the secret; each private package has an upper bound."""
    extra = ""
    for line in app.lines:
        if fault := fault_of_line(line):
            yield Problem(line.where, *fault)
        if line.option == "index-url" and extra:
            yield Problem(line.where, f"makes pip drop the index in {extra}", f"move it above {extra}")
        extra = line.where if line.option == "extra-index-url" else extra
    for name, line in app.private.items():
        if not app.one_source and not app.is_bounded(name):
            what = f"{name} has no upper bound: any public {name} with a higher version would win"
            yield Problem(line.where, what, f"write {name}==1.2.0 with your version, or ~= or <")
    return f"{len(app.wanted)} packages, {', '.join(line.host for line in app.indexes) or 'no private index'}"


def fault_of_line(line):
    """Return what is wrong with a line of a requirements file and what mends it, or None."""
    is_index, is_file = line.option.endswith("index-url"), line.option in ("requirement", "constraint")
    is_editable = line.option == "editable" and "git+" in line.text
    is_unknown = line.option and not OPTIONS.fullmatch(line.option)
    is_unknown = is_unknown or not (line.option or line.requirement or "$" not in line.text)
    is_remote = REMOTE.search(line.text) or not (line.host or is_index)
    behind = not line.option and re.search(r"\s-(?!-(hash|config-settings|global-option)\b)", line.text)
    needs_value = len(line.values) > 1 or (is_index and not line.values)
    is_shown = line.login and not LOGIN.fullmatch(line.login) and not re.search(r"ssh://[^:@]*@", line.text)
    is_open = "${" in line.text.replace(f"{line.login}@", "", 1)
    form = "write https://USER:${NAME}@HOST or https://${NAME}@HOST, and revoke what stood here in clear"
    rows = (
        (line.option == "unreadable", "the file is missing or not in UTF-8", "write it, or don't include it"),
        (line.option == "trusted-host", "pip would trust a server without a certificate", "delete the line"),
        (needs_value, "pip takes one value and ignores the rest", "write one a line"),
        (is_unknown, "pip can't read this line and prints it, secret included", "mend it"),
        (behind, "pip ignores an option behind a package", "write it alone on a line"),
        (is_editable, "with -e, pip prints the secret and keeps it", "delete the -e"),
        (is_file and line.host, "a file on a server can't be checked", "copy it into the app"),
        (not is_remote, "the URL is not https", "write https:// in it"),
        (line.is_torn or is_open, "pip prints the secret in this place", form),
        (is_shown, "the login is in clear, or pip prints it", form),
    )
    return next(((what, mend) for wrong, what, mend in rows if wrong), None)


def secret(app):
    """Each variable in the requirements holds one secret that can stand in a URL."""
    if os.environ.get("PRE_COMMIT") and not any(map(os.environ.get, app.secrets)):
        raise LeftOut("none is set here, and Git's hooks need none")
    for name, where in app.secrets.items():
        if fault := fault_of_secret(name):
            yield Problem(where, f"{name} {fault[0]}", fault[1])
    return ", ".join(app.secrets) or "none is needed"


def fault_of_secret(name):
    """Return what is wrong with the secret in a variable and what mends it, or None."""
    value = os.environ.get(name, "")
    fresh, encode = f"set {name}: README.md says how", f"if that is right, set it encoded, by {ENCODE}"
    rows = (
        (not value, "is empty" if name in os.environ else "is not set", fresh),
        (value != value.strip(), "begins or ends with white space or a line break", fresh),
        ({*value[:1], *value[-1:]} & {'"', "'"}, "begins or ends with a quote", encode),
        (re.search("[;|]", value), "holds ; or |, like several values joined", encode),
        (not unquote(value).isascii(), "holds a letter that pip can't send", "make one of ASCII letters"),
        (UNSAFE.search(value), "holds a character that breaks a URL", encode),
    )
    return next(((what, mend) for wrong, what, mend in rows if wrong), None)


def submodules(app):
    """Each submodule lies in app/, is there in its recorded state, and has a URL that others can use."""
    for path, url in app.submodules.items():
        state, update = "".join(app.changes.get(path, "")), f"git submodule update --init --recursive {path}"
        has_login, set_url = ":" in Line(url).login or TOKEN.search(url), f"git submodule set-url {path} URL"
        is_remote = REMOTE.match(url) or SCP.match(url) or url.startswith(("./", "../"))
        rows = (
            (path[:4] != "app/", "lies outside app/: not published", f"git mv {path} app/submodules/"),
            (has_login, "has a login in its URL, for all to read", f"revoke it; {set_url}"),
            (not is_remote, "has a URL for this machine only", set_url),
            (path not in app.recorded, "has no recorded commit", f"git add {path}"),
            (not (ROOT / path / ".git").exists(), "is empty: only its name was cloned", update),
            ("C" in state, "is not at the recorded commit", f"git add {path}, or go back: {update}"),
            ({"M", "U"} & set(state), "has changes of its own", f"commit and push them in {path}"),
        )
        yield from (Problem(".gitmodules", f"{path} {what}", mend) for wrong, what, mend in rows if wrong)
    folders = [entry.relative_to(ROOT).as_posix() for entry in (ROOT / "app/submodules").glob("[!._]*")]
    for path in sorted({*folders, *app.recorded} - {*app.submodules}):
        yield Problem(path, "is not registered as a submodule", f"move it away; git submodule add URL {path}")
    return ", ".join(Path(path).name for path in app.submodules) or "none"


def needs(app):
    """What each submodule's metadata says it needs stands in requirements.txt, in versions that agree."""
    known = {path: read_metadata(ROOT / path) for path in app.submodules}
    provided = {canonicalize_name(name) for name, _ in known.values()}
    for path, (_, texts) in known.items():
        if texts is None:
            yield Problem(path, "only its build knows what it needs", "compare with requirements.txt", True)
        for need in map(Requirement, texts or ()):
            name = canonicalize_name(need.name)
            if name in provided or (need.marker and not need.marker.evaluate({"extra": ""})):
                continue
            if name not in app.wanted:
                yield Problem("requirements.txt", f"{path} needs {need}", f"add the line {need}")
            elif not can_agree(app.specifiers(name) & need.specifier):
                yield Problem(app.wanted[name].where, f"{path} needs {need}", "change one of the two")
    return f"{len(known)} submodules"


def read_metadata(folder):
    """Return a package's name and the requirements in its metadata, None if only its build knows them."""
    pyproject, config = folder / "pyproject.toml", ConfigParser(interpolation=None)
    content = tomllib.loads(pyproject.read_text(encoding="utf-8")) if pyproject.is_file() else {}
    config.read(folder / "setup.cfg", encoding="utf-8")
    project, tool = content.get("project", {}), content.get("tool", {})
    name = project.get("name") or config.get("metadata", "name", fallback=folder.name)
    listed = config.get("options", "install_requires", fallback="").split("\n")
    if texts := project.get("dependencies", [text for text in listed if text.strip()]):
        return name, texts
    dynamic = tool.get("setuptools", {}).get("dynamic", {}).get("dependencies", {}).get("file", [])
    files = [dynamic] if isinstance(dynamic, str) else dynamic or ["requirements.txt"]
    lines = [line for file in files if (folder / file).is_file() for line in read_lines(folder / file)]
    by_build = "dependencies" in project.get("dynamic", ()) or "poetry" in tool
    by_build = by_build or (not project and (folder / "setup.py").is_file())
    return name, None if by_build and not lines else [str(line.requirement) for line in lines if line.name]


def can_agree(specifiers):
    """Tell whether all specifiers allow some version: one that they name, or one just above."""
    named = ["0", *(one.version.removesuffix(".*") for one in specifiers)]
    candidates = named + [f"{version}.0.0.1" for version in named]
    return any(specifiers.contains(version, prereleases=True) for version in candidates)


def imports(app):
    """Each submodule's packages are imported from the submodule, and not from elsewhere."""
    if not all((ROOT / path / ".git").exists() for path in app.submodules):
        raise LeftOut("a submodule is empty")
    if not app.submodules:
        return "none"
    spec = importlib.util.spec_from_file_location("submodules", ROOT / "app/submodules/__init__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make_importable()
    seen = []
    for item in (item for root in module.import_roots() for item in sorted(root.glob("[!_.]*"))):
        name = item.name.removesuffix(".py")
        is_package = name != item.name or any(item.glob("*.py"))
        if is_package and name.isidentifier() and not NO_PACKAGES.fullmatch(name):
            spec = importlib.util.find_spec(name)
            origin = (spec.origin or next(iter(spec.submodule_search_locations), "")) if spec else "nothing"
            seen.append(name)
            if not Path(origin).resolve().is_relative_to(item):
                where = item.relative_to(ROOT).as_posix()
                yield Problem(where, f"import {name} gives {origin}", "rename it, or uninstall the other")
    return ", ".join(seen)


def leaks(app):
    """No file that Git tracks holds a token, a URL with a password, or the secret itself."""
    if app.no_git:
        raise LeftOut(app.no_git)
    values = [value for name in app.secrets if len(value := unquote(os.environ.get(name, ""))) >= 8]
    for path in app.files:
        data = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
        rows = [] if b"\0" in data else data.decode("utf-8", "replace").split("\n")
        for number, row in enumerate(rows, 1):
            if TOKEN.search(row) or any(value in unquote(row) for value in values):
                mend = "revoke it where it was made, then take it out: Git's history keeps it"
                yield Problem(f"{path}:{number}", "a token or password stands here", mend)
    return f"{len(app.files)} files"


def work_tree(app):
    """Everything is committed: publishing refuses otherwise."""
    if app.no_git and any((folder / ".git").exists() for folder in (ROOT, *ROOT.parents)):
        yield Problem(".git", f"Git refuses the repository: {app.no_git}", "git status says more")
    if app.no_git or os.environ.get("PRE_COMMIT"):
        raise LeftOut(app.no_git or "Git runs this as a hook")
    changed = [path for path, state in app.changes.items() if path not in app.submodules]
    yield from (Problem(path, "is not committed", "git add --all; git commit") for path in changed)
    return f"{len(changed)} changes"


def commits(app):
    """Git can fetch each submodule's recorded commit, and each package that comes straight from Git."""
    wanted = [(path, url, app.recorded.get(path, ""), "") for path, url in app.submodules.items()]
    if app.from_git:
        app.must_be_safe()
    for line in app.from_git:
        url, _, ref = re.sub(r"@(?=[^/]*$)|$", "\n", line.address.partition("#")[0], count=1).partition("\n")
        wanted.append((line.where, url, ref.strip() or "HEAD", line.login))
    for (where, url, ref, _), fault in zip(wanted, together(fault_of_commit, wanted), strict=True):
        if fault:
            yield Problem(where, f"{url} {fault}", f"git ls-remote {url} shows what it has; push {ref}")
    return f"{len(wanted)} to fetch"


def fault_of_commit(where, url, ref, login):
    """Return why Git can't fetch a commit, tag or branch, or ""; the login goes into no argument or file."""
    if url.startswith("."):  # relative to the app's own remote
        url = run("git", "-C", where, "remote", "get-url", "origin").stdout.strip()
    if not ref or TOKEN.search(url) or not (REMOTE.match(url) or SCP.match(url)):
        return ""  # the check of the submodules says so
    ssh = run("git", "config", "core.sshCommand").stdout.strip() or "ssh"
    env = {"GIT_NO_LAZY_FETCH": "1", "GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "30"}
    if not {"GIT_SSH", "GIT_SSH_COMMAND"} & os.environ.keys():
        env["GIT_SSH_COMMAND"] = f"{ssh} -o BatchMode=yes -o ConnectTimeout=30"
    if login:
        rows = {"extraHeader": f"Authorization: {basic(login)}", "followRedirects": "false"}
        start = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
        for number, (key, value) in enumerate(rows.items(), start):
            env |= {f"GIT_CONFIG_KEY_{number}": f"http.{url}.{key}", f"GIT_CONFIG_VALUE_{number}": value}
        env["GIT_CONFIG_COUNT"] = str(start + len(rows))
    with tempfile.TemporaryDirectory() as folder:
        run("git", "init", "--quiet", "--bare", folder)
        fetch = ("git", "-C", folder, "fetch", "--quiet", "--no-tags", "--filter=tree:0")
        done = run(*fetch, "--depth=1", "--", url, ref, timeout=60, **env)
        if re.search("unadvertised|find remote ref", done.stderr):  # a server that gives whole branches only
            run(*fetch, "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", **env)
            found = run("git", "-C", folder, "cat-file", "-e", ref + "^{commit}", **env)
            done = done if found.returncode else found
    return explain(done.stderr) if done.returncode else ""


def explain(words):
    """Return what is wrong with a server, in words of our own."""
    known = (why for text, why in FAULTS.items() if re.search(text, words, re.IGNORECASE))
    return next(known, "can't be asked")


def together(function, rows):
    """Return what a function gives for each row of arguments, asked for at the same time."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda row: function(*row), rows))


def basic(login):
    """Return the header of a login, its variables filled in, as pip makes it."""
    user, _, password = SECRET.sub(lambda name: os.environ[name[1]], login).partition(":")
    return "Basic " + base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode("latin-1")).decode()


class SamePage(HTTPRedirectHandler):
    """Follows a redirect to the same page with or without a slash only: the login must not travel."""

    def redirect_request(self, request, reply, code, message, headers, url):
        same = url.rstrip("/") == request.full_url.rstrip("/")
        return super().redirect_request(request, reply, code, message, headers, url) if same else None


@cache
def opener():
    """Return what opens URLs and trusts the certificates of pip's settings, or the system's, and pip's."""
    own = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE")
    context = ssl.create_default_context(cafile=own)
    context.load_verify_locations(certifi.where())
    return build_opener(SamePage, HTTPSHandler(context=context))


@cache
def ask(index, name):
    """Return an index's files of a package, hashes by URL; why there are none; and if it could not say."""
    headers = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.1"}
    headers |= {"Authorization": basic(index.login)} if index.login else {}
    request = Request(f"{index.address}/{name}/", headers=headers)
    try:
        with opener().open(request, timeout=20) as reply:
            body, url = reply.read().decode("utf-8", "replace"), reply.url
            listed = json.loads(body)["files"] if "json" in reply.headers.get_content_type() else ()
        links = [f"{file['url']}#sha256={file.get('hashes', {}).get('sha256', '')}" for file in listed]
        links = links or re.findall(r"<a\s[^>]*?href\s*=\s*[\"']([^\"']+)", body, re.IGNORECASE)
    except HTTPError as error:
        return {}, explain(f"HTTP {error.code}"), error.code not in (301, 302, 303, 307, 308, 404, 410)
    except Exception as error:  # its words could hold the secret
        reason = getattr(error, "reason", error)
        return {}, explain(f"{type(reason).__name__} {reason}"), True
    pairs = [urljoin(url, link).partition("#") for link in links]
    files = {plain(link): mark.removeprefix("sha256=") for link, _, mark in pairs}
    files = {link: mark for link, mark in files.items() if re.search(r"\.(whl|zip|tgz|tar\.\w+)$", link)}
    return files, "" if files else "shows a page without files, such as a login page", False


def plain(url):
    """Return a URL as two pages or tools write it alike: without login, query and quoting."""
    return unquote(re.sub(r"://[^/@]*@", "://", url).partition("?")[0])


def index(app):
    """Each private index answers the login, and has what stands below its line."""
    if app.indexes:
        app.must_be_safe()
    for line in app.indexes:
        names = [name for name, own in app.private.items() if own.paragraph == line.paragraph]
        answers = together(ask, [(line, name) for name in names or app.from_index])
        faults = {why for _, why, fault in answers if fault}
        if faults or not any(files for files, _, _ in answers):
            for why in sorted(faults or {why for _, why, _ in answers}):
                mend = "check the URL and the secret; until then pip takes what it finds elsewhere"
                yield Problem(line.where, f"{line.host} {why}", mend)
    return ", ".join(line.host for line in app.indexes) or "no private index"


def origin(app):
    """pip finds versions that agree, and takes each package that a private index has from there."""
    app.must_be_safe()
    if not app.wanted:
        return "no packages"
    chosen, words = resolve(app, "--only-binary=:all:")
    asked = re.search(r"Looking in indexes: (.*)", words)[1].split(", ") if app.indexes else ()
    known = {line.address for line in app.indexes}
    others = [line for line in map(Line, asked) if line.address not in known]
    if not chosen:  # something has no wheel: let pip build it, unless that could run a look-alike
        for name, line in app.from_index.items():
            if any(not link.endswith(".whl") for link in compare(app, name, others)[1]):
                yield Problem(line.where, f"pip would build {name}, which is also elsewhere", UNIQUE)
                return "not resolved"
        answer = not any(ask(line, name)[2] for line in app.indexes for name in app.from_index)
        if answer and all(compare(app, name, others)[0] for name in app.private):
            chosen, words = resolve(app)
    if not chosen and app.from_index:
        missing = re.search(r"No matching distribution found for ([\w.,~=<>!*+-]+)", words)
        what = f"pip finds no {missing[1]} for this Python" if missing else "the versions do not agree"
        yield Problem("requirements.txt", what, "pip install --dry-run -r requirements.txt says more")
    names = [name for name in chosen if not chosen[name].get("is_direct") and not app.one_source]
    names.sort(key=lambda name: name not in app.private)
    together(ask, [(line, name) for line in app.indexes for name in names])
    judged = together(lambda name: list(judge(app, name, chosen[name], others)), [(name,) for name in names])
    yield from (problem for problems in judged for problem in problems)
    return f"{len(chosen)} packages"


def judge(app, name, item, others):
    """Yield what is wrong with the file that pip chose for a package."""
    url, version = item["download_info"]["url"], item["metadata"]["version"]
    digest = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256", "-")
    where, taken = app.wanted.get(name, Line("")).where, f"{name} {version} from {Line(url).host}"
    silent = [line for line in app.indexes if name in app.private or ask(line, name)[2]]
    guards, rivals = compare(app, name, others)
    found = [plain(url) in ask(line, name)[0] or digest in ask(line, name)[0].values() for line in guards]
    if not guards:
        for line in silent:
            yield Problem(where, f"pip would take {taken}: {line.host} {ask(line, name)[1]}", UNIQUE)
    elif not (any(found) if guards[0].login else all(found)):
        yield Problem(where, f"pip would take {taken}, a look-alike of the one on {guards[0].host}", UNIQUE)
    elif not app.is_bounded(name):
        what, is_listed = f"{name} is private, and has no upper bound", name in app.wanted
        yield Problem(where, what, f"write {name}=={version} in requirements.txt", not is_listed)
    elif rivals and not any("--hash" in line.text for line in app.lines if line.name == name):
        sources = [link.rpartition("/")[2] for link in rivals if link.endswith((".tar.gz", ".zip"))]
        versions = [parse_sdist_filename(source)[1] for source in sources]
        allowed = app.specifiers(name).filter(versions, prereleases=True)
        better = [one for one in allowed if one > Version(version)]
        what = f"{name} of {guards[0].host} has a look-alike on {Line(rivals[0]).host}"
        what += f", and pip would take its {better[0]}" if better else ", which pip leaves, for now"
        yield Problem(where, what, UNIQUE, not better)


def compare(app, name, others):
    """Return the indexes that a package must come from, and the other files that pip finds elsewhere.

    It must come from those that have it: from those with a login if there are any.
    """
    holders = [line for line in app.indexes if ask(line, name)[0]]
    guards = [line for line in holders if line.login] or holders
    own = {key for line in guards for pair in ask(line, name)[0].items() for key in pair if key}
    rest = [line for line in [*app.indexes, *others] if guards and line not in guards]
    return guards, [url for line in rest for url, mark in ask(line, name)[0].items() if not {url, mark} & own]


def resolve(app, *options):
    """Let pip choose packages without installing any; return its choice, and its words, not to be shown."""
    with tempfile.TemporaryDirectory() as folder:
        files = {False: Path(folder, "requirements.txt"), True: Path(folder, "constraints.txt")}
        kept = [line for line in app.lines if line not in app.from_git]
        kept = [line for line in kept if line.option not in ("requirement", "constraint")]
        for constraint, file in files.items():
            texts = [line.text for line in kept if line.constraint == constraint]
            file.write_text("\n".join(texts), encoding="utf-8")
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-input"]
        command += ["--retries=1", "--disable-pip-version-check", f"--report={report}", *options]
        command += ["-r", str(files[False]), "-c", str(files[True])]
        done = run(*command, PIP_REQUIRE_VIRTUALENV="0", PIP_QUIET="0", PYTHONIOENCODING="utf-8")
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"] if not done.returncode else ()
    return {canonicalize_name(item["metadata"]["name"]): item for item in chosen}, done.stdout + done.stderr


OFFLINE = (settings, requirements, secret, submodules, needs, imports, leaks, work_tree)
ONLINE = (commits, index, origin)
SIGNS = {"passed": "✓ok  ", "warning": "!!   ", "failed": "✗FAIL", "left out": "--   "}
COLOURS = {"passed": 32, "warning": 33, "failed": 31, "left out": 2}


def carry_out(check, app, is_offline):
    """Return what a check says, as the row that --json prints."""
    problems, status, seen = [], "passed", ""
    try:
        if is_offline and check in ONLINE:
            raise LeftOut("needs the network")
        steps = check(app)
        while True:
            problems.append(next(steps))
    except StopIteration as end:
        seen = end.value
    except LeftOut as reason:
        status, seen = "left out", f"left out: {reason}"
    except Exception as error:  # its words could hold the secret
        what = f"preflight itself fails: {type(error).__name__} in line {error.__traceback__.tb_lineno}"
        problems.append(Problem("preflight.py", what, "please report it, without the secret"))
    if problems:
        status = "warning" if all(problem.warning for problem in problems) else "failed"
    rows = [problem._asdict() for problem in problems]
    return {"check": check.__name__.replace("_", " "), "status": status, "seen": seen, "problems": rows}


def show(result):
    """Print the row of a check, and under it each problem: where, what, and what mends it."""
    has_signs = "✓".encode(sys.stdout.encoding, "ignore")
    sign = SIGNS[result["status"]][:1] if has_signs else SIGNS[result["status"]][1:]
    has_colours = sys.stdout.isatty() and (os.name != "nt" or "WT_SESSION" in os.environ)
    if has_colours and not os.environ.get("NO_COLOR"):
        sign = f"\033[{COLOURS[result['status']]}m{sign}\033[0m"
    print(sign, f"{result['check']:12}", result["seen"], flush=True)
    for problem in result["problems"][:9]:
        print(f"    {problem['where']}: {problem['what']}\n      -> {problem['mend']}", flush=True)
    if more := len(result["problems"][9:]):
        print(f"    and {more} more: --json shows them", flush=True)


def main():
    """Carry out the checks; exit with 0 if all hold, 1 if one fails, 2 for a wrong call."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    parser.add_argument("--json", action="store_true", help="print the results for machines")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    results = []
    try:
        app = App()
        with ThreadPoolExecutor(len(OFFLINE + ONLINE)) as pool:
            for result in pool.map(lambda check: carry_out(check, app, arguments.offline), OFFLINE + ONLINE):
                results.append(result)
                if not arguments.json:
                    show(result)
    except Exception as error:  # its words could hold the secret
        sys.exit(f"preflight itself fails: {type(error).__name__}")
    failed = [result["check"] for result in results if result["status"] == "failed"]
    if arguments.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"\nNot ready: {', '.join(failed)}." if failed else "\nReady, as far as was checked.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
