"""Whose hour is the worst of a session, when its members live in different time zones. Pure; called by `dates` and scheduling.

An hour burdens somebody by the minutes of the session before ten or after four on their own clock; those before nine or after five count twice.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

COMFORT = 10 * 60, 16 * 60
OFFICE = 9 * 60, 17 * 60
"""From when to when, in minutes of the local day."""


def burden(start: datetime, *, minutes: int, zone: str) -> int:
    """How a session that starts at this instant burdens somebody in the zone: 0 in the middle of the day, twice its minutes at night."""
    before, after = _edges(start, minutes, zone)
    return before + after


def is_late(start: datetime, *, minutes: int, zone: str) -> bool:
    """Whether it lies rather late than early in the day of somebody in the zone."""
    before, after = _edges(start, minutes, zone)
    return after > before


@lru_cache(maxsize=8192)
def worst_zones(start: datetime, minutes: int, zones: frozenset[str]) -> frozenset[str]:
    """The zones whose people have the worst hour of this session; none when it burdens nobody, or all alike."""
    borne = {zone: burden(start, minutes=minutes, zone=zone) for zone in zones}
    most = max(borne.values(), default=0)
    return frozenset(zone for zone, load in borne.items() if load == most) if len(set(borne.values())) > 1 else frozenset()


def _edges(start: datetime, minutes: int, zone: str) -> tuple[int, int]:
    """What counts before the middle of the day, and after it."""
    local = start.astimezone(ZoneInfo(zone))
    begins = local.hour * 60 + local.minute
    ends = begins + minutes
    before = sum(max(0, min(ends, opens) - begins) for opens, _closes in (COMFORT, OFFICE))
    after = sum(max(0, ends - max(begins, closes)) for _opens, closes in (COMFORT, OFFICE))
    return before, after
