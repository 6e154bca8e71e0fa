"""Events of sessions in calendars that we write into: which there should be, and what follows when a calendar no longer takes them.

The calendar is a copy, never the truth: a tick compares what sessions say with what is known to lie in calendars (`Copy`), and has `writing` bring
each calendar to it. So nothing is lost with a worker, and nothing has to be told here when a date moves.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reconvene.availability.models import Connection
from reconvene.availability.queries import is_written
from reconvene.groups.models import Membership
from reconvene.people.models import Person
from reconvene.scheduling.actions import invite, uninvite
from reconvene.scheduling.models import Copy, Session


@dataclass(frozen=True)
class Wanted:
    """One event that there should be: of which session, in which calendar, the person's (a place's is nobody's) or the place's whose it is, and
    the sequence it should have."""

    session_id: uuid.UUID
    connection_id: uuid.UUID
    person_id: uuid.UUID | None
    owner_id: uuid.UUID
    sequence: int


def wanted(now: datetime, *, session: Session | None = None) -> list[Wanted]:
    """Every event that there should be, or those of one session. Three queries."""
    standing = Session.objects.standing(now)
    if session is not None:
        standing = standing.filter(id=session.id)
    written = Connection.objects.written()
    seats = Membership.objects.live().filter(group__cycles__sessions__in=standing, person__connections__in=written)
    of_members = seats.values_list("group__cycles__sessions", "person__connections", "person", "group__cycles__sessions__sequence")
    guest = "guest_host__connections"
    of_guests = standing.filter(**{f"{guest}__in": written}).values_list("id", guest, "guest_host", "sequence")
    of_places = standing.filter(held__connection__in=written).values_list("id", "held__connection", "held", "sequence")
    return [
        *(Wanted(one, calendar, person, person, sequence) for one, calendar, person, sequence in (*of_members, *of_guests)),
        *(Wanted(one, calendar, None, place, sequence) for one, calendar, place, sequence in of_places),
    ]


@transaction.atomic
def differing(now: datetime, *, most: int) -> list[Copy]:
    """Up to `most` copies whose calendar must be written now, locked; those that are wanted for the first time are made. What no worker can bring
    about any more is handed to the mail. Five queries when nothing differs.
    """
    there_should_be = {(one.session_id, one.connection_id): one for one in wanted(now)}
    known = set(Copy.objects.open(now).values_list("session_id", "connection_id"))
    Copy.objects.bulk_create(
        [
            Copy(session_id=one.session_id, connection_id=one.connection_id, person_id=one.person_id, owner_id=one.owner_id, again_at=now)
            for key, one in there_should_be.items()
            if key not in known
        ],
        ignore_conflicts=True,
    )
    found = Copy.objects.open(now).filter(again_at__lte=now).select_for_update(of=("self",), skip_locked=True)
    differ: list[Copy] = []
    for copy in found.select_related("session__cycle", "connection", "person").order_by("again_at", "id"):
        if copy.connection is None or copy.connection.write_problem:
            hand_to_mail(copy, now=now)
            continue
        one = there_should_be.get((copy.session_id, copy.connection.id))
        if one is None or one.sequence != copy.sequence:
            differ.append(copy)
    return differ[:most]


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
