"""Opens the update's pull request on GitHub, and finds and changes the one that is open.

https://docs.github.com/en/rest/pulls/pulls; only GraphQL turns a request into a draft, or a draft into one.
"""

from __future__ import annotations

import os
from urllib.parse import urlencode

from proposal import Answer, Proposal, Refused, ask, insist

# What GitHub says of a private repository of a free plan.
NO_DRAFTS = "Draft pull requests are not supported"
MUTATION = "mutation($id: ID!) { NAME(input: {pullRequestId: $id}) { clientMutationId } }"


def call(method: str, url: str, token: str, content: dict | None = None) -> Answer:
    """Ask GitHub."""
    return ask(method, url, {"Authorization": f"Bearer {token}"}, content)


def pulls() -> str:
    """Return the address of the repository's pull requests."""
    return f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/pulls"


def own_branch() -> str:
    """Return the branch that this job runs on."""
    return os.environ["GITHUB_REF_NAME"]


def words(proposal: Proposal) -> dict:
    """Return the title and the text as GitHub takes them."""
    return {"title": proposal.title, "body": proposal.text}


def find_request(proposal: Proposal, token: str) -> int | None:
    """Return the number of the open request for the branch."""
    query = {"state": "open", "head": f"{os.environ['GITHUB_REPOSITORY_OWNER']}:{proposal.branch}"}
    found = insist(call("GET", f"{pulls()}?{urlencode(query)}", token), "see pull requests")
    return found[0]["number"] if found else None


def create_request(proposal: Proposal, token: str) -> str:
    """Open the request, and return its address."""
    content = {"head": proposal.branch, "base": proposal.target, **words(proposal)}
    answer = call("POST", pulls(), token, content | {"draft": proposal.has_conflicts})
    if NO_DRAFTS in str(answer.content):
        answer = call("POST", pulls(), token, content)
    return insist(answer, "open a pull request")["html_url"]


def change_request(number: int, proposal: Proposal, token: str) -> None:
    """Give the open request a new title and text, and make it a draft, or none."""
    pull = insist(call("PATCH", f"{pulls()}/{number}", token, words(proposal)), "change a pull request")
    if pull["draft"] == proposal.has_conflicts:
        return
    name = "convertPullRequestToDraft" if proposal.has_conflicts else "markPullRequestReadyForReview"
    content = {"query": MUTATION.replace("NAME", name), "variables": {"id": pull["node_id"]}}
    answer = insist(call("POST", os.environ["GITHUB_GRAPHQL_URL"], token, content), "make a draft of it")
    if "errors" in answer and NO_DRAFTS not in str(answer):
        raise Refused(f"The platform doesn't let this job make a draft of it: {answer['errors']}")
