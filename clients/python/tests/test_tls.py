"""Over TLS: whom a token and our secret are shown to, and whose end of an answer is believed."""

import datetime as dt
import ipaddress
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fashionistar_auth.conf import get_settings
from fashionistar_auth.transport import HttpAnswer, NoAnswer, Transport
from tests.conftest import Ask, Configure
from tests.provider import running_provider

pytestmark = pytest.mark.django_db


def self_signed(directory: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider of the test")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "cert.pem", directory / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


@pytest.mark.spec("RFC 7662", "4")
def test_tls_needs_a_trusted_certificate(ask: Ask, configure: Configure, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with running_provider((certificate, key)) as provider:
        configure(issuer=provider.issuer)
        token = provider.grant()
        assert ask("/me", token).status_code == 503
        assert provider.seen == [], "neither token nor secret was sent to a stranger"
        configure(ca_file=str(certificate))
        assert ask("/me", token).status_code == 200
        # Over TLS, too, a dead kept-alive connection costs one more try and no error.
        provider.hangs_up = lambda seen: seen.nth_on_connection > 1
        assert ask("/me", token).status_code == 200


@pytest.mark.spec("RFC 9110", "4.3.4")
def test_a_certificate_of_another_name_is_a_strangers(ask: Ask, configure: Configure, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with running_provider((certificate, key)) as provider:
        # Trusted, but issued for 127.0.0.1.
        configure(issuer=provider.issuer.replace("127.0.0.1", "localhost"), ca_file=str(certificate))
        assert ask("/me", provider.grant()).status_code == 503
        assert provider.seen == []


@pytest.mark.spec("RFC 9112", "9.8")
@pytest.mark.parametrize("signed_off", [True, False])
def test_an_end_that_nobody_signed_is_no_end_of_an_answer(tmp_path: Path, *, signed_off: bool) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with context.wrap_socket(listener.accept()[0], server_side=True) as line:
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
            # Says so and waits for the other end to say so too, or just hangs up, as anybody on the way could.
            with suppress(OSError):
                if signed_off:
                    line.unwrap()

    server = Thread(target=serve)
    server.start()
    trusting = get_settings().model_copy(update={"ca_file": certificate, "read_timeout_seconds": 60.0})
    address = f"https://127.0.0.1:{listener.getsockname()[1]}/oauth2/jwks"
    transport = Transport(trusting, url=address, headers={}, pool_size=1)
    try:
        if signed_off:
            assert transport.get() == HttpAnswer(200, b"{}")
        else:
            with pytest.raises(NoAnswer, match="broke"):
                transport.get()
    finally:
        server.join(60)
        listener.close()
