"""Package indexes on 127.0.0.1 that answer as the real hosts do.

A Shelf is what an index holds, a page is how it tells that, and a host is a function that serves a Site as, say,
Azure does. It gives an Index: the URL of its simple index, and what was asked of it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import socket
import socketserver
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import unquote, urlsplit

from packaging.utils import parse_sdist_filename, parse_wheel_filename

from tests.support import servers
from tests.support.certificates import make_certificate
from tests.support.servers import PATIENCE, Answer, Asked

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
# A company's host, which is known to the company's proxy only.
COMPANY_HOST = "packages.acme.example"


@dataclass(frozen=True)
class File:
    """A file on an index, and what the index tells of it."""

    path: Path
    sha256: str = ""
    metadata: bytes = b""
    yanked: bool = False
    needs_python: str = ""

    @property
    def name(self) -> str:
        """Its file name."""
        return self.path.name

    @property
    def fragment(self) -> str:
        """What stands behind the # of its URL."""
        return f"#sha256={self.sha256}" if self.sha256 else ""


@dataclass(frozen=True)
class Shelf:
    """What an index holds: the files of a folder, and what it tells of them besides their names."""

    folder: Path
    yanked: frozenset[str] = frozenset()
    needs_python: Mapping[str, str] = field(default_factory=dict)
    tells_hashes: bool = True
    tells_metadata: bool = True

    def files(self, name: str) -> list[File]:
        """Return the files of the package `name`, or none."""
        paths = (path for path in sorted(self.folder.iterdir()) if package_of(path) == name)
        return [self.file(path) for path in paths]

    def file(self, path: Path) -> File:
        """Return a file with what the index tells of it."""
        return File(
            path,
            hashlib.sha256(path.read_bytes()).hexdigest() if self.tells_hashes else "",
            metadata_of(path) if self.tells_metadata else b"",
            path.name in self.yanked,
            self.needs_python.get(path.name, ""),
        )


def package_of(path: Path) -> str:
    """Return the normalised name of the package whose file this is."""
    parse = parse_wheel_filename if path.suffix == ".whl" else parse_sdist_filename
    return parse(path.name)[0]


def metadata_of(path: Path) -> bytes:
    """Return the metadata of a wheel; nothing for a source distribution."""
    if path.suffix != ".whl":
        return b""
    with zipfile.ZipFile(path) as archive:
        inner = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(inner)


@dataclass(frozen=True)
class Request:
    """What a client asks for: of which server, as the client calls it, and which kinds of page it takes."""

    server: str
    path: str
    query: str
    accept: str

    @property
    def words(self) -> list[str]:
        """The words of the path between its slashes."""
        return self.path.strip("/").split("/")

    @property
    def package(self) -> str:
        """The package whose page is asked for, or nothing."""
        return self.words[1] if len(self.words) == 2 and self.words[0] == "simple" else ""


Answerer = Callable[[Request], Answer]
Page = Callable[[Request, list[File]], Answer]


# Pages: how an index tells what it holds.


def html(
    _request: Request, files: list[File], link: Callable[[File], str] = lambda file: file.name
) -> Answer:
    """Tell the files in HTML; `link` gives the URL of a file below /files/, without what stands behind a #."""
    rows = "".join(f"<a {attributes(file, link(file))}>{file.name}</a><br/>\n" for file in files)
    return Answer(200, f"<!DOCTYPE html><html><body>\n{rows}</body></html>".encode(), HTML)


def attributes(file: File, link: str) -> str:
    """Return the attributes of a file's link, as PEP 503, 592 and 658 have them."""
    texts = {"href": f"/files/{link}{file.fragment}"}
    if file.needs_python:
        texts["data-requires-python"] = file.needs_python
    if file.yanked:
        texts["data-yanked"] = "withdrawn"
    if file.metadata:
        texts["data-core-metadata"] = f"sha256={hashlib.sha256(file.metadata).hexdigest()}"
    return " ".join(f'{name}="{escape(text)}"' for name, text in texts.items())


def sloppy_html(request: Request, files: list[File]) -> Answer:
    """Tell the files in HTML as a browser takes it: links without quotes, entities, and a <base>, a whole URL."""
    rows = "".join(
        f"<A HREF={file.name.replace('-', '&#45;', 1)}{file.fragment}>{file.name.replace('-', '&#45;')}</A><BR>\n"
        for file in files
    )
    return Answer(
        200, f"<HTML><HEAD><BASE HREF={request.server}/files/></HEAD>\n{rows}</HTML>".encode(), HTML
    )


def json_only(request: Request, files: list[File]) -> Answer:
    """Tell the files in JSON (PEP 691), and refuse who doesn't take it."""
    if JSON["Content-Type"] not in request.accept:
        return Answer(406)
    rows = [
        {
            "filename": file.name,
            "url": f"{request.server}/files/{file.name}",
            "hashes": {"sha256": file.sha256} if file.sha256 else {},
            "requires-python": file.needs_python or None,
            "yanked": file.yanked,
            "core-metadata": {"sha256": hashlib.sha256(file.metadata).hexdigest()}
            if file.metadata
            else False,
        }
        for file in files
    ]
    page = {"meta": {"api-version": "1.0"}, "name": request.package, "files": rows}
    return Answer(200, json.dumps(page).encode(), JSON)


# Answerers: what a server says to a request.


def simple(shelf: Shelf, page: Page = html) -> Answerer:
    """Answer as a simple index does: a page a package, the files below /files/, and 404 for what it lacks."""

    def answer(request: Request) -> Answer:
        if request.package:
            files = shelf.files(request.package)
            return page(request, files) if files else Answer(404)
        return file_answer(shelf, request.words[-1]) if request.words[0] == "files" else Answer(404)

    return answer


def file_answer(shelf: Shelf, name: str) -> Answer:
    """Answer with a file of the shelf, or with the metadata of one (PEP 658)."""
    path = shelf.folder / name.removesuffix(".metadata")
    if not path.is_file():
        return Answer(404)
    body = metadata_of(path) if name.endswith(".metadata") else path.read_bytes()
    return Answer(200, body, {"Content-Type": "application/octet-stream"})


def with_signed_links(shelf: Shelf) -> Answerer:
    """Answer as a simple index whose links hold only as they were given: each page signs them anew.

    The signature stands in the path and in the query.
    """
    given: set[str] = set()

    def page(request: Request, files: list[File]) -> Answer:
        signature = secrets.token_hex(8)
        given.add(signature)
        return html(request, files, lambda file: f"{signature}/{file.name}?expires=1&sig={signature}")

    pages = simple(replace(shelf, tells_metadata=False), page)

    def answer(request: Request) -> Answer:
        if request.words[0] != "files":
            return pages(request)
        is_signed = request.words[1] in given and request.query == f"expires=1&sig={request.words[1]}"
        return pages(request) if is_signed else Answer(403)

    return answer


def redirected(url: str, status: int = 302) -> Answer:
    """Answer that what was asked for is at another URL."""
    return Answer(status, b"", {"Location": url})


# Hosts: a site, served as a known kind of host does.


@dataclass(frozen=True)
class Site:
    """What a host serves: its packages, to whom (passwords by user), and the public index that stands behind it."""

    shelf: Shelf
    logins: Mapping[str, str] = field(default_factory=dict)
    public: str = ""


@dataclass(frozen=True)
class Index:
    """An index that is served: the URL of its simple index, what was asked of it, and what a client must set.

    `asked_elsewhere` is what was asked of the other servers that it sends clients to, which must see no login.
    """

    url: str
    asked: list[Asked] = field(default_factory=list)
    asked_elsewhere: list[Asked] = field(default_factory=list)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def server(self) -> str:
        """The host and port, as they stand in its URLs."""
        return urlsplit(self.url).netloc

    def with_login(self, login: str) -> str:
        """Return the URL as requirements.txt has it, with a login (as it stands there)."""
        return self.url.replace("//", f"//{login}@", 1)


Host = Callable[[Site], AbstractContextManager[Index]]


@contextmanager
def served(answer: Answerer, logins: Mapping[str, str] | None = None, **options) -> Iterator[Index]:
    """Serve what an answerer says, to these logins only if there are any; `options` as for `web_server`."""
    asked: list[Asked] = []

    def handle(handler: BaseHTTPRequestHandler) -> Answer:
        url = urlsplit(handler.path)
        server = f"{'https' if 'tls' in options else 'http'}://{handler.headers['Host']}"
        return answer(Request(server, unquote(url.path), url.query, handler.headers.get("Accept", "")))

    with servers.web_server(handle, logins, asked=asked, **options) as url:
        yield Index(f"{url}/simple/", asked)


def plain(site: Site) -> AbstractContextManager[Index]:
    """Serve plain HTML with hashes, as PyPI does."""
    return served(simple(site.shelf), site.logins)


def without_hashes(site: Site) -> AbstractContextManager[Index]:
    """Serve HTML with nothing but the links."""
    return served(simple(replace(site.shelf, tells_hashes=False, tells_metadata=False)), site.logins)


def sloppy(site: Site) -> AbstractContextManager[Index]:
    """Serve HTML that only a patient reader understands."""
    return served(simple(site.shelf, sloppy_html), site.logins)


def in_json(site: Site) -> AbstractContextManager[Index]:
    """Serve JSON only."""
    return served(simple(site.shelf, json_only), site.logins)


def signing(site: Site) -> AbstractContextManager[Index]:
    """Serve links that are signed anew at each visit."""
    return served(with_signed_links(site.shelf), site.logins)


def moved(site: Site) -> AbstractContextManager[Index]:
    """Serve an index that lies at another path of the same host now (301)."""
    pages = simple(site.shelf)

    def answer(request: Request) -> Answer:
        if request.words[0] == "simple":
            return redirected(f"/new{request.path}", 301)
        return pages(replace(request, path=request.path.removeprefix("/new")))

    return served(answer, site.logins)


@contextmanager
def moved_elsewhere(site: Site) -> Iterator[Index]:
    """Serve an index that lies on another host now (301), to which no login goes."""
    with served(simple(site.shelf)) as new:
        place = new.url.replace("127.0.0.1", "localhost").removesuffix("/simple/")
        with served(lambda request: redirected(f"{place}{request.path}", 301), site.logins) as old:
            yield replace(old, asked_elsewhere=new.asked)


@contextmanager
def azure(site: Site) -> Iterator[Index]:
    """Serve as Azure Artifacts does: a login for each page and link, and the files themselves in an open store."""
    pages = simple(replace(site.shelf, tells_metadata=False))
    with served(simple(site.shelf)) as store:
        store_url = store.url.replace("127.0.0.1", "localhost").removesuffix("/simple/")

        def answer(request: Request) -> Answer:
            if request.words[0] == "files":
                return redirected(f"{store_url}{request.path}?sig={secrets.token_hex(8)}", 303)
            return pages(request)

        with served(answer, site.logins) as index:
            yield replace(index, asked_elsewhere=store.asked)


def gitlab(site: Site) -> AbstractContextManager[Index]:
    """Serve as GitLab does: who asks for a package that it lacks is sent on to the public index."""
    pages = simple(site.shelf)

    def answer(request: Request) -> Answer:
        reply = pages(request)
        is_lacking = reply.status == 404 and request.package
        return redirected(f"{site.public}{request.package}/") if is_lacking else reply

    return served(answer, site.logins)


def forbidding(site: Site) -> AbstractContextManager[Index]:
    """Serve as S3 does, PyTorch's index too: 403 for what it lacks."""
    pages = simple(site.shelf)

    def answer(request: Request) -> Answer:
        reply = pages(request)
        return Answer(403) if reply.status == 404 else reply

    return served(answer, site.logins)


def always(answer: Answer) -> Host:
    """Return a host that gives the same answer to whatever is asked."""
    return lambda _site: served(lambda _request: answer)


def failing_for(name: str, answer: Answer) -> Host:
    """Return a host that gives this answer for the page of one package, and serves the others."""

    def host(site: Site) -> AbstractContextManager[Index]:
        pages = simple(site.shelf)
        return served(lambda request: answer if request.package == name else pages(request), site.logins)

    return host


LOGIN_PAGE = Answer(200, b'<html><form action="/login"><a href="/help">Sign in</a></form></html>', HTML)


@contextmanager
def login_elsewhere(_site: Site) -> Iterator[Index]:
    """Serve an index that sends everybody to the login page of another host."""
    with (
        served(lambda _request: LOGIN_PAGE) as login,
        served(lambda _request: redirected(login.url)) as index,
    ):
        yield index


@contextmanager
def down(_site: Site) -> Iterator[Index]:
    """Give the URL of an index that refuses the connection."""
    yield Index(f"http://127.0.0.1:{servers.free_port()}/simple/")


@contextmanager
def silent(_site: Site) -> Iterator[Index]:
    """Serve an index that lets itself be connected to, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Index(f"http://127.0.0.1:{server.getsockname()[1]}/simple/")


@contextmanager
def dripping(_site: Site) -> Iterator[Index]:
    """Serve an index that gives a byte a second, and has a thousand to give."""
    is_over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n"
            )
            for _ in range(1000):
                self.request.sendall(b" ")
                if is_over.wait(1):
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_) -> None:
            """Say nothing of a client that hangs up."""

    with servers.threaded(Server(("127.0.0.1", 0), Handler)) as port:
        try:
            yield Index(f"http://127.0.0.1:{port}/simple/")
        finally:
            is_over.set()


@contextmanager
def untrusted(site: Site) -> Iterator[Index]:
    """Serve by HTTPS, with a certificate that nobody trusts."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder))
        with served(simple(site.shelf), site.logins, tls=certificate.tls) as index:
            yield index


@contextmanager
def company(site: Site) -> Iterator[Index]:
    """Serve by HTTPS, on a host that only the company's proxy reaches, with a certificate of the company's own."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder), COMPANY_HOST)
        with served(simple(site.shelf), site.logins, tls=certificate.tls) as index:
            port = urlsplit(index.url).port
            with proxy({f"{COMPANY_HOST}:443": port}) as proxy_url:
                trust = dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT"), str(certificate.authority))
                variables = {**trust, "HTTPS_PROXY": proxy_url, "https_proxy": proxy_url}
                yield Index(f"https://{COMPANY_HOST}/simple/", index.asked, variables=variables)


@contextmanager
def proxy(ports: Mapping[str, int]) -> Iterator[str]:
    """Serve as a company's proxy, which tunnels to the ports of 127.0.0.1 that are known by `host:port`."""

    class Handler(socketserver.StreamRequestHandler):
        rbufsize = 0  # what follows the request is for the host behind

        def handle(self) -> None:
            target = self.rfile.readline().decode().split()[1]
            while self.rfile.readline().strip():
                pass  # the headers
            if target not in ports:
                self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", ports[target])) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=servers.pump, args=(server, self.request), daemon=True)
                back.start()
                servers.pump(self.request, server)
                back.join(PATIENCE)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with servers.threaded(Server(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}"
