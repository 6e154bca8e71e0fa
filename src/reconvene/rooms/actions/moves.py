"""Moving the room: steps, parts, turns, pauses, more time, the host's part."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from reconvene.people.models import Person
from reconvene.rooms import conductor
from reconvene.rooms.actions.turning import Reworded, inside, note, store
from reconvene.rooms.models import Presence, Room
from reconvene.rooms.rules import EventKind, Move, is_away
from reconvene.rooms.state import RoomState

MOVES: Mapping[Move, Callable[..., RoomState]] = {
    Move.NEXT: conductor.next_step,
    Move.BACK: conductor.previous_step,
    Move.PART: conductor.next_part,
    Move.TURN: conductor.end_turn,
    Move.EXTEND: conductor.extend,
    Move.PAUSE: conductor.pause,
    Move.GO_ON: conductor.go_on,
    Move.PASS: conductor.pass_turn,
    Move.TAKE_TURN: conductor.take_turn,
    Move.DONE: conductor.mark_done,
    Move.OFFER: conductor.offer_case,
    Move.END_LATER: conductor.end_later,
}
HARMLESS_LATE = frozenset({Move.PAUSE, Move.GO_ON})


def position(state: RoomState) -> str:
    """Where the room is, as a page states it: step, part and turn."""
    return f"{state.step}.{state.part}.{state.turn}"


@transaction.atomic
def move_room(room: Room, *, by: Person, move: Move, seen: str, now: datetime) -> Room:
    """Carry out one tap. A tap on a page that shows another position than the room has (a double tap, an old page) changes nothing.

    Tells those inside. Raises what rooms.state raises for the move.
    """
    room, state = inside(room, person=by, now=now)
    if move in HARMLESS_LATE or seen == position(state):
        store(room, state, MOVES[move](state, by=str(by.id), now=now), now=now)
    return room


@transaction.atomic
def hand_over(room: Room, *, to: uuid.UUID, by: Person, now: datetime) -> Room:
    """Another member hosts. Tells those inside. The host says who; when the host is away, anybody may take it.

    Raises NotTheHost, NotPresent.
    """
    room, state = inside(room, person=by, now=now)
    presence = Presence.objects.filter(room=room, person_id=state.host).first()
    gone = presence is None or presence.left_at is not None or is_away(presence.seen_at, now)
    new = conductor.hand_over(state, to=str(to), by=str(by.id), host_is_away=gone)
    room.session.hand_over(host=Person.objects.get(id=new.host))
    store(room, state, new, now=now)
    return room


@transaction.atomic
def give_case(room: Room, *, to: uuid.UUID, by: Person, now: datetime) -> Room:
    """The host says whose case it is. Tells those inside. Raises NotTheHost, NotPresent."""
    room, state = inside(room, person=by, now=now)
    store(room, state, conductor.give_case(state, to=str(to), by=str(by.id), now=now), now=now)
    return room


@transaction.atomic
def reword_question(room: Room, *, by: Person, was: str, text: str, now: datetime) -> Room:
    """Change the group's shared question. Tells those inside. Raises Reworded when somebody else changed it since `was`."""
    room, _state = inside(room, person=by, now=now)
    group = room.session.cycle.group
    if group.key_question not in (was, text):
        raise Reworded(theirs=group.key_question, yours=text)
    if group.key_question != text:
        group.reword(text)
        note(room, EventKind.SHARED, now=now)
    return room
