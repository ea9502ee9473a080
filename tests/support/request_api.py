"""Stands in for what GitHub, GitLab and Azure answer about requests to merge, their refusals in their own words."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.support.servers import Answer, web_server

REFUSALS = {
    "github": (403, {"message": "GitHub Actions is not permitted to create or approve pull requests."}),
    "gitlab": (403, {"error": "insufficient_scope", "scope": "api"}),
    "azure": (403, {"message": "TF401027: You need the Git 'PullRequestContribute' permission."}),
}


@dataclass
class RequestApi:
    """The requests of one repository on a platform, and whether it refuses to open one."""

    ci: str
    url: str = ""
    refuses: bool = False
    has_drafts: bool = True
    requests: list[dict] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    @property
    def variables(self) -> dict[str, str]:
        """What the platform tells a job of itself."""
        return {
            "github": {
                "GITHUB_API_URL": self.url,
                "GITHUB_GRAPHQL_URL": f"{self.url}/graphql",
                "GITHUB_REPOSITORY": "acme/app",
                "GITHUB_REPOSITORY_OWNER": "acme",
                "GITHUB_REF_NAME": "main",
            },
            "gitlab": {"CI_API_V4_URL": self.url, "CI_PROJECT_ID": "42", "CI_COMMIT_REF_NAME": "main"},
            "azure": {
                "SYSTEM_COLLECTIONURI": f"{self.url}/",
                "SYSTEM_TEAMPROJECT": "Bridges and roads",
                "BUILD_REPOSITORY_ID": "b0b",
                "BUILD_REPOSITORY_URI": f"{self.url}/_git/app",
                "BUILD_SOURCEBRANCH": "refs/heads/main",
            },
        }[self.ci]

    @property
    def path(self) -> str:
        """Where the requests are."""
        return {
            "github": "/repos/acme/app/pulls",
            "gitlab": "/projects/42/merge_requests",
            "azure": "/Bridges%20and%20roads/_apis/git/repositories/b0b/pullrequests",
        }[self.ci]

    def answer(self, request: BaseHTTPRequestHandler) -> Answer:
        """Answer a request by HTTP as the platform would."""
        parts = urlsplit(request.path)
        self.tokens.add(request.headers.get("Authorization") or request.headers.get("PRIVATE-TOKEN"))
        content = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))) or "{}")
        if parts.path == "/graphql":
            return self.turn(content)
        if not parts.path.startswith(self.path):
            return said({"message": "Not Found"}, 404)
        if request.command == "GET":
            return self.listed(parse_qs(parts.query))
        if request.command == "POST":
            return self.opened(content)
        changed = self.requests[int(parts.path.rpartition("/")[2]) - 1]
        changed.update(content)
        return said(changed)

    def listed(self, query: dict[str, list[str]]) -> Answer:
        """Answer which requests are open; one that asks for the branches of others gets none."""
        open_now = [one for one in self.requests if one["is_open"]]
        head = {"github": "head", "gitlab": "source_branch", "azure": "searchCriteria.sourceRefName"}[self.ci]
        branch = {"github": "acme:", "gitlab": "", "azure": "refs/heads/"}[self.ci] + "template-update"
        found = open_now if query[head] == [branch] else []
        return said({"value": found, "count": len(found)} if self.ci == "azure" else found)

    def opened(self, content: dict) -> Answer:
        """Answer who asks to open a request."""
        if self.refuses:
            status, words = REFUSALS[self.ci]
            return said(words, status)
        if content.get("draft") and not self.has_drafts:
            return said({"message": "Draft pull requests are not supported in this repository."}, 422)
        number = len(self.requests) + 1
        names = {
            "github": ("number", "html_url"),
            "gitlab": ("iid", "web_url"),
            "azure": ("pullRequestId", "url"),
        }
        own = {
            names[self.ci][0]: number,
            names[self.ci][1]: f"{self.url}/{number}",
            "node_id": f"node{number}",
        }
        self.requests.append({"draft": False, "is_open": True, **content, **own})
        return said(self.requests[-1], 201)

    def turn(self, content: dict) -> Answer:
        """Answer GitHub's GraphQL: a request becomes a draft, or a draft a request."""
        number = int(content["variables"]["id"].removeprefix("node"))
        self.requests[number - 1]["draft"] = "convertPullRequestToDraft" in content["query"]
        return said({"data": {}})

    def is_draft(self) -> bool:
        """Tell whether the newest request is a draft on this platform."""
        one = self.requests[-1]
        if self.ci == "gitlab":
            return one["title"].startswith("Draft: ")
        return one["isDraft" if self.ci == "azure" else "draft"]


def said(content: object, status: int = 200) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@contextmanager
def request_api(ci: str):
    """Serve the API of a platform; gives its RequestApi."""
    api = RequestApi(ci)
    with web_server(api.answer) as url:
        api.url = url
        yield api
