"""What the playbook does at every tick."""

from datetime import datetime

from reconvene.base.jobs import on_tick
from reconvene.playbook.following import tell_followers


@on_tick
def tell_of_news(now: datetime) -> None:
    """Whoever follows a topic hears of what was settled on it, once a month."""
    tell_followers(now=now)
