"""A published report with everything that its page and its PDF draw. Reads what was published, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconvene.console.figures import MONTHS_SHOWN, Beside, Charts, Table, charts, contrasts, has_hidden_contrast, tables
from reconvene.console.queries import names_in_figures
from reconvene.people.models import Person
from reconvene.releases.models import Figure, Report


@dataclass(frozen=True)
class Drawn:
    """A report's charts and tables, and its pilots' halves beside each other; whether there are more of these, which are hidden. `names` are what its
    programmes and topics are called today, by id and slug: the one thing of a published report that may still change.
    """

    charts: Charts
    tables: tuple[Table, ...]
    contrasts: tuple[Beside, ...]
    has_hidden_contrast: bool
    names: Mapping[str, str]


def drawn(report: Report, *, reader: Person) -> Drawn:
    """The charts of a report, and of the time to the first session those of the reports before. Four queries."""
    on, figures = report.milestone_on, dict(report.figures.values_list("key", "value"))
    waits = Figure.objects.filter(
        key="need_to_first_session", report__milestone_on__lte=on, report__in=Report.objects.visible_to(reader)
    ).order_by("-report__milestone_on")
    history = list(waits.values_list("report__milestone_on", "value")[: 2 * MONTHS_SHOWN])
    names = names_in_figures(reader)
    return Drawn(
        charts(figures, on=on, waits=history, names=names),
        tables(figures, on=on, names=names),
        contrasts(figures, on=on, names=names),
        has_hidden_contrast(figures),
        names,
    )
