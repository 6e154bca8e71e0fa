"""Words and small rules of the four weeks of practice. Pure."""

from enum import StrEnum


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


class HalfWay(StrEnum):
    """What becomes of the plan half-way. Swapping is a finding, not a failure."""

    KEEP = "keep"
    SHRINK = "shrink"
    SWAP = "swap"


CHECK_IN_DAYS = (7, 21)
HALF_WAY_DAY = 14
REPORT_DAY = 25
