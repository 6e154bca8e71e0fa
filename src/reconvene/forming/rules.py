"""Small rules about proposals. Pure."""

from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

FIRST_ROUND = timedelta(hours=48)
NEXT_ROUND = timedelta(hours=24)
"""Working hours people have to answer: Saturdays and Sundays do not count."""
MOST_ROUNDS = 3
ENOUGH_OF_FOUR, ENOUGH = 3, 4
FEWEST = 3
PATIENCE = {5: timedelta(), 4: timedelta(days=1), 3: timedelta(days=2)}
"""How long somebody must have waited before a group of this size is proposed: five or six at once, fewer only when no more come."""
SAME_TOPIC_AT_LEAST = 0.5
"""Two challenges with the same confirmed topic are at least this similar, whatever their words."""
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


def earliest_day(now: datetime, *, answering: timedelta, zone: str) -> date:
    """The first day, on the clock of `zone`, on which a session may be proposed: the working hours for answering are over by then,
    and everyone has a day to prepare."""
    return working_hours_later(now, answering, zone=zone).astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def is_large_enough(size: int, *, waited: timedelta, in_a_hurry: bool) -> bool:
    """Whether a group of `size` (3 to 6) is proposed now, when one of them has waited for `waited`; a day less when someone is in a hurry."""
    return waited + timedelta(days=in_a_hurry) >= PATIENCE[min(size, max(PATIENCE))]


def blend(likeness: NDArray[np.float64], *, topics: Sequence[Hashable]) -> NDArray[np.float64]:
    """Similarity of challenges from their texts and their confirmed topics.

    `likeness` is float64[n, n], symmetric, 0..1, zero diagonal; so is the result. Same topic: 0.5 to 1; other topics: 0 to 0.5.
    """
    numbers = {topic: number for number, topic in enumerate(dict.fromkeys(topics))}
    row = np.array([numbers[topic] for topic in topics])
    same = row[:, None] == row[None, :]
    mixed: NDArray[np.float64] = np.where(same, SAME_TOPIC_AT_LEAST + (1 - SAME_TOPIC_AT_LEAST) * likeness, likeness / 2)
    np.fill_diagonal(mixed, 0.0)
    return mixed
