"""Where packages come from on VIKTOR's server: pip and uv must agree on each private one.

pip takes the highest version from any index, and goes on without a word when an index refuses the login or is
down. uv asks the extra indexes first, takes what they have from nowhere else, and stops when one refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from preflight.app import App
from preflight.faults import TRUST, TRUST_IN_GIT, UNTRUSTED, meaning
from preflight.names import normalized
from preflight.places import (
    all_private_packages,
    belongs_to,
    comes_from,
    is_from,
    is_of_extra_index,
    is_on_own_index,
    is_same_server,
    listed_packages,
    own_indexes,
    own_pages,
    page_of,
    private_packages,
)
from preflight.problem import Failure, Findings, Problem, Warning, counted
from preflight.programs import empty_folder
from preflight.requirements import FILE, Index, Line, Requirements
from preflight.resolvers import Chosen, PipAnswer, UvAnswer, ask_pip, ask_uv
from preflight.urls import read_url

CHECK_THE_INDEX = "check the URL and the secret; until then pip takes what it finds elsewhere"
CLOSE_THE_GAP = "python -m preflight lock lets no other file in: README.md says when to use it"


def origin(app: App) -> Findings:
    """Each package can be installed on VIKTOR's server, and each private one comes from its own index."""
    told = app.requirements
    if app.is_locked:
        return "the packages are locked"
    with empty_folder() as folder:
        if not told.extra_indexes:
            pip = ask_pip(app, told, folder)
            yield from pip_finds_everything(app, told, pip)
            yield from private_packages_are_own(told, UvAnswer(), pip)
            return counted(len(pip.packages), "package")
        uv, pip = ask_both(app, told, folder)
    yield from uv_finds_everything(told, uv)
    yield from forbidden_means_absent(told, uv)
    yield from builds_nothing_private(told, uv)
    if pip and not uv.fault:
        yield from pip_finds_everything(app, told, pip)
        yield from pip_could_ask_everywhere(told, uv, pip)
        yield from private_packages_are_own(told, uv, pip)
        yield from look_alikes_are_known(told, uv, pip)
    return counted(len(uv.packages), "package")


def ask_both(app: App, told: Requirements, folder: Path) -> tuple[UvAnswer, PipAnswer | None]:
    """Return what uv and pip say; pip is not asked where it would build a package of a private name.

    It would build a look-alike too, and so run its code.
    """
    for_uv, for_pip = folder / "uv", folder / "pip"
    for_uv.mkdir()
    for_pip.mkdir()
    if any(line.values("--no-binary") for line in told.lines):
        uv = ask_uv_twice(app, told, for_uv)
        is_safe = not any(builds_nothing_private(told, uv)) and not uv.fault
        return uv, ask_pip(app, told, for_pip) if is_safe else None
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask_pip, app, told, for_pip)
        return ask_uv_twice(app, told, for_uv), asked.result()


def ask_uv_twice(app: App, told: Requirements, folder: Path) -> UvAnswer:
    """Return what uv says; where an index forbids something, what it says if that only means "I have none".

    Some hosts answer so (S3, PyTorch's). It is taken for that only where the index has all that stands below
    its line.
    """
    strict = ask_uv(app, told, folder)
    if "403 Forbidden" not in strict.fault:
        return strict
    lenient = ask_uv(app, told, folder, lenient=True)
    return lenient if not lenient.fault and has_what_is_listed(told, lenient) else strict


def has_what_is_listed(told: Requirements, uv: UvAnswer) -> bool:
    """Tell whether each extra index has packages below its line, and uv takes these from it."""
    for index in told.extra_indexes:
        names = {line.name for line in told.packages if line.index == index.line and not line.url}
        if not names or any(not is_from(uv, name, index) for name in names):
            return False
    return True


def where_of(name: str, told: Requirements) -> str:
    """The line that asks for a package, or the file if only another package asks for it."""
    return next((line.where for line in told.packages if line.name == name), FILE)


def uv_finds_everything(told: Requirements, uv: UvAnswer) -> Iterator[Problem]:
    """Each extra index answers, and there is a set of versions that fit together."""
    if not uv.fault:
        return
    asked = [index for index in told.indexes if index.address in uv.fault]
    sentence = meaning(words_about_servers(uv.fault))
    unread = line_that_uv_can_not_read(told, uv.fault)
    if unread:
        yield Failure(
            unread.where, "uv can't read this line", "delete it, or write it as pip and uv both know it"
        )
    elif sentence and asked:
        mend = TRUST if sentence == UNTRUSTED else CHECK_THE_INDEX
        yield Failure(asked[0].line.where, f"{asked[0].host} {sentence}", mend)
    elif sentence:
        mend = TRUST if sentence == UNTRUSTED else "try again, and look at the network of this machine"
        yield Failure(FILE, f"an index {sentence}", mend)
    else:
        yield Failure(
            FILE, f"uv finds no way to install this: {reason_of(uv.fault)}", advice_for(told, uv.fault)
        )


def words_about_servers(words: str) -> str:
    """What uv says of servers; of versions that don't fit it may name a package called proxy."""
    return words.partition("hint:")[2] if "No solution found" in words else words


def line_that_uv_can_not_read(told: Requirements, words: str) -> Line | None:
    """Return the line of which uv says that it can't be read, by its number in the file that uv was given."""
    number = re.search(r"requirements\.txt:(\d+):\d+", "".join(words.split()))
    lines = [line for line in told.lines if not line.is_constraint]
    return lines[int(number[1]) - 1] if number and int(number[1]) <= len(lines) else None


def reason_of(words: str) -> str:
    """Return the reasons that uv gives, without its hints: one of them recommends what pip does wrong."""
    reasons = " ".join(words.partition("hint:")[0].rpartition("error:")[2].replace("cause:", "").split())
    return without_logins(reasons)


def without_logins(words: str) -> str:
    """A text with what may be a login in a URL taken out, whosever it is."""
    return re.sub(r"://[^/\s]*@", "://", words)


def advice_for(told: Requirements, words: str) -> str:
    """Return what mends a set of packages for which uv finds no versions."""
    built = re.search(r"([\w.-]+)(?:[=<>!~]\S*)? ha(?:s|ve) no usable wheels", words)
    if built:
        return advice_for_source(told, built[1])
    if "included as a URL dependency" in words:
        return "let the package that needs it name it without a URL, and publish it on an index"
    missing = re.search(r"there is no version of ([\w.-]+)", words)
    line = next((one for one in told.packages if missing and one.name == normalized(missing[1])), None)
    if line and not told.is_below_extra_index(line):
        hosts = " and ".join(index.host for index in told.extra_indexes)
        return f"check the URL and the secret: {hosts} may show a page without files, such as a login page"
    return "change the versions, or publish what is missing"


def advice_for_source(told: Requirements, name: str) -> str:
    """Return what mends a package that has no wheel: beside an extra index only public ones may be built."""
    is_listed = normalized(name) in listed_packages(told)
    move = "move it into another paragraph, and " if is_listed else ""
    public = f"if {name} is public, {move}write the line --no-binary {name} below --only-binary :all:"
    return f"{public}; of a private one publish a wheel on its index"


def forbidden_means_absent(told: Requirements, uv: UvAnswer) -> Iterator[Problem]:
    """An index that forbids what it lacks is worth a word: a login that is refused looks just the same."""
    if uv.lenient and not uv.fault:
        for index in told.extra_indexes:
            what = f"{index.host} answers 403 for what it lacks, as it would to a login that lacks a right"
            yield Warning(index.line.where, what, "see that all private packages stand below its line")


def builds_nothing_private(told: Requirements, uv: UvAnswer) -> Iterator[Problem]:
    """What --no-binary names is public: pip would build a private package's look-alike too, and so run it.

    pip may also need what uv doesn't, and then nobody knows whose it is.
    """
    if uv.fault:
        return
    private, needed = private_packages(told, uv), {one.name for one in uv.packages.values()}
    for line in told.lines:
        named = {normalized(name) for value in line.values("--no-binary") for name in value.split(",")}
        for name in sorted(named):
            if name in private:
                what, mend = f"{name} is private, and would be built", f"publish a wheel of {name}"
                yield Failure(line.where, what, mend)
            elif name not in needed and not name.startswith(":"):
                what = f"{name} would be built, and uv knows of nothing that needs it"
                yield Failure(line.where, what, f"delete {name} here, or write its line: {name}==VERSION")


def pip_finds_everything(app: App, told: Requirements, pip: PipAnswer) -> Iterator[Problem]:
    """pip finds a file for each package, in versions that fit together."""
    if not pip.fault:
        return
    missing = re.search(r"No matching distribution found for (\S+)", pip.fault)
    servers = [(urlsplit(page).netloc, meaning(reason)) for page, reason in pip.unanswered if meaning(reason)]
    if servers:
        host, sentence = servers[0]
        mend = "check the URL and the secret, and the network of this machine"
        yield Failure(FILE, f"{host} {sentence}", TRUST if sentence == UNTRUSTED else mend)
    elif missing and not pip.builds:
        what = f"pip finds no wheel of {missing[1]}, and is too old to build one and hide the secret"
        yield Failure(FILE, what, "python -m pip install --upgrade pip")
    elif missing and not app.runs_like_the_server and not told.extra_indexes:
        what = f"{missing[1]} has no wheel for Python {app.python_version} on Linux, and can't be built here"
        yield Warning(FILE, what, "run preflight on Linux with that Python, as CI does")
    elif missing:
        yield Failure(
            FILE, f"pip finds no {missing[1]} for Python {app.python_version}", "change its version"
        )
    elif "ResolutionImpossible" in pip.fault:
        mend = "pip install --dry-run -r requirements.txt says which, with the secret set"
        yield Failure(FILE, "pip finds that the versions do not agree", mend)
    else:
        yield pip_gives_up(told, pip.fault)


def pip_gives_up(told: Requirements, words: str) -> Failure:
    """Return the failure for an end of pip's that has no kind of its own, such as a Git host that refuses."""
    from_git = [line for line in told.packages if line.url.startswith("git+")]
    named = [line for line in from_git if line.name in words or without_ref(line.url) in words]
    if named or len(from_git) == 1:
        line = (named or from_git)[0]
        host, sentence = read_url(line.url.removeprefix("git+")).host, meaning(words)
        what = f"{line.name}: {host} {sentence or 'does not give what is asked for'}"
        mend = "check the URL, its tag or commit, and the secret"
        return Failure(line.where, what, TRUST_IN_GIT if sentence == UNTRUSTED else mend)
    what = f"pip {meaning(words) or 'ends with an error'}"
    return Failure(FILE, what, "pip install --dry-run -r requirements.txt says more")


def without_ref(url: str) -> str:
    """Where a package's repository is, without a login and without the tag or commit."""
    return read_url(url.removeprefix("git+")).without_login.partition("@")[0].partition("#")[0]


def pip_could_ask_everywhere(told: Requirements, uv: UvAnswer, pip: PipAnswer) -> Iterator[Problem]:
    """No index kept silent about a private package: VIKTOR's server may see a look-alike there.

    Where an extra index kept silent, the package may be a private one.
    """
    private = all_private_packages(told, uv, pip)
    told_already = set()
    for address, reason in pip.unanswered:
        host, name = urlsplit(address).netloc, normalized(address.rstrip("/").rpartition("/")[2])
        is_absent = reason.startswith(("404", "410"))
        is_of_extra = is_of_extra_index(address, told)
        is_forbidden = reason.startswith("403") and uv.lenient and is_of_extra
        is_private = name in private or (is_of_extra and name in pip.packages)
        if is_private and not is_absent and not is_forbidden and host not in told_already:
            told_already.add(host)
            what = f"pip could not ask {host} for {name}: it {meaning(reason) or 'gives no page'}"
            yield Failure(
                where_of(name, told), what, "try again: nobody knows what lies there until it answers"
            )


def private_packages_are_own(told: Requirements, uv: UvAnswer, pip: PipAnswer) -> Iterator[Problem]:
    """What a private index has, or what stands right below its line, comes from there."""
    for name in all_private_packages(told, uv, pip):
        chosen, own = pip.packages.get(name), own_indexes(name, told, uv, pip)
        if not chosen or comes_from(page_of(chosen, pip), own, pip):
            continue
        if name in listed_packages(told) and not list(own_pages(name, own, pip)):
            yield not_from_its_index(told, pip, chosen)
        elif not is_on_own_index(chosen, own, uv, pip):
            yield look_alike(told, uv, own, chosen)


def not_from_its_index(told: Requirements, pip: PipAnswer, chosen: Chosen) -> Failure:
    """Return the failure for a package that the index above its line lacks, or has by way of another."""
    where, page = where_of(chosen.name, told), page_of(chosen, pip)
    host = urlsplit(page or chosen.url).netloc
    senders = [index.host for index in told.private_indexes if leads_to(index, page, pip)]
    if senders:
        what = f"{senders[0]} sends pip on to {host} for {chosen.name}"
        mend = (
            f"if that index has moved, write its new URL; otherwise publish {chosen.name} there, "
            "or move a public one into another paragraph"
        )
        return Failure(where, what, mend)
    return Failure(
        where,
        f"pip would take {chosen.name} {chosen.version} from {host}, and the index above this line has none",
        "check the index's URL, and publish the package there; a public one goes into another paragraph",
    )


def leads_to(index: Index, page: str, pip: PipAnswer) -> bool:
    """Tell whether an index sends pip on to a page of another server."""
    addresses = [address for address in pip.asked.get(page, []) if belongs_to(address, index)]
    return any(not is_same_server(page, address) for address in addresses)


def look_alike(told: Requirements, uv: UvAnswer, own: list[Index], chosen: Chosen) -> Failure:
    """Return the failure for a package that pip would take from the wrong place."""
    name, hosts = chosen.name, " and ".join(index.host for index in own)
    versions = [one.version for one in uv.packages.values() if one.name == name]
    pin = f"write {name}=={versions[0]}" if versions else f"write {name}==VERSION, one that {hosts} has,"
    return Failure(
        where_of(name, told),
        f"pip would take {name} {chosen.version} from {urlsplit(chosen.url).netloc}, "
        f"a look-alike of the one on {hosts}",
        f"{pin} below the index's line; if that stands there already, {CLOSE_THE_GAP}",
    )


def look_alikes_are_known(told: Requirements, uv: UvAnswer, pip: PipAnswer) -> Iterator[Problem]:
    """A public package with the name of a private one, which pip leaves for now, is worth a word."""
    with_hashes = {line.name for line in told.packages if line.hashes}
    for name in sorted(set(all_private_packages(told, uv, pip)) - with_hashes):
        chosen, files = pip.packages.get(name), pip.pages.get(name, {})
        indexes = own_indexes(name, told, uv, pip)
        own = {file for file, page in files.items() if comes_from(page, indexes, pip)}
        rivals = {file for file in files if file not in own}
        is_proxied = bool({file_name(file) for file in own} & {file_name(file) for file in rivals})
        if chosen and chosen.url in own and rivals and not is_proxied:
            host = urlsplit(files[min(rivals)]).netloc
            what = f"{name} has a look-alike on {host}, which pip leaves for now"
            yield Warning(where_of(name, told), what, CLOSE_THE_GAP)


def file_name(url: str) -> str:
    """The name of the file that a URL leads to."""
    return urlsplit(url).path.rpartition("/")[2]
