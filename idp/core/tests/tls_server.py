"""A server on this machine that answers in every way a partner may, well or badly, and the certificates it shows.

Run over TLS with a certificate authority of the test's own. Paths choose the manner; every request is remembered.
"""

import datetime as dt
import http.server
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NAMES = ("partner.test", "localhost")


@dataclass(slots=True)
class Partner:
    """The running server: its port, its certificate authority, and what it was asked."""

    port: int
    ca_file: Path
    # How paths that name no manner are answered.
    status: int = 200
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


class _Manners(http.server.BaseHTTPRequestHandler):
    """One method per path; unknown paths answer with themselves."""

    protocol_version = "HTTP/1.1"
    partner: Partner

    def do_GET(self) -> None:
        """Remember, then answer in the manner the path names."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.partner.requests.append((self.command, self.path, headers, body))
        manner: Callable[[], None] = getattr(self, "_" + self.path.strip("/").partition("?")[0].replace("-", "_"), self._echo)
        with suppress(OSError):
            manner()

    do_POST = do_GET  # noqa: N815 - the library's own name

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def _start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _echo(self) -> None:
        text = self.path.encode()
        self._start(self.partner.status, Content_Length=str(len(text)), X_Seen="yes")
        self.wfile.write(text)

    def _redirect(self) -> None:
        self._start(302, Location="/elsewhere", Content_Length="0")

    def _teapot(self) -> None:
        self._start(418, Content_Length="0")

    def _chunked(self) -> None:
        self._start(Transfer_Encoding="chunked")
        self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def _big(self) -> None:
        self._start(Content_Length="100000")
        self.wfile.write(b"x" * 100_000)

    def _big_unannounced(self) -> None:
        self._start()
        self.wfile.write(b"x" * 100_000)
        self.close_connection = True

    def _squeezed(self) -> None:
        self._start(Content_Encoding="gzip", Content_Length="3")
        self.wfile.write(b"abc")

    def _cut(self) -> None:
        self._start(Content_Length="100")
        self.wfile.write(b"only this")
        self.close_connection = True

    def _slow_body(self) -> None:
        self._start(Content_Length="1000")
        self._drip()

    def _slow_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drip()

    def _drip(self) -> None:
        # Each byte comes sooner than any single wait would end.
        for _turn in range(1000):
            self.wfile.write(b"x")
            time.sleep(0.02)

    def _not_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        self.close_connection = True

    def _not_text(self) -> None:
        self.wfile.write(b"\0\x1b[31m\x85" + b"x" * 2000 + b"\r\n")
        self.close_connection = True


@contextmanager
def running_partner(folder: Path, *, names: tuple[str, ...] = _NAMES, tls: bool = True) -> Iterator[Partner]:
    """The server on a free port of 127.0.0.1, with a certificate for `names` by an authority of its own."""
    chain, ca_file = _certificates(folder, names)
    partner = Partner(port=0, ca_file=ca_file)
    handler = type("Handler", (_Manners,), {"partner": partner})
    server = _Quiet(("127.0.0.1", 0), handler)
    partner.port = server.server_port
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(http.server.ThreadingHTTPServer):
    """A refused handshake is what some tests are about, and nothing to print."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_args: object) -> None:
        """Nothing."""


def _certificates(folder: Path, names: tuple[str, ...]) -> tuple[Path, Path]:
    """A file with key and certificate, and the authority's file."""
    now = dt.datetime.now(tz=dt.UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])

    def certificate(subject: x509.Name, public: ec.EllipticCurvePublicKey, extension: x509.ExtensionType) -> x509.Certificate:
        draft = x509.CertificateBuilder().subject_name(subject).issuer_name(authority).public_key(public)
        draft = draft.serial_number(x509.random_serial_number()).add_extension(extension, critical=False)
        draft = draft.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        return draft.sign(authority_key, hashes.SHA256())

    root = certificate(authority, authority_key.public_key(), x509.BasicConstraints(ca=True, path_length=0))
    own = x509.SubjectAlternativeName([_name(name) for name in names])
    leaf = certificate(x509.Name([]), key.public_key(), own)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain_file, ca_file = folder / "chain.pem", folder / "authority.pem"
    chain_file.write_bytes(private + leaf.public_bytes(pem))
    ca_file.write_bytes(root.public_bytes(pem))
    return chain_file, ca_file


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
