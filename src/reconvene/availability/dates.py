"""When a group can meet: both session dates found in one act, or one of them anew, and what would make them possible. Pure; called by forming
and scheduling.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, reduce
from operator import and_
from zoneinfo import ZoneInfo

from reconvene.availability.fairness import worst_zones
from reconvene.availability.slots import DAY, LUNCH_END, LUNCH_START, Diary, Interval, Ruler, Window, free_mask, grid, instant, working_mask

MOVABLE = timedelta(hours=4)
"""Somebody may be asked to move something this long; what is longer is a journey or a holiday."""


@dataclass(frozen=True)
class Pair:
    """Two dates that suit everybody: local wall times in the group's zone (naive) with their instants (UTC).

    `days` lie between the local dates. `reasons` are codes: same_time | other_time, gap_ideal | gap_near, lunch_touched, and in a group of several
    zones hours_turn (somebody else has the worst hour than last time) | hours_stay (there was no other choice, `repeats` times of two).
    """

    first_local: datetime
    first: datetime
    second_local: datetime
    second: datetime
    days: int
    reasons: tuple[str, ...]
    repeats: int = 0


@dataclass(frozen=True)
class Change:
    """The cheapest change after which dates would fit: a code and its values.

    move_busy (person, starts: ISO instant; to be told to that person only), widen_window (days), without_person (person).
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


def local_later(local: datetime, zone: str, *, days: int) -> tuple[datetime, datetime]:
    """The same wall time some days later, and its instant in UTC.

    A wall time that does not exist that day (a gap) is read with the offset before the gap; one that exists twice (an overlap)
    means the first. Source: RFC 5545, 3.3.5. The wall time is what should be stored, the instant is computed late.

    Raises: ValueError when `local` is aware.
    """
    if local.tzinfo is not None:
        raise ValueError("a wall time has no zone of its own")
    later = local + timedelta(days=days)  # which forgets the fold, and so means the first of two
    return later, later.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_between_the_years(day: date) -> bool:
    """Whether it is a day from 24 December to 1 January, on which calendars are empty because nobody is there."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


@dataclass(frozen=True)
class _Search:
    """What is looked for, in the group's reference zone."""

    now: datetime
    window: Window
    minutes: int
    gap: tuple[int, int]
    ideal: int
    zone: str

    @cached_property
    def grids(self) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
        """Starts for the first session and for the reconvene; a day more at each end, because the days are local."""
        second = self.window.shifted(*self.gap)
        return grid(self.window.shifted(-1, 1), minutes=self.minutes), grid(second.shifted(-1, 1), minutes=self.minutes)

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """Of each grid the bits of the starts in the window's local days, and not in the past."""
        zone, length = ZoneInfo(self.zone), timedelta(minutes=self.minutes)
        windows = (self.window, self.window.shifted(*self.gap))
        first, second = (
            Ruler.along(row).between(
                max(instant(window.first_day, time(), zone), self.now.astimezone(UTC)),
                instant(window.last_day + DAY, time(), zone) - length,
            )
            for row, window in zip(self.grids, windows, strict=True)
        )
        return first, second

    def masks(self, diary: Diary) -> tuple[int, int]:
        """The person's free starts in both windows."""
        first, second = (free_mask(diary, row, self.minutes) & bits for row, bits in zip(self.grids, self.bounds, strict=True))
        return first, second

    def starts(self, row: Sequence[datetime], mask: int) -> dict[date, dict[time, datetime]]:
        """The starts in the mask by local date and local time; of a time that exists twice, the first."""
        zone = ZoneInfo(self.zone)
        found: dict[date, dict[time, datetime]] = {}
        while mask:
            start = row[(mask & -mask).bit_length() - 1]
            local = start.astimezone(zone)
            found.setdefault(local.date(), {}).setdefault(local.time(), start)
            mask &= mask - 1
        return found

    def days_apart(self) -> list[int]:
        """Allowed days between the sessions, the ideal first."""
        return sorted(range(self.gap[0], self.gap[1] + 1), key=lambda days: (abs(days - self.ideal), days))

    def possible(self, first_mask: int, second_mask: int) -> bool:
        """Whether any two starts in these masks lie the right number of days apart."""
        if not (first_mask and second_mask):
            return False
        first, second = self.grids
        later = self.starts(second, second_mask)
        return any(day + days * DAY in later for day in self.starts(first, first_mask) for days in self.days_apart())


def find_dates(
    diaries: Sequence[Diary],
    *,
    now: datetime,
    window: Window,
    minutes: int = 90,
    gap: tuple[int, int] = (25, 35),
    ideal: int = 28,
    zone: str,
    spared: Collection[str] = (),
) -> tuple[Pair, ...]:
    """Both dates for a group, best first: one pair for each possible first start; empty when nothing suits all.

    The first session lies in the window, not before `now`; the reconvene `gap` days later (both ends included). Days and wall
    times are those of `zone`. Preferred, in this order: nobody has the worst hour twice in a row (`spared` are the keys of those who had it
    last time), not between the years, the same wall time for both, no lunch touched, then an early first session with a gap near the ideal (a day off the
    ideal counts as much as half a day of waiting).
    """
    if not diaries:
        return ()
    sought = _Search(now, window, minutes, gap, ideal, zone)
    masks = [sought.masks(diary) for diary in diaries]
    first_row, second_row = sought.grids
    later = sought.starts(second_row, reduce(and_, (mask[1] for mask in masks)))
    earlier = sought.starts(first_row, reduce(and_, (mask[0] for mask in masks)))
    turn = _Turn.of(diaries, minutes=minutes, spared=spared)
    pairs = [
        pair
        for day, times in earlier.items()
        for at, first in times.items()
        if (pair := _best_pair(sought, datetime.combine(day, at), first, later, turn)) is not None
    ]
    return tuple(sorted(pairs, key=lambda pair: _rank(pair, window, ideal)))


def find_starts(
    diaries: Sequence[Diary],
    *,
    now: datetime,
    window: Window,
    minutes: int = 90,
    zone: str,
    like: time | None = None,
    spared: Collection[str] = (),
) -> tuple[tuple[datetime, datetime], ...]:
    """Starts of one session that suit everybody, best first, as (wall time in `zone`, instant); empty when nothing suits all.

    They lie in the window, not before `now`. Preferred, in this order: another worst off than those who are `spared` (keys of who had the worst
    hour last time), not between the years, the wall time `like`, no lunch touched, early.
    """
    if not diaries:
        return ()
    sought = _Search(now, window, minutes, (0, 0), 0, zone)
    row, _ = sought.grids
    shared = reduce(and_, (sought.masks(diary)[0] for diary in diaries))
    turn = _Turn.of(diaries, minutes=minutes, spared=spared)
    found = [(datetime.combine(day, at), start) for day, times in sought.starts(row, shared).items() for at, start in times.items()]

    def rank(one: tuple[datetime, datetime]) -> tuple[bool, bool, bool, bool, datetime]:
        local, start = one
        return turn.repeats(start), is_between_the_years(local), like is not None and local.time() != like, turn.takes_lunch(start), start

    return tuple(sorted(found, key=rank))


@dataclass(frozen=True)
class _Turn:
    """The zones of a group, and in which of them people had the worst hour last time."""

    zones: frozenset[str]
    minutes: int
    bore: frozenset[str]

    @classmethod
    def of(cls, diaries: Sequence[Diary], *, minutes: int, spared: Collection[str]) -> "_Turn":
        """Before the first session; `spared` are keys of people."""
        bore = frozenset(diary.zone for diary in diaries if diary.key in spared)
        return cls(frozenset(diary.zone for diary in diaries), minutes, bore)

    def after(self, start: datetime) -> "_Turn":
        """After a session at this instant."""
        return replace(self, bore=worst_zones(start, self.minutes, self.zones)) if len(self.zones) > 1 else self

    def repeats(self, start: datetime) -> bool:
        """Whether somebody who had the worst hour last time would have it again."""
        return bool(self.bore) and not self.bore.isdisjoint(worst_zones(start, self.minutes, self.zones))

    def takes_lunch(self, start: datetime) -> bool:
        """Whether it takes a part of anybody's lunch."""
        return any(_takes_lunch(start, self.minutes, ZoneInfo(zone)) for zone in self.zones)


def _best_pair(
    sought: _Search, local: datetime, first: datetime, later: Mapping[date, Mapping[time, datetime]], turn: _Turn
) -> Pair | None:
    """The reconvene for this first session: by turns, if it can be; at the same wall time on the day nearest the ideal, else as near in time as
    possible."""
    reached = [(days, later[local.date() + days * DAY]) for days in sought.days_apart() if local.date() + days * DAY in later]
    if not reached:
        return None
    then = turn.after(first)
    if then.bore:
        by_turns = [(days, {at: start for at, start in times.items() if not then.repeats(start)}) for days, times in reached]
        reached = [(days, times) for days, times in by_turns if times] or reached
    reached = [one for one in reached if not is_between_the_years(local + one[0] * DAY)] or reached
    days, times = next(((days, times) for days, times in reached if local.time() in times), reached[0])
    at = min(times, key=lambda one: (abs(_minute(one) - _minute(local.time())), one))
    second, repeats = times[at], turn.repeats(first) + then.repeats(times[at])
    reasons = (
        "same_time" if at == local.time() else "other_time",
        "gap_ideal" if days == sought.ideal else "gap_near",
        *(("lunch_touched",) if turn.takes_lunch(first) or turn.takes_lunch(second) else ()),
        *(("hours_stay",) if repeats else ("hours_turn",) if turn.bore or then.bore else ()),
    )
    return Pair(local, first, datetime.combine(local.date() + days * DAY, at), second, days, reasons, repeats)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _takes_lunch(start: datetime, minutes: int, zone: ZoneInfo) -> bool:
    begins = start.astimezone(zone)
    ends = (start + timedelta(minutes=minutes)).astimezone(zone)
    return begins.time() < LUNCH_END and ends.time() > LUNCH_START and begins.date() == ends.date()


def _rank(pair: Pair, window: Window, ideal: int) -> tuple[int, int, bool, bool, float, datetime]:
    waited = (pair.first_local.date() - window.first_day).days
    return (
        pair.repeats,
        is_between_the_years(pair.first_local) + is_between_the_years(pair.second_local),
        "other_time" in pair.reasons,
        "lunch_touched" in pair.reasons,
        waited + abs(pair.days - ideal) / 2,
        pair.first,
    )


def cheapest_change(
    diaries: Sequence[Diary],
    *,
    now: datetime,
    window: Window,
    minutes: int = 90,
    gap: tuple[int, int] = (25, 35),
    ideal: int = 28,
    zone: str,
    fewest: int = 3,
) -> Change | None:
    """What would make dates possible, for a group for which `find_dates` found none: the first that works of
    one person moving one thing (the shortest, and none longer than MOVABLE), a window longer by one or two weeks, one person fewer (if `fewest` remain).

    None when none of these would do, and when no change is needed.
    """
    sought = _Search(now, window, minutes, gap, ideal, zone)
    masks = [sought.masks(diary) for diary in diaries]
    if not diaries or sought.possible(*_shared(masks)):
        return None
    movable = [
        (ends - starts, starts, diary.key)
        for at, diary in enumerate(diaries)
        for starts, ends in _blocking_intervals(sought, diary, _shared(masks[:at] + masks[at + 1 :]))
    ]
    if movable:
        _, starts, key = min(movable)
        return Change("move_busy", {"person": key, "starts": starts.astimezone(UTC).isoformat()})
    for days in (7, 14):
        wider = _Search(now, window.shifted(0, days), minutes, gap, ideal, zone)
        if wider.possible(*_shared([wider.masks(diary) for diary in diaries])):
            return Change("widen_window", {"days": days})
    for at, diary in enumerate(diaries):
        if len(diaries) > fewest and sought.possible(*_shared(masks[:at] + masks[at + 1 :])):
            return Change("without_person", {"person": diary.key})
    return None


def _shared(masks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Bits set in all; with nobody, every bit."""
    return reduce(and_, (mask[0] for mask in masks), -1), reduce(and_, (mask[1] for mask in masks), -1)


def _blocking_intervals(sought: _Search, diary: Diary, others: tuple[int, int]) -> Iterator[Interval]:
    """The busy intervals, each short enough to move, without any one of which this person would have dates with the others."""
    if not all(others) or not diary.busy:
        return
    length = sought.minutes * 60
    sides = []
    for row, bounds, shared in zip(sought.grids, sought.bounds, others, strict=True):
        ruler = Ruler.along(row)
        wanted = working_mask(ruler, diary.zone, diary.week, diary.holidays, sought.minutes) & bounds & shared
        sides.append(_free_and_opened(wanted, [ruler.overlapping((span,), length) for span in diary.spans]))
    (free1, opened1), (free2, opened2) = sides
    for interval, bits1, bits2 in zip(diary.busy, opened1, opened2, strict=True):
        if (bits1 or bits2) and interval[1] - interval[0] <= MOVABLE and sought.possible(free1 | bits1, free2 | bits2):
            yield interval


def _free_and_opened(wanted: int, blocked: Sequence[int]) -> tuple[int, list[int]]:
    """Of the wanted bits, those that nothing blocks, and for each blocker those that it alone blocks."""
    free, single = wanted, 0
    for bits in blocked:
        single = (single & ~bits) | (bits & free)
        free &= ~bits
    return free, [bits & single for bits in blocked]
