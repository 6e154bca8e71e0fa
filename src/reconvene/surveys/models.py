"""Answers to the short questionnaires, under a pseudonym from the first moment. Protected: see `measures`."""

from datetime import UTC, date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from reconvene.base.fields import MemberText
from reconvene.base.models import Owned
from reconvene.groups.models import Cycle, Programme
from reconvene.people.models import Person
from reconvene.surveys.rules import Moment, Seen


class ResponseQuerySet(models.QuerySet["Response"]):
    """Words for choosing answers."""

    def current(self) -> Self:
        """Those that no others have replaced."""
        return self.filter(replaced_in=None)

    def counted(self, until: datetime) -> Self:
        """Those of weeks that were over at `until`, as they stood then, whatever was answered since."""
        last = until.astimezone(UTC).date() - timedelta(weeks=1)
        return self.filter(Q(replaced_in=None) | Q(replaced_in__gt=last), week_of__lte=last)


class Response(Owned):
    """One person's answers at one moment of one cycle; of who waits for their half of a pilot, of that programme. No foreign key leads to the person or
    the group. Other answers in a later week replace them; they are kept without a word, so that what a report counted stays what it was.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    moment = models.CharField(max_length=2, choices=[(moment.value, moment.name) for moment in Moment])
    pseudonym = models.CharField(
        max_length=64, help_text="Of the person in this cycle (while they wait: in this programme); keeps answers of one cycle together"
    )
    voice = models.CharField(max_length=64, help_text="Alias of the person over all cycles, so that each counts once in a measurement")
    group_pseudonym = models.CharField(
        max_length=64, help_text="Only to count groups for the disclosure rule; of who waits, of the group planned for them, or empty"
    )
    answers = models.JSONField(default=dict)
    own_words = MemberText(help_text="One sentence that its author alone can find again, by the pseudonym; no measure reads it")
    week_of = models.DateField(help_text="Monday of the week, so that no session can be recognised by its time")
    replaced_in = models.DateField(null=True, help_text="Monday of the week in which other answers replaced these")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pseudonym", "moment"], condition=Q(replaced_in=None), name="answered_once_per_moment")
        ]

    def give_way(self, *, week: date) -> None:
        """Count for reports of the past alone; nobody reads it again. Saves; tells no one."""
        self.replaced_in, self.own_words = week, ""
        self.save(update_fields=["replaced_in", "own_words"])


class ObserverQuestionQuerySet(models.QuerySet["ObserverQuestion"]):
    """Words for choosing questions to observers."""

    def visible_to(self, person: Person) -> Self:
        """One's own."""
        return self.filter(person=person)


class ObserverQuestion(Owned):
    """One question that a member hands on to people whom they choose: do you see me handle this better?"""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ObserverQuestionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="one_observer_question_per_cycle")]

    def close(self, *, now: datetime) -> None:
        """Take no more answers. Saves; tells no one."""
        self.closed_at = now
        self.save(update_fields=["closed_at"])

    def reopen(self, *, now: datetime) -> None:
        """Take answers again, by a new link. Saves; tells no one."""
        self.asked_at, self.closed_at = now, None
        self.save(update_fields=["asked_at", "closed_at"])


class Observation(Owned):
    """What one observer said. Neither who nor when is kept; `batch` says with which others it is shown."""

    question = models.ForeignKey(ObserverQuestion, models.CASCADE, related_name="observations")
    batch = models.PositiveSmallIntegerField()
    seen = models.CharField(max_length=10, choices=[(seen.value, seen.name) for seen in Seen])
    words = MemberText()
    key = models.UUIDField(help_text="Of the form that was sent, so that it counts once")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="one_observation_per_form")]
