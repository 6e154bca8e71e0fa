"""Background work: one transaction per job, in one organisation, and the tick that picks up what has become due.

A job is deferred in the transaction of the fact that causes it, so neither exists without the other. Things that are due later are
rows of the field with a due time; the tick finds them. Nothing important lives only in the queue.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Protocol

from django.contrib.sessions.backends.db import SessionStore
from django.db import models, transaction
from procrastinate import JobContext, RetryStrategy, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from reconvene.base import clock, tenancy

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
TICK_SECONDS = 10


class Work(Protocol):
    """What a job does: keyword arguments that survive JSON, and the time at which it runs."""

    __module__: str
    __name__: str

    def __call__(self, *, now: datetime, **arguments: Any) -> None: ...


_ticks: list[Callable[[datetime], None]] = []


def job(work: Callable[..., None]) -> Callable[..., None]:
    """Make `work(now=, **arguments)` a job. The result is called like `work` without `now` and defers it to a worker.

    With `once="key"` a second call is dropped while the first still waits.
    """
    name = f"{work.__module__}.{work.__name__}"

    @app.task(name=name, retry=RETRY)
    def run(*, organisation: str, **arguments: Any) -> None:
        with tenancy.within(uuid.UUID(organisation)):
            work(now=clock.now(), **arguments)

    def defer(*, once: str | None = None, **arguments: Any) -> None:
        ask_for(name, once=once, **arguments)

    defer.work = work  # type: ignore[attr-defined]  # the tests run the work itself
    del run
    return defer


def ask_for(name: str, *, once: str | None = "", **arguments: Any) -> None:
    """Defer the task of this name for the current organisation. With `once` a second call is dropped while the first still waits."""
    organisation = str(tenancy.current())
    lock = f"{name}:{organisation}:{once}" if once is not None else None
    try:
        with transaction.atomic():
            app.configure_task(name, queueing_lock=lock).defer(organisation=organisation, **arguments)
    except exceptions.AlreadyEnqueued:
        return


def on_tick(work: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Register `work(now)` to run at every tick, once per organisation, each in a transaction of its own."""
    if work not in _ticks:
        _ticks.append(work)
    return work


def tick() -> None:
    """Do everything that is due, for every organisation. One failure is logged and does not hold up the rest."""
    for organisation in tenancy.every_organisation():
        for work in _ticks:
            try:
                with tenancy.within(organisation):
                    work(clock.now())
            except Exception:
                log.exception("The tick %s.%s failed; it is tried again at the next tick.", work.__module__, work.__name__)


def one_by_one(rows: Iterable[models.Model], work: Callable[..., object], *, now: datetime) -> None:
    """Do `work(row, now=)` for every row, each in a savepoint of its own. One failure is logged and does not hold up the other rows."""
    for row in rows:
        try:
            with transaction.atomic():
                work(row, now=now)
        except Exception:
            log.exception("%s failed for %s %s; it is tried again at the next tick.", work.__name__, type(row).__name__, row.pk)


@app.periodic(cron=f"* * * * * */{TICK_SECONDS}")
@app.task(name="reconvene.base.jobs.tick", queueing_lock="tick", pass_context=False)
def periodic_tick(timestamp: int) -> None:
    """The clockwork: every TICK_SECONDS seconds, never two waiting at once."""
    tick()


@app.periodic(cron="*/2 * * * *")
@app.task(name="reconvene.base.jobs.retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Put jobs back whose worker died in the middle; their transaction was taken back with it. Where the same work waits already, like the next
    tick, nothing is to be put back."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(stalled)
        except exceptions.UniqueViolation:
            await manager.finish_job(stalled, status=Status.SUCCEEDED, delete_job=True)


@app.periodic(cron="40 3 * * *")
@app.task(name="reconvene.base.jobs.clear_sessions", queueing_lock="clear_sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Once a day: browsers' sessions that are over, which Django leaves in the database. Everybody who asks for a code begins one."""
    SessionStore.clear_expired()


def tick_soon() -> None:
    """Ask a worker to tick without waiting for the next round: after the demo's clock was moved."""
    try:
        with transaction.atomic():
            periodic_tick.defer(timestamp=0)  # type: ignore[call-arg]
    except exceptions.AlreadyEnqueued:
        return
