"""Reading sessions: who comes, both dates of a cycle, who could host. Called by views, messages and actions here, and by apps above."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from reconvene.availability.fairness import is_late, worst_zones
from reconvene.groups.models import Cycle, Membership
from reconvene.people.models import Person
from reconvene.scheduling.models import Rsvp, Session, SessionQuerySet
from reconvene.scheduling.rules import LONGEST, Kind


@dataclass(frozen=True)
class Comer:
    """One member and their answer to a date: "yes", "no", or nothing yet."""

    person: Person
    answer: str
    is_host: bool


def sessions_of(cycle_id: uuid.UUID) -> dict[Kind, Session]:
    """The cycle's live sessions by kind, with host and group; both or none."""
    return {Kind(session.kind): session for session in _live(cycle_id).select_related("host", "cycle__group__programme")}


def bare_sessions_of(cycle_id: uuid.UUID) -> dict[Kind, Session]:
    """The same sessions alone, for pages that say no more than when: reading host and group with them takes three times as long."""
    return {Kind(session.kind): session for session in _live(cycle_id)}


def _live(cycle_id: uuid.UUID) -> SessionQuerySet:
    return Session.objects.filter(cycle_id=cycle_id, cancelled_at=None).order_by("kind")  # as everybody locks them


def members_of(cycle: Cycle) -> list[Person]:
    """Who sits in the cycle's group now, in seat order."""
    seats = Membership.objects.live().filter(group_id=cycle.group_id).select_related("person__organisation", "person__preference")
    return [seat.person for seat in seats]


def everybody(session: Session) -> list[Person]:
    """Whose calendar the session is in: the members, and the guest host if there is one."""
    return members_of(session.cycle) + ([session.guest_host] if session.guest_host is not None else [])


def is_engaged(person: Person, session: Session) -> bool:
    """Whether the person has another session at the time of this one."""
    known = engagements([person], since=session.starts_at, until=session.ends_at, apart_from=session.cycle)
    return any(ends_at > session.starts_at for _starts_at, ends_at in known[person.id])


def engagements(
    people: Sequence[Person], *, since: datetime, until: datetime, apart_from: Cycle | None = None
) -> dict[uuid.UUID, list[tuple[datetime, datetime]]]:
    """For each person from when to when their sessions between two moments last, those that they conduct elsewhere too, but for those of one cycle. Two
    queries.

    Calendars do not say it: there our own events are left out, so that no session stands in its own way.
    """
    found: dict[uuid.UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    ahead = Session.objects.filter(ended_at=None, cancelled_at=None, asked_at=None, starts_at__gt=since - LONGEST, starts_at__lt=until)
    if apart_from is not None:
        ahead = ahead.exclude(cycle=apart_from)
    seats = Membership.objects.live().filter(person__in=people, group__cycles__sessions__in=ahead)
    session = "group__cycles__sessions"
    mine = seats.values_list("person_id", f"{session}__starts_at", f"{session}__minutes")
    elsewhere = ahead.filter(guest_host__in=people).values_list("guest_host", "starts_at", "minutes")
    for person, starts_at, minutes in (*mine, *elsewhere):
        found[person].append((starts_at, starts_at + timedelta(minutes=minutes)))
    return found


def hours_borne(people: Sequence[Person], *, before: datetime) -> dict[uuid.UUID, bool]:
    """Who of these people had the worst hour of the last session that they had before a moment, and whether it was late (else early) for them.
    Two queries. Whoever sat with people of one time zone only is not in it.
    """
    session = "group__cycles__sessions"
    had = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=F(f"{session}__starts_at")),
        person__in=people,
        group__cycles__sessions__cancelled_at=None,
        group__cycles__sessions__asked_at=None,
        group__cycles__sessions__starts_at__lt=before,
    )
    columns = ("person_id", "person__time_zone", "group_id", f"{session}__starts_at", f"{session}__minutes")
    last = list(had.order_by("person_id", f"-{session}__starts_at").distinct("person_id").values_list(*columns))
    zones: dict[uuid.UUID, set[str]] = defaultdict(set)
    for group, zone in Membership.objects.filter(group__in={row[2] for row in last}).values_list("group_id", "person__time_zone"):
        zones[group].add(zone)
    return {
        person: is_late(starts_at, minutes=minutes, zone=zone)
        for person, zone, group, starts_at, minutes in last
        if zone in worst_zones(starts_at, minutes, frozenset(zones[group]))
    }


def comers(session: Session) -> list[Comer]:
    """Every member in seat order, with what they answered."""
    answers = dict(Rsvp.objects.filter(session=session).values_list("person_id", "answer"))
    return [Comer(person, answers.get(person.id, ""), person.id == session.host_id) for person in members_of(session.cycle)]


def swappable_by(person: Person, sessions: Sequence[Session]) -> Session | None:
    """The session that the person hosts, when they may change places with the host of the cycle's other one: both are ahead."""
    if len(sessions) < len(Kind) or not all(session.is_ahead and session.host_id for session in sessions):
        return None
    return next((session for session in sessions if session.host_id == person.id), None)


def next_host(session: Session, *, apart_from: Sequence[Person]) -> Person | None:
    """Whose turn it is to host: never one of `apart_from`; if it can be helped, nobody who passed already and not the cycle's other host; of the
    rest whoever hosted least, then by seat. When all have passed, whoever did so longest ago is asked again.
    """
    other = {found.host_id for found in sessions_of(session.cycle_id).values() if found.id != session.id}
    turns = {person: turn for turn, person in enumerate(session.passed, start=1)}
    seats = Membership.objects.live().filter(group_id=session.cycle.group_id).exclude(person__in=apart_from).select_related("person")
    ranked = sorted(seats, key=lambda seat: (turns.get(seat.person_id, 0), seat.person_id in other, seat.times_hosted, seat.seat))
    return ranked[0].person if ranked else None
