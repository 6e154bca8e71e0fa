"""Words and small rules about sessions as appointments. Pure."""

from collections.abc import Collection
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


class Outcome(StrEnum):
    """What followed from a member's answer to a date, or to the question whether the group still wants to meet."""

    KEPT = "kept"
    NEW_DATE = "new_date"
    ASKED = "asked"
    ENDED = "ended"


LONGEST = timedelta(hours=3)  # of a session, with much to spare
DOORS_OPEN = timedelta(hours=1)  # before the planned start
DOORS_SHUT = timedelta(hours=6)  # after it, for a session that never began
HELD_WITHOUT_WORD = timedelta(hours=24)  # after the start; who met on paper has this long to say so before another date is found
ASKED_AGAIN_AFTER = timedelta(days=4)  # to whoever has not answered the question
ANSWER_WITHIN = timedelta(days=7)  # to the question whether the group still wants to meet
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


def working_day_before(day: date, *, weekdays: Collection[int] = range(FRIDAY + 1), holidays: Collection[date] = ()) -> date:
    """The last day before `day` on which somebody works: a Monday to Friday of theirs that is no holiday. The last Monday to Friday when there is
    none in seven days."""
    found = [before for number in range(1, 8) if (before := day - timedelta(days=number)).weekday() <= FRIDAY]
    return next((before for before in found if before.weekday() in weekdays and before not in holidays), found[0])


def doors_are_open(*, starts_at: datetime, now: datetime) -> bool:
    """Whether people may come in already."""
    return now >= starts_at - DOORS_OPEN


def doors_shut_at(starts_at: datetime) -> datetime:
    """Until when links and codes lead into the room, if nobody has ended the session before."""
    return starts_at + DOORS_SHUT
