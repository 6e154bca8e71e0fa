"""The exits: one page, one tap away at every moment, that says how to pass, pause, leave and get help."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from reconvene.base import clock
from reconvene.people.requests import PersonRequest
from reconvene.rooms import queries, script
from reconvene.rooms.actions import helping
from reconvene.rooms.models import Room
from reconvene.rooms.views.answering import room_for, tap


@require_GET
def exits(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Pass, pause, leave, and whom to ask for help."""
    room, person, now = room_for(request.user, session_id), request.user, clock.now()
    contact = person.organisation.help_person
    page = {
        "stage": queries.stage(room, viewer=person, now=now),
        "organisation": person.organisation,
        "can_ask": contact is not None and contact.is_active,
        "has_asked": helping.has_asked(person, now=now),
        "must_report": script.pact()[-1],
    }
    return render(request, "rooms/exits_page.html", page)


@tap
def request_contact(request: PersonRequest, room: Room, *, now: datetime) -> HttpResponse:
    """Ask the named person to contact oneself."""
    helping.ask_for_contact(request.user, now=now)
    return redirect("room-help", room.session_id)
