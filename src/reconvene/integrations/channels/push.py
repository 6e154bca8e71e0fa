"""Web push: a notice on the browsers and phones that a person let show our messages, encrypted for each of them.

The address of a push service is given by a browser, that is by a stranger; it is asked through `web`, which refuses private ones.
Sources: RFC 8030 (web push), and `encryption`.
"""

import json
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils.translation import gettext

from reconvene.availability.registry import Unreadable
from reconvene.base.translation import gettext_noop as _
from reconvene.integrations.channels.encryption import base64url, encrypt, unbase64url, vapid
from reconvene.integrations.web import Conversation
from reconvene.notices.brief import brief_of
from reconvene.notices.channels import GONE, Delivery, Outcome, Unreachable, Way, register
from reconvene.notices.models import Browser, Notice, Preference
from reconvene.notices.push_key import push_key
from reconvene.notices.rules import PUSH, Message

log = logging.getLogger(__name__)
TOKEN_LASTS = 12 * 3600  # seconds; RFC 8292 allows a day
LONGEST = 28 * 24 * 3600  # seconds that a push service may keep a message for a device that is off


@dataclass(frozen=True)
class Target:
    """One browser: its row, where its push service takes messages, its public key and the secret it shares with us."""

    id: uuid.UUID
    address: str
    key: str
    secret: str


@dataclass(frozen=True)
class Push:
    """One message to all browsers of a person. `topic` lets a service and a browser put a repetition in the place of the first."""

    targets: Sequence[Target]
    text: bytes
    topic: str
    seconds: int
    key: EllipticCurvePrivateKey


class PushChannel:
    """Implements `notices.channels.Channel`."""

    def write(self, notice: Notice, message: Message, *, number: int, preference: Preference) -> Push:
        """The subject, the link and the words around them, which the worker in the browser shows. Names and lines of the mail stay here."""
        found = Browser.objects.visible_to(notice.person)
        targets = [Target(one.id, one.address, one.key, one.secret) for one in found if one.address]
        if not targets:
            raise Unreachable(Outcome.GONE, GONE)
        brief, topic = brief_of(notice, message), base64url(notice.id.bytes)
        facts = {"title": brief.title, "body": brief.sender, "address": brief.answer[1], "tag": topic}
        if brief.pause:
            facts |= {"pause": brief.pause[1], "pauseLabel": brief.pause[0], "paused": gettext("The messages are paused")}
        seconds = min(LONGEST, max(0, int((notice.not_after - notice.due_at).total_seconds())))
        key = load_pem_private_key(push_key().private.encode(), password=None)
        assert isinstance(key, EllipticCurvePrivateKey)
        return Push(targets, json.dumps(facts).encode(), topic, seconds, key)

    def deliver(self, written: Push) -> Delivery:
        """To every browser; it has arrived when one of them could be reached."""
        made = {target.id: _deliver(target, written) for target in written.targets}
        lost = tuple(target for target, one in made.items() if one.outcome is Outcome.GONE)
        for outcome in (Outcome.SENT, Outcome.LATER, Outcome.REFUSED):
            waits = [one.wait for one in made.values() if one.outcome is outcome]
            if waits:
                return Delivery(outcome, wait=max((wait for wait in waits if wait is not None), default=None), lost=lost)
        return Delivery(Outcome.GONE, GONE, lost=lost)

    def close(self) -> None:
        """There is nothing to close."""


def offer() -> None:
    """Let people choose it."""
    note = _("A short notice on a device of yours, with one link. Sealed: nobody on the way can read it.")
    register(Way(PUSH, _("Phone or computer"), note, lambda: True, PushChannel))


def contact() -> str:
    """Whom a push service could ask about us: our address, or the mailbox while that is only this machine."""
    return settings.ORIGIN if settings.SECURE else f"mailto:{settings.DEFAULT_FROM_EMAIL}"


def _deliver(target: Target, push: Push) -> Delivery:
    try:
        body = encrypt(push.text, key=unbase64url(target.key), secret=unbase64url(target.secret))
        until = int(time.time()) + TOKEN_LASTS  # the push service's clock is the real one, also in the demo
        headers = {
            "Authorization": vapid(target.address, key=push.key, contact=contact(), until=until),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(push.seconds),
            "Topic": push.topic,
            "Urgency": "normal",
        }
        answer = Conversation().ask("POST", target.address, headers=headers, body=body)
    except ValueError:
        return Delivery(Outcome.GONE, GONE)  # no key that a browser can have
    except Unreadable as unreadable:
        return Delivery(Outcome.GONE, GONE) if unreadable.code == "forbidden" else Delivery(Outcome.LATER)
    if answer.status in (404, 410):
        return Delivery(Outcome.GONE, GONE)
    if answer.status == 429 or answer.status >= 500:
        return Delivery(Outcome.LATER, wait=answer.wait)
    if answer.status >= 300:
        log.error("The push service %s does not take our messages: %s.", urlsplit(target.address).hostname, answer.status)
        return Delivery(Outcome.REFUSED)
    return Delivery(Outcome.SENT)
