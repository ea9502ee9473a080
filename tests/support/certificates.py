"""Make a certificate for a server on this machine, and the authority that signs it, with openssl."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import run


@dataclass(frozen=True)
class Certificate:
    """A server's certificate: the file of the authority that a client must trust, and the server's own TLS."""

    authority: Path
    tls: ssl.SSLContext


def make_certificate(folder: Path, *names: str) -> Certificate:
    """Make a certificate for 127.0.0.1 and the host names, and an authority of its own that signs it."""
    made = {
        name: folder / name for name in ("ca.pem", "ca.key", "server.pem", "server.key", "server.csr", "ext")
    }
    alternatives = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in names)])
    made["ext"].write_text(f"subjectAltName={alternatives}\nbasicConstraints=CA:FALSE\n", encoding="utf-8")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    authority = ("-subj", "/CN=Acme", "-keyout", made["ca.key"], "-out", made["ca.pem"])
    run("openssl", "req", "-x509", "-days", "1", *new_key, *authority)
    server = ("-subj", "/CN=127.0.0.1", "-keyout", made["server.key"], "-out", made["server.csr"])
    run("openssl", "req", *new_key, *server)
    signed_by = ("-CA", made["ca.pem"], "-CAkey", made["ca.key"], "-CAcreateserial", "-extfile", made["ext"])
    run(
        "openssl",
        "x509",
        "-req",
        "-days",
        "1",
        "-in",
        made["server.csr"],
        *signed_by,
        "-out",
        made["server.pem"],
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made["server.pem"], made["server.key"])
    return Certificate(made["ca.pem"], tls)
