"""What somebody marks while reading a guide, and how it comes into a session."""

from collections.abc import Mapping

from django.db import transaction

from reconvene.people.models import Person
from reconvene.rooms import script
from reconvene.rooms.models import Mark, ReaderMark, Room
from reconvene.rooms.rules import MarkKind


@transaction.atomic
def mark_while_reading(person: Person, *, marks: Mapping[str, MarkKind]) -> None:
    """Say for oneself what each strategy is, by the card's key; the newest counts. Tells no one."""
    for key, mark in marks.items():
        ReaderMark.objects.update_or_create(person=person, card_key=key, defaults={"mark": mark})


def bring_marks(room: Room, person: Person) -> None:
    """Begin with what the person marked on the guide's page, where they have not marked anything in the room. Saves; tells no one."""
    guide = script.guide_of(room.session.cycle)
    brought = ReaderMark.objects.visible_to(person).filter(card_key__in=[card.key for card in guide.cards] if guide else ())
    Mark.objects.bulk_create(
        [Mark(room=room, person=person, card_key=one.card_key, mark=one.mark) for one in brought], ignore_conflicts=True
    )
