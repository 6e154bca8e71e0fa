"""Ideas and lessons on the table: their author takes them back; two that say the same become one when both authors want it, the one by
asking, the other by agreeing, and are two again when either says so. Nobody is dragged along by what another does. Called by views.writing.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.turning import NotNow, at_the_table, note
from reconvene.rooms.actions.writing import box_id, need_step, put
from reconvene.rooms.models import Idea, Lesson, Room
from reconvene.rooms.rules import MOST_IDEAS, EventKind
from reconvene.rooms.state import NotYourTurn, RoomState
from reconvene.scheduling.rules import Kind

T = TypeVar("T", Idea, Lesson)


@transaction.atomic
def take_back(thing: T, *, by: Person, now: datetime) -> None:
    """Take one's own idea or lesson off the table, until scoring begins; what was typed in after the session at any time. What was merged
    into it stands by itself again.

    Tells those inside. Raises NotNow, NotYourTurn for another's.
    """
    room, state = at_the_table(thing.room, person=by, now=now)
    if thing.author_id != by.id:
        raise NotYourTurn(_("Only whoever wrote it can take it back."))
    if not state.may_take_back(thing.written_at):
        raise NotNow(_("Scoring has begun; nothing can be taken back any more."))
    thing = _fresh(thing)
    if thing.taken_back_at is None:
        for twin in thing.twins.all():
            twin.merge_into(None)
        thing.take_back(now=now)
        note(room, EventKind.SHARED, now=now)


@transaction.atomic
def write_for_table(room: Room, *, typist: Person, client_id: uuid.UUID, words: Mapping[str, str], now: datetime) -> None:
    """Type in, after the session, what somebody else said: an idea's `text`, or a lesson's words. It is the typist's until whoever said it
    says so. The same id twice is one. Tells the others' screens. Raises NotNow without words or when there are too many.
    """
    room, state = at_the_table(room, person=typist, now=now)
    is_first = room.session.kind == Kind.FIRST
    model: type[Idea] | type[Lesson] = Idea if is_first else Lesson
    _need_over(room)
    need_step(state, "ideas" if is_first else "lessons")
    if not any(words.values()):
        raise NotNow(_("Write a few words first."))
    own_id = box_id(room, typist, f"table:{client_id}")
    if model.objects.filter(room=room, client_id=own_id).exists():
        return
    if model.objects.filter(room=room, taken_back_at=None).exclude(from_table_at=None).count() >= MOST_IDEAS * len(state.present):
        raise NotNow(_("There are many lines already of which nobody has said “This is mine”. Ask around first."))
    made = put(model, room, state, author=typist, client_id=own_id, now=now, **words)
    if made:
        made.leave_open_whose(now=now)
    if made and room.on_paper_at and isinstance(made, Lesson):
        made.settle(now=now)


@transaction.atomic
def claim(thing: T, *, by: Person, now: datetime) -> None:
    """Say of a line from the table that it is one's own: then one is its author, and may take it back. Claimed twice is claimed once.

    Tells the others' screens, without a name. Raises NotNow, NotYourTurn when it is somebody's already.
    """
    room, _state = at_the_table(thing.room, person=by, now=now)
    thing = _fresh(thing)
    _need_over(room)
    if thing.author_id == by.id and thing.from_table_at is None:
        return
    if thing.from_table_at is None or thing.taken_back_at is not None:
        raise NotYourTurn(_("Somebody has said already that this is theirs, or has taken it back."))
    thing.belong_to(by)
    note(room, EventKind.SHARED, now=now)


@transaction.atomic
def ask_to_merge(mine: T, *, other: T, by: Person, now: datetime) -> None:
    """Say that one's own says the same as another. Merged at once when both are one's own, or when the other's author asked the same before.

    Tells those inside. Raises NotNow, NotYourTurn when `mine` is another's.
    """
    room, state = at_the_table(mine.room, person=by, now=now)
    mine, other = _fresh(mine), _fresh(other)
    _need_time(state, mine)
    if mine.author_id != by.id:
        raise NotYourTurn(_("Choose one of your own. Only its author can say that it is the same."))
    if mine.id == other.id or not (mine.is_on_the_table and other.is_on_the_table):
        raise NotNow(_("Choose two that are on the table."))
    if by.id == other.author_id or other.same_as_id == mine.id:
        _merge(mine, other)
    else:
        mine.ask_to_merge(other)
    note(room, EventKind.SHARED, now=now)


@transaction.atomic
def answer_twin(twin: T, *, by: Person, agrees: bool, now: datetime) -> None:
    """The other's author makes one of the two; either author keeps them apart, or takes them apart again. Answered twice is answered once.

    Tells those inside. Raises NotNow, NotYourTurn for everybody else.
    """
    room, state = at_the_table(twin.room, person=by, now=now)
    twin = _fresh(twin)
    other = twin.same_as or twin.merged_into
    if other is None or (agrees and twin.merged_into):
        return
    _need_time(state, twin)
    if by.id != other.author_id and (agrees or by.id != twin.author_id):
        raise NotYourTurn(_("Only the two authors can answer this."))
    if agrees and twin.is_on_the_table and other.is_on_the_table:
        _merge(twin, other)
    else:
        twin.merge_into(None)
    note(room, EventKind.SHARED, now=now)


def _fresh(thing: T) -> T:
    """As it is now that the room is locked."""
    return type(thing).objects.select_related("same_as", "merged_into").get(id=thing.id)


def _merge(twin: T, keep: T) -> None:
    """With everything that was merged into it before."""
    for one in (*twin.twins.all(), twin):
        one.merge_into(keep)


def _need_time(state: RoomState, thing: Idea | Lesson) -> None:
    step = "ideas" if isinstance(thing, Idea) else "lessons"
    if not state.has_revealed(step) or state.has_reached("score"):
        raise NotNow(_("Twins are merged after reading out and before scoring."))


def _need_over(room: Room) -> None:
    if room.closed_at is None:
        raise NotNow(_("While the session goes on, everybody writes their own."))
