"""What people tell about when they are free: working hours, half days in which they cannot meet, and calendars they connect."""

from collections.abc import Collection, Iterable
from datetime import datetime, time

from django.db import transaction

from reconvene.availability.models import Busy, Connection, WorkingHours
from reconvene.availability.registry import Access
from reconvene.availability.rules import FRESH, MOST_CONNECTIONS, HalfDay
from reconvene.base.jobs import tick_soon
from reconvene.people.models import Person


class TooManyConnections(Exception):
    """The person has MOST_CONNECTIONS calendars connected already."""


@transaction.atomic
def set_hours(person: Person, *, weekdays: Collection[int], starts: time, ends: time) -> WorkingHours:
    """Set the part of the week in which sessions may be proposed. Tells no one.

    Raises ValueError when no weekday is left or the hours are shorter than a session.
    """
    length = (ends.hour * 60 + ends.minute) - (starts.hour * 60 + starts.minute)
    if not weekdays or length < 90:
        raise ValueError("hours too short")
    hours, _ = WorkingHours.objects.update_or_create(person=person, defaults={"weekdays": sorted(weekdays), "starts": starts, "ends": ends})
    return hours


@transaction.atomic
def set_half_days(person: Person, *, halves: Iterable[HalfDay]) -> None:
    """Replace the half days in which the person has said they cannot meet. Tells no one; connected calendars are left alone."""
    Busy.objects.filter(person=person, connection=None).delete()
    intervals = sorted({half.interval(person.time_zone) for half in halves})
    Busy.objects.bulk_create(Busy(person=person, starts_at=starts, ends_at=ends) for starts, ends in intervals)


@transaction.atomic
def connect(person: Person, *, kind: str, access: Access, now: datetime) -> Connection:
    """Connect a calendar and have a worker read it now. Tells no one. The same calendar again is read with what was given last.

    Raises TooManyConnections.
    """
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    mine = list(Connection.objects.filter(person=person))
    same = next((one for one in mine if (one.kind, one.address, one.user) == (kind, access.address, access.user)), None)
    if same is not None:
        disconnect(same)
    elif len(mine) >= MOST_CONNECTIONS:
        raise TooManyConnections
    connection = Connection.objects.create(
        person=person, kind=kind, address=access.address, user=access.user, secret=access.secret, connected_at=now, read_again_at=now
    )
    tick_soon()
    return connection


@transaction.atomic
def disconnect(connection: Connection) -> None:
    """Forget the calendar, what opens it, and everything read from it, at once. Tells no one."""
    connection.delete()


@transaction.atomic
def refresh(people: Iterable[Person], *, now: datetime) -> None:
    """Have the calendars of these people read at once, because dates are about to be sought. Tells no one.

    Does not wait, and leaves alone what was read just now and what its owner must connect again.
    """
    stale = Connection.objects.filter(person__in=people, read_again_at__gt=now).exclude(read_at__gt=now - FRESH)
    if stale.update(read_again_at=now):
        tick_soon()


@transaction.atomic
def forget_past(*, now: datetime) -> None:
    """Delete busy intervals that are over, and everything of people who left. Tells no one."""
    Busy.objects.filter(ends_at__lte=now).delete()
    Connection.objects.filter(person__left_at__isnull=False).delete()
    Busy.objects.filter(person__left_at__isnull=False).delete()
