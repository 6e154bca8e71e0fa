"""Reading the outbox: for the person it is about, for the tick, and how much waits."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from reconvene.notices.models import Bounce, BounceKind, Notice, unreachable
from reconvene.people.models import Person


def counted_this_week(person: Person, *, now: datetime) -> int:
    """How many counted messages the person was sent since Monday, on their own clock."""
    local = now.astimezone(ZoneInfo(person.time_zone))
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return Notice.objects.counted().filter(person=person, sent_at__gte=monday).count()


EITHER = (False, True)
"""Of `is_counted`: said, though it leaves nothing out, because the index of what waits has it before the time."""


def is_anything_due(*, now: datetime) -> bool:
    """Whether the organisation has a notice to be sent. One look into an index, however long the outbox is."""
    return Notice.objects.due(now).filter(is_counted__in=EITHER).exists()


def how_many_due(*, now: datetime, most: int) -> int:
    """How many notices of the organisation are due and not yet taken, counted no further than `most`. One query."""
    return Notice.objects.due(now).filter(is_counted__in=EITHER)[:most].count()


def returned_lately(*, now: datetime, days: int) -> dict[BounceKind, int]:
    """How many messages of the organisation came back in the last days, by kind. One query."""
    found = Bounce.objects.filter(returned_at__gt=now - timedelta(days=days)).values_list("kind").annotate(Count("id"))
    return {BounceKind(kind): count for kind, count in found}


def how_many_unreachable() -> int:
    """How many active people have an address that takes no mail. One query."""
    return Bounce.objects.closing().filter(person__left_at=None).values("person").distinct().count()


def takes_mail(person: Person) -> bool:
    """Whether nothing says that the person's address takes no mail."""
    return not unreachable([person.id])
