"""A real SMTP server in a thread, which can be told to refuse, to hang or to drop the connection."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings


@dataclass
class MailServer:
    """What arrived, and how the next mails are to be answered."""

    arrived: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)
    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    hangs_for: float = 0.0
    drops_after_data: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    """While set, nobody who is to get a mail is answered about."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        while self.held.is_set():
            await asyncio.sleep(0.01)
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.hangs_for)
        if self.data_answer.startswith("250"):
            message: Any = BytesParser(policy=default).parsebytes(envelope.content or b"")
            self.arrived.append((tuple(envelope.rcpt_tos), message))
        if self.drops_after_data:
            server.transport.abort()
        return self.data_answer


@contextmanager
def mail_server(**behaviour: Any) -> Iterator[MailServer]:
    """Django's mail goes to a server of our own while this lasts."""
    server = MailServer(**behaviour)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_TIMEOUT": 1, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", DEFAULT_FROM_EMAIL="reconvene@example.org", **mail
        ):
            yield server
    finally:
        controller.stop(no_assert=True)
