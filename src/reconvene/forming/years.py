"""Simulated years as rows: asking for one, the directory as the simulation wants it, one seed after the other, a file’s people in memory only.
Called by the console and forming.jobs.
"""

import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from reconvene.base import clock, tenancy
from reconvene.base.jobs import ask_for
from reconvene.forming.models import SimulatedYear
from reconvene.forming.year import Assumptions, Member, headcounts, simulate
from reconvene.forming.year_apart import LONGEST, Ended, simulate_apart
from reconvene.forming.year_people import SPEAKS, Placed, members_of
from reconvene.forming.year_ranges import Year, from_values, over_seeds
from reconvene.people.models import Organisation, Person

log = logging.getLogger(__name__)

SEEDS = tuple(range(1, 10))
"""The same for everybody, so that the same assumptions give the same year."""
KEPT = 20
SIMULATE = "reconvene.forming.jobs.simulate_next"
LOST_AFTER = timedelta(seconds=2 * LONGEST)
"""So long after it was asked for, a year of a file that is not worked out never will be: the program was stopped, and its people are gone."""
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class FileCounts:
    """What is kept of a file. `people` have a level and work there; `left_out` rows cannot be taken; `doubtful` people have a manager who was not found."""

    rows: int
    people: int
    left_out: int
    without_level: int
    doubtful: int


class OneIsGoingOn(Exception):
    """A year of a file is being worked out in this organisation already."""


@transaction.atomic
def ask_for_year(
    by: Person, *, name: str, rows: Sequence[tuple[int, str, int]], assumptions: Assumptions, currency: str, k: int, now: datetime
) -> SimulatedYear:
    """Have a year worked out, of the directory or of typed headcounts. Asked for again while the same is being worked out, that one comes back. The
    oldest beyond KEPT are deleted. Tells no one.
    """
    facts: dict[str, Any] = {"headcounts": [list(row) for row in rows], "assumptions": _written(assumptions), "currency": currency}
    known = _going_on(by).filter(file_counts={}, **facts).first()
    if known is not None:
        return known
    made = _make(by, name=name, k=k, now=now, **facts)
    ask_for(SIMULATE, once=f"{made.id}:0", year=str(made.id))
    return made


@transaction.atomic
def ask_for_year_of_file(
    by: Person, *, name: str, members: Sequence[Member], counts: FileCounts, assumptions: Assumptions, currency: str, k: int, now: datetime
) -> SimulatedYear:
    """Have a year worked out of the people in a file, who are stored nowhere: once this transaction stands, a thread hands them to a process of its own
    and keeps what comes back. Sent twice it is asked once. The oldest beyond KEPT are deleted. Tells no one. Raises OneIsGoingOn.
    """
    facts: dict[str, Any] = {"file_counts": asdict(counts), "assumptions": _written(assumptions), "currency": currency}
    Organisation.objects.select_for_update().get(id=by.organisation_id)  # one after the other
    for known in _going_on(by).exclude(file_counts={}):
        if (known.name, known.file_counts, known.assumptions) == (name, facts["file_counts"], facts["assumptions"]):
            return known
        raise OneIsGoingOn
    made = _make(by, name=name, k=k, now=now, **facts)
    matter = {"members": members, "assumptions": assumptions}
    work = threading.Thread(target=work_out_apart, args=(by.organisation_id, made.id), kwargs=matter, name="year of a file", daemon=True)
    transaction.on_commit(work.start)
    return made


def work_out_apart(organisation_id: uuid.UUID, year_id: uuid.UUID, *, members: Sequence[Member], assumptions: Assumptions) -> None:
    """Keep each seed's year of these people as it comes, in a transaction of its own. What goes wrong is logged without anything of the file."""
    try:
        with _one_at_a_time:
            for figures in simulate_apart(members, assumptions, seeds=SEEDS):
                with tenancy.within(organisation_id):
                    row = SimulatedYear.objects.filter(id=year_id, failed_at=None).first()
                    if row is None:
                        return  # deleted meanwhile, or given up
                    row.add_run(asdict(figures), now=clock.now())
    except Ended:
        log.error("The simulated year %s, of a file, was not worked out to its end.", year_id)
        with tenancy.within(organisation_id):
            give_up(SimulatedYear.objects.filter(id=year_id), now=clock.now())
    finally:
        if not connection.in_atomic_block:  # the thread's own; inside of a transaction it is somebody else's
            connection.close()


def give_up(years: QuerySet[SimulatedYear], *, now: datetime) -> None:
    """Mark those of the years that are still being worked out as failed. Tells no one."""
    for row in years.filter(made_at=None, failed_at=None):
        row.fail(now=now)


def _going_on(by: Person) -> QuerySet[SimulatedYear]:
    return SimulatedYear.objects.filter(organisation_id=by.organisation_id, made_at=None, failed_at=None)


def _make(by: Person, *, now: datetime, **facts: Any) -> SimulatedYear:
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
    return members_of([Placed(*row, languages=frozenset(languages) or SPEAKS) for *row, languages in people])


def _written(assumptions: Assumptions) -> dict[str, Any]:
    return {**asdict(assumptions), "sizes": list(assumptions.sizes)}
