"""Two groups that go on with the same topic become one: the host of the one offers, the host of the other agrees. Called by the group's page.

A host sees that there is such a group and how many sit there, not who. Everything that keeps people apart when groups are formed does so here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reconvene.forming.models import Merger
from reconvene.groups.actions import CannotSit, Sitter, close_cycle, seat_member
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.groups.rules import LARGEST, Outcome
from reconvene.people.models import KeepApart, Person
from reconvene.scheduling.actions import cancel_sessions, invite
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind


class NotTheHost(Exception):
    """Only the host of a group's next session may answer for it."""


class CannotMerge(Exception):
    """The two cannot be one: they changed since, are too many together, or somebody cannot sit with somebody else. It says not which."""


@dataclass(frozen=True)
class Partner:
    """A group that could be joined, as a host sees it: how many sit there."""

    group: Group
    seats: int


@transaction.atomic
def offer_merger(group: Group, *, other: Group, by: Person, now: datetime) -> Merger:
    """Offer another group to become one with it. Tells no one; its host reads it on their group's page. Raises NotTheHost, CannotMerge."""
    if not is_host(group, by):
        raise NotTheHost
    if other.id not in {partner.group.id for partner in partners(group, now=now)}:
        raise CannotMerge
    Merger.objects.open().filter(group=group).delete()
    return Merger.objects.create(group=group, other=other, offered_by=by, offered_at=now)


@transaction.atomic
def answer_merger(merger: Merger, *, agrees: bool, by: Person, now: datetime) -> None:
    """Agree to become one, or not. Those who change over are told by their dates: the old ones are cancelled, the new ones come.

    Raises NotTheHost, and CannotMerge; then nothing was changed. An answered offer is left alone.
    """
    merger = Merger.objects.select_for_update(of=("self",)).select_related("group", "other").get(id=merger.id)
    if merger.agreed_at or merger.declined_at:
        return
    if not is_host(merger.other, by):
        raise NotTheHost
    if not agrees:
        merger.decline(now=now)
        return
    _become_one(merger.group, merger.other, now=now)
    merger.agree(now=now)


def is_host(group: Group, person: Person) -> bool:
    """Whether the person hosts the first session of the group's next cycle."""
    return Session.objects.filter(cycle__in=_ahead().filter(group=group), kind=Kind.FIRST, cancelled_at=None, host=person).exists()


def partners(group: Group, *, now: datetime) -> list[Partner]:
    """Other groups of the programme that take up the same topic next, have not begun, and have room: together six at most. Two queries."""
    size = Membership.objects.live().filter(group=group).count()
    live = Count("memberships", filter=Q(memberships__ended_at=None))
    ahead = _ahead().filter(group=OuterRef("id"), topic=group.topic_id, sessions__starts_at__gt=now, sessions__cancelled_at=None)
    others = Group.objects.live().filter(Exists(ahead), programme=group.programme_id).exclude(id=group.id).annotate(seats=live)
    return [Partner(one, one.seats) for one in others.filter(seats__gt=0, seats__lte=LARGEST - size).order_by("formed_at")]


def offered_to(group: Group) -> Merger | None:
    """The oldest open offer to a group."""
    return Merger.objects.open().filter(other=group, group__ended_at=None).order_by("offered_at").first()


def offered_by(group: Group) -> Merger | None:
    """The open offer of a group."""
    return Merger.objects.open().filter(group=group).first()


def _ahead() -> QuerySet[Cycle]:
    """Cycles of groups that go on and have not met again yet."""
    begun = Session.objects.filter(cycle=OuterRef("id"), started_at__isnull=False)
    return Cycle.objects.running().filter(~Exists(begun), number__gt=1)


def _become_one(group: Group, other: Group, *, now: datetime) -> None:
    locked = {one.id: one for one in Group.objects.select_for_update().filter(id__in=[group.id, other.id]).order_by("id")}
    group, other = locked[group.id], locked[other.id]
    if other.id not in {partner.group.id for partner in partners(group, now=now)} or group.ended_at is not None:
        raise CannotMerge
    leaving, cycle = list(group.memberships.live().select_related("person__level", "challenge")), _ahead().filter(group=group).first()
    staying, goes_on = list(other.memberships.live().select_related("person__level")), _ahead().get(group=other)
    if cycle is None or not _may_sit(
        [one.person for one in leaving], [one.person for one in staying], distance=group.programme.level_distance
    ):
        raise CannotMerge
    cancel_sessions(cycle, now=now)
    close_cycle(cycle, outcome=Outcome.MERGED, waiting=[one.person_id for one in leaving], now=now)
    try:
        for one in leaving:
            seat_member(other, sitter=Sitter(one.person, one.challenge), now=now)
    except CannotSit as refusal:
        raise CannotMerge from refusal
    for session in goes_on.sessions.filter(cancelled_at=None, starts_at__gt=now):
        for one in leaving:
            invite(session, now=now, only=one.person)


def _may_sit(some: Sequence[Person], others: Sequence[Person], *, distance: int) -> bool:
    """Whether no wish to sit apart and no distance of levels stands between them. Reporting lines the database itself refuses."""
    ids = [[person.id for person in people] for people in (some, others)]
    apart = KeepApart.objects.filter(Q(person__in=ids[0], other__in=ids[1]) | Q(person__in=ids[1], other__in=ids[0])).exists()
    ranks = [person.level.rank for person in (*some, *others) if person.level]
    return not apart and (not ranks or max(ranks) - min(ranks) <= distance)
