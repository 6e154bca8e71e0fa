"""A real IMAP server in a process of its own, with one empty mailbox."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.test import override_settings

USER, PASSWORD = "returned", "not a secret"


@dataclass(frozen=True)
class Mailbox:
    """The server's only mailbox, as whoever delivers to it and looks into it sees it."""

    port: int

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
        box = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        box.login(USER, PASSWORD)
        return box


@contextmanager
def mailbox_server() -> Iterator[Mailbox]:
    """The program reads a mailbox of our own while this lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "from pymap.main import main; main()"
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([sys.executable, "-c", start, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        with override_settings(MAILBOX_URL=f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/INBOX"):
            yield Mailbox(port)
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("The mailbox server did not start.")
