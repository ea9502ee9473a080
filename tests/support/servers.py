"""Real servers on 127.0.0.1, each a context manager that gives its URL when it answers and stops it at the end."""

from __future__ import annotations

import base64
import http.client
import os
import secrets
import shlex
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import requests
from passlib.apache import HtpasswdFile

# How long a server may take to start or to stop, in seconds.
PATIENCE = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


@contextmanager
def program(*command, port: int, env=None):
    """Run a server until the block ends; the block begins when something listens on the port.

    Raises RuntimeError with what the server printed when it ends or stays silent.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not listens(port) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            if process.poll() is not None or not listens(port):
                log.seek(0)
                raise RuntimeError(f"{command} does not answer\n{log.read().decode(errors='replace')}")
            yield
        finally:
            stop(process)


def listens(port: int) -> bool:
    """Tell whether a server listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def stop(process: subprocess.Popen) -> None:
    """End a process, on Windows with the children that its launcher made."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def threaded(server: socketserver.BaseServer):
    """Serve from threads of this process until the block ends; gives the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


class Answer(NamedTuple):
    """What a web server says."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 (never changed)


class Asked(NamedTuple):
    """What a client asked a web server for, with the `user:password` that it sent, or None."""

    path: str
    login: str | None


class WebServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up: how a client behaves is the matter of its test."""

    def handle_error(self, request, client_address):
        """Print what went wrong here, but not that the other side has gone."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def web_server(answer, logins=None, *, tls: ssl.SSLContext | None = None, asked: list[Asked] | None = None):
    """Serve `answer(request)` by HTTP, behind basic authentication if there are logins; gives the URL.

    `answer` takes the request (a BaseHTTPRequestHandler) and returns an Answer; `logins` are passwords by user.
    With `tls` it is served by HTTPS. Each request, the refused ones too, is added to `asked`.
    """
    allowed = {f"{user}:{password}" for user, password in (logins or {}).items()}
    login_needed = Answer(401, b"login needed", {"WWW-Authenticate": 'Basic realm="private"'})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            login = sent_login(self)
            if asked is not None:
                asked.append(Asked(self.path, login))
            status, body, headers = login_needed if logins and login not in allowed else answer(self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_PUT = do_PATCH = do_GET  # noqa: N815 (names that http.server asks for)

        def log_message(self, *_):
            """Keep the test's output to the test."""

    server = WebServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with threaded(server) as port:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"


def sent_login(request: BaseHTTPRequestHandler) -> str | None:
    """Return the `user:password` that a client sent, or None; the scheme's name may be in any case (RFC 9110)."""
    scheme, _, login = request.headers.get("Authorization", "").partition(" ")
    return base64.b64decode(login).decode() if scheme.lower() == "basic" else None


@contextmanager
def pypiserver(wheels: Path, logins=None):
    """Serve the wheels of a folder; gives the URL of the simple index.

    With logins (passwords by user) each download and list needs one. Wheels put there later are served too.
    """
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        arguments = ["-a", ".", "-P", "."]
        if logins:
            file = HtpasswdFile(str(Path(folder, "htpasswd")), new=True)
            for user, password in logins.items():
                file.set_password(user, password)
            file.save()
            arguments = ["-a", "update,download,list", "-P", file.path]
        command = (sys.executable, "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", port)
        with program(*command, "--disable-fallback", *arguments, wheels, port=port):
            yield f"http://127.0.0.1:{port}/simple/"


@contextmanager
def devpi(wheels: Path, logins: dict[str, str], user="acme", index="dev"):
    """Serve the wheels of a folder from a devpi index; gives the URL of its simple index.

    devpi lets everybody read, so a proxy asks for the login, as its documentation says.
    """
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [scripts / "devpi-init", "--serverdir", folder, "--no-root-pypi"], check=True, capture_output=True
        )
        port = free_port()
        server = f"http://127.0.0.1:{port}"
        with program(scripts / "devpi-server", "--serverdir", folder, "--port", port, port=port):
            fill_devpi(server, user, index, wheels)
            with web_server(lambda request: forward(request, port), logins) as proxy:
                yield f"{proxy}/{user}/{index}/+simple/"


def fill_devpi(server: str, user: str, index: str, wheels: Path) -> None:
    """Make a user and an index on a new devpi server, and upload the wheels of a folder."""
    login = (user, secrets.token_hex(8))
    with requests.Session() as session:
        session.trust_env = False
        replies = [
            session.put(f"{server}/{user}", json={"password": login[1]}),
            session.put(f"{server}/{user}/{index}", json={"type": "stage", "bases": []}, auth=login),
        ]
        for wheel in sorted(wheels.glob("*.whl")):
            name, version, *_ = wheel.name.split("-")
            fields = {":action": "file_upload", "name": name, "version": version}
            files = {"content": (wheel.name, wheel.read_bytes())}
            replies.append(session.post(f"{server}/{user}/{index}/", data=fields, files=files, auth=login))
    for reply in replies:
        reply.raise_for_status()


def forward(request: BaseHTTPRequestHandler, port: int) -> Answer:
    """Ask the server behind a proxy, which is told the address that the client sees."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as server:
        outside = {"X-Outside-Url": f"http://{request.headers['Host']}"}
        kept = {name: request.headers[name] for name in ("Accept", "User-Agent") if name in request.headers}
        server.request(request.command, request.path, headers=outside | kept)
        reply = server.getresponse()
        named = {name: reply.headers[name] for name in ("Content-Type", "Location") if name in reply.headers}
        return Answer(reply.status, reply.read(), named)


@contextmanager
def git_daemon(repositories: Path, *, receives=False):
    """Serve the bare repositories of a folder over git://; gives the URL of the folder. `receives` lets all push."""
    port = free_port()
    command = ("git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--export-all", "--reuseaddr")
    command += ("--enable=receive-pack",) if receives else ()
    with program(*command, f"--base-path={repositories}", repositories, port=port):
        yield f"git://127.0.0.1:{port}"


@contextmanager
def git_http(
    repositories: Path,
    logins: dict[str, str],
    *,
    tls: ssl.SSLContext | None = None,
    asked: list[Asked] | None = None,
):
    """Serve the bare repositories of a folder by git's own http-backend; gives the folder's URL.

    `logins`, `tls` and `asked` are those of `web_server`.
    """

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        path, _, query = request.path.partition("?")
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        variables = {
            "GIT_PROJECT_ROOT": str(repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "REQUEST_METHOD": request.command,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        }
        output = subprocess.run(
            ["git", "http-backend"], input=body, env=os.environ | variables, capture_output=True, check=False
        ).stdout
        head, _, content = output.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Answer(int(headers.pop("Status", "200 OK").split()[0]), content, headers)

    with web_server(answer, logins, tls=tls, asked=asked) as url:
        yield url


class SshServer(NamedTuple):
    """Bare repositories over ssh: the URL of their folder, the short form of it, and GIT_SSH_COMMAND for clients."""

    url: str
    short_url: str
    command: str


def find_sshd() -> str | None:
    """Return the path of the system's sshd, which is seldom on a user's PATH."""
    return shutil.which("sshd", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"]))


@contextmanager
def git_ssh(repositories: Path):
    """Serve the bare repositories of a folder by the system's sshd, for one new key only; gives an SshServer.

    The user's own HOME would let each session read the user's settings, of the shell and of Git. The newest ways to
    exchange keys cost both ends 0.1 s and more of CPU time, and both are on this machine.
    """
    import pwd  # noqa: PLC0415 (not on Windows, where this server doesn't run)

    user = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd of root wants this empty folder
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        for key in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        (folder / "sshd_config").write_text(
            f"""\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
AllowUsers {user}
AuthorizedKeysFile {folder}/client.pub
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
DisableForwarding yes
PermitTTY no
SetEnv HOME={folder}
KexAlgorithms curve25519-sha256
ForceCommand cd {shlex.quote(str(repositories))} && git shell -c "$SSH_ORIGINAL_COMMAND"
""",
            encoding="utf-8",
        )
        host_key = (folder / "host.pub").read_text(encoding="utf-8")
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="utf-8")
        (folder / "ssh_config").write_text(
            f"""\
Port {port}
IdentityFile {folder}/client
IdentitiesOnly yes
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
StrictHostKeyChecking yes
BatchMode yes
""",
            encoding="utf-8",
        )
        with program(find_sshd(), "-D", "-e", "-f", folder / "sshd_config", port=port):
            yield SshServer(
                f"ssh://{user}@127.0.0.1:{port}{repositories.as_posix()}",
                f"{user}@127.0.0.1:{repositories.as_posix()}",
                f"ssh -F {shlex.quote(str(folder / 'ssh_config'))}",
            )


@contextmanager
def relay(port: int, delay: float):
    """Pass connections on to a port of 127.0.0.1, each after `delay` seconds; gives the relay's own port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            time.sleep(delay)
            with socket.create_connection(("127.0.0.1", port)) as server:
                back = threading.Thread(target=pump, args=(server, self.request), daemon=True)
                back.start()
                pump(self.request, server)
                back.join(PATIENCE)

    class Relay(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with threaded(Relay(("127.0.0.1", 0), Handler)) as own_port:
        yield own_port


@contextmanager
def silent():
    """Accept connections and never say a word; gives the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            with suppress(OSError):
                while self.request.recv(65536):
                    pass

    class Silent(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with threaded(Silent(("127.0.0.1", 0), Handler)) as port:
        yield port


@contextmanager
def relay_in_part(port: int, count: int, *, goes_on=False):
    """Pass on to a port of 127.0.0.1, but only the first bytes of its answer; gives the relay's own port.

    Then the connection is dropped, or with `goes_on` kept, without another word.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            with socket.create_connection(("127.0.0.1", port)) as server:
                threading.Thread(target=pump, args=(self.request, server), daemon=True).start()
                left = count
                with suppress(OSError):
                    while left and (chunk := server.recv(left)):
                        self.request.sendall(chunk)
                        left -= len(chunk)
                    while goes_on and self.request.fileno() >= 0 and not ended.wait(0.05):
                        pass

    class Relay(socketserver.ThreadingTCPServer):
        daemon_threads = True

    ended = threading.Event()
    with threaded(Relay(("127.0.0.1", 0), Handler)) as own_port:
        try:
            yield own_port
        finally:
            ended.set()


def pump(source: socket.socket, target: socket.socket) -> None:
    """Copy what one side says to the other until it says no more, or has gone, or the other has."""
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
