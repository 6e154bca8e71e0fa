"""What two groups that go on with the same topic may do together: become one, or let their hosts conduct each other's coming first session. The host
of the one offers, the host of the other agrees. Called by the group's page.

A host sees that there is such a group and how many sit there, not who. What keeps people apart when groups are formed does so here: for all of
them when two groups become one, between the guest and the members, who are heard, when hosts are swapped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reconvene.forming.models import GroupOffer
from reconvene.groups.actions import CannotSit, Sitter, close_cycle, seat_member
from reconvene.groups.models import Cycle, Group, Membership
from reconvene.groups.rules import LARGEST, OfferKind, Outcome
from reconvene.people.models import KeepApart, Person
from reconvene.scheduling.actions import cancel_sessions, end_guest, invite
from reconvene.scheduling.guests import CannotConduct, invite_guest
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind


class NotTheHost(Exception):
    """Only the host of a group's next session may answer for it."""


class NotPossible(Exception):
    """It cannot be: the groups changed since, are too many together, or somebody should not sit with, or hear, somebody else. It says not which."""


@dataclass(frozen=True)
class Partner:
    """A group with which something could be done, as a host sees it: how many sit there, and what."""

    group: Group
    seats: int
    may_merge: bool
    may_swap: bool

    def may(self, kind: OfferKind) -> bool:
        """Whether this could be done with it."""
        return self.may_merge if kind == OfferKind.MERGE else self.may_swap


@transaction.atomic
def offer(group: Group, *, other: Group, kind: OfferKind, by: Person, now: datetime) -> GroupOffer:
    """Offer another group to become one with it, or to swap hosts. Takes back an earlier offer that was not answered. Tells no one; the other
    host reads it on their group's page. Raises NotTheHost, NotPossible.
    """
    if not is_host(group, by):
        raise NotTheHost
    if not any(partner.group.id == other.id and partner.may(kind) for partner in partners(group, now=now)):
        raise NotPossible
    GroupOffer.objects.open().filter(group=group).delete()
    return GroupOffer.objects.create(kind=kind, group=group, other=other, offered_by=by, offered_at=now)


@transaction.atomic
def answer_offer(offered: GroupOffer, *, agrees: bool, by: Person, now: datetime) -> None:
    """Agree to an offer, or not. When two groups become one, those who change over are told by their dates: the old ones are cancelled, the new
    ones come. When hosts are swapped, each guest gets the date.

    Raises NotTheHost, and NotPossible; then nothing was changed. An answered offer is left alone.
    """
    offered = GroupOffer.objects.select_for_update(of=("self",)).select_related("group", "other", "offered_by").get(id=offered.id)
    if offered.agreed_at or offered.declined_at:
        return
    if not is_host(offered.other, by):
        raise NotTheHost
    if not agrees:
        offered.decline(now=now)
        return
    group, other = _locked(offered.group, offered.other)
    found = next((partner for partner in partners(group, now=now) if partner.group.id == other.id), None)
    if group.ended_at is not None or found is None or not found.may(OfferKind(offered.kind)):
        raise NotPossible
    if offered.kind == OfferKind.MERGE:
        _become_one(group, other, now=now)
    else:
        _swap_hosts(group, other, offered_by=offered.offered_by, agreed_by=by, now=now)
    offered.agree(now=now)


def is_host(group: Group, person: Person) -> bool:
    """Whether the person hosts the first session of the group's next cycle."""
    return Session.objects.filter(cycle__in=_ahead().filter(group=group), kind=Kind.FIRST, cancelled_at=None, host=person).exists()


def partners(group: Group, *, now: datetime) -> list[Partner]:
    """Other groups of the programme that take up the same topic next and have not begun: those with room, together six at most, may become one;
    those whose first session lies at another time may swap hosts, once. Three queries.
    """
    mine = _coming(now=now).filter(cycle__group=group).first()
    if mine is None:
        return []
    size = Membership.objects.live().filter(group=group).count()
    others = (
        _coming(now=now).filter(cycle__topic=mine.cycle.topic_id, cycle__group__programme=group.programme_id).exclude(cycle__group=group)
    )
    seats = Count("cycle__group__memberships", filter=Q(cycle__group__memberships__ended_at=None))
    found = [
        Partner(theirs.cycle.group, theirs.seats, may_merge=theirs.seats <= LARGEST - size, may_swap=_may_swap(mine, theirs))
        for theirs in others.annotate(seats=seats).filter(seats__gt=0).order_by("cycle__group__formed_at")
    ]
    return [one for one in found if one.may_merge or one.may_swap]


def offered_to(group: Group) -> GroupOffer | None:
    """The oldest open offer to a group."""
    return GroupOffer.objects.open().filter(other=group, group__ended_at=None).order_by("offered_at").first()


def offered_by(group: Group) -> GroupOffer | None:
    """The open offer of a group."""
    return GroupOffer.objects.open().filter(group=group).first()


def _ahead() -> QuerySet[Cycle]:
    """Cycles of groups that go on and have not met again yet."""
    begun = Session.objects.filter(cycle=OuterRef("id"), started_at__isnull=False)
    return Cycle.objects.running().filter(~Exists(begun), number__gt=1)


def _coming(*, now: datetime) -> QuerySet[Session]:
    """First sessions of such cycles, with a date that stands."""
    firsts = Session.objects.standing(now).filter(cycle__in=_ahead(), cycle__group__ended_at=None, kind=Kind.FIRST)
    return firsts.select_related("cycle__group", "host")


def _may_swap(mine: Session, theirs: Session) -> bool:
    """Nobody conducts two sessions at once, and both have a host and no guest yet."""
    at_once = mine.starts_at < theirs.ends_at and theirs.starts_at < mine.ends_at
    return not at_once and all(one.host_id is not None and one.guest_host_id is None for one in (mine, theirs))


def _locked(*groups: Group) -> list[Group]:
    """The groups, locked in an order that is the same for all who lock two, as they were given."""
    found = {one.id: one for one in Group.objects.select_for_update().filter(id__in=[one.id for one in groups]).order_by("id")}
    return [found[one.id] for one in groups]


def _swap_hosts(group: Group, other: Group, *, offered_by: Person | None, agreed_by: Person, now: datetime) -> None:
    if offered_by is None or not is_host(group, offered_by):  # somebody else hosts by now, and has offered nothing
        raise NotPossible
    coming = {one.cycle.group_id: one for one in _coming(now=now).filter(cycle__group__in=[group, other])}
    try:
        invite_guest(coming[other.id], guest=offered_by, now=now)
        invite_guest(coming[group.id], guest=agreed_by, now=now)
    except CannotConduct as refusal:
        raise NotPossible from refusal


def _become_one(group: Group, other: Group, *, now: datetime) -> None:
    leaving, cycle = list(group.memberships.live().select_related("person__level", "challenge")), _ahead().get(group=group)
    staying, goes_on = list(other.memberships.live().select_related("person__level")), _ahead().get(group=other)
    if not _may_sit([one.person for one in leaving], [one.person for one in staying], distance=group.programme.level_distance):
        raise NotPossible
    cancel_sessions(cycle, now=now)
    close_cycle(cycle, outcome=Outcome.MERGED, waiting=[one.person_id for one in leaving], now=now)
    try:
        for one in leaving:
            seat_member(other, sitter=Sitter(one.person, one.challenge), now=now)
    except CannotSit as refusal:
        raise NotPossible from refusal
    for session in goes_on.sessions.filter(cancelled_at=None, starts_at__gt=now):
        if session.guest_host_id in {one.person_id for one in leaving}:
            end_guest(session, now=now)
        for one in leaving:
            invite(session, now=now, only=one.person)


def _may_sit(some: Sequence[Person], others: Sequence[Person], *, distance: int) -> bool:
    """Whether no wish to sit apart and no distance of levels stands between them. Reporting lines the database itself refuses."""
    ids = [[person.id for person in people] for people in (some, others)]
    apart = KeepApart.objects.filter(Q(person__in=ids[0], other__in=ids[1]) | Q(person__in=ids[1], other__in=ids[0])).exists()
    ranks = [person.level.rank for person in (*some, *others) if person.level]
    return not apart and (not ranks or max(ranks) - min(ranks) <= distance)
