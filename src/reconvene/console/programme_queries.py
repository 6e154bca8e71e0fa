"""Programmes as L&D reads them: rules, dates, states of groups, and counts of people that went through the gate. Never who, and no topic of anybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q

from reconvene.console.programme_forms import Facts
from reconvene.console.programme_words import EMPHASES, KINDS, STAGES
from reconvene.forming.models import Proposal, Seat
from reconvene.forming.pool import seatable
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import ProgrammeKind
from reconvene.guides.models import Topic
from reconvene.people.models import Level, Person
from reconvene.programmes.queries import audience
from reconvene.releases import operational
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind

MOST_CHOICES = 60
REVIEWED_SHOWN = 12


@dataclass(frozen=True)
class Row:
    """A programme in the list."""

    programme: Programme
    kind: str
    stage: str
    tone: str


@dataclass(frozen=True)
class States:
    """Groups of a programme by where they are."""

    under_review: int
    asked: int
    before: int
    practice: int
    reconvened: int
    ended: int


@dataclass(frozen=True)
class Numbers:
    """People of a programme; None: not shown."""

    audience: int | None
    invited: int | None
    joined: int | None
    seated: int | None
    waiting: int | None
    k: int


@dataclass(frozen=True)
class UnderReview:
    """A proposal that waits for the release: its seats as roles and functions."""

    proposal: Proposal
    seats: tuple[tuple[str, str], ...]


def rows(reader: Person, *, today: date) -> list[Row]:
    """All programmes, those that run first. One query."""
    found = Programme.objects.visible_to(reader).order_by("ended_at", "-is_open", "-starts_on", "name")
    running = sorted(found, key=lambda one: (one.ended_at is not None,))
    return [Row(one, str(KINDS[one.kind][0]) if not one.is_open else "", *_stage(one, today)) for one in running]


def _stage(programme: Programme, today: date) -> tuple[str, str]:
    code = stage_of(programme, today=today)
    return str(STAGES[code]), {"sign_up": "accent", "running": "good", "waiting_half": "wait"}.get(code, "")


def stage_of(programme: Programme, *, today: date) -> str:
    """A key of STAGES."""
    if programme.ended_at is not None:
        return "ended"
    if programme.starts_on > today:
        return "ahead"
    if programme.gathers and programme.formed_at is None:
        return "sign_up"
    is_split = programme.kind == ProgrammeKind.PILOT and programme.drawn_at is not None and programme.second_began_at is None
    return "waiting_half" if is_split else "running"


def facts(reader: Person) -> Facts:
    """What there is to choose from. Four queries."""
    people = Person.objects.visible_to(reader).active()
    named = {
        name: list(people.exclude(**{name: ""}).values_list(name, flat=True).distinct().order_by(name)[:MOST_CHOICES])
        for name in ("function", "site")
    }
    topics = list(Topic.objects.visible_to(reader).order_by("category", "title"))
    levels = list(Level.objects.filter(organisation_id=reader.organisation_id))
    return Facts(topics=topics, functions=named["function"], sites=named["site"], levels=levels)


def states(programme: Programme) -> States:
    """How many groups are where. Three queries."""
    open_ones = Proposal.objects.open().filter(programme=programme)
    held = Q(held_at__isnull=False, released_at=None)
    proposals = open_ones.aggregate(under_review=Count("id", filter=held), asked=Count("id", filter=~held))
    first = Session.objects.filter(cycle=OuterRef("pk"), kind=Kind.FIRST, ended_at__isnull=False)
    second = Session.objects.filter(cycle=OuterRef("pk"), kind=Kind.RECONVENE, ended_at__isnull=False)
    latest = Cycle.objects.filter(group__programme=programme, group__ended_at=None, closed_at=None)
    cycles = latest.annotate(had_first=Exists(first), had_second=Exists(second)).values_list("had_first", "had_second")
    found = list(cycles)
    groups = Group.objects.filter(programme=programme).aggregate(
        live=Count("id", filter=Q(ended_at=None)), ended=Count("id", filter=Q(ended_at__isnull=False))
    )
    practice = sum(1 for first_held, second_held in found if first_held and not second_held)
    before = sum(1 for first_held, _second_held in found if not first_held)
    return States(**proposals, before=before, practice=practice, reconvened=groups["live"] - before - practice, ended=groups["ended"])


def numbers(programme: Programme) -> Numbers:
    """How many people, through the gate. Six queries."""
    k = operational.threshold_of(programme.organisation_id)
    parts = programme.participants.aggregate(
        invited=Count("id", filter=Q(invited_at__isnull=False)),
        joined=Count("id", filter=Q(joined_at__isnull=False, invited_at__isnull=False)),
    )
    seated = Membership.objects.filter(programme=programme).values("person").distinct().count()
    if programme.is_open:
        counts: list[int | None] = [None, None, operational.shown(seated, k=k)]
    else:
        sat = Membership.objects.filter(programme=programme, person=OuterRef("person"))
        joined = programme.participants.joined().filter(Exists(sat), invited_at__isnull=False).count()
        counts = operational.among([parts["invited"], parts["joined"], joined], k=k)
    waiting = seatable(programme).values("person").distinct().count() if programme.ended_at is None else 0
    reach = None if programme.kind == ProgrammeKind.COURSE else operational.shown(audience(programme).count(), k=k)
    return Numbers(reach, counts[0], counts[1], counts[2], operational.shown(waiting, k=k), k)


def rules(programme: Programme) -> list[tuple[str, str]]:
    """The rules that a page words itself need only their values; this is the one whose words are a table."""
    return [(key, str(words)) for key, words in EMPHASES if key == programme.emphasis]


def under_review(reader: Person, *, programme: Programme | None = None) -> list[UnderReview]:
    """Proposals that wait for the release, the longest waiting first, seats as roles. Two queries."""
    programmes = Programme.objects.visible_to(reader)
    found = Proposal.objects.under_review().filter(programme__in=programmes if programme is None else [programme])
    proposals = list(found.order_by("held_at")[:REVIEWED_SHOWN])
    seats: dict[Any, list[tuple[str, str]]] = {proposal.id: [] for proposal in proposals}
    for seat in Seat.objects.held().filter(proposal__in=proposals).select_related("person__level").order_by("person__function", "number"):
        person = seat.person
        seats[seat.proposal_id].append((person.level.name if person.level else "", person.function))
    return [UnderReview(one, tuple(seats[one.id])) for one in proposals]


def proposals_to_review(reader: Person) -> Any:
    """The proposals of the reader's organisation that wait for the release; none unless they are L&D."""
    return Proposal.objects.under_review().filter(programme__in=Programme.objects.visible_to(reader))


def today_of(reader: Person, *, now: datetime) -> date:
    """The day on the organisation's clock."""
    return now.astimezone(ZoneInfo(reader.organisation.time_zone)).date()


def level_names(reader: Person) -> list[tuple[int, str]]:
    """Ranks with their names. One query."""
    return list(Level.objects.filter(organisation_id=reader.organisation_id).values_list("rank", "name"))


def first_forming(programme: Programme) -> date | None:
    """The day on which the groups of a sign-up are formed."""
    return programme.signs_up_until + timedelta(days=1) if programme.signs_up_until else None
