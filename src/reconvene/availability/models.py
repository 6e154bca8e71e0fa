"""When people are free: working hours, connected calendars and busy intervals. Never what they are busy with."""

from datetime import datetime, time
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reconvene.availability.registry import Access
from reconvene.base.fields import SecretText
from reconvene.base.models import Owned
from reconvene.people.models import Person


def usual_weekdays() -> list[int]:
    """Monday to Friday; Monday is 0."""
    return [0, 1, 2, 3, 4]


class WorkingHours(Owned):
    """The part of a person's week in which sessions may be proposed, in the person's own time zone."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="working_hours")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=usual_weekdays)
    starts = models.TimeField(default=time(9, 0))
    ends = models.TimeField(default=time(17, 0))

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(starts__lt=models.F("ends")), name="hours_start_before_they_end")]


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Words for choosing connections."""

    def visible_to(self, person: Person) -> Self:
        """One's own; nobody else ever sees them."""
        return self.filter(person=person)

    def due(self, now: datetime) -> Self:
        """To be read now, the longest overdue first."""
        return self.filter(read_again_at__lte=now).order_by("read_again_at", "id")

    def stopped(self) -> Self:
        """Not read any more until their owner connects them again."""
        return self.filter(read_again_at=None)


class Connection(Owned):
    """A calendar that a person has connected: how it is reached, and how reading it last went. Holds no events.

    `problem` is a code of `registry.Unreadable`, empty after a reading that went well. `read_again_at` is empty once the other side
    has refused us. `tag` and `changed` are what the server said of the version we have read, which reaches to `covers_until`.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=20)
    address = SecretText()
    user = models.CharField(max_length=200, blank=True)
    secret = SecretText()
    connected_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_again_at = models.DateTimeField(null=True)
    covers_until = models.DateTimeField(null=True)
    tag = models.CharField(max_length=200, blank=True)
    changed = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["read_again_at"], name="connections_to_be_read")]

    def access(self, *, until: datetime) -> Access:
        """What a reader needs. The version is named only when it reaches to `until`, because an unchanged answer brings no newer days."""
        known = self.covers_until is not None and self.covers_until >= until
        return Access(self.address, self.user, self.secret, self.tag if known else "", self.changed if known else "")

    def read_later(self, *, at: datetime) -> None:
        """Put the next reading off; also how a worker takes it for itself. Saves; tells no one."""
        self.read_again_at = at
        self.save(update_fields=["read_again_at"])

    def note_unread(self, *, problem: str, again_at: datetime | None) -> None:
        """It could not be read; what was read before stays. Without `again_at` it is given up. Saves; tells no one."""
        self.problem, self.read_again_at, self.failures = problem, again_at, min(self.failures + 1, 1000)
        self.save(update_fields=["problem", "read_again_at", "failures"])

    def note_read(self, *, now: datetime, again_at: datetime, access: Access, covers_until: datetime | None) -> None:
        """It was read; `covers_until` is None when nothing had changed. Saves; tells no one."""
        self.read_at, self.read_again_at, self.problem, self.failures = now, again_at, "", 0
        self.secret, self.tag, self.changed = access.secret, access.tag, access.changed
        self.covers_until = covers_until or self.covers_until
        self.save(update_fields=["read_at", "read_again_at", "problem", "failures", "secret", "tag", "changed", "covers_until"])


class Busy(Owned):
    """One interval in which a person cannot meet. No title, no place, no other people; removed when it is past.

    From a connected calendar, or tapped by the person when `connection` is empty.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="busy")
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="busy_starts_before_it_ends")]
        indexes = [
            models.Index(fields=["person", "ends_at"], name="busy_of_person"),
            models.Index(fields=["ends_at"], name="busy_to_be_forgotten"),
        ]
