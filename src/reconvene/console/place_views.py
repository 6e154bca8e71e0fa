"""The list of places in which groups can meet, kept by L&D. A session on site holds one with its dates by itself; a place may have a calendar of its
own, as rooms that can be booked have.
"""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reconvene.availability.actions import let_write, stop_writing
from reconvene.availability.forms import FORMS
from reconvene.availability.queries import as_seen
from reconvene.availability.registry import kind_of, kinds
from reconvene.base import clock
from reconvene.console.forms import PlacesForm
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.scheduling.models import Place
from reconvene.scheduling.places import BadPlace, connect_place, disconnect_place, list_places, remove_place


@require_http_methods(["GET", "POST"])
@for_learning
def places(request: PersonRequest) -> HttpResponse:
    """All places by site; more are added as lines, typed or pasted from a spreadsheet."""
    form = PlacesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            count = list_places(form.cleaned_data["lines"])
        except BadPlace as sentence:
            form.add_error("lines", str(sentence))
        else:
            messages.success(
                request, ngettext("%(n)d place is listed.", "%(n)d places are listed.", count) % {"n": count}, extra_tags="good"
            )
            return redirect("console-places")
    listed = Place.objects.filter(organisation=request.user.organisation).select_related("connection").order_by("site", "name")
    rows = [(place, as_seen(place.connection) if place.connection else None) for place in listed]
    return render(request, "console/places.html", {"places": rows, "form": form, "place": "console"}, status=422 if form.errors else 200)


@require_POST
@for_learning
def removal(request: PersonRequest, place_id: uuid.UUID) -> HttpResponse:
    """Take a place off the list. Sessions that are to be there keep it in their calendar entries."""
    remove_place(_place(request, place_id), now=clock.now())
    messages.success(request, _("Taken off the list. Sessions that are to be there keep the place in words."), extra_tags="good")
    return redirect("console-places")


@require_http_methods(["GET", "POST"])
@for_learning
def calendar(request: PersonRequest, place_id: uuid.UUID) -> HttpResponse:
    """The calendar of one place: how it is read and written, or the ways to connect one."""
    found = _place(request, place_id)
    if request.method == "POST" and found.connection is not None:
        wish = request.POST.get("wish")
        if wish == "disconnect":
            disconnect_place(found, now=clock.now())
        elif wish == "write":
            let_write(found.connection, now=clock.now())
        elif wish == "only-read":
            stop_writing(found.connection)
        return redirect("console-place-calendar", found.id)
    seen = as_seen(found.connection) if found.connection else None
    page = {"one": found, "seen": seen, "kinds": [kind for kind in kinds() if kind.asks in FORMS], "place": "console"}
    return render(request, "console/place_calendar.html", page)


@require_http_methods(["GET", "POST"])
@for_learning
def calendar_new(request: PersonRequest, place_id: uuid.UUID, kind: str) -> HttpResponse:
    """Connect a calendar for one place."""
    found, wanted = _place(request, place_id), kind_of(kind)
    if wanted is None or wanted.asks not in FORMS:
        raise Http404
    form = FORMS[wanted.asks](request.POST or None, can_be_written=wanted.writer is not None)
    if "writes" in form.fields:
        form.fields["writes"].label = _("Write into it what groups hold")
        form.fields["writes"].help_text = _("A neutral entry for each session, so that nobody else books the place at that time.")
    if form.is_valid():
        connect_place(found, kind=wanted.key, access=form.access(), writes=form.cleaned_data.get("writes", False), now=clock.now())
        return redirect("console-place-calendar", found.id)
    page = {"one": found, "kind": wanted, "form": form, "place": "console"}
    return render(request, "console/place_calendar_new.html", page, status=422 if form.errors else 200)


def _place(request: PersonRequest, place_id: uuid.UUID) -> Place:
    return get_object_or_404(Place.objects.select_related("connection"), id=place_id, organisation=request.user.organisation)
