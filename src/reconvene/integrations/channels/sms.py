"""Text messages, without a vendor: whoever wants them writes one class that hands a text to theirs, and names it in RECONVENE_SMS_SENDER.

`docs/operations/channels.md` has an example. A text is one message of at most 160 plain characters.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from reconvene.base.links import absolute
from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop
from reconvene.notices.brief import short_code
from reconvene.notices.channels import Delivery, Outcome, Unreachable, Way, register
from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import SMS, Message

log = logging.getLogger(__name__)
LONGEST = 160  # characters of the alphabet that every phone has; one outside of it would halve what fits
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
NO_NUMBER = "no_number"


class Refused(Exception):
    """The number takes no text messages. Whoever it belongs to gets mail from then on."""


class NotNow(Exception):
    """Try again, after so many seconds if the vendor says so."""

    def __init__(self, seconds: int | None = None) -> None:
        super().__init__()
        self.wait = None if seconds is None else timedelta(seconds=seconds)


class SmsSender(Protocol):
    """What RECONVENE_SMS_SENDER names: a class without arguments. Made once for a batch."""

    def send(self, number: str, text: str) -> None:
        """Hand `text` over for `number` (E.164, like +4915112345678), within ten seconds. Raises Refused or NotNow."""
        ...


@dataclass(frozen=True)
class Text:
    """A number and what it is sent."""

    number: str = field(repr=False)
    text: str = field(repr=False)


class SmsChannel:
    """Implements `notices.channels.Channel`."""

    def __init__(self, sender: SmsSender) -> None:
        self._sender = sender

    def write(self, notice: Notice, message: Message, *, number: int, preference: Preference) -> Text:
        """The subject and a short address, or as much of the subject as fits."""
        if not preference.phone:
            raise Unreachable(Outcome.GONE, NO_NUMBER)
        return Text(preference.phone, text_of(message.subject, absolute("short", short_code(notice))))

    def deliver(self, written: Text) -> Delivery:
        """Hand it to the organisation's own class. Logs no number."""
        try:
            self._sender.send(written.number, written.text)
        except Refused:
            return Delivery(Outcome.GONE, "refused")
        except NotNow as later:
            return Delivery(Outcome.LATER, wait=later.wait)
        except Exception as error:
            log.error("A text message could not be handed over: %s.", type(error).__name__)
            return Delivery(Outcome.AWAY)
        return Delivery(Outcome.SENT)

    def close(self) -> None:
        """There is nothing to close."""


def text_of(subject: str, address: str) -> str:
    """At most 160 plain characters: the subject, shortened where it must be, and the address in full."""
    words = " ".join(subject.translate(PLAIN).split()).encode("ascii", "replace").decode()
    room = max(0, LONGEST - len(address) - 2)
    if len(words) > room:
        words = words[: max(0, room - 3)].rstrip() + "..." if room > 3 else ""
    return f"{words}: {address}" if words else address


def load() -> Any:
    """The class that the setting names, or None. Raises ImportError with a sentence."""
    name = settings.SMS_SENDER
    if not name:
        return None
    found = import_string(name)
    if not callable(getattr(found, "send", None)):
        raise ImportError(_("%(name)s has no method send(number, text).") % {"name": name})
    return found


def offer() -> None:
    """Let people choose it, when there is a class that can be imported. The program starts without it, and messages go by mail."""
    try:
        sender = load()
    except Exception as error:
        log.error("RECONVENE_SMS_SENDER cannot be used, so no text messages are offered: %s", error)
        return
    if sender is not None:
        note = gettext_noop("One short text with a link, to a number that you give here.")
        register(Way(SMS, gettext_noop("Text message (SMS)"), note, lambda: True, lambda: SmsChannel(sender())))


@checks.register()
def check_sender(**_arguments: object) -> list[checks.CheckMessage]:
    """For `reconvene check`: the class that the setting names can be imported."""
    try:
        load()
    except Exception as error:
        hint = _("Name a class that Python finds from here, like company.texting.Sender, or leave the setting out.")
        return [checks.Error(_("RECONVENE_SMS_SENDER cannot be used: %(why)s") % {"why": error}, hint=hint, id="reconvene.E001")]
    return []
