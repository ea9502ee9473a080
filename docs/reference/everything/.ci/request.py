"""Opens the update's pull request in Azure Repos, and finds and changes the one that is open.

https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests
"""

from __future__ import annotations

import base64
import os
from urllib.parse import quote, urlencode

from proposal import Answer, Proposal, ask, insist


def call(method: str, path: str, token: str, content: dict | None = None, **query: str) -> Answer:
    """Ask Azure about the repository's pull requests; the address is right for a server of one's own too."""
    project = f"{os.environ['SYSTEM_COLLECTIONURI'].rstrip('/')}/{quote(os.environ['SYSTEM_TEAMPROJECT'])}"
    pulls = f"{project}/_apis/git/repositories/{os.environ['BUILD_REPOSITORY_ID']}/pullrequests"
    login = base64.b64encode(f":{token}".encode()).decode()
    url = f"{pulls}{path}?{urlencode(query | {'api-version': '7.0'})}"
    return ask(method, url, {"Authorization": f"Basic {login}"}, content)


def words(proposal: Proposal) -> dict:
    """Return the title and the text as Azure takes them, and whether it is a draft."""
    return {"title": proposal.title, "description": proposal.text, "isDraft": proposal.has_conflicts}


def own_branch() -> str:
    """Return the branch that this job runs on."""
    return os.environ["BUILD_SOURCEBRANCH"].removeprefix("refs/heads/")


def find_request(proposal: Proposal, token: str) -> int | None:
    """Return the number of the open request for the branch."""
    source = f"refs/heads/{proposal.branch}"
    query = {"searchCriteria.status": "active", "searchCriteria.sourceRefName": source}
    found = insist(call("GET", "", token, **query), "see pull requests")["value"]
    return found[0]["pullRequestId"] if found else None


def create_request(proposal: Proposal, token: str) -> str:
    """Open the request, and return its address."""
    source, target = f"refs/heads/{proposal.branch}", f"refs/heads/{proposal.target}"
    content = {"sourceRefName": source, "targetRefName": target, **words(proposal)}
    pull = insist(call("POST", "", token, content), "open a pull request")
    return f"{os.environ['BUILD_REPOSITORY_URI']}/pullrequest/{pull['pullRequestId']}"


def change_request(number: int, proposal: Proposal, token: str) -> None:
    """Give the open request a new title and text, and make it a draft, or none."""
    insist(call("PATCH", f"/{number}", token, words(proposal)), "change a pull request")
