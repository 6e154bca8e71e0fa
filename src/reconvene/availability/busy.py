"""Busy intervals out of an iCalendar file written by anybody's program. Nothing else is kept: no titles, places or people.

Called by readers of calendars. Parts that cannot be read are left out and counted; a file that is no calendar is refused. Only the
lines about times are handed to the parsing library, and what could keep it busy for ever is left out before it gets there.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.timezone import tzp

from reconvene.availability.blocks import TIMING, Block, blocks
from reconvene.availability.recurrence import Component, is_doubtful, runs_through_all_years, steps_a_day

Interval = tuple[datetime, datetime]

LARGEST_FILE = 5_000_000
"""Bytes."""
MOST_INTERVALS = 20_000
MOST_EVENTS = 20_000
MOST_STEPS, MOST_STEPS_IN_ALL = 200_000, 500_000
"""Steps that one recurrence, and all of a file, may take from their first occurrence to the end of what is asked for."""
MOST_DOUBTFUL = 5
"""Rules of a file that may never have an occurrence: the library looks for one until the year 9999, which takes a second."""
MOST_ZONES = 60
OURS = "@reconvene"
"""How the UIDs of our own events end. They keep nobody from a session: what we know of sessions stands in the database."""
_DAY = timedelta(days=1)
_ONE_AT_A_TIME = Lock()  # the library remembers time zones for the whole process
_TOO_FINE_FOR_A_ZONE = re.compile(r"INTERVAL=0|BY(HOUR|MINUTE|SECOND)=\d+,", re.IGNORECASE)
_RECURRING = ("RRULE", "RDATE", "RECURRENCE-ID")


class NotACalendar(ValueError):  # a word of the product, not "Error"
    """Nothing in the file can be read. The message is a code: too_large, no_calendar, too_many."""


@dataclass(frozen=True)
class CalendarProblem:
    """A part that was left out or guessed: a code and how many times.

    unreadable_event, unreadable_timing, unreadable_zone, unknown_zone (read in the person's zone), endless_recurrence.
    """

    code: str
    count: int


@dataclass(frozen=True)
class Reading:
    """Busy intervals as UTC instants, merged, in order, inside the span asked for; and what could not be read."""

    busy: tuple[Interval, ...]
    problems: tuple[CalendarProblem, ...]


def read_calendar(data: bytes, *, since: datetime, until: datetime, zone: str) -> Reading:
    """The times between two aware instants at which the file's owner is busy.

    Timed events count unless they are cancelled or marked as free; events of whole days count only when they are marked as busy,
    because birthdays and holidays are not. Published free/busy times count unless free. Times without a zone, or with one that
    nobody knows, are read in `zone` (IANA).

    Raises: NotACalendar.
    """
    if len(data) > LARGEST_FILE:
        raise NotACalendar("too_large")
    text = _decoded(data)
    if not re.search(r"^BEGIN:\s*VCALENDAR", text, re.IGNORECASE | re.MULTILINE):
        raise NotACalendar("no_calendar")
    reader = _Reader(since.astimezone(UTC), until.astimezone(UTC), ZoneInfo(zone))
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parsing library warns about guessed zone names
        reader.read(text)
    problems = tuple(CalendarProblem(code, count) for code, count in sorted(reader.problems.items()))
    return Reading(merged(reader.found), problems)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").replace("\n ", "").replace("\n\t", "")


class _Reader:
    """Collects busy intervals and counts problems while it goes through one file."""

    def __init__(self, since: datetime, until: datetime, zone: tzinfo) -> None:
        self.since, self.until, self.zone = since, until, zone
        self.found: list[Interval] = []
        self.problems: dict[str, int] = {}
        self.steps = 0.0
        self.doubtful = 0

    def read(self, text: str) -> None:
        zones, wanted = list[Block](), list[Block]()
        for block in blocks(text):
            if not block.is_readable:
                self._problem("unreadable_zone" if block.name == "VTIMEZONE" else "unreadable_event")
            elif block.name == "VTIMEZONE":
                zones.append(block)
            elif block.name == "VFREEBUSY" or not self._is_outside(block):
                wanted.append(block)
            if len(wanted) > MOST_EVENTS:
                raise NotACalendar("too_many")
        tzp.use_default()  # forgets the zones of the file before, which must not explain this one's
        for zone in zones[:MOST_ZONES]:
            self._learn_zone(zone.text)
        series: dict[str, list[Component]] = {}
        for block in wanted:
            if block.name == "VEVENT":
                event = self._parsed(icalendar.Event, block.text)
                if event is not None and not str(event.get("UID") or "").strip().endswith(OURS):
                    series.setdefault(str(event.get("UID") or f"nameless:{len(series)}"), []).append(event)
            else:
                self._read_free_busy(self._parsed(icalendar.FreeBusy, block.text))
        for events in series.values():
            self._read_series(events)

    def _problem(self, code: str) -> None:
        self.problems[code] = self.problems.get(code, 0) + 1

    def _parsed(self, kind: type[icalendar.Event | icalendar.FreeBusy], block: str) -> Component | None:
        """The component, or None when it cannot be read or says no start."""
        try:
            component: Component = kind.from_ical(block)
        except Exception:  # a file by others can break the library anywhere
            self._problem("unreadable_event")
            return None
        broken = [name for name in TIMING if isinstance(component.get(name), icalendar.vBroken)]
        for name in broken:
            del component[name]
        if kind is icalendar.Event and not isinstance(getattr(component.get("DTSTART"), "dt", None), date):  # a time alone is no start
            self._problem("unreadable_event")
            return None
        if broken or any(name in TIMING for name, _ in component.errors):
            self._problem("unreadable_timing")
        return component

    def _learn_zone(self, block: str) -> None:
        """Let the library remember the file's own time zones, unless they would keep it busy for ever."""
        rules = re.findall(r"^RRULE[^:\n]*:(.*)$", block, re.IGNORECASE | re.MULTILINE)
        if any("FREQ=YEARLY" not in rule.upper() or _TOO_FINE_FOR_A_ZONE.search(rule) for rule in rules):
            self._problem("unreadable_zone")
            return
        if re.search(r"^TZID[^:\n]*:\s*\S", block, re.IGNORECASE | re.MULTILINE):
            try:
                icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\n{block}\nEND:VCALENDAR\n")
            except Exception:  # as above; events in this zone are read in the person's own
                self._problem("unreadable_zone")

    def _is_outside(self, block: Block) -> bool:
        """Whether a single event is surely not in the span; saves reading years of them."""
        if block.has(*_RECURRING):
            return False
        starts = block.day("DTSTART")
        ends = block.day("DTEND") if block.has("DTEND", "DURATION") else starts
        first, last = f"{self.since - 2 * _DAY:%Y%m%d}", f"{self.until + 2 * _DAY:%Y%m%d}"
        return bool((starts and starts > last) or (ends and ends < first))

    def _read_series(self, events: list[Component]) -> None:
        if not any(name in event for event in events for name in _RECURRING):
            for event in events:  # more than one where a program gives several events one UID; each counts
                self._add_event(event)
            return
        if not all(self._ends_in_time(event) for event in events):
            self._problem("endless_recurrence")
            return
        calendar: Component = icalendar.Calendar()
        for event in events:
            calendar.add_component(event)
        try:
            occurrences = recurring_ical_events.of(calendar).between(self.since - _DAY, self.until + _DAY)
        except Exception:  # as above
            self._problem("unreadable_event")
            return
        for occurrence in occurrences:
            self._add_event(occurrence)

    def _ends_in_time(self, event: Component) -> bool:
        """Whether the recurrence can be followed in MOST_STEPS. Rare rules that may run through all years without a hit count as endless,
        but for the first few of a file."""
        rules = event.get("RRULE", [])
        starts, until = _as_date(event["DTSTART"].dt), self.until.date()
        for rule in rules if isinstance(rules, list) else [rules]:
            ends = min([until, *(_as_date(value) for value in rule.get("UNTIL") or [])])
            steps = steps_a_day(rule) * max(1, (ends - starts).days)
            self.steps += steps
            self.doubtful += is_doubtful(rule)
            stuck = any(int(value) < 1 for value in rule.get("INTERVAL") or [1])
            within = steps <= MOST_STEPS and self.steps <= MOST_STEPS_IN_ALL and self.doubtful <= MOST_DOUBTFUL
            if stuck or not within or runs_through_all_years(rule):
                return False
        return True

    def _add_event(self, event: Component) -> None:
        try:
            span = self._span(event)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            self._problem("unreadable_event")
            return
        if _is_busy(event):
            self._add(*span)

    def _span(self, event: Component) -> Interval:
        starts = event["DTSTART"].dt
        if "DTEND" in event:
            ends = event["DTEND"].dt
        elif "DURATION" in event:
            ends = starts + event["DURATION"].dt
        else:
            ends = starts if isinstance(starts, datetime) else starts + _DAY
        if isinstance(starts, datetime) and starts.tzinfo is None and event["DTSTART"].params.get("TZID"):
            self._problem("unknown_zone")
        return self._instant(starts), self._instant(ends)

    def _instant(self, value: date | datetime) -> datetime:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)

    def _read_free_busy(self, component: Component | None) -> None:
        periods = component.get("FREEBUSY", []) if component is not None else []
        for period in _flat(periods if isinstance(periods, list) else [periods]):
            kind = str(period.params.get("FBTYPE", "BUSY")).upper()
            if kind != "FREE":
                self._add(self._instant(period.start), self._instant(period.end))

    def _add(self, starts: datetime, ends: datetime) -> None:
        starts, ends = max(starts, self.since), min(ends, self.until)
        if starts < ends:
            self.found.append((starts, ends))
        if len(self.found) > MOST_INTERVALS:
            raise NotACalendar("too_many")


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif hasattr(value, "start"):
            yield value


def _as_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_busy(event: Component) -> bool:
    """By the marks of the standard and of Outlook. An event of whole days must say that it is busy."""
    marked = str(event.get("TRANSP", "")).strip().upper()
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).strip().upper()
    if str(event.get("STATUS", "")).strip().upper() == "CANCELLED" or marked == "TRANSPARENT" or outlook == "FREE":
        return False
    whole_days = not isinstance(event["DTSTART"].dt, datetime)
    return not whole_days or marked == "OPAQUE" or outlook in {"BUSY", "OOF"}


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time in as few intervals as possible, in order; those that touch become one."""
    joined: list[Interval] = []
    for starts, ends in sorted(intervals):
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((starts, ends))
    return tuple(joined)
