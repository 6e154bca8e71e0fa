"""What time it is. Only views, jobs and commands ask; everything below them gets `now` as an argument.

In the demo the clock may run ahead and faster, and in a rehearsal it runs faster; nowhere else can it be anything but the machine's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings

from reconvene.base.models import DemoClock, Pace

FRESH_FOR = 0.5  # seconds for which a process believes the demo clock it has read
_read: dict[str, tuple[float, DemoClock]] = {}


_pace: ContextVar[Pace | None] = ContextVar("pace", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    real, pace = datetime.now(UTC), _running()
    return pace.at(real) if pace else real


def rate() -> int:
    """How many seconds the clock passes in one real second: 1, or what the rehearsal or the demo was told."""
    pace = _running()
    return pace.rate if pace else 1


@contextmanager
def at_pace(pace: Pace | None) -> Iterator[None]:
    """Let time run at `pace` for the work inside; with None as everywhere else."""
    token = _pace.set(pace)
    try:
        yield
    finally:
        _pace.reset(token)


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


def _running() -> Pace | None:
    """The clock that is not the machine's: the rehearsal's, else the demo's."""
    return _pace.get() or (demo_clock().pace if settings.DEMO else None)
