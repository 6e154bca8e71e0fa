"""Reading the answers: one's own words, whether there are any, and what is told in words. Never whose they are. Called by rooms and home."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.groups.models import Cycle, Membership
from reconvene.people.models import Person
from reconvene.scheduling.models import Session, SessionQuerySet
from reconvene.scheduling.rules import Kind
from reconvene.surveys.models import Observation, ObserverQuestion, Response
from reconvene.surveys.rules import ANSWERED_WITHIN, LATER_DAYS, SHOWN_TOGETHER, Moment, shares_of_time


def has_answered(cycle: Cycle, person: Person, *, moment: Moment) -> bool:
    """Whether the person has answered, for their own page."""
    return Response.objects.filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=moment).exists()


def unanswered(cycles: Collection[Cycle], person: Person, *, moment: Moment) -> list[Cycle]:
    """Those of the cycles at whose questionnaire the person has not answered yet, for their own page. One query, none without cycles."""
    pseudonyms = {pseudonym_of(cycle.id, person.id): cycle for cycle in cycles}
    if not pseudonyms:
        return []
    known = set(Response.objects.filter(pseudonym__in=pseudonyms, moment=moment).values_list("pseudonym", flat=True))
    return [cycle for pseudonym, cycle in pseudonyms.items() if pseudonym not in known]


def is_later(cycle: Cycle, *, now: datetime) -> bool:
    """Whether the first session of the cycle was held twelve weeks ago or more."""
    return _held_before(now).filter(cycle=cycle).exists()


def asked_later(person: Person, *, now: datetime) -> list[Cycle]:
    """Cycles of the person whose first session was held twelve weeks ago, with them, and at whose last questionnaire they have not answered yet; as
    long as its link is good. One query, two when there are such.
    """
    earliest = now - timedelta(days=LATER_DAYS + ANSWERED_WITHIN)
    there = Membership.objects.filter(person=person, group=OuterRef("cycle__group"), started_at__lte=OuterRef("ended_at"))
    held = _held_before(now).filter(Exists(there), ended_at__gt=earliest)
    return unanswered(list(Cycle.objects.kept_for(person).filter(sessions__in=held)), person, moment=Moment.TWELVE_WEEKS)


def _held_before(now: datetime) -> SessionQuerySet:
    return Session.objects.filter(kind=Kind.FIRST, cancelled_at=None, ended_at__lte=now - timedelta(days=LATER_DAYS))


def has_answers(cycle: Cycle, *, people: Collection[uuid.UUID], moment: Moment) -> bool:
    """Whether any of these people has."""
    pseudonyms = [pseudonym_of(cycle.id, person) for person in people]
    return Response.objects.filter(pseudonym__in=pseudonyms, moment=moment).exists()


def own_words(cycle: Cycle, person: Person, *, moment: Moment) -> str:
    """The sentence that the person wrote for themselves at a moment, for their own page; "" when there is none."""
    mine = Response.objects.filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=moment)
    return mine.values_list("own_words", flat=True).first() or ""


def has_used(cycle: Cycle, person: Person) -> bool | None:
    """Whether the person said at the reconvene that they used their plan; None when they did not say. Only to choose what they are asked."""
    mine = Response.objects.filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=Moment.AFTER_RECONVENE).first()
    used = mine.answers.get("times_used") if mine else None
    return used != "0" if used is not None else None


def time_shared(cycle: Cycle, *, people: Collection[uuid.UUID]) -> str:
    """How these members found their shares of the time of the first session, as a code of `rules.shares_of_time`, for themselves only. One query."""
    pseudonyms = [pseudonym_of(cycle.id, person) for person in people]
    found = Response.objects.filter(pseudonym__in=pseudonyms, moment=Moment.AFTER_FIRST, answers__has_key="fair_time")
    return shares_of_time([str(answers["fair_time"]) for answers in found.values_list("answers", flat=True)])


def observations(question: ObserverQuestion) -> Sequence[Observation]:
    """What observers said, for the member who asked: only whole batches, in an order that has nothing to do with when they came. One query."""
    full = question.observations.values("batch").annotate(n=Count("id")).filter(n__gte=SHOWN_TOGETHER).values("batch")
    return list(question.observations.filter(batch__in=full).order_by("seen", "id"))
