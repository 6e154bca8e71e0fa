"""Devices without an account: knocking, being let in, sitting by one's own link, being sent away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.entering import enter, leave
from reconvene.rooms.actions.letting_in import is_inside, let_in
from reconvene.rooms.actions.turning import NotNow, locked, note
from reconvene.rooms.devices import free_seats
from reconvene.rooms.door import MOST_WAITING, CameBy, Ending
from reconvene.rooms.models import Device, Presence, Room
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import NotPresent, RoomIsClosed
from reconvene.scheduling.models import Session


@transaction.atomic
def knock(room: Room, *, person_id: UUID | None, now: datetime) -> Device:
    """Ask, from a device without an account, to sit as a member. Tells those inside, one of whom decides.

    Raises RoomIsClosed, and NotNow when the seat is taken, is not of this group, or too many wait.
    """
    room = locked(room)
    if not Room.objects.joinable(now).filter(id=room.id).exists():
        raise RoomIsClosed(_("This session is over."))
    if person_id not in {seat.person.id for seat in free_seats(room)}:
        raise NotNow(_("This seat is taken. Choose your own."))
    if Device.objects.waiting().filter(room=room).count() >= MOST_WAITING:
        raise NotNow(_("Too many are waiting at this door. Ask somebody in the room to look at their phone."))
    device = Device.objects.create(room=room, person_id=person_id, came_by=CameBy.CODE, asked_at=now)
    note(room, EventKind.ENTERED, now=now)
    return device


@transaction.atomic
def admit_device(device: Device, *, by: Person, now: datetime) -> Room:
    """Confirm that the device is its seat's. Tells those inside; whoever else asked for the seat is told that it is taken.

    Nobody confirms their own. Raises NotPresent when `by` is not inside or the device no longer waits, NotNow when the seat is taken.
    """
    room = locked(device.room)
    waiting = Device.objects.waiting().filter(id=device.id).select_related("person").first()
    if waiting is None or waiting.person_id == by.id or not is_inside(room, by):
        raise NotPresent(_("Nobody is waiting at the door."))
    if room.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    if waiting.person_id not in {seat.person.id for seat in free_seats(room)}:
        raise NotNow(_("This seat is taken already."))
    waiting.admit(by=by, now=now)
    for other in Device.objects.waiting().filter(room=room, person_id=waiting.person_id):
        other.end(because=Ending.TAKEN, now=now)
    presence, _made = Presence.objects.get_or_create(room=room, person=waiting.person, defaults={"asked_at": now, "seen_at": now})
    return let_in(room, presence, now=now)


@transaction.atomic
def sit_by_link(session: Session, *, person: Person, now: datetime) -> Device:
    """Come in by one's own link, on a device without an account. Tells those inside.

    Raises what `enter` raises, and NotNow when somebody inside has sent a device with this link away.
    """
    room = enter(session, person=person, now=now)
    if Device.objects.filter(room=room, person=person, came_by=CameBy.LINK, ended_because=Ending.SENT_AWAY).exists():
        raise NotNow(_("Somebody in the room sent a device with this link away. Sign in, or knock with the code on the screen."))
    return Device.objects.create(room=room, person=person, came_by=CameBy.LINK, asked_at=now, admitted_at=now)


@transaction.atomic
def send_away(device: Device, *, by: Person, now: datetime) -> Room:
    """Refuse a device at the door, or undo a confirmation. Tells those inside and the device. Doing it again changes nothing.

    Raises NotPresent when `by` is not inside.
    """
    room = locked(device.room)
    if not is_inside(room, by):
        raise NotPresent(_("Please come into the room first."))
    found = Device.objects.live().filter(id=device.id).select_related("person").first()
    if found is None:
        return room
    found.end(because=Ending.SENT_AWAY, by=by, now=now)
    if found.admitted_at is not None:
        return leave(room, person=found.person, now=now)
    note(room, EventKind.LEFT, now=now)
    return room


@transaction.atomic
def put_down(device: Device, *, stays: bool, now: datetime) -> None:
    """The browser gives its device up: it knocks anew, or somebody signed in on it. Tells those inside. Doing it again changes nothing.

    With `stays` the person remains in the room, because it is they who signed in.
    """
    room = locked(device.room)
    found = Device.objects.live().filter(id=device.id).select_related("person").first()
    if found is None:
        return
    found.end(because=Ending.LEFT, now=now)
    if found.admitted_at is not None and not stays:
        leave(room, person=found.person, now=now)
    else:
        note(room, EventKind.LEFT, now=now)
