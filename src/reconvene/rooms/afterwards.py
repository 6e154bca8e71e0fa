"""What those who were there may still type in after a session, for one viewer. Called by rooms.queries for the closed page.

With `matter` and `written` the only reader of members' words. It shows no name but that of whoever typed in a line from the table that nobody has claimed.
"""

from dataclasses import dataclass
from typing import Any

from reconvene.people.models import Person
from reconvene.rooms import matter, written
from reconvene.rooms.actions.lessons import strategies_on_the_table
from reconvene.rooms.actions.on_paper import has_typed_in
from reconvene.rooms.actions.turning import takes_typing
from reconvene.rooms.models import Idea, Lesson, Room
from reconvene.rooms.rules import typed_in_until
from reconvene.rooms.state import RoomState
from reconvene.scheduling.rules import Kind
from reconvene.surveys.queries import has_answered
from reconvene.surveys.rules import Moment


@dataclass(frozen=True)
class Line:
    """One idea or lesson on the table. `typist` is who typed it in for somebody who has not said "This is mine" yet."""

    thing: Idea | Lesson
    is_yours: bool
    may_go: bool
    typist: Person | None


def of(room: Room, state: RoomState, viewer: Person, *, is_member: bool) -> matter.Matter:
    """Nothing for whoever has left the group, or once the cycle has ended, or when the session never came to writing. Who was not there may
    say that they were.
    """
    is_first = room.session.kind == Kind.FIRST
    if not is_member or not state.has_reached("ideas" if is_first else "lessons", "plan") or not takes_typing(room):
        return {}
    common = {"on_paper": room.on_paper_at is not None, "is_first": is_first, "present": len(state.present), "done": len(state.done)}
    if str(viewer.id) not in state.present:
        return {**common, "may_join": True}
    moment = Moment.AFTER_FIRST if is_first else Moment.AFTER_RECONVENE
    asks = state.has_reached("close") and not has_answered(room.session.cycle, viewer, moment=moment)
    table = _table(room, state, viewer, is_first=is_first)
    return {
        **common,
        **table,
        "is_there": True,
        "has_table": state.has_reached("ideas" if is_first else "lessons"),
        "survey": matter.close(room, state, viewer) if asks else None,
        "may_undo": room.on_paper_at is not None and not table["lines"] and not has_typed_in(room, state),
        **({} if is_first else _settling(room, state, viewer)),
    }


def _table(room: Room, state: RoomState, viewer: Person, *, is_first: bool) -> matter.Matter:
    """One's own boxes, everything on the table, and which of one's own could be made one with another."""
    model: type[Idea] | type[Lesson] = Idea if is_first else Lesson
    around = ("author",) if is_first else ("author", "builds_on")
    rows: list[Any] = list(model.objects.filter(room=room).select_related(*around).prefetch_related("twins"))
    alive = [row for row in rows if row.is_on_the_table]
    own = [row for row in rows if row.author_id == viewer.id]
    is_author = not is_first and any(row.author_id == viewer.id for row in alive)
    return {
        "strategies": strategies_on_the_table(room) if is_author else [],
        "boxes": written.boxes_of(room, viewer, own, kind="idea" if is_first else "lesson"),
        "lines": [_line(one, state, viewer) for one in alive],
        "twins": {} if state.has_reached("score") else written.twins(alive, viewer),
        "things": alive,
    }


def _line(thing: Idea | Lesson, state: RoomState, viewer: Person) -> Line:
    is_yours = thing.author_id == viewer.id
    return Line(thing, is_yours, is_yours and state.may_take_back(thing.written_at), thing.author if thing.from_table_at else None)


def _settling(room: Room, state: RoomState, viewer: Person) -> matter.Matter:
    """Of a reconvene: whom it is published by, one's plan for the weeks after it (of others the page shows the lines elsewhere), what the group does next, who is done, and until when. Totals stay hidden until it is over."""
    ended_at, told_at = room.session.ended_at, room.on_paper_at
    return {
        "choices": {**matter.choices(room, state, viewer), "totals": None},
        "plan": {**matter.plan(room, state, viewer), "lines": []},
        "is_done": str(viewer.id) in state.done,
        "until": typed_in_until(ended_at, told_at) if ended_at and told_at else None,
    }
