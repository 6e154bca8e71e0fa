"""Answers that calendar programs send by mail (iTIP REPLY, RFC 5546 3.2.3): accepted is yes, declined is no, anything else is left open.

The entry's UID names the session, the person and the organisation, by ids that others may know, and is sealed: only whoever got the entry can answer
it (docs/decisions/0052-sealed-entries.md). Registered with the mailbox by `jobs`.
"""

import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from icalendar import Calendar

from reconvene.availability.busy import OURS
from reconvene.base import tenancy
from reconvene.people.models import Person
from reconvene.scheduling.actions import NotAMember, SessionIsOver
from reconvene.scheduling.models import Session
from reconvene.scheduling.rebooking import AskedSomethingElse, take_answer
from reconvene.scheduling.rules import Answer

UID = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9a-f]{32})(?:\.[0-9a-f]{24})?@reconvene")
SEAL = 12  # bytes, 96 bits
ANSWERS = {"ACCEPTED": Answer.YES, "DECLINED": Answer.NO}
LARGEST = 100_000  # bytes; an answer has one entry


@dataclass(frozen=True)
class Reply:
    """What a calendar program says: about the entry with which `uid`, not yet compared with what we sent, and the ids in it; as it stood at which
    sequence. `given` is None for "perhaps".
    """

    uid: str
    session_id: uuid.UUID
    person_id: uuid.UUID
    organisation_id: uuid.UUID
    sequence: int
    given: Answer | None


def uid_of(session: Session, person: Person) -> str:
    """The UID of a person's calendar entry for a session; the same for as long as the session lives."""
    return uid_for(session, whose=person.id)


def uid_for(session: Session, *, whose: uuid.UUID) -> str:
    """The UID of the entry of a session for a person, or for the place that is held."""
    parts = [session.id.hex, whose.hex, session.organisation_id.hex]
    if session.seal:
        parts.append(hmac.digest(session.seal.encode(), whose.bytes, "sha256")[:SEAL].hex())
    return ".".join(parts) + OURS


def read_reply(mail: Message) -> Reply | None:
    """The answer in a mail, or None when it holds none about an entry of ours. Raises ValueError for a calendar that cannot be read."""
    for part in mail.walk():
        data = part.get_payload(decode=True) if part.get_content_type() == "text/calendar" else None
        if not isinstance(data, bytes) or len(data) > LARGEST:
            continue
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        found = UID.fullmatch(str(events[0].get("UID", "")).strip()) if len(events) == 1 else None
        if found is not None and str(calendar.get("METHOD", "")).upper() == "REPLY":
            attendee = events[0].get("ATTENDEE")
            status = str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()
            session, person, organisation = (uuid.UUID(one) for one in found.groups())
            return Reply(found[0], session, person, organisation, int(events[0].get("SEQUENCE", 0)), ANSWERS.get(status))
    return None


def keep_reply(mail: Message, *, now: datetime) -> bool:
    """Keep the answer in a mail; True when it was one of ours. An answer to an earlier date, or of somebody who has left, changes nothing; one
    whose UID we did not send is none.
    """
    reply = read_reply(mail)
    if reply is None:
        return False
    with tenancy.within(reply.organisation_id):
        session = Session.objects.filter(id=reply.session_id).select_related("cycle").first()
        if session is not None and not hmac.compare_digest(reply.uid, uid_for(session, whose=reply.person_id)):
            return False
        person = Person.objects.active().filter(id=reply.person_id).first()
        is_about_this_date = session is not None and session.sequence == reply.sequence and session.asked_at is None
        if session is not None and person is not None and reply.given is not None and is_about_this_date:
            try:
                take_answer(session, person=person, given=reply.given, now=now, to=session.asks)
            except (NotAMember, SessionIsOver, AskedSomethingElse):
                return True
    return True
