"""Middleware: inside one room, a device that sits there counts as the member whose seat it has, and who rehearses as their double."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from reconvene.base import clock
from reconvene.base.rehearsal import Rehearsal
from reconvene.people.models import Person
from reconvene.rooms.devices import device_of, why_ended

Respond = Callable[[HttpRequest], HttpResponse]
ROOM = "rooms/<uuid:session_id>/"  # the addresses of one room; everywhere else a device is nobody


class DeviceMiddleware:
    """Before the sign-in is demanded. A device that counts no more is told why, with the status of what is not there."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _positional: tuple[object, ...], named: dict[str, object]
    ) -> HttpResponse | None:
        rehearsal = request.rehearsal  # type: ignore[attr-defined]  # set by the tenancy middleware
        if rehearsal is not None:
            return _as_double(request, rehearsal)
        match = request.resolver_match
        if match is None or not match.route.startswith(ROOM) or request.user.is_authenticated:
            return None
        device, now = device_of(request.session), clock.now()
        if device is None or device.room.session_id != named["session_id"] or (device.admitted_at is None and device.ended_at is None):
            return None
        ending = why_ended(device, now=now)
        if ending is not None:
            answer = render(request, "rooms/device_ended.html", {"device": device, "ending": ending}, status=404)
            answer["Clear-Site-Data"] = '"storage"'  # what was typed and not sent yet stays on no borrowed phone
            return answer
        request.user = device.person
        request.device = device  # type: ignore[attr-defined]  # for templates, which hide what needs an account
        return None


def _as_double(request: HttpRequest, rehearsal: Rehearsal) -> HttpResponse | None:
    """Who rehearses is the double in the rehearsal's room; once it was thrown away, the page where it began is shown."""
    double = Person.objects.select_related("organisation").filter(id=rehearsal.person).first()
    if double is None:
        return redirect(rehearsal.back)
    request.user = double
    return None
