"""Small rules about proposals. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FIRST_ROUND = timedelta(hours=48)
NEXT_ROUND = timedelta(hours=24)
"""Working hours people have to answer: Saturdays and Sundays do not count."""
MOST_ROUNDS = 3
ENOUGH_OF_FOUR, ENOUGH = 3, 4
FEWEST = 3
JOIN_FOR = timedelta(hours=3)
"""How long after its start a group that was called on the spot may still be joined."""


def enough(asked: int) -> int:
    """How many must say yes when `asked` seats were found: 4 of 5 or 6, 3 of 3 or 4."""
    return ENOUGH_OF_FOUR if asked <= ENOUGH else ENOUGH


def working_hours_later(moment: datetime, length: timedelta, *, zone: str) -> datetime:
    """`length` after `moment`, while the clock of `zone` stands still on Saturdays and Sundays. Keeps the zone of `moment`."""
    place = ZoneInfo(zone)
    left, here = length, moment.astimezone(place)
    while True:
        midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if here.weekday() >= 5:
            here = midnight
            continue
        today = midnight - here
        if left <= today:
            return (here + left).astimezone(moment.tzinfo)
        left, here = left - today, midnight
