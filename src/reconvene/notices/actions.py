"""Writing notices into the outbox, taking them back, and each person's wishes about messages."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import HOURS
from reconvene.people.models import Person


class BadHour(Exception):
    """Messages cannot be asked for at this hour."""


@transaction.atomic
def put(
    person: Person, *, kind: str, subject_id: uuid.UUID, due_at: datetime, not_after: datetime, is_counted: bool = False
) -> Notice | None:
    """Write a notice into the outbox; it is sent from `due_at` on and dropped after `not_after`. Tells `person`, later.

    Returns None when the same notice (person, kind, subject, due time) was put before.
    """
    notice, is_new = Notice.objects.get_or_create(
        person=person, kind=kind, subject_id=subject_id, due_at=due_at, defaults={"not_after": not_after, "is_counted": is_counted}
    )
    return notice if is_new else None


@transaction.atomic
def drop_about(
    subject_id: uuid.UUID, *, now: datetime, kinds: Collection[str] = (), person: Person | None = None, because: str = "over"
) -> int:
    """Drop everything that still waits about a row: all kinds or some, for everyone or one person. Tells no one. Returns how many."""
    waiting = Notice.objects.waiting().filter(subject_id=subject_id)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    if person is not None:
        waiting = waiting.filter(person=person)
    return waiting.update(dropped_at=now, dropped_because=because, leased_until=None)


@transaction.atomic
def mute(person: Person, *, now: datetime) -> Preference:
    """Send the person no counted messages from now on. Tells no one. Muting twice keeps the first time."""
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.mute(now=now)
    return preference


@transaction.atomic
def unmute(person: Person) -> Preference:
    """Send messages again, from the next one that becomes due. Tells no one."""
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.unmute()
    return preference


@transaction.atomic
def set_wishes(person: Person, *, hour: int, wants_plan_by_mail: bool) -> Preference:
    """Set the hour at which the person likes messages, and whether their own plan may come by mail. Tells no one.

    Raises BadHour outside of 7 to 14 o'clock.
    """
    if hour not in HOURS:
        raise BadHour(hour)
    preference, _ = Preference.objects.get_or_create(person=person)
    preference.set_wishes(hour=hour, wants_plan_by_mail=wants_plan_by_mail)
    return preference
