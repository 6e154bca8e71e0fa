"""Keeping answers to the questionnaires, under a pseudonym from the first moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.surveys.models import Response, pseudonym_of
from reconvene.surveys.rules import Moment, checked


@transaction.atomic
def answer(cycle: Cycle, *, person: Person, moment: Moment, answers: Mapping[str, object], now: datetime) -> Response:
    """Keep one person's answers at one moment; the last ones count, skipped items are left out. Tells no one.

    `answers` maps item keys to a choice's value or a whole number from 0 to 10 (as number or text). Raises rules.BadAnswer.
    """
    kept, _ = Response.objects.update_or_create(
        pseudonym=pseudonym_of(cycle.id, person.id),
        moment=moment,
        defaults={
            "programme_id": cycle.group.programme_id,
            "voice": pseudonym_of(cycle.organisation_id, person.id),
            "group_pseudonym": pseudonym_of(cycle.group_id),
            "answers": checked(moment, answers),
            "week_of": now.date() - timedelta(days=now.weekday()),
        },
    )
    return kept
