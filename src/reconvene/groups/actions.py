"""Making, leaving and ending groups, and closing cycles. The apps above decide when."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from reconvene.challenges.actions import return_to_queue
from reconvene.challenges.models import Challenge
from reconvene.groups.models import Cycle, Group, Membership, Pact, Programme
from reconvene.groups.questions import first_question
from reconvene.groups.rules import LARGEST, Outcome, free_name
from reconvene.guides.models import Topic
from reconvene.people.models import Organisation, Person


class CannotSit(Exception):
    """Someone cannot take a seat; `code` says why: full, ended, already_here, other_group, reporting_line."""

    def __init__(self, code: str, person: Person) -> None:
        super().__init__(code)
        self.code, self.person = code, person


@dataclass(frozen=True)
class Sitter:
    """Who sits down, with which challenge if any."""

    person: Person
    challenge: Challenge | None = None


def hold_names(organisation_id: uuid.UUID) -> None:
    """One after the other, or two groups take the same name. Whoever may found a group holds this before anything else: a tick that has founded one
    goes on to the next proposal, and whoever has that in hand must not wait for the tick.
    """
    Organisation.objects.select_for_update(no_key=True).get(id=organisation_id)


@transaction.atomic
def found_group(
    programme: Programme, *, topic: Topic, sitters: Sequence[Sitter], called_by: Person | None = None, now: datetime
) -> tuple[Group, Cycle]:
    """Make a group with its question and its first cycle, and seat everyone. Tells no one.

    Raises CannotSit when a rule of the database refuses somebody; then nothing was written.
    """
    hold_names(programme.organisation_id)
    taken = set(Group.objects.live().filter(organisation_id=programme.organisation_id).values_list("name", flat=True))
    group = Group.objects.create(
        programme=programme,
        topic=topic,
        name=free_name(taken, start=int(now.timestamp()) // 60),
        key_question=first_question(topic, [sitter.challenge.text for sitter in sitters if sitter.challenge]),
        formed_at=now,
        called_by=called_by,
    )
    cycle = Cycle.objects.create(group=group, topic=topic, started_at=now)
    for sitter in sitters:
        seat_member(group, sitter=sitter, now=now)
    return group, cycle


@transaction.atomic
def seat_member(group: Group, *, sitter: Sitter, now: datetime) -> Membership:
    """Give someone the first free seat of a live group. Tells no one.

    Raises CannotSit: the group is full or over, they sit in it or in another group of the programme, or a reporting line is in the way.
    """
    if Group.objects.select_for_update().get(id=group.id).ended_at is not None:
        raise CannotSit("ended", sitter.person)
    taken = set(Membership.objects.live().filter(group=group).values_list("seat", flat=True))
    free = [seat for seat in range(1, LARGEST + 1) if seat not in taken]
    if not free:
        raise CannotSit("full", sitter.person)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                group=group, programme_id=group.programme_id, person=sitter.person, challenge=sitter.challenge, seat=free[0], started_at=now
            )
    except IntegrityError as error:
        raise CannotSit(_reason(error), sitter.person) from error
    if sitter.challenge:
        sitter.challenge.take_seat(now=now)
    return membership


@transaction.atomic
def leave_group(membership: Membership, *, now: datetime) -> None:
    """Leave, without a reason. The challenge waits again with its place kept; the others only see the seat open. Tells no one.

    The group ends with the last who leaves. Leaving twice changes nothing.
    """
    fresh = Membership.objects.select_for_update(of=("self",)).select_related("challenge").get(id=membership.id)
    if fresh.ended_at is not None:
        return
    fresh.end(now=now)
    if fresh.challenge:
        return_to_queue(fresh.challenge, now=now)
    if not Membership.objects.live().filter(group_id=fresh.group_id).exists():
        fresh.group.end(now=now)


@transaction.atomic
def agree_to_pact(cycle: Cycle, *, session_kind: str, person: Person, now: datetime) -> Pact:
    """Record that a member agreed to the five lines for one session. Agreeing twice changes nothing."""
    pact, _ = Pact.objects.get_or_create(cycle=cycle, session_kind=session_kind, person=person, defaults={"agreed_at": now})
    return pact


@transaction.atomic
def choose_topic(cycle: Cycle, *, topic: Topic, question: str, now: datetime) -> None:
    """Say what a running cycle is about, for a group that goes on with something new. Without a question, or with the one that it had about another
    topic, it begins with the guide's. Tells no one.

    A cycle that is closed is left alone.
    """
    fresh = Cycle.objects.select_for_update(of=("self",)).select_related("group").get(id=cycle.id)
    if fresh.closed_at is None:
        is_left_over = topic.id != fresh.topic_id and question == fresh.group.key_question
        own = "" if is_left_over else question
        fresh.take_up(topic)
        fresh.group.take_up(topic, question=own or first_question(topic, []))


@transaction.atomic
def close_cycle(
    cycle: Cycle, *, outcome: Outcome, settled: Collection[uuid.UUID] = (), waiting: Collection[uuid.UUID] = (), now: datetime
) -> Cycle | None:
    """Close a cycle as the group decided; return the next cycle when it goes on, else None. Tells no one.

    Going on keeps everyone's seat but for the people in `settled` and `waiting`, whose challenges are settled or wait again. Finishing ends the
    group and frees its members for other groups; challenges are settled, but for those of people in `waiting`. A cycle that is closed already is
    left alone.
    """
    cycle = Cycle.objects.select_for_update().select_related("group").get(id=cycle.id)
    if cycle.closed_at is not None:
        return None
    cycle.close(outcome=outcome, now=now)
    leaving = cycle.group.memberships.live().select_related("challenge")
    for membership in leaving.filter(person__in={*settled, *waiting}) if outcome.stays else leaving:
        membership.end(now=now)
        if membership.challenge and membership.person_id in waiting:
            return_to_queue(membership.challenge, now=now)
        elif membership.challenge:
            membership.challenge.settle(now=now)
    if outcome.stays:
        return Cycle.objects.create(group=cycle.group, number=cycle.number + 1, topic=cycle.topic, started_at=now)
    cycle.group.end(now=now)
    return None


@transaction.atomic
def end_seats_of_leavers(*, now: datetime) -> int:
    """End the seats of people who have left the organisation, and groups in which nobody sits any more; return how many seats. Called at every tick."""
    gone = Membership.objects.live().exclude(person__left_at=None).select_related("challenge")
    for membership in gone:
        membership.end(now=now)
    for group in Group.objects.live().filter(~Exists(Membership.objects.live().filter(group=OuterRef("id")))):
        group.end(now=now)
    for challenge in Challenge.objects.open().exclude(person__left_at=None):
        challenge.withdraw(now=now)
    return len(gone)


def _reason(error: IntegrityError) -> str:
    text = str(error)
    reasons = {
        "reporting_line": "reporting_line",
        "one_seat_per_person": "already_here",
        "one_live_group_per_programme": "other_group",
        "one_live_seat_per_challenge": "other_group",
        "one_person_per_seat": "full",
    }
    return next((code for part, code in reasons.items() if part in text), "other_group")
