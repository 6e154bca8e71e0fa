"""The pages of a room: on a phone, on the shared screen, at the door, and on paper."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.base.links import absolute
from reconvene.guides.script import MODES
from reconvene.people.requests import PersonRequest
from reconvene.rooms import codes, paper, queries
from reconvene.rooms.actions import closing, entering
from reconvene.rooms.forms import PackForm
from reconvene.rooms.models import Room
from reconvene.rooms.state import RoomError
from reconvene.rooms.views.answering import room_for, tap
from reconvene.rooms.views.joining import give_up_device, is_device, lent_seat
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import members_of
from reconvene.scheduling.rules import doors_are_open


@require_GET
def room(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """The room on a phone or laptop. Before anybody came in there is only the door."""
    try:
        found = room_for(request.user, session_id)
    except Http404:
        return _door(request, session_id)
    lent = lent_seat(request, found)
    if lent is not None:
        return render(request, "rooms/lent.html", {"device": lent})
    return render(request, "rooms/room.html", {"stage": queries.stage(found, viewer=request.user, now=clock.now())})


@require_GET
def stage(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """What the viewer may see now, as a fragment; or the part of it that is asked for."""
    found, template = room_for(request.user, session_id), queries.template_for(request.GET)
    shown = queries.stage(found, viewer=request.user, now=clock.now(), is_frame=template != queries.WHOLE)
    return render(request, template, {"stage": shown})


@require_GET
def table(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """The shared screen: clock, seats, prompt, code. Opened by a member; shows nobody's words but the group's."""
    session = get_object_or_404(Session.objects.visible_to(request.user), id=session_id)
    if not Room.objects.filter(session=session).exists():
        return render(request, "rooms/table_early.html", {"session": session})
    return _table(request, session_id, "rooms/table.html")


@require_GET
def table_stage(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """The shared screen as a fragment."""
    return _table(request, session_id, "rooms/table_stage.html")


@require_POST
def enter(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Come in, signed in. Whatever this browser was in a room before, it is no longer."""
    session = get_object_or_404(Session.objects.visible_to(request.user), id=session_id)
    if is_device(request):
        return redirect("room", session_id)
    give_up_device(request)
    try:
        entering.enter(session, person=request.user, now=clock.now())
    except RoomError as refusal:
        return render(request, "rooms/door.html", _doorway(session, sentence=str(refusal)), status=409)
    return redirect("room", session_id)


@tap
def keys(request: PersonRequest, room: Room, *, now: object) -> HttpResponse:
    """The keys to what was published, until their owner says that they have kept them."""
    if "kept" in request.POST:
        closing.forget_keys(room, person=request.user)
        return redirect("room", room.session_id)
    return render(request, "rooms/keys.html", {"room": room, "keys": closing.keys_of(room, person=request.user)})


@require_GET
def paper_pack(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Everything a group needs to hold the session without any device, in the way and length that were chosen."""
    sessions = Session.objects.visible_to(request.user).select_related("cycle__group", "cycle__topic", "organisation")
    session = get_object_or_404(sessions, id=session_id)
    form = PackForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    made = paper.pack(session, members=members_of(session.cycle), mode=chosen.get("mode") or MODES[0], minutes=chosen.get("minutes"))
    return render(request, "rooms/paper.html", {"pack": made})


def _door(request: PersonRequest, session_id: UUID) -> HttpResponse:
    session = get_object_or_404(Session.objects.visible_to(request.user).select_related("cycle__group__topic"), id=session_id)
    return render(request, "rooms/door.html", _doorway(session))


def _doorway(session: Session, sentence: str = "") -> dict[str, object]:
    now = clock.now()
    is_open = doors_are_open(starts_at=session.starts_at, now=now) and session.ended_at is None and session.cancelled_at is None
    return {"session": session, "is_open": is_open, "is_due": session.is_ahead and session.starts_at <= now, "sentence": sentence}


def _table(request: PersonRequest, session_id: UUID, template: str) -> HttpResponse:
    found = get_object_or_404(Room.objects.visible_to(request.user), session_id=session_id)
    shown = queries.stage(room_for(request.user, found.session_id), viewer=None, now=clock.now())
    return render(
        request, template, {"stage": shown, "qr": codes.drawing(absolute("room-join-code", found.code)), "origin": codes.shown_origin()}
    )
