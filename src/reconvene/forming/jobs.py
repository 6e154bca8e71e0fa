"""What forming does at every tick: answers that are overdue, seats that nobody can take, challenges that nobody has looked at yet."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from reconvene.base.jobs import job, on_tick, one_by_one
from reconvene.forming.actions import form_groups, pass_seats_on, release_seats, settle_proposal
from reconvene.forming.file_years import LOST_AFTER, give_up
from reconvene.forming.going_on import SILENT_FOR, rouse
from reconvene.forming.models import Proposal, SimulatedYear
from reconvene.forming.pool import seatable
from reconvene.forming.waves import begin_second_half, close_sign_up, may_begin_second_half
from reconvene.forming.years import simulate_seed
from reconvene.groups.models import Cycle, Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.people.models import today_here
from reconvene.scheduling.models import Session

log = logging.getLogger(__name__)
AS_THEY_COME = tuple(kind for kind in ProgrammeKind if not kind.gathers)
AGAIN_AFTER = timedelta(hours=12)  # those still waiting are looked at again, because others' diaries change


@on_tick
def release_lost_seats(now: datetime) -> None:
    """Seats of people who left, withdrew, or sit elsewhere by now."""
    release_seats(now=now)


@on_tick
def pass_on_given_back(now: datetime) -> None:
    """Seats that were given back while another worker formed groups."""
    one_by_one(Proposal.objects.open().exclude(given_back_at=None), pass_seats_on, now=now)


@on_tick
def settle_overdue(now: datetime) -> None:
    """Proposals whose time to answer is over."""
    one_by_one(Proposal.objects.open().filter(answer_by__lte=now).order_by("answer_by"), settle_proposal, now=now)


@on_tick
def rouse_silent_groups(now: datetime) -> None:
    """Groups that go on and have found no dates are asked twice, then end kindly."""
    booked = Session.objects.filter(cycle=OuterRef("id"), cancelled_at=None)
    silent = Cycle.objects.running().filter(~Exists(booked), number__gt=1, started_at__lte=now - SILENT_FOR[0], group__ended_at=None)
    one_by_one(silent, rouse, now=now)


@on_tick
def form_waiting(now: datetime) -> None:
    """A new challenge is looked at at once, those that wait on a timetable. People who could not be seated now wake nobody. The open programme
    comes last: who waits in another one too is seated there if they can be.
    """
    new = Q(considered_at=None) | Q(considered_at__lt=now - AGAIN_AFTER)
    as_they_come = (
        Programme.objects.running().filter(kind__in=AS_THEY_COME, starts_on__lte=today_here(now)).order_by("is_open", "starts_on")
    )
    one_by_one((programme for programme in as_they_come if seatable(programme).filter(new).exists()), _form, now=now)


@on_tick
def close_sign_ups(now: datetime) -> None:
    """Sign-ups whose last day is past."""
    one_by_one(Programme.objects.gathering().filter(signs_up_until__lt=today_here(now)), close_sign_up, now=now)


@on_tick
def begin_second_halves(now: datetime) -> None:
    """Pilots whose first half has reconvened."""
    pilots = Programme.objects.running().filter(kind=ProgrammeKind.PILOT, second_began_at=None, drawn_at__isnull=False)
    one_by_one((programme for programme in pilots if may_begin_second_half(programme, now=now)), begin_second_half, now=now)


@on_tick
def give_up_lost_years(now: datetime) -> None:
    """Simulated years of a file whose process was lost with the program: their people are stored nowhere, so nothing can go on."""
    give_up(SimulatedYear.objects.exclude(file_counts={}).filter(asked_at__lt=now - LOST_AFTER), now=now)


def _form(programme: Programme, *, now: datetime) -> None:
    form_groups(programme, seed=int(now.timestamp()), now=now)


@job
def simulate_next(*, year: str, now: datetime) -> None:
    """One more seed of a simulated year, each in a transaction of its own, so that whoever waits sees how far it is. One that is gone is left alone."""
    row = SimulatedYear.objects.filter(id=uuid.UUID(year), made_at=None, failed_at=None).first()
    if row is None:
        return
    try:
        simulate_seed(row, now=now)
    except ValueError:
        log.exception("The simulated year %s cannot be worked out.", row.id)
        row.fail(now=now)
    if row.is_going_on:
        simulate_next(year=year, once=f"{year}:{len(row.runs)}")
