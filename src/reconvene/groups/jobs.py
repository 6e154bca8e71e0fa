"""What groups do at every tick."""

from datetime import datetime

from reconvene.base.jobs import on_tick
from reconvene.groups.actions import end_seats_of_leavers


@on_tick
def free_seats_of_leavers(now: datetime) -> None:
    """People who left the organisation leave their groups. With the last of them a group ends."""
    end_seats_of_leavers(now=now)
