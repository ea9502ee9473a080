"""What the tokens of each host look like, for the check `leaks` and the questions of the template.

A row is a shape of tokens: who makes them, what they are called, who says what they look like, and their
parts in order. A part is text that each of them has, or a pattern with a recipe that makes up something for
it: no token stands in this file, and a test can make one of each shape. Where the makers give no length, it
is the one in gitleaks or TruffleHog, the scanners that most people use. Standard library only.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

DIGITS = "0123456789"
HEX = DIGITS + "abcdef"
SMALL = "abcdefghijklmnopqrstuvwxyz"
CAPITAL = SMALL.upper()
MIXED = SMALL + CAPITAL + DIGITS
URL_SAFE = MIXED + "-_"
BASE32 = SMALL + "234567"

LETTER = "[A-Za-z0-9]"
# What ends in a letter in front of a token without being a part of it: `\n` in JSON, `%3A` in a URL.
ESCAPES = (r"\\[nrt]", "%[0-9A-Fa-f]{2}")

# What jwt.io shows as its example, in all its forms: {"sub":"1234567890","name":"John Doe" in base64, without
# the first letters.
PUBLISHED = "zdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lI"
# What stands where a token would: words and numbers in a row, such as `detector-for-2-storeys`, ...
WORDS = re.compile(r"(?:[A-Za-z][a-z]*\d{0,2}|\d{1,4})(?:[-_.](?:[A-Za-z][a-z]*\d{0,2}|\d{1,4}))*")
# ... or words in capitals, such as `DEPLOY_TOKEN`.
CAPITAL_WORDS = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
# The name of a hash, and what may stand between it and the hash: `"sha256": "`, `digest = `, `sha256-`.
NAMES_OF_HASHES = "sha-?[0-9]+|hash|digest|checksum|cid|integrity|fingerprint"
HASH = re.compile(rf"\b(?:{NAMES_OF_HASHES})[\"']?\s*[:=-]?\s*[\"']?\Z", re.IGNORECASE)


class Part(NamedTuple):
    """A part of a token that differs from one to the next.

    `example` makes it up, and what is random is a group of `pattern`. `is_exact` if it has one length only.
    What is random has `least` letters of an `alphabet` or more, where it is that simple.
    """

    pattern: str
    example: Callable[[], str]
    is_exact: bool = False
    alphabet: str = ""
    least: int = 0

    def may_be_in(self, text: str) -> bool:
        """Tell quickly whether enough of its letters stand in a row: a pattern would try at each letter."""
        if not self.alphabet:
            return True
        letter = self.alphabet[0].encode()
        as_one_letter = bytes.maketrans(self.alphabet.encode(), letter * len(self.alphabet))
        return letter * self.least in text.encode(errors="replace").translate(as_one_letter)


class TokenShape:
    """What one kind of token looks like: its parts in order; `source` says who describes it so."""

    def __init__(self, maker: str, name: str, source: str, *parts: str | Part) -> None:
        self.maker = maker
        self.name = name
        self.source = source
        self.parts = parts

    @property
    def kind(self) -> str:
        """What it is called, such as "GitLab deploy token"."""
        return f"{self.maker} {self.name}".strip()

    @cached_property
    def mark(self) -> str:
        """The longest text that each such token has, "" if none: what lacks it need not be searched."""
        return max((part for part in self.parts if isinstance(part, str)), key=len, default="")

    def may_be_in(self, text: str) -> bool:
        """Tell quickly whether one may stand in a text that has the mark.

        Where each mark ends a quoted text, as in this file, none goes on behind it.
        """
        if not self.mark:
            return all(part.may_be_in(text) for part in self.parts if isinstance(part, Part))
        return self.parts[-1] == self.mark or text.count(self.mark) > text.count(f'{self.mark}"')

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of all its parts, which are no piece of something longer."""
        first, last = self.parts[0], self.parts[-1]
        texts = [re.escape(part) if isinstance(part, str) else part.pattern for part in self.parts]
        if isinstance(first, str):
            texts[0] += not_within_a_word(texts[0]) if first[0].isalnum() else ""
        elif first.is_exact:
            texts.insert(0, f"(?<!{LETTER})")
        if isinstance(last, Part) and last.is_exact:
            texts.append(f"(?!{LETTER})")
        return re.compile("".join(texts))

    def example(self) -> str:
        """Make one up."""
        return "".join(part if isinstance(part, str) else part.example() for part in self.parts)


class Found(NamedTuple):
    """A secret in a text: what kind it is of, and where it begins."""

    kind: str
    start: int


def not_within_a_word(begin: str) -> str:
    """Return the pattern that looks back, over the text `begin`, whether a word goes on there.

    It stands behind `begin` and not before it, because Python finds a text fast with which a pattern begins.
    """
    escapes = "|".join(f"(?<={escape}{begin})" for escape in ESCAPES)
    return f"(?:(?<!{LETTER}{begin})|{escapes})"


def some(alphabet: str, length: int) -> str:
    """Return letters at random."""
    from secrets import choice  # only tests need it, and an import costs each bake

    return "".join(choice(alphabet) for _ in range(length))


def as_ranges(alphabet: str) -> str:
    """Return an alphabet as a pattern writes it: Python reads ranges ten times faster than each letter."""
    ranges = re.escape(alphabet).replace(SMALL, "a-z").replace(CAPITAL, "A-Z")
    return ranges.replace(DIGITS, "0-9").replace("abcdef", "a-f")


def letters(alphabet: str, least: int, most: int = 0) -> Part:
    """Return the part that has `least` to `most` letters of an alphabet, or exactly `least`."""
    pattern = f"([{as_ranges(alphabet)}]{{{least},{most or least}}})"
    return Part(pattern, lambda: some(alphabet, least), not most, alphabet, least)


def between(pattern: str, example: str = "") -> Part:
    """A part that is no secret, and of which there are several forms; `example` is one."""
    return Part(pattern, lambda: example)


def base64_forms(text: str) -> list[str]:
    """Return how a text looks inside base64, in three ways: it may begin at each byte of a group of three.

    The letters that also depend on what stands around it are left out.
    """
    forms = []
    for before in range(3):
        encoded = b64encode(bytes(before) + text.encode() + bytes(3)).decode()
        first, last = -(-before * 8 // 6), (before + len(text)) * 8 // 6
        forms.append(encoded[first:last])
    return forms


def in_base64(*texts: str) -> str:
    """Return the pattern of texts inside base64, which may be broken into lines anywhere."""
    forms = [form for text in texts for form in base64_forms(text)]
    return "|".join(r"\s*".join(form) for form in forms)


def made_up_key() -> str:
    """Make up what stands below the first line of a private key."""
    lines = [some(MIXED, 64) for _ in range(3)]
    return "\n".join(["", *lines, "-----END " + "PRIVATE KEY-----"])


def made_up_key_file() -> str:
    """Make up a Google key file in base64."""
    text = f'{{\n  "type": "service_account",\n  "project_id": "{some(SMALL, 10)}"\n}}'
    return b64encode(text.encode()).decode()


GITLAB = "docs.gitlab.com/security/tokens; gitleaks"
GITHUB = "docs.github.com, About authentication to GitHub; TruffleHog"
STATELESS = "github.blog/changelog/2026-05-15-github-app-installation-tokens-per-request-override-header"
AZURE = "learn.microsoft.com/purview/sit-defn-azure-devops-personal-access-token"
PRIVATE_KEY = "RFC 7468, RFC 1421, RFC 9580; Google's key files hold one"
KEY_FILE = "docs.cloud.google.com/artifact-registry/docs/python/authentication"
CLOUDSMITH = "docs.cloudsmith.com, Entitlement tokens"
VIKTOR = "docs.viktor.ai/docs/api"
ANACONDA = "docs.anaconda.com, Tokens"

# Enough for any token. Without a limit a long line without blanks could take too long.
MOST = 4000

OF_GITLAB = letters(URL_SAFE, 20, 300)  # newer ones are longer, and end in `.01.` and nine letters more
OF_GITHUB = letters(MIXED, 36, 251)
OF_A_WEB_TOKEN = letters(URL_SAFE, 10, MOST)
OF_GOOGLE = letters(URL_SAFE, 20, MOST)
OF_ATLASSIAN = letters(URL_SAFE, 30, 300)  # and then `=` and eight letters
FOUR = letters(HEX, 4)
UUID = (letters(HEX, 8), "-", FOUR, "-", FOUR, "-", FOUR, "-", letters(HEX, 12))

WEB_TOKEN = ("eyJ", OF_A_WEB_TOKEN, ".eyJ", OF_A_WEB_TOKEN, ".", OF_A_WEB_TOKEN)
# In five parts, of which the second may be empty.
KEY_OF_IT, SEALED = letters(URL_SAFE, 0, MOST), (".", OF_A_WEB_TOKEN)
ENCRYPTED_WEB_TOKEN = ("eyJ", OF_A_WEB_TOKEN, ".", KEY_OF_IT, *SEALED, *SEALED, *SEALED)

ALGORITHM, BLOCK = between("(?:[A-Z0-9]+ )*"), between("(?: BLOCK)?")
# A quote and an escape, as in JSON and in code, may stand between the lines.
NEXT_LINE = between(r"""(?:\\[nr]|[\s"'+,>|\\])*""")
BODY = Part("([A-Za-z0-9+/]{40}|(?:Proc-Type|Version|Comment): )", made_up_key)
KEY = ("-----BEGIN ", ALGORITHM, "PRIVATE KEY", BLOCK, "-----", NEXT_LINE, BODY)
KEY_IN_BASE64 = Part(f"({in_base64('service_account', 'PRIVATE KEY-----')})", made_up_key_file)

# In the place of the user name, with or without the colon of an empty password.
AS_USER = between("(?<=://)", "https://")
AT = between(":?@(?:[a-z]+[.])?", "@")
OF_CLOUDSMITH = between("(?!basic/|public/)")
OF_ANACONDA = between(r"anaconda\.(?:org|com|cloud)", "anaconda.org")
OF_OPENAI = letters(URL_SAFE, 20, 120)
OF_ANTHROPIC = between(r"[a-z]+\d\d-", "api03-")

SHAPES: tuple[TokenShape, ...] = (
    TokenShape("GitLab", "access token", GITLAB, "glpat-", OF_GITLAB),
    TokenShape("GitLab", "deploy token", GITLAB, "gldt-", OF_GITLAB),
    TokenShape("GitLab", "runner token", GITLAB, "glrt-", OF_GITLAB),
    TokenShape("GitLab", "runner token", GITLAB, "glrtr-", OF_GITLAB),
    TokenShape("GitLab", "job token", GITLAB, "glcbt-", letters(MIXED, 1, 5), "_", OF_GITLAB),
    TokenShape("GitLab", "trigger token", GITLAB, "glptt-", letters(HEX, 40)),
    TokenShape("GitLab", "feed token", GITLAB, "glft-", OF_GITLAB),
    TokenShape("GitLab", "incoming mail token", GITLAB, "glimt-", letters(URL_SAFE, 25, 300)),
    TokenShape("GitLab", "agent token", GITLAB, "glagent-", letters(URL_SAFE, 50, 300)),
    TokenShape("GitLab", "application secret", GITLAB, "gloas-", letters(URL_SAFE, 64, 300)),
    TokenShape("GitLab", "SCIM token", GITLAB, "glsoat-", OF_GITLAB),
    TokenShape("GitLab", "feature flags token", GITLAB, "glffct-", OF_GITLAB),
    TokenShape("GitLab", "workspace token", GITLAB, "glwt-", OF_GITLAB),
    TokenShape("GitLab", "runner registration token", "gitleaks", "GR1348941", OF_GITLAB),
    TokenShape("GitHub", "personal access token", GITHUB, "ghp_", OF_GITHUB),
    TokenShape("GitHub", "OAuth token", GITHUB, "gho_", OF_GITHUB),
    TokenShape("GitHub", "user token of an app", GITHUB, "ghu_", OF_GITHUB),
    TokenShape("GitHub", "installation token", STATELESS, "ghs_", letters(MIXED + "._-", 36, MOST)),
    TokenShape("GitHub", "refresh token", GITHUB, "ghr_", OF_GITHUB),
    TokenShape("GitHub", "fine-grained token", GITHUB, "github_pat_", letters(MIXED + "_", 36, 244)),
    TokenShape("Azure DevOps", "token", "TruffleHog; base32 of 256 bits", letters(BASE32, 52)),
    TokenShape("Azure DevOps", "token", AZURE, letters(MIXED, 76), "AZDO", letters(MIXED, 4)),
    TokenShape("JFrog", "API key", "gitleaks (69)", "AKCp", letters(MIXED, 60, 300)),
    TokenShape("JFrog", "reference token", "TruffleHog", "cmVmdGtu", letters(MIXED, 56)),
    # JFrog's access tokens, Posit's, GitLab's newer job tokens and more; AWS CodeArtifact's are encrypted.
    TokenShape("JSON", "web token", "RFC 7519", *WEB_TOKEN),
    TokenShape("JSON", "web token, encrypted", "RFC 7516", *ENCRYPTED_WEB_TOKEN),
    TokenShape("", "private key", PRIVATE_KEY, *KEY),
    TokenShape("Google", "key file in base64", KEY_FILE, KEY_IN_BASE64),
    TokenShape("Google", "access token", "TruffleHog", "ya29.", between("(?:[a-z][.])?"), OF_GOOGLE),
    TokenShape("AWS", "access key", "gitleaks", "AKIA", letters(CAPITAL + DIGITS, 16)),
    TokenShape("AWS", "temporary access key", "gitleaks", "ASIA", letters(CAPITAL + DIGITS, 16)),
    TokenShape("PyPI", "token", "gitleaks", "pypi-AgE", letters(URL_SAFE, 32, 1000)),
    TokenShape("npm", "token", "gitleaks", "npm_", letters(MIXED, 36)),
    TokenShape("Bitbucket", "app password", "Nosey Parker", "ATBB", letters(MIXED, 32)),
    TokenShape("Bitbucket", "access token", "TruffleHog", "ATCTT", OF_ATLASSIAN),
    TokenShape("Atlassian", "API token", "gitleaks", "ATATT", OF_ATLASSIAN),
    TokenShape("VIKTOR", "token", VIKTOR, "vktrpat_", letters(MIXED, 14), "_", letters(MIXED, 26)),
    # As a part of the path, which pip prints.
    TokenShape(
        "Cloudsmith", "token", CLOUDSMITH, "dl.cloudsmith.io/", OF_CLOUDSMITH, letters(MIXED, 12, 100), "/"
    ),
    TokenShape("Anaconda", "token", ANACONDA, OF_ANACONDA, "/t/", letters(URL_SAFE, 16, 100)),
    TokenShape("Anaconda", "server token", ANACONDA, "/t/", letters(SMALL, 2), "-", *UUID),
    TokenShape("packagecloud", "token", "TruffleHog", "packagecloud.io/priv/", letters(HEX, 48)),
    # As the user name.
    TokenShape("packagecloud", "token", "TruffleHog", AS_USER, letters(HEX, 48), AT, "packagecloud.io"),
    TokenShape("Gemfury", "token", "gemfury.com/help", AS_USER, letters(URL_SAFE, 16, 100), AT, "fury.io"),
    # What apps that ask a language model hold.
    TokenShape("OpenAI", "key", "gitleaks", "sk-", OF_OPENAI, "T3BlbkFJ", OF_OPENAI),
    TokenShape("Anthropic", "key", "gitleaks", "sk-ant-", OF_ANTHROPIC, letters(URL_SAFE, 80, 120)),
)


# Each shape behind its mark, which is looked for in every file.
MARKED = tuple((shape.mark, shape) for shape in SHAPES)


def find_token(text: str) -> str:
    """What kind of token stands in a text, such as "GitLab deploy token"; "" if none does."""
    return next((found.kind for found in tokens_in(text)), "")


def tokens_in(text: str) -> Iterator[Found]:
    """Yield the tokens in a text, shape by shape."""
    for mark, shape in MARKED:
        if mark in text and shape.may_be_in(text):
            for match in shape.pattern.finditer(text):
                is_hash = not shape.mark and names_a_hash(text[: match.start()])
                if not (is_hash or is_sample("-".join(match.groups()))):
                    yield Found(shape.kind, match.start())


def names_a_hash(before: str) -> bool:
    """Tell whether a text ends in the name of a hash: a SHA-256 in base32 looks just like Azure's token."""
    return HASH.search(before[-30:]) is not None


def is_sample(random_part: str) -> bool:
    """Tell whether what should be random isn't: words, one letter over and over, or a published example."""
    is_repeated = len(set(random_part)) < 5  # so a sequence of DNA is no token either
    is_words = WORDS.fullmatch(random_part) or CAPITAL_WORDS.fullmatch(random_part)
    return bool(is_repeated or is_words or random_part.endswith("EXAMPLE") or PUBLISHED in random_part)
