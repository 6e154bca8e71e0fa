"""What a device sends again, and what was held up on its way: every input carries a number by the room's clock, and the newest counts."""

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.rooms.actions.turning import locked
from reconvene.rooms.models import Receipt, Room
from reconvene.rooms.state import RoomError


class Older(RoomError):
    """Something newer by the same author stands in the same place already."""


@transaction.atomic
def is_news(room: Room, *, person: Person, place: str, number: int) -> bool:
    """Whether an input was not taken yet; False when it is the one that was taken last. Locks the room. Tells no one. Raises Older."""
    locked(room)
    last = Receipt.objects.filter(room=room, person=person, place=place).values_list("number", flat=True).first()
    if last is not None and number < last:
        raise Older(_("You wrote something newer in the same place, on another device or in another tab. That stands; this is below."))
    return number != last


@transaction.atomic
def note_taken(room: Room, *, person: Person, place: str, number: int) -> None:
    """Note that an input was taken, in the transaction that took it. Tells no one."""
    taken = Receipt(room=room, person=person, place=place, number=number)
    Receipt.objects.bulk_create([taken], update_conflicts=True, unique_fields=["room", "person", "place"], update_fields=["number"])
