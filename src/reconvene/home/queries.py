"""One clear next thing, and what is ahead: the home page and the group page put together from the apps below."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from reconvene.availability.queries import has_stopped_calendar
from reconvene.base.templatetags.design import SeatMark
from reconvene.challenges.models import Challenge
from reconvene.forming import group_offers
from reconvene.forming.models import Seat
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.people.models import Person
from reconvene.practice.queries import NextPractice, next_thing
from reconvene.programmes.queries import Mine, programmes_of
from reconvene.scheduling.models import Rsvp, Session, SessionQuerySet
from reconvene.scheduling.rules import doors_are_open
from reconvene.surveys.queries import Asked, asked_later, asked_while_waiting, time_shared, unanswered
from reconvene.surveys.rules import Moment

DOOR_OPENS = timedelta(minutes=20)
PLACE_NEEDED_WITHIN = timedelta(days=14)  # before a session; earlier there is time to think about it
"""How long before its start a session is the next thing on the home page."""


@dataclass(frozen=True)
class GroupCard:
    """One of my groups: the table, its cycle and its sessions still ahead."""

    group: Group
    cycle: Cycle | None
    marks: tuple[SeatMark, ...]
    members: tuple[Membership, ...]
    sessions: tuple[Session, ...]

    @property
    def names(self) -> str:
        """First names of the others, as one would list them."""
        seats = zip(self.members, self.marks, strict=True)
        return ", ".join(member.person.first_name for member, mark in seats if mark.tone != "you")

    @property
    def is_before_next_round(self) -> bool:
        """Whether the group goes on and has not met again yet, so that it may still say what about."""
        return self.cycle is not None and self.cycle.number > 1 and not any(session.started_at for session in self.sessions)

    @property
    def next_session(self) -> Session | None:
        """The next session that is neither over nor cancelled; none while it is open whether there will be one."""
        found = next((session for session in self.sessions if session.ended_at is None), None)
        return found if found is not None and found.asked_at is None else None


@dataclass(frozen=True)
class Home:
    """What one person's home page shows. `asked` are seats to answer, `agreed` those that wait for the others' answers, `asks_start` cycles
    before whose first session a few questions are open; `conducts` other groups' sessions of which the person is the guest host, each
    with whether its doors are open; `asks_waiting` what somebody is asked who waits for their half of a pilot; `asks_later` cycles whose last
    questions are open; `programmes` to join or wait in; `placeless` the next session, when the person hosts it within two weeks and nobody has said
    where.
    """

    doors: tuple[Session, ...]
    asked: tuple[Seat, ...]
    practice: NextPractice | None
    agreed: tuple[Seat, ...]
    waiting: tuple[Challenge, ...]
    groups: tuple[GroupCard, ...]
    agenda: tuple[Session, ...] = field(default=())
    has_stopped_calendar: bool = False
    asks_start: tuple[Cycle, ...] = field(default=())
    conducts: tuple[tuple[Session, bool], ...] = field(default=())
    asks_later: tuple[Cycle, ...] = field(default=())
    programmes: Mine | None = None
    asks_waiting: tuple[Asked, ...] = field(default=())
    placeless: Session | None = None

    @property
    def steps(self) -> Session | None:
        """The session of another group that the person conducts and whose doors are open."""
        return next((session for session, is_open in self.conducts if is_open), None)

    @property
    def question(self) -> Session | None:
        """A session of which the members are asked whether they still want to meet."""
        return next((session for card in self.groups for session in card.sessions if session.asked_at is not None), None)

    @property
    def next(self) -> str:
        """The one thing to show first: door, steps, asked, question, practice, agreed, place, waiting, quiet, or new when nothing has begun."""
        is_due = self.practice is not None and self.practice.kind != "quiet"
        found = (
            ("door", self.doors),
            ("steps", self.steps),
            ("asked", self.asked),
            ("question", self.question),
            ("practice", is_due),
            ("agreed", self.agreed),
            ("place", self.placeless),
            ("practice", self.practice),
            ("waiting", self.waiting),
            ("quiet", self.groups),
        )
        return next((name for name, what in found if what), "new")

    @property
    def also_waiting(self) -> tuple[Challenge, ...]:
        """Challenges that wait and are not the next thing anyway."""
        return self.waiting[1:] if self.next == "waiting" else self.waiting


def home(person: Person, *, now: datetime) -> Home:
    """The home page. A fixed number of queries, whatever the number of groups."""
    seated = Seated.of(person)
    conducted = Session.objects.conducted_by(person).filter(asked_at=None).upcoming(now)
    sessions = list((seated.sessions | conducted).order_by("starts_at"))
    cards = seated.cards(sessions)
    own = [session for card in cards for session in card.sessions]
    ahead = [session for session in own if session.ended_at is None]
    doors = tuple(session for session in ahead if _is_open(session, now=now))
    seats = open_seats(person)
    programmes = programmes_of(person, today=now.astimezone(ZoneInfo(person.time_zone)).date())
    agenda = sorted((one for one in ahead if one not in doors and one.asked_at is None), key=lambda session: session.starts_at)
    return Home(
        doors=doors,
        asked=tuple(seat for seat in seats if seat.accepted_at is None),
        practice=next_thing(person, own, now=now),
        agreed=tuple(seat for seat in seats if seat.accepted_at is not None),
        waiting=tuple(Challenge.objects.visible_to(person).open().select_related("topic").order_by("raised_at")),
        groups=cards,
        agenda=tuple(agenda),
        has_stopped_calendar=has_stopped_calendar(person),
        asks_start=asks_start(cards, person=person),
        conducts=tuple((one, doors_are_open(starts_at=one.starts_at, now=now)) for one in sessions if one.cycle_id not in seated.cycles),
        asks_later=tuple(asked_later(person, now=now)),
        asks_waiting=tuple(asked_while_waiting(person, now=now, joined=programmes.joined)),
        programmes=programmes,
        placeless=_placeless(agenda[:1], person, now=now),
    )


def _placeless(sessions: Sequence[Session], person: Person, *, now: datetime) -> Session | None:
    soon = (one for one in sessions if one.is_ahead and now < one.starts_at < now + PLACE_NEEDED_WITHIN)
    return next((one for one in soon if one.host_id == person.id and not one.place), None)


def open_seats(person: Person) -> list[Seat]:
    """Seats in proposals that are not settled, whether the person has said yes or not, the most pressing first. One query."""
    held = Seat.objects.visible_to(person).held().filter(proposal__confirmed_at=None, proposal__dissolved_at=None)
    return list(held.select_related("proposal__topic").order_by("proposal__answer_by"))


@dataclass(frozen=True)
class Seated:
    """Where a person sits now: the groups, the newest first, everybody at their tables, and the running cycles by id."""

    person: Person
    groups: tuple[Group, ...]
    members: tuple[Membership, ...]
    cycles: Mapping[uuid.UUID, Cycle]

    @classmethod
    def of(cls, person: Person, *, only: Group | None = None) -> Self:
        """All groups of the person, or this one. Three queries."""
        groups = Group.objects.visible_to(person).live().select_related("topic").order_by("-formed_at")
        found = tuple(groups.filter(id=only.id) if only else groups)
        members = Membership.objects.live().filter(group__in=found).select_related("person").order_by("seat")
        cycles = Cycle.objects.running().filter(group__in=found).select_related("topic")
        return cls(person, found, tuple(members), {cycle.id: cycle for cycle in cycles})

    @property
    def sessions(self) -> SessionQuerySet:
        """Those of the running cycles that were not called off."""
        return Session.objects.filter(cycle__in=self.cycles, cancelled_at=None)

    def cards(self, sessions: Iterable[Session]) -> tuple[GroupCard, ...]:
        """A card for each group, with its own of these sessions. Whoever hosts one sits at its table, so nobody is read twice."""
        own = [session for session in sessions if session.cycle_id in self.cycles]
        people = {member.person_id: member.person for member in self.members}
        for session in own:
            session.cycle = self.cycles[session.cycle_id]
            if session.host_id in people:
                session.host = people[session.host_id]
        running = {cycle.group_id: cycle for cycle in self.cycles.values()}
        return tuple(
            GroupCard(
                group=group,
                cycle=running.get(group.id),
                marks=tuple(_mark(one, self.person) for one in self.members if one.group_id == group.id),
                members=tuple(one for one in self.members if one.group_id == group.id),
                sessions=tuple(session for session in own if session.cycle.group_id == group.id),
            )
            for group in self.groups
        )


def group_cards(person: Person, *, only: Group | None = None) -> tuple[GroupCard, ...]:
    """The groups in which the person sits now, the newest first, with members, running cycle and its sessions. Four queries."""
    seated = Seated.of(person, only=only)
    return seated.cards(seated.sessions.select_related("guest_host").order_by("starts_at"))


def asks_start(cards: tuple[GroupCard, ...], *, person: Person) -> tuple[Cycle, ...]:
    """Cycles that have not begun and before which the person has answered nothing yet. One query at most."""
    ahead = [card.cycle for card in cards if card.cycle is not None and not any(session.started_at for session in card.sessions)]
    return tuple(unanswered(ahead, person, moment=Moment.JOINING))


def offers_of(card: GroupCard, *, person: Person, now: datetime) -> dict[str, object]:
    """For the host of a group that goes on and has not met again: with which groups something could be done, what was offered. Nothing for anybody
    else.
    """
    if not card.is_before_next_round or not any(session.is_first and session.host_id == person.id for session in card.sessions):
        return {}
    asked = group_offers.offered_by(card.group)
    return {
        "partners": () if asked else group_offers.partners(card.group, now=now),
        "offer_asked": asked,
        "offered": group_offers.offered_to(card.group),
    }


def how_time_was_shared(card: GroupCard) -> str:
    """How the group shared the time of its first session, as a code, for its members only. One query, none before that session is over."""
    is_held = any(session.is_first and session.ended_at for session in card.sessions)
    return time_shared(card.cycle, people=[member.person_id for member in card.members]) if card.cycle is not None and is_held else ""


def answers(sessions: tuple[Session, ...], *, person: Person) -> dict[Session, str]:
    """The person's own answers to the dates of these sessions."""
    rsvps = {rsvp.session_id: rsvp.answer for rsvp in Rsvp.objects.filter(session__in=sessions, person=person)}
    return {session: rsvps.get(session.id, "") for session in sessions}


def past_groups(person: Person) -> list[Membership]:
    """Groups in which the person sat before, the last first; `has_history` when they were there at the end of a cycle."""
    there = Cycle.objects.kept_for(person).filter(group=OuterRef("group")).exclude(closed_at=None)
    mine = Membership.objects.filter(person=person).exclude(ended_at=None).annotate(has_history=Exists(there))
    return list(mine.select_related("group__topic").order_by("-ended_at")[:20])


@dataclass(frozen=True)
class PastCycle:
    """A closed cycle as its members find it again: who sat there at its end, and its sessions."""

    cycle: Cycle
    members: tuple[Membership, ...]
    sessions: tuple[Session, ...]


def history(person: Person, *, group_id: uuid.UUID) -> tuple[PastCycle, ...]:
    """The closed cycles of a group in which the person sat to the end, the latest first. Three queries."""
    cycles = list(Cycle.objects.kept_for(person).filter(group=group_id).exclude(closed_at=None).select_related("topic").order_by("-number"))
    seats = list(Membership.objects.filter(group=group_id).select_related("person").order_by("started_at", "seat"))
    sessions = list(Session.objects.filter(cycle__in=cycles, cancelled_at=None).exclude(ended_at=None).order_by("starts_at"))
    return tuple(
        PastCycle(
            cycle,
            tuple(seat for seat in seats if _sat_to_the_end(seat, cycle)),
            tuple(session for session in sessions if session.cycle_id == cycle.id),
        )
        for cycle in cycles
    )


def _sat_to_the_end(seat: Membership, cycle: Cycle) -> bool:
    closed_at = cycle.closed_at
    return closed_at is not None and seat.started_at < closed_at and (seat.ended_at is None or seat.ended_at >= closed_at)


def _is_open(session: Session, *, now: datetime) -> bool:
    starts = session.starts_at - DOOR_OPENS
    return session.ended_at is None and (session.started_at is not None or starts <= now <= session.ends_at + timedelta(hours=2))


def _mark(membership: Membership, reader: Person) -> SeatMark:
    return SeatMark("you" if membership.person_id == reader.id else "taken", membership.person.initials)
