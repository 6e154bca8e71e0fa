"""A session that was held on paper: saying so, and the taps of those who type in afterwards, apart from those the room has anyway."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reconvene.base import clock
from reconvene.people.requests import PersonRequest
from reconvene.rooms import script
from reconvene.rooms.actions import on_paper
from reconvene.rooms.forms import OnPaperForm
from reconvene.rooms.models import Room
from reconvene.rooms.state import RoomError
from reconvene.rooms.views.answering import tap
from reconvene.scheduling.models import Session
from reconvene.scheduling.queries import members_of


@require_http_methods(["GET", "POST"])
def meeting(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """We met on paper: who was there, and how. When it was said before, the way to what the group types in."""
    session, now = _session(request, session_id), clock.now()
    if Room.objects.on_paper().filter(session=session).exists():
        return redirect("room", session_id)
    posted = request.POST if request.method == "POST" else None
    form = OnPaperForm(posted, members=members_of(session.cycle), ways=script.all_ways(session))
    page = {"session": session, "form": form, "place": "groups", "zone": request.user.time_zone}
    try:
        on_paper.need_unheld(session, now=now)
        if form.is_valid():
            on_paper.meet_on_paper(session, by=request.user, now=now, **form.cleaned_data)
            return redirect("room", session_id)
    except RoomError as refusal:
        return render(request, "rooms/on_paper.html", {**page, "sentence": str(refusal)}, status=200 if request.method == "GET" else 409)
    return render(request, "rooms/on_paper.html", page, status=422 if form.errors else 200)


@require_POST
def meeting_withdrawal(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """It was a mistake: the session is ahead again."""
    session = _session(request, session_id)
    room = Room.objects.on_paper().filter(session=session).first()
    try:
        if room is not None:
            on_paper.take_back_meeting(room, now=clock.now())
    except RoomError as refusal:
        messages.error(request, str(refusal))
        return redirect("room", session_id)
    messages.success(request, _("Taken back. The session counts as not held yet."), extra_tags="good")
    return redirect("session", session_id)


@tap
def presences(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """I was there too."""
    on_paper.be_there_too(room, person=request.user, now=now)


@tap
def finishing(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """I have typed in what I wanted to."""
    on_paper.finish_typing(room, person=request.user, now=now)


def _session(request: PersonRequest, session_id: UUID) -> Session:
    known = Session.objects.visible_to(request.user).select_related("cycle__group", "cycle__topic", "organisation")
    return get_object_or_404(known, id=session_id)
