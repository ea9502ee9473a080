"""The table of set-ups: what pip and uv really do with each, and what a guard that can be believed says of it.

Each is right, or wrong for one reason. pip takes the highest version of all indexes and goes on where one fails;
uv takes what an extra index has from nowhere else, and stops where one fails.
"""

from __future__ import annotations

import sys

from packaging.tags import sys_tags

from tests.support.indexes import (
    LOGIN_PAGE,
    Host,
    always,
    azure,
    company,
    down,
    dripping,
    failing_for,
    forbidding,
    gitlab,
    in_json,
    login_elsewhere,
    moved,
    moved_elsewhere,
    plain,
    signing,
    silent,
    sloppy,
    untrusted,
    without_hashes,
)
from tests.support.servers import Answer
from tests.support.staging import (
    GIT,
    PRIVATE,
    PUBLIC,
    SECOND,
    SECRET,
    STOPS,
    Holding,
    Package,
    SetUp,
    source,
    stranger,
)

# A tag for this machine alone, which pip prefers to one for every machine.
SPECIFIC = str(next(tag for tag in sys_tags() if tag.platform != "any"))

# This Python with its patch level, which stands for the server's.
PYTHON = ".".join(str(number) for number in sys.version_info[:3])

ACME = Package("acme-plain", "1.0")
KIT = Package("numbers-kit", "2.0")  # a public package
VIKTOR = Package("viktor", "1.0")
HIGHER = stranger("acme-plain", "99.0")
BUILD_TAG = stranger("acme-plain", "1.0", build="1")
NEEDS_DEP = (Package("acme-needsdep", "1.0", needs=("acme-internaldep",)), Package("acme-internaldep", "1.0"))
NEEDS_PLOT = (
    Package("acme-plain", "1.0", needs=('acme-plot; extra == "plot"',), extras=("plot",)),
    Package("acme-plot", "1.0"),
)

# What most set-ups begin with: PyPI is played by {public}.
HEAD = "--index-url {public}\nviktor==1.0\n--only-binary :all:\n\n"
EXTRA = HEAD + "--extra-index-url {private}\n"

PINNED = EXTRA + "acme-plain==1.0\n"
BELOW_100 = EXTRA + "acme-plain<100\n"
BESIDE_PUBLIC = PINNED + "\nnumbers-kit\n"
TWO_INDEXES = PINNED + "\n--extra-index-url {second}\nacme-other<100\n"
OPEN_BESIDE = BELOW_100 + "\n--extra-index-url {second without login}\ntorch-kit==1.0\n"
OPEN_LINES = "--extra-index-url {second without login}\ntorch-kit==1.0\n"
NEEDS_FROM_SECOND = {"torch-kit": SECOND, "acme-needsdep": PRIVATE, "acme-internaldep": SECOND}
FORWARDED = "viktor==1.0\nnumbers-kit\n\n--index-url {private}\nacme-plain==1.0\n"
ONE_INDEX = "--index-url {private}\nviktor==1.0\nacme-plain==1.0\nnumbers-kit\n"


def on(*packages: Package, **parts) -> Holding:
    """Return what an index holds; the other parts as in Holding."""
    return Holding(packages, **parts)


def at(host: Host) -> Holding:
    """Return acme-plain 1.0 on such a host."""
    return Holding((ACME,), host)


def each(names: str, version: str = "1.0", make=Package, **parts) -> tuple[Package, ...]:
    """Return a package for each word."""
    return tuple(make(f"acme-{name}", version, **parts) for name in names.split())


def right(text: str = PINNED, places=PRIVATE, **parts) -> SetUp:
    """Return a set-up of which pip and uv make the same, and that must pass."""
    return SetUp(
        **{"text": text, "pip": places, "uv": places, "verdict": "passed", "private": on(ACME), **parts}
    )


def known(text: str = PINNED, **parts) -> SetUp:
    """Return a right set-up with a look-alike that pip leaves for now: worth a warning."""
    return right(text, **{"verdict": "warning", "word": "look-alike", **parts})


def outbid(text: str = PINNED, pip=PUBLIC, uv=PRIVATE, **parts) -> SetUp:
    """Return a set-up in which pip takes a look-alike and uv doesn't."""
    usual = {"verdict": "failed", "word": "look-alike", "private": on(ACME), "public": on(BUILD_TAG)}
    return SetUp(**{"text": text, "pip": pip, "uv": uv, **usual, **parts})


def fails(host: Host, word: str, **parts) -> SetUp:
    """Return a set-up whose private index fails, so that pip takes the look-alike without a word, and uv stops."""
    usual = {"text": BELOW_100, "uv": STOPS, "private": at(host), "public": on(HIGHER), "word": word}
    return outbid(**{**usual, **parts})


LOOK_ALIKES = {
    "right": right(),
    "beside public packages": right(
        BESIDE_PUBLIC, {"acme-plain": PRIVATE, "numbers-kit": PUBLIC}, public=on(KIT)
    ),
    "bounded": known(
        EXTRA + "acme-pinned==1.0\nacme-compatible~=1.0\nacme-below<2\nacme-wildcard==1.*\nacme-same==1.0\n",
        private=on(*each("pinned compatible below wildcard same"), *each("below wildcard", "0.9")),
        public=on(*each("pinned compatible below wildcard", "99.0", stranger), stranger("acme-same", "1.0")),
    ),
    "outbid": outbid(
        EXTRA + "acme-unpinned\nacme-lower>=1.0\nacme-tagged==1.0\nacme-local==1.0\nacme-pinned==1.0\n",
        pip=dict.fromkeys(("acme-unpinned", "acme-lower", "acme-tagged", "acme-local"), PUBLIC)
        | {"acme-pinned": PRIVATE},
        private=on(*each("unpinned lower tagged local pinned")),
        public=on(
            *each("unpinned lower pinned", "99.0", stranger),
            stranger("acme-tagged", "1.0", tag=SPECIFIC),
            stranger("acme-local", "1.0+evil"),
        ),
    ),
    "a build tag": outbid(),
    "an upper bound of 100": outbid(BELOW_100, public=on(HIGHER)),
    "a pre-release": known(EXTRA + "acme-plain<2\n", public=on(stranger("acme-plain", "1.5rc1"))),
    "--pre": outbid("--pre\n" + EXTRA + "acme-plain<2\n", public=on(stranger("acme-plain", "1.5rc1"))),
    "another spelling, outbid": outbid(
        EXTRA + "Acme_Beams==1.0\n",
        private=on(Package("acme-beams", "1.0")),
        public=on(stranger("acme-beams", "1.0", build="1")),
    ),
    "an unlisted need": outbid(
        EXTRA + "acme-needsdep==1.0\n",
        pip={"acme-needsdep": PRIVATE, "acme-internaldep": PUBLIC},
        word="acme-internaldep",
        private=on(*NEEDS_DEP),
        public=on(stranger("acme-internaldep", "99.0")),
    ),
    "a listed need": known(
        EXTRA + "acme-needsdep==1.0\nacme-internaldep==1.0\n",
        private=on(*NEEDS_DEP),
        public=on(stranger("acme-internaldep", "99.0")),
    ),
    "a constrained need": known(
        "-c pins.txt\n" + EXTRA + "acme-needsdep==1.0\n",
        files={"pins.txt": "acme-internaldep==1.0\n"},
        private=on(*NEEDS_DEP),
        public=on(stranger("acme-internaldep", "99.0")),
    ),
    "an extra's need": outbid(
        EXTRA + "acme-plain[plot]==1.0\n",
        pip={"acme-plain": PRIVATE, "acme-plot": PUBLIC},
        word="acme-plot",
        private=on(*NEEDS_PLOT),
        public=on(stranger("acme-plot", "99.0")),
    ),
    "a need of a public package": outbid(
        BESIDE_PUBLIC,
        pip={"acme-plain": PRIVATE, "numbers-kit": PUBLIC, "acme-internaldep": PUBLIC},
        uv={"acme-plain": PRIVATE, "numbers-kit": PUBLIC, "acme-internaldep": PRIVATE},
        word="acme-internaldep",
        private=on(ACME, NEEDS_DEP[1]),
        public=on(
            Package("numbers-kit", "2.0", needs=("acme-internaldep",)), stranger("acme-internaldep", "99.0")
        ),
    ),
    "a file included": outbid(
        EXTRA + "-r more.txt\n", files={"more.txt": "acme-plain<100\n"}, public=on(HIGHER)
    ),
    "an index in a file included": outbid(
        HEAD + "-r more.txt\n",
        files={"more.txt": "--extra-index-url {private}\nacme-plain<100\n"},
        public=on(HIGHER),
    ),
}

# acme-plain 1.0 needs acme-internaldep, and a newer one, which only uv takes, doesn't.
OLDER = Package("acme-plain", "1.0", needs=("acme-internaldep",))
FOR_OLD_PYTHON = {
    "private": on(
        OLDER,
        Package("acme-plain", "2.0"),
        Package("acme-internaldep", "1.0"),
        needs_python={"acme_plain-2.0-py3-none-any.whl": ">=3.8,<3.10"},
    )
}
# The same the other way round: only pip takes the newer one, on a system as new as this one.
FOR_NEW_SYSTEM = {
    "private": on(
        ACME,
        Package("acme-plain", "2.0", needs=("acme-internaldep",), tag="py3-none-manylinux_2_34_x86_64"),
        Package("acme-internaldep", "1.0"),
    )
}
FOR_THIS_PYTHON = {
    "private": on(
        Package("acme-plain", "1.0", needs=(f'acme-internaldep; python_full_version >= "{PYTHON}"',)),
        Package("acme-internaldep", "1.0"),
    )
}
BELOW_3 = EXTRA + "acme-plain<3\n"
STRANGERS_NEED = {
    "pip": {"acme-plain": PRIVATE, "acme-internaldep": PUBLIC},
    "word": "acme-internaldep",
    "public": on(stranger("acme-internaldep", "99.0")),
}
ONLY_BY_PIP = {"acme-plain": PRIVATE, "acme-internaldep": PRIVATE}

# What pip needs and uv doesn't, as pip takes another version: it belongs to its index all the same.
NEEDED_BY_PIP_ALONE = {
    "by an older release": outbid(BELOW_3, **STRANGERS_NEED, **FOR_OLD_PYTHON, uv={"acme-plain": PRIVATE}),
    "by an older release, right": right(BELOW_3, ONLY_BY_PIP, **FOR_OLD_PYTHON, uv={"acme-plain": PRIVATE}),
    "by an older release, listed": known(
        BELOW_3 + "acme-internaldep==1.0\n",
        **FOR_OLD_PYTHON,
        public=on(stranger("acme-internaldep", "99.0")),
    ),
    "by an older release, from an index that fails": outbid(
        BELOW_3,
        **STRANGERS_NEED
        | {
            "word": "could not ask",
            "uv": {"acme-plain": PRIVATE},
            "private": Holding(
                FOR_OLD_PYTHON["private"].packages,
                failing_for("acme-internaldep", Answer(500)),
                needs_python=FOR_OLD_PYTHON["private"].needs_python,
            ),
        },
    ),
    # uv is measured for this system, and preflight asks it for an older one.
    "for a newer system": outbid(BELOW_3, **STRANGERS_NEED, **FOR_NEW_SYSTEM, uv=ONLY_BY_PIP),
    "for a newer system, right": right(BELOW_3, ONLY_BY_PIP, **FOR_NEW_SYSTEM),
    "for this patch of Python": outbid(**STRANGERS_NEED, **FOR_THIS_PYTHON),
    "for this patch of Python, right": right(**FOR_THIS_PYTHON),
    "a release for this patch of Python": right(
        private=on(ACME, needs_python={"acme_plain-1.0-py3-none-any.whl": f">={PYTHON}"})
    ),
    "which its index has for another system": outbid(
        BELOW_3,
        **STRANGERS_NEED,
        private=on(
            OLDER,
            Package("acme-plain", "2.0"),
            Package("acme-internaldep", "1.0", tag="py3-none-win_amd64"),
            needs_python={"acme_plain-2.0-py3-none-any.whl": ">=3.8,<3.10"},
        ),
        uv={"acme-plain": PRIVATE},
    ),
    "a copy of a public one": right(
        BELOW_3,
        {"acme-plain": PRIVATE, "numbers-kit": PRIVATE},
        private=on(
            Package("acme-plain", "1.0", needs=("numbers-kit",)),
            Package("acme-plain", "2.0"),
            KIT,
            needs_python={"acme_plain-2.0-py3-none-any.whl": ">=3.8,<3.10"},
        ),
        public=on(KIT),
        uv={"acme-plain": PRIVATE},
    ),
}

INDEXES = {
    "-i first": right(PINNED.replace("--index-url {public}", "-i {public}", 1)),
    "swapped": outbid(
        "--index-url {private}\n--only-binary :all:\n--extra-index-url {public}\nviktor==1.0\nacme-plain<100\n",
        uv=PUBLIC,
        word="comes before",
        public=on(HIGHER),
    ),
    "swapped, pinned": outbid(
        "--index-url {private}\n--only-binary :all:\n--extra-index-url {public}\nviktor==1.0\nacme-plain==1.0\n",
        uv=PUBLIC,
        word="comes before",
        public=on(stranger("acme-plain", "1.0")),
    ),
    "--index-url below": outbid(
        "--only-binary :all:\n--extra-index-url {private}\nacme-plain<100\n--index-url {public}\nviktor==1.0\n",
        word="drop",
        public=on(HIGHER),
    ),
    "an index in constraints": outbid(
        HEAD + "-c pins.txt\nacme-plain==1.0\n",
        pip=PRIVATE,
        uv=STOPS,
        word="constraints",
        files={"pins.txt": "--extra-index-url {private}\n"},
        public=on(),
    ),
    "one index for all": right(ONE_INDEX, private=on(ACME, KIT, VIKTOR)),
    "one index for all that refuses": SetUp(
        ONE_INDEX, pip=STOPS, uv=STOPS, verdict="failed", word="login", private=at(always(Answer(401)))
    ),
    "one index for all that lacks one": SetUp(
        ONE_INDEX, pip=STOPS, uv=STOPS, verdict="failed", word="numbers-kit", private=on(ACME, VIKTOR)
    ),
    "two indexes": right(
        TWO_INDEXES,
        {"acme-plain": PRIVATE, "acme-other": SECOND},
        second=on(*each("other")),
    ),
    "two indexes, a look-alike on the other's": outbid(
        TWO_INDEXES,
        pip={"acme-plain": SECOND, "acme-other": SECOND},
        uv={"acme-plain": PRIVATE, "acme-other": SECOND},
        second=on(BUILD_TAG, *each("other")),
        public=on(),
    ),
    "two indexes above one package": outbid(
        EXTRA + "--extra-index-url {second}\nacme-plain==1.0\n",
        pip=SECOND,
        second=on(BUILD_TAG),
        public=on(),
    ),
    "two indexes above two packages": right(
        EXTRA + "--extra-index-url {second}\nacme-plain==1.0\nacme-other==1.0\n",
        {"acme-plain": PRIVATE, "acme-other": SECOND},
        second=on(*each("other")),
    ),
    "two indexes with the same file": right(
        TWO_INDEXES,
        {"acme-plain": SECOND, "acme-other": SECOND},
        uv={"acme-plain": PRIVATE, "acme-other": SECOND},
        second=on(ACME, *each("other")),
    ),
    "two indexes, a look-alike of a need on the other's": outbid(
        TWO_INDEXES.replace("acme-plain", "acme-needsdep"),
        pip={"acme-needsdep": PRIVATE, "acme-other": SECOND, "acme-internaldep": SECOND},
        uv={"acme-needsdep": PRIVATE, "acme-other": SECOND, "acme-internaldep": PRIVATE},
        private=on(*NEEDS_DEP),
        second=on(*each("other"), stranger("acme-internaldep", "99.0")),
        public=on(),
    ),
    "two indexes, a look-alike each": outbid(
        TWO_INDEXES,
        uv={"acme-plain": PRIVATE, "acme-other": SECOND},
        second=on(*each("other")),
        public=on(BUILD_TAG, stranger("acme-other", "99.0")),
    ),
    "two indexes, a secret unset": outbid(
        TWO_INDEXES,
        pip={"acme-plain": PRIVATE, "acme-other": PUBLIC},
        uv=STOPS,
        word="SECOND_SECRET",
        second=on(*each("other")),
        public=on(stranger("acme-other", "99.0")),
        secrets={"SECOND_SECRET": None},
    ),
    "two indexes, a secret wrong": outbid(
        TWO_INDEXES,
        pip={"acme-plain": PRIVATE, "acme-other": PUBLIC},
        uv=STOPS,
        word="login",
        second=on(*each("other")),
        public=on(stranger("acme-other", "99.0")),
        secrets={"SECOND_SECRET": "expired"},
    ),
    "an open index beside": right(
        OPEN_BESIDE,
        {"acme-plain": PRIVATE, "torch-kit": SECOND},
        uv=STOPS,
        second=on(Package("torch-kit", "1.0"), is_open=True, host=forbidding),
        verdict="warning",
        word="403",
    ),
    "an open index beside, with a look-alike": outbid(
        OPEN_BESIDE,
        pip={"acme-plain": SECOND, "torch-kit": SECOND},
        uv={"acme-plain": PRIVATE, "torch-kit": SECOND},
        word="acme-plain",
        second=on(Package("torch-kit", "1.0"), HIGHER, is_open=True),
        public=on(),
    ),
    "an open index above": outbid(
        HEAD + OPEN_LINES + "\n--extra-index-url {private}\nacme-needsdep==1.0\n",
        pip=NEEDS_FROM_SECOND,
        uv=NEEDS_FROM_SECOND,
        word="comes before",
        private=on(*NEEDS_DEP),
        second=on(Package("torch-kit", "1.0"), stranger("acme-internaldep", "99.0"), is_open=True),
        public=on(),
    ),
    "an open index below": right(
        EXTRA + "acme-needsdep==1.0\n\n" + OPEN_LINES,
        NEEDS_FROM_SECOND | {"acme-internaldep": PRIVATE},
        private=on(*NEEDS_DEP),
        second=on(Package("torch-kit", "1.0"), is_open=True),
    ),
    "an open index below, with a look-alike of a need": outbid(
        EXTRA + "acme-needsdep==1.0\n\n" + OPEN_LINES,
        pip=NEEDS_FROM_SECOND,
        uv=NEEDS_FROM_SECOND | {"acme-internaldep": PRIVATE},
        word="acme-internaldep",
        private=on(*NEEDS_DEP),
        second=on(Package("torch-kit", "1.0"), stranger("acme-internaldep", "99.0"), is_open=True),
        public=on(),
    ),
    "a version that isn't there, of a package called proxy": SetUp(
        HEAD + "proxy-kit==9.0\n\n--extra-index-url {private}\nacme-plain==1.0\n",
        STOPS,
        STOPS,
        "failed",
        "there is no version of proxy-kit==9.0",
        private=on(Package("acme-plain", "1.0")),
        public=on(Package("proxy-kit", "1.0")),
    ),
    "a public name below the line": outbid(
        PINNED + "numbers-kit\n",
        pip={"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        uv={"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        word="numbers-kit",
        public=on(KIT),
    ),
    "--find-links": outbid(
        BELOW_100 + "\n--find-links {public}acme-plain/\n", uv=PUBLIC, word="--find-links", public=on(HIGHER)
    ),
    "a wheel by its URL": right(
        EXTRA + "acme-plain @ {files}/acme_plain-1.0-py3-none-any.whl\n",
        public=on(HIGHER),
    ),
    "another Python's": right(
        PINNED + 'acme-old==1.0; python_version < "3.8"\n', verdict="passed", public=on(*each("old", "9.0"))
    ),
    "local versions": right(
        EXTRA + "acme-plain==1.0+git.abc\nacme-other==1.0\n",
        private=on(Package("acme-plain", "1.0+git.abc"), Package("acme-other", "1.0+git.abc")),
    ),
    "yanked files": right(
        EXTRA + "acme-plain==1.0\nacme-other<100\n",
        private=on(
            *each("plain other"),
            *each("other", "0.9"),
            yanked=frozenset({"acme_plain-1.0-py3-none-any.whl", "acme_other-1.0-py3-none-any.whl"}),
        ),
    ),
    "for another Python": outbid(
        BELOW_100,
        uv=STOPS,
        word="acme-plain",
        private=on(ACME, needs_python={"acme_plain-1.0-py3-none-any.whl": ">=4"}),
        public=on(HIGHER),
    ),
    "for another system": outbid(
        BELOW_100,
        uv=STOPS,
        word="acme-plain",
        private=on(Package("acme-plain", "1.0", tag="py3-none-win_amd64")),
        public=on(HIGHER),
    ),
    "a version that isn't there": SetUp(
        EXTRA + "acme-plain==3.0\n", STOPS, STOPS, "failed", "acme-plain", on(ACME), on(HIGHER)
    ),
    "versions that don't agree": SetUp(
        PINNED + "acme-plain==0.9\n", STOPS, STOPS, "failed", "acme-plain", on(ACME, *each("plain", "0.9"))
    ),
}

HASHED = "--index-url {public}\nviktor==1.0 --hash=sha256:{sha256 viktor}\n--only-binary :all:\n\n"
HASHED_PINNED = HASHED + "--extra-index-url {private}\nacme-plain==1.0 --hash=sha256:{sha256 acme-plain}\n"

BUILDS = {
    "hashes": right(HASHED_PINNED, public=on(BUILD_TAG)),
    "hashes, and the login is refused": SetUp(
        HASHED_PINNED, STOPS, STOPS, "failed", "login", at(always(Answer(401))), on(BUILD_TAG)
    ),
    "a hash too few": SetUp(
        HASHED + "--extra-index-url {private}\nacme-plain==1.0\n",
        STOPS,
        None,
        "failed",
        "hash",
        on(ACME),
        on(BUILD_TAG),
    ),
    "hashes for some": outbid(
        "--no-require-hashes\n" + HASHED + "--extra-index-url {private}\nacme-plain==1.0\n",
        uv=None,
        word="uv can't read this line",
    ),
    "no --only-binary": right(
        PINNED.replace("--only-binary :all:\n", ""), verdict="failed", word="--only-binary"
    ),
    "a stranger's source": outbid(
        BELOW_100.replace("--only-binary :all:\n", ""),
        word="--only-binary",
        public=on(source("acme-plain", "99.0")),
    ),
    "a stranger's source, left alone": right(BELOW_100, public=on(source("acme-plain", "99.0"))),
    "--only-binary at the end": right(
        BELOW_100.replace("--only-binary :all:\n", "") + "\n--only-binary :all:\n",
        public=on(source("acme-plain", "99.0")),
    ),
    "--no-binary for a public package": right(
        BESIDE_PUBLIC + "--no-binary numbers-kit\n",
        {"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        public=on(source("numbers-kit", "2.0")),
        builds=True,
    ),
    "--no-binary for a private package": outbid(
        BELOW_100 + "\n--no-binary acme-plain\n",
        word="acme-plain",
        private=on(source("acme-plain", "1.0")),
        public=on(source("acme-plain", "99.0")),
    ),
    "--no-binary for an unlisted need": outbid(
        EXTRA + "acme-needsdep==1.0\n\n--no-binary acme-internaldep\n",
        pip={"acme-needsdep": PRIVATE, "acme-internaldep": PUBLIC},
        word="acme-internaldep",
        private=on(NEEDS_DEP[0], source("acme-internaldep", "1.0")),
        public=on(source("acme-internaldep", "99.0")),
    ),
    "a public source": SetUp(
        BESIDE_PUBLIC,
        STOPS,
        STOPS,
        "failed",
        "write the line --no-binary numbers-kit below --only-binary :all:",
        on(ACME),
        on(source("numbers-kit", "2.0")),
    ),
    "a need at a URL of its own": SetUp(
        PINNED,
        STOPS,
        STOPS,
        "failed",
        "uv finds no way to install this",
        on(
            Package(
                "acme-plain",
                "1.0",
                needs=("acme-other @ https://acme.invalid/acme_other-1.0-py3-none-any.whl",),
            )
        ),
    ),
    "--no-binary for what pip alone needs": outbid(
        BELOW_3 + "\n--no-binary acme-internaldep\n",
        **STRANGERS_NEED
        | FOR_OLD_PYTHON
        | {"public": on(source("acme-internaldep", "99.0")), "uv": {"acme-plain": PRIVATE}},
    ),
    "a private source only": SetUp(
        PINNED, STOPS, STOPS, "failed", "acme-plain", on(source("acme-plain", "1.0"))
    ),
    "a source by its URL": right(
        EXTRA + "acme-plain @ {files}/acme_plain-1.0.tar.gz\n",
        private=on(source("acme-plain", "1.0")),
        uv=STOPS,
        verdict="failed",
        word="built",
    ),
}

LOGINS = {
    "a secret of its own name": right(login="me%40corp.com:${MY_PASSWORD}"),
    "user and secret": right(login="${MY_USER}:${MY_PASSWORD}"),
    "the secret as the user": right(login="${TOKEN}"),
    "wrong": outbid(BELOW_100, uv=STOPS, public=on(HIGHER), word="login", secrets={SECRET: "expired"}),
    "unset": outbid(BELOW_100, uv=STOPS, public=on(HIGHER), word=SECRET, secrets={SECRET: None}),
    "empty": outbid(BELOW_100, uv=STOPS, public=on(HIGHER), word=SECRET, secrets={SECRET: ""}),
    "a name in small letters": outbid(
        BELOW_100, uv=STOPS, public=on(HIGHER), word="variable", login="me%40corp.com:${my_password}"
    ),
    "in clear": right(login="me%40corp.com:{password}", verdict="failed", word="clear", pip=None, uv=None),
}

HOSTS = {
    "without hashes": right(private=at(without_hashes)),
    "without hashes, outbid": outbid(private=at(without_hashes)),
    "sloppy HTML": right(private=at(sloppy)),
    "JSON only": right(private=at(in_json)),
    "links signed anew": right(private=at(signing)),
    "links signed anew, outbid": outbid(private=at(signing)),
    "moved on the same host": right(private=at(moved)),
    "Azure": right(private=at(azure)),
    "Azure, outbid": outbid(private=at(azure)),
    "GitLab": right(private=at(gitlab)),
    "GitLab, outbid": outbid(private=at(gitlab)),
    "GitLab lacks the name": outbid(
        BELOW_100, uv=PRIVATE, word="acme-plain", private=on(*each("other"), host=gitlab), public=on(HIGHER)
    ),
    "GitLab for all": right(
        FORWARDED,
        {"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        uv=PRIVATE,
        private=at(gitlab),
        public=on(KIT, HIGHER),
    ),
    "GitLab for all lacks the name": outbid(
        FORWARDED,
        {"acme-plain": PUBLIC, "numbers-kit": PUBLIC},
        uv=PRIVATE,
        word="for acme-plain",
        private=on(*each("other"), host=gitlab),
        public=on(KIT, stranger("acme-plain", "1.0")),
    ),
    "GitLab for all, a public name below the line": right(
        FORWARDED.replace("numbers-kit\n\n", "\n") + "numbers-kit\n",
        {"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        uv=PRIVATE,
        verdict="failed",
        word="move a public one into another paragraph",
        private=at(gitlab),
        public=on(KIT),
    ),
    "moved to another host": right(
        pip=None,
        uv=None,
        verdict="failed",
        word="if that index has moved, write its new URL",
        text=PINNED.replace("{private}", "{private without login}"),
        private=on(ACME, host=moved_elsewhere, is_open=True),
    ),
    "S3": right(uv=STOPS, private=at(forbidding), verdict="warning", word="403"),
    "S3, outbid": outbid(private=at(forbidding), uv=STOPS, word="acme-plain"),
    "S3 lacks the name": outbid(
        BELOW_100, uv=STOPS, word="login", private=on(*each("other"), host=forbidding), public=on(HIGHER)
    ),
    "a virtual index beside": right(BESIDE_PUBLIC, private=on(ACME, KIT, VIKTOR), public=on(KIT)),
    "a virtual index for all": right(ONE_INDEX, private=on(ACME, KIT, VIKTOR)),
    "a company's proxy and certificate": right(private=at(company)),
    # What can't be told from a look-alike: these pass with the lock.
    "a virtual index one version behind": outbid(
        BESIDE_PUBLIC,
        pip={"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        private=on(ACME, Package("numbers-kit", "1.9"), VIKTOR),
        public=on(KIT),
        word="numbers-kit",
    ),
    "an open index with an older copy": outbid(
        OPEN_BESIDE + "\nnumbers-kit\n",
        pip={"acme-plain": PRIVATE, "torch-kit": SECOND, "numbers-kit": PUBLIC},
        uv={"acme-plain": PRIVATE, "torch-kit": SECOND, "numbers-kit": SECOND},
        second=on(Package("torch-kit", "1.0"), Package("numbers-kit", "1.9"), is_open=True),
        public=on(KIT),
        word="numbers-kit",
    ),
}

OUTAGES = {
    "401": fails(always(Answer(401)), "login"),
    "403": fails(always(Answer(403)), "login"),
    "404": fails(always(Answer(404)), "acme-plain", uv=PUBLIC),
    "410": fails(always(Answer(410)), "gone"),
    "500": fails(always(Answer(500)), "error"),
    "503": fails(always(Answer(503)), "error"),
    "a login page": fails(always(LOGIN_PAGE), "login page"),
    "a login page elsewhere": fails(login_elsewhere, "login page"),
    "down": fails(down, "connection"),
    "no such host": fails(
        plain, "resolve", text=BELOW_100.replace("{private}", "https://packages.acme.invalid/")
    ),
    "a certificate that nobody trusts": fails(untrusted, "certificate"),
    "401 for one": fails(failing_for("acme-plain", Answer(401)), "login"),
    "403 for one": fails(failing_for("acme-plain", Answer(403)), "login"),
    "404 for one": fails(failing_for("acme-plain", Answer(404)), "acme-plain", uv=PUBLIC),
    "500 for one": fails(failing_for("acme-plain", Answer(500)), "error"),
    "404, and no look-alike": SetUp(
        BELOW_100, STOPS, STOPS, "failed", "acme-plain", at(always(Answer(404))), on(*each("other"))
    ),
    "500 for a public name": outbid(
        BESIDE_PUBLIC,
        pip={"acme-plain": PRIVATE, "numbers-kit": PUBLIC},
        uv=STOPS,
        word="error",
        private=on(ACME, host=failing_for("numbers-kit", Answer(500))),
        public=on(KIT),
    ),
    "PyPI fails for a private name": right(
        public=on(host=failing_for("acme-plain", Answer(500))), verdict="failed", word="acme-plain"
    ),
    "PyPI forbids a private name": right(
        public=on(host=failing_for("acme-plain", Answer(403))), verdict="failed", word="acme-plain"
    ),
    "503 from PyPI for a private name": right(
        public=on(host=failing_for("acme-plain", Answer(503))), verdict="failed", word="acme-plain"
    ),
    "PyPI is down": SetUp(PINNED, STOPS, STOPS, "failed", "", on(ACME), on(host=down)),
}

# pip and uv aren't measured here: they wait for minutes.
SLOW = {
    "silent": fails(silent, "", pip=None, uv=None),
    "a byte a second": fails(dripping, "", pip=None, uv=None),
}

FROM_GIT = "--index-url {public}\nviktor==1.0\nunits @ git+{git}/units.git@v1.0\n"

FROM_A_GIT_HOST = {
    "right": right(FROM_GIT, GIT),
    "a wrong secret": SetUp(FROM_GIT, STOPS, STOPS, "failed", "login", secrets={SECRET: "expired"}),
    "a wrong secret, and a credential helper that knows better": SetUp(
        FROM_GIT,
        STOPS,
        STOPS,
        "failed",
        "login",
        secrets={SECRET: "expired"},
        settings={
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "credential.helper",
            "GIT_CONFIG_VALUE_0": "store --file {home}/logins",
        },
        home={"logins": "{git with the right login}\n"},
    ),
    "insteadOf": right(
        FROM_GIT,
        GIT,
        settings={
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "url.http://127.0.0.1:9/.insteadOf",
            "GIT_CONFIG_VALUE_0": "{git without login}/",
        },
    ),
    "no such repository, of a name like a fault's": SetUp(
        FROM_GIT.replace("units.git", "proxy-timeout.git"),
        STOPS,
        STOPS,
        "failed",
        "no repository of that name",
    ),
    "no such tag": SetUp(FROM_GIT.replace("v1.0", "v9.9"), STOPS, STOPS, "failed", "units"),
    "beside an index": right(
        PINNED + "\nunits @ git+{git}/units.git@v1.0\n",
        {"acme-plain": PRIVATE, "units": GIT},
        uv=STOPS,
        verdict="failed",
        word="built",
    ),
}

# Each of these alone would change what pip or uv says.
OWN_SETTINGS = {
    "that would stop pip or uv": right(
        second=on(BUILD_TAG, is_open=True),
        settings={
            "PIP_CONFIG_FILE": "{home}/pip.conf",
            "PIP_EXTRA_INDEX_URL": "{second without login}",
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple/",
            "PIP_NO_INDEX": "1",
            "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple/",
        },
        home={"pip.conf": "[install]\nno-index = true\nuser = true\nfind-links = {home}/nothing\n"},
    ),
    "that would hide the look-alike": outbid(
        BELOW_100,
        public=on(HIGHER),
        settings={
            "PIP_CONFIG_FILE": "{home}/pip.conf",
            "PIP_CONSTRAINT": "{home}/pins.txt",
            "UV_CONFIG_FILE": "{home}/uv.toml",
            "UV_CONSTRAINT": "{home}/pins.txt",
            "UV_INDEX": "{public}",
            "UV_INDEX_STRATEGY": "unsafe-best-match",
            "UV_NO_CONFIG": "",
        },
        files={"uv.toml": 'index-strategy = "unsafe-best-match"\n'},
        home={
            "pins.txt": "acme-plain==1.0\n",
            "pip.conf": "[global]\nconstraint = {home}/pins.txt\n",
            "uv.toml": '[pip]\nindex-strategy = "unsafe-best-match"\n',
        },
    ),
    "NETRC": outbid(
        BELOW_100,
        uv=STOPS,
        public=on(HIGHER),
        word="login",
        login=f"me%40corp.com:${{{SECRET}}}",
        secrets={SECRET: "expired"},
        settings={"NETRC": "{home}/netrc"},
        home={"netrc": "machine 127.0.0.1 login robot password {token}\n"},
    ),
    "a netrc in the home folder": outbid(
        BELOW_100.replace("{private}", "{private without login}"),
        uv=STOPS,
        public=on(HIGHER),
        word="login",
        settings={"HOME": "{home}"},
        home={".netrc": "machine 127.0.0.1 login robot password {token}\n"},
    ),
}

# A wrong set-up, what its mend says, and the requirements.txt that is mended so: nothing else changes.
MENDED = {
    "a higher version": (
        LOOK_ALIKES["an upper bound of 100"],
        "write acme-plain==1.0 below the index's line",
        PINNED,
    ),
    "an unlisted need": (
        LOOK_ALIKES["an unlisted need"],
        "write acme-internaldep==1.0 below the index's line",
        EXTRA + "acme-needsdep==1.0\nacme-internaldep==1.0\n",
    ),
    "an open index above": (
        INDEXES["an open index above"],
        "move this line above requirements.txt:5, with the packages below it",
        EXTRA + "acme-needsdep==1.0\nacme-internaldep==1.0\n\n" + OPEN_LINES,
    ),
    "swapped": (
        INDEXES["swapped"],
        "swap the two",
        "--index-url {public}\n--only-binary :all:\nviktor==1.0\n\n--extra-index-url {private}\nacme-plain==1.0\n",
    ),
    "--index-url below": (
        INDEXES["--index-url below"],
        "move it above requirements.txt:2",
        "--index-url {public}\nviktor==1.0\n--only-binary :all:\n--extra-index-url {private}\nacme-plain==1.0\n",
    ),
    "a public name below the line": (
        INDEXES["a public name below the line"],
        "a public one goes into another paragraph",
        PINNED + "\nnumbers-kit\n",
    ),
    "--find-links": (INDEXES["--find-links"], "write NAME @ URL for each", PINNED),
    "no --only-binary": (
        BUILDS["no --only-binary"],
        "write the line --only-binary :all: above it",
        PINNED,
    ),
    "a public package built": (
        BUILDS["a public source"],
        "write the line --no-binary numbers-kit below --only-binary :all:",
        BESIDE_PUBLIC + "--no-binary numbers-kit\n",
    ),
    "a private package built": (
        BUILDS["--no-binary for a private package"],
        "publish a wheel of acme-plain",
        PINNED,
    ),
}
