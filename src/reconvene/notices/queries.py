"""Reading the outbox for the person it is about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reconvene.notices.models import Notice
from reconvene.people.models import Person


def counted_this_week(person: Person, *, now: datetime) -> int:
    """How many counted messages the person was sent since Monday, on their own clock."""
    local = now.astimezone(ZoneInfo(person.time_zone))
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return Notice.objects.counted().filter(person=person, sent_at__gte=monday).count()
