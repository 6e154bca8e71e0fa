"""The words of the one notice that L&D can cause: a group needs a new date. Registered when the app is ready."""

from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base.links import absolute
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


register(DATE_WANTED, date_wanted)
