"""preflight.py online: whatever a private index or a look-alike does, nothing comes from the wrong place unseen."""

import hashlib
import io
import os
import re
import secrets
import shutil
import ssl
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import packages
import pytest
import servers
from checked import OLD_PIP, CheckedApp, new_python
from commands import run
from packaging.tags import sys_tags

USER = "me@corp.com"
SECRET = "VIKTOR_APP_SECRET"  # its name
# A wheel for this machine alone, which pip prefers to one for every machine.
SPECIFIC = str(next(tag for tag in sys_tags() if tag.platform != "any"))


def source(folder: Path, name: str, version: str, marker: Path) -> None:
    """Write a source distribution into `folder` whose build leaves the file `marker` behind."""
    root = f"{packages.import_name(name)}-{version}"
    with tarfile.open(folder / f"{root}.tar.gz", "w:gz") as archive:
        for file, text in packages.self_built(name, version, marker).items():
            member = tarfile.TarInfo(f"{root}/{file}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


@dataclass(frozen=True)
class Indexes:
    """A private index with a login and one that plays PyPI: their URLs, the password, and a build's marker file."""

    private: str
    public: str
    password: str
    marker: Path
    sha256: str

    @property
    def line(self) -> str:
        """The private index's URL with the login, as requirements.txt has it."""
        return self.private.replace("//", f"//{quote(USER)}:${{{SECRET}}}@")

    def variables(self, **others: str) -> dict[str, str]:
        """Return the variables of a run: the secret, and pip's default index."""
        return {SECRET: quote(self.password, safe=""), "PIP_INDEX_URL": self.public, **others}


@pytest.fixture(scope="module")
def indexes(tmp_path_factory) -> Iterator[Indexes]:
    private, public = tmp_path_factory.mktemp("private"), tmp_path_factory.mktemp("public")
    marker = tmp_path_factory.mktemp("build") / "was-run"
    plain = packages.wheel(private, "acme-plain", "1.0")
    for name in ("unpinned", "lower", "pinned", "compatible", "below", "wildcard", "plain"):
        packages.wheel(private, f"acme-{name}", "0.9")
        packages.wheel(private, f"acme-{name}", "1.0")
        packages.wheel(public, f"acme-{name}", "99.0")
    for name in ("same", "build", "tagged", "local", "source", "twin"):
        packages.wheel(private, f"acme-{name}", "1.0", code="MAKER = 'acme'")
    packages.wheel(public, "acme-same", "1.0")
    packages.wheel(public, "acme-build", "1.0", build="1")
    packages.wheel(public, "acme-tagged", "1.0", tag=SPECIFIC)
    packages.wheel(public, "acme-local", "1.0+evil")
    source(public, "acme-source", "99.0", marker)
    packages.wheel(private, "acme-needsdep", "1.0", needs=["acme-internaldep"])
    packages.wheel(private, "acme-internaldep", "1.0")
    packages.wheel(public, "acme-internaldep", "99.0")
    packages.wheel(private, "acme-alone", "1.0", needs=["acme-twin"])
    packages.wheel(public, "numbers-kit", "2.0")
    source(public, "acme-onlysource", "99.0", marker)
    source(private, "acme-onlysource", "1.0", marker)
    source(private, "acme-built", "1.0", marker.with_name("built-by-right"))
    logins = {USER: f"{secrets.token_hex(8)}/#?%41 @:[+&]"}
    with servers.pypiserver(private, logins) as private_url, servers.pypiserver(public) as public_url:
        digest = hashlib.sha256(plain.read_bytes()).hexdigest()
        yield Indexes(private_url, public_url, logins[USER], marker, digest)


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    return new_python(tmp_path_factory.mktemp("environment") / "new")


@pytest.fixture(scope="module")
def old_python(tmp_path_factory) -> Path:
    return new_python(tmp_path_factory.mktemp("environment") / "old", OLD_PIP)


@pytest.fixture
def app(bake, indexes, python) -> CheckedApp:
    """An app with a private package; its public packages, which the index in PyPI's place lacks, are left out."""
    answers = {"private_index": "pypiserver", "index_url": indexes.private, "index_user": USER}
    app = CheckedApp(bake.fresh(private_packages="acme-plain==1.0", **answers), python)
    text = (app.folder / "requirements.txt").read_text(encoding="utf-8")
    app.write(
        "requirements.txt",
        "".join(row for row in text.splitlines(True) if row[:6] not in ("viktor", "plotly")),
    )
    return app


# Where pip takes each package from (facts 2.1): the option lines, the requirements with the server that the package
# then comes from, and the same for what they depend on.
EXTRA, SWAPPED, ALONE = (
    "--extra-index-url {line}",
    "--index-url {line}\n--extra-index-url {public}",
    "--index-url {line}",
)
PRIVATE, PUBLIC = "private", "public"
ROWS = {
    "bounded": (
        EXTRA,
        {
            "acme-pinned==1.0": PRIVATE,
            "acme-compatible~=1.0": PRIVATE,
            "acme-below<2": PRIVATE,
            "acme-wildcard==1.*": PRIVATE,
            "acme-same==1.0": PRIVATE,
        },
        {},
    ),
    "outbid": (
        EXTRA,
        {
            "acme-unpinned": PUBLIC,
            "acme-lower>=1.0": PUBLIC,
            "acme-build==1.0": PUBLIC,
            "acme-tagged==1.0": PUBLIC,
            "acme-local==1.0": PUBLIC,
        },
        {},
    ),
    "swapped": (
        SWAPPED,
        {"acme-unpinned": PUBLIC, "acme-same==1.0": PUBLIC, "acme-pinned==1.0": PRIVATE},
        {},
    ),
    "hash": (EXTRA, {"acme-plain==1.0 --hash=sha256:{sha256}": PRIVATE}, {}),
    "transitive": (EXTRA, {"acme-needsdep==1.0": PRIVATE}, {"acme-internaldep": PUBLIC}),
    "transitive-listed": (EXTRA, {"acme-needsdep==1.0": PRIVATE, "acme-internaldep==1.0": PRIVATE}, {}),
    "transitive-constrained": (
        EXTRA + "\n-c pins.txt",
        {"acme-needsdep==1.0": PRIVATE},
        {"acme-internaldep": PRIVATE},
    ),
    "one-source": (ALONE, {"acme-unpinned": PRIVATE, "acme-plain==1.0": PRIVATE}, {}),
    "beside-public": (EXTRA, {"acme-twin==1.0\n": PRIVATE, "numbers-kit": PUBLIC}, {}),
    "direct": ("", {"acme-plain @ {root}packages/acme_plain-1.0-py3-none-any.whl": PRIVATE}, {}),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table_of_look_alikes(app, indexes, row):
    options, requirements, dependencies = ROWS[row]
    (app.folder / "pins.txt").write_text("acme-internaldep==1.0\n", encoding="utf-8")
    words = {"line": indexes.line, "root": indexes.line.removesuffix("simple/"), "public": indexes.public}
    text = "\n".join([options, *requirements, ""]).lstrip()
    app.write("requirements.txt", text.format(sha256=indexes.sha256, **words))
    names = {re.match(r"[\w-]+", requirement)[0]: place for requirement, place in requirements.items()}
    places = {"private": urlsplit(indexes.private).netloc, "public": urlsplit(indexes.public).netloc}
    expected = {name: places[place] for name, place in (names | dependencies).items()}
    chosen = app.pip_choice(**indexes.variables())
    assert {name: place for name, (_, place) in chosen.items()} == expected
    wrong = {
        name for name, place in expected.items() if place == places["public"] and name.startswith("acme")
    }
    results = app.results(status=1 if wrong else 0, **indexes.variables())
    told = [problem["what"] for problem in results["origin"]["problems"] if not problem["warning"]]
    assert sorted(told) == sorted(
        f"pip would take {name} {chosen[name][0]} from {places['public']}, a look-alike of the one on {places['private']}"
        for name in wrong
    )


def test_a_look_alike_that_pip_leaves_is_worth_a_warning(app, indexes):
    printed = app.preflight(**indexes.variables())
    assert "acme-plain of 127.0.0.1" in printed
    assert "has a look-alike on" in printed
    assert "index_serves_pypi" in printed


def test_an_unlisted_private_dependency_is_worth_a_warning(app, indexes):
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\nacme-alone==1.0\n")
    printed = app.preflight(**indexes.variables())
    assert "acme-twin is private, and has no upper bound" in printed
    assert "write acme-twin==1.0 in requirements.txt" in printed


@pytest.mark.parametrize("name", ["acme-source", "acme-onlysource"])
def test_a_look_alike_to_build_is_named_and_not_run(app, indexes, name):
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\n{name}<100\n")
    problems = app.results(status=1, **indexes.variables())["origin"]["problems"]
    assert name in problems[0]["what"]
    assert not indexes.marker.exists()
    assert app.pip_choice(**indexes.variables())[name] == ("99.0", urlsplit(indexes.public).netloc)
    indexes.marker.unlink()


@pytest.mark.parametrize("status", [401, 404])
def test_nothing_is_built_while_a_private_index_gives_nothing(app, indexes, status):
    with servers.web_server(lambda _: servers.Answer(status)) as url:
        app.write("requirements.txt", f"--extra-index-url {url}/simple/\nacme-onlysource<100\n")
        assert "pip finds no acme-onlysource<100" in app.preflight(status=1, **indexes.variables())
    assert not indexes.marker.exists()


def test_a_private_package_without_a_wheel_is_built(app, indexes):
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\nacme-built==1.0\n")
    assert app.results(**indexes.variables())["origin"]["status"] == "passed"
    assert indexes.marker.with_name("built-by-right").exists()


def test_an_old_pip_builds_nothing_where_it_would_show_the_secret(app, indexes, old_python):
    """Before 26.0 it gives the indexes, login included, as arguments to the pip that installs what a build needs."""
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\nacme-built==1.0\n")
    printed = CheckedApp(app.folder, old_python).preflight(status=1, **indexes.variables())
    assert "pip is too old to build and hide the secret: python -m pip install --upgrade pip" in printed


def test_what_a_package_from_git_needs_is_judged_too(app, indexes, tmp_path):
    files = packages.self_built("units", "1.0", tmp_path / "built", needs=["acme-internaldep"])
    packages.repository(tmp_path / "units.git", packages.Commit(files, tag="v1.0"))
    with servers.git_http(tmp_path, {USER: indexes.password}) as git:
        line = git.replace("//", f"//{quote(USER)}:${{{SECRET}}}@")
        app.write(
            "requirements.txt",
            f"units @ git+{line}/units.git@v1.0\n\n--extra-index-url {indexes.line}\nacme-plain==1.0\n",
        )
        assert "pip would take acme-internaldep 99.0 from " in app.preflight(status=1, **indexes.variables())
        app.write(
            "requirements.txt",
            f"acme-internaldep==1.0\n{app.folder.joinpath('requirements.txt').read_text()}",
        )
        assert app.results(**indexes.variables())["origin"]["status"] == "warning"
        app.replace("requirements.txt", "acme-plain==1.0", "acme-plain==1.0\nacme-plain==0.9")
        assert "pip finds that the versions do not agree" in app.preflight(status=1, **indexes.variables())


def test_a_login_that_git_has_of_its_own_hides_no_wrong_secret(app, indexes, tmp_path):
    """VIKTOR's server has no credential helper."""
    files = packages.self_built("units", "1.0", tmp_path / "built")
    packages.repository(tmp_path / "units.git", packages.Commit(files, tag="v1.0"))
    helper = f"!f() {{ echo 'username={USER}'; echo 'password={indexes.password}'; }}; f"
    own = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": helper,
        "PIP_INDEX_URL": indexes.public,
    }
    with servers.git_http(tmp_path, {USER: indexes.password}) as git:
        run("git", "ls-remote", f"{git}/units.git", env=own)
        line = git.replace("//", f"//{quote(USER)}:${{{SECRET}}}@")
        app.write("requirements.txt", f"units @ git+{line}/units.git@v1.0\n")
        assert app.results(**indexes.variables(**own))["origin"]["status"] == "passed"
        printed = app.preflight(status=1, **own, **{SECRET: secrets.token_hex(8)})
        assert "/units.git refuses the login" in printed


@pytest.mark.parametrize("row", ["bounded", "outbid", "transitive-constrained", "hash"])
def test_the_oldest_pip_gives_the_same(app, indexes, old_python, row):
    test_the_table_of_look_alikes(CheckedApp(app.folder, old_python), indexes, row)


# What a private index may answer, and the sentence for it. facts 1.5: pip takes the look-alike each time.
PAGE = {"Content-Type": "text/html"}
ANSWERS = {
    "401": (servers.Answer(401), "refuses the login"),
    "403": (servers.Answer(403), "does not let this login read"),
    "404": (servers.Answer(404), "has nothing of that name"),
    "500": (servers.Answer(500), "fails with an error of its own"),
    "login-page": (
        servers.Answer(200, b'<form><a href="/help">Sign in</a></form>', PAGE),
        "such as a login page",
    ),
    "redirect": (servers.Answer(302, b"", {"Location": "/login"}), "redirects to another address"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_each_answer_of_a_private_index_has_its_sentence(app, indexes, case):
    answer, sentence = ANSWERS[case]
    with servers.web_server(
        lambda request: servers.Answer(200) if request.path == "/login" else answer
    ) as url:
        look_alike_is_named(app, indexes, f"{url}/simple/", sentence)


def test_an_expired_secret_has_its_sentence(app, indexes):
    look_alike_is_named(
        app, indexes, indexes.private, "does not let this login read", secret=secrets.token_hex(8)
    )


def test_an_index_that_is_down_has_its_sentence(app, indexes):
    look_alike_is_named(app, indexes, f"http://127.0.0.1:{servers.free_port()}/", "refuses the connection")


def test_a_name_that_does_not_resolve_has_its_sentence(app, indexes):
    look_alike_is_named(app, indexes, "https://packages.invalid/simple/", "has a name that does not resolve")


def test_a_certificate_that_is_not_trusted_has_its_sentence(app, indexes, tmp_path):
    if not shutil.which("openssl") and "CI" not in os.environ:
        pytest.skip("no openssl on this machine")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ("-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1")
    run("openssl", "req", *words, "-keyout", key, "-out", certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None
        with servers.threaded(server) as port:
            url = f"https://127.0.0.1:{port}/simple/"
            look_alike_is_named(app, indexes, url, "has a certificate that is not trusted")


def look_alike_is_named(app, indexes, url, sentence, secret="") -> None:
    """Check that preflight says what is wrong with the index at `url`, and names what pip takes instead."""
    login = url.replace("//", f"//{quote(USER)}:${{{SECRET}}}@")
    app.write("requirements.txt", f"--extra-index-url {login}\nacme-plain<100\n")
    variables = indexes.variables(**({SECRET: secret} if secret else {}))
    public = urlsplit(indexes.public).netloc
    assert app.pip_choice(**variables) == {"acme-plain": ("99.0", public)}
    results = app.results(status=1, **variables)
    assert [sentence in problem["what"] for problem in results["index"]["problems"]] == [True]
    assert f"pip would take acme-plain 99.0 from {public}" in results["origin"]["problems"][0]["what"]


def test_a_missing_version_is_named(app, indexes):
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\nacme-plain==3.0\n")
    printed = app.preflight(status=1, **indexes.variables())
    assert "pip finds no acme-plain==3.0 for this Python" in printed


def test_versions_that_do_not_agree_are_told(app, indexes):
    app.write("requirements.txt", f"--extra-index-url {indexes.line}\nacme-plain==1.0\nacme-plain==0.9\n")
    printed = app.preflight(status=1, **indexes.variables())
    assert "the versions do not agree" in printed


def test_an_open_index_may_keep_its_files_on_another_server(app, indexes, tmp_path):
    packages.wheel(tmp_path, "acme-plain", "1.0", code="OTHER = True")
    file = "acme_plain-1.0-py3-none-any.whl"
    with servers.web_server(lambda _: servers.Answer(200, (tmp_path / file).read_bytes())) as files:
        page = servers.Answer(200, f'<a href="{files}/{file}?x=1&amp;y=2">{file}</a>'.encode(), PAGE)

        def answer(request):
            return page if request.path == "/simple/acme-plain/" else servers.Answer(404)

        with servers.web_server(answer) as index:
            app.write("requirements.txt", f"--extra-index-url {index}/simple\nacme-plain==1.0\n")
            assert app.results(**indexes.variables())["origin"]["status"] == "warning"
            app.write("requirements.txt", f"--extra-index-url {index}/simple\nacme-plain<100\n")
            problems = app.results(status=1, **indexes.variables())["origin"]["problems"]
            assert f"look-alike of the one on {urlsplit(index).netloc}" in problems[0]["what"]


def test_the_login_follows_no_redirect(app, indexes):
    asked = []

    def answer(request):
        asked.append(request.path)
        return servers.Answer(302, b"", {"Location": "/other/"})

    with servers.web_server(answer, {USER: indexes.password}) as url:
        app.write(
            "requirements.txt",
            f"--extra-index-url {url.replace('//', f'//{quote(USER)}:${{{SECRET}}}@')}/\nacme-plain==1.0\n",
        )
        results = app.results(status=1, **indexes.variables())
    assert (
        "redirects to another address, where the login must not go" in results["index"]["problems"][0]["what"]
    )


def test_hashes_close_the_gap_on_the_server_itself(app, indexes, tmp_path):
    """The README's way, where preflight doesn't run: pip meets the look-alike and refuses it."""
    app.git("mv", "requirements.txt", "requirements.in")
    options = ("--universal", "--generate-hashes", "--emit-index-url", "--default-index", indexes.public)
    words = ("uv", "pip", "compile", "requirements.in", *options, "-o", "requirements.txt")
    run(sys.executable, "-m", *words, cwd=app.folder, env=indexes.variables())
    app.commit()
    text = (app.folder / "requirements.txt").read_text(encoding="utf-8")
    assert f"${{{SECRET}}}" in text
    assert indexes.password not in text
    assert "--hash=sha256:" in text
    assert app.pip_choice(**indexes.variables())["acme-plain"][1] == urlsplit(indexes.private).netloc
    assert app.results(**indexes.variables())["origin"]["status"] == "passed"
    packages.wheel(tmp_path, "acme-plain", "1.0", build="1", code="EVIL = True")
    with servers.pypiserver(tmp_path) as evil:
        app.replace("requirements.txt", indexes.public, evil)
        wrong = {SECRET: secrets.token_hex(8)}
        words = ("install", "--dry-run", "--ignore-installed", "--retries=0", "-r", "requirements.txt")
        printed = run(app.python, "-m", "pip", *words, cwd=app.folder, env=wrong, status=1)
        assert "DO NOT MATCH THE HASHES" in printed
