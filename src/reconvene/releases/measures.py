"""Measures of the apps below: from challenge to settled strategy, time to the first session, topics, messages. Registered by releases.apps.

Practice and surveys lie above and register their own. Nothing here reads a text.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db.models import F, Q, QuerySet

from reconvene.challenges.models import Challenge
from reconvene.groups.models import Membership
from reconvene.notices.models import Notice
from reconvene.privacy.disclosure import Cell
from reconvene.releases.attributes import ATTRIBUTES, PROGRAMME, by_programme, table
from reconvene.releases.measurements import Counts, Shares, Spread, Stood, Table
from reconvene.releases.registry import Measure, measure
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

STAGES = ("raised", "has_group", "first_held", "reconvened", "settled")
LONGEST_WAIT = 20.0  # working days; the scale of the time to the first session
MOST_A_WEEK = 2.0  # messages; the cap
MOST_IN_SESSIONS = 10.0  # hours in one cycle; the scale of the hours in sessions
LATER = timedelta(weeks=12)  # from the first session until a benefit is asked for
WINDOW_DAYS, WEEKS = 28, 4

Seats = Mapping[uuid.UUID, set[uuid.UUID]]
"""Groups by person."""


def funnel(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People who had raised a challenge or taken a seat, who had a group, held a first session, reconvened, settled: each among those before."""
    challenges = Challenge.objects.filter(organisation_id=organisation_id, raised_at__lt=until)
    seats = _seats(Membership.objects.filter(organisation_id=organisation_id, started_at__lt=until).values_list("person_id", "group_id"))
    raised = set(challenges.values_list("person_id", flat=True)) | set(seats)
    first = _held(organisation_id, until, Kind.FIRST)
    second = _held(organisation_id, until, Kind.RECONVENE)
    settled = set(challenges.filter(settled_at__lt=until).values_list("person_id", flat=True))
    sets = (raised, set(seats), set(first), set(first) & set(second), set(first) & set(second) & settled)
    cells = tuple(_stage(label, people, seats) for label, people in zip(STAGES, sets, strict=True))
    behind = {label: _behind(people, seats) for label, people in zip(STAGES, sets, strict=True)}
    return Counts(cells, is_nested=True, behind=behind)


def participants(attribute: str) -> Callable[[uuid.UUID, datetime], Table]:
    """The measure of how many have been to a first session, by an attribute."""

    def measured(organisation_id: uuid.UUID, until: datetime) -> Table:
        first = _held(organisation_id, until, Kind.FIRST)
        return table("participants", attribute, organisation_id=organisation_id, behind=_behind(first, first))

    return measured


def participants_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """How many have been to a first session of each programme; who has been to several counts in each, so that these numbers only grow."""
    return _by_programme("participants", _programmes_held(organisation_id, until, Kind.FIRST))


def reconvened_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """How many of them have reconvened there."""
    first, second = (_programmes_held(organisation_id, until, kind) for kind in (Kind.FIRST, Kind.RECONVENE))
    return _by_programme("reconvened", {key: group for key, group in first.items() if key in second})


def wait_by_programme(organisation_id: uuid.UUID, until: datetime) -> Table:
    """Working days from raising the challenge to the first session, by programme; of each person their latest. Not of four weeks only, as over all."""
    found = _waits(organisation_id, datetime.min.replace(tzinfo=UTC), until)
    return by_programme(
        "need_to_first_session",
        behind={person: wait.group for person, wait in found.items()},
        programmes={person: wait.programme for person, wait in found.items()},
        values={person: float(wait.days) for person, wait in found.items()},
        scale=(0.0, LONGEST_WAIT),
        is_mean=False,
    )


def topics(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People by the topic of their latest challenge, under the topic's slug: what a topic is called may change, and its figures go on."""
    latest = (
        Challenge.objects.filter(organisation_id=organisation_id, raised_at__lt=until)
        .order_by("person_id", "-raised_at", "id")
        .distinct("person_id")
        .values_list("person_id", "topic__slug")
    )
    seats = _seats(Membership.objects.filter(organisation_id=organisation_id, started_at__lt=until).values_list("person_id", "group_id"))
    by_topic: dict[str, set[uuid.UUID]] = defaultdict(set)
    for person, slug in latest:
        by_topic[slug].add(person)
    cells = tuple(_cell(slug, people, seats) for slug, people in sorted(by_topic.items(), key=lambda item: item[0]))
    everybody = {person for people in by_topic.values() for person in people}
    behind = {slug: _behind(people, seats) for slug, people in by_topic.items()}
    return Counts(cells, total=_cell("", everybody, seats), behind=behind)


def need_to_first_session(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """Working days from raising the challenge to the first session, of people whose first session was in the four weeks before `until`."""
    since, first_day = _window(until)
    found = _waits(organisation_id, since, until)
    behind: Stood = {"": {person: wait.group for person, wait in found.items()}}
    days = tuple(float(wait.days) for wait in found.values())
    return Spread(days, len({wait.group for wait in found.values()}), scale=(0.0, LONGEST_WAIT), since=first_day, behind=behind)


def _within(times: float) -> Measure:
    """The share of first sessions in the four weeks before `until` that were held within so many times the working days their programme promises."""

    def within(organisation_id: uuid.UUID, until: datetime) -> Shares:
        since, _ = _window(until)
        found = _waits(organisation_id, since, until)
        yes = sum(wait.days <= times * wait.promise for wait in found.values())
        behind: Stood = {"": {person: wait.group for person, wait in found.items()}}
        return Shares("within_promise", yes, len(found), len({wait.group for wait in found.values()}), behind=behind)

    return within


within_half, within_promise, within_twice = _within(0.5), _within(1), _within(2)


def later(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People whose first session was twelve weeks before: of whom a benefit can be known, also when they did not answer. They are among those who
    have been to a first session, whose number stands in the funnel, and is therefore not published once more here.
    """
    first = _held(organisation_id, until, Kind.FIRST)
    long_ago = _held(organisation_id, until - LATER, Kind.FIRST)
    over = set(first) & set(long_ago)
    behind = {"twelve_weeks": _behind(over, first)}
    return Counts((_stage("twelve_weeks", over, first),), total=_stage("", set(first), first), is_nested=True, behind=behind)


def hours_in_sessions(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """Hours that each who has been through a cycle gave to its sessions, in the latest one whose reconvene was held. As booked, for the seat."""
    rows = (
        Session.objects.filter(
            Q(cycle__group__memberships__ended_at=None) | Q(cycle__group__memberships__ended_at__gt=F("starts_at")),
            organisation_id=organisation_id,
            ended_at__lt=until,
            cycle__sessions__kind=Kind.RECONVENE,
            cycle__sessions__ended_at__lt=until,
            cycle__group__memberships__started_at__lte=F("ended_at"),
        )
        .order_by("cycle__started_at", "cycle_id", "id")
        .values_list("cycle__group__memberships__person_id", "cycle_id", "cycle__group_id", "minutes")
        .distinct()
    )
    latest: dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID, int]] = {}
    for person, cycle, group, minutes in rows:
        before = latest.get(person)
        given = before[2] if before and before[0] == cycle else 0
        latest[person] = (cycle, group, given + minutes)
    values = tuple(sorted(minutes / 60 for _, _, minutes in latest.values()))
    behind: Stood = {"": {person: group for person, (_, group, _) in latest.items()}}
    return Spread(values, len({group for _, group, _ in latest.values()}), scale=(0.0, MOST_IN_SESSIONS), is_mean=True, behind=behind)


def messages_per_week(organisation_id: uuid.UUID, until: datetime) -> Spread:
    """Counted messages a week that each person in a group got in the four weeks before `until`."""
    since, first_day = _window(until)
    members = Membership.objects.filter(organisation_id=organisation_id, started_at__lt=until).filter(
        Q(ended_at=None) | Q(ended_at__gt=since)
    )
    seats = _seats(members.values_list("person_id", "group_id"))
    sent = Notice.objects.counted().filter(organisation_id=organisation_id, sent_at__gte=since, sent_at__lt=until)
    got = dict.fromkeys(seats, 0)
    for person in sent.values_list("person_id", flat=True):
        if person in got:
            got[person] += 1
    values = tuple(count / WEEKS for count in got.values())
    behind = {"": _behind(seats, seats)}
    return Spread(values, len(_groups(seats, seats)), scale=(0.0, MOST_A_WEEK), since=first_day, is_mean=True, behind=behind)


def register() -> None:
    """Put these measures into every report."""
    measure("funnel", funnel)
    measure("topics", topics)
    measure("within_half", within_half)
    measure("within_promise", within_promise)
    measure("within_twice", within_twice)
    measure("need_to_first_session", need_to_first_session)
    measure("messages_per_week", messages_per_week)
    measure("later", later)
    measure("hours_in_sessions", hours_in_sessions)
    for attribute in ATTRIBUTES:
        measure(f"participants_by_{attribute}", participants(attribute))
    measure("participants_by_programme", participants_by_programme)
    measure("reconvened_by_programme", reconvened_by_programme)
    measure("need_to_first_session_by_programme", wait_by_programme)


def _attended(organisation_id: uuid.UUID, until: datetime, kind: Kind) -> QuerySet[Membership]:
    """The seats of everyone who had one in the group when a session of this kind was held."""
    return Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=F("group__cycles__sessions__starts_at")),
        organisation_id=organisation_id,
        group__cycles__sessions__kind=kind,
        group__cycles__sessions__ended_at__lt=until,
        started_at__lte=F("group__cycles__sessions__ended_at"),
    )


def _held(organisation_id: uuid.UUID, until: datetime, kind: Kind) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Groups by person, of everyone who had a seat when a session of this kind was held."""
    return _seats(_attended(organisation_id, until, kind).values_list("person_id", "group_id").distinct())


def _programmes_held(organisation_id: uuid.UUID, until: datetime, kind: Kind) -> dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]:
    """Who had a seat when a session of this kind was held, by programme and person, with the latest of their groups there."""
    rows = _attended(organisation_id, until, kind).order_by("started_at", "id").values_list("programme_id", "person_id", "group_id")
    return {(programme, person): group for programme, person, group in rows}


def _by_programme(key: str, seats: Mapping[tuple[uuid.UUID, uuid.UUID], uuid.UUID]) -> Table:
    cells: dict[str, dict[uuid.UUID | str, uuid.UUID | str | None]] = defaultdict(dict)
    for (programme, person), group in seats.items():
        cells[str(programme)][person] = group
    return Table(key, PROGRAMME, dict(cells))


@dataclass(frozen=True)
class _Wait:
    """Working days from a challenge to the first session of the group that it found, and those that the programme promises."""

    group: uuid.UUID
    programme: uuid.UUID
    days: int
    promise: int


def _waits(organisation_id: uuid.UUID, since: datetime, until: datetime) -> dict[uuid.UUID | str, _Wait]:
    """By person, of everyone who sat in a first session that was held in that time with a challenge of theirs; of several the latest."""
    rows = (
        Membership.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=F("group__cycles__sessions__started_at")),
            organisation_id=organisation_id,
            challenge__isnull=False,
            group__cycles__number=1,
            group__cycles__sessions__kind=Kind.FIRST,
            group__cycles__sessions__started_at__gte=since,
            group__cycles__sessions__ended_at__lt=until,
            started_at__lte=F("group__cycles__sessions__started_at"),
        )
        .order_by("started_at", "id")
        .values_list(
            "person_id",
            "group_id",
            "programme_id",
            "challenge__raised_at",
            "group__cycles__sessions__started_at",
            "programme__promise_days",
        )
    )
    return {
        person: _Wait(group, programme, int(np.busday_count(raised.date(), held.date())), promise)
        for person, group, programme, raised, held, promise in rows
        if raised and held
    }


def _seats(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[uuid.UUID, set[uuid.UUID]]:
    seats: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person, group in pairs:
        seats[person].add(group)
    return dict(seats)


def _groups(people: Iterable[uuid.UUID], seats: Seats) -> set[uuid.UUID]:
    return {group for person in people for group in seats.get(person, ())}


def _behind(people: Iterable[uuid.UUID], seats: Seats) -> dict[uuid.UUID | str, uuid.UUID | str | None]:
    """Who stands behind a number, each with one of their groups; always the same one."""
    return {person: min(seats[person]) if seats.get(person) else None for person in people}


def _stage(label: str, people: set[uuid.UUID], seats: Seats) -> Cell:
    """A stage of the funnel. Who has no group yet cannot be known by a group and counts as one of their own."""
    alone = sum(1 for person in people if person not in seats)
    return Cell(label, len(people), len(_groups(people, seats)) + alone)


def _cell(label: str, people: set[uuid.UUID], seats: Seats) -> Cell:
    return Cell(label, len(people), len(_groups(people, seats)))


def _window(until: datetime) -> tuple[datetime, date]:
    """The four weeks before a milestone: the instant at which they begin, and that day. Shorter than any month, so no two overlap."""
    since = until - timedelta(days=WINDOW_DAYS)
    return since, (since + timedelta(hours=12)).date()  # a milestone is a midnight somewhere; at noon it is that day in UTC too
