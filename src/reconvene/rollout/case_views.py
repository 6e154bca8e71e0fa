"""Pages of business cases: for L&D to make, for sponsors to read when they are shown. For everybody else they are not there."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.people.doors import for_learning, for_readers
from reconvene.people.requests import PersonRequest
from reconvene.releases.actions import open_report
from reconvene.releases.models import Way
from reconvene.rollout import drawings, queries
from reconvene.rollout.actions import ChangedMeanwhile, ask_for_printout, change_case, start_case
from reconvene.rollout.forms import AssumptionsForm, StartForm
from reconvene.rollout.models import BusinessCase, Kind, Printout
from reconvene.rollout.preview import preview, refusal
from reconvene.rollout.queries import Worked
from reconvene.rollout.telling import tell

BESIDE = ("total", "head", "benefit", "full_scale", "bcr", "roi", "payback")
"""The numbers below the headline, in their order."""
KINDS = (
    (Kind.PAGE, gettext_lazy("One page for whoever decides, PDF")),
    (Kind.WHOLE, gettext_lazy("The whole case, ten pages, PDF")),
    (Kind.DRAWINGS, gettext_lazy("Drawings for slides, ZIP")),
)
DRAWING_NAMES = (
    ("breakeven", gettext_lazy("break-even")),
    ("comparison", gettext_lazy("cost a head")),
    ("band", gettext_lazy("return and band")),
    ("tornado", gettext_lazy("what matters most")),
)
PAGE = 25
PRIVATE = {"Cache-Control": "private, no-store"}
FILES = {Kind.PAGE: ("application/pdf", "pdf"), Kind.WHOLE: ("application/pdf", "pdf"), Kind.DRAWINGS: ("application/zip", "zip")}


@for_readers
def business_cases(request: PersonRequest) -> HttpResponse:
    """Every case that the reader may open; L&D starts one."""
    form = StartForm(request.POST or None)
    if request.method == "POST":
        if not request.user.is_learning_lead:
            raise Http404
        if form.is_valid():
            case = start_case(request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("It rests on our defaults so far. Put in your own figures; they count first."))
            return redirect("business-case-assumptions", case.id)
    shown = Paginator(queries.cases(request.user), PAGE).get_page(request.GET.get("page"))
    page = {"cases": shown, "form": form, "place": "cases"}
    return render(request, "rollout/business_cases.html", page, status=422 if form.errors else 200)


@for_readers
def business_case(request: PersonRequest, case_id: uuid.UUID) -> HttpResponse:
    """A case worked out: break-even first."""
    worked = _worked(request, case_id)
    telling = tell(worked)
    page = {
        "telling": telling,
        "first": [telling.facts[key] for key in BESIDE],
        "kinds": KINDS,
        "drawings": DRAWING_NAMES,
        "place": "cases",
    }
    return render(request, "rollout/business_case.html", {**page, "case": worked.case, "report": worked.report})


@for_learning
def assumptions(request: PersonRequest, case_id: uuid.UUID) -> HttpResponse:
    """The assumptions of a case, by section. Whoever saves after somebody else sees both values and decides."""
    worked = _worked(request, case_id)
    case = worked.case
    form = AssumptionsForm(case, request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            change_case(case, draft=form.draft, version=form.version, by=request.user, now=clock.now())
        except ChangedMeanwhile as change:
            form.collide(change.case)
            status = 409
        else:
            messages.success(request, _("Saved. The page follows your figures."))
            return redirect("business-case", case.id)
    page = {"case": case, "form": form, "preview": preview(worked), "place": "cases"}
    return render(request, "rollout/assumptions.html", page, status=status)


@require_POST
@for_learning
def assumptions_preview(request: PersonRequest, case_id: uuid.UUID) -> HttpResponse:
    """While one types: what the figures in the boxes come to, and what cannot be taken, each at its box. Saves nothing."""
    worked = _worked(request, case_id)
    form = AssumptionsForm(worked.case, request.POST)
    found = preview(worked, form.draft) if form.is_valid() else None
    return render(request, "rollout/preview_answer.html", {"form": form, "preview": found, "refusal": refusal(form)})


@require_POST
@for_learning
def showing(request: PersonRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show a case to sponsors, or to them no more."""
    case = get_object_or_404(queries.cases(request.user), id=case_id)
    if case.shown_at:
        case.hide()
        messages.success(request, _("Sponsors do not find this case any more."))
    else:
        case.show(now=clock.now())
        messages.success(request, _("Sponsors find this case under Roll-out, Business cases. They can read it and change nothing."))
    return redirect("business-case", case.id)


@for_learning
def removal(request: PersonRequest, case_id: uuid.UUID) -> HttpResponse:
    """Delete a case and its files, after asking."""
    case = get_object_or_404(queries.cases(request.user), id=case_id)
    if request.method == "POST":
        case.delete()
        messages.success(request, _("The case is deleted."))
        return redirect("business-cases")
    return render(request, "rollout/removal.html", {"case": case, "place": "cases"})


@for_readers
def printout(request: PersonRequest, case_id: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for a file of a case as it is now, or see how far it is. A hundred times asking is asking once."""
    case = get_object_or_404(queries.cases(request.user), id=case_id)
    if request.method == "POST":
        ask_for_printout(case, kind=_kind(kind), report=queries.latest_report(request.user), now=clock.now())
        return redirect("business-case-printout", case.id, kind)
    made = _printout(case, kind)
    part = "rollout/printout.html#part" if request.headers.get("HX-Request") else "rollout/printout.html"
    return render(
        request,
        part,
        {"case": case, "kind": kind, "printout": made, "is_stuck": made is not None and made.is_stuck(now=clock.now()), "place": "cases"},
    )


@for_readers
def printout_file(request: PersonRequest, case_id: uuid.UUID, kind: str) -> HttpResponse:
    """The file itself, to be kept."""
    case = get_object_or_404(queries.cases(request.user), id=case_id)
    made = _printout(case, kind)
    if made is None or made.data is None:
        raise Http404
    if made.report:
        open_report(made.report, by=request.user, way=Way.CASE_FILE, now=clock.now())
    content_type, ending = FILES[_kind(kind)]
    name = f"{slugify(case.name)[:60] or 'business-case'}-{kind}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE}
    return HttpResponse(bytes(made.data), content_type=content_type, headers=headers)


@for_readers
def drawing(request: PersonRequest, case_id: uuid.UUID, name: str) -> HttpResponse:
    """One chart as a drawing of its own, for a slide."""
    if name not in drawings.DRAWINGS:
        raise Http404
    drawn = drawings.DRAWINGS[name](tell(_worked(request, case_id)))
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"', **PRIVATE}
    return HttpResponse(drawn, content_type="image/svg+xml", headers=headers)


def _worked(request: PersonRequest, case_id: uuid.UUID) -> Worked:
    """The case with the latest published figures. Whose figures are in it is opened, so it stands in the report log."""
    case = get_object_or_404(queries.cases(request.user).select_related("organisation", "changed_by"), id=case_id)
    worked = queries.worked(case, reader=request.user)
    if worked.report:
        open_report(worked.report, by=request.user, way=Way.CASE, now=clock.now())
    return worked


def _kind(text: str) -> Kind:
    """What can be made of a case."""
    if text not in FILES:
        raise Http404
    return Kind(text)


def _printout(case: BusinessCase, kind: str) -> Printout | None:
    """The latest file of this kind that was asked for."""
    found: Any = case.printouts.filter(kind=_kind(kind)).order_by("-asked_at").first()
    return found
