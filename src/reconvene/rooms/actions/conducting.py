"""The guest host: the host of another group, who conducts a session by its steps and counts. What they tap is carried out as the host's own tap.

The member who hosts stays the host in the room's record, and may take every tap too.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions import entering, moves
from reconvene.rooms.actions.turning import NotNow, locked, note
from reconvene.rooms.models import Room
from reconvene.rooms.rules import EventKind, Move
from reconvene.rooms.state import NotPresent
from reconvene.rooms.steps_only import TAPS
from reconvene.scheduling.actions import end_guest
from reconvene.scheduling.models import Session


@transaction.atomic
def begin(session: Session, *, guest: Person, mode: str, now: datetime) -> None:
    """Start the session for the group, in one of the modes of the protocols. Tells those inside. Raises NotNow when nobody of the group is in,
    NotPresent when the person is not its guest host.

    The session's host hosts in the room's record, or whoever came first when that one is not in.
    """
    room = _held(session, guest=guest)
    inside = room.presences.filter(left_at=None).exclude(admitted_at=None).select_related("person").order_by("admitted_at", "id")
    people = [presence.person for presence in inside]
    if not people:
        raise NotNow(_("Nobody of the group is in the room yet."))
    host = next((person for person in people if person.id == room.session.host_id), people[0])
    entering.begin(room, by=host, mode=mode, now=now)


@transaction.atomic
def conduct(session: Session, *, guest: Person, move: Move, seen: str, now: datetime) -> None:
    """Carry out one tap of the guest host as the host's own, if it is one for which no words need to be seen. Tells those inside.

    Raises NotNow before the session has begun, NotPresent when the person is not its guest host, and what rooms.state raises for the move.
    """
    room = _held(session, guest=guest)
    state = room.state
    if state is None:
        raise NotNow(_("The session has not begun yet."))
    if move in TAPS:
        moves.move_room(room, by=Person.objects.get(id=state.host), move=move, seen=seen, now=now)


@transaction.atomic
def end(session: Session, *, now: datetime) -> None:
    """The guest host conducts no more, whoever wants it so. Tells the guest while the session is ahead, and those inside. Twice is once."""
    room = Room.objects.filter(session=session).first()
    room = locked(room) if room is not None else None
    if not Session.objects.filter(id=session.id, ended_at=None).exclude(guest_host=None).exists():
        return
    end_guest(session, now=now)
    if room is not None and room.closed_at is None:
        note(room, EventKind.LEFT, now=now)


def _held(session: Session, *, guest: Person) -> Room:
    """The locked room. Who its guest is is asked after the lock, because somebody may have ended that meanwhile."""
    room = Room.objects.filter(session=session).first()
    if room is None:
        raise NotNow(_("Nobody of the group is in the room yet."))
    room = locked(room)
    if not Session.objects.conducted_by(guest).filter(id=session.id).exists():
        raise NotPresent(_("You do not conduct this session any more."))
    return room
