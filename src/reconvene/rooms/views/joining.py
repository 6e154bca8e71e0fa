"""Coming in with the code on the screen or by one's own link, with or without an account; and letting in or sending away."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reconvene.base import clock, tenancy
from reconvene.base.links import Link, by_link
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.rooms import guessing
from reconvene.rooms.actions import devices, entering
from reconvene.rooms.devices import CODE, DEVICE, device_of, free_seats, remember, why_ended
from reconvene.rooms.door import CameBy
from reconvene.rooms.forms import SeatForm
from reconvene.rooms.models import Device, Room
from reconvene.rooms.rules import read_code
from reconvene.rooms.state import RoomError
from reconvene.rooms.views.answering import tap
from reconvene.scheduling.messages import ROOM_LINK
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import doors_are_open


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Type or scan a room's code. Members who are signed in knock as themselves; a device without an account asks for a seat by name.

    For whoever is signed in, a code of another group does not exist.
    """
    typed = code or request.POST.get("code", "")
    if not typed:
        return render(request, "rooms/join.html")
    if guessing.too_many(request):
        return render(request, "rooms/join.html", {"too_many": True}, status=429)
    organisation = tenancy.organisation_of_room(read_code(typed))
    if organisation is None:
        return _unknown(request, typed)
    with tenancy.within(organisation):
        found = Room.objects.joinable(clock.now()).select_related("session__cycle__group").filter(code=read_code(typed)).first()
        if found is None or (request.user.is_authenticated and not Room.objects.visible_to(request.user).filter(id=found.id).exists()):
            return _unknown(request, typed)
        if request.user.is_authenticated:
            return _knock_as_member(request, found)
        if not code:
            return redirect("room-join-code", found.code)
        return _choose_seat(request, found)


@by_link(ROOM_LINK)
def own_link(request: HttpRequest, link: Link) -> HttpResponse:
    """A member's own link into one session: opening shows, the button comes in, without an account."""
    person = get_object_or_404(Person.objects.active(), id=link.person_id)
    session = get_object_or_404(Session.objects.visible_to(person).select_related("organisation"), id=link.subject_id)
    now, other = clock.now(), _somebody_else(request, person, session)
    is_open = doors_are_open(starts_at=session.starts_at, now=now) and session.ended_at is None and session.cancelled_at is None
    page = {"session": session, "person": person, "is_open": is_open, "other": other}
    if request.method != "POST":
        return render(request, "rooms/own_link.html", page)
    if other is not None:
        return render(request, "rooms/own_link.html", page, status=409)
    try:
        if request.user.is_authenticated:
            entering.enter(session, person=person, now=now)
        elif not _sits_by_link(request, person, session, now=now):
            remember(request.session, devices.sit_by_link(session, person=person, now=now))
    except RoomError as refusal:
        return render(request, "rooms/own_link.html", {**page, "sentence": str(refusal)}, status=409)
    return redirect("room", session.id)


@tap
def device_admission(request: PersonRequest, room: Room, *, device_id: UUID, now: datetime) -> None:
    """Confirm that a device is the member's whose seat it asks for."""
    devices.admit_device(_device(room, device_id), by=request.user, now=now)


@tap
def device_removal(request: PersonRequest, room: Room, *, device_id: UUID, now: datetime) -> HttpResponse | None:
    """Refuse a device at the door, or send one away that was let in."""
    devices.send_away(_device(room, device_id), by=request.user, now=now)
    return redirect("room", room.session_id) if is_device(request) and not request.htmx else None


def is_device(request: HttpRequest) -> bool:
    """Whether the request comes from a device without an account that sits in this room."""
    return hasattr(request, "device")


def lent_seat(request: PersonRequest, room: Room) -> Device | None:
    """The device that was let into the seat of the person who is signed in; their own device takes it back by coming in, until the end."""
    if is_device(request) or room.closed_at is not None:
        return None
    return Device.objects.seated().filter(room=room, person=request.user, came_by=CameBy.CODE).select_related("admitted_by", "room").first()


def give_up_device(request: PersonRequest) -> None:
    """Whoever signs in on a browser that sat in a room without an account sits there as themselves from now on."""
    device = device_of(request.session)
    if device is not None:
        devices.put_down(device, stays=device.person_id == request.user.id, now=clock.now())
        del request.session[DEVICE]


def _knock_as_member(request: HttpRequest, room: Room) -> HttpResponse:
    if request.method == "POST":
        entering.ask_in(room, person=cast(Person, request.user), now=clock.now())
        return redirect("room", room.session_id)
    return render(request, "rooms/join.html", {"room": room})


def _choose_seat(request: HttpRequest, room: Room) -> HttpResponse:
    """For a device without an account: the free seats, the wait, or, when it was let in already, the room."""
    device, now = device_of(request.session), clock.now()
    mine = device if device is not None and device.room_id == room.id else None
    ending = why_ended(mine, now=now) if mine else None
    sits = mine is not None and ending is None and mine.admitted_at is not None
    if sits:
        return _go(request, reverse("room", args=[room.session_id]))
    if request.method == "POST" and "seat" in request.POST:
        return _knock(request, room, device, now=now)
    if mine is None or ending is not None:
        again = {"room": room, "seats": free_seats(room), "device": mine, "ending": ending}
        return _go(request, request.path) if request.htmx else render(request, "rooms/seats.html", again)  # type: ignore[attr-defined]
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware of htmx
        return HttpResponse(status=204)
    return render(request, "rooms/knocked.html", {"room": room, "device": mine, "seats": free_seats(room)})


def _knock(request: HttpRequest, room: Room, before: Device | None, *, now: datetime) -> HttpResponse:
    form = SeatForm(request.POST)
    wanted = form.cleaned_data["seat"] if form.is_valid() else None
    try:
        device = devices.knock(room, person_id=wanted, now=now)
    except RoomError as refusal:
        return render(request, "rooms/seats.html", {"room": room, "seats": free_seats(room), "sentence": str(refusal)}, status=409)
    if before is not None:
        devices.put_down(before, stays=False, now=now)
    remember(request.session, device)
    return redirect("room-join-code", room.code)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, also when only a part of the page had asked."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """No room has this code, or none of yours: the same page for both. A page that waits at a door which has closed is loaded anew; its code was
    right, so it does not count.
    """
    if request.session.get(CODE) != read_code(typed):
        guessing.count_wrong(request)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=404, headers={"HX-Refresh": "true"})
    return render(request, "rooms/join.html", {"typed": typed, "unknown": True}, status=404)


def _somebody_else(request: HttpRequest, person: Person, session: Session) -> Person | None:
    """Who is signed in on this browser, or sits in this room with it, when it is not the person of the link."""
    if request.user.is_authenticated:
        return request.user if request.user.id != person.id else None
    device = device_of(request.session)
    if device is None or device.room.session_id != session.id or device.admitted_at is None or why_ended(device, now=clock.now()):
        return None
    return device.person if device.person_id != person.id else None


def _sits_by_link(request: HttpRequest, person: Person, session: Session, *, now: datetime) -> bool:
    """Whether this browser came in by the link before and still sits there: pressing the button again is no second device."""
    device = device_of(request.session)
    if device is None or device.came_by != CameBy.LINK or device.person_id != person.id or device.room.session_id != session.id:
        return False
    return why_ended(device, now=now) is None


def _device(room: Room, device_id: UUID) -> Device:
    found = Device.objects.filter(room=room, id=device_id).select_related("room").first()
    if found is None:
        raise Http404
    return found
