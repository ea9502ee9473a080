"""Set-ups: a requirements.txt, the indexes that it names, and what they hold, served on 127.0.0.1."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.support import packages, servers
from tests.support.indexes import Host, Index, Shelf, Site, plain

USER = "me@corp.com"
SECRET = "VIKTOR_APP_SECRET"  # its name
LOGIN = f"{quote(USER)}:${{{SECRET}}}"

# Where a package may come from. STOPS stands for a resolver that ends with an error.
PRIVATE, SECOND, PUBLIC, GIT, STOPS = "private", "second", "public", "git", "stops"


@dataclass(frozen=True)
class Package:
    """A package on an index: a wheel, or a source distribution whose build leaves a file behind."""

    name: str
    version: str
    needs: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    build: str = ""
    tag: str = "py3-none-any"
    code: str = ""
    is_source: bool = False

    def write(self, folder: Path, marker: Path) -> Path:
        """Write it into a folder and return its path; `marker` is the file that its build leaves."""
        if self.is_source:
            return packages.sdist(folder, self.name, self.version, marker, needs=self.needs)
        parts = {name: part for name, part in vars(self).items() if name != "is_source"}
        return packages.wheel(folder, **parts)


def stranger(name: str, version: str, **parts) -> Package:
    """Return a look-alike: a package of the same name, and perhaps version, with other code."""
    return Package(name, version, code="MAKER = 'stranger'", **parts)


def source(name: str, version: str) -> Package:
    """Return a source distribution."""
    return Package(name, version, is_source=True)


@dataclass(frozen=True)
class Holding:
    """What an index holds, how it is served, whether without a login, and what it says of its files (as in Shelf)."""

    packages: tuple[Package, ...] = ()
    host: Host = plain
    is_open: bool = False
    yanked: frozenset[str] = frozenset()
    needs_python: Mapping[str, str] = field(default_factory=dict)

    def served_from(
        self, stack: ExitStack, folder: Path, marker: Path, logins: Mapping, public: str
    ) -> Index:
        """Write the packages into the folder and serve them until the stack ends."""
        folder.mkdir()
        for package in self.packages:
            package.write(folder, marker)
        shelf = Shelf(folder, self.yanked, self.needs_python)
        return stack.enter_context(self.host(Site(shelf, {} if self.is_open else logins, public)))


@dataclass(frozen=True)
class SetUp:
    """A requirements.txt with its indexes; where pip and uv really take its packages from; the right verdict.

    In `text`, {private}, {second} and {public} are the indexes' URLs, the first two with their logins, {files} is
    where the private index has its files, {git} is
    a Git server with the package units, and {sha256 NAME} the hash of a package's file, on the private index if it has one.
    `pip` and `uv` are places by package, or one place for all but viktor; None where it isn't measured. `word` must
    stand in a failure or a warning, as the verdict says. `secrets` are other values of the variables, None for unset.
    `files` stand beside requirements.txt. `builds` is whether a public package may be built. `settings` are variables of the developer's own, which only preflight
    sees, with files of his in `home`, the folder {home}.
    """

    text: str
    pip: str | Mapping[str, str] | None
    uv: str | Mapping[str, str] | None
    verdict: str
    word: str = ""
    private: Holding = Holding()
    public: Holding = Holding()
    second: Holding = Holding()
    login: str = LOGIN
    secrets: Mapping[str, str | None] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    builds: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    home: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Staged:
    """A set-up whose indexes are served: the texts of its files, the variables, the indexes by place, the secrets."""

    files: dict[str, str]
    needed: dict[str, str]
    settings: dict[str, str]
    indexes: dict[str, Index]
    password: str
    # What the build of a package from the public index leaves behind.
    marker: Path

    def place(self, url: str) -> str:
        """Return the place whose server a URL leads to, or the server where it is none of ours."""
        server = urlsplit(url).netloc.rpartition("@")[2]
        return next((place for place, index in self.indexes.items() if index.server == server), server)


@contextmanager
def staged(setup: SetUp, folder: Path) -> Iterator[Staged]:
    """Serve a set-up's indexes, with a login that is made up on the spot, until the block ends."""
    password, token = f"{secrets.token_hex(8)}/#?%41 @:[+&]", secrets.token_hex(12)
    logins = {USER: password, "robot": token, token: ""}
    marker, home = folder / "was-built", folder / "home"
    home.mkdir()
    own_marker = folder / "was-built-too"
    with ExitStack() as stack:
        viktor = Holding((*setup.public.packages, Package("viktor", "1.0")), setup.public.host)
        public = viktor.served_from(stack, folder / PUBLIC, marker, {}, "")
        private = setup.private.served_from(stack, folder / PRIVATE, own_marker, logins, public.url)
        second = setup.second.served_from(stack, folder / SECOND, marker, {USER: token}, public.url)
        git = ""
        if "{git}" in setup.text:
            files = packages.self_built("units", "1.0", own_marker)
            packages.repository(folder / GIT / "units.git", packages.Commit(files, tag="v1.0"))
            git = stack.enter_context(servers.git_http(folder / GIT, logins))
        indexes = {PRIVATE: private, SECOND: second, PUBLIC: public, GIT: Index(git)}
        words = {
            "{private}": private.with_login(setup.login),
            "{files}": private.with_login(setup.login).replace("/simple/", "/files"),
            "{second}": second.with_login(f"{quote(USER)}:${{SECOND_SECRET}}"),
            "{second without login}": second.url,
            "{public}": public.url,
            "{home}": str(home),
            "{git}": Index(git).with_login(setup.login),
            "{git without login}": git,
            "{git with the right login}": Index(git).with_login(f"{quote(USER)}:{quote(password, safe='')}"),
            "{private without login}": private.url,
            "{password}": quote(password, safe=""),
            "{token}": token,
            **hashes_of(folder / PUBLIC),
            **hashes_of(folder / PRIVATE),
        }
        for name, text in setup.home.items():
            (home / name).write_text(filled(text, words), encoding="utf-8")
        files = {"requirements.txt": setup.text, **setup.files}
        needed = {
            SECRET: quote(password, safe=""),
            "SECOND_SECRET": token,
            "TOKEN": token,
            "MY_USER": quote(USER),
            "MY_PASSWORD": quote(password, safe=""),
            **setup.secrets,
        }
        yield Staged(
            {name: filled(text, words) for name, text in files.items()},
            {name: value for name, value in needed.items() if value is not None} | dict(private.variables),
            {name: filled(text, words) for name, text in setup.settings.items()},
            indexes,
            password,
            marker,
        )


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in; `${NAME}` is none of them."""
    return re.sub(r"(?<!\$)\{[^{}]+\}", lambda word: words[word[0]], text)


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the placeholders of the hashes of a folder's files."""
    files = {
        file.name.split("-")[0].replace("_", "-"): file for file in sorted(folder.iterdir(), reverse=True)
    }
    return {
        f"{{sha256 {name}}}": hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()
    }
