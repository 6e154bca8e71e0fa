"""What forming does at every tick: answers that are overdue, seats that nobody can take, challenges that nobody has looked at yet."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from reconvene.base.jobs import on_tick
from reconvene.forming.actions import form_groups, release_seats, settle_proposal
from reconvene.forming.going_on import SILENT_FOR, rouse
from reconvene.forming.models import Proposal
from reconvene.forming.pool import seatable
from reconvene.groups.models import Cycle, Programme
from reconvene.scheduling.models import Session

log = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(hours=12)  # those still waiting are looked at again, because others' diaries change


@on_tick
def release_lost_seats(now: datetime) -> None:
    """Seats of people who left, withdrew, or sit elsewhere by now."""
    release_seats(now=now)


@on_tick
def settle_overdue(now: datetime) -> None:
    """Proposals whose time to answer is over. One that cannot be settled does not hold up the others."""
    for proposal in Proposal.objects.open().filter(answer_by__lte=now).order_by("answer_by"):
        try:
            with transaction.atomic():
                settle_proposal(proposal, now=now)
        except Exception:
            log.exception("Proposal %s could not be settled; it is tried again at the next tick.", proposal.id)


@on_tick
def rouse_silent_groups(now: datetime) -> None:
    """Groups that go on and have found no dates are asked twice, then end kindly."""
    booked = Session.objects.filter(cycle=OuterRef("id"), cancelled_at=None)
    for cycle in Cycle.objects.running().filter(~Exists(booked), number__gt=1, started_at__lte=now - SILENT_FOR[0]):
        rouse(cycle, now=now)


@on_tick
def form_waiting(now: datetime) -> None:
    """A new challenge is looked at at once, those that wait on a timetable. People who could not be seated now wake nobody."""
    new = Q(considered_at=None) | Q(considered_at__lt=now - AGAIN_AFTER)
    for programme in Programme.objects.filter(is_open=True):
        if seatable(programme).filter(new).exists():
            form_groups(programme, seed=int(now.timestamp()), now=now)
