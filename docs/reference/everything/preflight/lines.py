"""The lines of requirements.txt: each does what it seems to, in pip and in uv, and hides the secret.

Each rule is a function that looks at one line, or at all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from preflight.app import App
from preflight.named_files import named_files_are_published
from preflight.problem import Failure, Findings, counted
from preflight.requirements import FILE, INCLUDES_ITSELF, INDEX_OPTIONS, Line, Requirements, Unreadable
from preflight.urls import VARIABLE, Url, read_url

CONFLICT_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
INCLUDES = ("--requirement", "--constraint")
# Options that belong to the package in front of them.
OF_A_PACKAGE = ("--hash", "--config-settings", "--global-option")
FORMS = "https://USER:${NAME}@HOST/PATH or https://${NAME}@HOST/PATH"


def requirements(app: App) -> Findings:
    """Each line of requirements.txt does what it seems to, in pip and in uv, and hides the secret."""
    try:
        told = app.requirements
    except Unreadable as error:
        mend = "uv pip install --reinstall pip, or python -m pip install --upgrade pip"
        yield Failure(FILE, str(error), mend)
        return "nothing"
    yield from judge_lines(told)
    yield from named_files_are_published(app, told)
    hosts = ", ".join(dict.fromkeys(hosts_of(told))) or "no private index"
    return f"{counted(len(told.packages), 'package')}, {hosts}"


def judge_lines(told: Requirements) -> Iterator[Failure]:
    """Yield what is wrong with a requirements file."""
    for file, why in told.unreadable.items():
        mend = "write it anew, in UTF-8, or take out the line that names it"
        if why == INCLUDES_ITSELF:
            mend = "take out the line that names the file in which it stands"
        yield Failure(file, why, mend)
    for line in told.lines:
        for rule in RULES_FOR_A_LINE:
            yield from rule(line)
    for rule in RULES_FOR_ALL_LINES:
        yield from rule(told)


def hosts_of(told: Requirements) -> Iterator[str]:
    """Yield the host of each index whose URL can be read."""
    for index in told.indexes:
        try:
            yield index.host
        except ValueError:
            continue


def can_be_read(line: Line) -> Iterator[Failure]:
    """pip can read the line."""
    if line.requirement.startswith(CONFLICT_MARKERS):
        yield Failure(
            line.where,
            "Git left the marks of a conflict here",
            f"keep the right lines, delete the marks, then type: git add {line.file}",
        )
    elif line.fault:
        mend = "write NAME==VERSION, or an option as pip's documentation spells it"
        yield Failure(line.where, f"pip can't read this line{shown(line.fault)}", mend)


def shown(words: str) -> str:
    """Pip's own words to add to a sentence, but none that could hold a login."""
    return "" if "://" in words or "@" in words else f": {words.rstrip('.')}"


def is_spelled_out(line: Line) -> Iterator[Failure]:
    """Options are spelled in full: uv, which installs on a developer's machine, knows no others."""
    for option in line.abbreviated:
        yield Failure(
            line.where, f"{option} is a short form, which uv doesn't know", "spell the option in full"
        )


def stands_alone(line: Line) -> Iterator[Failure]:
    """An option stands alone on its line: elsewhere pip passes it over, or uv can't read it."""
    others = [option.name for option in line.options if option.name not in OF_A_PACKAGE]
    if line.ignored:
        yield Failure(
            line.where,
            "pip ignores what follows the option's value",
            "write each option on a line of its own",
        )
    elif line.requirement and others:
        yield Failure(
            line.where, f"pip ignores {others[0]} behind a package", "write it on a line of its own"
        )
    elif len(others) > 1:
        yield Failure(
            line.where, "uv can't read two options on one line", "write each option on a line of its own"
        )


def is_not_editable(line: Line) -> Iterator[Failure]:
    """Nothing is installed with -e: pip would print the secret of such a line, and keep it."""
    if line.values("--editable"):
        mend = "write NAME @ URL without -e; a package in this repository belongs in app/submodules/"
        yield Failure(
            line.where, "-e installs a folder to be worked on, which VIKTOR's server isn't for", mend
        )


def trusts_no_host_blindly(line: Line) -> Iterator[Failure]:
    """No server is trusted without a certificate."""
    if line.values("--trusted-host"):
        yield Failure(line.where, "pip would trust a server without a certificate", "delete the line")


def has_no_page_of_links(line: Line) -> Iterator[Failure]:
    """No page of links is searched: uv lets its files win, and pip takes whatever has the highest version."""
    if line.values("--find-links"):
        mend = "publish the files to an index, or write NAME @ URL for each"
        yield Failure(line.where, "--find-links searches a page that nobody checks", mend)


def includes_files_of_the_app(line: Line) -> Iterator[Failure]:
    """Included files lie in the app, and no index stands in constraints, where uv doesn't see it."""
    if any("://" in value for value in line.values(*INCLUDES)):
        yield Failure(line.where, "a file on a server can't be checked", "copy the file into the app")
    if line.is_constraint and line.values(*INDEX_OPTIONS):
        yield Failure(line.where, "uv ignores an index in a file of constraints", f"move the line to {FILE}")


def urls_are_safe(line: Line) -> Iterator[Failure]:
    """Each URL goes by https, and its login is one that pip fills in and hides."""
    texts = line.values(*INDEX_OPTIONS)
    if "://" in line.requirement:
        texts.append(line.url)
    for text in texts:
        if text.startswith("file:"):
            mend = "publish it, or put it into the app and write its path, such as ./wheels/NAME.whl"
            yield Failure(line.where, "the URL leads to this machine only", mend)
            continue
        try:
            url = read_url(text)
        except ValueError:
            yield Failure(line.where, fault_of_no_url(text), f"write {FORMS}")
            continue
        yield from goes_by_https(line, url)
        yield from hides_its_login(line, url)


def fault_of_no_url(text: str) -> str:
    """Return what is wrong with what stands in the place of a URL."""
    if text.startswith("${"):
        return "the URL stands in a variable, so nobody can see here where it leads"
    return "this is no URL, and pip prints all of it"


def goes_by_https(line: Line, url: Url) -> Iterator[Failure]:
    """A URL goes by https or ssh, or leads to this machine."""
    scheme = url.scheme.removeprefix("git+")
    if scheme not in ("https", "ssh") and not url.is_local:
        yield Failure(line.where, f"the URL goes by {scheme}, which anybody can read", "write https:// in it")


def hides_its_login(line: Line, url: Url) -> Iterator[Failure]:
    """A URL has a secret in its login only, in a form that pip fills in and hides."""
    if "$" in url.host + url.rest:
        yield Failure(line.where, "pip prints a secret in this place", f"write {FORMS}")
    if not url.login or url.hides_login or url.scheme.endswith("ssh"):
        return
    if VARIABLE.search(url.login):
        yield Failure(line.where, "pip prints the secret of a login in this form", f"write {FORMS}")
    elif "$" in url.login or url.login.endswith("%"):
        mend = f"write {FORMS}; a name has capital letters, digits and underscores only"
        yield Failure(line.where, "pip fills in no variable of this form", mend)
    else:
        mend = f"write {FORMS}, with the name of a variable, and revoke what stood here"
        yield Failure(line.where, "a login stands here in clear", mend)


RULES_FOR_A_LINE = (
    can_be_read,
    is_spelled_out,
    stands_alone,
    is_not_editable,
    trusts_no_host_blindly,
    has_no_page_of_links,
    includes_files_of_the_app,
    urls_are_safe,
)


def asks_for_viktor(told: Requirements) -> Iterator[Failure]:
    """The SDK is asked for: VIKTOR installs nothing else by itself."""
    if not any(line.name == "viktor" for line in told.packages):
        yield Failure(FILE, "viktor isn't in it", "write viktor==VERSION, the version that you develop with")


def drops_no_index(told: Requirements) -> Iterator[Failure]:
    """No --index-url stands below another index: pip drops those above it without a word."""
    for above, below in pairwise(told.indexes):
        if not below.is_extra:
            what = f"--index-url makes pip drop the index in {above.line.where}"
            yield Failure(
                below.line.where, what, f"move it above {above.line.where}, or delete one of the two"
            )


def asks_the_login_first(told: Requirements) -> Iterator[Failure]:
    """The index with the login is the only one, or an extra one above all that are open to everybody.

    uv asks the extra indexes first, in the order of their lines. So an open one before the one with the login
    could give away a private package that only another package asks for: nobody would see it.
    """
    for position, index in enumerate(told.indexes):
        asked_before = told.indexes[:position] if index.is_extra else told.indexes
        is_open = [other for other in asked_before if other.is_extra and not other.has_login]
        if not (index.has_login and is_open):
            continue
        where = is_open[0].line.where
        what = f"the index in {where}, without a login, comes before this one, and could have look-alikes"
        mend = f"move this line above {where}, with the packages below it"
        if not index.is_extra:
            mend = "swap the two: the one with the login must be the --extra-index-url"
        yield Failure(index.line.where, what, mend)


def builds_nothing_beside_an_index(told: Requirements) -> Iterator[Failure]:
    """Beside an extra index nothing is built: what a build needs could come from either, and nobody looks."""
    if not told.extra_indexes:
        return
    if not any(":all:" in line.values("--only-binary") for line in told.lines):
        where, what = (
            told.extra_indexes[0].line.where,
            "a package that must be built could bring in a look-alike",
        )
        yield Failure(where, what, "write the line --only-binary :all: above it")
    for line in told.lines:
        if ":all:" in line.values("--no-binary") or ":none:" in line.values("--only-binary"):
            yield Failure(line.where, "this undoes --only-binary :all:", "delete it, or name the packages")
    for line in told.packages:
        if line.url and not line.url.partition("#")[0].partition("?")[0].endswith(".whl"):
            what = f"{line.name or 'this package'} must be built, and its build could bring in a look-alike"
            yield Failure(
                line.where, what, "publish a wheel of it on the index, or add it as a Git submodule"
            )


def has_hashes_for_all_or_none(told: Requirements) -> Iterator[Failure]:
    """Where one package has a hash, all have: pip refuses the file otherwise."""
    is_off = any(option.name == "--no-require-hashes" for line in told.lines for option in line.options)
    if told.has_hashes and not is_off:
        for line in told.packages:
            if not line.hashes:
                mend = "python -m preflight lock makes them all; or delete those of the others"
                yield Failure(line.where, f"{line.name} has no hash, and other packages have", mend)


RULES_FOR_ALL_LINES = (
    asks_for_viktor,
    drops_no_index,
    asks_the_login_first,
    builds_nothing_beside_an_index,
    has_hashes_for_all_or_none,
)
