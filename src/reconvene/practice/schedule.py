"""On which days of the four weeks something happens: days on which the person works, within the caps of `notices.rules`. Pure.

The day plan is 1 copy of the plan, the chosen occasion, 7 check-in, 10 buddy, 14 half-way, 21 second check-in, 25 report, 27 "tomorrow".
Every day but the occasion's has some room to move; what still does not fit is left out, what is worth least first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from reconvene.notices.rules import HOURS, SATURDAY, keeps_caps
from reconvene.practice.rules import SECOND_FROM
from reconvene.scheduling.rules import working_day_before

PLAN_COPY, OCCASION = "plan_copy", "occasion"
CHECK_IN, BUDDY, HALF_WAY, SECOND, REPORT, TOMORROW = "check_in", "buddy", "half_way", "second_check_in", "report", "session_tomorrow"
FROM_THE_START = ((PLAN_COPY, 1, 1, 4), (CHECK_IN, 7, 6, 9), (BUDDY, 10, 9, 13), (HALF_WAY, 14, 13, 17))  # ideal, earliest, latest
FROM_THE_END = ((SECOND, 7, 11, 6), (REPORT, 3, 6, 2))
BY_WORTH = (REPORT, CHECK_IN, HALF_WAY, SECOND, BUDDY, OCCASION, PLAN_COPY)
CALL_DAYS = 4  # days in which the call with the buddy may happen, from the buddy message on
MONDAY_TO_FRIDAY = frozenset(range(SATURDAY))


@dataclass(frozen=True)
class Step:
    """One thing of the four weeks and its day."""

    key: str
    on: date


@dataclass(frozen=True)
class WorkingDays:
    """The days on which one person works and may be written to: some of Monday (0) to Friday, and no public holidays."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day.weekday() in self.weekdays & MONDAY_TO_FRIDAY and day not in self.holidays


@dataclass(frozen=True)
class Wishes:
    """What one person's four weeks have to go by: their working days, the day they chose, and whether they want a copy of the plan."""

    days: WorkingDays = WorkingDays()
    occasion: date | None = None
    wants_copy: bool = False


@lru_cache(maxsize=1024)
def dates_of(
    first: date, reconvene: date, wishes: Wishes = Wishes(), *, sent: tuple[Step, ...] = (), after: date | None = None
) -> tuple[Step, ...]:
    """The steps between the local days of both sessions, in order; the line before the reconvene is always one of them.

    When the date of the reconvene moved, `sent` holds what has been sent already, which is neither repeated nor forgotten by the caps,
    and everything else is later than `after`.
    """
    ranges = {key: days for key, days in _ranges(first, reconvene, wishes).items() if key not in {step.key for step in sent}}
    if after is not None:
        ranges = {key: [day for day in days if day > after] for key, days in ranges.items()}
    tomorrow = Step(TOMORROW, working_day_before(reconvene, weekdays=wishes.days.weekdays, holidays=wishes.days.holidays))
    taken = [tomorrow.on, *(step.on for step in sent if step.on != tomorrow.on)]
    kept: dict[str, list[date]] = {}
    for key in BY_WORTH:
        more = {known: days for known, days in ranges.items() if known in kept or known == key}
        if key in ranges and next(_arrangements(more, taken), None) is not None:
            kept = more
    ideal = {key: first + timedelta(days=number) for key, number, _earliest, _latest in FROM_THE_START}
    ideal |= {key: reconvene - timedelta(days=number) for key, number, _earliest, _latest in FROM_THE_END}

    def cost(steps: tuple[Step, ...]) -> tuple[int, list[date]]:
        return sum(abs((step.on - ideal.get(step.key, step.on)).days) for step in steps), [step.on for step in steps]

    best = min(_arrangements(kept, taken), key=cost)
    return tuple(sorted((*best, tomorrow), key=lambda step: step.on))


def fits(day: date, taken: Iterable[date]) -> bool:
    """Whether one more message on `day` keeps the caps beside those of the days `taken`."""
    return keeps_caps([*taken, day])


def day_number(day: date, *, first: date) -> int:
    """Which day of the practice it is; the first session's own day is 0."""
    return (day - first).days


def sending_hour(wished: int, *, opens: time, closes: time) -> int:
    """The hour a person wished for when it lies in their working hours, else the first full hour of these; never after HOURS."""
    first = opens.hour + bool(opens.minute)
    return min(wished if first <= wished < closes.hour else first, HOURS[-1])


def day_off_after(day: date, *, days: WorkingDays, within: int) -> date | None:
    """The first weekday of the next `within` days on which the person does not work. (At weekends nobody is written to anyway.)"""
    later = (day + timedelta(days=number) for number in range(1, within + 1))
    return next((one for one in later if one.weekday() < SATURDAY and one not in days), None)


def _ranges(first: date, reconvene: date, wishes: Wishes) -> Mapping[str, list[date]]:
    """On which days each step may be; in the order of the steps, the occasion last because it may be anywhere."""
    spans = {key: (first + timedelta(days=early), first + timedelta(days=late)) for key, _ideal, early, late in FROM_THE_START}
    spans |= {key: (reconvene - timedelta(days=early), reconvene - timedelta(days=late)) for key, _ideal, early, late in FROM_THE_END}
    spans[SECOND] = (max(spans[SECOND][0], first + timedelta(days=SECOND_FROM)), spans[SECOND][1])
    if not wishes.wants_copy:
        del spans[PLAN_COPY]
    if wishes.occasion is not None and first < wishes.occasion < reconvene:
        spans[OCCASION] = (wishes.occasion, wishes.occasion)
    return {
        key: [day for day in (since + timedelta(days=n) for n in range((until - since).days + 1)) if day in wishes.days]
        for key, (since, until) in spans.items()
    }


def _arrangements(ranges: Mapping[str, Sequence[date]], taken: list[date], chosen: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every way to give each step a day so that all keep the caps and, but for the occasion, their order."""
    if len(chosen) == len(ranges):
        yield chosen
        return
    key = list(ranges)[len(chosen)]
    for day in ranges[key]:
        in_order = key == OCCASION or not chosen or chosen[-1].on < day
        if in_order and fits(day, taken):
            yield from _arrangements(ranges, [*taken, day], (*chosen, Step(key, day)))
