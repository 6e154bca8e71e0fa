"""Rehearsing a session alone: begin, let the practice members play, end. See `actions.rehearsal` for what is behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.base.models import Pace
from reconvene.base.rehearsal import RATE, Rehearsal, rehearsal_of, remember
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.rooms import queries
from reconvene.rooms.actions import closing, receipts, rehearsal
from reconvene.rooms.models import Presence, Room
from reconvene.rooms.offers import boxes
from reconvene.rooms.simulation import Act, View, acts
from reconvene.rooms.state import RoomError
from reconvene.rooms.views import taps, writing
from reconvene.rooms.views.answering import room_for
from reconvene.scheduling.models import Session

TAPS: Mapping[str, Callable[..., Any]] = {
    "pact": taps.pact, "move": taps.move, "dates": taps.dates, "cards": writing.cards, "causes": writing.causes, "marks": writing.marks,
    "ideas": writing.ideas, "additions": writing.additions, "scores": writing.score, "plan": writing.plan, "report": writing.report,
    "survey": writing.survey, "lessons": writing.lesson_boxes, "vote": writing.votes,
}  # fmt: skip
"""Name of an act -> the tap that takes it, as from a phone."""


@dataclass(frozen=True)
class Said:
    """What a tap needs to know of a request: who sent which fields."""

    user: Person
    POST: QueryDict


@require_POST
def begin(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Begin to rehearse a session of one's group. An earlier rehearsal of this browser is thrown away."""
    sessions = Session.objects.visible_to(request.user).select_related("cycle__topic")
    session = get_object_or_404(sessions, id=session_id)
    earlier = rehearsal_of(request.session)
    if earlier is not None:
        rehearsal.throw_away(earlier.organisation)
    now = clock.now()
    rehearsed, double = rehearsal.set_up(session, host=request.user, now=now, real=datetime.now(UTC))
    room, pace = reverse("room", args=[rehearsed.id]), Pace(datetime.now(UTC), now, RATE)
    back = f"{reverse('host-card', args=[session.id])}?rehearsal=gone"  # a message could go to the room's own questions, which are led there too
    remember(request.session, Rehearsal(room, rehearsed.organisation_id, double.id, back, pace))
    return redirect(room)


@require_POST
def play(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """Let the practice members do what is due by now. Asked for every other second by the rehearsal's own page; tells those inside."""
    if not _rehearses(request):
        raise Http404
    room, now = room_for(request.user, session_id), clock.now()
    try:
        closing.close_if_over(room, now=now)
    except Room.DoesNotExist as thrown_away:  # while this waited for the lock
        raise Http404 from thrown_away
    Presence.objects.filter(room=room, left_at=None).update(seen_at=now)
    for presence in room.presences.exclude(person=request.user).select_related("person").order_by("person__name"):
        _play(room_for(request.user, session_id), presence.person, now=now)
    return HttpResponse(status=204)


@require_POST
def end(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """End one's rehearsal at any moment. Nothing of it stays."""
    found = _rehearses(request)
    if not found:
        raise Http404
    rehearsal.throw_away(found.organisation)
    return redirect(found.back)


def _rehearses(request: PersonRequest) -> Rehearsal | None:
    """The rehearsal in whose room the request is."""
    return cast(Rehearsal | None, request.rehearsal)  # type: ignore[attr-defined]  # set by the tenancy middleware


def _play(room: Room, person: Person, *, now: datetime) -> None:
    """Carry out the first due act of one practice member that was not taken yet; it may have moved the room."""
    stage = queries.stage(room, viewer=person, now=now)
    if stage.state is None:
        return
    view = View(str(person.id), stage.state, boxes(stage), seed=room.id.int)
    for act in acts(view):
        if act.at <= now and receipts.is_news(room, person=person, place=act.key[:120], number=1):
            _carry_out(act, room, person, now=now)
            return


def _carry_out(act: Act, room: Room, person: Person, *, now: datetime) -> None:
    fields = QueryDict(mutable=True)
    fields.update(dict(act.fields))
    try:
        with transaction.atomic():
            TAPS[act.name].take(Said(person, fields), room, now=now)  # type: ignore[attr-defined]  # what `tap` wraps
    except RoomError:
        pass  # refused, as it may be for anybody; it is not said again
    receipts.note_taken(room, person=person, place=act.key[:120], number=1)
