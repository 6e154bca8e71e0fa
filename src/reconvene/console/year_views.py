"""Would it work with our managers? A simulated year, asked for with a form, worked out by a job, shown with its assumptions. For L&D."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from reconvene.base import clock
from reconvene.console.programme_queries import level_names
from reconvene.console.year_forms import YearForm
from reconvene.console.year_telling import tell
from reconvene.forming.file_years import OneIsGoingOn, ask_for_year_of_file
from reconvene.forming.models import SimulatedYear
from reconvene.forming.year_people import members_of
from reconvene.forming.years import ask_for_year
from reconvene.people.directory_glance import read_once
from reconvene.people.doors import for_learning
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.releases import operational

SHOWN = 10
PROBLEMS_SHOWN = 20  # of each kind


@for_learning
def years(request: PersonRequest) -> HttpResponse:
    """The years that were simulated, and the form for another one."""
    person, now = request.user, clock.now()
    people = Person.objects.visible_to(person).active().exclude(level=None).count()
    ranks = {name: rank for rank, name in level_names(person)}
    form = YearForm(
        request.POST if request.method == "POST" else None, request.FILES or None, people=people, ranks=ranks,
        read=partial(read_once, person.organisation, now=now),
    )  # fmt: skip
    if form.is_valid():
        try:
            return redirect("year", _ask(form, by=person, now=now).id)
        except OneIsGoingOn:
            form.add_error("file", _("A year of a file is being worked out already; it stands in the list above. Wait until it is done."))
    rows = SimulatedYear.objects.visible_to(request.user).defer("runs").select_related("asked_by")[:SHOWN]
    page = {"form": form, "rows": rows, "people": people, "place": "programmes", "problems": form.problems}
    page |= {"shown": PROBLEMS_SHOWN, "shown_slice": f":{PROBLEMS_SHOWN}"}
    answer = render(request, "console/years.html", page, status=422 if form.errors else 200)
    if form.year_file:
        patch_cache_control(answer, private=True, no_store=True)  # the file travels in this page
    return answer


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


def _ask(form: YearForm, *, by: Person, now: datetime) -> SimulatedYear:
    """Have the year worked out that the form asks for. Raises OneIsGoingOn."""
    given = form.cleaned_data
    k = operational.threshold_of(by.organisation_id)
    asked: dict[str, Any] = {"name": given["name"], "assumptions": form.assumptions(), "currency": given["currency"], "k": k, "now": now}
    if given["source"] == "file":
        return ask_for_year_of_file(by, members=members_of(given["people"]), counts=given["counts"], **asked)
    return ask_for_year(by, rows=given["rows"], **asked)
