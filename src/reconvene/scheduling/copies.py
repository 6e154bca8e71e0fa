"""Events of sessions in calendars that we write into: which there should be, and what follows when a calendar no longer takes them.

The calendar is a copy, never the truth: a tick compares what sessions say with what is known to lie in calendars (`Copy`), and has `writing` bring
each calendar to it. So nothing is lost with a worker, and nothing has to be told here when a date moves.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from reconvene.availability.models import Connection
from reconvene.availability.queries import is_written
from reconvene.groups.models import Membership
from reconvene.people.models import Person
from reconvene.scheduling.actions import invite, uninvite
from reconvene.scheduling.models import Copy, Session


def wanted(now: datetime) -> Q:
    """Of copies: that there should be this event, because its session stands, its calendar is written, and its person sits there or conducts it, or
    its place is held.
    """
    calendars = Connection.objects.written().filter(id=OuterRef("connection"))
    standing = Session.objects.standing(now).filter(id=OuterRef("session"))
    seats = Membership.objects.live().filter(group__cycles__sessions=OuterRef("session"), person__connections=OuterRef("connection"))
    held = Session.objects.filter(id=OuterRef("session"), held__connection=OuterRef("connection"))
    guest = Session.objects.filter(id=OuterRef("session"), guest_host__connections=OuterRef("connection"))
    return Q(Exists(calendars), Exists(standing), Exists(seats) | Exists(guest) | Exists(held))


@transaction.atomic
def differing(now: datetime, *, most: int) -> list[Copy]:
    """Up to `most` copies whose calendar must be written now, locked; those that are wanted for the first time are made. What no worker can bring
    about any more is handed to the mail. Four queries when nothing is new, which bring only what differs: the database passes over what lies in
    calendars as it should.
    """
    new = [one for of in (_new_of_members, _new_of_guests, _new_of_places) for one in of(now)[:most]]
    Copy.objects.bulk_create(
        [
            Copy(session_id=session, connection_id=calendar, person_id=person, owner_id=owner, again_at=now)
            for session, calendar, person, owner in new
        ],
        ignore_conflicts=True,
    )
    wrong = Copy.objects.open(now).filter(~(wanted(now) & Q(sequence=F("session__sequence"))), again_at__lte=now)
    found = wrong.select_for_update(of=("self",), skip_locked=True).select_related("session__cycle", "connection", "person")
    differ: list[Copy] = []
    for copy in found.order_by("again_at", "id")[:most]:
        if copy.connection is None or copy.connection.write_problem:
            hand_to_mail(copy, now=now)
        else:
            differ.append(copy)
    return differ


def _new_of_members(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """Session, calendar, person, and the person again as its owner, of events that there should be and of which nothing is known."""
    there = Copy.objects.filter(session=OuterRef("session"), connection=OuterRef("calendar"))
    seats = Membership.objects.live().filter(
        group__cycles__sessions__in=Session.objects.standing(now), person__connections__in=Connection.objects.written()
    )
    named = seats.annotate(session=F("group__cycles__sessions"), calendar=F("person__connections"))
    return named.filter(~Exists(there)).order_by().values_list("session", "calendar", "person", "person")


def _new_of_guests(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """The same for guest hosts."""
    calendar = "guest_host__connections"
    there = Copy.objects.filter(session=OuterRef("id"), connection=OuterRef(calendar))
    conducted = Session.objects.standing(now).filter(~Exists(there), **{f"{calendar}__in": Connection.objects.written()})
    return conducted.values_list("id", calendar, "guest_host", "guest_host")


def _new_of_places(now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """The same for calendars of places, whose events are nobody's."""
    there = Copy.objects.filter(session=OuterRef("id"), connection=OuterRef("held__connection"))
    held = Session.objects.standing(now).filter(~Exists(there), held__connection__in=Connection.objects.written())
    return held.values_list("id", "held__connection", Value(None, UUIDField()), "held")


@transaction.atomic
def hand_to_mail(copy: Copy, *, now: datetime, is_out: bool = False) -> None:
    """Forget a copy that is not looked after any more. Tells its person by mail what their calendar does not say: a date that stands, unless it lies
    there as it is (`is_out`: taken out for sure); or that one is free again. Once, because the copy is gone.
    """
    session, person = copy.session, copy.person
    lies_there = copy.sequence is not None and not is_out
    copy.delete()
    if person is None or person.left_at is not None or is_written(person):
        return
    if Session.objects.standing(now).filter(id=session.id).exists() and _sits(person, session):
        if not lies_there or copy.sequence != session.sequence:
            invite(session, now=now, only=person)
    elif lies_there and session.asked_at is None:
        uninvite(session, person=person, now=now)


def _sits(person: Person, session: Session) -> bool:
    is_guest = session.guest_host_id == person.id
    return is_guest or Membership.objects.live().filter(group=session.cycle.group_id, person=person).exists()
