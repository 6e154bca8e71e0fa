"""The ticks that end sessions which nobody ended, let go whoever left the group, and close cycles that were held on paper; and the broom for
rehearsals.
"""

from datetime import UTC, datetime

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app

from reconvene.base.jobs import on_tick, one_by_one
from reconvene.groups.models import Membership
from reconvene.rooms.actions.closing import close_if_over
from reconvene.rooms.actions.entering import leave
from reconvene.rooms.actions.on_paper import finish_if_over
from reconvene.rooms.actions.rehearsal import throw_away_forgotten
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Presence, Room
from reconvene.scheduling.rules import Kind


@on_tick
def close_forgotten_rooms(now: datetime) -> None:
    """Fifteen minutes after its planned end a session is over, also when the host forgot. Only rooms that are over are locked."""
    one_by_one(Room.objects.to_close(now), _look_and_close, now=now)


@on_tick
def let_leavers_go(now: datetime) -> None:
    """Who leaves the group while its session is on leaves the room as well: the host's part and the floor pass on, and nobody waits for them."""
    there = Presence.objects.filter(room__in=Room.objects.open().exclude(closes_from=None), left_at=None).exclude(admitted_at=None)
    seated = Membership.objects.live().filter(group__cycles=OuterRef("room__session__cycle"), person=OuterRef("person"))
    one_by_one(there.exclude(Exists(seated)).select_related("room", "person"), _let_go, now=now)


@on_tick
def finish_reconvenes_on_paper(now: datetime) -> None:
    """Seven days after a reconvene on paper its cycle is closed, also when somebody was not done with typing in."""
    one_by_one(Room.objects.on_paper().filter(session__kind=Kind.RECONVENE, session__cycle__closed_at=None), finish_if_over, now=now)


def _look_and_close(room: Room, *, now: datetime) -> None:
    if room.state is not None and settle_clock(room.state, now).closed_at is not None:
        close_if_over(room, now=now)


def _let_go(presence: Presence, *, now: datetime) -> None:
    leave(presence.room, person=presence.person, now=now)


@app.periodic(cron="*/15 * * * *")
@app.task(name="reconvene.rooms.jobs.throw_away_rehearsals", queueing_lock="throw_away_rehearsals")
def throw_away_rehearsals(timestamp: int) -> None:
    """Every quarter of an hour: rehearsals that nobody ended. Their age counts in real time, also in the demo."""
    throw_away_forgotten(real=datetime.now(UTC))
