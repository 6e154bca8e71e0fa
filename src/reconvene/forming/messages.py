"""The words of forming's notices. No topic, no names, no words of anybody: the page behind the link shows the rest."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reconvene.base.links import Link, absolute
from reconvene.forming.going_on import NO_DATES_YET
from reconvene.forming.models import Seat
from reconvene.groups.models import Cycle
from reconvene.notices.models import Notice
from reconvene.notices.registry import register
from reconvene.notices.rules import Message
from reconvene.people.models import Person

LINK_FOR = timedelta(days=14)


def seat_offer(notice: Notice, *, now: datetime) -> Message | None:
    """There is a seat for you: two dates, how many people, until when to answer."""
    seat = Seat.objects.select_related("proposal", "person").filter(id=notice.subject_id).first()
    if seat is None or seat.accepted_at or seat.declined_at or seat.lapsed_at or not seat.proposal.is_open:
        return None
    proposal, person = seat.proposal, seat.person
    others = proposal.seats.held().count() - 1
    lines = (
        ngettext("%(count)s other manager brings a challenge like yours.", "%(count)s other managers bring a challenge like yours.", others)
        % {"count": others},
        _("First session: %(first)s. Reconvene: %(second)s. %(minutes)s minutes each.")
        % {
            "first": _when(proposal.first_at, person),
            "second": _when(proposal.reconvene_at, person),
            "minutes": proposal.minutes,
        },
        _("See who they are and why, and take your seat or decline by %(day)s. Declining needs no reason and leaves no trace.")
        % {"day": _when(proposal.answer_by, person)},
    )
    link = Link("seat", seat.organisation_id, person.id, seat.id, proposal.answer_by + LINK_FOR)
    return Message(subject=_("There is a seat for you"), lines=lines, button=(_("See the group"), absolute("seat", link.token())))


def proposal_dissolved(notice: Notice, *, now: datetime) -> Message | None:
    """Your yes came to nothing, through nobody's fault."""
    lines = (
        _("Too few of the others could make these dates, so the group you said yes to will not meet."),
        _("You keep your place, and we look for the next group now. There is nothing you need to do."),
    )
    return Message(subject=_("New dates are being looked for"), lines=lines, button=(_("What you can do today"), absolute("home")))


def no_dates_yet(notice: Notice, *, now: datetime) -> Message | None:
    """The group goes on and has no dates. Not wanted once it has, or the person has left it."""
    cycle = Cycle.objects.visible_to(notice.person).running().filter(id=notice.subject_id).first()
    if cycle is None or cycle.sessions.filter(cancelled_at=None).exists():
        return None
    lines = (
        _("Your group wanted to go on, and there are no dates yet that suit all of you."),
        _(
            "Any of you may choose when you meet. When nobody does within the next weeks, the group ends kindly, and your challenge waits again."
        ),
    )
    return Message(_("When do you meet again?"), lines, button=(_("Choose when we meet"), absolute("group", cycle.group_id)))


def _when(moment: datetime, person: Person) -> str:
    return formats.date_format(moment.astimezone(ZoneInfo(person.time_zone)), "l j F, H:i")


register(NO_DATES_YET, no_dates_yet)
register("seat_offer", seat_offer, is_pressing=True)
register("proposal_dissolved", proposal_dissolved)
