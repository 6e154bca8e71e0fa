"""The words of a programme's invitation. It names the programme, which L&D named, and nobody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from reconvene.base.links import Link, absolute
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.programmes.actions import INVITATION
from reconvene.programmes.models import Participant
from reconvene.programmes.queries import takes_new

LINK = "programme"
LINK_FOR = timedelta(days=42)


def invitation(notice: Notice, *, now: datetime) -> Message | None:
    """You may take part. Nothing once the person has answered, or the sign-up is over."""
    rows = Participant.objects.select_related("programme").filter(id=notice.subject_id, person=notice.person)
    one = rows.unanswered().first()
    today = now.astimezone(ZoneInfo(notice.person.time_zone)).date()
    if one is None or not takes_new(one.programme, today=today):
        return None
    lines = [
        _("Bring one challenge that presses. We find up to five managers of similar responsibility with one like it, and two dates that suit you all."),
        _("Two sessions of %(minutes)s minutes, about four weeks apart, and nothing to prepare.") % {"minutes": one.programme.session_minutes},
    ]  # fmt: skip
    if one.programme.signs_up_until:
        day = formats.date_format(one.programme.signs_up_until, "l j F")
        lines.append(_("You may join until %(day)s. Saying no needs no reason, and nobody learns who did.") % {"day": day})
    else:
        lines.append(_("Saying no needs no reason, and nobody learns who did."))
    link = Link(LINK, one.organisation_id, notice.person_id, one.id, now + LINK_FOR)
    return Message(
        _("An invitation to a peer group"), tuple(lines), button=(_("See what it is"), absolute("programme-by-link", link.token()))
    )


register(INVITATION, invitation)
