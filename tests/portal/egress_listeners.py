"""Small servers on this machine that a guard under test is made to take for the world outside."""

import hashlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OUTSIDE = "8.8.8.8"


class Listener:
    """Accepts, reads a request's head and body, and lets `serve` write whatever it likes."""

    def __init__(
        self, serve: Callable[[socket.socket], object], context: ssl.SSLContext | None = None
    ) -> None:
        self.serve, self.context = serve, context
        self.requests: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            try:
                if self.context:
                    client = self.context.wrap_socket(client, server_side=True)
                client.settimeout(5)
                self.requests.append(read_request(client))
                self.serve(client)
            except OSError:
                pass
            finally:
                client.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(timeout=10)

    def dial(self, address: str, port: int, seconds: float) -> socket.socket:
        """Connects here whatever is asked, and says that it is the address asked for."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        return Relabelled.of(raw, address, port)


class Relabelled(socket.socket):
    peer: tuple[str, int]

    @classmethod
    def of(cls, raw: socket.socket, address: str, port: int) -> "Relabelled":
        made = cls(raw.family, raw.type, fileno=raw.detach())
        made.peer = (address, port)
        return made

    def getpeername(self) -> tuple[str, int]:
        return self.peer


def read_request(client: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got and (piece := client.recv(65536)):
        got += piece
        if got.startswith(b"\x16"):  # a TLS greeting where plain HTTP is spoken
            return got
    head, _, body = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]) and (piece := client.recv(65536)):
                body += piece
    return head + b"\r\n\r\n" + body


def saying(raw: bytes) -> Callable[[socket.socket], object]:
    return lambda client: client.sendall(raw)


def page(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def listening(
    serve: Callable[[socket.socket], object] | bytes, context: ssl.SSLContext | None = None
) -> Iterator[Listener]:
    listener = Listener(saying(serve) if isinstance(serve, bytes) else serve, context)
    try:
        yield listener
    finally:
        listener.close()


SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """A certificate authority of our own, and the certificates that it signs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.certificate = self.sign(self.name, self.key, ca=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        ca: bool = False,
        hosts: tuple[str, ...] = (),
        days: int = 30,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            # Python 3.13 checks strictly: RFC 5280 asks for these of every certificate.
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if ca:
            builder = builder.add_extension(SIGNS_CERTIFICATES, critical=True)
        if hosts:
            names = [x509.DNSName(host) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, *hosts: str, days: int = 30) -> tuple[ssl.SSLContext, str]:
        """A server's context for these names, and the SHA-256 print of its certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        certificate = self.sign(name, key, hosts=hosts, days=days)
        file = self.folder / f"{hosts[0]}-{days}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        der = certificate.public_bytes(serialization.Encoding.DER)
        return context, hashlib.sha256(der).hexdigest()
