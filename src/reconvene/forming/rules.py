"""Small rules about proposals. Pure."""

import hmac
from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.instance import Weights
from reconvene.matching.objective import Parts

TO_PREPARE = timedelta(hours=12)  # between the end of answering and the first session
FIRST_ROUND = timedelta(hours=48)
NEXT_ROUND = timedelta(hours=24)
"""Working hours people have to answer: Saturdays and Sundays do not count."""
MOST_ROUNDS = 3
ENOUGH_OF_FOUR, ENOUGH = 3, 4
FEWEST = 3
PATIENCE = {5: timedelta(), 4: timedelta(days=1), 3: timedelta(days=1)}
"""How long somebody must have waited before a group of this size is proposed: five or six at once, fewer only when no more come within a day. With
ten challenges a day a second day for three cost everybody a day and gained a thirtieth of a person at the table (docs/matching.md, "Now or later").
"""
SAME_TOPIC_AT_LEAST = 0.5
"""Two challenges with the same confirmed topic are at least this similar, whatever their words."""
JOIN_FOR = timedelta(hours=3)
"""How long after its start a group that was called on the spot may still be joined."""
NAMES_FOR = timedelta(minutes=30)
"""How long the workbench shows names before they have to be asked for again."""
KEPT_APART = 25
"""One pair in so many is kept apart by chance on the workbench, so that a refused move never proves that somebody wished not to sit with somebody."""
FIT_STEP = 5
ALIKE = (0.3, 0.5, 0.6, 0.75)
"""From which mean similarity on the challenges of a group are 2, 3, 4 and 5 of 5 alike. From 0.5 on they are on one topic."""


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


def working_hours_earlier(moment: datetime, length: timedelta, *, zone: str) -> datetime:
    """The last moment from which `working_hours_later` comes no later than `moment`. Keeps the zone of `moment`."""
    place = ZoneInfo(zone)
    left, here = length, moment.astimezone(place)
    while True:
        midnight = (here - timedelta.resolution).replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight.weekday() >= 5:
            here = midnight
            continue
        today = here - midnight
        if left <= today:
            return (here - left).astimezone(moment.tzinfo)
        left, here = left - today, midnight


def earliest_day(now: datetime, *, answering: timedelta, zone: str) -> date:
    """The first day, on the clock of `zone`, on which a session may be proposed: the working hours for answering are over by then,
    and everyone has a day to prepare."""
    return working_hours_later(now, answering, zone=zone).astimezone(ZoneInfo(zone)).date() + timedelta(days=1)


def is_large_enough(size: int, *, waited: timedelta, in_a_hurry: bool) -> bool:
    """Whether a group of `size` (3 to 6) is proposed now, when one of them has waited for `waited`; a day less when someone is in a hurry."""
    return waited + timedelta(days=in_a_hurry) >= PATIENCE[min(size, max(PATIENCE))]


def kept_apart_by_chance(one: str, other: str, *, key: bytes) -> bool:
    """Whether chance keeps two people apart on the workbench: always the same answer for the same two, in either order, and with the same key."""
    digest = hmac.digest(key, ":".join(sorted((one, other))).encode(), "sha256")
    return int.from_bytes(digest[:8], "big") % KEPT_APART == 0


def fit(parts: Parts, weights: Weights) -> int:
    """How well a group fits, 0 to 100 in steps of FIT_STEP, by what L&D may see of it: how alike the challenges are, levels and functions.

    The other terms are left out, because a number that changes with one seat would tell who has handled the challenge before, who sat with whom, and
    who has waited for how long.
    """
    seen = ("similarity", "responsibility", "functions")
    whole = sum(getattr(weights, name) for name in seen)
    share = sum(getattr(weights, name) * getattr(parts, name) for name in seen) / whole if whole else 0.0
    return FIT_STEP * round(100 * share / FIT_STEP)


def alike(similarity: float) -> int:
    """How alike the challenges of a group are, 1 to 5, from their mean similarity 0..1."""
    return 1 + sum(similarity >= step for step in ALIKE)


def out_of_five(share: float) -> int:
    """A share 0..1 in steps, 0 to 5."""
    return round(5 * share)


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
