"""What the reports that their owners showed say together: what was tried by whom, how often, in which weeks, and what it led to.

Called by rooms.matter for the group's own screens. It holds nothing that was not shown, and is made afresh each time.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from reconvene.groups.models import Cycle
from reconvene.practice.models import PracticeReport
from reconvene.practice.rules import Times

STEPS = frozenset({"ask", "lessons", "readout", "settle"})  # in which the table is shown: after the reports, and where it is argued from


@dataclass(frozen=True)
class Try:
    """What one member says of it. `times` is a value of Times or ""; `led_to` is what happened, else what they did."""

    person_id: uuid.UUID
    name: str
    times: str
    weeks: tuple[int, ...]
    led_to: str

    @property
    def was_tried(self) -> bool:
        """Whether its owner did not say that they never got to it."""
        return self.times != Times.NEVER


@dataclass(frozen=True)
class Row:
    """One thing that was planned, and everybody who planned it in the same words."""

    what: str
    tries: tuple[Try, ...]

    @property
    def tried_by(self) -> int:
        """How many did it."""
        return sum(one.was_tried for one in self.tries)


def table(cycle: Cycle) -> list[Row]:
    """One row for each thing that was planned; what most people tried comes first. Reports without a word are left out. One query."""
    shown = PracticeReport.objects.filter(cycle=cycle).exclude(shown_at=None).select_related("person").order_by("shown_at", "id")
    return rows([report for report in shown if report.is_written])


def rows(reports: Sequence[PracticeReport]) -> list[Row]:
    """As `table`, from the reports."""
    found: dict[str, list[PracticeReport]] = {}
    for report in reports:
        found.setdefault(_same(report.planned) or str(report.id), []).append(report)
    made = [Row(group[0].planned or group[0].did, tuple(_try(one) for one in group)) for group in found.values()]
    return sorted(made, key=lambda row: -row.tried_by)


def _try(report: PracticeReport) -> Try:
    return Try(
        report.person_id,
        report.person.first_name,
        report.times,
        tuple(report.weeks),
        report.happened or (report.did if report.planned else ""),
    )


def _same(words: str) -> str:
    return " ".join(words.casefold().split()).rstrip(".")
