"""Words and small rules about challenges. Pure."""

from enum import StrEnum


class Start(StrEnum):
    """When the first session should be."""

    THIS_WEEK = "this_week"
    TWO_WEEKS = "two_weeks"
    WHENEVER = "whenever"


FIRST_WINDOW_DAYS = {Start.THIS_WEEK: (1, 7), Start.TWO_WEEKS: (3, 18), Start.WHENEVER: (5, 35)}
"""From how many to how many days ahead the first session may lie."""
