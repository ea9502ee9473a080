"""A certificate that this machine doesn't trust is called one, once: not for each package, tool or submodule."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from preflight.__main__ import online_results
from preflight.app import App
from preflight.commits import commits
from preflight.lock import write_lock
from preflight.problem import Problem

from tests.support import indexes, packages
from tests.support.certificates import Certificate, make_certificate
from tests.support.indexes import Shelf, Site, simple
from tests.support.packages import Commit
from tests.support.servers import git_http
from tests.support.team import Team, config_with, told_by

# The variables that name the certificates which a program trusts.
CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

USER, SECRET = "robot", "VIKTOR_APP_SECRET"

# Where each package comes from: the private index is an extra one, or the only one, or there is none.
EXTRA = """\
--index-url {public}
viktor==1.0
numbers-kit==2.0

--only-binary :all:
--extra-index-url {private}
acme-plain==1.0
acme-other==1.0
"""
ONLY = "--index-url {all}\nviktor==1.0\nnumbers-kit==2.0\nacme-plain==1.0\n"
PUBLIC = "--index-url {public}\nviktor==1.0\nnumbers-kit==2.0\n"


@dataclass(frozen=True)
class Company:
    """Servers over HTTPS, all with the company's own certificate, or with a public one: by HTTP, here."""

    folder: Path
    certificate: Certificate
    password: str
    stack: ExitStack = field(default_factory=ExitStack)

    def index(self, name: str, *, secure: bool) -> str:
        """Serve an index, and return its URL with its login."""
        site = Site(Shelf(self.folder / name), {} if name == "public" else {USER: self.password})
        options = {"tls": self.certificate.tls} if secure else {}
        index = self.stack.enter_context(indexes.served(simple(site.shelf), site.logins, **options))
        return index.url if name == "public" else index.with_login(f"{USER}:${{{SECRET}}}")


@pytest.fixture
def company(tmp_path, monkeypatch) -> Iterator[Company]:
    """Give a company with packages."""
    for name, wheels in {
        "public": ("viktor", "numbers-kit"),
        "private": ("acme-plain", "acme-other"),
        "all": ("viktor", "numbers-kit", "acme-plain"),
    }.items():
        (tmp_path / name).mkdir()
        for wheel in wheels:
            packages.wheel(tmp_path / name, wheel, "2.0" if wheel == "numbers-kit" else "1.0")
    (tmp_path / "app").mkdir()
    (tmp_path / "tls").mkdir()
    password = secrets.token_hex(8)
    monkeypatch.setenv(SECRET, password)
    made = Company(tmp_path, make_certificate(tmp_path / "tls"), password)
    with made.stack:
        yield made


# How an app takes packages, and which of its indexes have the certificate.
CASES = {
    "the private one": (EXTRA, ("private",)),
    "PyPI, behind a company's proxy": (EXTRA, ("public",)),
    "both, behind a company's proxy": (EXTRA, ("public", "private")),
    "the only one": (ONLY, ("all",)),
    "PyPI, and nothing private": (PUBLIC, ("public",)),
}


def problems(folder: Path) -> list[Problem]:
    """Return what the checks say that need the network."""
    return [problem for result in online_results(App(folder), set()) for problem in result.problems]


@pytest.fixture
def trust(company, monkeypatch) -> Callable[..., None]:
    """Forget what this machine has set for certificates, and let some variables name the company's."""

    def trust(*names: str) -> None:
        for name in CERTIFICATES:
            monkeypatch.delenv(name, raising=False)
        for name in names:
            monkeypatch.setenv(name, str(company.certificate.authority))

    trust()
    return trust


@pytest.mark.parametrize("is_locked", [False, True], ids=["", "locked"])
@pytest.mark.parametrize("case", CASES)
def test_a_certificate_is_called_one_once(company, trust, case, is_locked):
    """And what mends it is typed."""
    text, secure = CASES[case]
    folder = company.folder / "app"
    urls = {name: company.index(name, secure=name in secure) for name in ("public", "private", "all")}
    name = "requirements.in" if is_locked else "requirements.txt"
    (folder / name).write_text(text.format(**urls), encoding="utf-8")
    trust("PIP_CERT", "SSL_CERT_FILE")
    if is_locked:
        assert list(write_lock(App(folder), upgrade=False)) == []
    assert problems(folder) == []
    trust()
    [problem] = problems(folder)
    assert "has a certificate that this machine doesn't trust" in problem.what
    assert problem.mend.endswith("set PIP_CERT and SSL_CERT_FILE to a file with its certificates")


@pytest.mark.parametrize("name", CERTIFICATES)
def test_each_variable_that_names_the_certificates_counts(company, trust, name):
    folder = company.folder / "app"
    urls = {name: company.index(name, secure=True) for name in ("public", "private")}
    (folder / "requirements.txt").write_text(EXTRA.format(**urls), encoding="utf-8")
    trust(name)
    assert problems(folder) == []


def test_pips_own_setting_counts(company, trust, monkeypatch):
    folder = company.folder / "app"
    urls = {name: company.index(name, secure=True) for name in ("public", "private")}
    (folder / "requirements.txt").write_text(EXTRA.format(**urls), encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(company.folder / "pip.conf"))
    (company.folder / "pip.conf").write_text(
        f"[global]\ncert = {company.certificate.authority}\n", encoding="utf-8"
    )
    trust()
    assert problems(folder) == []


@pytest.fixture
def git_server(company, monkeypatch) -> Iterator[str]:
    """Give the URL of the company's Git server; nothing on this machine names its certificate."""
    for name in ("units", "soil"):
        files = packages.self_built(name, "1.0", company.folder / "built")
        packages.repository(company.folder / "git" / f"{name}.git", Commit(files, tag="v1.0"))
    monkeypatch.delenv("GIT_SSL_CAINFO", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", config_with(company.folder)["GIT_CONFIG_GLOBAL"])
    with git_http(company.folder / "git", {}, tls=company.certificate.tls) as url:
        yield url


def trusted_by_git(team: Team, company: Company, problem: Problem) -> None:
    """Type what a problem says of Git and the company's certificate."""
    team.type(problem.mend, FILE=company.certificate.authority.as_posix())


def test_two_submodules_on_one_server_are_one_failure(company, git_server):
    team = Team(company.folder / "app")
    team.git("init", "--quiet")
    trust = f"http.sslCAInfo={company.certificate.authority.as_posix()}"
    for name in ("units", "soil"):
        words = ("submodule", "--quiet", "add", f"{git_server}/{name}.git", f"app/submodules/{name}")
        team.git("-c", trust, *words)
    team.commit()
    problem = told_by(commits, team.folder).one
    assert (problem.where, problem.what) == (
        ".gitmodules",
        "127.0.0.1 has a certificate that this machine doesn't trust",
    )
    trusted_by_git(team, company, problem)
    assert told_by(commits, team.folder).problems == ()


def test_a_package_from_a_git_server_is_one_failure(company, git_server, trust):
    team = Team(company.folder / "app")
    public = company.index("public", secure=False)
    text = f"--index-url {public}\nviktor==1.0\nunits @ git+{git_server}/units.git@v1.0\n"
    team.write("requirements.txt", text)
    trust()
    [problem] = problems(team.folder)
    assert "units: 127.0.0.1" in problem.what
    assert "has a certificate that this machine doesn't trust" in problem.what
    trusted_by_git(team, company, problem)
    assert problems(team.folder) == []
