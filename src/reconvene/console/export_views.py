"""A published report as a file. For those who may read it, and noted in the report log like an opening."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control

from reconvene.base import clock
from reconvene.console import queries
from reconvene.console.exports import KINDS, as_csv, as_xlsx
from reconvene.console.figures import named
from reconvene.people.doors import for_readers
from reconvene.people.requests import PersonRequest
from reconvene.releases.actions import open_report
from reconvene.releases.models import Report


@for_readers
def export(request: PersonRequest, milestone: str, kind: str) -> HttpResponse:
    """The report as CSV or XLSX."""
    try:
        on = date.fromisoformat(milestone)
    except ValueError as error:
        raise Http404 from error
    report = get_object_or_404(Report.objects.visible_to(request.user), milestone_on=on)
    if kind not in KINDS:
        raise Http404
    open_report(report, by=request.user, now=clock.now())
    figures = named(dict(report.figures.values_list("key", "value")), names=queries.programme_names(request.user))
    data = as_csv(figures) if kind == "csv" else as_xlsx(figures, on=on)
    answer = HttpResponse(data, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="report-{on.isoformat()}.{kind}"'
    patch_cache_control(answer, private=True, no_store=True)
    return answer
