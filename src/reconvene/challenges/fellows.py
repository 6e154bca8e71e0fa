"""Who has settled a challenge and may be asked about its topic: offered, taken back, and brought together with somebody who waits alone.

Called by the page of a challenge and by the link in a fellow's message. Forming reads the offers as "has handled it".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from reconvene.challenges.models import AskMe, Challenge, Introduction
from reconvene.challenges.queries import others_waiting
from reconvene.guides.models import Topic
from reconvene.notices.actions import put, send_soon
from reconvene.people.models import KeepApart, Organisation, Person, reporting_chain

FELLOW_ASKED, FELLOW_AGREED = "fellow_asked", "fellow_agreed"
ANSWER_FOR = timedelta(days=7)
REST = timedelta(days=28)
"""How long a fellow who was asked is not asked again, by anybody."""


class NotSettled(Exception):
    """The person has settled no challenge on this topic."""


class NobodyToAsk(Exception):
    """Nobody may be asked: the challenge does not wait alone, somebody has been asked already, or nobody offers."""


@transaction.atomic
def offer(person: Person, *, topic: Topic, now: datetime) -> AskMe:
    """Let others ask this person about a topic on which they settled a challenge. Tells no one; twice is once. Raises NotSettled."""
    if not Challenge.objects.filter(person=person, topic=topic).exclude(settled_at=None).exists():
        raise NotSettled
    return AskMe.objects.get_or_create(person=person, topic=topic, withdrawn_at=None, defaults={"offered_at": now})[0]


@transaction.atomic
def take_back(person: Person, *, topic: Topic, now: datetime) -> None:
    """Be asked no more about a topic. Who was brought together sees the other no more. Tells no one."""
    for standing in AskMe.objects.filter(person=person, topic=topic, withdrawn_at=None):
        standing.withdraw(now=now)


@transaction.atomic
def ask_a_fellow(challenge: Challenge, *, now: datetime) -> Introduction:
    """Ask one fellow for somebody who waits alone. Tells the fellow, without a name or a topic. One at a time asks in an organisation, so
    that two do not ask the same fellow. Raises NobodyToAsk.
    """
    Organisation.objects.select_for_update(no_key=True).get(id=challenge.organisation_id)
    challenge = Challenge.objects.select_for_update(of=("self",)).select_related("person", "topic").get(id=challenge.id)
    chosen = fellow_for(challenge, now=now)
    if chosen is None:
        raise NobodyToAsk
    asked = Introduction.objects.create(challenge=challenge, offer=chosen, asked_at=now)
    put(chosen.person, kind=FELLOW_ASKED, subject_id=asked.id, due_at=now, not_after=now + ANSWER_FOR)
    return asked


@transaction.atomic
def answer(asked: Introduction, *, agrees: bool, now: datetime) -> Introduction:
    """Say whether one may be asked this time. Tells the one who waits, only of a yes. What cannot be answered any more is left alone."""
    asked = Introduction.objects.select_for_update(of=("self",)).select_related("offer", "challenge__person").get(id=asked.id)
    if not asked.is_open:
        return asked
    if not agrees:
        asked.decline(now=now)
        return asked
    asked.agree(now=now)
    put(asked.challenge.person, kind=FELLOW_AGREED, subject_id=asked.id, due_at=now, not_after=now + ANSWER_FOR)
    send_soon()
    return asked


def fellow_for(challenge: Challenge, *, now: datetime) -> AskMe | None:
    """Whose turn it is to be asked: nobody in a reporting line with the one who waits, nobody who would rather not meet them, nobody who was asked
    lately; of the rest, whoever offered first. None too when the challenge does not wait alone, or an answer is waited for. One query when
    nobody offers.
    """
    person = challenge.person
    rested = Introduction.objects.filter(Q(asked_at__gt=now - REST) | Q(challenge=challenge)).values("offer__person")
    standing = AskMe.objects.standing().filter(topic=challenge.topic).exclude(person=person).exclude(person__in=rested)
    offers = list(standing.select_related("person").order_by("offered_at", "id")) if challenge.is_open else []
    if not offers or others_waiting(challenge.topic.slug, person=person) or standing_of(challenge, now=now).has_asked:
        return None
    apart = KeepApart.objects.filter(Q(person=person) | Q(other=person)).values_list("person_id", "other_id")
    never = {*reporting_chain(person.id), *(one for pair in apart for one in pair)}
    free = [one for one in offers if one.person_id not in never]
    return next((one for one in free if person.id not in reporting_chain(one.person_id)), None)


@dataclass(frozen=True)
class Standing:
    """How it stands between a challenge and fellows: who may be asked by now, or whether somebody has been asked. A no looks like no answer."""

    fellow: Person | None
    has_asked: bool


def standing_of(challenge: Challenge, *, now: datetime) -> Standing:
    """For the page of whoever raised the challenge. One query."""
    asked = list(Introduction.objects.filter(challenge=challenge).select_related("offer__person").order_by("asked_at"))
    agreed = [one.offer for one in asked if one.agreed_at is not None]
    fellow = next((offer.person for offer in agreed if offer.withdrawn_at is None and offer.person.left_at is None), None)
    is_waited_for = any(one.agreed_at is None and one.asked_at > now - ANSWER_FOR for one in asked)
    return Standing(fellow, fellow is None and challenge.is_open and is_waited_for)


def may_be_asked(person: Person, *, topic: Topic) -> bool:
    """Whether the person offers to be asked about a topic."""
    return AskMe.objects.filter(person=person, topic=topic, withdrawn_at=None).exists()
