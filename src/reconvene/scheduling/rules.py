"""Words and small rules about sessions as appointments. Pure."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """Which of a cycle's two sessions."""

    FIRST = "first"
    RECONVENE = "reconvene"


class Answer(StrEnum):
    """A member's answer to a session's date."""

    YES = "yes"
    NO = "no"


ROOM_NAMES = [
    "Alder",
    "Ash",
    "Aspen",
    "Beech",
    "Birch",
    "Cedar",
    "Elm",
    "Fir",
    "Hazel",
    "Holly",
    "Juniper",
    "Larch",
    "Lime",
    "Maple",
    "Oak",
    "Pine",
    "Rowan",
    "Spruce",
    "Willow",
    "Yew",
]
"""Rooms are trees: a word to type with a number behind it, which hints at nothing."""
LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
FRIDAY = 4


def read_local(text: str) -> datetime:
    """A wall time as it is stored, "2026-03-03T10:00", as a naive datetime. Raises ValueError."""
    return datetime.strptime(text, LOCAL_FORMAT)  # noqa: DTZ007  # wall time; the zone is kept beside it


def write_local(local: datetime) -> str:
    """The stored form of a wall time."""
    return local.strftime(LOCAL_FORMAT)


def instant(local: datetime, zone: str) -> datetime:
    """The moment (aware, UTC) at which clocks in `zone` show the naive `local`, by RFC 5545 3.3.5.

    An hour that clocks skip is read with the offset before the change; of an hour that comes twice, the first counts.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def working_day_before(day: date) -> date:
    """The last Monday-to-Friday day before `day`."""
    before = day - timedelta(days=1)
    return before - timedelta(days=max(0, before.weekday() - FRIDAY))
