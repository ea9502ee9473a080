"""Which index a package belongs to: by the lines of requirements.txt, by what uv chooses, and by pip's pages.

The private indexes of a file are its extra ones, or the only one.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from preflight.requirements import Index, Requirements
from preflight.resolvers import Chosen, PipAnswer, UvAnswer


def listed_packages(told: Requirements) -> list[str]:
    """The names of the packages that stand right below the line of a private index."""
    return [line.name for line in told.packages if told.is_below_private_index(line) and not line.url]


def is_from(uv: UvAnswer, name: str, index: Index) -> bool:
    """Tell whether uv takes a package from an index."""
    return any(one.name == name and one.index.rstrip("/") == index.address for one in uv.packages.values())


def private_packages(told: Requirements, uv: UvAnswer) -> list[str]:
    """Return the names of the packages that uv takes from an extra index."""
    names = dict.fromkeys(one.name for one in uv.packages.values())
    return [name for name in names if any(is_from(uv, name, index) for index in told.extra_indexes)]


def all_private_packages(told: Requirements, uv: UvAnswer, pip: PipAnswer) -> list[str]:
    """Return the names of all packages that belong to a private index: by the file, by uv or by pip's pages.

    pip may need a package of which uv doesn't know: where it goes back to an older version of another one.
    """
    held = [name for name in pip.packages if holders(name, told, pip)]
    return list(dict.fromkeys([*listed_packages(told), *private_packages(told, uv), *held]))


def holders(name: str, told: Requirements, pip: PipAnswer) -> list[Index]:
    """The private indexes that have files of a package on pages of their own."""
    return [index for index in told.private_indexes if list(own_pages(name, [index], pip))]


def own_pages(name: str, indexes: list[Index], pip: PipAnswer) -> Iterator[str]:
    """Yield the pages of the indexes that have files of a package."""
    for page in pip.holds.get(name, {}):
        if comes_from(page, indexes, pip):
            yield page


def own_indexes(name: str, told: Requirements, uv: UvAnswer, pip: PipAnswer) -> list[Index]:
    """Return the indexes that a package may come from.

    That is the one right above its line, if it has the package. Otherwise it is the one that uv takes it
    from, or, where uv doesn't need the package, the first one that has it. Where the package stands below
    another one's line, an index without a login, to which anybody may publish, is none.
    """
    having = holders(name, told, pip)
    above = [line.index for line in told.packages if line.name == name and told.is_below_private_index(line)]
    right_above = [index for index in having if index.line in above]
    if right_above:
        return right_above
    by_uv = [index for index in told.private_indexes if is_from(uv, name, index)]
    found = by_uv or having[:1]
    return [index for index in found if index.has_login or index.line in above or not above]


def comes_from(page: str, indexes: list[Index], pip: PipAnswer) -> bool:
    """Tell whether a page belongs to one of the indexes: only they led to it, and it is on their server."""
    addresses = pip.asked.get(page, [])
    return bool(addresses) and all(
        any(belongs_to(address, index) and is_same_server(page, address) for index in indexes)
        for address in addresses
    )


def belongs_to(address: str, index: Index) -> bool:
    """Tell whether an address lies in an index."""
    return address.startswith(f"{index.address}/")


def is_of_extra_index(address: str, told: Requirements) -> bool:
    """Tell whether an address lies in one of the extra indexes."""
    return any(belongs_to(address, index) for index in told.extra_indexes)


def is_same_server(one: str, other: str) -> bool:
    """Tell whether two addresses lead to the same server."""
    return urlsplit(one).netloc == urlsplit(other).netloc


def page_of(chosen: Chosen, pip: PipAnswer) -> str:
    """The page of an index on which a file stands, "" if it comes from a URL of its own."""
    return pip.pages.get(chosen.name, {}).get(chosen.url, "")


def is_on_own_index(chosen: Chosen, own: list[Index], uv: UvAnswer, pip: PipAnswer) -> bool:
    """Tell whether a file that pip takes from elsewhere is one that a package's own index has too.

    So it is where an index has copies of public packages.
    """
    hashes = {text for page in own_pages(chosen.name, own, pip) for text in pip.holds[chosen.name][page]}
    for one in uv.packages.values():
        if one.name == chosen.name and any(is_from(uv, one.name, index) for index in own):
            hashes |= one.hashes
    return f"sha256:{chosen.sha256}" in hashes
