"""What a published difference between the halves of a pilot says, in one sentence, and what it cannot say at its size. Pure; used wherever one is shown."""

import math

from reconvene.base.translation import gettext
from reconvene.privacy.disclosure import Z_95

Z_POWER = Z_95 + 0.8416
"""Two-sided 5 %, power 80 %."""


def meaning(low: float, high: float) -> str:
    """One sentence about the 95 % interval of a difference, in points; above zero those who took part fare better."""
    words = {"low": points(low), "high": points(high), "least": points(found_four_times_in_five(low, high))}
    if low > 0:
        said = gettext(
            "Chance alone would rarely do this: those who took part fare better, by %(low)s to %(high)s points; so few people do not tell more exactly by "
            "how much, nor whether it lasts."
        )
    elif high < 0:
        said = gettext(
            "Chance alone would rarely do this: those who took part fare worse, and so few people do not tell by how much. Find out why before more begin."
        )
    else:
        said = gettext(
            "So few people cannot prove a moderate effect: four times in five only a difference of %(least)s points or more is found. Read it as a "
            "direction; zero lies inside, which does not show that nothing happens."
        )
    return said % words


def found_four_times_in_five(low: float, high: float) -> float:
    """The smallest difference that is found with power 80 % where the interval is so wide, in steps of half a point. Half an interval is some two
    standard errors, and it takes 2.8 (method 5.2).
    """
    return math.ceil(2 * (high - low) / 2 * Z_POWER / Z_95) / 2


def points(value: float) -> str:
    """A number of points as it is written, with a minus that is one."""
    return f"{value:g}".replace("-", "\u2212")
