"""Causes, cards, marks, ideas and what neighbours add: written alone, shown together."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.moves import position
from reconvene.rooms.actions.turning import NotNow, at_the_table, inside, note
from reconvene.rooms.models import Addition, Card, Cause, Idea, Mark, Room, Written
from reconvene.rooms.rules import MOST_WRITTEN, CardKind, EventKind, MarkKind, Whose
from reconvene.rooms.state import NotYourTurn, RoomState

W = TypeVar("W", bound=Written)


@transaction.atomic
def write_cause(room: Room, *, author: Person, text: str, whose: Whose, now: datetime) -> None:
    """Save one's cause, as often as one likes; empty text removes it. Tells no one before the reveal. Raises NotNow."""
    room, state = inside(room, person=author, now=now)
    need_step(state, "causes")
    put(Cause, room, state, author=author, client_id=box_id(room, author, "cause"), now=now, text=text, whose=whose)


@transaction.atomic
def write_ideas(room: Room, *, author: Person, texts: Mapping[uuid.UUID, str], now: datetime) -> None:
    """Save one's ideas by the ids of their boxes; empty text removes one. Once scoring has begun, an idea keeps its words.

    Tells no one before the reveal. Raises NotNow, also for a box that is not one of one's own.
    """
    room, state = at_the_table(room, person=author, now=now)
    need_step(state, "ideas")
    need_own_boxes(room, author, "idea", texts)
    known = {idea.client_id: idea for idea in Idea.objects.filter(room=room, author=author)}
    for client_id, text in texts.items():
        idea = known.get(client_id)
        if idea is None or not (state.has_reached("score") or idea.taken_back_at or idea.text == text):
            put(Idea, room, state, author=author, client_id=client_id, now=now, text=text)


@transaction.atomic
def add_to_ideas(room: Room, *, author: Person, texts: Mapping[uuid.UUID, str], now: datetime) -> None:
    """Build on a neighbour's ideas: idea id -> what to add; empty text removes the addition. Unknown ideas are left out.

    Tells no one before the reveal. Raises NotNow.
    """
    room, state = inside(room, person=author, now=now)
    need_step(state, "ideas")
    for idea in Idea.objects.filter(room=room, id__in=texts).exclude(author=author):
        box = box_id(room, author, f"addition:{idea.id}")
        put(Addition, room, state, author=author, client_id=box, now=now, text=texts[idea.id], idea=idea)


@transaction.atomic
def put_idea_forward(idea: Idea, *, by: Person, chosen: bool, now: datetime) -> None:
    """Choose which of one's own ideas the group scores, when there are more than eight. Tells no one. Raises NotNow, NotYourTurn."""
    _room, state = inside(idea.room, person=by, now=now)
    if idea.author_id != by.id:
        raise NotYourTurn(_("Everybody chooses among their own."))
    if state.has_reached("score"):
        raise NotNow(_("Scoring has begun."))
    idea.put_forward(now=now if chosen else None)


@transaction.atomic
def send_card(
    room: Room,
    *,
    sender: Person,
    client_id: uuid.UUID,
    kind: CardKind,
    text: str,
    now: datetime,
    to: uuid.UUID | None = None,
    seen: str = "",
) -> Card:
    """Hand a card to whoever has the floor, or had it when the card was written: a phone may have been offline. The speaker sees it after the
    round; nobody is told before. `seen` is the position of the page; without `to` a card for an earlier speaker is refused rather than given to
    another. One that comes later still is shown in the step in which it comes. Raises NotNow.
    """
    room, state = inside(room, person=sender, now=now)
    known = Card.objects.filter(room=room, author=sender, client_id=client_id).first()
    if known is not None:
        return known
    if to is None and seen not in ("", position(state)):
        raise NotNow(_("The floor has passed on since you wrote this card. It was given to nobody; say it aloud, if you like."))
    receiver = str(to) if to else state.holder
    if receiver is None or receiver not in state.order or receiver == str(sender.id):
        raise NotNow(_("Cards go to whoever is speaking."))
    if not state.holds_cards:
        note(room, EventKind.SHARED, now=now)
    return Card.objects.create(
        room=room, author=sender, client_id=client_id, receiver_id=uuid.UUID(receiver), kind=kind, text=text, written_at=now
    )


@transaction.atomic
def take_back_card(card: Card, *, by: Person, now: datetime) -> None:
    """Take one's own card back as long as it was not handed over; it is deleted. Tells no one. Raises NotNow, NotYourTurn for another's."""
    _room, state = inside(card.room, person=by, now=now)
    if card.author_id != by.id:
        raise NotYourTurn(_("Only whoever wrote it can take it back."))
    if not state.holds_cards:
        raise NotNow(_("The round is over, so the card has been handed over already."))
    card.delete()


@transaction.atomic
def mark_cards(room: Room, *, person: Person, marks: Mapping[str, MarkKind], now: datetime) -> None:
    """Say privately what each strategy is to oneself, by the card's key. Tells no one. Raises NotNow."""
    room, state = inside(room, person=person, now=now)
    need_step(state, "cards")
    for key, mark in marks.items():
        Mark.objects.update_or_create(room=room, person=person, card_key=key, defaults={"mark": mark})


def box_id(room: Room, author: Person, name: str) -> uuid.UUID:
    """The id of one member's box on the page: the same on every device and at every rendering, so that saving twice is saving once."""
    return uuid.uuid5(room.id, f"{author.id}:{name}")


def own_boxes(room: Room, author: Person, kind: str) -> list[uuid.UUID]:
    """The ids of one's boxes for ideas ("idea") or lessons ("lesson"): as many as everybody may write."""
    return [box_id(room, author, f"{kind}:{number}") for number in range(1, MOST_WRITTEN[kind] + 1)]


def need_own_boxes(room: Room, author: Person, kind: str, ids: Iterable[uuid.UUID]) -> None:
    """Raises NotNow when one of these is none of one's own boxes."""
    if not set(ids) <= set(own_boxes(room, author, kind)):
        raise NotNow(_("Everybody writes up to %(n)s here. Change one of yours instead.") % {"n": MOST_WRITTEN[kind]})


def need_step(state: RoomState, kind: str) -> None:
    """Raises NotNow while the step of this kind has not come."""
    if not state.has_reached(kind):
        raise NotNow(_("This step has not come yet."))


def put(model: type[W], room: Room, state: RoomState, *, author: Person, client_id: uuid.UUID, now: datetime, **words: object) -> W | None:
    """Write, rewrite or (with empty words) remove one row of `author`; the row when it is new. The same id twice is one row. Drafts are saved
    in silence; what comes after the reveal (a phone that was offline) makes the screens fetch.
    """
    rows: Any = model.objects.filter(room=room)  # type: ignore[attr-defined]  # every concrete model has its manager
    same, made = {"author": author, "client_id": client_id}, None
    if not any(words[name] for name in words if name not in ("whose", "idea")):
        rows.filter(**same).delete()
    elif not rows.filter(**same).update(**words):  # the room is locked, so nobody writes it meanwhile
        made = rows.create(**same, room=room, written_at=now, **words)
    if state.is_revealed:
        note(room, EventKind.SHARED, now=now)
    return made
