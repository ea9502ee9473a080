"""Checks that this app can be published, and that each package comes from where it should.

pip fails open: if a private index refuses the login or is down, pip takes a public package of the same name
and says nothing. Each function in OFFLINE and ONLINE is a check, and yields a row for each thing it looks at:
whether it is wrong (or worth a "warning"), where, what is wrong, and what mends it; at last, what it saw.
The secret is never shown, written down or made an argument; what pip and Git print, in which it could be,
is withheld.
"""

import argparse
import configparser
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from traceback import extract_tb
from urllib.parse import unquote, urljoin

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import Version

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    from pip._vendor import tomli as tomllib

ROOT = Path(__file__).resolve().parent
POOL = ThreadPoolExecutor(8)  # for what can be asked for at the same time
INDEX = re.compile(r"(?:-i|--(extra-)?index-url\b)[\s=\"']*")
INCLUDE = re.compile(r"(?!.*://)(?:-r|(-c|--constraint\b)|--requirement\b)[\s=]*(.+)")
SECRET = re.compile(r"\$\{([A-Z0-9_]+)\}")  # what pip fills in
LOGIN = re.compile(r"(?<=://)([^/:$\s]*:)?\$\{[A-Z0-9_]+\}@")  # the forms in which pip hides the secret
NO_PACKAGES = re.compile("setup|conftest|noxfile|tasks|tests?|docs?|examples?|scripts|benchmarks?|build")
TOKEN = re.compile(
    r"gl[a-z]{2,5}-[\w.-]{20,}|github_pat_\w{22,}|gh[pousr]_\w{36,}"  # GitLab, GitHub
    r"|\b[a-z2-7]{52}\b|\b\w{76}AZDO\w{4}\b"  # Azure
    r"|AKCp\w{60,}|cmVmdGtu\w{40,}|eyJ[\w-]{10,}\.eyJ[\w-]+\.[\w-]+"  # JFrog; any JSON web token
    r"|dl\.cloudsmith\.io/(?!basic/|public/)\w{12,}/"  # Cloudsmith
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|ewogICJ0eXBlIjog\w{20,}"  # Google: a key file, plain and in base64
    r"|[a-z]://(?=[\w-]*\d)[\w-]{20,}:?@"  # Gemfury, packagecloud: a token as the user name
    r"|[a-z]://[^\s/:@\"'`]*:(?![$%<{*])[^\s/@\"'`]+@"  # any URL with a password
)
LOCAL = r"(localhost|127\.0\.0\.1|\[::1\])[:/]"
KNOWN = r"-[ircf]|-e\s|--((extra-)?index|find|edit|req|con)|[\w.-]+\s*(\[.*\])?\s*@"
FORM = "write https://USER:${NAME}@HOST or https://${NAME}@HOST, and revoke what stood here in clear"
LINE_RULES = (  # what may not stand in a line of requirements.txt, once its proper logins are cut out
    ("^--unreadable", "the file is missing or not in UTF-8", "write it"),
    ("^--trusted-host", "pip would trust a server without a certificate", "delete the line"),
    (r"^-[^\s=]+[\s=]+\S+\s+\S", "pip takes one value and ignores the rest", "write one a line"),
    (r"^[^-].*\s-(?!-hash|-config-settings)", "pip ignores an option behind a package", "write it on a line"),
    (r"^(-e|--editable)\b.*git\+", "with -e, pip prints the secret and keeps it", "delete the -e"),
    ("^(-r|-c|--req|--con).*://", "a file on a server can't be checked", "copy it into the app"),
    (rf"\b(http|git)://(?!{LOCAL})", "the URL is not https", "write https:// in it"),
    (r"^(-i|--(extra-)?index-url\b)(?![\s=\"']*https?://)", "the URL is not https", "write https:// in it"),
    (rf"^(?!{KNOWN}).*://", "pip can't read this line and prints it, secret included", "mend how it begins"),
    (r"\$|://(?!\[)[^/@\s]*:(?!\d+\b)", "pip prints the secret in this place", FORM),
    (r"(?<!ssh)://[^/\s]*@|://[^/\s]*:[^/\s]*@", "the login is in clear, or pip prints it", FORM),
)
QUOTE = "import getpass as g, urllib.parse as u; print(u.quote(g.getpass(), safe=''))"
ENCODE = f'if that is right, set it encoded, by python -c "{QUOTE}"'
SECRET_RULES = (  # what a secret may not be
    (r"\A\Z", "is not set, or empty", "set it: README.md says how"),
    (r"\A\s|\s\Z", "begins or ends with white space or a line break", "set it anew: README.md says how"),
    (r"\A[\"']|[\"']\Z", "begins or ends with a quote", ENCODE),
    ("[;|]", "holds ; or |, like several values joined", ENCODE),
    (r"[^\0-\x7f]|%[89A-Fa-f][0-9A-Fa-f]", "holds a letter that pip can't send", "make one of ASCII letters"),
    (r"\S\s+\S|[\0-\x1f/#?\\\[\]\"']|%(?![0-9A-Fa-f]{2})", "holds a character that breaks a URL", ENCODE),
)
FAULTS = {  # what Git, pip and Python say of a server, and what it means
    "MATCH THE HASHES": "finds a file that has another hash than requirements.txt gives",
    "ResolutionImpossible": "finds that the versions do not agree",
    "inprocess-build-deps": "is too old to build and hide the secret: python -m pip install --upgrade pip",
    "not our ref|find remote ref|did not match": "does not have the commit: it was never pushed, or is gone",
    "unadvertised": "gives whole branches only, and can't be asked for one commit",
    "Username|Authentication|Permission denied|HTTP 401": "refuses the login: wrong, or expired",
    "HTTP 403|error: 403": "does not let this login read here",
    "HTTP 3|redirect": "redirects to another address, where the login must not go",
    "HTTP 5|error: 5": "fails with an error of its own",
    "HTTP 200": "shows a page without files, such as a login page",
    "not found|not exist|not exported|not appear|HTTP 4": "has nothing of that name, or hides it",
    "resolve host|to resolve|getaddrinfo|Name or service|nodename": "has a name that does not resolve",
    "Host key": "is not known to ssh here: connect to it once by hand",
    "certificate": "has a certificate that is not trusted",
    "refused|connect to server": "refuses the connection",
    "timed? ?out": "does not answer in time",
    "": "can't be asked",
}
UNIQUE = "use one index for all (index_serves_pypi), add hashes, or reserve the name: README.md says how"


class LeftOut(Exception):  # noqa: N818
    """Why a check was not carried out."""


class Line:
    """A line of a requirements file as pip joins and cuts it; its variables are not filled in."""

    def __init__(self, text, where="requirements.txt", index=None, is_constraint=False):
        self.text, self.where, self.index, self.is_constraint = text, where, index, is_constraint
        url = re.search(r"(https?://)(?:([^/\s]*)@)?((?:\[.*?\]|[\w.-]+)(?::\d+\b)?)([^\s\"'#]*)", text)
        scheme, self.login, self.host, path = url.groups("") if url else [""] * 4
        self.url = scheme + self.host + path.rstrip("/")
        try:
            self.requirement = Requirement(re.split(r"\s-", text)[0])
        except ValueError:
            self.requirement = None
        self.name = canonicalize_name(self.requirement.name) if self.requirement else ""

    def credentials(self):
        """Return the user and the password, filled in, as pip reads them, or None."""
        parts = [SECRET.sub(lambda name: os.environ[name[1]], part) for part in self.login.split(":")]
        return (unquote(parts[0]), unquote("".join(parts[1:]))) if self.login else None


def read_lines(file, is_constraint=False, parents=()):
    """Yield the lines of a requirements file and of those that it includes, in pip's order."""
    index, content = None, "--unreadable"
    with suppress(OSError, ValueError):
        content = file.read_text(encoding="utf-8-sig")
    for row in re.finditer(r"((?![ \t]*#).*\\\n)*.*(\n|\Z)", content):  # joined where a \ ends a line
        where = f"{Path(os.path.relpath(file, ROOT)).as_posix()}:{content.count(chr(10), 0, row.start()) + 1}"
        text = re.sub(r"(^|\s)#.*", "", row[0].replace("\\\n", "")).strip()
        index = index if row[0].strip() else None  # what stands right below an index's line is its own
        if text:
            line = Line(text, where, index, is_constraint)
            index = line if INDEX.match(text) else index
            yield line
        if (include := INCLUDE.match(text)) and file not in parents:
            yield from read_lines(file.parent / include[2], is_constraint or include[1], (*parents, file))


@cache
class App:
    """What the checks look at, read once: the requirements, the indexes, and what Git knows."""

    def __init__(self):
        self.lines, self.indexes = list(read_lines(ROOT / "requirements.txt")), []
        for line in self.lines:  # as in pip, an --index-url drops the indexes above it
            if option := INDEX.match(line.text):
                self.indexes = [*(self.indexes if option[1] else []), line]
        others = [line for line in self.lines if re.match("--extra|--find|-f", line.text)]
        self.has_one_source = len(self.indexes) == 1 and not others
        with_login = [line for line in self.indexes if line.login]  # without, --index-url may be PyPI's
        self.private = with_login or [line for line in self.indexes if line in others] or self.indexes
        self.from_git = [line for line in self.lines if "git+" in line.text]
        self.wanted = {line.name: line for line in self.lines if line.name and not line.is_constraint}
        self.secrets = {name: line.where for line in self.lines for name in SECRET.findall(line.text)}
        top = run("git", "rev-parse", "--show-toplevel", "--show-prefix")
        self.no_git = top.stderr.partition("\n")[0]
        folder, prefix = ("", "") if self.no_git else top.stdout.splitlines()
        rows = run("git", "ls-files", "--stage", "-z").stdout.split("\0")[:-1]
        entries = [re.split(r"[ \t]", row, maxsplit=3) for row in rows]
        self.files = [path for mode, *_, path in entries if mode != "160000"]
        self.recorded = {path: commit for mode, commit, _, path in entries if mode == "160000"}
        words = ("status", "--short", "-z", "--no-renames", "--ignore-submodules=none", "--", ".")
        rows = run("git", "-c", "color.status=false", *words).stdout.split("\0")[:-1]
        self.changes = {row[3:].removeprefix(prefix): row[:2] for row in rows}
        rows = run("git", "config", "-f", f"{folder}/.gitmodules", "-z", "--list").stdout.split("\0")
        values = dict(row.split("\n", 1) for row in rows if "\n" in row)
        own = [key for key in values if key.endswith(".path") and values[key].startswith(prefix)]
        self.submodules = {values[key].removeprefix(prefix): values.get(f"{key[:-4]}url", "") for key in own}

    def specifiers(self, name):
        """Return what all lines and constraints together say on a package's version."""
        own = [str(line.requirement.specifier) for line in self.lines if line.name == name]
        return SpecifierSet(",".join(filter(None, own)))

    def is_bounded(self, name):
        """Tell whether a package has an upper bound, or one index as the only source."""
        return self.has_one_source or any(one.operator[0] in "=~<" for one in self.specifiers(name))


def run(*command, timeout=600, **variables):
    """Run a program in the app's folder, without a prompt; return its exit code and what it printed."""
    foreign = re.compile("GIT_(DIR|WORK_TREE|PREFIX|COMMON_DIR)")  # set in a hook
    env = {name: value for name, value in os.environ.items() if not foreign.fullmatch(name)}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GCM_INTERACTIVE": "never"}
    env |= {"GIT_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never", "PYTHONIOENCODING": "utf-8"}
    env |= {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "30", **variables}
    alone = {"start_new_session": True, "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
    options = {"capture_output": True, "encoding": "utf-8", "errors": "replace", "stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, cwd=ROOT, env=env, timeout=timeout, check=False, **options, **alone)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", f"{command[0]}: {type(error).__name__}")


def explain(words):
    """Return what is wrong with a server, in words of our own."""
    return next(FAULTS[pattern] for pattern in FAULTS if re.search(pattern, words, re.IGNORECASE))


def settings(app):
    """viktor.config.toml has a type and a Python version that VIKTOR knows, and app/ is the entry point."""
    where, here, config = "viktor.config.toml", "{}.{}".format(*sys.version_info), {}
    try:
        config = tomllib.loads((ROOT / where).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield True, where, f"can't be read: {error}", "mend it, or git checkout viktor.config.toml"
    kind, version = config.get("app_type"), config.get("python_version")
    is_kind, is_version = kind in ("editor", "simple", "tree"), re.fullmatch(r"3\.1[0-4]", str(version))
    yield not is_kind, where, f"app_type is {kind!r}", 'write app_type = "editor", "simple" or "tree"'
    yield not is_version, where, f"python_version is {version!r}", 'write python_version = "3.13", say'
    other = is_version and version != here and "warning"
    yield other, where, f"wants Python {version}, and this is {here}", f"use Python {version}"
    is_missing, mend = not (ROOT / "app/__init__.py").is_file(), "write it; it imports the controllers"
    yield is_missing, "app/__init__.py", "the entry point is missing", mend
    yield (ROOT / "app.py").exists(), "app.py", "stands beside the folder app/", "move its code into app/"
    yield f"{kind} app, Python {version}"


def requirements(app):
    """Each line of requirements.txt does what it seems to, and hides the secret."""
    extra = ""
    for line in app.lines:
        for pattern, what, mend in LINE_RULES:
            yield re.search(pattern, LOGIN.sub("", line.text)), line.where, what, mend
        option = INDEX.match(line.text)
        drops = option and not option[1] and extra
        yield drops, line.where, f"makes pip drop the index in {drops}", f"move it above {drops}"
        extra = line.where if option and option[1] else extra
    yield f"{len(app.wanted)} packages, {', '.join(line.host for line in app.indexes) or 'no private index'}"


def bounds(app):
    """Each private package has an upper bound, or its index is the only source."""
    private = {name: line for name, line in app.wanted.items() if line.index and not line.requirement.url}
    for name, line in private.items():
        what = f"{name} has no upper bound: any public {name} with a higher version would win"
        mend = f"write {name}==1.2.0 with your version, or ~= or <"
        yield not app.is_bounded(name), line.where, what, mend
    yield f"{len(private)} private packages"


def secret(app):
    """Each variable in the requirements holds one secret that can stand in a URL."""
    if os.environ.get("PRE_COMMIT") and not any(map(os.environ.get, app.secrets)):
        raise LeftOut("none is set here, and Git's hooks need none")
    for name, where in app.secrets.items():
        for pattern, what, mend in SECRET_RULES:
            yield re.search(pattern, os.environ.get(name, "")), where, f"{name} {what}", mend
    yield ", ".join(app.secrets) or "none is needed"


def submodules(app):
    """Each submodule lies in app/, is there in its recorded state, and has a URL that others can use."""
    where = ".gitmodules"
    for path, url in app.submodules.items():
        state, update = app.changes.get(path, "  ")[1], f"git submodule update --init --recursive {path}"
        has_login, set_url = TOKEN.search(url), f"git submodule set-url {path} URL"
        is_remote = re.match(rf"(https|ssh)://|(http|git)://{LOCAL}|[\w.-]+@[\w.-]+:|\.\.?/", url)
        is_outside, move = path[:4] != "app/", f"git mv {path} app/submodules/"
        yield is_outside, where, f"{path} lies outside app/: not published", move
        yield has_login, where, f"{path} has a login in its URL, for all to read", f"revoke it; {set_url}"
        yield not is_remote, where, f"{path} has a URL for this machine only", set_url
        yield path not in app.recorded, where, f"{path} has no recorded commit", f"git add {path}"
        yield not (ROOT / path / ".git").exists(), where, f"{path} is empty: only its name was cloned", update
        yield state == "M", where, f"{path} is not at the recorded commit", f"git add {path}, or {update}"
        yield state in "m?U", where, f"{path} has changes of its own", f"commit and push them in {path}"
    folders = [entry.relative_to(ROOT).as_posix() for entry in (ROOT / "app/submodules").glob("[!._]*")]
    for path in sorted({*folders, *app.recorded} - {*app.submodules}):
        yield True, path, "is not registered as a submodule", f"move it away; git submodule add URL {path}"
    yield ", ".join(Path(path).name for path in app.submodules) or "none"


def needs(app):
    """What each submodule's metadata says it needs stands in requirements.txt, in versions that agree."""
    known = {}
    for path in app.submodules:
        try:
            known[path] = read_metadata(ROOT / path)
        except (ValueError, configparser.Error) as error:
            yield True, path, f"its metadata can't be read: {type(error).__name__}", "mend it there"
    provided = {canonicalize_name(name) for name, _ in known.values()}
    for path, (_, texts) in known.items():
        only_build = texts is None and "warning"
        yield only_build, path, "only its build knows what it needs", "compare it with requirements.txt"
        for need in map(Requirement, texts or ()):
            name = canonicalize_name(need.name)
            if name not in provided and (not need.marker or need.marker.evaluate({"extra": ""})):
                both, line = app.specifiers(name) & need.specifier, app.wanted.get(name)
                named = ["0", *(one.version.removesuffix(".*") for one in both)]  # these, or one just above
                agree = any(both.contains(one + end, True) for one in named for end in ("", ".0.0.1"))
                yield not line, "requirements.txt", f"{path} needs {need}", f"add the line {need}"
                yield line and not agree, line and line.where, f"{path} needs {need}", "change one of the two"
    yield f"{len(known)} submodules"


def read_metadata(folder):
    """Return a package's name and the requirements in its metadata, None if only its build knows them."""
    pyproject, config = folder / "pyproject.toml", configparser.ConfigParser(interpolation=None)
    content = tomllib.loads(pyproject.read_text(encoding="utf-8")) if pyproject.is_file() else {}
    config.read(folder / "setup.cfg", encoding="utf-8")
    project = content.get("project", {})
    listed = config.get("options", "install_requires", fallback="").split("\n")
    texts = project.get("dependencies") or [text for text in listed if text.strip() and "file:" not in text]
    if not texts and (folder / "requirements.txt").is_file():
        texts = [str(line.requirement) for line in read_lines(folder / "requirements.txt") if line.name]
    by_build = "dependencies" in project.get("dynamic", ()) or "poetry" in content.get("tool", {})
    by_build = by_build or (not project and (folder / "setup.py").is_file())
    return project.get("name", folder.name), None if by_build and not texts else texts


def imports(app):
    """Each submodule's packages are imported from the submodule, and not from elsewhere."""
    if not all((ROOT / path / ".git").exists() for path in app.submodules):
        raise LeftOut("a submodule is empty")
    loader = runpy.run_path(str(ROOT / "app/submodules/__init__.py")) if app.submodules else {}
    loader.get("make_importable", list)()
    seen = []
    for item in (item for root in loader.get("import_roots", list)() for item in sorted(root.glob("[!_.]*"))):
        name = item.name.removesuffix(".py")
        is_package = name != item.name or any(item.glob("*.py"))
        if is_package and name.isidentifier() and not NO_PACKAGES.fullmatch(name):
            spec, where = find_spec(name), item.relative_to(ROOT).as_posix()
            origin = (spec.origin or next(iter(spec.submodule_search_locations), "")) if spec else "nothing"
            is_other = not Path(origin).resolve().is_relative_to(item)
            yield is_other, where, f"import {name} gives {origin}", "rename it, or uninstall the other"
            seen.append(name)
    yield ", ".join(seen) or "none"


def leaks(app):
    """No file that Git tracks holds a token, a URL with a password, or the secret itself."""
    if app.no_git:
        raise LeftOut(app.no_git)
    values = [value for name in app.secrets if len(value := unquote(os.environ.get(name, ""))) >= 8]
    mend = "revoke it where it was made, then take it out: Git's history keeps it"
    for path in app.files:
        data = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
        rows = [] if b"\0" in data else data.decode("utf-8", "replace").split("\n")
        for number, row in enumerate(rows, 1):
            is_leak = TOKEN.search(row) or any(value in unquote(row) for value in values)
            yield is_leak, f"{path}:{number}", "a token or password stands here", mend
    yield f"{len(app.files)} files"


def work_tree(app):
    """Everything is committed: publishing refuses otherwise."""
    is_refused = app.no_git and any((folder / ".git").exists() for folder in (ROOT, *ROOT.parents))
    yield is_refused, ".git", f"Git refuses the repository: {app.no_git}", "git status says more"
    if not is_refused and (app.no_git or os.environ.get("PRE_COMMIT")):
        raise LeftOut(app.no_git or "Git runs this as a hook")
    changed = [path for path, state in app.changes.items() if path not in app.submodules or state[0] != " "]
    yield from ((True, path, "is not committed", "git add --all; git commit") for path in changed)
    yield f"{len(changed)} changes"


def commits(app):
    """Git can fetch each submodule's recorded commit."""

    def fetch(path, url):
        if url.startswith("."):  # relative to the app's own remote
            url = run("git", "-C", path, "remote", "get-url", "origin").stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            run("git", "init", "--quiet", "--bare", folder)
            words = ("fetch", "--quiet", "--depth=1", "--filter=tree:0", "--", url, app.recorded[path])
            return run("git", "-C", folder, *words, timeout=60)

    done = POOL.map(fetch, app.submodules, app.submodules.values())
    for (path, url), fetched in zip(app.submodules.items(), done, strict=True):
        mend = f"git -C {path} push; git ls-remote {url} shows what it has"
        wrong = fetched.returncode and ("warning" if "unadvertised" in fetched.stderr else "failed")
        yield wrong, path, f"{url} {explain(fetched.stderr)}", mend
    yield f"{len(app.submodules)} to fetch"


@cache
def session():
    """Return what sends requests, and trusts whom the system trusts, as pip does since 24.2."""
    with suppress(ImportError):
        from pip._vendor.truststore import inject_into_ssl

        inject_into_ssl()
    from pip._vendor import requests

    return requests.Session()


@cache
def ask(index, name):
    """Return an index's files of a package, hashes by URL, None if it can't say; and what is wrong."""
    try:
        words = {"headers": {"Accept": "text/html"}, "auth": index.credentials(), "timeout": 20}
        page = session().get(f"{index.url}/{name}/", allow_redirects=False, **words)
    except OSError as error:  # its words could hold the secret
        return None, explain(str(error))
    links = re.findall(r"<a\s[^>]*?href\s*=\s*[\"']([^\"']+)", page.text, re.IGNORECASE)
    files = {plain(urljoin(page.url, link)): link.rpartition("sha256=")[2] for link in links}
    files = {url: digest for url, digest in files.items() if re.search(r"\.(whl|zip|tgz|tar\.\w+)$", url)}
    is_known = page.status_code < 400 or page.status_code in (404, 410)
    return files if is_known else None, explain(f"HTTP {page.status_code}")


def plain(url):
    """Return a URL as two pages or tools write it alike: without login, query and quoting."""
    return unquote(re.sub(r"(?<=://)[^/@]*@|[?#].*", "", url))


def silent(app, name):
    """Return which private indexes don't say whether they have a package, or should have it and don't."""
    own, asked = app.wanted.get(name, Line("")).index, [(line, *ask(line, name)) for line in app.private]
    wrong = [(line, why) for line, files, why in asked if files is None or (line is own and not files)]
    return [f"{line.host} {why}" for line, why in wrong]


def index(app):
    """Each private index answers the login, and has what stands below its line."""
    mend = "check the URL and the secret; until then pip takes what it finds elsewhere"
    for line in app.indexes:
        below = [name for name, own in app.wanted.items() if own.index is line]
        answers = list(POOL.map(partial(ask, line), below or app.wanted))
        faults = {why for files, why in answers if files is None or (below and not files)}
        for why in faults or {why for _, why in answers if not any(files for files, _ in answers)}:
            yield True, line.where, f"{line.host} {why}", mend
    yield ", ".join(line.host for line in app.indexes) or "no private index"


def origin(app):
    """pip finds versions that agree, and takes each package that a private index has from there."""
    built, chosen = [], None
    while chosen is None:
        chosen, others, words = resolve(app, built)
        missing = re.search(r"No matching distribution found for (([\w.-]+)\S*)", words)
        name = canonicalize_name(missing[2]) if missing else ""
        found = [line for line in app.indexes + others if name and ask(line, name)[0]]
        sources = [url for line in found for url in ask(line, name)[0] if not url.endswith(".whl")]
        is_safe = sources and len(found) == 1 and not silent(app, name)
        if chosen is None and (not is_safe or name in built):
            cloned = [] if name or "ResolutionImpossible" in words else re.findall(r"Cloning (\S+)", words)
            what = f"finds no {missing[1]} for this Python" if name else explain(words)
            what += f", in the wheels of {' and '.join(line.host for line in found)}" if found[1:] else ""
            mend = UNIQUE if found[1:] else "pip install --dry-run -r requirements.txt says more"
            yield True, "requirements.txt", f"{['pip', *cloned][-1]} {what}", mend
            chosen = ()
        built.append(name)  # it has no wheel, and comes from one place only
    items = [item for item in chosen if not item.get("is_direct") and not app.has_one_source]
    for rows in POOL.map(lambda item: list(judge(app, item, others)), items):
        yield from rows
    yield f"{len(chosen)} packages"


def judge(app, item, others):
    """Yield what is wrong with the file that pip chose for a package."""
    name = canonicalize_name(item["metadata"]["name"])
    url, version = plain(item["download_info"]["url"]), item["metadata"]["version"]
    digest = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
    line, pages = app.wanted.get(name, Line("")), {one: ask(one, name)[0] or {} for one in app.private}
    hosts = [one.host for one, page in pages.items() if page]
    known = {key for page in pages.values() for pair in page.items() for key in pair}
    is_theirs, taken = {url, digest} & known, f"pip would take {name} {version} from {Line(url).host}"
    for why in silent(app, name):
        yield not hosts, line.where, f"{taken}: {why}", "check the index's URL and the secret"
    if hosts:
        yield not is_theirs, line.where, f"{taken}, a look-alike of the one on {hosts[0]}", UNIQUE
        is_open = is_theirs and not app.is_bounded(name) and (line.name or "warning")
        mend = f"write {name}=={version} in requirements.txt"
        yield is_open, line.where, f"{name} is private, and has no upper bound", mend
        pages = [ask(one, name)[0] or {} for one in app.indexes + others]
        rivals = [file for page in pages for file, key in page.items() if not {file, key} & known]
        versions = re.findall(r"-(\d[^-]*?)\.(?:tar\.gz|zip)$", "\n".join(rivals), re.MULTILINE)
        allowed = app.specifiers(name).filter(versions, prereleases=True)
        better = [one for one in allowed if Version(one) > Version(version)]
        what = f"{name} of {hosts[0]} has a look-alike on {Line(*rivals[:1] or '-').host}, and pip "
        what += f"would take its {better[0]}" if better else "leaves it, for now"
        is_near = is_theirs and rivals and "--hash" not in line.text
        yield is_near and (better or "warning"), line.where, what, UNIQUE


def resolve(app, built):
    """Let pip choose packages, and build these; return its choice, its other indexes and its words."""
    pairs, env, start = [], {}, int(os.environ.get("GIT_CONFIG_COUNT", "0"))
    for line in (line for line in app.from_git if line.login):  # or pip makes the login an argument of Git
        url, token = line.url.partition("@")[0], b64encode(":".join(line.credentials()).encode()).decode()
        header = f"Authorization: Basic {token}"
        pairs += [(f"http.{url}.extraHeader", header), (f"credential.{url}.helper", "")]
    for number, (key, value) in enumerate(pairs, start):
        env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    words = ["--dry-run", "--ignore-installed", "--retries=1", "--disable-pip-version-check"]
    if not any("git+ssh" in line.text for line in app.from_git):
        words += ["--no-input"]  # with which pip overrides how the user set up ssh
    words += ["--only-binary=:all:"] * bool(app.indexes) + [f"--no-binary={name}" for name in built]
    if any(line.login for line in app.indexes) and (built or app.from_git):
        words += ["--use-feature=inprocess-build-deps"]  # or pip makes the login an argument of its own
    with tempfile.TemporaryDirectory() as folder:
        for option in "rc":
            own = [line.text for line in app.lines if bool(line.is_constraint) == (option == "c")]
            own = [LOGIN.sub("", text) if "git+" in text else text for text in own if not INCLUDE.match(text)]
            Path(folder, option).write_text("\n".join(own), encoding="utf-8")
            words += [f"-{option}", str(Path(folder, option))]
        report = Path(folder, "report.json")
        env |= {"GIT_CONFIG_COUNT": str(start + len(pairs)), "PIP_REQUIRE_VIRTUALENV": "0", "PIP_QUIET": "0"}
        done = run(sys.executable, "-m", "pip", "install", f"--report={report}", *words, **env)
        chosen = None if done.returncode else json.loads(report.read_bytes())["install"]
    words = done.stdout + done.stderr
    asked = re.findall(r"https?://[^\s,]+", (re.search("Looking in indexes: .*", words) or [""])[0])
    known = {line.url for line in app.indexes}
    return chosen, [line for line in map(Line, asked) if line.url not in known], words


OFFLINE = (settings, requirements, bounds, secret, submodules, needs, imports, leaks, work_tree)
SAFE = ("requirements", "secret")  # what must hold, or asking an index could give the secret away
ONLINE = {commits: ("submodules",), index: SAFE, origin: SAFE}
SIGNS = {"passed": ("✓", 32), "warning": ("!", 33), "failed": ("✗", 31), "left out": ("-", 2)}


def carry_out(is_offline, failed, check):
    """Return what a check says, or why it is left out, as --json prints it."""
    status, keys = "passed", ("warning", "where", "what", "mend")
    try:
        if is_offline and check in ONLINE:
            raise LeftOut("needs the network")
        if unmet := [name for name in ONLINE.get(check, ()) if name in failed]:
            raise LeftOut(f"mend the {' and the '.join(unmet)} first")
        *rows, seen = check(App())
    except LeftOut as left:
        rows, status, seen = [], "left out", f"left out: {left}"
    except Exception as error:  # its words could hold the secret
        where, seen = f"preflight.py:{extract_tb(error.__traceback__)[:2][-1].lineno}", ""
        rows = [(True, where, f"preflight itself fails: {type(error).__name__}", "please report it")]
    problems = [dict(zip(keys, (row[0] == "warning", *row[1:]), strict=True)) for row in rows if row[0]]
    if problems:
        status = "warning" if all(problem["warning"] for problem in problems) else "failed"
    return {"check": check.__name__.replace("_", " "), "status": status, "seen": seen, "problems": problems}


def main():
    """Carry out the checks; exit with 0 if all hold, 1 if one fails, 2 for a wrong call."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    parser.add_argument("--json", action="store_true", help="print the results for machines")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    is_modern = os.name != "nt" or "WT_SESSION" in os.environ
    has_colours = is_modern and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    results, failed = [], []
    for checks, carry in ((OFFLINE, map), (ONLINE, POOL.map)):
        for result in carry(partial(carry_out, arguments.offline, failed), checks):
            results.append(result)
            failed += [result["check"]] if result["status"] == "failed" else []
            if not arguments.json:
                sign, colour = SIGNS[result["status"]]
                sign = f"\033[{colour}m{sign}\033[0m" if has_colours else sign
                print(sign, f"{result['check']:12}", result["seen"], flush=True)
                for problem in result["problems"]:
                    what = f"{'warning: ' * problem['warning']}{problem['what']}"
                    print(f"    {problem['where']}: {what}\n      -> {problem['mend']}")
    last = f"\nNot ready: {', '.join(failed)}." if failed else "\nReady, as far as was checked."
    print(json.dumps(results, indent=2) if arguments.json else last)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
