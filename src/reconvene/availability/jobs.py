"""Calendars in the clockwork: a tick finds those that are due and forgets what is past; a worker reads them one by one."""

import uuid
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from reconvene.availability.actions import forget_past
from reconvene.availability.models import Connection
from reconvene.availability.reading import read_connection
from reconvene.base import clock, tenancy
from reconvene.base.jobs import on_tick

AT_ONCE = 200
"""Readings that one tick asks for; the rest waits ten seconds."""
LEASE = timedelta(minutes=15)
"""How long a worker may have a calendar before another reads it: then the first has died."""


@app.task(name="reconvene.availability.jobs.read")
def read(*, organisation: str, connection: str) -> None:
    """Read one calendar. Not a `base.jobs.job`, because those are one transaction and other people's servers can take their time."""
    read_connection(uuid.UUID(connection), organisation=uuid.UUID(organisation), now=clock.now())


@on_tick
def read_due(now: datetime) -> None:
    """A job for each calendar that is due, so that one slow server holds up no other."""
    for connection in Connection.objects.due(now).select_for_update(skip_locked=True)[:AT_ONCE]:
        connection.read_later(at=now + LEASE)
        app.configure_task("reconvene.availability.jobs.read").defer(organisation=str(tenancy.current()), connection=str(connection.id))


@on_tick
def forget(now: datetime) -> None:
    """What is past, and what belonged to people who left."""
    forget_past(now=now)
