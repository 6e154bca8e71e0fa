"""A published report as a file. For those who may read it, and noted in the report log like an opening."""

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.base.typesetting import PAPER, paper, set_pages
from reconvene.console import queries
from reconvene.console.exports import as_csv, as_xlsx
from reconvene.console.figures import Value, named
from reconvene.console.report_telling import DAY, pieces
from reconvene.console.reports import drawn
from reconvene.people.doors import for_readers
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.releases.actions import open_report
from reconvene.releases.models import Report, Way


@for_readers
def export(request: PersonRequest, milestone: str, kind: str) -> HttpResponse:
    """The report as CSV, XLSX or PDF."""
    try:
        on = date.fromisoformat(milestone)
    except ValueError as error:
        raise Http404 from error
    report = get_object_or_404(Report.objects.visible_to(request.user), milestone_on=on)
    if kind not in KINDS:
        raise Http404
    open_report(report, by=request.user, way=Way(kind), now=clock.now())
    content_type, make = KINDS[kind]
    answer = HttpResponse(make(report, request.user), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="report-{on.isoformat()}.{kind}"'
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _csv(report: Report, reader: Person) -> bytes:
    return as_csv(_figures(report, reader))


def _xlsx(report: Report, reader: Person) -> bytes:
    return as_xlsx(_figures(report, reader), on=report.milestone_on)


def _figures(report: Report, reader: Person) -> dict[str, Value]:
    return named(dict(report.figures.values_list("key", "value")), names=queries.names_in_figures(reader))


def _pdf(report: Report, reader: Person) -> bytes:
    """Set at once: that takes less time than a page of the overview. The same bytes at any time, since no moment is in it but the report's day."""
    shown, on = drawn(report, reader=reader), report.milestone_on
    matter = paper(
        pieces(shown.charts, shown.tables, on=on, k=report.k, contrasts=shown.contrasts, has_hidden_contrast=shown.has_hidden_contrast),
        title=_("Report of %(day)s") % {"day": date_format(on, DAY)},
        organisation=reader.organisation.name,
        as_of=_("%(k)s people behind every figure") % {"k": report.k},
    )
    return set_pages(PAPER, matter, is_tagged=True, on=on)


KINDS: dict[str, tuple[str, Callable[[Report, Person], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": ("application/pdf", _pdf),
}
