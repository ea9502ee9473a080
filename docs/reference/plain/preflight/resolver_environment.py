"""The variables for pip and uv: what leads to a server from here, and none of the developer's settings.

VIKTOR's server has no pip.conf, netrc or `insteadOf` of the developer's, so they must not decide what is
judged. Proxies and certificates must: without them this machine reaches nobody.
"""

from __future__ import annotations

import os
from pathlib import Path

from preflight.app import App
from preflight.git_logins import git_variables
from preflight.git_of_others import environment_of_others
from preflight.requirements import Requirements

# Settings of the developer's, but for where pip and uv keep what they have fetched.
OWN_SETTINGS = ("PIP_", "UV_", "NETRC")
CACHES = ("PIP_CACHE_DIR", "UV_CACHE_DIR")
# Where a company's certificates may be named, besides pip's own settings.
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

# What both tools do without a question, and within a time.
MANNERS = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_KEYRING_PROVIDER": "disabled",
    "PIP_NO_INPUT": "1",
    "PIP_RETRIES": "1",
    "UV_HTTP_RETRIES": "1",
    "UV_HTTP_TIMEOUT": "30",
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_SYSTEM_CERTS": "1",
}


def environment_for(app: App, told: Requirements, folder: Path) -> dict[str, str]:
    """Return the variables with which pip and uv are run; `folder` is for an empty netrc."""
    netrc = folder / "netrc"
    netrc.touch()
    inherited = (
        with_git(app, told) if any(line.url.startswith("git+") for line in told.packages) else os.environ
    )
    own = {name: value for name, value in inherited.items() if is_for_the_server(name)}
    return own | ways_out(told.network) | MANNERS | {"NETRC": str(netrc)}


def with_git(app: App, told: Requirements) -> dict[str, str]:
    """Return the variables with which Git fetches packages as VIKTOR's server will."""
    environment = environment_of_others(app.root, by_other_transports=False)
    return environment | git_variables(told, environment)


def is_for_the_server(name: str) -> bool:
    """Tell whether a variable is no setting of pip's, uv's or netrc's."""
    return name in CACHES or not name.startswith(OWN_SETTINGS)


def ways_out(settings: dict[str, str]) -> dict[str, str]:
    """Return the variables for certificates and proxies; `settings` are pip.conf's."""
    found = {}
    own = os.environ.get("PIP_CERT") or settings.get("cert", "")
    certificate = own or next(filter(None, map(os.environ.get, CERTIFICATES)), "")
    if certificate:
        found |= {"PIP_CERT": certificate, "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", certificate)}
    client = os.environ.get("PIP_CLIENT_CERT", settings.get("client-cert", ""))
    if client:
        found["PIP_CLIENT_CERT"] = client
    proxy = os.environ.get("PIP_PROXY", settings.get("proxy", ""))
    if proxy:
        found |= {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
    return found
