"""When one person is free: free times as bit masks. Pure; called by `dates`, forming and scheduling.

A grid is a row of possible starts at equal steps. In a mask, bit i stands for the i-th start of the grid, and is set when a whole
session that starts there suits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from math import ceil
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]

LUNCH_START, LUNCH_END = time(12), time(13)
MONDAY, MONDAY_FIRST_START = 0, time(10)
FRIDAY, FRIDAY_LAST_END = 4, time(15)
DAY = timedelta(days=1)


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
        return tuple([(int(starts.timestamp()), ceil(ends.timestamp())) for starts, ends in self.busy])


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
        return Window(self.first_day + first * DAY, self.last_day + last * DAY)


@lru_cache(maxsize=64)
def grid(window: Window, *, minutes: int, step: int = 30) -> tuple[datetime, ...]:
    """Starts, as UTC instants `step` minutes apart, of sessions that lie inside the window's days counted in UTC."""
    start = datetime.combine(window.first_day, time(), UTC)
    last = datetime.combine(window.last_day + DAY, time(), UTC) - timedelta(minutes=minutes)
    return tuple(start + timedelta(minutes=step * at) for at in range(int((last - start) / timedelta(minutes=step)) + 1))


@dataclass(frozen=True)
class Ruler:
    """Turns stretches of time into bits of one grid: of `count` starts from `origin` on, `step` apart; seconds since 1970."""

    origin: int
    step: int
    count: int

    @classmethod
    def along(cls, grid: Sequence[datetime]) -> "Ruler":
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
        stop = origin + step * last + length
        for begins, ends in spans:
            if ends <= origin or begins >= stop:
                continue  # of the other session's window, as a rule
            low, high = (begins - before) // step + 1, -((origin - ends) // step) - 1
            if low < 0:
                low = 0
            if high > last:
                high = last
            if low <= high and begins < ends:
                bits |= (2 << high) - (1 << low)
        return bits


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which clocks in `zone` show this day and time."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def working_mask(ruler: Ruler, zone_name: str, week: WorkingWeek, holidays: frozenset[date], minutes: int) -> int:
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
            last = instant(day, closes, zone) - length
            lunch = instant(day, LUNCH_END, zone) - length, instant(day, LUNCH_START, zone)
            mask |= ruler.between(instant(day, opens, zone), last) & ~ruler.between(*lunch)
        day += DAY
    return mask


def free_mask(diary: Diary, grid: Sequence[datetime], minutes: int) -> int:
    """The starts at which the person is free for a whole session of `minutes`. `grid` comes from `grid()`.

    A session lies inside the person's working hours, not on a holiday, ends by 15:00 on Fridays, starts at 10:00 or later on
    Mondays, and never covers the whole hour from 12:00 to 13:00; all in the person's own local time. A session may take a part of
    that hour; `find_dates` then ranks it lower.
    """
    ruler, length = Ruler.along(grid), minutes * 60
    return working_mask(ruler, diary.zone, diary.week, diary.holidays, minutes) & ~ruler.overlapping(diary.spans, length)
