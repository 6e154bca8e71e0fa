"""Taps that move the room: begin, next, pause, pass, let in, hand over, leave, end."""

from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from reconvene.people.requests import PersonRequest
from reconvene.rooms.actions import closing, entering, moves, plans
from reconvene.rooms.actions.turning import NotNow
from reconvene.rooms.forms import AnswerForm, BeginForm, MoveForm, PersonForm, QuestionForm
from reconvene.rooms.models import Room
from reconvene.rooms.rules import Move
from reconvene.rooms.views.answering import need_valid, tap
from reconvene.scheduling.rules import Answer


@tap
def begin(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Start the session."""
    form = BeginForm(request.POST)
    if not form.is_valid():
        raise NotNow(_("Choose one of the ways on the page to hold the session."))
    entering.begin(room, by=request.user, mode=form.cleaned_data["mode"], now=now)


@tap
def move(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Next, back, pause, pass and so on. An unknown move changes nothing."""
    form = MoveForm(request.POST)
    if form.is_valid():
        moves.move_room(room, by=request.user, move=Move(form.cleaned_data["move"]), seen=form.cleaned_data["seen"], now=now)


@tap
def hosts(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Hand the host's part over, or take it when the host is away."""
    form = PersonForm(request.POST)
    if form.is_valid():
        moves.hand_over(room, to=form.cleaned_data["person"], by=request.user, now=now)


@tap
def case(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Say whose case it is."""
    form = PersonForm(request.POST)
    if form.is_valid():
        moves.give_case(room, to=form.cleaned_data["person"], by=request.user, now=now)


@tap
def admissions(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Let somebody in who knocked."""
    form = PersonForm(request.POST)
    if form.is_valid():
        entering.admit(room, person_id=form.cleaned_data["person"], by=request.user, now=now)


@tap
def leaving(request: PersonRequest, room: Room, *, now: datetime) -> HttpResponse:
    """Go."""
    entering.leave(room, person=request.user, now=now)
    return redirect("room", room.session_id)


@tap
def seen(request: PersonRequest, room: Room, *, now: datetime) -> HttpResponse:
    """A screen without a stream says that it is there, and hears the number of the last event."""
    entering.be_seen(room, person=request.user, now=now)
    return JsonResponse({"counter": room.counter})


@tap
def pact(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Agree."""
    entering.agree(room, person=request.user, now=now)


@tap
def question(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Reword the shared question."""
    form = QuestionForm(request.POST)
    need_valid(form)
    moves.reword_question(room, by=request.user, was=form.cleaned_data["was"], text=form.cleaned_data["question"], now=now)


@tap
def dates(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Say whether one can come to the second session."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        plans.hold_date(room, person=request.user, answer=Answer(form.cleaned_data["answer"]), now=now)


@tap
def next_hosts(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Say who hosts the second session."""
    form = PersonForm(request.POST)
    if form.is_valid():
        plans.choose_next_host(room, host_id=form.cleaned_data["person"], by=request.user, now=now)


@tap
def end(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """End the session."""
    closing.close_room(room, by=request.user, now=now)
