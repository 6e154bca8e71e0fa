"""When and how often messages may reach a person, and what a message is made of. Pure; used by sending and by composers above."""

import base64
import itertools
import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MAIL = "mail"
"""The channel that everybody has and that everything falls back to."""
PUSH, SMS = "push", "sms"
PER_WEEK, WEEK = 2, 7  # counted messages in any so many days
PER_CYCLE, CYCLE = 8, 28
DAY_ENDS, FRIDAY_ENDS = time(18, 0), time(15, 0)
HOURS = range(7, 15)
"""Hours of the day at which a person may ask to be written to; early enough for every working day, Fridays too."""
FRIDAY, SATURDAY = 4, 5
OURS = re.compile(rb"<([a-z2-7]{26})\.([a-z2-7]{26})@reconvene>", re.IGNORECASE)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
LATE_AFTER = timedelta(hours=6)
"""From when on a notice that did not go tells of an outage, and its person gets no more than one mail a day until all is caught up."""
LARGEST_JUMP = timedelta(minutes=10)  # of a clock; more than daylight saving ever touches, because instants do not shift with it


@dataclass(frozen=True)
class Message:
    """What a composer makes of a notice: one purpose, short paragraphs, one button, or a few to choose an answer from.

    `button` and `choices` are (label, full address); `calendar` is an iCalendar object, `method` its iTIP method. `tip` is a sentence of the
    library; messages to one person with the same `thread` (the id of a row) lie together in a mail program. `to` is an address that is not the person's any more.
    Never anybody's words, a topic, or another member's name except the buddy's first name; one's own plan only when asked for.
    """

    subject: str
    lines: tuple[str, ...]
    button: tuple[str, str] | None = None
    calendar: bytes | None = None
    method: str = ""
    question: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    tip: str = ""
    thread: uuid.UUID | None = None
    to: str = ""


def next_window(now: datetime, *, zone: str, hour: int) -> datetime:
    """`now` when it lies in a person's window, else the window's next opening; both aware, the result in the person's zone.

    The window is Monday to Friday from `hour` o'clock on the person's clock until 18:00, on Fridays until 15:00.
    """
    local = now.astimezone(ZoneInfo(zone))
    for days in range(8):
        day = local.date() + timedelta(days=days)
        opens = datetime.combine(day, time(hour), local.tzinfo)
        closes = datetime.combine(day, FRIDAY_ENDS if day.weekday() == FRIDAY else DAY_ENDS, local.tzinfo)
        if day.weekday() < SATURDAY and local < closes:
            return max(local, opens)
    raise AssertionError("there is a working day in every eight days")


def first_free_day(sent_on: Sequence[date], *, today: date, taken: Collection[date] = ()) -> date | None:
    """The first day from `today` on at which one more counted message keeps the caps; None when the cycle's cap is used up.

    `sent_on` holds the local day of every counted message; days ahead (a clock was put back) count as today. At most one a day,
    PER_WEEK in seven days, PER_CYCLE in twenty-eight. A day that is `taken` by something else is never chosen.
    """
    sent_on = [min(day, today) for day in sent_on]
    if len([day for day in sent_on if today - day < timedelta(days=CYCLE)]) >= PER_CYCLE:
        return None
    for days in range(WEEK + len(taken) + 1):
        day = today + timedelta(days=days)
        if (
            day not in sent_on
            and day not in taken
            and len([sent for sent in sent_on if timedelta() <= day - sent < timedelta(days=WEEK)]) < PER_WEEK
        ):
            return day
    raise AssertionError("after a week without messages there is room for one")


def keeps_caps(days: Collection[date]) -> bool:
    """Whether counted messages on exactly these days would stay within the caps."""
    ordered = sorted(days)
    apart = all(later != earlier for earlier, later in itertools.pairwise(ordered))
    spread = all(last - first >= timedelta(days=WEEK) for first, last in zip(ordered, ordered[PER_WEEK:], strict=False))
    return apart and spread and len(ordered) <= PER_CYCLE


def is_late(due_at: datetime, *, now: datetime) -> bool:
    """Whether a notice is so late that it must be catching up after an outage."""
    return now - due_at > LATE_AFTER


@dataclass(frozen=True)
class ClockReading:
    """One moment on three clocks: the machine's wall clock, one that is never set (in seconds), and the database's."""

    wall: datetime
    steady: float
    database: datetime

    def error_since(self, earlier: "ClockReading") -> timedelta:
        """How far the wall clock is off: from what has passed since an earlier reading, or from the database, whichever is more."""
        jumped = self.wall - earlier.wall - timedelta(seconds=self.steady - earlier.steady)
        return max(abs(jumped), abs(self.wall - self.database))


def message_id(notice: uuid.UUID, organisation: uuid.UUID) -> str:
    """The Message-ID of a notice's mail: the same at every attempt, says whose it is, and fits on one line of a header."""
    return f"<{_short(notice)}.{_short(organisation)}@reconvene>"


def read_message_id(text: bytes) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The notice and the organisation of the first Message-ID of ours in a text, or None."""
    found = OURS.search(text)
    return (_long(found[1]), _long(found[2])) if found else None


def _short(one: uuid.UUID) -> str:
    return base64.b32encode(one.bytes).decode().rstrip("=").lower()


def _long(text: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=base64.b32decode(text.upper() + b"======"))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failed attempt (from 1): five minutes, doubled each time, six hours at most."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 10))


PATIENCE = 3  # attempts by another channel than mail, some half an hour
LEAST_WAIT = timedelta(seconds=10)


def retry_at(attempts: int, *, wait: timedelta | None, now: datetime) -> datetime:
    """When to try again after the `attempts`-th failed attempt. `wait` is what the other side asked for, six hours at most."""
    return now + (wait_after(attempts) if wait is None else min(LONGEST_WAIT, max(LEAST_WAIT, wait)))


def gives_up(attempts: int, *, again_at: datetime, not_after: datetime) -> bool:
    """Whether another channel than mail has failed so often, or would be tried again so late, that mail is the better way."""
    return attempts >= PATIENCE or again_at > not_after


def at_hour(day: date, *, zone: str, hour: int) -> datetime:
    """`hour` o'clock of a day on a person's clock."""
    return datetime.combine(day, time(hour), ZoneInfo(zone))
