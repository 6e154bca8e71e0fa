"""Messages that came back, and complaints: read from delivery reports (RFC 3464) and feedback reports (RFC 5965), matched by our Message-ID.

Permanent: the person gets no more mail until the address changes or they say that it works. Temporary: noted only, the mail server
goes on trying. A complaint pauses the counted messages. Registered with the mailbox by `jobs`.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parseaddr

from reconvene.base import tenancy
from reconvene.notices.actions import mute
from reconvene.notices.models import Bounce, BounceKind, Notice
from reconvene.notices.registry import former_kinds
from reconvene.notices.rules import read_message_id

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESS = re.compile(r"[^\s@<>\x00-\x1f]+@[^\s@<>\x00-\x1f]+")
ADDRESS_IS_GOOD = ("5.2.2", "5.2.3", "5.3.", "5.4.0", "5.4.12", "5.4.14", "5.4.2", "5.4.3", "5.4.5", "5.4.6", "5.4.7", "5.6.", "5.7.")
"""Permanent by their first digit, but about a full mailbox, the mail, the server or the way there (a loop, a server that was away until the time was over;
5.4.12, 5.4.14 and 5.4.300 are Exchange's), not about the address (RFC 3463). 5.4.1 and 5.4.4 say of an address or its domain that there is none.
"""


@dataclass(frozen=True)
class Report:
    """What a report says about one of our mails: whose it was, where it went, and what became of it."""

    notice_id: uuid.UUID
    organisation_id: uuid.UUID
    kind: BounceKind | None
    status: str
    address: str


def read_report(mail: Message) -> Report | None:
    """The report in a mail; None when it is none, or not about a mail of ours. `kind` is None when the mail arrived."""
    if mail.get_content_type() != "multipart/report":
        return None
    found = next((ours for text in _texts(mail) if (ours := read_message_id(text))), None)
    facts = {name.lower(): str(value)[:500] for part in mail.walk() if _is_facts(part) for name, value in part.items()}
    if found is None or not facts:
        return None
    status = next(iter(STATUS.findall(facts.get("status", ""))), "")
    return Report(*found, _kind(facts, status=status), status, _address(mail, facts))


def keep_report(mail: Message, *, now: datetime) -> bool:
    """Keep what a report says; True when the mail was a report about a notice of ours. Reading it twice changes nothing more."""
    report = read_report(mail)
    if report is None:
        return False
    with tenancy.within(report.organisation_id):
        notice = Notice.objects.select_related("person").exclude(sent_at=None).filter(id=report.notice_id).first()
        if notice is None:
            return False
        if report.kind is not None:
            _keep(notice, report, kind=report.kind, now=now)
    return True


def _keep(notice: Notice, report: Report, *, kind: BounceKind, now: datetime) -> None:
    is_to_former = notice.kind in former_kinds()  # says nothing of the address that the person has now
    address = report.address or ("" if is_to_former else notice.person.email or "")
    facts = {"person": notice.person, "address": address, "status": report.status, "returned_at": now}
    _bounce, is_new = Bounce.objects.get_or_create(notice=notice, kind=kind, defaults=facts)
    if kind is BounceKind.COMPLAINT and is_new and not is_to_former:
        mute(notice.person, now=now)


def _kind(facts: dict[str, str], *, status: str) -> BounceKind | None:
    if "feedback-type" in facts:
        return BounceKind.COMPLAINT if facts["feedback-type"].strip().lower() in ("abuse", "fraud", "other") else None
    action = facts.get("action", "").strip().lower()
    if action == "delayed" or status.startswith("4"):
        return BounceKind.TEMPORARY
    if action != "failed":
        return None
    return BounceKind.TEMPORARY if status.startswith(ADDRESS_IS_GOOD) else BounceKind.PERMANENT


def _address(mail: Message, facts: dict[str, str]) -> str:
    """Where the mail was sent: from the header that came back with it, else from the report."""
    returned = [part for part in mail.walk() if part is not mail and read_message_id(_id_of(part))]
    sent_to = [parseaddr(str(part.get("To", "")))[1] for part in returned]
    told = [facts.get(name, "").rpartition(";")[2].strip() for name in ("original-recipient", "final-recipient")]
    return next((text for text in (*sent_to, *told) if ADDRESS.fullmatch(text) and len(text) <= 254), "")


def _is_facts(part: Message) -> bool:
    """Whether a part's headers are the fields of the report: those inside message/delivery-status and message/feedback-report."""
    return part.get_content_type() == "text/plain" and bool({"action", "feedback-type", "status"} & {name.lower() for name in part.keys()})  # noqa: SIM118  # a message is no mapping


def _texts(mail: Message) -> Iterator[bytes]:
    """Everywhere our Message-ID may stand: in the headers of the parts, and in what they hold."""
    for part in mail.walk():
        yield _id_of(part)
        if not part.is_multipart():
            body = part.get_payload(decode=True)
            yield body if isinstance(body, bytes) else b""


def _id_of(part: Message) -> bytes:
    return str(part.get("Message-ID", "")).encode(errors="replace")
