"""The table of who sees what."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reconvene.privacy.visibility import FIELDS


@login_not_required
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """Every personal field and its audience, from the same data that the labels use."""
    return render(request, "people/who_sees_what.html", {"fields": FIELDS})
