"""Reads the mailbox to which messages come back: each unread mail goes to the handlers until one understands it. Called by the job in `jobs`.

A handler is a function registered with `on_mail`, by the jobs of its app. It looks at the content and returns whether the mail was its own; its work is
done in its own transaction and may be done twice, because a mail is marked as read only afterwards. What nobody understands is flagged
for whoever looks after the mailbox. Mails are written by strangers: nothing in them can stop the reading of the others.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

log = logging.getLogger(__name__)
MOST = 200  # mails in one round
LARGEST = 2_000_000  # bytes; a report that returns our own mail is far smaller
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
PATIENCE = 20.0  # seconds
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
UNDERSTOOD, UNKNOWN = r"(\Seen)", r"(\Seen \Flagged)"


class Handle(Protocol):
    """Looks at a mail; True when it was for this handler."""

    def __call__(self, mail: Message, *, now: datetime) -> bool: ...


_handlers: list[Handle] = []


def on_mail(handle: Handle) -> Handle:
    """Register a handler. Registering the same again changes nothing."""
    if handle not in _handlers:
        _handlers.append(handle)
    return handle


def is_given() -> bool:
    """Whether this installation has a mailbox to read."""
    return bool(settings.MAILBOX_URL)


def read_mailbox(*, now: datetime) -> int:
    """Read what is unread, MOST at once; return how many mails were understood. A server that is away is logged and asked again later."""
    understood = 0
    try:
        with opened(settings.MAILBOX_URL) as box:
            for uid in box.uid("SEARCH", "UNSEEN")[1][0].split()[:MOST]:
                is_ours = _understand(_fetch(box, uid.decode()), now=now)
                box.uid("STORE", uid.decode(), "+FLAGS.SILENT", UNDERSTOOD if is_ours else UNKNOWN)
                understood += is_ours
    except (imaplib.IMAP4.error, OSError) as error:
        log.error("The mailbox cannot be read: %s.", type(error).__name__)
    return understood


def _understand(raw: bytes, *, now: datetime) -> bool:
    """Whether one of the handlers took this mail. The database's absence is the only trouble that is passed on."""
    try:
        mail = message_from_bytes(raw)  # the old, simple policy: it reads no header until asked, and each in one pass
        return any(handle(mail, now=now) for handle in _handlers)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("A mail in the mailbox could not be read: %s.", type(error).__name__)
        return False


def _fetch(box: imaplib.IMAP4, uid: str) -> bytes:
    """One whole mail, left unread; nothing when it is too large."""
    size = SIZE.search(box.uid("FETCH", uid, "(RFC822.SIZE)")[1][0] or b"")
    if size is None or int(size[1]) > LARGEST:
        return b""
    parts = box.uid("FETCH", uid, "(BODY.PEEK[])")[1]
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """The mailbox at `url`, signed in. Raises imaplib.IMAP4.error or OSError."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    trusted = ssl.create_default_context()  # imaplib's own would hand the password to any certificate
    is_inside_tls = parts.scheme == "imaps"
    box = imaplib.IMAP4_SSL(host, port, ssl_context=trusted, timeout=PATIENCE) if is_inside_tls else imaplib.IMAP4(host, port, PATIENCE)
    try:
        if parts.scheme == "imap+tls":
            box.starttls(trusted)
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        answer, why = box.select(f'"{unquote(parts.path.strip("/")) or "INBOX"}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(why)
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            box.logout()
