"""The words of the notices that bring a fellow and somebody who waits alone together. No name, no topic, no words of anybody."""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base.links import Link, absolute
from reconvene.challenges.fellows import ANSWER_FOR, FELLOW_AGREED, FELLOW_ASKED
from reconvene.challenges.models import Introduction
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message

FELLOW_LINK = "fellow"


def fellow_asked(notice: Notice, *, now: datetime) -> Message | None:
    """Somebody would like to ask you; you decide."""
    asked = Introduction.objects.filter(id=notice.subject_id).select_related("offer", "challenge").first()
    if asked is None or not asked.is_open:
        return None
    link = Link(FELLOW_LINK, asked.organisation_id, notice.person_id, asked.id, asked.asked_at + ANSWER_FOR)
    lines = (
        _("You said that you may be asked. Somebody who waits alone with a challenge like the one you settled would like to."),
        _("They do not know who you are, and learn it only if you agree. Declining needs no reason and tells nobody anything."),
    )
    return Message(_("Somebody would like to ask you"), lines, button=(_("See what it is about"), absolute("fellow", link.token())))


def fellow_agreed(notice: Notice, *, now: datetime) -> Message | None:
    """Somebody may be asked."""
    asked = Introduction.objects.filter(id=notice.subject_id, offer__withdrawn_at=None).exclude(agreed_at=None).first()
    if asked is None:
        return None
    lines = (
        _("Somebody here has settled a challenge like yours, and you may ask them"),
        _("Their name stands on the page of your challenge. A quarter of an hour by phone is enough to begin with."),
    )
    return Message(_("You may ask somebody"), lines, button=(_("To my challenge"), absolute("challenge", asked.challenge_id)))


register(FELLOW_ASKED, fellow_asked, is_private=True)
register(FELLOW_AGREED, fellow_agreed, is_private=True)
