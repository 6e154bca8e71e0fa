"""When people are free: working hours and busy intervals. Never what they are busy with."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models

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


class Busy(Owned):
    """One interval in which a person cannot meet. No title, no place, no other people; removed when it is past."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="busy_starts_before_it_ends")]
        indexes = [models.Index(fields=["person", "ends_at"], name="busy_of_person")]
