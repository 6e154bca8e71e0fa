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

Interval = tuple[datetime, datetime]
Component = Any
"""A parsed part of a calendar; the library's own types promise more than files keep."""

LARGEST_FILE = 5_000_000
"""Bytes."""
MOST_INTERVALS = 20_000
MOST_EVENTS = 20_000
MOST_STEPS, MOST_STEPS_IN_ALL = 200_000, 500_000
"""Steps that one recurrence, and all of a file, may take from their first occurrence to the end of what is asked for."""
MOST_DOUBTFUL = 5
"""Rules of a file that may never have an occurrence: the library looks for one until the year 9999, which takes a second."""
MOST_ZONES = 60
LONGEST_BLOCK = {"VEVENT": 60_000, "VTIMEZONE": 60_000, "VFREEBUSY": 1_000_000}
"""Characters of the lines that are kept of a component; one whose lines are longer is left out."""
LONGEST_RULE = 1_000
_DAY = timedelta(days=1)
_ONE_AT_A_TIME = Lock()  # the library remembers time zones for the whole process
_BLOCK = re.compile(r"^(BEGIN|END):\s*([A-Z-]+)\s*$", re.IGNORECASE)
_EMPTY_ZONE = re.compile(r';TZID="?"?(?=[:;])', re.IGNORECASE)
_NAME = re.compile(r"[A-Z-]{1,40}(?=[:;])", re.IGNORECASE)
_TOO_FINE_FOR_A_ZONE = re.compile(r"INTERVAL=0|BY(HOUR|MINUTE|SECOND)=\d+,", re.IGNORECASE)
_COMPONENTS = frozenset({"VEVENT", "VFREEBUSY", "VTIMEZONE"})
_TIMING = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_KEPT = {
    "VEVENT": _TIMING | {"UID", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"},
    "VFREEBUSY": frozenset({"FREEBUSY"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE"}),
}
_RECURRING = ("RRULE", "RDATE", "RECURRENCE-ID")
_STEPS_A_DAY = {"SECONDLY": 86_400, "MINUTELY": 1_440, "HOURLY": 24, "WEEKLY": 1 / 7, "MONTHLY": 1 / 30, "YEARLY": 1 / 365}
_TOO_SHORT_FOR_RARE_DAYS = frozenset({"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY"})
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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


@dataclass
class _Block:
    """A component directly inside the calendar, with the lines of it that say something about times."""

    name: str
    lines: list[str]
    size: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether its lines are short enough to be looked at."""
        rules = (line for line in self.lines if line[:5].upper() == "RRULE")
        return self.size <= LONGEST_BLOCK[self.name] and all(len(line) <= LONGEST_RULE for line in rules)

    @property
    def text(self) -> str:
        """As the library reads it."""
        return _EMPTY_ZONE.sub("", "\n".join(["BEGIN:" + self.name, *self.lines, "END:" + self.name, ""]))

    def has(self, *names: str) -> bool:
        """Whether one of these is among its lines."""
        return any(found in names for found in map(_name, self.lines))

    def day(self, name: str) -> str:
        """The digits of the first date of this name; "" when there is none."""
        for line in self.lines:
            if _name(line) == name:
                found = re.search(r":(\d{8})(?:T\d{6}Z?)?$", line.rstrip())
                return found[1] if found else ""
        return ""

    def keep(self, line: str) -> None:
        """One more line, unless there is too much already."""
        self.size += len(line)
        if self.size <= LONGEST_BLOCK[self.name]:
            self.lines.append(line)


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def _blocks(text: str) -> Iterator[_Block]:
    """Each component with times directly inside the calendar. What is never closed is closed where the next one begins."""
    block, inside = None, list[str]()
    for line in text.split("\n"):
        mark = _BLOCK.match(line) if line[:1] in "BEbe" and len(line) < 100 else None
        begins, name = (mark[1].upper() == "BEGIN", mark[2].upper()) if mark else (False, "")
        if block and (name == "VCALENDAR" or (name in _COMPONENTS if begins else name == block.name)):
            yield _closed(block, inside)
            block, inside = None, []
        if begins and name in _COMPONENTS:
            block = _Block(name, [])
        elif block and mark:
            _nest(block, inside, line, begins=begins, name=name)
        elif block and (not inside or block.name == "VTIMEZONE") and _name(line) in _KEPT[block.name]:
            block.keep(line)
    if block:
        yield _closed(block, inside)


def _nest(block: _Block, inside: list[str], line: str, *, begins: bool, name: str) -> None:
    """Follow a component inside another: part of a time zone, left out of everything else, like the alarm of an event."""
    if begins:
        inside.append(name)
    elif inside and inside[-1] == name:
        inside.pop()
    else:
        return
    if block.name == "VTIMEZONE":
        block.keep(line)


def _closed(block: _Block, inside: list[str]) -> _Block:
    if block.name == "VTIMEZONE":
        for name in reversed(inside):
            block.keep("END:" + name)
    return block


class _Reader:
    """Collects busy intervals and counts problems while it goes through one file."""

    def __init__(self, since: datetime, until: datetime, zone: tzinfo) -> None:
        self.since, self.until, self.zone = since, until, zone
        self.found: list[Interval] = []
        self.problems: dict[str, int] = {}
        self.steps = 0.0
        self.doubtful = 0

    def read(self, text: str) -> None:
        zones, wanted = list[_Block](), list[_Block]()
        for block in _blocks(text):
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
                if event is not None:
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
        broken = [name for name in _TIMING if isinstance(component.get(name), icalendar.vBroken)]
        for name in broken:
            del component[name]
        if kind is icalendar.Event and not isinstance(component.get("DTSTART"), icalendar.vDDDTypes):
            self._problem("unreadable_event")
            return None
        if broken or any(name in _TIMING for name, _ in component.errors):
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

    def _is_outside(self, block: _Block) -> bool:
        """Whether a single event is surely not in the span; saves reading years of them."""
        if block.has(*_RECURRING):
            return False
        starts = block.day("DTSTART")
        ends = block.day("DTEND") if block.has("DTEND", "DURATION") else starts
        first, last = f"{self.since - 2 * _DAY:%Y%m%d}", f"{self.until + 2 * _DAY:%Y%m%d}"
        return bool((starts and starts > last) or (ends and ends < first))

    def _read_series(self, events: list[Component]) -> None:
        if len(events) == 1 and not any(name in events[0] for name in _RECURRING):
            self._add_event(events[0])
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
            steps = _steps_a_day(rule) * max(1, (ends - starts).days)
            self.steps += steps
            self.doubtful += _is_doubtful(rule)
            stuck = any(int(value) < 1 for value in rule.get("INTERVAL") or [1])
            within = steps <= MOST_STEPS and self.steps <= MOST_STEPS_IN_ALL and self.doubtful <= MOST_DOUBTFUL
            if stuck or not within or _runs_through_all_years(rule):
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


def _frequency(rule: Component) -> str:
    return str((rule.get("FREQ") or [""])[0]).upper()


def _steps_a_day(rule: Component) -> float:
    """How many occurrences the library may have to look at for each day."""
    steps = _STEPS_A_DAY.get(_frequency(rule), 1)
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTHDAY"):
        steps *= max(1, len(rule.get(part) or []))
    return steps


def _runs_through_all_years(rule: Component) -> bool:
    """Whether looking for rare days in short steps could take minutes."""
    is_rare = any(part in rule for part in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"))
    frequency = _frequency(rule)
    return (frequency in _TOO_SHORT_FOR_RARE_DAYS and is_rare) or (frequency in ("SECONDLY", "MINUTELY", "HOURLY") and "BYMONTH" in rule)


def _is_doubtful(rule: Component) -> bool:
    """Whether a rule by months or years might never have an occurrence. Each weekday comes four times in every month, and a day of a
    month in every fourth year, so the usual ones surely have."""
    days, months = rule.get("BYMONTHDAY") or [], rule.get("BYMONTH") or range(1, 13)
    positions, others = rule.get("BYSETPOS") or [], ("BYYEARDAY", "BYWEEKNO")
    if any(part in rule for part in others) or (days and (positions or "BYDAY" in rule)):
        return True
    if days:
        return not any(1 <= abs(int(day)) <= _LONGEST_MONTHS[(int(month) - 1) % 12] for day in days for month in months)
    return any(not 1 <= abs(int(position)) <= 4 for position in positions)


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
