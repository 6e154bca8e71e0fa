"""Would it work with our managers? A simulated year, asked for with a form, worked out by a job, shown with its assumptions. For L&D."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from reconvene.base import clock
from reconvene.console.programme_queries import level_names
from reconvene.console.year_forms import YearForm
from reconvene.console.year_telling import tell
from reconvene.forming.models import SimulatedYear
from reconvene.forming.years import ask_for_year
from reconvene.people.doors import for_learning
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.releases import operational

SHOWN = 10


@for_learning
def years(request: PersonRequest) -> HttpResponse:
    """The years that were simulated, and the form for another one."""
    people = Person.objects.visible_to(request.user).active().exclude(level=None).count()
    form = YearForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        given = form.cleaned_data
        made = ask_for_year(
            request.user, name=given["name"], rows=given["rows"], assumptions=form.assumptions(), currency=given["currency"],
            k=operational.threshold_of(request.user.organisation_id), now=clock.now(),
        )  # fmt: skip
        return redirect("year", made.id)
    rows = SimulatedYear.objects.visible_to(request.user).defer("runs").select_related("asked_by")[:SHOWN]
    page = {"form": form, "rows": rows, "people": people, "place": "programmes"}
    return render(request, "console/years.html", page, status=422 if form.errors else 200)


@for_learning
def year(request: PersonRequest, year_id: uuid.UUID) -> HttpResponse:
    """One simulated year: how far it is, then what it came to."""
    row = get_object_or_404(SimulatedYear.objects.visible_to(request.user), id=year_id)
    telling = tell(row, levels=dict(level_names(request.user)) if not row.headcounts else {}) if row.made_at else None
    page = {"row": row, "telling": telling, "done": len(row.runs), "all": len(row.seeds), "place": "programmes"}
    part = "console/year.html#progress" if request.headers.get("HX-Request") and row.is_going_on else "console/year.html"
    answer = render(request, part, page)
    if request.headers.get("HX-Request") and not row.is_going_on:
        answer["HX-Refresh"] = "true"
    return answer
