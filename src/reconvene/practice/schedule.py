"""On which days of the four weeks something happens: working days, within the caps of `notices.rules`. Pure.

The day plan is 7 check-in, 10 buddy, 14 half-way, 21 second check-in, 25 report, 27 "tomorrow"; every day has some room to move, and the
nearest set of days that keeps the caps is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from reconvene.notices.rules import SATURDAY, keeps_caps
from reconvene.practice.rules import SECOND_FROM
from reconvene.scheduling.rules import working_day_before

PLAN_COPY, OCCASION = "plan_copy", "occasion"
CHECK_IN, BUDDY, HALF_WAY, SECOND, REPORT, TOMORROW = "check_in", "buddy", "half_way", "second_check_in", "report", "session_tomorrow"
FROM_THE_START = ((CHECK_IN, 7, 6, 9), (BUDDY, 10, 9, 13), (HALF_WAY, 14, 13, 17))
FROM_THE_END = ((SECOND, 7, 6, 11), (REPORT, 3, 2, 6))
CALL_DAYS = 4  # days in which the call with the buddy may happen, from the buddy message on


@dataclass(frozen=True)
class Step:
    """One thing of the four weeks and its day."""

    key: str
    on: date


def is_working(day: date, *, holidays: frozenset[date] = frozenset()) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def working_day(day: date, *, holidays: frozenset[date] = frozenset()) -> date:
    """`day` itself when people work on it, else the next day on which they do."""
    while not is_working(day, holidays=holidays):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=1024)  # hundreds of sets of days are tried, and every page of the four weeks asks
def dates_of(first: date, reconvene: date, *, holidays: frozenset[date] = frozenset()) -> tuple[Step, ...]:
    """The steps between the local days of both sessions, in order. Needs at least three weeks between them.

    When holidays leave no set of days that keeps the caps, the buddy message goes first, then the second check-in, then half-way.
    """
    tomorrow = Step(TOMORROW, working_day_before(reconvene))
    for left_out in ((), (BUDDY,), (BUDDY, SECOND), (BUDDY, SECOND, HALF_WAY)):
        wishes = {key: days for key, days in _wishes(first, reconvene, holidays=holidays).items() if key not in left_out}
        fitting = [days for days in product(*wishes.values()) if list(days) == sorted(days) and keeps_caps([*days, tomorrow.on])]
        if fitting:
            ideal = dict(_ideal_days(first, reconvene))
            best = min(fitting, key=lambda days: (sum(abs((day - ideal[key]).days) for key, day in zip(wishes, days, strict=True)), days))
            return (*(Step(key, day) for key, day in zip(wishes, best, strict=True)), tomorrow)
    return (tomorrow,)


def fits(day: date, steps: tuple[Step, ...]) -> bool:
    """Whether one more message on `day` keeps the caps beside the steps."""
    return keeps_caps([*(step.on for step in steps), day])


def day_number(day: date, *, first: date) -> int:
    """Which day of the practice it is; the first session's own day is 0."""
    return (day - first).days


def _ideal_days(first: date, reconvene: date) -> Iterator[tuple[str, date]]:
    for key, ideal, _earliest, _latest in FROM_THE_START:
        yield key, first + timedelta(days=ideal)
    for key, ideal, _latest, _earliest in FROM_THE_END:
        yield key, reconvene - timedelta(days=ideal)


def _wishes(first: date, reconvene: date, *, holidays: frozenset[date]) -> dict[str, list[date]]:
    ranges = {key: (first + timedelta(days=early), first + timedelta(days=late)) for key, _ideal, early, late in FROM_THE_START}
    ranges |= {key: (reconvene - timedelta(days=early), reconvene - timedelta(days=late)) for key, _ideal, late, early in FROM_THE_END}
    ranges[SECOND] = (max(ranges[SECOND][0], first + timedelta(days=SECOND_FROM)), ranges[SECOND][1])
    return {
        key: [day for day in (since + timedelta(days=n) for n in range((until - since).days + 1)) if is_working(day, holidays=holidays)]
        for key, (since, until) in ranges.items()
    }
