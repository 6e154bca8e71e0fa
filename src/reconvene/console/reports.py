"""A published report with everything that its page and its PDF draw. Reads what was published, and nothing else."""

from dataclasses import dataclass

from reconvene.console.figures import MONTHS_SHOWN, Charts, Table, charts, tables
from reconvene.people.models import Person
from reconvene.releases.models import Figure, Report


@dataclass(frozen=True)
class Drawn:
    """A report's charts and tables."""

    charts: Charts
    tables: tuple[Table, ...]


def drawn(report: Report, *, reader: Person) -> Drawn:
    """The charts of a report, and of the time to the first session those of the reports before. Two queries."""
    on, figures = report.milestone_on, dict(report.figures.values_list("key", "value"))
    waits = Figure.objects.filter(
        key="need_to_first_session", report__milestone_on__lte=on, report__in=Report.objects.visible_to(reader)
    ).order_by("-report__milestone_on")
    history = list(waits.values_list("report__milestone_on", "value")[: 2 * MONTHS_SHOWN])
    return Drawn(charts(figures, on=on, waits=history), tables(figures, on=on))
