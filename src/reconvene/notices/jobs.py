"""The outbox's place in the clockwork: a tick that sees whether anything is due, and the work of sending it."""

import uuid
from datetime import datetime

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from reconvene.base import clock, tenancy
from reconvene.base.jobs import on_tick
from reconvene.notices.models import Notice
from reconvene.notices.sending import BATCH, drain


@app.task(name="reconvene.notices.jobs.send")
def send(*, organisation: str) -> None:
    """Send all that is due. Not a `base.jobs.job`, because those are one transaction and a mail server can take its time."""
    while drain(uuid.UUID(organisation), now=clock.now()) == BATCH:
        continue


@on_tick
def send_due(now: datetime) -> None:
    """Ask a worker to send when something is due; never two requests waiting for one organisation."""
    if not Notice.objects.due(now).exists():
        return
    organisation = str(tenancy.current())
    try:
        with transaction.atomic():
            app.configure_task("reconvene.notices.jobs.send", queueing_lock=f"send:{organisation}").defer(organisation=organisation)
    except exceptions.AlreadyEnqueued:
        return
