"""Asking for help: one message to the person whom the organisation named, and to nobody else."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.notices.actions import put
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.rooms.actions.turning import NotNow

HELP_WANTED = "help_wanted"
GOOD_FOR = timedelta(days=3)


@transaction.atomic
def ask_for_contact(person: Person, *, now: datetime) -> None:
    """Ask the named person to contact a member. Tells that person who it is, and nothing about where or why; asked again the same day,
    nothing. Raises NotNow when nobody is named who gets such messages.
    """
    contact = person.organisation.help_person
    if contact is None or not contact.is_active:
        raise NotNow(_("Nobody is named who could be asked."))
    put(contact, kind=HELP_WANTED, subject_id=person.id, due_at=_day(now), not_after=now + GOOD_FOR)


def has_asked(person: Person, *, now: datetime) -> bool:
    """Whether the member has asked today."""
    return Notice.objects.filter(kind=HELP_WANTED, subject_id=person.id, due_at=_day(now)).exists()


def _day(now: datetime) -> datetime:
    """The same for every tap of a day, so that the outbox holds one."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
