"""Words and small rules about challenges. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Start(StrEnum):
    """When the first session should be."""

    THIS_WEEK = "this_week"
    TWO_WEEKS = "two_weeks"
    WHENEVER = "whenever"


FIRST_WINDOW_DAYS = {Start.THIS_WEEK: (1, 7), Start.TWO_WEEKS: (3, 18), Start.WHENEVER: (5, 35)}
"""From how many to how many days ahead the first session may lie."""


@dataclass(frozen=True)
class ChallengeDraft:
    """What the form gives: texts of the person, urgency 0-10, and the names that were noticed and kept on purpose."""

    text: str
    urgency: int
    wants: str = ""
    does_not_want: str = ""
    start: Start = Start.TWO_WEEKS
    has_experience: bool = False
    names_kept: tuple[str, ...] = ()


def crowd_word(others: int) -> str:
    """How many others wait on a topic, as a code: never a small number. "" up to one, "few" from two, "table" from four."""
    if others >= 4:
        return "table"
    return "few" if others >= 2 else ""
