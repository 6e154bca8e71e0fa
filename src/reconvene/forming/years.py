"""Simulated years as rows: asking for one, the directory as the simulation wants it, one seed after the other. Called by the console and forming.jobs."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from reconvene.base.jobs import ask_for
from reconvene.forming.models import SimulatedYear
from reconvene.forming.year import Assumptions, headcounts, simulate
from reconvene.forming.year_people import SPEAKS, Placed, members_of
from reconvene.forming.year_ranges import Year, from_values, over_seeds
from reconvene.forming.year_tables import Member
from reconvene.people.models import Organisation, Person

SEEDS = tuple(range(1, 10))
"""The same for everybody, so that the same assumptions give the same year."""
KEPT = 20
SIMULATE = "reconvene.forming.jobs.simulate_next"


@transaction.atomic
def ask_for_year(
    by: Person, *, name: str, rows: Sequence[tuple[int, str, int]], assumptions: Assumptions, currency: str, k: int, now: datetime
) -> SimulatedYear:
    """Have a year worked out, of the directory or of typed headcounts. Asked for again while the same is being worked out, that one comes back. The
    oldest beyond KEPT are deleted. Tells no one.
    """
    facts: dict[str, Any] = {"headcounts": [list(row) for row in rows], "assumptions": written(assumptions), "currency": currency}
    known = going_on(by).filter(file_counts={}, **facts).first()
    if known is not None:
        return known
    made = make_year(by, name=name, k=k, now=now, **facts)
    ask_for(SIMULATE, once=f"{made.id}:0", year=str(made.id))
    return made


def going_on(by: Person) -> QuerySet[SimulatedYear]:
    """Those of the person's organisation that are being worked out."""
    return SimulatedYear.objects.filter(organisation_id=by.organisation_id, made_at=None, failed_at=None)


def make_year(by: Person, *, now: datetime, **facts: Any) -> SimulatedYear:
    """A row to be worked out; the oldest beyond KEPT are deleted. Tells no one."""
    made = SimulatedYear.objects.create(organisation=by.organisation, seeds=list(SEEDS), asked_by=by, asked_at=now, **facts)
    old = SimulatedYear.objects.filter(organisation_id=by.organisation_id).order_by("-asked_at")[KEPT:]
    SimulatedYear.objects.filter(id__in=[one.id for one in old]).delete()
    return made


def simulate_seed(row: SimulatedYear, *, now: datetime) -> None:
    """Work out the next seed and keep it. Raises ValueError when there are fewer people than one group needs."""
    members = headcounts([(level, site, count) for level, site, count in row.headcounts]) if row.headcounts else directory(row.organisation)
    figures = simulate(members, assumptions_of(row), seed=row.seeds[len(row.runs)])
    row.add_run(asdict(figures), now=now)


def result_of(row: SimulatedYear) -> Year:
    """The ranges over the seeds that are done. Raises ValueError when none is."""
    return over_seeds([from_values(run) for run in row.runs], k=row.k)


def assumptions_of(row: SimulatedYear) -> Assumptions:
    """What was put in."""
    values = dict(row.assumptions)
    smallest, largest = values.pop("sizes")
    return Assumptions(**values, sizes=(smallest, largest))


def directory(organisation: Organisation) -> list[Member]:
    """Everybody in the directory who has a level, with their reporting lines. One query; keys are places in it, so that no id is kept."""
    rows = Person.objects.filter(organisation=organisation).active().exclude(level=None).order_by("id")
    people = rows.values_list("id", "manager_id", "level__rank", "site", "function", "languages")
    return members_of(
        [Placed(one, boss, rank, site, function, frozenset(languages) or SPEAKS) for one, boss, rank, site, function, languages in people]
    )


def written(assumptions: Assumptions) -> dict[str, Any]:
    """Assumptions as JSON keeps them."""
    return {**asdict(assumptions), "sizes": list(assumptions.sizes)}
