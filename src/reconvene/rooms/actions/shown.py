"""Ideas and lessons on the table: their author takes them back; two that say the same become one when both authors want it, the one by
asking, the other by agreeing, and are two again when either says so. Nobody is dragged along by what another does. Called by views.writing.
"""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.turning import NotNow, inside, note
from reconvene.rooms.models import Idea, Lesson
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import NotYourTurn, RoomState

T = TypeVar("T", Idea, Lesson)


@transaction.atomic
def take_back(thing: T, *, by: Person, now: datetime) -> None:
    """Take one's own idea or lesson off the table, until scoring begins. What was merged into it stands by itself again.

    Tells those inside. Raises NotNow, NotYourTurn for another's.
    """
    room, state = inside(thing.room, person=by, now=now)
    if thing.author_id != by.id:
        raise NotYourTurn(_("Only whoever wrote it can take it back."))
    if state.has_reached("score"):
        raise NotNow(_("Scoring has begun; nothing can be taken back any more."))
    thing = _fresh(thing)
    if thing.taken_back_at is None:
        for twin in thing.twins.all():
            twin.merge_into(None)
        thing.take_back(now=now)
        note(room, EventKind.SHARED, now=now)


@transaction.atomic
def ask_to_merge(mine: T, *, other: T, by: Person, now: datetime) -> None:
    """Say that one's own says the same as another. Merged at once when both are one's own, or when the other's author asked the same before.

    Tells those inside. Raises NotNow, NotYourTurn when `mine` is another's.
    """
    room, state = inside(mine.room, person=by, now=now)
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
    room, state = inside(twin.room, person=by, now=now)
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
