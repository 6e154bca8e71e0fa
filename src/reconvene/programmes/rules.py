"""Small rules about programmes: dates, whether enough people are there, and the draw of a pilot's halves. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reconvene.groups.rules import SMALLEST, Half

SIGN_UP_DAYS = 10
"""Working days of a sign-up, unless L&D says otherwise."""
MOST_TOPICS = 3
"""Topics of a wave: with more of them, few people make no group on any."""
SECOND_AFTER = timedelta(weeks=12)
"""From the end of a pilot's sign-up until its later half begins at the latest: nobody waits for ever because one group dawdles."""
LONGEST = timedelta(days=3 * 366)
LARGEST_SEED = 999_999


@dataclass(frozen=True)
class Place:
    """What a pilot's draw gave to one person: their half, and the number of the group they were planned for; 0: none."""

    half: Half
    planned: int


def working_days_later(day: date, count: int) -> date:
    """The day that lies `count` working days, Monday to Friday, after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def draw(groups: Sequence[Sequence[str]], alone: Sequence[str], *, seed: int) -> dict[str, Place]:
    """Which half each person is in: whole groups by chance, and those who are in no group one by one. The same seed gives the same halves.

    `groups` and `alone` hold keys of people, each once. The halves differ by one group and one person at most; with an odd number, chance says
    which half is larger.
    """
    rng = random.Random(seed)  # noqa: S311  # a draw that must come out again, not a secret
    found: dict[str, Place] = {}
    for number, half in _halves(len(groups), rng).items():
        found |= {key: Place(half, number + 1) for key in groups[number]}
    for number, half in _halves(len(alone), rng).items():
        found[alone[number]] = Place(half, 0)
    return found


def _halves(count: int, rng: random.Random) -> Mapping[int, Half]:
    order = list(range(count))
    rng.shuffle(order)
    first = (count + rng.randrange(2)) // 2
    return {number: Half.FIRST if at < first else Half.LATER for at, number in enumerate(order)}


def makes_two_halves(people: int) -> bool:
    """Whether a draw leaves enough for a group in each half."""
    return people >= 2 * SMALLEST
