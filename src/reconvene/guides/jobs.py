"""What guides do at every tick: learn what was published."""

from datetime import datetime

from reconvene.base import tenancy
from reconvene.base.jobs import on_tick
from reconvene.guides import finding

AT_ONCE = 10
"""Guides that one tick learns, each in a tenth of a second or two."""


@on_tick
def learn_guides(now: datetime) -> None:
    """Own guides that were published since, or that another encoder knew."""
    finding.learn(tenancy.current(), most=AT_ONCE)
