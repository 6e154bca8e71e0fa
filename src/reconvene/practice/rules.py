"""Words and small rules of the four weeks of practice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class CameUp(StrEnum):
    """Did the situation come up?"""

    NO = "no"
    ONCE = "once"
    MORE = "more"


class DidIt(StrEnum):
    """Did you do what you planned?"""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"
    SWAPPED = "swapped"


class DecidedBy(StrEnum):
    """What mainly decided that?"""

    MOMENT_CAME = "moment_came"
    REMEMBERED = "remembered"
    FELT_ABLE = "felt_able"
    NO_TIME = "no_time"
    WRONG_OCCASION = "wrong_occasion"
    SOMEONE_ABOVE = "someone_above"
    NO_LONGER_MATTERS = "no_longer_matters"
    OTHER = "other"


class Times(StrEnum):
    """How many times somebody did what they planned, in the four weeks."""

    NEVER = "never"
    ONCE = "once"
    FEW = "few"
    OFTEN = "often"


class HalfWay(StrEnum):
    """What becomes of the plan half-way. Swapping is a finding, not a failure."""

    KEEP = "keep"
    SHRINK = "shrink"
    SWAP = "swap"


CHECK_IN_DAYS = (7, 21)
HALF_WAY_DAY = 14
TALK_FROM = 7  # the day from which two buddies may say that they have talked
REPORT_DAY = 25
REPORT_DAYS = 5  # days before the reconvene from which the report is the next thing
SECOND_FROM = 16
"""From this day on a check-in is the second one; its message never comes earlier."""
RECALL_DAYS = range(3, 6)
"""Days on which one is asked to say the if-then line from memory, on the home page."""
UNANSWERED = 2
"""So many counted messages without an answer or a visit, and the program falls silent for the rest of the cycle."""
TIPS = 4
WEEKS = range(1, TIPS + 1)
"""The weeks of the practice, as members count them."""
FEWEST_FOR_A_COUNT = 4
"""Below so many members not even the group sees how many have tried something."""


@dataclass(frozen=True)
class PlanDraft:
    """What a member writes into a plan: wish, best result, obstacle (private for good), cue, action, sign, first occasion."""

    want: str
    best_result: str
    obstacle: str
    if_cue: str
    then_action: str
    sign: str
    first_on: date | None = None


@dataclass(frozen=True)
class ReportDraft:
    """What a member brings to the reconvene. Every part may be empty. `times` is one of Times, `weeks` are among WEEKS."""

    planned: str = ""
    did: str = ""
    happened: str = ""
    surprised: str = ""
    private_notes: str = ""
    times: str = ""
    weeks: tuple[int, ...] = ()


def check_in_day(day: int) -> int:
    """Which check-in, 7 or 21, is meant on a day of the practice."""
    return CHECK_IN_DAYS[1] if day >= SECOND_FROM else CHECK_IN_DAYS[0]


def is_half_way(day: int) -> bool:
    """Whether it is time to keep, shrink or swap the plan; afterwards the second check-in comes first."""
    return HALF_WAY_DAY - 1 <= day < SECOND_FROM


def is_time_to_report(day: int, days: int) -> bool:
    """Whether the report is the next thing, `days` being the day of the reconvene."""
    return day >= days - REPORT_DAYS


def week_number(day: int) -> int:
    """Which week of the practice a day belongs to, from 0; what comes after the fourth still counts to it."""
    return min(max(day - 1, 0) // 7, TIPS - 1)


def is_silent(unanswered: int) -> bool:
    """Whether so many counted messages since the last sign of life are enough."""
    return unanswered >= UNANSWERED


def has_tried(did_it: str) -> bool:
    """Whether an answer means that something of the plan was done."""
    return did_it in (DidIt.FULLY, DidIt.PARTLY)


def evidence_of(answered: Sequence[tuple[int, str, str]]) -> tuple[str, tuple[int, ...]]:
    """How often and in which weeks something was done, as far as check-ins tell: from (day, came up, did it) of each that was answered.

    "" for how often when none was answered, or when the plan was swapped and nothing else is known.
    """
    tried = [(day, came_up) for day, came_up, did_it in answered if has_tried(did_it)]
    weeks = tuple(sorted({week_number(day) + 1 for day, _came_up in tried}))
    if not tried:
        says_no = bool(answered) and all(did_it != DidIt.SWAPPED for _day, _came_up, did_it in answered)
        return (Times.NEVER if says_no else ""), weeks
    return (Times.FEW if len(tried) > 1 or tried[0][1] == CameUp.MORE else Times.ONCE), weeks


def ring(members: Sequence[T]) -> list[tuple[T, T]]:
    """(person, buddy) for everyone: pairs in the order given, the last three as a ring when their number is odd. None below two."""
    if len(members) < 2:
        return []
    odd = len(members) % 2
    pairs = members[:-3] if odd else members
    pairing = [pair for one, two in zip(pairs[::2], pairs[1::2], strict=True) for pair in ((one, two), (two, one))]
    return pairing + ([(members[-3], members[-2]), (members[-2], members[-1]), (members[-1], members[-3])] if odd else [])
