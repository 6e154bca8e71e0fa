"""What people tell about when they are free: working hours, half days in which they cannot meet, and calendars they connect."""

from collections.abc import Collection, Iterable
from datetime import datetime, time

from django.db import transaction
from django.db.models import Q

from reconvene.availability.models import Busy, Connection, WorkingHours
from reconvene.availability.registry import Access
from reconvene.availability.rules import FRESH, LAST_WORD, MOST_CONNECTIONS, HalfDay
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
def connect(person: Person, *, kind: str, access: Access, now: datetime, writes: bool = False) -> Connection:
    """Connect a calendar and have a worker read it now; with `writes` the person's sessions are written into it. Tells no one. The same calendar
    again is read with what was given last.

    Raises TooManyConnections.
    """
    Person.objects.select_for_update(no_key=True).get(id=person.id)
    mine = list(Connection.objects.visible_to(person))
    connection = next((one for one in mine if (one.kind, one.address, one.user) == (kind, access.address, access.user)), None)
    if connection is not None:
        connection.renew(secret=access.secret, now=now)
        Busy.objects.filter(connection=connection).delete()
    elif len(mine) >= MOST_CONNECTIONS:
        raise TooManyConnections
    else:
        connection = open_calendar(person, kind=kind, access=access, now=now)
    if writes:
        let_write(connection, now=now)
    tick_soon()
    return connection


def open_calendar(person: Person | None, *, kind: str, access: Access, now: datetime) -> Connection:
    """A new row for a calendar of a person, or of a place without one, to be read at the next tick. Tells no one."""
    return Connection.objects.create(
        person=person, kind=kind, address=access.address, user=access.user, secret=access.secret, connected_at=now, read_again_at=now
    )


@transaction.atomic
def let_write(connection: Connection, *, now: datetime) -> None:
    """Have the sessions of the calendar's owner written into it, and into no other of theirs. Tells no one; the next tick begins with it."""
    if connection.person_id is not None:
        Person.objects.select_for_update(no_key=True).get(id=connection.person_id)
        for other in Connection.objects.filter(person_id=connection.person_id).exclude(Q(id=connection.id) | Q(writes_since=None)):
            other.stop_writing()
    connection.let_write(now=now)
    connection.read_later(at=now)  # at once, and so that our own events are told apart
    tick_soon()


@transaction.atomic
def stop_writing(connection: Connection) -> None:
    """Write nothing into the calendar any more; the next tick takes out what we put there. Tells its owner then, by mail, of the sessions ahead."""
    connection.stop_writing()
    tick_soon()


@transaction.atomic
def disconnect(connection: Connection, *, now: datetime) -> None:
    """Forget the calendar, what opens it, and everything read from it, at once. Tells no one.

    One into which we have written is kept out of sight for LAST_WORD, so that our events can be taken out of it.
    """
    if connection.writes_since is None:
        connection.delete()
        return
    Busy.objects.filter(connection=connection).delete()
    connection.end(now=now)
    tick_soon()


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
    """Delete busy intervals that are over, calendars that were disconnected, and everything of people who left: of calendars into which we have
    written after LAST_WORD. Tells no one."""
    Busy.objects.filter(ends_at__lte=now).delete()
    gone = Connection.objects.filter(Q(person__left_at__isnull=False) | Q(ended_at__isnull=False))
    gone.filter(Q(writes_since=None) | Q(person__left_at__lte=now - LAST_WORD) | Q(ended_at__lte=now - LAST_WORD)).delete()
    Busy.objects.filter(person__left_at__isnull=False).delete()
