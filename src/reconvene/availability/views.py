"""The page "When I can meet": working hours, half days, connected calendars. Nobody but the person ever sees it.

No view waits for another server: connecting writes a row, and a worker reads the calendar while the page asks how it went.
"""

import secrets
import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reconvene.availability import actions, queries
from reconvene.availability.forms import FORMS, HalfDaysForm, HoursForm, initial_hours
from reconvene.availability.models import Connection
from reconvene.availability.registry import Access, Asks, Consent, Kind, kind_of, kinds
from reconvene.availability.rules import MOST_CONNECTIONS
from reconvene.base import clock
from reconvene.people.requests import PersonRequest

PENDING = "calendar_consent"
"""Where the session keeps what a person who went off to agree must bring back."""


@require_GET
def availability(request: PersonRequest) -> HttpResponse:
    """When I can meet."""
    return _page(request)


@require_POST
def hours(request: PersonRequest) -> HttpResponse:
    """Keep the working hours."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    actions.set_hours(request.user, **form.hours())
    messages.success(request, _("Kept. New dates keep to it."))
    return redirect("availability")


@require_POST
def half_days(request: PersonRequest) -> HttpResponse:
    """Keep the half days in which the person cannot meet. Those of days that are not shown (any more) are forgotten."""
    weeks = queries.weeks(request.user, weekdays=queries.week_of(request.user).weekdays, now=clock.now())
    form = HalfDaysForm(request.POST, shown=[half for week in weeks for day in week.days for half in day])
    if form.is_valid():
        actions.set_half_days(request.user, halves=form.chosen())
        messages.success(request, _("Kept. New dates leave these half days out."))
    else:  # a page that was open overnight: its first days are past
        messages.warning(request, _("Some of these days are past. Please look once more; nothing was changed."))
    return redirect("availability")


@require_GET
def calendars(request: PersonRequest) -> HttpResponse:
    """The list of connected calendars alone: asked for while one of them is read for the first time."""
    return render(request, "availability/calendars.html", _calendars(request))


@require_http_methods(["GET", "POST"])
def calendar_new(request: PersonRequest, kind: str) -> HttpResponse:
    """Connect a calendar: ask for what opens it, or go where the person agrees."""
    wanted = kind_of(kind)
    if wanted is None:
        raise Http404
    if wanted.asks is Asks.CONSENT:
        return _to_consent(request, kind=wanted)
    form = FORMS[wanted.asks](request.POST or None, can_be_written=wanted.writer is not None)
    if form.is_valid() and _connect(request, kind=wanted, access=form.access(), writes=form.cleaned_data.get("writes", False)):
        return redirect("availability")
    return render(request, "availability/calendar_new.html", {"kind": wanted, "form": form}, status=422 if form.errors else 200)


@require_GET
def back(request: PersonRequest) -> HttpResponse:
    """Where a person comes back to after agreeing, or not, at a service. Without the state that they took along nothing happens."""
    pending = request.session.get(PENDING, {})
    if not pending or not secrets.compare_digest(str(pending["state"]).encode(), request.GET.get("state", "").encode()):
        messages.warning(request, _("This way in has ended. Connect the calendar once more."))
        return redirect("availability")
    del request.session[PENDING]
    kind, code = kind_of(pending["kind"]), request.GET.get("code", "")
    if kind is None or not code:
        messages.info(request, _("The calendar was not connected. Nothing was kept."))
        return redirect("availability")
    access = cast(Consent, kind.calendar).access_by_code(code, verifier=pending["verifier"], back=_back_address())
    _connect(request, kind=kind, access=access)
    return redirect("availability")


@require_POST
def removal(request: PersonRequest, connection_id: uuid.UUID) -> HttpResponse:
    """Disconnect a calendar."""
    actions.disconnect(get_object_or_404(Connection.objects.visible_to(request.user), id=connection_id), now=clock.now())
    messages.success(request, _("Disconnected. Everything that was read from it is deleted."))
    return redirect("availability")


@require_POST
def writing(request: PersonRequest, connection_id: uuid.UUID) -> HttpResponse:
    """Have one's sessions written into a calendar, or no more."""
    connection = get_object_or_404(Connection.objects.visible_to(request.user), id=connection_id)
    kind = kind_of(connection.kind)
    if kind is None or kind.writer is None:
        raise Http404
    if request.POST.get("writes") == "yes":
        actions.let_write(connection, now=clock.now())
        messages.success(request, _("Your sessions are written into this calendar, and move in it when they move."))
    else:
        actions.stop_writing(connection)
        messages.success(request, _("Nothing is written into it any more. Your sessions come by mail."))
    return redirect("availability")


def _page(request: PersonRequest, *, form: HoursForm | None = None, status: int = 200) -> HttpResponse:
    working, now = queries.week_of(request.user), clock.now()
    page = {
        "form": form or HoursForm(initial=initial_hours(working)),
        "weeks": queries.weeks(request.user, weekdays=working.weekdays, now=now),
        "taken": queries.half_days_of(request.user, now=now),
        "kinds": kinds(),
        **_calendars(request),
    }
    return render(request, "availability/availability.html", page, status=status)


def _calendars(request: PersonRequest) -> dict[str, object]:
    connected = queries.connected(request.user)
    return {"connected": connected, "is_reading": any(one.is_new for one in connected)}


def _connect(request: PersonRequest, *, kind: Kind, access: Access, writes: bool = False) -> bool:
    """Connect, or say why not."""
    try:
        actions.connect(request.user, kind=kind.key, access=access, now=clock.now(), writes=writes)
    except actions.TooManyConnections:
        words = _("You have %(count)d calendars connected already. Disconnect one first.")
        messages.warning(request, words % {"count": MOST_CONNECTIONS})
        return False
    return True


def _to_consent(request: PersonRequest, *, kind: Kind) -> HttpResponse:
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    request.session[PENDING] = {"kind": kind.key, "state": state, "verifier": verifier}
    return redirect(cast(Consent, kind.calendar).consent_address(state=state, verifier=verifier, back=_back_address()))


def _back_address() -> str:
    return settings.ORIGIN + reverse("calendar-back")
