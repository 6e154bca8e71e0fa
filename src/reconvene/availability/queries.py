"""Diaries of many people in a few queries: what the pure `slots` and `dates` need. Called by forming and scheduling.

And what one person's own page shows: half days and connected calendars.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import holidays

from reconvene.availability.models import Busy, Connection, WorkingHours, usual_weekdays
from reconvene.availability.registry import kind_of
from reconvene.availability.rules import PLACE_PROBLEMS, PROBLEMS, WRITE_PROBLEMS, HalfDay, half_day_of, half_days
from reconvene.availability.slots import Diary, Interval, WorkingWeek
from reconvene.people.models import Person

USUAL_WEEK = WorkingWeek(frozenset(usual_weekdays()), time(9), time(17))


def diaries(
    people: Sequence[Person], *, since: datetime, until: datetime, also: Mapping[uuid.UUID, Sequence[Interval]] | None = None
) -> dict[uuid.UUID, Diary]:
    """For each person: zone, working week, busy intervals and public holidays between two moments. Two queries for any number.

    `also` are intervals that stand in no calendar that is read: the sessions that we know of ourselves.
    """
    ids = [person.id for person in people]
    weeks = {hours.person_id: _week(hours) for hours in WorkingHours.objects.filter(person_id__in=ids)}
    busy: dict[uuid.UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in Busy.objects.filter(person_id__in=ids, ends_at__gt=since, starts_at__lt=until).order_by("starts_at"):
        busy[row.person_id].append((row.starts_at, row.ends_at))  # type: ignore[index]  # rows of places were not asked for
    for key, intervals in (also or {}).items():
        busy[key] = sorted([*busy[key], *intervals])
    years = tuple(range(since.year, until.year + 1))
    return {
        person.id: Diary(
            key=str(person.id),
            zone=person.time_zone,
            week=weeks.get(person.id, USUAL_WEEK),
            busy=tuple(busy[person.id]),
            holidays=public_holidays(person.country, years),
        )
        for person in people
    }


@lru_cache(maxsize=512)
def public_holidays(country: str, years: tuple[int, ...]) -> frozenset[date]:
    """Public holidays of a country, or of one of its regions (DE-BY). None when the country is unknown."""
    code, _, region = country.partition("-")
    if not code:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(code, subdiv=region or None, years=years))
    except NotImplementedError:
        return frozenset()


def week_of(person: Person) -> WorkingHours:
    """The person's working hours, or the usual ones, not saved."""
    return WorkingHours.objects.filter(person=person).first() or WorkingHours(person=person)


def _week(hours: WorkingHours) -> WorkingWeek:
    return WorkingWeek(frozenset(hours.weekdays), hours.starts, hours.ends)


def zones(people: Iterable[Person]) -> list[str]:
    """The time zones of some people, most frequent first."""
    counted: dict[str, int] = defaultdict(int)
    for person in people:
        counted[person.time_zone] += 1
    return sorted(counted, key=lambda zone: (-counted[zone], zone))


@dataclass(frozen=True)
class Week:
    """One week of the grid: its Monday, and for each of its days the morning and the afternoon."""

    monday: date
    days: tuple[tuple[HalfDay, HalfDay], ...]

    @property
    def mornings(self) -> tuple[HalfDay, ...]:
        """The first row of the table."""
        return tuple(morning for morning, _ in self.days)

    @property
    def afternoons(self) -> tuple[HalfDay, ...]:
        """Its second row."""
        return tuple(afternoon for _, afternoon in self.days)


def weeks(person: Person, *, weekdays: Iterable[int], now: datetime) -> tuple[Week, ...]:
    """The weeks ahead in which the person works, as the grid shows them."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    found = half_days(today, weekdays=weekdays)
    return tuple(Week(monday, tuple((HalfDay(day, True), HalfDay(day, False)) for day in days)) for monday, days in found)


def half_days_of(person: Person, *, now: datetime) -> frozenset[HalfDay]:
    """The half days in which the person has said they cannot meet."""
    rows = Busy.objects.filter(person=person, connection=None, ends_at__gt=now)
    return frozenset(half_day_of((row.starts_at, row.ends_at), person.time_zone) for row in rows)


@dataclass(frozen=True)
class Connected:
    """A connected calendar as its owner sees it. `host` tells two of a kind apart and is no secret; `problem` and `write_problem` are sentences to
    be translated, or empty."""

    connection: Connection
    name: str
    host: str
    problem: str
    write_problem: str
    can_be_written: bool

    @property
    def is_new(self) -> bool:
        """Whether it is being read for the first time."""
        return self.connection.read_at is None and not self.problem


def connected(person: Person) -> tuple[Connected, ...]:
    """The calendars that the person has connected, the first one first."""
    return tuple(as_seen(connection) for connection in Connection.objects.visible_to(person).order_by("connected_at", "id"))


def as_seen(connection: Connection) -> Connected:
    """A calendar as its owner sees it; that of a place, as whoever keeps the list of places does."""
    kind = kind_of(connection.kind)
    return Connected(
        connection,
        name=kind.name if kind else connection.kind,
        host=urlsplit(connection.address).hostname or "",
        problem=(PROBLEMS if connection.person_id else PLACE_PROBLEMS).get(connection.problem, ""),
        write_problem=WRITE_PROBLEMS.get(connection.write_problem, ""),
        can_be_written=kind is not None and kind.writer is not None,
    )


def is_written(person: Person) -> bool:
    """Whether the person's sessions are written into a calendar of theirs, so that no mail needs to carry them."""
    return Connection.objects.written().filter(person=person).exists()


def written_for(people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people for whom `is_written` holds. One query."""
    return set(Connection.objects.written().filter(person__in=people).values_list("person_id", flat=True))


def has_stopped_calendar(person: Person) -> bool:
    """Whether one of the person's calendars waits to be connected again."""
    return Connection.objects.visible_to(person).stopped().exists()
