"""The tick that ends sessions which nobody ended."""

from datetime import datetime

from reconvene.base.jobs import on_tick
from reconvene.rooms.actions.closing import close_if_over
from reconvene.rooms.models import Room


@on_tick
def close_forgotten_rooms(now: datetime) -> None:
    """Fifteen minutes after its planned end a session is over, also when the host forgot."""
    for room in Room.objects.open().exclude(saved_state=None):
        close_if_over(room, now=now)
