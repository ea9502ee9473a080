"""Guesses whether a text of no known shape may be a secret: by what no name, no word and no commit looks like."""

from __future__ import annotations

import re
from itertools import pairwise

# The longest that anybody names a user or a package with letters and digits in a row, without a hyphen.
LONGEST_NAME = 31
# The mean length of a name's pieces. A token's are shorter than two letters, as its kinds of letters change at
# random.
SHORTEST_MEAN = 4
# From here on it is no name of anything, and no commit (64 digits of 0 to f at most) either.
TOO_LONG_FOR_ANYTHING = 52


def runs(text: str) -> list[str]:
    """The letters and digits that stand in a row, where there are some of each."""
    return [run for run in re.findall(r"[A-Za-z0-9]+", text) if not run.isalpha() and not run.isdecimal()]


def is_no_word(text: str) -> bool:
    """Tell whether a text holds what is too long and too mixed for a word, and is no commit."""
    return any(len(run) >= TOO_LONG_FOR_ANYTHING and not re.fullmatch("[0-9a-f]+", run) for run in runs(text))


def is_no_name(text: str) -> bool:
    """Tell whether a text holds what is too long and too mixed for the name of a user or a package."""
    return any(len(run) > LONGEST_NAME for run in runs(text))


def is_no_part_of_a_path(url: str) -> bool:
    """Tell whether a URL holds, between slashes, what no folder is called: some hosts put their token there."""
    words = [part for part in url.split("/") if re.fullmatch(r"\w{16,}", part, re.ASCII)]
    return any(has_every_kind_of_letter(word) and not is_of_words(word) for word in words) or is_no_name(url)


def is_of_words(text: str) -> bool:
    """Tell whether a text is made of words and numbers, as `StructuralEngineering2025` is, and not of single letters."""
    pieces = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", text)
    return len(text) >= len(pieces) * SHORTEST_MEAN


def has_every_kind_of_letter(word: str) -> bool:
    """Tell whether a word has digits, small letters and capitals."""
    return all(any(map(is_of_kind, word)) for is_of_kind in (str.isdecimal, str.islower, str.isupper))


def may_hide_a_secret(text: str) -> bool:
    """Tell whether a text that is refused for another reason is better not shown."""
    long_words = re.findall(r"[\w-]{32,}", text, re.ASCII)
    return (
        "?" in text
        or any(any(map(str.isdecimal, word)) for word in long_words)
        or any(is_mixed(word) for word in re.findall(r"\w{16,}", text, re.ASCII))
    )


def is_mixed(word: str) -> bool:
    """Tell whether digits and letters, or a small letter and a capital, stand side by side in a word."""
    return any(
        (one.isdecimal() and other.isalpha())
        or (one.isalpha() and other.isdecimal())
        or (one.islower() and other.isupper())
        for one, other in pairwise(word)
    )
