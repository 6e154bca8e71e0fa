"""Listed places: which is free for a session, holding one with the dates, the list itself, and the calendars that places have of their own. Called
by booking, moving, and the console.

Two sessions never hold one place at the same time: whoever looks for one locks the places of the site first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reconvene.availability.actions import disconnect, let_write, open_calendar
from reconvene.availability.models import Busy, Connection
from reconvene.availability.registry import Access
from reconvene.base.fields import clean_text
from reconvene.base.jobs import tick_soon
from reconvene.people.models import Person
from reconvene.scheduling.models import Place, Session
from reconvene.scheduling.rules import LONGEST

MOST_SEATS = 500


class BadPlace(Exception):
    """A line of the list cannot be read; the text is a sentence that says which and why."""


@dataclass(frozen=True)
class Line:
    """One place as it was typed."""

    name: str
    site: str
    seats: int


def free_places(session: Session, *, people: Sequence[Person]) -> list[Place]:
    """Listed places at the site of most of these people with a seat for each, free for the session's time, also by what their own calendars said
    last; the smallest first. Three queries."""
    fitting = Place.objects.filter(site=site_of(people), seats__gte=len(people)).order_by("seats", "name")
    taken = {
        other.held_id for other in _others(session, fitting) if other.starts_at < session.ends_at and session.starts_at < other.ends_at
    }
    busy = Busy.objects.filter(connection__place__in=fitting, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    taken |= set(busy.values_list("connection__place", flat=True))
    return [place for place in fitting if place.id not in taken]


@transaction.atomic
def hold_place(session: Session, *, people: Sequence[Person]) -> None:
    """Hold a free place for a session that meets on site; a place in words that somebody set stays. Without a free one the session has none, and
    L&D sees it. Tells no one; whoever calls this invites afterwards.
    """
    if not session.cycle.group.programme.is_on_site or (session.place and session.held_id is None):
        return
    list(Place.objects.select_for_update().filter(site=site_of(people)).order_by("id"))
    free = free_places(session, people=people)
    keeps = next((place for place in free if place.id == session.held_id), None)
    session.hold(keeps or (free[0] if free else None))


@transaction.atomic
def list_places(text: str) -> int:
    """Add places, one a line: name, site, seats, apart by tabs, semicolons or commas; a known name at a site gets the new seats. Returns how many
    lines were read. Tells no one. Raises BadPlace for the first line that cannot be read; then nothing was kept.
    """
    lines = [_read(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for line in lines:
        Place.objects.update_or_create(name=line.name, site=line.site, defaults={"seats": line.seats})
    return len(lines)


@transaction.atomic
def connect_place(place: Place, *, kind: str, access: Access, writes: bool, now: datetime) -> Connection:
    """Give a place a calendar of its own, in place of an earlier one: what is busy there is not held from the next reading on, and with `writes`
    whatever is held is written into it. Tells no one.
    """
    disconnect_place(place, now=now)
    connection = open_calendar(None, kind=kind, access=access, now=now)
    place.have(connection)
    if writes:
        let_write(connection, now=now)
    tick_soon()
    return connection


@transaction.atomic
def disconnect_place(place: Place, *, now: datetime) -> None:
    """Forget a place's calendar and all that was read from it; what we wrote into it is taken out within a minute. Tells no one."""
    connection = place.connection
    if connection is not None:
        place.have(None)
        disconnect(connection, now=now)


@transaction.atomic
def remove_place(place: Place, *, now: datetime) -> None:
    """Take a place off the list, with its calendar; sessions that hold it keep it in words. Tells no one."""
    disconnect_place(place, now=now)
    place.delete()


def site_of(people: Sequence[Person]) -> str:
    """The site of most of these people; the first by name among equals."""
    sites = [person.site for person in people if person.site]
    return max(sorted(set(sites)), key=sites.count, default="")


def _others(session: Session, places: QuerySet[Place]) -> list[Session]:
    near = Session.objects.filter(held__in=places, cancelled_at=None, ended_at=None).exclude(id=session.id)
    return list(near.filter(starts_at__gt=session.starts_at - LONGEST, starts_at__lt=session.ends_at))


def _read(number: int, line: str) -> Line:
    mark = next((mark for mark in ("\t", ";", ",") if mark in line), ";")
    parts = [" ".join(clean_text(part).split()) for part in line.split(mark)]
    where = {"number": number, "line": line.strip()[:80]}
    if len(parts) != 3 or not all(parts):
        raise BadPlace(_("Line %(number)d, “%(line)s”: write name, site and seats, as in “Room Birch; Hamburg; 8”.") % where)
    name, site, seats = parts
    if not (seats.isascii() and seats.isdigit() and 0 < int(seats[:6]) <= MOST_SEATS):
        raise BadPlace(_("Line %(number)d, “%(line)s”: the seats are a number from 1 to 500.") % where)
    if max(len(name), len(site)) > 120:
        raise BadPlace(_("Line %(number)d, “%(line)s”: name and site have 120 characters at most.") % where)
    return Line(name, site, int(seats))
