"""Opens the update's merge request on GitLab, and finds and changes the one that is open.

https://docs.gitlab.com/api/merge_requests/; a title that begins with "Draft:" makes a draft.
"""

from __future__ import annotations

import os
from urllib.parse import urlencode

from proposal import Answer, Proposal, ask, insist


def call(method: str, path: str, token: str, content: dict | None = None) -> Answer:
    """Ask GitLab about the project's merge requests."""
    url = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/merge_requests{path}"
    return ask(method, url, {"PRIVATE-TOKEN": token}, content)


def words(proposal: Proposal) -> dict:
    """Return the title and the text as GitLab takes them."""
    draft = "Draft: " if proposal.has_conflicts else ""
    return {"title": f"{draft}{proposal.title}", "description": proposal.text}


def own_branch() -> str:
    """Return the branch that this job runs on."""
    return os.environ["CI_COMMIT_REF_NAME"]


def find_request(proposal: Proposal, token: str) -> int | None:
    """Return the number of the open request for the branch."""
    query = {"state": "opened", "source_branch": proposal.branch}
    found = insist(call("GET", f"?{urlencode(query)}", token), "see merge requests")
    return found[0]["iid"] if found else None


def create_request(proposal: Proposal, token: str) -> str:
    """Open the request, and return its address."""
    branches = {"source_branch": proposal.branch, "target_branch": proposal.target}
    content = {**branches, "remove_source_branch": True, **words(proposal)}
    return insist(call("POST", "", token, content), "open a merge request")["web_url"]


def change_request(number: int, proposal: Proposal, token: str) -> None:
    """Give the open request a new title and text, and make it a draft, or none."""
    insist(call("PUT", f"/{number}", token, words(proposal)), "change a merge request")
