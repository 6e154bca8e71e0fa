"""Counts of people for the running of programmes: how many joined, how many wait. From k on and rounded, through the one gate.

Not measures: no answer and nothing of what was said is behind them, so they are not frozen on milestones. States of groups and dates need no gate.
"""

import uuid
from collections.abc import Sequence

from django.db.models import Max, Subquery

from reconvene.groups.models import Programme
from reconvene.groups.rules import LARGEST
from reconvene.privacy.disclosure import FEWEST_GROUPS, Cell, Shown, threshold
from reconvene.releases.models import Report
from reconvene.releases.rules import nested


def threshold_of(organisation_id: uuid.UUID) -> int:
    """k of an organisation: that of its latest report, or more when a larger group has become possible since. One query."""
    published = Report.objects.filter(organisation_id=organisation_id).order_by("-milestone_on").values("k")[:1]
    found = Programme.objects.filter(organisation_id=organisation_id).aggregate(largest=Max("largest"), k=Max(Subquery(published)))
    return max(threshold(found["largest"] or LARGEST), found["k"] or 0)


def shown(people: int, *, k: int) -> int | None:
    """How many, rounded to five; None below k."""
    return among([people], k=k)[0]


def among(counts: Sequence[int], *, k: int) -> list[int | None]:
    """Counts of which each holds all of the next (invited, joined, seated), rounded; None where fewer than k are in it, or where so few lie between
    it and the one before that somebody could be told apart.
    """
    cells = tuple(Cell("", people, FEWEST_GROUPS) for people in counts)
    return [one.people if isinstance(one, Shown) else None for one in nested(cells, k=k)]
