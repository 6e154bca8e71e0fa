"""Whether this machine's clock can be believed. A worker whose clock jumped would send a month too early, or everything twice.

Compared with a clock that is never set, since this process last looked, and with the database's. The demo's clock is another matter: it is
moved on purpose, and stands on this one.
"""

import logging
import time
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from reconvene.base import clock, tenancy
from reconvene.notices.actions import stop
from reconvene.notices.rules import LARGEST_JUMP, ClockReading

log = logging.getLogger(__name__)


class Watch:
    """Looks at the clock from time to time; remembers the last look."""

    def __init__(self) -> None:
        wall = datetime.now(UTC)
        self._last = ClockReading(wall, _steady(), wall)

    def error(self) -> timedelta:
        """How far the clock jumped since the last look, or is off from the database's. One query."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            reading = ClockReading(datetime.now(UTC), _steady(), cursor.fetchone()[0])
        error, self._last = reading.error_since(self._last), reading
        return error


def _steady() -> float:
    """Seconds of a clock that is never set, and that goes on while the machine sleeps where there is such a one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


WATCH = Watch()


def is_sound(watch: Watch = WATCH) -> bool:
    """Whether messages may go by this clock. If not, every organisation's are stopped until somebody has looked, and it is logged."""
    error = watch.error()
    if error <= LARGEST_JUMP:
        return True
    log.error("The clock of this worker is off by %s. All messages are stopped until somebody lets them go again.", error)
    for organisation in tenancy.every_organisation():
        with tenancy.within(organisation):
            stop(reason=_("The clock of a worker jumped."), by=None, now=clock.now())
    return False
