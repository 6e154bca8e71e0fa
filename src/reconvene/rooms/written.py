"""What was written in a room, as one viewer may have it: cards, ideas and lessons, and the boxes to write them in.

Called by `matter` and `afterwards`, which put them into the steps, and by home for what a group did not see alike.
"""

from collections.abc import Sequence
from typing import Any

from reconvene.groups.models import Group
from reconvene.people.models import Person
from reconvene.rooms.actions.writing import own_boxes
from reconvene.rooms.models import Addition, Card, Idea, Lesson, Room
from reconvene.rooms.rules import MOST_SCORED, neighbour, share_each
from reconvene.rooms.state import SPEAKING_KINDS, RoomState

STRATEGIES_SHOWN, DISAGREEMENTS_SHOWN = 3, 10


def handed(room: Room, state: RoomState, viewer: Person | None) -> list[Card]:
    """Cards for the viewer, once the round of turns is over, without their senders; in later steps those that only just came, from a phone without a network."""
    if viewer is None or state.holds_cards or not state.has_reached(*SPEAKING_KINDS):
        return []
    cards = Card.objects.filter(room=room, receiver=viewer)
    return list(cards if state.shows_cards else cards.filter(written_at__gte=state.step_started_at))


def sent(room: Room, state: RoomState, viewer: Person) -> list[Card]:
    """The viewer's own cards that nobody has been handed yet."""
    return list(Card.objects.filter(room=room, author=viewer).select_related("receiver")) if state.holds_cards else []


def alive_lessons(room: Room) -> list[Lesson]:
    """Lessons on the table: not taken back, not merged into another."""
    alive = Lesson.objects.filter(room=room, taken_back_at=None, merged_into=None)
    return list(alive.select_related("builds_on").defer("builds_on__search").prefetch_related("twins"))


def told_lessons(room: Room) -> list[Lesson]:
    """Those of them that say what to do: only these can be scored and settled. The others wait on the table for their words."""
    return [lesson for lesson in alive_lessons(room) if lesson.doing]


def twins(alive: Sequence[Idea | Lesson], viewer: Person) -> dict[str, Any]:
    """Which of the viewer's own could be merged with another, whom they asked, what they are asked, and what was merged; without names."""
    by_id = {one.id: one for one in alive}
    pairs = [(one, by_id[one.same_as_id]) for one in alive if one.same_as_id in by_id]
    return {
        "own": [one for one in alive if one.author_id == viewer.id] if len(alive) > 1 else [],
        "asking": [(one, other) for one, other in pairs if one.author_id == viewer.id],
        "asked": [(one, other) for one, other in pairs if other.author_id == viewer.id],
        "merged": [(twin, one) for one in alive for twin in one.twins.all() if viewer.id in (twin.author_id, one.author_id)],
    }


def scored_ideas(room: Room, state: RoomState) -> list[Idea]:
    """The at most eight ideas that are scored: all of them, or what each author put forward, else their first."""
    alive = list(Idea.objects.filter(room=room, taken_back_at=None, merged_into=None).prefetch_related("additions"))
    if len(alive) <= MOST_SCORED:
        return alive
    each = share_each(len({idea.author_id for idea in alive}))
    chosen: list[Idea] = []
    for author in {idea.author_id: None for idea in alive}:
        own = sorted((idea for idea in alive if idea.author_id == author), key=lambda idea: (idea.put_forward_at is None, idea.written_at))
        chosen += own[:each]
    return sorted(chosen, key=lambda idea: idea.id)[:MOST_SCORED]


def neighbours(room: Room, state: RoomState, viewer: Person, alive: list[Idea]) -> list[tuple[Idea, str]]:
    """The ideas of the next in the ring who wrote any, with what the viewer added to each. Who passed in the round has no place in its order any more."""
    writers = {str(idea.author_id) for idea in alive} | {str(viewer.id)}
    ring = dict.fromkeys((*state.order, *state.present))
    whose = neighbour([person for person in ring if person in writers], str(viewer.id))
    added = {one.idea_id: one.text for one in Addition.objects.filter(room=room, author=viewer)}
    return [(idea, added.get(idea.id, "")) for idea in alive if str(idea.author_id) == whose]


def boxes_of(room: Room, viewer: Person, rows: Sequence[Any], *, kind: str = "idea") -> list[tuple[int, Any, Any]]:
    """(number, id of the box, what is in it or None) for each of one's boxes."""
    by_id = {row.client_id: row for row in rows}
    return [(number, one, by_id.get(one)) for number, one in enumerate(own_boxes(room, viewer, kind), start=1)]


def settled_before(room: Room, viewer: Person | None) -> Sequence[Lesson]:
    """What this group settled on the same topic in earlier cycles, newest first, for whoever was there. What was published comes from the
    playbook, to which nothing leads from here.
    """
    cycle = room.session.cycle
    if viewer is None or cycle.number == 1:  # a group's first cycle has none before it: most groups are not asked for
        return []
    kept = Lesson.objects.filter(room__session__cycle__group=cycle.group_id, room__session__cycle__topic=cycle.topic_id, merged_into=None)
    there = kept.filter(room__presences__person=viewer, room__presences__admitted_at__isnull=False)
    settled = there.filter(settled_at__isnull=False, taken_back_at=None, published_at=None)
    return list(settled.order_by("-settled_at", "id")[:STRATEGIES_SHOWN])


def disagreements(group: Group, *, viewer: Person) -> list[Lesson]:
    """What the group did not see alike, in all its cycles, newest first, for whoever was there. One query."""
    kept = Lesson.objects.filter(room__session__cycle__group=group, taken_back_at=None, merged_into=None).exclude(disagreed_at=None)
    there = kept.filter(room__presences__person=viewer, room__presences__admitted_at__isnull=False)
    return list(there.order_by("-disagreed_at", "id")[:DISAGREEMENTS_SHOWN])
