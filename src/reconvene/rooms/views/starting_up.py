"""The start-up helper: the host's page with the link, the helper's page, and ending it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from reconvene.base import clock
from reconvene.base.links import Link, absolute, by_link
from reconvene.people.requests import PersonRequest
from reconvene.rooms import codes, queries
from reconvene.rooms.actions import starting_up
from reconvene.rooms.devices import door_of
from reconvene.rooms.door import HELPER_LINK, HELPER_STAYS
from reconvene.rooms.models import Helper, Room
from reconvene.rooms.state import RoomError
from reconvene.rooms.steps_only import steps_only
from reconvene.rooms.views.answering import room_for, tap
from reconvene.scheduling.rules import doors_shut_at


@require_http_methods(["GET", "POST"])
def helper(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """The host asks a colleague in, and gets the link to hand on."""
    room, now = room_for(request.user, session_id), clock.now()
    page: dict[str, object] = {"stage": queries.stage(room, viewer=request.user, now=now), "minutes": _minutes(HELPER_STAYS)}
    if request.method == "POST":
        try:
            starting_up.invite_helper(room, by=request.user, now=now)
        except RoomError as refusal:
            return render(request, "rooms/ask_helper.html", {**page, "sentence": str(refusal)}, status=409)
        return redirect("room-helper", session_id)
    found = door_of(room, room.state, now=now).helper
    if found is not None:
        address = _address(found)
        page |= {"helper": found, "address": address, "qr": codes.drawing(address)}
    return render(request, "rooms/ask_helper.html", page)


@tap
def helper_end(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """End the helper's look at once."""
    starting_up.end_helper(room, by=request.user, now=now)


@by_link(HELPER_LINK)
def watch(request: HttpRequest, link: Link) -> HttpResponse:
    """What the helper sees: the step, the clock, the host's sentence, two numbers. No question, no topic, no word; one first name."""
    invited = get_object_or_404(Helper.objects.select_related("room__session__cycle__group", "room__session__host"), id=link.subject_id)
    room, now = invited.room, clock.now()
    found = door_of(room, room.state, now=now).helper
    is_over = found is None or found.id != invited.id or not Room.objects.joinable(now).filter(id=room.id).exists()
    seen = None if is_over else steps_only(room, now=now)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]  # set by the middleware of htmx
    template = "rooms/watch_part.html" if is_part else "rooms/watch.html"
    return render(request, template, {"seen": seen, "zone": room.session.zone}, status=410 if is_over and not is_part else 200)


def _address(helper: Helper) -> str:
    session = helper.room.session
    link = Link(HELPER_LINK, helper.organisation_id, helper.invited_by_id, helper.id, doors_shut_at(session.starts_at))
    return absolute("room-watch", link.token())


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
