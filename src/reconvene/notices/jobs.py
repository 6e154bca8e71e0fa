"""The outbox's place in the clockwork: ticks that see whether anything is due, count the day and clear up; the work of sending; the mailbox."""

import threading
import time
import uuid
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from reconvene.base import clock, tenancy
from reconvene.base.jobs import TICK_SECONDS, ask_for, on_tick
from reconvene.notices import bounces, clocks
from reconvene.notices.actions import SEND, drop_for_leavers, send_soon, tell_former_addresses
from reconvene.notices.mailbox import is_given, on_mail, read_mailbox
from reconvene.notices.models import current_stop
from reconvene.notices.queries import is_anything_due
from reconvene.notices.sending import drain
from reconvene.notices.tallies import count_today

TURN = 20.0  # seconds that one job sends before another organisation has its turn
LEAVERS_OF = timedelta(days=2)
_turns: dict[uuid.UUID, bool] = {}
"""For which organisations this process sends at the moment, and whether it was asked again meanwhile."""
_lock = threading.Lock()
on_mail(bounces.keep_report)


@app.task(name=SEND)
def send(*, organisation: str) -> None:
    """Send what is due. Not a `base.jobs.job`, because those are one transaction and a mail server can take its time.

    Each process sends for an organisation once at a time, over one connection. As long as there is more than one batch, other processes are
    asked to help.
    """
    whose, until = uuid.UUID(organisation), time.monotonic() + TURN
    with _lock:
        is_mine = whose not in _turns
        _turns[whose] = not is_mine
    if not is_mine:
        return
    try:
        while _sends_on(whose) and time.monotonic() < until:
            continue
    finally:
        with _lock:
            was_asked_again = _turns.pop(whose)
    if was_asked_again:
        with tenancy.within(whose):
            send_soon()


def _sends_on(organisation: uuid.UUID) -> bool:
    """Send one batch; whether there may be another. The time is taken before the clock is looked at, so that no jump slips in between."""
    now = clock.now()
    if not clocks.is_sound() or not drain(organisation, now=now).goes_on:
        return False
    with tenancy.within(organisation):
        send_soon()
    return True


@on_tick
def tell_of_addresses(now: datetime) -> None:
    """Whose address was changed hears of it where it was, at once."""
    tell_former_addresses(now=now)


@on_tick
def send_due(now: datetime) -> None:
    """Ask a worker to send when something is due and nobody pressed the stop switch; never two requests waiting for one organisation."""
    if is_anything_due(now=now) and current_stop() is None:
        ask_for(SEND)


@on_tick
def clear_up_after_leavers(now: datetime) -> None:
    """What waits for people who left, or about them. Whoever left while no worker ran is found when their notice is to be sent."""
    drop_for_leavers(since=now - LEAVERS_OF, now=now)


@on_tick
def count(now: datetime) -> None:
    """Keep the counts of the day, for the page of messages: at the first tick of a minute."""
    if now.second < TICK_SECONDS:
        count_today(now=now)


@app.periodic(cron="* * * * *")
@app.task(name="reconvene.notices.jobs.read_returned", queueing_lock="mailbox", lock="mailbox", pass_context=False)
def read_returned(timestamp: int) -> None:
    """Every minute, where a mailbox is given: read what came back."""
    if is_given():
        read_mailbox(now=clock.now())
