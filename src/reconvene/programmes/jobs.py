"""What programmes do at every tick: invite who is on the list, some at a time, and end what is over."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from reconvene.base.jobs import on_tick, one_by_one
from reconvene.groups.models import Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.people.models import today_here
from reconvene.programmes.actions import add_people, end_programme, invite_some
from reconvene.programmes.models import Participant, Roster
from reconvene.programmes.queries import takes_new

ROSTER_KEPT = timedelta(days=7)


@on_tick
def invite_waiting(now: datetime) -> None:
    """The next invitations of each programme that takes people. Newcomers come onto the list of a programme for them first."""
    today = today_here(now)
    begun = Programme.objects.running().filter(is_open=False, starts_on__lte=today)
    one_by_one((programme for programme in begun if takes_new(programme, today=today)), _invite, now=now)


@on_tick
def end_what_is_over(now: datetime) -> None:
    """Programmes whose last day is past, once nobody waits in them for a later half any more."""
    halves = Participant.objects.joined().filter(programme=OuterRef("pk"), half="later")
    over = Programme.objects.running().filter(ends_on__lt=today_here(now), is_open=False)
    one_by_one(over.exclude(Exists(halves), kind=ProgrammeKind.PILOT, second_began_at=None), end_programme, now=now)


@on_tick
def forget_rosters(now: datetime) -> None:
    """Rosters that nobody confirmed: they hold names."""
    Roster.objects.filter(uploaded_at__lt=now - ROSTER_KEPT).delete()


def _invite(programme: Programme, *, now: datetime) -> None:
    if programme.kind == ProgrammeKind.ONBOARDING:
        add_people(programme, now=now)
    invite_some(programme, now=now)
