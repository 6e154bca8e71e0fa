"""The list of places in which groups can meet, kept by L&D. A session on site holds one with its dates by itself."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reconvene.console.forms import PlacesForm
from reconvene.people.doors import for_learning
from reconvene.people.requests import PersonRequest
from reconvene.scheduling.models import Place
from reconvene.scheduling.places import BadPlace, list_places


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
    listed = Place.objects.filter(organisation=request.user.organisation).order_by("site", "name")
    return render(request, "console/places.html", {"places": listed, "form": form, "place": "console"}, status=422 if form.errors else 200)


@require_POST
@for_learning
def removal(request: PersonRequest, place_id: uuid.UUID) -> HttpResponse:
    """Take a place off the list. Sessions that are to be there keep it in their calendar entries."""
    get_object_or_404(Place, id=place_id, organisation=request.user.organisation).delete()
    messages.success(request, _("Taken off the list. Sessions that are to be there keep the place in words."), extra_tags="good")
    return redirect("console-places")
