"""Coming in, asking to come in, letting in, beginning, leaving, agreeing to the pact."""

import random
import secrets
import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from reconvene.groups.models import Pact
from reconvene.people.models import Person
from reconvene.rooms import conductor, script
from reconvene.rooms.actions.letting_in import is_inside, let_in
from reconvene.rooms.actions.turning import NotNow, inside, locked, note, store
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.door import CameBy, Ending
from reconvene.rooms.models import Device, Presence, Room
from reconvene.rooms.rules import EventKind, new_code
from reconvene.rooms.state import NotPresent, RoomIsClosed
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import doors_are_open

CODES_TRIED = 20


@transaction.atomic
def enter(session: Session, *, person: Person, now: datetime) -> Room:
    """Come in as a member, opening the room if nobody has yet. Tells those inside. Doing it again changes nothing.

    A device that was let into the person's seat by code gives it up.
    Raises NotNow before the doors open or when the session was cancelled, RoomIsClosed after its end.
    """
    room = locked(open_room(session, now=now))
    _need_doors(room.session, now)
    if _end_devices(room, person, because=Ending.TAKEN, now=now, came_by=CameBy.CODE):
        note(room, EventKind.LEFT, now=now)
    presence, _made = Presence.objects.get_or_create(room=room, person=person, defaults={"asked_at": now, "seen_at": now})
    return let_in(room, presence, now=now)


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
    if waiting is None or not is_inside(room, by):
        raise NotPresent(_("Nobody is waiting at the door."))
    if waiting.admitted_at is None:
        _end_devices(room, waiting.person, because=Ending.TAKEN, now=now, came_by=CameBy.CODE)
    return let_in(room, waiting, now=now)


@transaction.atomic
def begin(room: Room, *, by: Person, mode: str = script.ALL_OF_US, now: datetime) -> Room:
    """Start the session, in one of the modes of the protocols, with everybody who is in. Tells those inside.

    The host begins; when the host is not in, whoever begins hosts. Beginning twice changes nothing. Raises NotPresent when `by` is not inside, NotNow when the host is there and it is somebody else.
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
    """Go, without a reason. The floor and the host's part pass on. Tells those inside; the person's streams and devices end."""
    room = locked(room)
    _end_devices(room, person, because=Ending.LEFT, now=now)
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
    """Note that the person's screen was heard of, never earlier than before. True while they are in the room. Tells no one."""
    return be_seen_in({room.id}, people={person.id}, now=now) == 1


@transaction.atomic
def be_seen_in(rooms: Collection[uuid.UUID], *, people: Collection[uuid.UUID], now: datetime) -> int:
    """As `be_seen`, for the screens of several people in several rooms; of how many was heard. Tells no one."""
    here = Presence.objects.filter(room__in=rooms, person__in=people, left_at=None).exclude(admitted_at=None)
    return here.update(seen_at=Greatest("seen_at", now))


def _need_doors(session: Session, now: datetime) -> None:
    if session.ended_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if session.cancelled_at is not None:
        raise NotNow(_("This session was cancelled."))
    if not doors_are_open(starts_at=session.starts_at, now=now):
        raise NotNow(_("The doors open one hour before the session."))


def open_room(session: Session, *, now: datetime) -> Room:
    """The room of a session, made if nobody has yet. Two at once get the same one. Raises NotNow when no code is free.

    No lock on the session: whoever changes a session from its room holds the room's first.
    """
    for _attempt in range(CODES_TRIED):
        room = Room.objects.filter(session=session).first()
        if room is not None:
            return room
        with suppress(IntegrityError), transaction.atomic():  # the code may be that of a room we cannot see, or somebody was faster
            return Room.objects.create(session=session, code=new_code(pick=secrets.choice), opened_at=now)
    raise NotNow(_("The room could not be opened. Please try again."))


def _end_devices(room: Room, person: Person, *, because: Ending, now: datetime, **which: object) -> bool:
    """Devices without an account that sit, or want to sit, as the person count no more. Whether there were any."""
    found = list(Device.objects.live().filter(room=room, person=person, **which))
    for device in found:
        device.end(because=because, now=now)
    return bool(found)
