"""Coming in, asking to come in, letting in, beginning, leaving, agreeing to the pact."""

import random
import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.groups.models import Pact
from reconvene.people.models import Person
from reconvene.rooms import conductor, script
from reconvene.rooms.actions.turning import NotNow, inside, locked, note, store
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Presence, Room
from reconvene.rooms.rules import EventKind, doors_are_open, free_code
from reconvene.rooms.state import NotPresent, RoomIsClosed
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import ROOM_NAMES


@transaction.atomic
def enter(session: Session, *, person: Person, now: datetime) -> Room:
    """Come in as a member, opening the room if nobody has yet. Tells those inside. Doing it again changes nothing.

    Raises NotNow before the doors open or when the session was cancelled, RoomIsClosed after its end.
    """
    session = Session.objects.select_for_update(of=("self",)).get(id=session.id)
    _need_doors(session, now)
    room = locked(_open_room(session, now=now))
    presence, _made = Presence.objects.get_or_create(room=room, person=person, defaults={"asked_at": now, "seen_at": now})
    return _let_in(room, presence, now=now)


@transaction.atomic
def ask_in(room: Room, *, person: Person, now: datetime) -> Presence:
    """Knock, having typed the code. Tells those inside, one of whom lets the person in. Raises RoomIsClosed."""
    room = locked(room)
    if room.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    presence, made = Presence.objects.get_or_create(room=room, person=person, defaults={"asked_at": now, "seen_at": now})
    if made:
        note(room, EventKind.ENTERED, now=now)
    return presence


@transaction.atomic
def admit(room: Room, *, person_id: uuid.UUID, by: Person, now: datetime) -> Room:
    """Let in somebody who waits at the door. Tells those inside. Raises NotPresent when `by` is not inside or nobody waits."""
    room = locked(room)
    waiting = Presence.objects.filter(room=room, person_id=person_id).first()
    if not Presence.objects.filter(room=room, person=by, left_at=None).exclude(admitted_at=None).exists() or waiting is None:
        raise NotPresent(_("Nobody is waiting at the door."))
    return _let_in(room, waiting, now=now)


@transaction.atomic
def begin(room: Room, *, by: Person, mode: str = script.ALL_OF_US, now: datetime) -> Room:
    """Start the session in one of the protocol's modes with everybody who is in. The host begins; when the host is not in, whoever begins hosts. Tells those inside.

    Beginning twice changes nothing. Raises NotPresent when `by` is not inside, NotNow when the host is there and it is somebody else.
    """
    room = locked(room)
    if room.saved_state is not None:
        return room
    present = [str(one) for one in room.presences.filter(left_at=None).exclude(admitted_at=None).values_list("person_id", flat=True)]
    if str(by.id) not in present:
        raise NotPresent(_("Please come into the room first."))
    host = str(room.session.host_id)
    if host in present and host != str(by.id):
        raise NotNow(_("The host begins."))
    host = host if host in present else str(by.id)
    order = sorted(present)
    random.Random(room.id.int).shuffle(order)  # noqa: S311  # an order of speakers, not a secret
    state = conductor.open_room(script.protocol_for(room.session, mode=mode), host=host, present=sorted(present), order=order, now=now)
    room.session.start(now=now)
    store(room, None, state, now=now)
    return room


@transaction.atomic
def leave(room: Room, *, person: Person, now: datetime) -> Room:
    """Go, without a reason. The floor and the host's part pass on. Tells those inside; the person's streams end."""
    room = locked(room)
    presence = Presence.objects.filter(room=room, person=person, left_at=None).first()
    if presence is None or room.closed_at is not None:
        return room
    presence.leave(now=now)
    stored = room.state
    if stored is not None and len(stored.present) > 1:
        store(room, stored, conductor.depart(settle_clock(stored, now), person=str(person.id), now=now), now=now)
    note(room, EventKind.LEFT, now=now)
    return room


@transaction.atomic
def agree(room: Room, *, person: Person, now: datetime) -> None:
    """Agree to the pact for this session, once. Tells the room how many have."""
    room, _state = inside(room, person=person, now=now)
    cycle, kind = room.session.cycle, room.session.kind
    _pact, made = Pact.objects.get_or_create(cycle=cycle, session_kind=kind, person=person, defaults={"agreed_at": now})
    if made:
        agreed = Pact.objects.filter(cycle=cycle, session_kind=kind).count()
        note(room, EventKind.COUNT, count=agreed, now=now)


@transaction.atomic
def be_seen(room: Room, *, person: Person, now: datetime) -> bool:
    """Note that the person's screen was heard of. True while they are in the room. Tells no one."""
    return Presence.objects.filter(room=room, person=person, left_at=None).exclude(admitted_at=None).update(seen_at=now) == 1


def _need_doors(session: Session, now: datetime) -> None:
    if session.ended_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if session.cancelled_at is not None:
        raise NotNow(_("This session was cancelled."))
    if not doors_are_open(starts_at=session.starts_at, now=now):
        raise NotNow(_("The doors open one hour before the session."))


def _open_room(session: Session, *, now: datetime) -> Room:
    room = Room.objects.filter(session=session).first()
    if room is not None:
        return room
    taken = set(Room.objects.open().values_list("code", flat=True))
    return Room.objects.create(session=session, code=free_code(ROOM_NAMES, taken, pick=random.choice), opened_at=now)


def _let_in(room: Room, presence: Presence, *, now: datetime) -> Room:
    was_in = presence.admitted_at is not None and presence.left_at is None
    presence.admit(now=now)
    stored = room.state
    state = conductor.arrive(settle_clock(stored, now), person=str(presence.person_id), now=now) if stored else None
    if state is not None and stored != state:
        store(room, stored, state, now=now)
    elif not was_in:
        note(room, EventKind.ENTERED, now=now)
    return room
