"""Both dates of a group that is about to be: those that suit everybody, others in their place, and what is said of their hours. Called by whatever makes
or changes a proposal, and by groups that go on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from reconvene.availability.dates import Pair, find_dates, local_later
from reconvene.availability.queries import diaries, zones
from reconvene.availability.slots import Window
from reconvene.forming.models import Proposal
from reconvene.forming.rules import FIRST_ROUND, earliest_day
from reconvene.groups.models import Programme
from reconvene.groups.rules import GAP_IDEAL
from reconvene.people.models import Person
from reconvene.scheduling.actions import FURTHEST, BadDate
from reconvene.scheduling.queries import engagements, hours_borne
from reconvene.scheduling.rules import instant, read_local, write_local

WEEKS_AHEAD = timedelta(days=21)
TURNS = ("hours_turn", "hours_stay")
"""Reasons of a pair of dates that are told to the whole group."""


def other_dates(proposal: Proposal, *, now: datetime) -> tuple[Pair, ...]:
    """Up to four other pairs of dates that suit everyone who holds a seat."""
    people = [seat.person for seat in proposal.seats.held().select_related("person__level")]
    current = {proposal.first_local}
    return tuple(pair for pair in dates_for(people, programme=proposal.programme, now=now) if write_local(pair.first_local) not in current)[
        :4
    ]


def dates_for(people: Sequence[Person], *, programme: Programme, now: datetime, window: Window | None = None) -> tuple[Pair, ...]:
    """Pairs of dates that suit all these people, best first; without a window, from when they can have answered to three weeks ahead."""
    zone = zones(people)[0]
    window = window or Window(earliest_day(now, answering=FIRST_ROUND, zone=zone), now.date() + WEEKS_AHEAD)
    until = now + timedelta(days=(window.last_day - now.date()).days + programme.gap_longest + 1)
    known = diaries(people, since=now, until=until, also=engagements(people, since=now, until=until))
    gap = programme.gap_shortest, programme.gap_longest
    spared = {str(person) for person in hours_borne(people, before=now)}
    return find_dates(list(known.values()), now=now, window=window, minutes=programme.session_minutes, gap=gap, zone=zone, spared=spared)


def turn_reasons(pair: Pair) -> list[list[object]]:
    """What is said of the hours of two dates in a group of several time zones: nothing, or that they go by turns, or cannot."""
    return [[code, {}] for code in pair.reasons if code in TURNS]


def four_weeks_later(first_local: str, *, zone: str, now: datetime) -> str:
    """The reconvene's wall time for a first session that somebody chose. Raises BadDate when it is past or further away than a year."""
    try:
        first = read_local(first_local)
        chosen = instant(first, zone)
    except (ValueError, OverflowError) as error:
        raise BadDate(_("The date cannot be read. Write it like 2026-03-03 and 10:00.")) from error
    if not now - timedelta(minutes=1) <= chosen <= now + FURTHEST:
        raise BadDate(_("Choose a date that is still ahead, within a year."))
    return write_local(local_later(first, zone, days=GAP_IDEAL)[0])
