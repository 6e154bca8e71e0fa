"""Diaries of many people in a few queries: what the pure `slots` module needs to find dates. Called by forming and scheduling."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import lru_cache

import holidays

from reconvene.availability.models import Busy, WorkingHours, usual_weekdays
from reconvene.availability.slots import Diary, WorkingWeek
from reconvene.people.models import Person

USUAL_WEEK = WorkingWeek(frozenset(usual_weekdays()), time(9), time(17))


def diaries(people: Sequence[Person], *, since: datetime, until: datetime) -> dict[uuid.UUID, Diary]:
    """For each person: zone, working week, busy intervals and public holidays between two moments. Two queries for any number."""
    ids = [person.id for person in people]
    weeks = {hours.person_id: _week(hours) for hours in WorkingHours.objects.filter(person_id__in=ids)}
    busy: dict[uuid.UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in Busy.objects.filter(person_id__in=ids, ends_at__gt=since, starts_at__lt=until).order_by("starts_at"):
        busy[row.person_id].append((row.starts_at, row.ends_at))
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
