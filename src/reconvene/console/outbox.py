"""What the page of messages shows: counts by day and kind, from the tallies. Never a person, a subject or a word.

A count of fewer than SMALLEST_K messages of one kind on one day could point at somebody, so it is not told, and there are no sums from which
it could be worked out. What failed is told exactly, but not of which kind it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext

from reconvene.console.words import FAILURES, NOTICES, OTHER_NOTICES
from reconvene.notices.channels import way_of
from reconvene.notices.models import BounceKind, Stop, Tally
from reconvene.notices.queries import how_many_due, how_many_unreachable, returned_lately
from reconvene.notices.rules import MAIL
from reconvene.notices.tallies import SENT
from reconvene.privacy.disclosure import SMALLEST_K

DAYS = 14
MOST_COUNTED = 1000
STOPS_SHOWN = 10
STEP = 10  # counts by channel are told in steps, so that with the counts by kind no small one can be worked out


@dataclass(frozen=True)
class Line:
    """One kind or cause on one day. `count` is None when it is smaller than may be told."""

    words: str | Promise
    count: int | None


@dataclass(frozen=True)
class Day:
    """One day of the organisation: what was sent, by kind, and what failed, by cause."""

    on: date
    sent: Sequence[Line] = ()
    failed: Sequence[Line] = ()


@dataclass(frozen=True)
class Outbox:
    """Everything on the page. `due` is counted no further than MOST_COUNTED."""

    days: Sequence[Day]
    channels: Sequence[Line]
    due: int
    unreachable: int
    returned: int
    complaints: int
    stop: Stop | None
    stops: Sequence[Stop] = field(default_factory=tuple)


def read_outbox(*, zone: str, now: datetime) -> Outbox:
    """The page as of now, in six queries, however long the outbox is."""
    today = now.astimezone(ZoneInfo(zone)).date()
    tallies: dict[date, list[Tally]] = defaultdict(list)
    for tally in Tally.objects.filter(day__gt=today - timedelta(days=DAYS)):
        tallies[tally.day].append(tally)
    returned = returned_lately(now=now, days=DAYS)
    stops = list(Stop.objects.select_related("stopped_by", "ended_by")[:STOPS_SHOWN])
    return Outbox(
        days=[_day(day, tallies[day]) for day in sorted(tallies, reverse=True)],
        channels=_channels(tally for day in tallies.values() for tally in day),
        due=how_many_due(now=now, most=MOST_COUNTED),
        unreachable=how_many_unreachable(),
        returned=returned.get(BounceKind.PERMANENT, 0) + returned.get(BounceKind.TEMPORARY, 0),
        complaints=returned.get(BounceKind.COMPLAINT, 0),
        stop=next((stop for stop in stops if stop.ended_at is None), None),
        stops=[stop for stop in stops if stop.ended_at is not None],
    )


def _channels(tallies: Iterable[Tally]) -> list[Line]:
    """How many went by which channel in all these days, rounded, the most used first."""
    sent: dict[str, int] = defaultdict(int)
    for tally in tallies:
        if tally.became == SENT:
            sent[tally.channel or MAIL] += tally.count
    ways = ((way_of(key), count) for key, count in sorted(sent.items(), key=lambda one: -one[1]))
    return [Line(gettext(way.name), STEP * round(count / STEP) if count >= SMALLEST_K else None) for way, count in ways if way is not None]


def _day(day: date, tallies: Iterable[Tally]) -> Day:
    sent: dict[str | Promise, int] = defaultdict(int)
    failed: dict[str | Promise, int] = defaultdict(int)
    for tally in tallies:
        if tally.became == SENT:
            sent[NOTICES.get(tally.kind, OTHER_NOTICES)] += tally.count
        elif tally.became in FAILURES:
            failed[FAILURES[tally.became]] += tally.count
    lines = [Line(words, count if count >= SMALLEST_K else None) for words, count in sent.items()]
    return Day(day, sorted(lines, key=lambda line: str(line.words)), [Line(words, count) for words, count in failed.items()])
