"""How many notices of which kind went out or did not, day by day. Counted afresh from the outbox, so the counts are right after any crash.

The page of messages reads only these few rows, however long the outbox is. Private kinds are not counted at all.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, Count, F, Value, When

from reconvene.base import tenancy
from reconvene.notices.models import Notice, Tally
from reconvene.notices.registry import private_kinds
from reconvene.people.models import Organisation

SENT = "sent"


def count_today(*, now: datetime) -> None:
    """Write the tallies of today, and of yesterday until an hour after midnight, when they differ from what stands there. Two queries a day."""
    zone = ZoneInfo(Organisation.objects.values_list("time_zone", flat=True).get(id=tenancy.current()))
    today = now.astimezone(zone).date()
    for day in sorted({today, (now - timedelta(hours=1)).astimezone(zone).date()}):
        _count(day, zone=zone)


@transaction.atomic
def _count(day: date, *, zone: ZoneInfo) -> None:
    since, until = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    became = Case(When(sent_at=None, then=F("dropped_because")), default=Value(SENT))
    settled = Notice.objects.settled(since=since, until=until).exclude(kind__in=private_kinds()).annotate(became=became)
    settled = settled.annotate(by=Case(When(sent_at=None, then=Value("")), default=F("channel")))
    found = {(kind, fate, by): count for kind, fate, by, count in settled.values_list("kind", "became", "by").annotate(Count("id"))}
    known = {(one.kind, one.became, one.channel): one.count for one in Tally.objects.filter(day=day)}
    changed = [
        Tally(day=day, kind=kind, became=fate, channel=by, count=n)
        for (kind, fate, by), n in found.items()
        if known.get((kind, fate, by)) != n
    ]
    if changed:
        unique = ["organisation", "day", "kind", "became", "channel"]
        Tally.objects.bulk_create(changed, update_conflicts=True, unique_fields=unique, update_fields=["count"])
