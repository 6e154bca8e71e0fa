"""Simulated years of an HR file: what a job does for the others, without a queue, because a queue would store the people. Called by the console and
forming.jobs.
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
from reconvene.forming.models import SimulatedYear
from reconvene.forming.year import Assumptions
from reconvene.forming.year_apart import LONGEST, Ended, simulate_apart
from reconvene.forming.year_tables import Member
from reconvene.forming.years import SEEDS, going_on, make_year, written
from reconvene.people.models import Organisation, Person

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(seconds=2 * LONGEST)
"""So long after it was asked for, a year that is not worked out never will be: the program was stopped, and its people are gone."""
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class FileCounts:
    """What is kept of a file. `people` have a level and work there; `left_out` rows cannot be taken; `doubtful` people have a manager who was not found;
    `absent` are fields of which there is no column.
    """

    rows: int
    people: int
    left_out: int
    without_level: int
    doubtful: int
    absent: list[str]


class OneIsGoingOn(Exception):
    """A year of a file is being worked out in this organisation already."""


@transaction.atomic
def ask_for_year_of_file(
    by: Person, *, name: str, members: Sequence[Member], counts: FileCounts, assumptions: Assumptions, currency: str, k: int, now: datetime
) -> SimulatedYear:
    """Have a year worked out of the people in a file, who are stored nowhere: once this transaction stands, a thread hands them to a process of its own
    and keeps what comes back. Sent twice it is asked once. The oldest beyond KEPT are deleted. Tells no one. Raises OneIsGoingOn.
    """
    facts: dict[str, Any] = {"file_counts": asdict(counts), "assumptions": written(assumptions), "currency": currency}
    Organisation.objects.select_for_update().get(id=by.organisation_id)  # one after the other
    for known in going_on(by).exclude(file_counts={}):
        if (known.name, known.file_counts, known.assumptions) == (name, facts["file_counts"], facts["assumptions"]):
            return known
        raise OneIsGoingOn
    made = make_year(by, name=name, k=k, now=now, **facts)
    matter = {"members": members, "assumptions": assumptions}
    work = threading.Thread(target=work_out_apart, args=(by.organisation_id, made.id), kwargs=matter, daemon=True)
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
