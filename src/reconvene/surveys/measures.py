"""Measurements of the questionnaires, put into every report through `releases` and its gate. No row of a person leaves this module."""

import uuid
from collections.abc import Callable
from datetime import datetime

from reconvene.releases.registry import measure
from reconvene.releases.rules import Measurement, Shares, Spread
from reconvene.surveys.models import Response
from reconvene.surveys.rules import HIGHEST, Moment

SHARES = {
    "knows_when": (Moment.AFTER_FIRST, "know_when", "yes"),
    "used_often": (Moment.AFTER_RECONVENE, "times_used", "4+"),
    "again": (Moment.AFTER_RECONVENE, "again", "yes"),
}
"""By key of the report: the moment, the item, and the answer that counts as yes."""
SPREADS = {"openly": (Moment.AFTER_FIRST, "openly"), "usable": (Moment.AFTER_FIRST, "usable")}


def share(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of how many of those who answered an item gave the answer that counts as yes."""
    moment, item, yes = SHARES[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Shares:
        values, groups = _answers(moment, item, organisation_id=organisation_id, until=until)
        return Shares(key, yes=values.count(yes), of=len(values), groups=groups)

    return measured


def spread(key: str) -> Callable[[uuid.UUID, datetime], Measurement]:
    """The measure of the answers to a scale of 0 to 10."""
    moment, item = SPREADS[key]

    def measured(organisation_id: uuid.UUID, until: datetime) -> Spread:
        values, groups = _answers(moment, item, organisation_id=organisation_id, until=until)
        return Spread(tuple(float(value) for value in values), groups, scale=(0.0, float(HIGHEST)), is_mean=True)

    return measured


def register() -> None:
    """Put these measures into every report."""
    for key in SHARES:
        measure(key, share(key))
    for key in SPREADS:
        measure(key, spread(key))


def _answers(moment: Moment, item: str, *, organisation_id: uuid.UUID, until: datetime) -> tuple[list[str | int], int]:
    """One answer per person to an item, their latest from a week that had begun at `until`, and from how many groups these come.

    Sorted by the answers, so that no order gives anybody away. A person in several cycles is one person behind a number.
    """
    rows = Response.objects.filter(organisation_id=organisation_id, moment=moment, week_of__lt=until.date(), answers__has_key=item)
    latest = rows.order_by("voice", "-week_of", "-id").distinct("voice")
    found = list(latest.values_list("answers", "group_pseudonym"))
    return sorted((answers[item] for answers, _ in found), key=str), len({group for _, group in found})
