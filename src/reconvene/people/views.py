"""The table of who sees what."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from reconvene.privacy.visibility import FIELDS, LABELS


@login_not_required
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """Every personal field and its audience, from the same data that the labels use."""
    rows = [{"what": _(LABELS[field]), "who": _(visible.sentence)} for field, visible in FIELDS.items()]
    return render(request, "people/who_sees_what.html", {"rows": rows})
