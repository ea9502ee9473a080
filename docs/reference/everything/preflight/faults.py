"""What pip, uv and Git say when a server can't be asked, and what it means, in sentences of our own.

Their words could hold an address with a login, and are written for people who know the tool.
"""

from __future__ import annotations

import re

# What somebody has named, in a tool's words: a URL, its path, a host, and between backticks a package. It
# says nothing of the fault: a repository may be called `proxy`.
NAMES = re.compile(r"[\w+]+://[^\s'\"`)]+|(?<=url: )/\S+|host='[^']*'|`[^`]*`")

# What is told of a server whose certificate nobody here knows; what mends that for pip and uv, and for Git.
UNTRUSTED = "has a certificate that this machine doesn't trust"
TRUST = "if it is your company's own: set PIP_CERT and SSL_CERT_FILE to a file with its certificates"
TRUST_IN_GIT = "if it is your company's own, in FILE: git config --global http.sslCAInfo FILE"

# What a server's fault means, and the words, in lower case, by which a tool tells of it. The first that fits
# is told.
MEANINGS = (
    (UNTRUSTED, ("certificate", "ssl: ")),
    (
        "refuses the login: it is missing, wrong or expired",
        (
            "401 unauthorized",
            "401 client error",
            "error: 401",
            "authentication failed",
            "could not read username",
        ),
    ),
    (
        "does not let this login read here: it is wrong or expired, or lacks a right",
        ("403 forbidden", "403 client error", "error: 403", "permission denied"),
    ),
    (
        "has no such branch, tag or commit",
        ("couldn't find remote ref", "did not match any file", "not our ref", "unknown revision"),
    ),
    (
        "is behind a proxy that can't be used",
        (
            "proxyerror",
            "connect to proxy",
            "resolve proxy",
            "from proxy",
            "proxy connect",
            "proxy authentication",
            "tunnel connection failed",
            "connect tunnel failed",
            "tunnel error",
            "407 client error",
        ),
    ),
    ("says that this is gone", ("410 gone", "410 client error", "error: 410")),
    ("fails with an error of its own", ("server error", "error: 5", "bad gateway")),
    ("redirects in a circle", ("too many redirects", "exceeded 30 redirects")),
    (
        "has a name that does not resolve",
        (
            "resolving dns",
            "could not resolve",
            "failed to resolve '",
            "name or service not known",
            "getaddrinfo",
        ),
    ),
    ("refuses the connection", ("connection refused", "failed to connect", "couldn't connect")),
    ("is not known to ssh here: connect to it once by hand", ("host key verification failed",)),
    (
        "has no repository of that name, or hides it from this login",
        (
            "not exported",
            "repository not found",
            "does not appear to be a git repository",
            "error: 404",
            "' not found",
        ),
    ),
    ("does not answer in time", ("timed out", "timeout", "did not end within")),
    (
        "breaks off in the middle of an answer",
        ("connection reset", "early eof", "incomplete", "connection broken"),
    ),
)


def meaning(words: str) -> str:
    """Return what a tool's words mean for the server that it asked, or "" if they aren't known."""
    lower = NAMES.sub("", words).lower()
    return next((sentence for sentence, phrases in MEANINGS if any(map(lower.__contains__, phrases))), "")
