"""Who sits in a room by a device without an account: what the browser's session holds, and what that is worth now.

Called by the middleware, the stream, the views and `queries`. Nothing here writes a row.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

from reconvene.base.middleware import ORGANISATION
from reconvene.people.models import Person
from reconvene.rooms.door import Ending, helper_sees_until, names_to_choose
from reconvene.rooms.models import Device, Helper, Presence, Room
from reconvene.rooms.state import RoomState

DEVICE, CODE = "room_device", "room_code"  # the session's keys


@dataclass(frozen=True)
class Seat:
    """One seat that a device may ask for."""

    person: Person
    name: str


@dataclass(frozen=True)
class Door:
    """Who waits at the door and who came in without an account, for the people inside; and the helper, while there is one.

    `helper_until` is None before the session has begun.
    """

    knocking: tuple[Device, ...] = ()
    seated: tuple[Device, ...] = ()
    helper: Helper | None = None
    helper_until: datetime | None = None


def remember(session: SessionBase, device: Device) -> None:
    """Let this browser count as the device. Its session gets a new key, so that nobody who knew the old one comes along."""
    session.cycle_key()
    session[DEVICE], session[CODE], session[ORGANISATION] = str(device.id), device.room.code, str(device.organisation_id)


def device_of(session: SessionBase) -> Device | None:
    """The browser's device, whatever it is worth; None when it has none in the organisation of the work in hand."""
    known = session.get(DEVICE)
    return Device.objects.select_related("person__organisation", "room__session").filter(id=known).first() if known else None


def why_ended(device: Device, *, now: datetime) -> Ending | None:
    """Why the device counts as nobody any more, or None while it may wait or sit."""
    if device.ended_at is not None:
        return Ending(device.ended_because)
    if not Room.objects.joinable(now).filter(id=device.room_id).exists():
        return Ending.CLOSED
    if not device.person.is_active or not Room.objects.visible_to(device.person).filter(id=device.room_id).exists():
        return Ending.NO_SEAT
    return None


def sitting(session: SessionBase, *, session_id: uuid.UUID, now: datetime) -> Person | None:
    """As whom this browser sits in the room of a session without being signed in; None for everybody else."""
    device = device_of(session)
    if device is None or device.admitted_at is None or device.room.session_id != session_id or why_ended(device, now=now):
        return None
    return device.person


def free_seats(room: Room) -> list[Seat]:
    """The members who are neither in the room nor at its door."""
    here = Presence.objects.filter(room=room, left_at=None).values("person_id")
    members = room.session.cycle.group.memberships.live().exclude(person_id__in=here).select_related("person")
    people = [membership.person for membership in members]
    return [Seat(person, name) for person, name in zip(people, names_to_choose([one.name for one in people]), strict=True)]


def door_of(room: Room, state: RoomState | None, *, now: datetime) -> Door:
    """What the people inside are told about devices and the helper."""
    devices = list(Device.objects.live().filter(room=room).prefetch_related("person", "admitted_by"))  # mostly there is none
    helper = None if state and now >= helper_sees_until(state.started_at) else Helper.objects.filter(room=room, ended_at=None).first()
    until = helper_sees_until(state.started_at) if helper and state else None
    return Door(_those(devices, admitted=False), _those(devices, admitted=True), helper, until)


def _those(devices: Collection[Device], *, admitted: bool) -> tuple[Device, ...]:
    return tuple(device for device in devices if (device.admitted_at is not None) is admitted)
