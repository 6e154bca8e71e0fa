"""The words of the notice that L&D can cause, that a group needs a new date, and of the mail that L&D gets on Mondays. Registered when the app is
ready.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base.links import absolute
from reconvene.console.digest import DIGEST, digest_lines, wants_digest
from reconvene.groups.models import Membership
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message

DATE_WANTED = "date_wanted"


def date_wanted(notice: Notice, *, now: datetime) -> Message | None:
    """To every member of a group whose session did not take place. Not wanted once the person or the group has gone."""
    seat = Membership.objects.live().filter(group_id=notice.subject_id, group__ended_at=None, person_id=notice.person_id).first()
    if seat is None:
        return None
    lines = (
        _("A session of your group did not take place, or has no date any more. That happens."),
        _("Any of you can choose a time that suits everyone; it takes a minute."),
    )
    return Message(_("Your group needs a new date"), lines, button=(_("Choose a date"), absolute("group", seat.group_id)))


def monday(notice: Notice, *, now: datetime) -> Message | None:
    """To L&D on Monday morning: what is ahead and what needs a hand, as counts; and what the latest report says. Not wanted once stopped."""
    if not notice.person.is_learning_lead or not wants_digest(notice.person):
        return None
    lines = digest_lines(notice.person, now=now)
    return Message(_("Peer groups this week"), lines, button=(_("Open the overview"), absolute("console")))


register(DATE_WANTED, date_wanted)
register(DIGEST, monday)
