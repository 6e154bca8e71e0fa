"""Answers for when something went wrong: stale forms, unknown pages, failures. Named by the settings and config.urls."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg_pool import PoolTimeout

log = logging.getLogger(__name__)

NOT_WORDS = {"csrfmiddlewaretoken"}
LONG_ENOUGH = 20  # characters; shorter answers are quicker typed again than copied


def written_text(request: HttpRequest) -> list[str]:
    """The longer texts of a form that could not be accepted, so that nobody has to write them twice."""
    try:
        fields = request.POST.lists()
    except Exception:
        return []
    return [value for name, values in fields if name not in NOT_WORDS for value in values if len(value) >= LONG_ENOUGH]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form with a stale or foreign token: nothing was changed; show what was written."""
    return render(request, "base/stale_form.html", {"written": written_text(request)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or not yours: the same page for both."""
    return render(request, "base/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault, or the database's: say so, keep what was written. These two pages need neither database nor session."""
    written = {"written": written_text(request)}
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | PoolTimeout):
        log.error("The database does not answer.")
        return render(None, "base/away.html", written, status=503)  # type: ignore[arg-type]
    return render(None, "base/failure.html", written, status=500)  # type: ignore[arg-type]
