"""Challenges: one manager's pressing problem in their own words."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.challenges.rules import Start
from reconvene.guides.models import Topic
from reconvene.people.models import Person


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    """Words for choosing challenges."""

    def visible_to(self, person: Person) -> Self:
        """One's own only. What a group may read of it, the room asks for through the group."""
        return self.filter(person=person)

    def open(self) -> Self:
        """Waiting for a seat: not seated, withdrawn or settled."""
        return self.filter(seated_at=None, withdrawn_at=None, settled_at=None)

    def current(self) -> Self:
        """Not withdrawn and not settled."""
        return self.filter(withdrawn_at=None, settled_at=None)


class Challenge(Owned):
    """A problem at work that a manager wants to take to peers."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    text = MemberText()
    wants = MemberText(help_text="What I want from the group")
    does_not_want = MemberText(help_text="What I do not want")
    urgency = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10)], help_text="How much it gets in the way, 0-10")
    start = models.CharField(max_length=12, choices=[(start.value, start.name) for start in Start], default=Start.TWO_WEEKS)
    has_experience = models.BooleanField(default=False, help_text="Has been through it and could share how")
    names_kept = ArrayField(models.CharField(max_length=80), default=list, blank=True, help_text="Names the person chose to keep")
    raised_at = models.DateTimeField()
    considered_at = models.DateTimeField(null=True, help_text="When forming last looked at it; empty: not yet")
    seated_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(urgency__lte=10), name="urgency_up_to_ten"),
            models.UniqueConstraint(
                fields=["person", "topic"],
                condition=Q(seated_at=None, withdrawn_at=None, settled_at=None),
                name="one_open_challenge_per_topic",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "topic"], condition=Q(seated_at=None, withdrawn_at=None), name="challenges_open")]

    @property
    def is_open(self) -> bool:
        """Whether it waits for a seat."""
        return self.seated_at is None and self.withdrawn_at is None and self.settled_at is None

    def withdraw(self, *, now: datetime) -> None:
        """Stop looking for a group. Saves; tells no one."""
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])

    def take_seat(self, *, now: datetime) -> None:
        """It has a group now. Saves; a yes counts more than an earlier withdrawal."""
        self.seated_at, self.withdrawn_at = now, None
        self.save(update_fields=["seated_at", "withdrawn_at"])

    def wait_again(self) -> None:
        """Its group came to nothing; it keeps its place in the queue. Saves; tells no one."""
        self.seated_at = self.considered_at = None
        self.save(update_fields=["seated_at", "considered_at"])

    def look_again(self) -> None:
        """A proposal with it came to nothing, so forming looks at it as if it were new. Saves; tells no one."""
        self.considered_at = None
        self.save(update_fields=["considered_at"])

    def settle(self, *, now: datetime) -> None:
        """Its cycle is closed. Saves; tells no one."""
        self.settled_at = now
        self.save(update_fields=["settled_at"])


class TopicChoice(Owned):
    """How often people of the organisation took one topic when another one, or the same, was the first that their words led to. Who, when and what
    they wrote is not kept; from the counts the program learns what is meant here."""

    offered = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    taken = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "offered", "taken"], name="one_count_per_choice")]


class AskMeQuerySet(models.QuerySet["AskMe"]):
    """Words for choosing offers to be asked."""

    def standing(self) -> Self:
        """Not taken back, by people who have not left."""
        return self.filter(withdrawn_at=None, person__left_at=None)


class AskMe(Owned):
    """That a person who settled a challenge may be asked about its topic, until they take it back."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = AskMeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], condition=Q(withdrawn_at=None), name="one_offer_per_topic")]

    def withdraw(self, *, now: datetime) -> None:
        """Be asked no more. Saves; tells no one."""
        self.withdrawn_at = now
        self.save(update_fields=["withdrawn_at"])


class Introduction(Owned):
    """That somebody who waits alone would like to ask a fellow. Neither learns who the other is before both have agreed."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="introductions")
    offer = models.ForeignKey(AskMe, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["challenge", "offer"], name="asked_once_per_challenge")]

    @property
    def is_open(self) -> bool:
        """Whether it may still be answered: neither answered nor taken back by either."""
        return self.agreed_at is None and self.declined_at is None and self.offer.withdrawn_at is None and self.challenge.is_open

    def agree(self, *, now: datetime) -> None:
        """The fellow may be asked. Saves; tells no one."""
        self.agreed_at = now
        self.save(update_fields=["agreed_at"])

    def decline(self, *, now: datetime) -> None:
        """Not this time. Saves; tells no one."""
        self.declined_at = now
        self.save(update_fields=["declined_at"])
