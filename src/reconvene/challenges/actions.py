"""Raising, withdrawing and waiting again with a challenge. Forming notices a new one by itself and is asked to look at once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from reconvene.base import jobs
from reconvene.challenges.models import Challenge, TopicChoice
from reconvene.challenges.rules import ChallengeDraft
from reconvene.guides.models import Topic
from reconvene.people.models import Person


class AlreadyWaiting(Exception):
    """The person already waits for a group on this topic; `challenge` is the one that waits."""

    def __init__(self, challenge: Challenge) -> None:
        super().__init__(challenge.id)
        self.challenge = challenge


@transaction.atomic
def raise_challenge(person: Person, *, topic: Topic, draft: ChallengeDraft, now: datetime, offered: Topic | None = None) -> Challenge:
    """Put a challenge into the queue and have a worker look for a group now; count what was taken of what the words led to (`offered`), of each
    person once for a topic. Tells no one else.

    Raises AlreadyWaiting when an open challenge of this person has the same topic: sending a form twice does no harm.
    """
    try:
        with transaction.atomic():
            challenge = Challenge.objects.create(
                person=person,
                topic=topic,
                text=draft.text,
                wants=draft.wants,
                does_not_want=draft.does_not_want,
                urgency=draft.urgency,
                start=draft.start,
                has_experience=draft.has_experience,
                names_kept=list(draft.names_kept),
                raised_at=now,
            )
    except IntegrityError as error:
        raise AlreadyWaiting(Challenge.objects.open().get(person=person, topic=topic)) from error
    if offered is not None and not Challenge.objects.filter(person=person, topic=topic).exclude(id=challenge.id).exists():
        _count_choice(challenge, offered=offered)
    jobs.tick_soon()
    return challenge


def _count_choice(challenge: Challenge, *, offered: Topic) -> None:
    """The count goes up in the database, so that two at once are both counted."""
    TopicChoice.objects.bulk_create([TopicChoice(offered=offered, taken=challenge.topic, times=0)], ignore_conflicts=True)
    TopicChoice.objects.filter(organisation=challenge.organisation, offered=offered, taken=challenge.topic).update(times=F("times") + 1)


@transaction.atomic
def withdraw_challenge(challenge: Challenge, *, now: datetime) -> Challenge:
    """Stop looking, and return it as it stands: nothing happens when it is seated, settled or withdrawn already. Tells no one."""
    fresh = Challenge.objects.select_for_update().get(id=challenge.id)
    if fresh.is_open:
        fresh.withdraw(now=now)
    return fresh


@transaction.atomic
def return_to_queue(challenge: Challenge, *, now: datetime) -> None:
    """Let a challenge whose seat was given up wait again, with its place in the queue. Tells no one.

    When the person has raised the same topic anew in the meantime, the newer words go on and the older ones are withdrawn.
    """
    fresh = Challenge.objects.select_for_update().get(id=challenge.id)
    if fresh.settled_at is not None or fresh.withdrawn_at is not None:
        return
    if Challenge.objects.open().filter(person_id=fresh.person_id, topic_id=fresh.topic_id).exclude(id=fresh.id).exists():
        fresh.withdraw(now=now)
    else:
        fresh.wait_again()
