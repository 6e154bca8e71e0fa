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

    def standing(self) -> Self:
        """Not disconnected."""
        return self.filter(ended_at=None)

    def visible_to(self, person: Person) -> Self:
        """One's own; nobody else ever sees them."""
        return self.standing().filter(person=person)

    def due(self, now: datetime) -> Self:
        """To be read now, the longest overdue first."""
        return self.standing().filter(read_again_at__lte=now).order_by("read_again_at", "id")

    def stopped(self) -> Self:
        """Not read any more until their owner connects them again."""
        return self.filter(read_again_at=None)

    def written(self) -> Self:
        """Those into which events are written: their owner lets us, and the server does too."""
        return self.standing().filter(write_problem="", person__left_at=None).exclude(writes_since=None)


class Connection(Owned):
    """A calendar that a person has connected, or that belongs to a place (then `person` is empty): how it is reached, and how reading it last
    went. Holds no events.

    `problem` is a code of `registry.Unreadable`, empty after a reading that went well. `read_again_at` is empty once the other side
    has refused us. `tag` and `changed` are what the server said of the version we have read, which reaches to `covers_until`.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="connections")
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
    writes_since = models.DateTimeField(null=True, help_text="Since when its owner wants events written into it")
    write_problem = models.CharField(max_length=20, blank=True, help_text="Why writing was given up")
    ended_at = models.DateTimeField(null=True, help_text="Disconnected; kept for a moment, so that our events can be taken out of it")

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["read_again_at"], name="connections_to_be_read")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(writes_since__isnull=False, ended_at=None, person__isnull=False),
                name="one_calendar_to_write_into",
            )
        ]

    def access(self, *, until: datetime) -> Access:
        """What a reader needs. The version is named only when it reaches to `until`, because an unchanged answer brings no newer days."""
        known = self.covers_until is not None and self.covers_until >= until
        is_written = self.writes_since is not None
        return Access(self.address, self.user, self.secret, self.tag if known else "", self.changed if known else "", is_written)

    def read_later(self, *, at: datetime) -> None:
        """Put the next reading off; also how a worker takes it for itself. Saves; tells no one."""
        self.read_again_at = at
        self.save(update_fields=["read_again_at"])

    def note_unread(self, *, problem: str, again_at: datetime | None) -> None:
        """It could not be read; what was read before stays. Without `again_at` it is given up. Saves; tells no one."""
        self.problem, self.read_again_at, self.failures = problem, again_at, min(self.failures + 1, 1000)
        self.save(update_fields=["problem", "read_again_at", "failures"])

    def note_read(self, *, now: datetime, again_at: datetime, access: Access, covers_until: datetime | None, problem: str) -> None:
        """It was read, but for a `problem` with parts of it; `covers_until` is None when nothing had changed. Saves; tells no one."""
        self.read_at, self.read_again_at, self.problem, self.failures = now, again_at, problem, 0
        self.secret, self.tag, self.changed = access.secret, access.tag, access.changed
        self.covers_until = covers_until or self.covers_until
        self.save(update_fields=["read_at", "read_again_at", "problem", "failures", "secret", "tag", "changed", "covers_until"])

    def note_access(self, access: Access) -> None:
        """What opens it is another from now on. Saves; tells no one."""
        self.secret = access.secret
        self.save(update_fields=["secret"])

    def renew(self, *, secret: str, now: datetime) -> None:
        """Its owner gave what opens it once more: read it in full, and write into it again where they want that. Saves; tells no one."""
        self.secret, self.connected_at, self.read_again_at = secret, now, now
        self.read_at, self.covers_until, self.problem, self.failures, self.write_problem = None, None, "", 0, ""
        self.save(
            update_fields=[
                "secret", "connected_at", "read_again_at", "read_at", "covers_until", "problem", "failures", "write_problem",
            ]
        )  # fmt: skip

    def let_write(self, *, now: datetime) -> None:
        """Write events into it from now on, or try once more after it was given up; and tell our own apart when it is read. Saves; tells no one."""
        self.writes_since, self.write_problem = self.writes_since or now, ""
        self.save(update_fields=["writes_since", "write_problem"])

    def stop_writing(self) -> None:
        """Write nothing into it any more. Saves; tells no one."""
        self.writes_since, self.write_problem = None, ""
        self.save(update_fields=["writes_since", "write_problem"])

    def note_unwritten(self, *, problem: str) -> None:
        """Writing into it is given up until its owner lets us once more. Saves; tells no one."""
        self.write_problem = problem
        self.save(update_fields=["write_problem"])

    def end(self, *, now: datetime) -> None:
        """Disconnected: read no more, and gone as soon as our events are out of it. Saves; tells no one."""
        self.ended_at, self.read_again_at = now, None
        self.save(update_fields=["ended_at", "read_again_at"])


class Busy(Owned):
    """One interval in which a person cannot meet, or a place is taken. No title, no place, no other people; removed when it is past.

    From a connected calendar, or tapped by the person when `connection` is empty. Of a place's calendar when `person` is.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="busy")
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="busy_starts_before_it_ends"),
            models.CheckConstraint(condition=~models.Q(person=None, connection=None), name="busy_is_of_a_person_or_a_calendar"),
        ]
        indexes = [
            models.Index(fields=["person", "ends_at"], name="busy_of_person"),
            models.Index(fields=["ends_at"], name="busy_to_be_forgotten"),
        ]
