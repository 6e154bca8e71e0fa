"""Numbers from the questionnaires, for the disclosure gate in `releases` and for nothing else. No row of a person leaves this module."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from reconvene.surveys.models import Response
from reconvene.surveys.rules import Moment


@dataclass(frozen=True)
class Answers:
    """All answers to one item: the values, sorted so that no order gives anybody away, and from how many groups they come."""

    moment: str
    key: str
    values: tuple[str | int, ...]
    groups: int


def answers_to(moment: Moment, key: str, *, organisation_id: uuid.UUID, until: datetime) -> Answers:
    """The answers to one item from weeks that were over at `until`. Not rounded and not gated: only `releases` may call this."""
    rows = Response.objects.filter(organisation_id=organisation_id, moment=moment, week_of__lt=until.date(), answers__has_key=key)
    found = list(rows.values_list("answers", "group_pseudonym"))
    return Answers(moment, key, tuple(sorted((row[key] for row, _ in found), key=str)), len({group for _, group in found}))
