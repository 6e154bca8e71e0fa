"""Other dates for a session: those that suit everybody, by what is known of their diaries. Called by the session's page and by `rebooking`."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from reconvene.availability.dates import Change, Pair, cheapest_change, find_dates, find_starts, local_later
from reconvene.availability.fairness import worst_zones
from reconvene.availability.queries import diaries
from reconvene.availability.slots import Diary, Window
from reconvene.base.templatetags.design import day, hour
from reconvene.groups.rules import GAP_HELD_LONGEST, GAP_IDEAL
from reconvene.people.models import Person
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import engagements, hours_borne, members_of, sessions_of
from reconvene.scheduling.rules import Kind, read_local, write_local

NOTICE = timedelta(hours=24)  # nobody is called together from one hour to the next
AHEAD = timedelta(days=21)  # how far a first session may be put off


@dataclass(frozen=True)
class Option:
    """A date that suits all: wall time in the session's zone, and the instant. `follows`: where the reconvene goes with it, if it has to. `relieved`:
    whoever had the worst hour the time before and has not here, with whether it was late (else early) for them.
    """

    local: datetime
    starts_at: datetime
    follows: Pair | None = None
    relieved: Mapping[uuid.UUID, bool] = field(default_factory=dict)

    @property
    def local_start(self) -> str:
        """The wall time as sessions keep it."""
        return write_local(self.local)

    def turn_for(self, reader: Person) -> str:
        """What the date has to do with the reader's hour the time before, in words; empty when nothing."""
        if reader.id not in self.relieved:
            return ""
        if self.relieved[reader.id]:
            return _("Last time it was late for you; this time somebody else has the worst hour.")
        return _("Last time it was early for you; this time somebody else has the worst hour.")


def options(session: Session, *, now: datetime, most: int = 4) -> tuple[Option, ...]:
    """Up to `most` other dates on different days, best first; empty when nothing suits all. Seven queries for any number of members."""
    other = _other(session)
    window = _window(session, other, now=now)
    people = members_of(session.cycle)
    if window is None or not people:
        return ()
    known = _diaries(people, session, window=window, now=now)
    borne = hours_borne(people, before=session.starts_at)
    starts = find_starts(
        known, now=now + NOTICE, window=window, minutes=session.minutes, zone=session.zone,
        like=read_local(session.local_start).time(), spared={str(person) for person in borne},
    )  # fmt: skip
    pairs = {pair.first_local: pair for pair in _pairs(session, known, window=window, now=now)} if session.is_first else {}
    found: dict[date, Option] = {}
    for local, at in starts:
        if at == session.starts_at or local.date() in found:
            continue
        if not session.is_first or other is None or keeps_gap(session, first=local, reconvene=_local(other, session)):
            found[local.date()] = Option(local, at, relieved=_relieved(at, people, borne, session.minutes))
        elif local in pairs:
            found[local.date()] = Option(local, at, pairs[local], _relieved(at, people, borne, session.minutes))
    return tuple(found.values())[:most]


def reconvene_for(session: Session, *, first: datetime, now: datetime) -> str:
    """The wall time of the reconvene that goes with another wall time of the first session: what suits all, else the same time four weeks on."""
    window = Window(first.date(), first.date())
    known = _diaries(members_of(session.cycle), session, window=window, now=now)
    pair = next((pair for pair in _pairs(session, known, window=window, now=now - NOTICE) if pair.first_local == first), None)
    later, _instant = local_later(first, session.zone, days=_ideal(session))
    return write_local(pair.second_local if pair else later)


def keeps_gap(session: Session, *, first: datetime, reconvene: datetime) -> bool:
    """Whether so many days between these local dates are allowed in the session's programme."""
    shortest, longest = _gap(session)
    return shortest <= (reconvene.date() - first.date()).days <= longest


def advice(session: Session, *, reader: Person, now: datetime) -> str:
    """What would make a date possible when none suits all, in words for one reader: nobody learns whose calendar stands in the way."""
    window = _window(session, _other(session), now=now)
    if window is None:
        return _("The days on which the reconvene can be are over. Choose a date together; it counts all the same.")
    people = members_of(session.cycle)
    known = _diaries(people, session, window=window, now=now)
    facts = {"now": now + NOTICE, "window": window, "minutes": session.minutes, "zone": session.zone}
    gap = _gap(session) if session.is_first else (0, 0)
    change = cheapest_change(known, **facts, gap=gap, ideal=_ideal(session) if session.is_first else 0)  # type: ignore[arg-type]
    return _sentence(change, reader)


def _relieved(start: datetime, people: Sequence[Person], borne: Mapping[uuid.UUID, bool], minutes: int) -> dict[uuid.UUID, bool]:
    """Of those who had the worst hour the time before, whoever has not at this start."""
    worst = worst_zones(start, minutes, frozenset(person.time_zone for person in people))
    return {person.id: borne[person.id] for person in people if person.id in borne and person.time_zone not in worst}


def _sentence(change: Change | None, reader: Person) -> str:
    if change is None:
        return _("By what your calendars say nothing suits all of you. Agree on a date together, and put it in here.")
    if change.code == "widen_window":
        return _("Nothing suits all of you in the coming weeks; a week or two later there are dates.")
    if change.code == "without_person":
        return _("Nothing suits all of you; without one of you there are dates. Agree together whether you meet all the same.")
    if change.params["person"] != str(reader.id):
        return _("Nothing suits all of you. One of you could change that by moving one thing, and reads it on this page.")
    moment = datetime.fromisoformat(str(change.params["starts"]))
    when = {"day": day(moment, reader.time_zone), "hour": hour(moment, reader.time_zone)}
    return _("There is a date for all as soon as you can move what you have on %(day)s at %(hour)s. Only you read this.") % when


def _window(session: Session, other: Session | None, *, now: datetime) -> Window | None:
    """The days on which the session may be; None when they are over."""
    zone = ZoneInfo(session.zone)
    opens = (now + NOTICE).astimezone(zone).date()
    if session.is_first or other is None:
        return Window(opens, opens + AHEAD)
    shortest, longest = _gap(session)
    first = _local(other, session).date()
    since, until = first + timedelta(days=shortest), first + timedelta(days=max(longest, GAP_HELD_LONGEST if session.strikes else 0))
    return Window(max(opens, since), until) if max(opens, since) <= until else None


def _pairs(session: Session, known: Sequence[Diary], *, window: Window, now: datetime) -> tuple[Pair, ...]:
    return find_dates(
        known, now=now + NOTICE, window=window, minutes=session.minutes, gap=_gap(session), ideal=_ideal(session), zone=session.zone
    )


def _diaries(people: Sequence[Person], session: Session, *, window: Window, now: datetime) -> list[Diary]:
    """When these people are busy, but for the sessions of this cycle, of which it is about."""
    until = now + timedelta(days=(window.last_day - now.date()).days + GAP_HELD_LONGEST + 1)
    also = engagements(people, since=now, until=until, apart_from=session.cycle)
    return list(diaries(people, since=now, until=until, also=also).values())


def _gap(session: Session) -> tuple[int, int]:
    programme = session.cycle.group.programme
    return programme.gap_shortest, programme.gap_longest


def _ideal(session: Session) -> int:
    """Four weeks, or what comes nearest to them in the programme."""
    shortest, longest = _gap(session)
    return min(max(GAP_IDEAL, shortest), longest)


def _other(session: Session) -> Session | None:
    return sessions_of(session.cycle_id).get(Kind.RECONVENE if session.is_first else Kind.FIRST)


def _local(other: Session, session: Session) -> datetime:
    """The other session's start on the wall clock of this one's zone."""
    return other.starts_at.astimezone(ZoneInfo(session.zone)).replace(tzinfo=None)
