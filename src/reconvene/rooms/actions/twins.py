"""Two ideas or two lessons that say the same become one when both authors want it: the one asks, the other agrees. Until then, and when
nobody answers, both stay as they are.
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
def answer_twin(asking: T, *, by: Person, agrees: bool, now: datetime) -> None:
    """The other's author makes one of the two; either author keeps them apart. Nothing happens when it was answered already.

    Tells those inside. Raises NotNow, NotYourTurn for everybody else.
    """
    room, state = inside(asking.room, person=by, now=now)
    asking = _fresh(asking)
    other = asking.same_as
    if other is None:
        return
    _need_time(state, asking)
    if by.id != other.author_id and (agrees or by.id != asking.author_id):
        raise NotYourTurn(_("Only the two authors can answer this."))
    if agrees and asking.is_on_the_table and other.is_on_the_table:
        _merge(asking, other)
    else:
        asking.ask_to_merge(None)
    note(room, EventKind.SHARED, now=now)


def _fresh(thing: T) -> T:
    """As it is now that the room is locked."""
    return type(thing).objects.select_related("same_as").get(id=thing.id)


def _merge(twin: T, keep: T) -> None:
    """With everything that was merged into it before."""
    for one in (*twin.twins.all(), twin):
        one.merge_into(keep)


def _need_time(state: RoomState, thing: Idea | Lesson) -> None:
    step = "ideas" if isinstance(thing, Idea) else "lessons"
    if not state.has_revealed(step) or state.has_reached("score"):
        raise NotNow(_("Twins are merged after reading out and before scoring."))
