"""What time it is. Only views, jobs and commands ask; everything below them gets `now` as an argument.

In the demo the clock may run ahead and faster; nowhere else can it be anything but the machine's.
"""

import time
from datetime import UTC, datetime

from django.conf import settings

from reconvene.base.models import DemoClock

FRESH_FOR = 0.5  # seconds for which a process believes the demo clock it has read
_read: dict[str, tuple[float, DemoClock]] = {}


def now() -> datetime:
    """The present moment, aware, in UTC."""
    real = datetime.now(UTC)
    return demo_clock().at(real) if settings.DEMO else real


def rate() -> int:
    """How many seconds the clock passes in one real second: 1, or what the demo was told."""
    return demo_clock().rate if settings.DEMO else 1


def demo_clock() -> DemoClock:
    """The demo's clock, made on first use."""
    known = _read.get("clock")
    if known and time.monotonic() - known[0] < FRESH_FOR:
        return known[1]
    real = datetime.now(UTC)
    clock, _ = DemoClock.objects.get_or_create(id=1, defaults={"real": real, "shown": real})
    _read["clock"] = (time.monotonic(), clock)
    return clock


def forget() -> None:
    """Read the demo clock afresh next time: after it was moved."""
    _read.clear()
