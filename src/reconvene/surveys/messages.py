"""The words of the notices after twelve weeks, and while somebody waits for their half of a pilot. No words of anybody, no topic, no name. Registered
when the app is ready.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reconvene.base.links import Link, absolute
from reconvene.groups.models import Cycle
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.surveys.queries import asked_while_waiting, has_answered
from reconvene.surveys.rules import ANSWERED_WITHIN, WAITING_DAYS, Moment

TWELVE_WEEKS, WHILE_WAITING = "twelve_weeks", "while_waiting"
LATER_LINK, OBSERVER_LINK, WAITING_LINK = "twelve-weeks", "observer", "while-waiting"
GOOD_FOR, WAITING_FOR = timedelta(days=ANSWERED_WITHIN), timedelta(days=WAITING_DAYS)


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


def while_waiting(notice: Notice, *, now: datetime) -> Message | None:
    """Three taps while others begin, and three before one's own turn. Not wanted once the person has answered, begun, or takes part no longer."""
    asked = next((one for one in asked_while_waiting(notice.person, now=now) if one.participant.id == notice.subject_id), None)
    if asked is None:
        return None
    link = Link(WAITING_LINK, notice.organisation_id, notice.person_id, notice.subject_id, notice.due_at + WAITING_FOR)
    if asked.moment == Moment.WAITING:
        subject = _("While you wait: three taps")
        lines = (
            _("Half of the programme begins now, and chance has put you into the half that begins later."),
            _("How are things now? Both halves are asked the same, so that it can be seen whether the groups help or time does. You are asked once more, just before it is your turn."),
        )  # fmt: skip
    else:
        subject = _("Before it is your turn: three taps")
        lines = (
            _("Your half of the programme may begin. Groups are looked for now; the invitation comes by itself."),
            _("How are things today? With this you have answered the questions before your first session, too."),
        )
    skip = _("Every question may be skipped, or all of them. They are kept without your name.")
    return Message(subject, (*lines, skip), button=(_("Answer in a minute"), absolute("questions-waiting-by-link", link.token())))


register(TWELVE_WEEKS, twelve_weeks)
register(WHILE_WAITING, while_waiting)
