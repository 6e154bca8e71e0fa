"""Live facts for L&D: dates and seats of groups, and what is stuck. Never a topic, a text, or who sits where."""

import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from reconvene.availability.dates import local_later
from reconvene.forming.models import Proposal
from reconvene.forming.rules import ENOUGH, ENOUGH_OF_FOUR
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import LARGEST
from reconvene.guides.models import Topic
from reconvene.people.models import Organisation, Person
from reconvene.people.rules import Role
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

PAGE = 25
STUCK_SHOWN = 12  # at a time; nobody helps more in one go
ANSWERS_SETTLE_FOR = timedelta(hours=24)
HELD_WITHIN = timedelta(hours=6)
LOOKS_AHEAD = timedelta(days=14)
PLACE_NEEDED_WITHIN = timedelta(days=21)
SEARCH_SHOWN = 8
SEATS = "cycle__group__programme__largest"
SHORTEST_SEARCH = 2
NEEDED = Case(When(asked__lte=ENOUGH, then=ENOUGH_OF_FOUR), default=ENOUGH)  # forming.rules.enough, as the database asks it


@dataclass(frozen=True)
class Stuck:
    """One thing that needs a hand. `what` is a code: review, answers, place, not_held; `on` the instant it is about,
    `id` the button's row, `days` how long since."""

    what: str
    id: uuid.UUID
    name: str
    taken: int
    seats: int
    since: datetime
    on: datetime | None = None
    zone: str = "UTC"
    days: int = 0


@dataclass(frozen=True)
class Needed:
    """A session of the next two weeks that has no room, or no host yet."""

    session_id: uuid.UUID
    name: str
    on: datetime
    zone: str
    has_host: bool
    needs_place: bool


@dataclass(frozen=True)
class Ahead:
    """Sessions of the next two weeks: how many there are, what is missing for how many, and the first of those."""

    sessions: int
    without_host: int
    without_place: int
    needed: list[Needed]


@dataclass(frozen=True)
class GroupRow:
    """One live group: a bird, seats, and the sessions of its latest cycle."""

    name: str
    taken: int
    seats: int
    first: Session | None
    reconvene: Session | None
    state: str


@dataclass(frozen=True)
class GroupPage:
    """Some groups in the order of their names, and the name to go on after; "" at the end."""

    rows: list[GroupRow]
    after: str


def names_in_figures(reader: Person) -> dict[str, str]:
    """What the programmes of the reader's organisation are called today, by id, with the day where two are called alike, and the topics, by slug. Two queries."""
    rows = list(Programme.objects.filter(organisation_id=reader.organisation_id).values_list("id", "name", "starts_on"))
    often = Counter(name for _, name, _ in rows)
    programmes = {str(key): f"{name} ({date_format(day, 'j F Y')})" if often[name] > 1 else name for key, name, day in rows}
    return programmes | dict(Topic.objects.visible_to(reader).values_list("slug", "title"))


def stuck(reader: Person, *, now: datetime) -> list[Stuck]:
    """What needs a hand in the reader's organisation, longest stuck first; empty unless they are L&D. One more than is shown of each kind, so
    that it can be seen whether there are more. Three queries.
    """
    if not reader.has_role(Role.LEARNING):
        return []
    organisation = reader.organisation
    found = [*_not_answered(organisation, now), *_without_place(organisation, now), *_not_held(organisation, now)]
    return [replace(one, days=(now - one.since).days) for one in sorted(found, key=lambda one: one.since)]


def ahead(reader: Person, *, now: datetime) -> Ahead:
    """Hosts and rooms that are needed in the next two weeks. Two queries, and another one when something is missing."""
    within = sessions_ahead(reader, now=now).filter(starts_at__lt=now + LOOKS_AHEAD)
    hostless = Q(host=None, guest_host=None)
    placeless = Q(place="", cycle__group__programme__is_on_site=True)
    counts = within.order_by().aggregate(sessions=Count("id"), without_host=Count("id", filter=hostless))
    counts["without_place"] = within.filter(placeless).count()  # apart, so that the others need no group and no programme
    if not counts["without_host"] and not counts["without_place"]:
        return Ahead(**counts, needed=[])
    columns = ("id", "starts_at", "zone", "place", "host", "guest_host", "cycle__group__name", "cycle__group__programme__is_on_site")
    rows = within.filter(hostless | placeless).order_by("starts_at").values(*columns)[:STUCK_SHOWN]
    needed = [
        Needed(
            row["id"], row["cycle__group__name"], row["starts_at"], row["zone"], bool(row["host"] or row["guest_host"]),
            not row["place"] and row["cycle__group__programme__is_on_site"],
        )
        for row in rows
    ]  # fmt: skip
    return Ahead(**counts, needed=needed)


def live_groups(reader: Person) -> QuerySet[Group]:
    """The live groups of the reader's organisation, for dates and seats only; none unless they are L&D."""
    groups = Group.objects.live().filter(organisation=reader.organisation)
    return groups if reader.has_role(Role.LEARNING) else groups.none()


def open_proposals(reader: Person) -> QuerySet[Proposal]:
    """The open proposals of the reader's organisation; none unless they are L&D."""
    proposals = Proposal.objects.open().filter(organisation=reader.organisation)
    return proposals if reader.has_role(Role.LEARNING) else proposals.none()


def sessions_ahead(reader: Person, *, now: datetime) -> QuerySet[Session]:
    """The sessions ahead in the reader's organisation; none unless they are L&D."""
    sessions = Session.objects.upcoming(now).filter(organisation=reader.organisation)
    return sessions if reader.has_role(Role.LEARNING) else sessions.none()


def group_page(reader: Person, *, after: str, now: datetime) -> GroupPage:
    """One page of the live groups. Two queries, however many groups there are."""
    sessions = Prefetch("sessions", Session.objects.filter(cancelled_at=None), to_attr="live_sessions")
    cycles = Prefetch("cycles", Cycle.objects.order_by("-number").prefetch_related(sessions), to_attr="latest_cycles")
    groups = live_groups(reader).filter(name__gt=after).annotate(taken=_live_seats("pk")).select_related("programme").order_by("name")
    rows = list(groups.prefetch_related(cycles)[: PAGE + 1])
    return GroupPage([_group_row(group, now) for group in rows[:PAGE]], rows[PAGE - 1].name if len(rows) > PAGE else "")


def search_people(reader: Person, *, words: str, without: list[Person]) -> list[Person]:
    """A few people of the directory who can be invited and whose name, function or title holds the words. One query."""
    words = words.replace("\x00", "").strip()
    if len(words) < SHORTEST_SEARCH:
        return []
    named = Q(name__icontains=words) | Q(function__icontains=words) | Q(job_title__icontains=words)
    found = Person.objects.visible_to(reader).invitable().filter(named).exclude(id__in=[person.id for person in without])
    return list(found.select_related("level").order_by("name")[:SEARCH_SHOWN])


def chosen_people(reader: Person, *, ids: list[str]) -> list[Person]:
    """The people with these ids, in this order, each once, six at most; ids that are none are left out. One query."""
    wanted = list(dict.fromkeys(known for text in ids if (known := _uuid(text))))[:LARGEST]
    found = {person.id: person for person in Person.objects.visible_to(reader).invitable().filter(id__in=wanted).select_related("level")}
    return [found[one] for one in wanted if one in found]


def same_call(reader: Person, *, topic_id: int, people: list[Person]) -> Proposal | None:
    """An open proposal that the reader has called already, on this topic and for just these people."""
    mine = open_proposals(reader).filter(called_by=reader, topic_id=topic_id).prefetch_related("seats")
    wanted = {person.id for person in people}
    return next((one for one in mine if {seat.person_id for seat in one.seats.all()} == wanted), None)


def _not_answered(organisation: Organisation, now: datetime) -> list[Stuck]:
    """Proposals that wait for L&D's release, and those that were asked a day ago and are short of answers."""
    held = Q(seats__declined_at=None, seats__lapsed_at=None)
    asked = Count("seats", filter=held)
    accepted = Count("seats", filter=held & Q(seats__accepted_at__isnull=False))
    reviewed = Q(held_at__isnull=False, released_at=None)
    opened = Proposal.objects.open().filter(organisation=organisation).annotate(asked_at=Coalesce("released_at", "proposed_at"))
    counted = opened.filter(reviewed | Q(asked_at__lt=now - ANSWERS_SETTLE_FOR)).annotate(asked=asked, accepted=accepted)
    wanting = counted.filter(reviewed | Q(accepted__lt=NEEDED)).select_related("programme")
    return [_of_proposal(row) for row in wanting.order_by("proposed_at")[: STUCK_SHOWN + 1]]


def _of_proposal(row: Any) -> Stuck:
    first = _instant(row.first_local, row.zone)
    if row.is_under_review:
        return Stuck("review", row.programme_id, "", row.asked, row.programme.largest, row.held_at, first, row.zone)
    return Stuck("answers", row.id, "", row.accepted, row.asked, row.asked_at, first, row.zone)


def _without_place(organisation: Organisation, now: datetime) -> list[Stuck]:
    sessions = Session.objects.upcoming(now).filter(
        organisation=organisation, place="", cycle__group__programme__is_on_site=True, starts_at__lt=now + PLACE_NEEDED_WITHIN
    )
    return [_of_session("place", row, since=row["cycle__started_at"]) for row in _with_seats(sessions)]


def _not_held(organisation: Organisation, now: datetime) -> list[Stuck]:
    sessions = Session.objects.filter(
        organisation=organisation,
        started_at=None,
        ended_at=None,
        cancelled_at=None,
        starts_at__lt=now - HELD_WITHIN,
        cycle__closed_at=None,
        cycle__group__ended_at=None,
    ).order_by("starts_at")
    return [_of_session("not_held", row, since=_ends_at(row)) for row in _with_seats(sessions)]


def _with_seats(sessions: QuerySet[Session]) -> list[dict[str, Any]]:
    """The few columns that are shown, instead of whole sessions, cycles, groups and programmes."""
    columns = ("id", "starts_at", "minutes", "zone", "ended_at", "cycle__started_at", "cycle__group", "cycle__group__name", SEATS)
    return list(sessions.annotate(taken=_live_seats("cycle__group")).values(*columns, "taken")[: STUCK_SHOWN + 1])


def _ends_at(row: dict[str, Any]) -> datetime:
    ends: datetime = row["starts_at"] + timedelta(minutes=row["minutes"])
    return ends


def _live_seats(group: str) -> Coalesce:
    """How many sit in the group. Counted for each row that is shown; a join would count all groups of the organisation first."""
    counted = Membership.objects.live().filter(group=OuterRef(group)).order_by().values("group").annotate(seats=Count("pk"))
    return Coalesce(Subquery(counted.values("seats")), 0)


def _of_session(what: str, row: dict[str, Any], *, since: datetime) -> Stuck:
    about = row["id"] if what == "place" else row["cycle__group"]
    return Stuck(what, about, row["cycle__group__name"], row["taken"], row[SEATS], since, row["starts_at"], row["zone"])


def _group_row(group: Group, now: datetime) -> GroupRow:
    cycle = next(iter(group.latest_cycles), None)  # type: ignore[attr-defined]  # prefetched above
    by_kind = {session.kind: session for session in cycle.live_sessions} if cycle else {}
    first, reconvene = by_kind.get(Kind.FIRST), by_kind.get(Kind.RECONVENE)
    return GroupRow(group.name, group.taken, group.programme.largest, first, reconvene, _state(first, reconvene, now))  # type: ignore[attr-defined]  # annotated


def _state(first: Session | None, reconvene: Session | None, now: datetime) -> str:
    if reconvene is not None and reconvene.ended_at is not None:
        return "reconvened"
    coming = reconvene if first is not None and first.ended_at is not None else first
    if coming is not None and coming.started_at is None and coming.starts_at < now - HELD_WITHIN:
        return "not_held"
    if first is not None and first.ended_at is not None:
        return "practice"
    return "before"


def _instant(local: str, zone: str) -> datetime:
    return local_later(datetime.fromisoformat(local), zone, days=0)[1]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
