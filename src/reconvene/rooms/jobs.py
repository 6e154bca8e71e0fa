"""The tick that ends sessions which nobody ended, and the broom for rehearsals."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from reconvene.base.jobs import on_tick
from reconvene.rooms.actions.closing import close_if_over
from reconvene.rooms.actions.rehearsal import throw_away_forgotten
from reconvene.rooms.models import Room


@on_tick
def close_forgotten_rooms(now: datetime) -> None:
    """Fifteen minutes after its planned end a session is over, also when the host forgot."""
    for room in Room.objects.open().exclude(saved_state=None):
        close_if_over(room, now=now)


@app.periodic(cron="*/15 * * * *")
@app.task(name="reconvene.rooms.jobs.throw_away_rehearsals", queueing_lock="throw_away_rehearsals")
def throw_away_rehearsals(timestamp: int) -> None:
    """Every quarter of an hour: rehearsals that nobody ended. Their age counts in real time, also in the demo."""
    throw_away_forgotten(real=datetime.now(UTC))
