"""A guest host: their page with steps and taps, and ending it, which the guest and every member may."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reconvene.base import clock
from reconvene.people.requests import PersonRequest
from reconvene.rooms import script
from reconvene.rooms.actions import conducting
from reconvene.rooms.forms import BeginForm, MoveForm
from reconvene.rooms.models import Room
from reconvene.rooms.rules import Move
from reconvene.rooms.state import RoomError
from reconvene.rooms.steps_only import steps_only
from reconvene.rooms.views.answering import answered, room_for
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import doors_are_open


@require_GET
def conduct(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """What the guest host sees: the step, the clock, the sentence to say, how many are there and done. No question, no topic, no word."""
    found = Session.objects.filter(guest_host=request.user, cancelled_at=None, id=session_id).first()
    if found is None and request.htmx:
        return HttpResponse(status=404, headers={"HX-Redirect": reverse("home")})  # a page that asks by itself, when it has ended meanwhile
    return _page(request, get_object_or_404(Session, id=found.id if found else None))


@require_POST
def tap(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Begin, or one of the taps for which no words need to be seen. An unknown one changes nothing."""
    session = get_object_or_404(Session.objects.conducted_by(request.user), id=session_id)
    begin, move = BeginForm(request.POST), MoveForm(request.POST)
    sentence = ""
    try:
        if request.POST.get("move") == "begin" and begin.is_valid():
            conducting.begin(session, guest=request.user, mode=begin.cleaned_data["mode"], now=clock.now())
        elif move.is_valid():
            wanted = Move(move.cleaned_data["move"])
            conducting.conduct(session, guest=request.user, move=wanted, seen=move.cleaned_data["seen"], now=clock.now())
    except RoomError as refusal:
        sentence = str(refusal)
    if not sentence and not request.htmx:
        return redirect("room-conducting", session_id)
    return _page(request, session, sentence=sentence)


@require_POST
def end(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """The guest withdraws, or somebody of the group ends it; neither says why."""
    now = clock.now()
    theirs = Session.objects.conducted_by(request.user).filter(id=session_id).first()
    session = theirs or get_object_or_404(Session.objects.visible_to(request.user).select_related("cycle"), id=session_id)
    conducting.end(session, now=now)
    if theirs is not None:
        messages.success(request, _("You do not conduct that session any more. Nobody is asked why."))
        return redirect("home")
    if request.POST.get("from") == "group" or not Room.objects.filter(session=session).exists():
        return redirect("group", session.cycle.group_id)
    return answered(request, room_for(request.user, session_id), now=now)


def _page(request: PersonRequest, session: Session, *, sentence: str = "") -> HttpResponse:
    now = clock.now()
    room = Room.objects.select_related("session__host").filter(session=session).first()
    seen = steps_only(room, now=now) if room is not None else None
    is_over = session.ended_at is not None or (seen is not None and seen.clock is not None and not seen.taps)
    page = {
        "session": session, "seen": seen, "sentence": sentence, "is_over": is_over,
        "is_open": doors_are_open(starts_at=session.starts_at, now=now), "ways": script.ways(session, present=seen.present if seen else 0),
    }  # fmt: skip
    is_part = bool(request.htmx)
    status = 409 if sentence and not is_part else 200
    return render(request, "rooms/conducting_part.html" if is_part else "rooms/conducting.html", page, status=status)
