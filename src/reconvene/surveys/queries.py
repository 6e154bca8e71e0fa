"""Reading the answers: one's own words, whether there are any, and what is told in words. Never whose they are. Called by rooms and home."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.groups.models import Cycle, Membership
from reconvene.groups.rules import Half
from reconvene.people.models import Person
from reconvene.programmes.models import Participant
from reconvene.scheduling.models import Session, SessionQuerySet
from reconvene.scheduling.rules import Kind
from reconvene.surveys.models import Observation, ObserverQuestion, Response
from reconvene.surveys.rules import ANSWERED_WITHIN, LATER_DAYS, SHOWN_TOGETHER, Moment, moment_of_waiting, shares_of_time


def has_answered(cycle: Cycle, person: Person, *, moment: Moment) -> bool:
    """Whether the person has answered, for their own page."""
    return Response.objects.current().filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=moment).exists()


def unanswered(cycles: Collection[Cycle], person: Person, *, moment: Moment) -> list[Cycle]:
    """Those of the cycles at whose questionnaire the person has not answered yet, for their own page. One query, none without cycles."""
    pseudonyms = {pseudonym_of(cycle.id, person.id): cycle for cycle in cycles}
    if not pseudonyms:
        return []
    known = set(Response.objects.current().filter(pseudonym__in=pseudonyms, moment=moment).values_list("pseudonym", flat=True))
    return [cycle for pseudonym, cycle in pseudonyms.items() if pseudonym not in known]


def is_later(cycle: Cycle, *, now: datetime) -> bool:
    """Whether the first session of the cycle was held twelve weeks ago or more."""
    return _held_before(now).filter(cycle=cycle).exists()


def asked_later(person: Person, *, now: datetime) -> list[Cycle]:
    """Cycles of the person whose first session was held twelve weeks ago, with them, whose words are still theirs to see (`kept_for`) and at whose last
    questionnaire they have not answered yet; as long as its link is good. One query, two when there are such.
    """
    # One join to the person's own seats: as conditions within conditions it was a fifth of the home page, most of it in writing the query.
    held = _held_before(now).filter(
        Q(cycle__closed_at=None, cycle__group__memberships__ended_at=None)
        | Q(cycle__closed_at__gt=F("cycle__group__memberships__started_at"))
        & (Q(cycle__group__memberships__ended_at=None) | Q(cycle__group__memberships__ended_at__gte=F("cycle__closed_at"))),
        cycle__group__memberships__person=person,
        cycle__group__memberships__started_at__lte=F("ended_at"),
        ended_at__gt=now - timedelta(days=LATER_DAYS + ANSWERED_WITHIN),
    )
    return unanswered([session.cycle for session in held.select_related("cycle")], person, moment=Moment.TWELVE_WEEKS)


@dataclass(frozen=True)
class Asked:
    """Somebody who waits for their half of a pilot, and what they are asked now."""

    participant: Participant
    moment: Moment


def waiting(person: Person, *, now: datetime, joined: Sequence[Participant] | None = None) -> list[Asked]:
    """Pilots in whose later half the person is and is asked something now, answered or not; nothing once their own first session has begun. `joined` are
    the person's rows, where the caller has them with their programmes. One query less with them, one more when there are such pilots.
    """
    if joined is None:
        joined = list(Participant.objects.visible_to(person).joined().select_related("programme"))
    found = [
        Asked(one, moment)
        for one in joined
        if one.half == Half.LATER
        and one.programme.ended_at is None
        and (moment := moment_of_waiting(drawn_at=one.programme.drawn_at, second_began_at=one.programme.second_began_at, now=now))
    ]
    if not found:
        return []
    begun = Membership.objects.filter(
        person=person,
        programme__in=[one.participant.programme_id for one in found],
        group__cycles__sessions__kind=Kind.FIRST,
        group__cycles__sessions__started_at__isnull=False,
    )
    over = set(begun.values_list("programme_id", flat=True))
    return [one for one in found if one.participant.programme_id not in over]


def asked_while_waiting(person: Person, *, now: datetime, joined: Sequence[Participant] | None = None) -> list[Asked]:
    """Those of them that the person has not answered yet. Queries as `waiting`, and one more when there are such."""
    found = waiting(person, now=now, joined=joined)
    if not found:
        return []
    pseudonyms = [pseudonym_of(one.participant.programme_id, person.id) for one in found]
    known = set(Response.objects.current().filter(pseudonym__in=pseudonyms).values_list("pseudonym", "moment"))
    return [one for one, pseudonym in zip(found, pseudonyms, strict=True) if (pseudonym, one.moment) not in known]


def _held_before(now: datetime) -> SessionQuerySet:
    return Session.objects.filter(kind=Kind.FIRST, cancelled_at=None, ended_at__lte=now - timedelta(days=LATER_DAYS))


def has_answers(cycle: Cycle, *, people: Collection[uuid.UUID], moment: Moment) -> bool:
    """Whether any of these people has."""
    pseudonyms = [pseudonym_of(cycle.id, person) for person in people]
    return Response.objects.current().filter(pseudonym__in=pseudonyms, moment=moment).exists()


def has_amounts() -> bool:
    """Whether anybody in the organisation has named an amount of money."""
    return Response.objects.filter(answers__has_key="value").exists()


def own_words(cycle: Cycle, person: Person, *, moment: Moment) -> str:
    """The sentence that the person wrote for themselves at a moment, for their own page; "" when there is none."""
    mine = Response.objects.current().filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=moment)
    return mine.values_list("own_words", flat=True).first() or ""


def has_used(cycle: Cycle, person: Person) -> bool | None:
    """Whether the person said at the reconvene that they used their plan; None when they did not say. Only to choose what they are asked."""
    mine = Response.objects.current().filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=Moment.AFTER_RECONVENE).first()
    used = mine.answers.get("times_used") if mine else None
    return used != "0" if used is not None else None


def time_shared(cycle: Cycle, *, people: Collection[uuid.UUID]) -> str:
    """How these members found their shares of the time of the first session, as a code of `rules.shares_of_time`, for themselves only. One query."""
    pseudonyms = [pseudonym_of(cycle.id, person) for person in people]
    found = Response.objects.current().filter(pseudonym__in=pseudonyms, moment=Moment.AFTER_FIRST, answers__has_key="fair_time")
    return shares_of_time([str(answers["fair_time"]) for answers in found.values_list("answers", flat=True)])


def observations(question: ObserverQuestion) -> Sequence[Observation]:
    """What observers said, for the member who asked: only whole batches, in an order that has nothing to do with when they came. One query."""
    full = question.observations.values("batch").annotate(n=Count("id")).filter(n__gte=SHOWN_TOGETHER).values("batch")
    return list(question.observations.filter(batch__in=full).order_by("seen", "id"))
