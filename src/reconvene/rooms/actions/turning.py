"""How every action of a room begins and ends: lock the row, settle the clock, store the state, number the event, wake the streams."""

from dataclasses import replace
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from reconvene.groups.models import Cycle, live_member_ids
from reconvene.people.models import Person
from reconvene.practice.actions import pair_buddies
from reconvene.practice.models import Buddy
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Room, RoomEvent
from reconvene.rooms.models.room import RoomQuerySet
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import NotPresent, RoomError, RoomIsClosed, RoomState

CHANNEL = "reconvene_rooms"


class NotNow(RoomError):
    """The step for this is not there yet, or is over."""


class Reworded(RoomError):
    """Somebody else changed the same words meanwhile; both texts are kept."""

    def __init__(self, *, theirs: str, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(_("Somebody changed this while you wrote. Both texts are below; nothing was overwritten."))


def locking(*, waits: bool = True) -> RoomQuerySet:
    """Rooms whose rows are locked until the transaction ends, with their session and group; without `waits` only those that nobody has locked."""
    return Room.objects.select_for_update(of=("self",), skip_locked=not waits).select_related("session__cycle__group", "session__host")


def locked(room: Room) -> Room:
    """The room's row, locked until the transaction ends, with its session and group; itself when it was locked as it was looked up."""
    return room if room.is_locked else locking().get(id=room.id)


def running(room: Room, *, now: datetime) -> tuple[Room, RoomState]:
    """The locked room and its state as it is by now. Raises NotNow before it has begun, RoomIsClosed after its end."""
    room = locked(room)
    return room, _running(room, now=now)


def _running(room: Room, *, now: datetime) -> RoomState:
    stored = room.state
    if stored is None:
        raise NotNow(_("The session has not begun yet."))
    state = settle_clock(stored, now)
    if state.closed_at is not None:
        raise RoomIsClosed(_("This session is over."))
    store(room, stored, state, now=now)
    return state


def inside(room: Room, *, person: Person, now: datetime) -> tuple[Room, RoomState]:
    """As `running`, for somebody who is in the room. Raises NotPresent for others."""
    return _with(locked(room), person, now=now)


def at_the_table(room: Room, *, person: Person, now: datetime) -> tuple[Room, RoomState]:
    """As `inside`, and after the session as long as those who were there, and still sit in the group, type in what they wrote on paper."""
    room = locked(room)
    stored = room.state
    if stored is None or not takes_typing(room):
        return _with(room, person, now=now)
    if str(person.id) not in stored.present:
        raise NotPresent(_("Say first that you were there."))
    if person.id not in live_member_ids(room.session.cycle.group_id):
        raise NotPresent(_("You do not sit in this group any more."))
    return room, stored


def takes_typing(room: Room) -> bool:
    """Whether the session is over and whoever was there may still type something in: until the cycle ends. After a reconvene that was
    conducted here it has ended already.
    """
    if room.closed_at is None:
        return False
    return Cycle.objects.running().filter(id=room.session.cycle_id).exists()  # asked anew: the row in hand may be from before the lock


def _with(room: Room, person: Person, *, now: datetime) -> tuple[Room, RoomState]:
    state = _running(room, now=now)
    if str(person.id) not in state.present:
        raise NotPresent(_("Please come into the room first."))
    return room, state


def store(room: Room, before: RoomState | None, after: RoomState, *, now: datetime) -> None:
    """Keep the new state and tell the screens what kind of change it was; nothing when nothing changed."""
    if before == after:
        return
    number = room.move_on(after, is_only_done=before is not None and replace(before, done=after.done) == after)
    if after.has_reached("date") and not (before and before.has_reached("date")):
        _pair(room, after, now=now)
    _tell(room, number, kind_of_change(before, after), count=len(after.done), now=now)


def note(room: Room, kind: EventKind, *, now: datetime, count: int = 0) -> None:
    """Append a numbered event and wake the streams when the transaction commits. No words, no names."""
    _tell(room, room.raise_counter(), kind, count=count, now=now)


def _tell(room: Room, number: int, kind: EventKind, *, count: int, now: datetime) -> None:
    RoomEvent.objects.create(room=room, number=number, kind=kind, count=count, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{room.id} {number} {kind.value} {count}"])


def kind_of_change(before: RoomState | None, after: RoomState) -> EventKind:
    """What the screens need to know about the way from one state to the next."""
    if before is None:
        return EventKind.BEGUN
    if after.closed_at is not None:
        return EventKind.CLOSED
    if before.present != after.present:  # who is there is read anew only after these
        return EventKind.ENTERED if set(after.present) - set(before.present) else EventKind.LEFT
    if (before.step, before.part, before.revealed) != (after.step, after.part, after.revealed):
        return EventKind.MOVED
    if (before.turn, before.turn_ends_at is None, before.order) != (after.turn, after.turn_ends_at is None, after.order):
        return EventKind.TURN
    if before.paused_at != after.paused_at:
        return EventKind.PAUSED
    if before.done != after.done:
        return EventKind.COUNT
    return EventKind.MOVED


def _pair(room: Room, state: RoomState, *, now: datetime) -> None:
    """Buddies are drawn once, among those who are in the room when the date is held."""
    cycle = room.session.cycle
    members = list(Person.objects.filter(id__in=state.present).order_by("id"))
    if len(members) > 1 and not Buddy.objects.filter(cycle=cycle).exists():
        pair_buddies(cycle, members=members, seed=room.id.int % 2**31, now=now)
