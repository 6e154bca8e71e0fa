"""When a group can meet: free times as bit masks, and both session dates found in one act. Pure; called by forming and scheduling.

A grid is a row of possible starts at equal steps. In a mask, bit i stands for the i-th start of the grid, and is set when a whole
session that starts there suits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache, reduce
from math import ceil
from operator import and_
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]

LUNCH_START, LUNCH_END = time(12), time(13)
MONDAY, MONDAY_FIRST_START = 0, time(10)
FRIDAY, FRIDAY_LAST_END = 4, time(15)
MOVABLE = timedelta(hours=4)
"""Somebody may be asked to move something this long; what is longer is a journey or a holiday."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingWeek:
    """Days (0 is Monday) and local hours in which sessions may be proposed. Raises: ValueError unless start < end."""

    weekdays: frozenset[int] = frozenset(range(5))
    start: time = time(9)
    end: time = time(17)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("a working day must start before it ends")


@dataclass(frozen=True)
class Diary:
    """When one person cannot meet. `zone` is an IANA name, `busy` holds aware instants, `holidays` are dates in that zone."""

    key: str
    zone: str
    week: WorkingWeek = WorkingWeek()
    busy: tuple[Interval, ...] = ()
    holidays: frozenset[date] = frozenset()

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The busy intervals in whole seconds since 1970, rounded outwards: numbers are compared ten times as fast as moments."""
        return tuple((int(starts.timestamp()), int(ends.timestamp()) + bool(ends.microsecond)) for starts, ends in self.busy)


@dataclass(frozen=True)
class Window:
    """The days on which a session may be, both included. Raises: ValueError when the last lies before the first."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("a window must not end before it starts")

    def shifted(self, first: int, last: int) -> "Window":
        """The window with its ends moved by these numbers of days."""
        return Window(self.first_day + first * _DAY, self.last_day + last * _DAY)


@dataclass(frozen=True)
class Pair:
    """Two dates that suit everybody: local wall times in the group's zone (naive) with their instants (UTC).

    `days` lie between the local dates. `reasons` are codes: same_time | other_time, gap_ideal | gap_near, lunch_touched.
    """

    first_local: datetime
    first: datetime
    second_local: datetime
    second: datetime
    days: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """The cheapest change after which dates would fit: a code and its values.

    move_busy (person, starts: ISO instant; to be told to that person only), widen_window (days), without_person (person).
    """

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@lru_cache(maxsize=64)
def grid(window: Window, *, minutes: int, step: int = 30) -> tuple[datetime, ...]:
    """Starts, as UTC instants `step` minutes apart, of sessions that lie inside the window's days counted in UTC."""
    start = datetime.combine(window.first_day, time(), UTC)
    last = datetime.combine(window.last_day + _DAY, time(), UTC) - timedelta(minutes=minutes)
    return tuple(start + timedelta(minutes=step * at) for at in range(int((last - start) / timedelta(minutes=step)) + 1))


@dataclass(frozen=True)
class _Ruler:
    """Turns stretches of time into bits of one grid: of `count` starts from `origin` on, `step` apart; seconds since 1970."""

    origin: int
    step: int
    count: int

    @classmethod
    def along(cls, grid: Sequence[datetime]) -> "_Ruler":
        """The ruler of a grid."""
        origin = int(grid[0].timestamp()) if grid else 0
        return cls(origin, int(grid[1].timestamp()) - origin if len(grid) > 1 else 86_400, len(grid))

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """The first and the last start."""
        first, last = (datetime.fromtimestamp(self.origin + self.step * at, UTC) for at in (0, self.count - 1))
        return first, last

    def between(self, first: datetime, last: datetime) -> int:
        """Bits of the starts s with first <= s <= last."""
        low = max(0, -((self.origin - ceil(first.timestamp())) // self.step))
        high = min(self.count - 1, (int(last.timestamp()) - self.origin) // self.step)
        return (2 << high) - (1 << low) if high >= low else 0

    def overlapping(self, spans: Iterable[tuple[int, int]], length: int) -> int:
        """Bits of the starts of sessions of this length that overlap any of the spans; touching ends do not overlap. Seconds.

        Plain steps without calls, because this is where finding dates spends its time.
        """
        before, origin, step, last, bits = self.origin + length, self.origin, self.step, self.count - 1, 0
        for begins, ends in spans:
            low, high = (begins - before) // step + 1, -((origin - ends) // step) - 1
            if low < 0:
                low = 0
            if high > last:
                high = last
            if low <= high and begins < ends:
                bits |= (2 << high) - (1 << low)
        return bits


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _working_mask(ruler: _Ruler, zone_name: str, week: WorkingWeek, holidays: frozenset[date], minutes: int) -> int:
    """The mask by working hours, holidays and the house's manners alone: the same for everybody with the same ones."""
    if not ruler.count:
        return 0
    zone, length, mask = ZoneInfo(zone_name), timedelta(minutes=minutes), 0
    day, last_day = (moment.astimezone(zone).date() for moment in ruler.ends)
    while day <= last_day:
        weekday = day.weekday()
        if weekday in week.weekdays and day not in holidays:
            opens = max(week.start, MONDAY_FIRST_START) if weekday == MONDAY else week.start
            closes = min(week.end, FRIDAY_LAST_END) if weekday == FRIDAY else week.end
            last = _instant(day, closes, zone) - length
            lunch = _instant(day, LUNCH_END, zone) - length, _instant(day, LUNCH_START, zone)
            mask |= ruler.between(_instant(day, opens, zone), last) & ~ruler.between(*lunch)
        day += _DAY
    return mask


def free_mask(diary: Diary, grid: Sequence[datetime], minutes: int) -> int:
    """The starts at which the person is free for a whole session of `minutes`. `grid` comes from `grid()`.

    A session lies inside the person's working hours, not on a holiday, ends by 15:00 on Fridays, starts at 10:00 or later on
    Mondays, and never covers the whole hour from 12:00 to 13:00; all in the person's own local time. A session may take a part of
    that hour; `find_dates` then ranks it lower.
    """
    ruler, length = _Ruler.along(grid), minutes * 60
    return _working_mask(ruler, diary.zone, diary.week, diary.holidays, minutes) & ~ruler.overlapping(diary.spans, length)


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
            _Ruler.along(row).between(
                max(_instant(window.first_day, time(), zone), self.now.astimezone(UTC)),
                _instant(window.last_day + _DAY, time(), zone) - length,
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
        return any(day + days * _DAY in later for day in self.starts(first, first_mask) for days in self.days_apart())


def find_dates(
    diaries: Sequence[Diary],
    *,
    now: datetime,
    window: Window,
    minutes: int = 90,
    gap: tuple[int, int] = (25, 35),
    ideal: int = 28,
    zone: str,
) -> tuple[Pair, ...]:
    """Both dates for a group, best first: one pair for each possible first start; empty when nothing suits all.

    The first session lies in the window, not before `now`; the reconvene `gap` days later (both ends included). Days and wall
    times are those of `zone`. Preferred, in this order: the same wall time for both, no lunch touched, then an early first
    session with a gap near the ideal (a day off the ideal counts as much as half a day of waiting).
    """
    if not diaries:
        return ()
    sought = _Search(now, window, minutes, gap, ideal, zone)
    masks = [sought.masks(diary) for diary in diaries]
    first_row, second_row = sought.grids
    later = sought.starts(second_row, reduce(and_, (mask[1] for mask in masks)))
    earlier = sought.starts(first_row, reduce(and_, (mask[0] for mask in masks)))
    zones = {diary.zone for diary in diaries}
    pairs = [
        pair
        for day, times in earlier.items()
        for at, first in times.items()
        if (pair := _best_pair(sought, datetime.combine(day, at), first, later, zones)) is not None
    ]
    return tuple(sorted(pairs, key=lambda pair: _rank(pair, window, ideal)))


def find_starts(
    diaries: Sequence[Diary], *, now: datetime, window: Window, minutes: int = 90, zone: str, like: time | None = None
) -> tuple[tuple[datetime, datetime], ...]:
    """Starts of one session that suit everybody, best first, as (wall time in `zone`, instant); empty when nothing suits all.

    They lie in the window, not before `now`. Preferred, in this order: the wall time `like`, no lunch touched, early.
    """
    if not diaries:
        return ()
    sought = _Search(now, window, minutes, (0, 0), 0, zone)
    row, _ = sought.grids
    shared = reduce(and_, (sought.masks(diary)[0] for diary in diaries))
    zones = {diary.zone for diary in diaries}
    found = [(datetime.combine(day, at), start) for day, times in sought.starts(row, shared).items() for at, start in times.items()]

    def rank(one: tuple[datetime, datetime]) -> tuple[bool, bool, datetime]:
        local, start = one
        return like is not None and local.time() != like, any(_takes_lunch(start, minutes, ZoneInfo(other)) for other in zones), start

    return tuple(sorted(found, key=rank))


def _best_pair(
    sought: _Search, local: datetime, first: datetime, later: Mapping[date, Mapping[time, datetime]], zones: set[str]
) -> Pair | None:
    """The reconvene for this first session: at the same wall time on the day nearest the ideal, else as near in time as possible."""
    reached = [(days, later[local.date() + days * _DAY]) for days in sought.days_apart() if local.date() + days * _DAY in later]
    if not reached:
        return None
    days, times = next(((days, times) for days, times in reached if local.time() in times), reached[0])
    at = min(times, key=lambda one: (abs(_minute(one) - _minute(local.time())), one))
    lunch = any(_takes_lunch(start, sought.minutes, ZoneInfo(zone)) for start in (first, times[at]) for zone in zones)
    reasons = (
        "same_time" if at == local.time() else "other_time",
        "gap_ideal" if days == sought.ideal else "gap_near",
        *(("lunch_touched",) if lunch else ()),
    )
    second_local = datetime.combine(local.date() + days * _DAY, at)
    return Pair(local, first, second_local, times[at], days, reasons)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _takes_lunch(start: datetime, minutes: int, zone: ZoneInfo) -> bool:
    begins = start.astimezone(zone)
    ends = (start + timedelta(minutes=minutes)).astimezone(zone)
    return begins.time() < LUNCH_END and ends.time() > LUNCH_START and begins.date() == ends.date()


def _rank(pair: Pair, window: Window, ideal: int) -> tuple[bool, bool, float, datetime]:
    waited = (pair.first_local.date() - window.first_day).days
    return (
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
        ruler = _Ruler.along(row)
        wanted = _working_mask(ruler, diary.zone, diary.week, diary.holidays, sought.minutes) & bounds & shared
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
