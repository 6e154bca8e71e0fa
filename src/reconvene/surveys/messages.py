"""The words of the notice after twelve weeks. No words of anybody, no topic, no name. Registered when the app is ready."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reconvene.base.links import Link, absolute
from reconvene.groups.models import Cycle
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.surveys.queries import has_answered
from reconvene.surveys.rules import ANSWERED_WITHIN, Moment

TWELVE_WEEKS = "twelve_weeks"
LATER_LINK, OBSERVER_LINK = "twelve-weeks", "observer"
GOOD_FOR = timedelta(days=ANSWERED_WITHIN)


def twelve_weeks(notice: Notice, *, now: datetime) -> Message | None:
    """A minute of taps about what is left. Not wanted once the person has answered."""
    cycle = Cycle.objects.kept_for(notice.person).filter(id=notice.subject_id).first()
    if cycle is None or has_answered(cycle, notice.person, moment=Moment.TWELVE_WEEKS):
        return None
    link = Link(LATER_LINK, cycle.organisation_id, notice.person_id, cycle.id, notice.due_at + GOOD_FOR)
    lines = (
        _("Twelve weeks ago your group first met"),
        _(
            "What is left of it? A minute of taps, each of which you may skip. They are kept without your name, and after this nothing more is asked."
        ),
    )
    return Message(
        _("Twelve weeks later: one minute"),
        lines,
        button=(_("Answer in a minute"), absolute("questions-later", link.token())),
        thread=cycle.id,
    )


register(TWELVE_WEEKS, twelve_weeks)
