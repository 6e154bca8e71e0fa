"""Keeping answers to the questionnaires, under a pseudonym from the first moment, and what observers say whom a member invited."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from reconvene.base.pseudonyms import pseudonym_of
from reconvene.groups.models import Cycle, Group, Membership, Programme
from reconvene.groups.rules import Half
from reconvene.notices.actions import put
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.programmes.models import Participant
from reconvene.scheduling.models import Session
from reconvene.surveys.messages import TWELVE_WEEKS, WHILE_WAITING
from reconvene.surveys.models import Observation, ObserverQuestion, Response
from reconvene.surveys.rules import ASKED_WITHIN, LATER_DAYS, SHOWN_TOGETHER, WAITING_DAYS, Moment, Seen, checked, own_words

MOST_OBSERVERS = 30


@transaction.atomic
def answer(cycle: Cycle, *, person: Person, moment: Moment, answers: Mapping[str, object], now: datetime) -> Response:
    """Keep one person's answers at one moment; the last ones count from this week on, skipped items are left out. Tells no one.

    `answers` maps item keys to a choice's value, a whole number (as number or text), or words. Raises rules.BadAnswer.
    """
    return _keep(
        pseudonym_of(cycle.id, person.id),
        moment=moment,
        behind={
            "programme_id": cycle.group.programme_id,
            "voice": pseudonym_of(cycle.organisation_id, person.id),
            "group_pseudonym": pseudonym_of(cycle.group_id),
        },
        answers=answers,
        now=now,
    )


@transaction.atomic
def answer_waiting(participant: Participant, *, moment: Moment, answers: Mapping[str, object], now: datetime) -> Response:
    """Keep what somebody answers who waits for their half of a pilot; the last answers count. Tells no one. Raises rules.BadAnswer.

    They count by the group that is planned for them. What they say just before their turn is what they say before their own first session, so if
    they have a group already it stands there too, and is put right there too; they are not asked twice.
    """
    programme, person = participant.programme, participant.person
    before = Response.objects.current().filter(pseudonym=pseudonym_of(programme.id, person.id), moment=moment).first()
    kept = _keep(
        pseudonym_of(programme.id, person.id),
        moment=moment,
        behind={
            "programme_id": programme.id,
            "voice": pseudonym_of(participant.organisation_id, person.id),
            "group_pseudonym": planned_group(programme.id, participant.planned),
        },
        answers=answers,
        now=now,
    )
    if moment == Moment.BEFORE_TURN:
        for seat in Membership.objects.live().filter(person=person, programme=programme).select_related("group"):
            if before is not None:
                _put_right(seat.group, person=person, before=before, answers=answers, now=now)
            take_along(seat.group, people=[person.id], now=now)
    return kept


def _put_right(group: Group, *, person: Person, before: Response, answers: Mapping[str, object], now: datetime) -> None:
    """Change what was taken along as the person's answers before the first session; others that they have given there stay."""
    cycle = group.cycles.filter(number=1).first()
    if cycle is None:
        return
    taken = Response.objects.current().filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=Moment.JOINING, answers=before.answers)
    if taken.exists():
        answer(cycle, person=person, moment=Moment.JOINING, answers=answers, now=now)


def _keep(pseudonym: str, *, moment: Moment, behind: Mapping[str, object], answers: Mapping[str, object], now: datetime) -> Response:
    """The answers that count from this week on. Those of an earlier week that say something else give way; the same ones again stay where they stood."""
    week, said, words = _week(now), checked(moment, answers), own_words(moment, answers)
    current = Response.objects.current().select_for_update()
    facts = {**behind, "answers": said, "own_words": words, "week_of": week}
    kept, is_new = current.get_or_create(pseudonym=pseudonym, moment=moment, defaults=facts)
    if not is_new and kept.week_of < week and kept.answers != said:
        kept.give_way(week=week)
        return Response.objects.create(pseudonym=pseudonym, moment=moment, **facts)
    if not is_new:
        current.filter(id=kept.id).update(answers=said, own_words=words)
        kept.refresh_from_db()
    return kept


def _week(now: datetime) -> date:
    """Monday of the week."""
    return now.date() - timedelta(days=now.weekday())


@transaction.atomic
def take_along(group: Group, *, people: Collection[uuid.UUID], now: datetime) -> None:
    """Let what these members said just before their turn be their answers before the first session, unless they have given others. Tells no one."""
    cycle = group.cycles.filter(number=1).first()
    if cycle is None:
        return
    own = {pseudonym_of(group.programme_id, person): pseudonym_of(cycle.id, person) for person in people}
    given = Response.objects.current().filter(moment=Moment.JOINING, pseudonym__in=own.values()).values_list("pseudonym", flat=True)
    open_ones = [before for before, then in own.items() if then not in set(given)]
    Response.objects.bulk_create(
        (
            Response(
                programme_id=row.programme_id, moment=Moment.JOINING, pseudonym=own[row.pseudonym], voice=row.voice,
                group_pseudonym=pseudonym_of(group.id), answers=row.answers, own_words=row.own_words, week_of=_week(now),
            )
            for row in Response.objects.current().filter(moment=Moment.BEFORE_TURN, pseudonym__in=open_ones)
        ),
        ignore_conflicts=True,
    )  # fmt: skip


@transaction.atomic
def ask_who_waits(programme: Programme, *, since: datetime) -> None:
    """Ask everybody once who waits for their half of a pilot, from `since` on: the draw, or the day on which their half may begin. Tells them, within
    the caps.
    """
    asked = Notice.objects.filter(kind=WHILE_WAITING, due_at=since, subject_id=OuterRef("id"))
    rows = programme.participants.joined().filter(~Exists(asked), half=Half.LATER, person__left_at=None)
    for one in rows.select_related("person"):
        until = since + timedelta(days=WAITING_DAYS)
        put(one.person, kind=WHILE_WAITING, subject_id=one.id, due_at=since, not_after=until, is_counted=True)


def planned_group(programme_id: uuid.UUID, number: int) -> str:
    """The alias of a planned group of a pilot; empty for none."""
    return pseudonym_of(uuid.uuid5(programme_id, str(number))) if number else ""


@transaction.atomic
def ask_later(first: Session, *, now: datetime) -> None:
    """Ask everybody once more who sat in the group from a first session that was held to the end of its cycle. Tells them, within the caps."""
    due_at = (first.ended_at or now) + timedelta(days=LATER_DAYS)
    seats = Membership.objects.filter(group_id=first.cycle.group_id, started_at__lte=first.ended_at, person__left_at=None)
    stayed = seats.filter(Q(ended_at=None) | Q(ended_at__gte=first.cycle.closed_at)) if first.cycle.closed_at else seats.live()
    for membership in stayed.select_related("person"):
        put(
            membership.person, kind=TWELVE_WEEKS, subject_id=first.cycle_id, due_at=due_at, not_after=due_at + timedelta(days=ASKED_WITHIN),
            is_counted=True,
        )  # fmt: skip


class NoMoreAnswers(Exception):
    """The member takes no more answers to this question."""


@transaction.atomic
def ask_observers(cycle: Cycle, *, person: Person, now: datetime) -> ObserverQuestion:
    """Let a member hand on one question about how they handle the topic of a cycle. Tells no one; asking again reopens what was closed."""
    question, _ = ObserverQuestion.objects.get_or_create(cycle=cycle, person=person, defaults={"asked_at": now})
    if question.closed_at is not None:
        question.reopen(now=now)
    return question


@transaction.atomic
def close_to_observers(question: ObserverQuestion, *, now: datetime) -> None:
    """Take no more answers. Tells no one. Closing twice keeps the first time."""
    if question.closed_at is None:
        question.close(now=now)


@transaction.atomic
def observe(question: ObserverQuestion, *, seen: Seen, words: str, key: uuid.UUID) -> None:
    """Keep what somebody says who has no account here; nothing of them and no time is kept. The same `key` again changes nothing. Tells no one.

    Raises NoMoreAnswers when the question is closed or has as many answers as it takes.
    """
    question = ObserverQuestion.objects.select_for_update().get(id=question.id)
    if question.observations.filter(key=key).exists():
        return
    known = question.observations.count()
    if question.closed_at is not None or known >= MOST_OBSERVERS:
        raise NoMoreAnswers
    Observation.objects.create(question=question, seen=seen, words=words, key=key, batch=known // SHOWN_TOGETHER)
