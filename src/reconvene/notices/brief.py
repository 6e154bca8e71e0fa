"""What a short channel carries of a message: its neutral subject, one way to answer, one way to pause. No line of the mail, no calendar entry.

Also the short address of a text message, which has room for no signed link: it names a notice and leads to the link that its mail would hold.
"""

import base64
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from reconvene.base.links import absolute
from reconvene.notices.mail import PAUSE_GOOD_FOR, pause_address
from reconvene.notices.models import Notice
from reconvene.notices.rules import Message

SIGNATURE = 12  # bytes, 96 bits


@dataclass(frozen=True)
class Brief:
    """The subject, who writes, and as (label, full address) the answer and, in a message that counts, the pause."""

    title: str
    sender: str
    answer: tuple[str, str]
    pause: tuple[str, str] | None = None

    @property
    def links(self) -> list[tuple[str, str]]:
        """Everything that can be tapped, the answer first."""
        return [self.answer, *([self.pause] if self.pause else [])]


def brief_of(notice: Notice, message: Message) -> Brief:
    """The brief form. Where the mail offers several answers, one link leads to the page with all of them."""
    pause = (_("Pause the messages"), pause_address(notice)) if notice.is_counted else None
    sender = _("Reconvene at %(organisation)s") % {"organisation": notice.person.organisation.name}
    return Brief(" ".join(message.subject.split()), sender, answer_of(message), pause)


def answer_of(message: Message) -> tuple[str, str]:
    """Label and full address of the one way to go on from a message: its button, the page of its choices, or home."""
    if message.button is not None:
        return message.button
    if message.choices:
        return _("Answer"), message.choices[0][1].partition("?")[0]
    return _("Open Reconvene"), absolute("home")


def short_code(notice: Notice) -> str:
    """The notice and its organisation, signed: 59 characters for an address."""
    ids = notice.id.bytes + notice.organisation_id.bytes
    return base64.urlsafe_b64encode(ids + _signature(ids)).decode().rstrip("=")


def read_short_code(code: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The notice and the organisation, or None when the code was altered."""
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except ValueError:
        return None
    ids, signature = raw[:32], raw[32:]
    if len(ids) != 32 or not hmac.compare_digest(signature, _signature(ids)):
        return None
    return uuid.UUID(bytes=ids[:16]), uuid.UUID(bytes=ids[16:])


def has_ended(notice: Notice, *, now: datetime) -> bool:
    """Whether a short address is too old to lead anywhere; it lasts as long as the link that pauses."""
    return now > notice.due_at + PAUSE_GOOD_FOR


def _signature(ids: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"reconvene.notices.brief:" + ids, "sha256")[:SIGNATURE]
