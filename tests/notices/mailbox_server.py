"""A real IMAP server in a process of its own, with one empty mailbox: in plain words, or with a certificate that it signed itself."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import override_settings

USER, PASSWORD = "returned", "not a secret"
START = "from pymap.main import main; main()"
START_INSIDE_TLS = (  # which pymap leaves to what stands in front of it
    "import asyncio, functools, ssl, sys; context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); "
    "context.load_cert_chain(sys.argv[sys.argv.index('--cert') + 1]); asyncio.start_server = functools.partial(asyncio.start_server, ssl=context); "
) + START


@dataclass(frozen=True)
class Mailbox:
    """The server's only mailbox, as whoever delivers to it and looks into it sees it."""

    port: int
    scheme: str = "imap"

    @property
    def address(self) -> str:
        """The mailbox as the setting names it."""
        return f"{self.scheme}://{USER}:{PASSWORD.replace(' ', '%20')}@localhost:{self.port}/INBOX"

    def deliver(self, raw: bytes) -> None:
        """Put one mail in."""
        box = self._opened()
        box.append("INBOX", "", "", raw)
        box.logout()

    def count(self, what: str) -> int:
        """How many mails are UNSEEN, SEEN or FLAGGED."""
        box = self._opened()
        box.select("INBOX")
        found = box.uid("SEARCH", what)[1][0] or b""
        box.logout()
        return len(found.split())

    def _opened(self) -> imaplib.IMAP4:
        box = (imaplib.IMAP4_SSL if self.scheme == "imaps" else imaplib.IMAP4)("127.0.0.1", self.port, timeout=5)
        if self.scheme == "imap+tls":
            box.starttls()
        box.login(USER, PASSWORD)
        return box


@contextmanager
def mailbox_server(scheme: str = "imap", certificate: Path | None = None) -> Iterator[Mailbox]:
    """The program reads a mailbox of our own while this lasts. Other schemes than imap need a `certificate`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secrecy = ["--cert", str(certificate), "--key", str(certificate)] if certificate else ["--no-tls"]
    arguments = ["--host", "127.0.0.1", "--port", str(port), *secrecy, "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    start = START_INSIDE_TLS if scheme == "imaps" else START
    server = subprocess.Popen([sys.executable, "-c", start, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        box = Mailbox(port, scheme)
        with override_settings(MAILBOX_URL=box.address):
            yield box
    finally:
        server.kill()
        server.wait()


def self_signed(folder: Path) -> Path:
    """A key and a certificate for localhost in one file, which nobody trusts who is not told to (`SSL_CERT_FILE`)."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
    )
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, SHA256())
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM))
    return file


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("The mailbox server did not start.")
