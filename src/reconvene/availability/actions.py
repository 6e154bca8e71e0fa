"""What people tell about when they are free."""

from collections.abc import Collection
from datetime import time

from django.db import transaction

from reconvene.availability.models import WorkingHours
from reconvene.people.models import Person


@transaction.atomic
def set_hours(person: Person, *, weekdays: Collection[int], starts: time, ends: time) -> WorkingHours:
    """Set the part of the week in which sessions may be proposed. Tells no one.

    Raises ValueError when no weekday is left or the hours are shorter than a session.
    """
    length = (ends.hour * 60 + ends.minute) - (starts.hour * 60 + starts.minute)
    if not weekdays or length < 90:
        raise ValueError("hours too short")
    hours, _ = WorkingHours.objects.update_or_create(person=person, defaults={"weekdays": sorted(weekdays), "starts": starts, "ends": ends})
    return hours
