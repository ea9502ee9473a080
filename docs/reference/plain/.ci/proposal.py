"""What the weekly update proposes, and how the platform is asked by HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PATIENCE = 60  # seconds
HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "template-update"}


class Refused(Exception):
    """What can't be done and what mends it, in one sentence for the log."""


@dataclass(frozen=True)
class Proposal:
    """A request to merge a branch; a draft where it has conflicts."""

    branch: str
    target: str
    title: str
    text: str
    has_conflicts: bool


@dataclass(frozen=True)
class Answer:
    """What the platform says, and what it calls that."""

    status: int
    content: object

    @property
    def is_good(self) -> bool:
        """Whether the platform did what it was asked for."""
        return self.status < 300


def ask(method: str, url: str, headers: dict[str, str], content: dict | None = None) -> Answer:
    """Return what the platform answers. Raises Refused if it can't be reached or doesn't answer in JSON."""
    body = None if content is None else json.dumps(content).encode()
    request = Request(url, body, HEADERS | headers, method=method)
    try:
        with urlopen(request, timeout=PATIENCE) as reply:
            return Answer(reply.status, json.load(reply))
    except HTTPError as error:
        return Answer(error.code, error.read().decode(errors="replace"))
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(f"{url} can't be asked: {error}") from None


def insist(answer: Answer, what: str) -> object:
    """Return what the platform answered. Raises Refused with its words if it didn't do what it should."""
    if answer.is_good:
        return answer.content
    raise Refused(f"The platform doesn't let this job {what} ({answer.status}): {answer.content}")
