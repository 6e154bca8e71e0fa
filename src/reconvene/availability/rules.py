"""When a calendar is read or written into again, what can go wrong with it, and the half days of the grid. Pure; used by actions and pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reconvene.availability.busy import Interval
from reconvene.base.translation import gettext_noop as _  # the words of constants are only marked

AHEAD = timedelta(days=60)
"""How far ahead calendars are read: three weeks until the first session, five to the reconvene, and a few days."""
EVERY = timedelta(hours=1)
FRESH = timedelta(minutes=10)
"""What was read within this time need not be read again before dates are sought."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)
NOON = time(13)
"""Where the morning of the grid ends: lunch belongs to it."""
MOST_CONNECTIONS = 5
GRID_WEEKS = 9

REFUSED = "refused"
LOST = "lost"
PARTLY = "partly"
LAST_WORD = timedelta(seconds=45)
"""How long a calendar that was disconnected, or whose owner left, is kept so that our events can be taken out of it."""
STOPS = frozenset({REFUSED, LOST})
"""Problems that only the calendar's owner can mend; trying again would only annoy the other server."""
PROBLEMS = {
    REFUSED: _("The calendar no longer lets us in. Disconnect it and connect it again."),
    LOST: _("What you gave us can no longer be opened here. Disconnect it and connect it again."),
    "not_found": _("There is no calendar at this address. If it stays so, disconnect it and connect it with the right address."),
    "away": _("The calendar’s server did not answer properly. We try again by ourselves."),
    "slow": _("The calendar’s server took longer than ten seconds. We try again by ourselves."),
    "not_calendar": _(
        "What came from this address is no calendar; often it is a page that asks to sign in. Take the private address that ends in .ics."
    ),
    "too_large": _("The calendar is larger than 5 MB. Connect one with less in it, or use the half days below."),
    "too_many": _("The calendar holds more than we can read. Connect one with less in it, or use the half days below."),
    "forbidden": _("This address is not open to us: only https addresses on the internet are, and those your administrator allows."),
    PARTLY: _(
        "Some entries of this calendar could not be read, so you may be busy at times that we do not know. The half days below always count."
    ),
}
"""Every code of `registry.Unreadable` from reading, with what the calendar's owner is told."""
PLACE_PROBLEMS = PROBLEMS | {
    "too_large": _("The calendar is larger than 5 MB. Connect one that holds only what this place is booked for."),
    "too_many": _("The calendar holds more than we can read. Connect one that holds only what this place is booked for."),
    PARTLY: _("Some entries of this calendar could not be read, so the place may be taken at times that we do not know."),
}
"""The same for a place, which has no half days."""
CHANGED = "changed"
WRITE_PROBLEMS = {
    REFUSED: _("The calendar does not let us write into it. Your sessions come by mail again."),
    LOST: _("What you gave us can no longer be opened here, so nothing is written. Your sessions come by mail again."),
    "not_found": _("There is no calendar at this address into which we could write. Your sessions come by mail again."),
    CHANGED: _("Something else keeps changing our event in this calendar, so we leave it alone. Your sessions come by mail again."),
    "forbidden": _("This address is not open to us for writing. Your sessions come by mail again."),
    "unreachable": _("The calendar’s server did not take our event for too long. Your sessions come by mail again."),
}
"""Why writing into a calendar was given up, with what its owner is told."""
PATIENCE = timedelta(days=1)
"""How long a server may fail to take an event before the mail takes over."""


def write_problem(code: str, *, failing_for: timedelta, patience: timedelta) -> str:
    """The code of WRITE_PROBLEMS for which writing is given up after a failure of this `code`; empty when it is tried again."""
    if code in WRITE_PROBLEMS:
        return code
    return "unreachable" if failing_for >= patience else ""


def wait_after(failures: int, *, spread: float) -> timedelta:
    """How long to wait before the next reading. `failures` in a row: 0 means it went well, then EVERY; else five minutes, doubled each
    time, a day at most. `spread` from 0 to 1 lengthens it by up to a fifth, so that not all are read at once."""
    usual = min(LONGEST_WAIT / 1.2, FIRST_WAIT * 2 ** min(failures - 1, 12)) if failures else EVERY
    return usual * (1 + spread / 5)


@dataclass(frozen=True)
class HalfDay:
    """One box of the grid: the morning or afternoon of a local day."""

    day: date
    is_morning: bool

    @property
    def key(self) -> str:
        """How forms name it: 2026-03-02-am."""
        return f"{self.day.isoformat()}-{'am' if self.is_morning else 'pm'}"

    def interval(self, zone: str) -> Interval:
        """From when to when it lasts, as instants in UTC."""
        local, midnight = ZoneInfo(zone), datetime.combine(self.day + timedelta(days=1), time())
        starts = datetime.combine(self.day, time() if self.is_morning else NOON)
        ends = datetime.combine(self.day, NOON) if self.is_morning else midnight
        return starts.replace(tzinfo=local).astimezone(UTC), ends.replace(tzinfo=local).astimezone(UTC)


def half_days(today: date, *, weekdays: Iterable[int]) -> Iterator[tuple[date, tuple[date, ...]]]:
    """For each week of the grid its Monday and those of its days that are worked on and not past."""
    worked, monday = set(weekdays), today - timedelta(days=today.weekday())
    for week in range(GRID_WEEKS):
        first = monday + timedelta(weeks=week)
        days = tuple(day for at in range(7) if (day := first + timedelta(days=at)) >= today and day.weekday() in worked)
        if days:
            yield first, days


def half_day_of(interval: Interval, zone: str) -> HalfDay:
    """The half day in whose middle the interval lies."""
    middle = (interval[0] + (interval[1] - interval[0]) / 2).astimezone(ZoneInfo(zone))
    return HalfDay(middle.date(), middle.time() < NOON)
