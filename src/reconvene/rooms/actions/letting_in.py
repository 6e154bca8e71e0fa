"""How everybody comes into a room in the end, whether signed in, by link or by code. Called by `entering` and `devices`."""

from datetime import datetime

from reconvene.people.models import Person
from reconvene.rooms import conductor
from reconvene.rooms.actions.reading import bring_marks
from reconvene.rooms.actions.turning import note, store
from reconvene.rooms.conductor import settle_clock
from reconvene.rooms.models import Presence, Room
from reconvene.rooms.rules import EventKind


def is_inside(room: Room, person: Person) -> bool:
    """Whether the person is in the room now."""
    return Presence.objects.filter(room=room, person=person, left_at=None).exclude(admitted_at=None).exists()


def let_in(room: Room, presence: Presence, *, now: datetime) -> Room:
    """Give a member their place in a locked room. Tells those inside."""
    was_in = presence.admitted_at is not None and presence.left_at is None
    presence.admit(now=now)
    if not was_in:
        bring_marks(room, presence.person)
    stored = room.state
    state = conductor.arrive(settle_clock(stored, now), person=str(presence.person_id), now=now) if stored else None
    if state is not None:
        for left in map(
            str, room.presences.exclude(left_at=None).values_list("person_id", flat=True)
        ):  # the last to leave kept the room open
            state = conductor.depart(state, person=left, now=now)
    if state is not None and stored != state:
        store(room, stored, state, now=now)
    elif not was_in:
        note(room, EventKind.ENTERED, now=now)
    return room
