"""Starting, changing and showing a business case; asking for a printout. Called by the pages and the demo."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from reconvene.base.jobs import ask_for
from reconvene.people.models import Person
from reconvene.releases.models import Report
from reconvene.rollout.formulas import Range
from reconvene.rollout.models import BusinessCase, Kind, Printout, write_figures
from reconvene.rollout.simulation import LARGEST_SEED

LAYOUT = 1
"""Counted up when printouts come to look different, so that no old file is handed out."""
WORK_OUT = "reconvene.rollout.jobs.work_out"


class ChangedMeanwhile(Exception):
    """Somebody else has saved the case since it was opened. Holds the case as it is now; nothing was written."""

    def __init__(self, case: BusinessCase) -> None:
        super().__init__()
        self.case = case


@dataclass(frozen=True)
class Draft:
    """What an editor wants a case to be."""

    name: str
    rate: float
    figures: Mapping[str, Range]
    keeps_plan: bool
    seed: int


@transaction.atomic
def start_case(by: Person, *, name: str, currency: str, rate: float, now: datetime, seed: int | None = None) -> BusinessCase:
    """A case with our defaults, and as many managers in all as the directory has people with a level, if it has any. Tells no one."""
    chosen = secrets.randbelow(LARGEST_SEED) + 1 if seed is None else seed
    managers = Person.objects.visible_to(by).active().exclude(level=None).count()
    figures = write_figures({"managers_all": Range.exactly(managers)} if managers else {})
    return BusinessCase.objects.create(
        organisation=by.organisation, name=name, currency=currency, rate=rate, seed=chosen, figures=figures, made_at=now, changed_at=now, changed_by=by
    )  # fmt: skip


@transaction.atomic
def change_case(case: BusinessCase, *, draft: Draft, version: int, by: Person, now: datetime) -> BusinessCase:
    """Save what an editor wants, if the case still has the version that they had opened; files of the case as it was go. Tells no one.

    Raises ChangedMeanwhile.
    """
    written = BusinessCase.objects.filter(id=case.id, version=version).update(
        name=draft.name,
        rate=draft.rate,
        figures=write_figures(draft.figures),
        keeps_plan=draft.keeps_plan,
        seed=draft.seed,
        version=F("version") + 1,
        changed_at=now,
        changed_by=by,
    )
    case = BusinessCase.objects.select_related("changed_by").get(id=case.id)
    if not written:
        raise ChangedMeanwhile(case)
    case.printouts.all().delete()
    return case


@transaction.atomic
def ask_for_printout(case: BusinessCase, *, kind: Kind, report: Report | None, now: datetime) -> Printout:
    """The file of a case as it is now: the one that is there or being made, or else a new one, for which a worker is asked. Tells no one.

    Asking a hundred times, also at the same time, makes one row, one job and one file. One that failed or is stuck is tried again. Older ones of this kind go.
    """
    state = _state(case, report)
    made, is_new = Printout.objects.get_or_create(case=case, kind=kind, state=state, defaults={"asked_at": now, "report": report})
    if made.is_stuck(now=now):
        made.start_again(now=now)
        is_new = True
    if is_new:
        Printout.objects.filter(case=case, kind=kind).exclude(id=made.id).delete()
        ask_for(WORK_OUT, once=str(made.id), printout=str(made.id))
    return made


def _state(case: BusinessCase, report: Report | None) -> str:
    """A hash of everything a printout is made of."""
    parts = [LAYOUT, case.version, case.organisation.currency, str(report.id) if report else ""]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
