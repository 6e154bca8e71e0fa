"""How a tap in a room is taken and answered: the room within the person's scope, the clock read once, the stage as it is afterwards."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reconvene.base import clock
from reconvene.people.models import Person
from reconvene.people.requests import PersonRequest
from reconvene.rooms import queries
from reconvene.rooms.actions import receipts
from reconvene.rooms.actions.turning import NotNow, Reworded, locking
from reconvene.rooms.models import Room
from reconvene.rooms.rules import LESSON_WORDS
from reconvene.rooms.state import RoomError

TYPED = frozenset({"text", "question", "idea", "addition", *LESSON_WORDS})  # what names of boxes for words begin with
Tap = Callable[..., HttpResponse | None]


def room_for(person: Person, session_id: UUID, *, is_changed: bool = False) -> Room:
    """The room of a session, for a member; or, when it is over, for whoever was in it. Anything else does not exist (404).

    With what a stage shows of what is around it; or, when it is to be changed, locked, with what actions need.
    """
    rooms = locking() if is_changed else Room.objects.select_related(*queries.SHOWN)
    found = (
        rooms.visible_to(person).filter(session_id=session_id).first() or rooms.attended_by(person).filter(session_id=session_id).first()
    )
    if found is None:
        raise Http404
    found.is_locked = is_changed
    return found


def tap(view: Tap) -> Callable[..., HttpResponse]:
    """Make `view(request, room, now=, ...)` answer a POST in a room. What it returns, if anything, is the answer; else the stage is.

    A refusal by the room becomes a sentence above the stage; nothing was changed then. An input with a number is taken once, and an older
    one that comes after a newer one is refused.
    """

    @require_POST
    @wraps(view)
    def wrapped(request: PersonRequest, session_id: UUID, **arguments: Any) -> HttpResponse:
        room, now = room_for(request.user, session_id, is_changed=True), clock.now()
        sent = _sent(request, room)
        try:
            if sent and not receipts.is_news(room, **sent):
                return answered(request, room, now=now)
            answer = view(request, room, now=now, **arguments)
            if sent and answer is None:
                receipts.note_taken(room, **sent)
        except Reworded as conflict:
            return answered(request, room, now=now, sentence=str(conflict), conflict=conflict, status=409)
        except (RoomError, ValidationError) as refusal:
            sentence = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            return answered(request, room, now=now, sentence=sentence, status=409)
        return answer or answered(request, room, now=now)

    wrapped.take = view  # type: ignore[attr-defined]  # what a rehearsal's practice members do is taken by the same words
    return wrapped


def need_valid(form: Form) -> None:
    """Raises NotNow with what is wrong with the form: nothing may be called saved that was not."""
    if not form.is_valid():
        raise NotNow(" ".join(str(error) for errors in form.errors.values() for error in errors))


def answered(request: PersonRequest, room: Room, *, now: datetime, sentence: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """The stage after a tap: a receipt for a saved draft, the fragment for a script, otherwise back to the page."""
    is_fragment = bool(request.htmx)
    if request.headers.get("X-Draft"):
        field, problem = _first_problem(more)
        return JsonResponse(_receipt(status, sentence or problem, field, more.get("conflict")), status=status)
    if status == 200 and not is_fragment and not more:
        return redirect("room", room.session_id)
    unsaved = [] if is_fragment or more else _words_in(request)
    if not is_fragment and not more and not unsaved:
        messages.error(request, sentence)
        return redirect("room", room.session_id)
    fresh = room_for(request.user, room.session_id)
    found = queries.stage(fresh, viewer=request.user, now=now)
    shown = {"stage": found, "sentence": sentence, "unsaved": unsaved, **more}
    template = "rooms/stage.html" if is_fragment else "rooms/room.html"
    return render(request, template, shown, status=200 if is_fragment else status)


def _words_in(request: PersonRequest) -> list[str]:
    """What was typed into the boxes of a form that was refused, to be copied from the page where no script has kept it."""
    return [str(text) for name, text in request.POST.items() if name.partition("-")[0] in TYPED and str(text).strip()]


def _receipt(status: int, sentence: str, field: str, conflict: Reworded | None) -> dict[str, Any]:
    """What a device that sent words hears; when they were refused, also what it needs to keep showing them."""
    if status == 200:
        return {"saved": True, "sentence": ""}
    theirs = conflict.theirs if conflict else ""
    return {"saved": False, "sentence": sentence, "field": field, "theirs": theirs, "remove": _("Remove this from my device")}


def _sent(request: PersonRequest, room: Room) -> dict[str, Any]:
    """Who sent what to which place, as `receipts` takes it; empty without a number. Cards and taps do not replace one another."""
    number = request.headers.get("X-Number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return {}
    one = request.POST.get("client_id") or request.POST.get("move") or ""
    place = f"{request.path.removeprefix(f'/rooms/{room.session_id}/')}{one}"[:120]
    return {"person": request.user, "place": place, "number": int(number)}


def _first_problem(more: dict[str, Any]) -> tuple[str, str]:
    """The field and the sentence of a form's first error, for words that are answered without a page; both empty without one."""
    form = more.get("plan_form")
    return next(((field, str(errors[0])) for field, errors in form.errors.items()), ("", "")) if form is not None else ("", "")
