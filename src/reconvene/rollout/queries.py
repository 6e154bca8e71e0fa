"""A business case with the latest published figures, worked out: what the pages, printouts and drawings show."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from reconvene.people.models import Person
from reconvene.releases.models import Figure, Report
from reconvene.rollout import formulas, simulation
from reconvene.rollout.basis import TWELVE_WEEKS, Basis, Value, bases, newest_answer, ranges, with_more_asked
from reconvene.rollout.formulas import Outcome, Range
from reconvene.rollout.models import BusinessCase
from reconvene.rollout.simulation import Simulation, Swing


@dataclass(frozen=True)
class Worked:
    """A case and what it comes to. `figures` are the published values of `report`; both empty before the first report. A benefit that members named in
    another currency than that of the case is left out.
    """

    case: BusinessCase
    report: Report | None
    figures: dict[str, Value]

    @cached_property
    def bases(self) -> dict[str, Basis]:
        """On what each figure rests, by key."""
        return bases(self.case.own, self.figures, rate=self.case.rate, keeps_plan=self.case.keeps_plan)

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """What is worked with."""
        return ranges(self.bases)

    @cached_property
    def likely(self) -> dict[str, float]:
        """The likely figures by key."""
        return formulas.likely(self.ranges)

    @cached_property
    def outcome(self) -> Outcome:
        """What the likely figures come to."""
        return formulas.outcome(self.likely)

    @cached_property
    def simulation(self) -> Simulation:
        """What it may come to."""
        return simulation.simulate(self.ranges, seed=self.case.seed)

    @cached_property
    def swings(self) -> tuple[Swing, ...]:
        """What matters most."""
        return simulation.tornado(self.ranges)

    @property
    def is_benefit_measured(self) -> bool:
        """Whether the benefit rests on published answers."""
        return "benefit_each" in self.bases


def worked(case: BusinessCase, *, reader: Person) -> Worked:
    """The case with the latest report that the reader may open. Two queries."""
    return worked_by(case, report=latest_report(reader), currency=reader.organisation.currency)


def worked_by(case: BusinessCase, *, report: Report | None, currency: str) -> Worked:
    """The case with the figures of a report, in which members named amounts in `currency`. One query, two when what they said is newer than the number
    of those who were asked: whoever has been asked since had been to a first session twelve weeks before.
    """
    figures = dict(report.figures.values_list("key", "value")) if report else {}
    if newest := newest_answer(figures):
        earlier = Figure.objects.filter(
            key="funnel", report__organisation_id=case.organisation_id, report__milestone_on__gte=newest - TWELVE_WEEKS
        ).order_by("report__milestone_on")
        figures = with_more_asked(figures, earlier.values_list("value", flat=True).first())
    if case.currency != currency:
        figures.pop("benefit", None)
    return Worked(case, report, figures)


def latest_report(reader: Person) -> Report | None:
    """The latest report that the reader may open."""
    return Report.objects.visible_to(reader).first()


def cases(reader: Person) -> QuerySet[BusinessCase]:
    """The cases that the reader may open, changed last first."""
    return BusinessCase.objects.visible_to(reader).select_related("changed_by")
