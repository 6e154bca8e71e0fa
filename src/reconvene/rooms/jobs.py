"""The tick that ends sessions which nobody ended, and closes cycles that were held on paper."""

from datetime import datetime

from reconvene.base.jobs import on_tick
from reconvene.rooms.actions.closing import close_if_over
from reconvene.rooms.actions.on_paper import finish_if_over
from reconvene.rooms.models import Room
from reconvene.scheduling.rules import Kind


@on_tick
def close_forgotten_rooms(now: datetime) -> None:
    """Fifteen minutes after its planned end a session is over, also when the host forgot."""
    for room in Room.objects.open().exclude(saved_state=None):
        close_if_over(room, now=now)


@on_tick
def finish_reconvenes_on_paper(now: datetime) -> None:
    """Seven days after a reconvene on paper its cycle is closed, also when somebody was not done with typing in."""
    for room in Room.objects.on_paper().filter(session__kind=Kind.RECONVENE, session__cycle__closed_at=None):
        finish_if_over(room, now=now)
