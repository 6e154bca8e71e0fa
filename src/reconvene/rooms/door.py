"""Words and small rules of the room's door: devices without an account, and the start-up helper. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

MOST_WAITING = 6  # devices at the door of one room; there are no more seats
HELPER_STAYS = timedelta(minutes=10)  # after the session began
HELPER_LINK = "helper"


class CameBy(StrEnum):
    """What a device without an account had in hand."""

    CODE = "code"  # and somebody inside confirmed whose seat it is
    LINK = "link"  # a member's own


class Ending(StrEnum):
    """Why a device no longer counts as a member."""

    LEFT = "left"
    SENT_AWAY = "sent_away"
    TAKEN = "taken"
    CLOSED = "closed"
    NO_SEAT = "no_seat"


def helper_sees_until(began_at: datetime) -> datetime:
    """When the start-up helper goes, whatever the room does."""
    return began_at + HELPER_STAYS


def names_to_choose(names: Sequence[str]) -> list[str]:
    """First names, in the same order; two people of one first name get the initial of their last name too."""
    firsts = [name.split(" ")[0] for name in names]
    return [first if firsts.count(first) == 1 else f"{first} {name.split(' ')[-1][:1]}." for first, name in zip(firsts, names, strict=True)]
