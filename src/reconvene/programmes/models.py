"""Who takes part in which programme, its topics, rosters of courses on their way in, and the courses that an organisation has."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from reconvene.base.models import Owned
from reconvene.groups.models import Programme
from reconvene.groups.rules import Half
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.people.rules import Role


class ProgrammeTopic(Owned):
    """One topic of a programme that takes only some."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "topic"], name="one_row_per_topic_of_a_programme")]


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Words for choosing participants."""

    def visible_to(self, person: Person) -> Self:
        """One's own. L&D reads numbers, never who."""
        return self.filter(person=person)

    def joined(self) -> Self:
        """Who takes part."""
        return self.exclude(joined_at=None)

    def unanswered(self) -> Self:
        """Who may still say yes or no."""
        return self.filter(joined_at=None, declined_at=None, passed_at=None)


class Participant(Owned):
    """One person of a programme's audience: invited, taking part, or neither. That somebody declined is told to nobody.

    `passed_at`: was in the audience already when a programme for newcomers started, so is never invited to it.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    added_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    half = models.CharField(max_length=8, blank=True, choices=[(half.value, half.name) for half in Half])
    planned = models.PositiveSmallIntegerField(default=0, help_text="Of a pilot drawn by group: the group's number; 0: none")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "person"], name="once_in_a_programme")]
        indexes = [
            models.Index(
                fields=["programme"], condition=models.Q(invited_at=None, passed_at=None, joined_at=None), name="participants_to_invite"
            )
        ]

    def join(self, *, now: datetime) -> None:
        """Take part. Saves; tells no one."""
        self.joined_at, self.declined_at = self.joined_at or now, None
        self.save(update_fields=["joined_at", "declined_at"])

    def decline(self, *, now: datetime) -> None:
        """Not this time, or no longer. Saves; tells no one."""
        self.joined_at, self.declined_at = None, now
        self.save(update_fields=["joined_at", "declined_at"])


class RosterQuerySet(models.QuerySet["Roster"]):
    """Words for choosing rosters."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for L&D, none for anybody else."""
        here = self.filter(organisation_id=person.organisation_id)
        return here if person.has_role(Role.LEARNING) else here.none()


class Roster(Owned):
    """A list of people on its way into a programme: read and matched, nothing applied yet. Deleted when it is applied or thrown away."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rosters")
    filename = models.CharField(max_length=255)
    matched = models.JSONField(default=list, help_text="Ids of people")
    unknown = models.JSONField(default=list, help_text="[row number, what stands there, code of the reason]")
    uploaded_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = RosterQuerySet.as_manager()


class CourseQuerySet(models.QuerySet["Course"]):
    """Words for choosing courses."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for L&D, none for anybody else."""
        here = self.filter(organisation_id=person.organisation_id)
        return here if person.has_role(Role.LEARNING) else here.none()

    def on(self, slug: str, *, category: str) -> Self:
        """Those on the topic with this slug, or on the whole of its category."""
        return self.filter(Q(topic__slug=slug) | Q(topic=None, category=category))


class Course(Owned):
    """A course that the organisation offers, on one topic or on a whole category of them: what there is beside peer groups."""

    name = models.CharField(max_length=120)
    category = models.CharField(max_length=80)
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["category", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_course_per_name")]

    def __str__(self) -> str:
        return self.name
