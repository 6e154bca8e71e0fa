"""Measures of demand: who asked for what in which quarter, by category of topic; who sits in a running group; who settled. For the demand map.

One figure of cells each: labels are "2026-3 Category" (the third quarter), or the category alone. Nothing here reads a text.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from reconvene.challenges.models import Challenge
from reconvene.groups.models import Membership
from reconvene.privacy.disclosure import Cell
from reconvene.releases.measurements import Counts, Stood
from reconvene.releases.registry import measure

QUARTERS = 4
"""How many quarters back the map looks, that of the milestone included."""


def quarter_of(moment: datetime) -> str:
    """The quarter of an instant as it stands in labels: 2026-3."""
    return f"{moment.year}-{(moment.month + 2) // 3}"


def quarters_before(until: datetime) -> tuple[str, ...]:
    """The last quarters that had begun before an instant, the oldest first."""
    year, number = until.year, (until.month + 2) // 3
    if until.day == 1 and until.month % 3 == 1:
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    found = []
    for _step in range(QUARTERS):
        found.append(f"{year}-{number}")
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return tuple(reversed(found))


def asked_for(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People by quarter and category of the latest challenge that each raised in that quarter."""
    rows = Challenge.objects.filter(organisation_id=organisation_id, raised_at__lt=until).order_by("raised_at", "id")
    return _by_quarter(rows.values_list("person_id", "raised_at", "topic__category"), organisation_id, until)


def settled(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People by quarter and category of the latest challenge that each settled in that quarter."""
    rows = Challenge.objects.filter(organisation_id=organisation_id, settled_at__lt=until).order_by("settled_at", "id")
    return _by_quarter(rows.values_list("person_id", "settled_at", "topic__category"), organisation_id, until)


def running(organisation_id: uuid.UUID, until: datetime) -> Counts:
    """People who sat in a running cycle at that instant, by its category; who sat in two counts in the later one."""
    rows = (
        Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gte=until), organisation_id=organisation_id, started_at__lt=until)
        .filter(Q(group__cycles__closed_at=None) | Q(group__cycles__closed_at__gte=until), group__cycles__started_at__lt=until)
        .filter(Q(group__ended_at=None) | Q(group__ended_at__gte=until))
        .order_by("group__cycles__started_at", "id")
        .values_list("person_id", F("group__cycles__topic__category"))
    )
    latest: dict[uuid.UUID, str] = dict(rows)
    return _counts(((person, category) for person, category in latest.items()), organisation_id, until)


def register() -> None:
    """Put these measures into every report."""
    measure("demand_asked", asked_for)
    measure("demand_running", running)
    measure("demand_settled", settled)


def _by_quarter(rows: Iterable[tuple[uuid.UUID, datetime | None, str]], organisation_id: uuid.UUID, until: datetime) -> Counts:
    wanted = set(quarters_before(until))
    latest = {(person, quarter_of(at)): category for person, at, category in rows if at and quarter_of(at) in wanted}
    return _counts(((person, f"{quarter} {category}") for (person, quarter), category in latest.items()), organisation_id, until)


def _counts(pairs: Iterable[tuple[uuid.UUID, str]], organisation_id: uuid.UUID, until: datetime) -> Counts:
    """Cells by label. Who never had a group cannot be known by one and counts as one of their own."""
    people: dict[str, set[uuid.UUID]] = defaultdict(set)
    for person, label in pairs:
        people[label].add(person)
    groups: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    sat = Membership.objects.filter(organisation_id=organisation_id, started_at__lt=until).values_list("person_id", "group_id")
    for person, group in sat:
        groups[person].add(group)
    cells = tuple(
        Cell(label, len(those), len({group for one in those for group in groups.get(one, {one})}))
        for label, those in sorted(people.items())
    )
    behind: Stood = {label: {one: min(groups[one]) if one in groups else None for one in those} for label, those in people.items()}
    return Counts(cells, behind=behind)
