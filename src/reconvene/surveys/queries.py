"""Reading the answers: only whether there are any, never whose they are or what they say. Called by rooms."""

import uuid
from collections.abc import Collection

from reconvene.groups.models import Cycle
from reconvene.people.models import Person
from reconvene.surveys.models import Response, pseudonym_of
from reconvene.surveys.rules import Moment


def has_answered(cycle: Cycle, person: Person, *, moment: Moment) -> bool:
    """Whether the person has answered, for their own page."""
    return Response.objects.filter(pseudonym=pseudonym_of(cycle.id, person.id), moment=moment).exists()


def has_answers(cycle: Cycle, *, people: Collection[uuid.UUID], moment: Moment) -> bool:
    """Whether any of these people has."""
    pseudonyms = [pseudonym_of(cycle.id, person) for person in people]
    return Response.objects.filter(pseudonym__in=pseudonyms, moment=moment).exists()
