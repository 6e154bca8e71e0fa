"""Everything the demo has sent, read back from the files of Django's file backend."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[\w.-]+\.log")
MOST = 200


@dataclass(frozen=True)
class Letter:
    """One message: file name, recipient, subject, plain text, and whether it carries a calendar entry."""

    name: str
    to: str
    subject: str
    text: str
    has_date: bool


def letters(*, to: str = "") -> list[Letter]:
    """The latest messages first, for one address or all."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True) if folder.is_dir() else []
    found = [letter(path.name) for path in files[:MOST]]
    return [one for one in found if one is not None and to.lower() in one.to.lower()]


def letter(name: str) -> Letter | None:
    """One message by its file name; None when there is none."""
    path = Path(settings.EMAIL_FILE_PATH) / name
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    dates = any(part.get_content_type() == "text/calendar" for part in message.walk())
    return Letter(name, str(message["To"]), str(message["Subject"]), text.split("-" * 79)[0].strip(), dates)
