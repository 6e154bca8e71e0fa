"""Programmes as L&D reads them: rules, dates, states of groups, and counts of people that went through the gate. Never who, and no topic of anybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q

from reconvene.console.programme_forms import Facts
from reconvene.console.programme_words import EMPHASES, KINDS, STAGES
from reconvene.forming.models import Proposal
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
    topics = list(Topic.objects.offered_to(reader).order_by("category", "title"))
    levels = list(Level.objects.filter(organisation_id=reader.organisation_id))
    return Facts(topics=topics, functions=named["function"], sites=named["site"], levels=levels)


def states(programme: Programme) -> States:
    """How many groups are where. Two queries."""
    held = Q(held_at__isnull=False, released_at=None)
    proposals = (
        Proposal.objects.open()
        .filter(programme=programme)
        .aggregate(under_review=Count("id", filter=held), asked=Count("id", filter=~held))
    )
    running = Session.objects.filter(cycle__group=OuterRef("pk"), cycle__closed_at=None)
    was_held = running.filter(kind=Kind.FIRST, ended_at__isnull=False), running.filter(kind=Kind.RECONVENE, ended_at__isnull=False)
    is_running = Exists(Cycle.objects.running().filter(group=OuterRef("pk")))
    found = Group.objects.filter(programme=programme).annotate(
        runs=is_running, had_first=Exists(was_held[0]), had_second=Exists(was_held[1]), is_live=Q(ended_at=None)
    )
    counts = {"before": 0, "practice": 0, "reconvened": 0, "ended": 0}
    for is_live, runs, first, second, number in found.values_list("is_live", "runs", "had_first", "had_second").annotate(n=Count("id")):
        where = "ended" if not is_live else "before" if runs and not first else "practice" if runs and not second else "reconvened"
        counts[where] += number
    return States(**proposals, **counts)


def numbers(programme: Programme) -> Numbers:
    """How many people, through the gate. Who waits is among those who joined, and told beside them as who sits is. Four queries."""
    k = operational.threshold_of(programme.organisation_id)
    waiting = seatable(programme).values("person").distinct().count() if programme.ended_at is None else 0
    above: list[int] = []
    if programme.is_open:
        sat = Membership.objects.filter(programme=programme).aggregate(people=Count("person", distinct=True))["people"]
        counts: list[int | None] = [None, None, operational.shown(sat, k=k)]
    else:
        seat = Exists(Membership.objects.filter(programme=programme, person=OuterRef("person")))
        joined = Q(joined_at__isnull=False)
        parts = programme.participants.exclude(invited_at=None).annotate(sat=seat).aggregate(
            invited=Count("id"), joined=Count("id", filter=joined), seated=Count("id", filter=joined & Q(sat=True))
        )  # fmt: skip
        above = [parts["invited"], parts["joined"]]
        counts = operational.among([*above, parts["seated"]], k=k)
    reach = None if programme.kind == ProgrammeKind.COURSE else operational.shown(audience(programme).count(), k=k)
    return Numbers(reach, counts[0], counts[1], counts[2], _waiting(waiting, above, k=k), k)


def _waiting(waiting: int, above: list[int], *, k: int) -> int | None:
    """Somebody may join without an invitation: they are then in no number beside which those who wait could be held."""
    return operational.among([*(people for people in above if people >= waiting), waiting], k=k)[-1]


def emphasis(programme: Programme) -> str:
    """What counts most, in words."""
    return next((str(words) for key, words in EMPHASES if key == programme.emphasis), "")


def today_of(reader: Person, *, now: datetime) -> date:
    """The day on the organisation's clock."""
    return now.astimezone(ZoneInfo(reader.organisation.time_zone)).date()


def level_names(reader: Person) -> list[tuple[int, str]]:
    """Ranks with their names. One query."""
    return list(Level.objects.filter(organisation_id=reader.organisation_id).values_list("rank", "name"))


def first_forming(programme: Programme) -> date | None:
    """The day on which the groups of a sign-up are formed."""
    return programme.signs_up_until + timedelta(days=1) if programme.signs_up_until else None
