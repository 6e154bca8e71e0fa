"""Boxes that members write in: causes, cards, ideas, scores, plans, reports, lessons, votes. Sent again, each does no harm."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from reconvene.groups.rules import Outcome
from reconvene.people.requests import PersonRequest
from reconvene.practice.actions import VagueCue
from reconvene.rooms.actions import lessons, moves, plans, scores, shown, writing
from reconvene.rooms.actions.turning import NotNow
from reconvene.rooms.forms import (
    BasisForm,
    CardForm,
    CauseForm,
    ConsentForm,
    PairForm,
    PlanForm,
    ReportForm,
    SettlingForm,
    TableLineForm,
    VoteForm,
    WordingForm,
    read_lessons,
    read_marks,
    read_scores,
    read_texts,
)
from reconvene.rooms.models import Card, Idea, Lesson, Room
from reconvene.rooms.rules import CardKind, Move
from reconvene.rooms.views.answering import answered, need_valid, tap
from reconvene.scheduling.rules import Kind
from reconvene.surveys.rules import BadAnswer


@tap
def causes(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """One's cause."""
    form = CauseForm(request.POST)
    need_valid(form)
    writing.write_cause(room, author=request.user, now=now, **form.cleaned_data)
    _finish(request, room, now)


@tap
def cards(request: PersonRequest, room: Room, *, now: datetime) -> HttpResponse | None:
    """A card to the speaker."""
    form = CardForm(request.POST)
    if not form.is_valid():
        raise NotNow(" ".join(str(error) for errors in form.errors.values() for error in errors))
    writing.send_card(room, sender=request.user, now=now, **{**form.cleaned_data, "kind": CardKind(form.cleaned_data["kind"])})
    return None


@tap
def card_withdrawal(request: PersonRequest, room: Room, *, card_id: UUID, now: datetime) -> None:
    """Take one's own card back before it is handed over. Another's does not exist."""
    card = get_object_or_404(Card.objects.filter(author=request.user, room=room), id=card_id)
    writing.take_back_card(card, by=request.user, now=now)


@tap
def marks(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """What each strategy is to oneself."""
    writing.mark_cards(room, person=request.user, marks=read_marks(request.POST), now=now)
    _finish(request, room, now)


@tap
def ideas(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """One's own ideas."""
    writing.write_ideas(room, author=request.user, texts=read_texts(request.POST, "idea"), now=now)
    _finish(request, room, now)


@tap
def additions(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """What one adds to a neighbour's ideas."""
    writing.add_to_ideas(room, author=request.user, texts=read_texts(request.POST, "addition"), now=now)
    _finish(request, room, now)


@tap
def idea_withdrawal(request: PersonRequest, room: Room, *, idea_id: UUID, now: datetime) -> None:
    """Take one's own idea back."""
    shown.take_back(_idea(request, room, idea_id), by=request.user, now=now)


@tap
def idea_choice(request: PersonRequest, room: Room, *, idea_id: UUID, now: datetime) -> None:
    """Put one's own idea forward for scoring, or not."""
    writing.put_idea_forward(_idea(request, room, idea_id), by=request.user, chosen=request.POST.get("chosen") == "yes", now=now)


@tap
def twins(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """One's own idea or lesson says the same as another."""
    form = PairForm(request.POST)
    if not form.is_valid():
        raise NotNow(_("Choose two that say the same."))
    mine, other = form.cleaned_data["mine"], form.cleaned_data["other"]
    if room.session.kind == Kind.RECONVENE:
        shown.ask_to_merge(_lesson(room, mine), other=_lesson(room, other), by=request.user, now=now)
    else:
        shown.ask_to_merge(_idea(request, room, mine), other=_idea(request, room, other), by=request.user, now=now)


@tap
def twin_answer(request: PersonRequest, room: Room, *, thing_id: UUID, now: datetime) -> None:
    """Make two into one, keep them apart, or take them apart again."""
    agrees = request.POST.get("agrees") == "yes"
    if room.session.kind == Kind.RECONVENE:
        shown.answer_twin(_lesson(room, thing_id), by=request.user, agrees=agrees, now=now)
    else:
        shown.answer_twin(_idea(request, room, thing_id), by=request.user, agrees=agrees, now=now)


@tap
def table_lines(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """After the session: what somebody else at the table said."""
    form = TableLineForm(request.POST)
    need_valid(form)
    words = form.words(is_first=room.session.kind == Kind.FIRST)
    shown.write_for_table(room, typist=request.user, client_id=form.cleaned_data["client_id"], words=words, now=now)


@tap
def claims(request: PersonRequest, room: Room, *, thing_id: UUID, now: datetime) -> None:
    """A line from the table is one's own."""
    if room.session.kind == Kind.RECONVENE:
        shown.claim(_lesson(room, thing_id), by=request.user, now=now)
    else:
        shown.claim(_idea(request, room, thing_id), by=request.user, now=now)


@tap
def score(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """One's scores."""
    save = scores.score_lessons if room.session.kind == Kind.RECONVENE else scores.score_ideas
    save(room, person=request.user, given=read_scores(request.POST), now=now)
    _finish(request, room, now)


@tap
def plan(request: PersonRequest, room: Room, *, now: datetime) -> HttpResponse | None:
    """One's own plan. A cue that names no occasion comes back with a sentence; what was written stays in the boxes."""
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            plans.make_plan(room, person=request.user, plan=form.draft(), now=now)
        except VagueCue as vague:
            form.add_error("if_cue", str(vague))
    if form.errors:
        return answered(request, room, now=now, plan_form=form, status=422)
    _finish(request, room, now)
    return None


@tap
def report(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Show one's practice report to the group."""
    form = ReportForm(request.POST)
    need_valid(form)
    plans.show_report(room, person=request.user, words=form.cleaned_data, now=now)


@tap
def report_withdrawal(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """Take one's practice report off the table."""
    plans.take_back_report(room, person=request.user, now=now)


@tap
def survey(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """The few questions at the end."""
    answers: dict[str, object] = {key.removeprefix("item-"): value for key, value in request.POST.items() if key.startswith("item-")}
    try:
        plans.answer_survey(room, person=request.user, answers=answers, now=now)
    except BadAnswer as bad:
        raise NotNow(_("One of the answers is none of the choices. Nothing was saved; please choose again.")) from bad
    _finish(request, room, now)


@tap
def lesson_boxes(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """One's own lessons."""
    lessons.write_lessons(room, author=request.user, lessons=read_lessons(request.POST), now=now)
    _finish(request, room, now)


@tap
def lesson_withdrawal(request: PersonRequest, room: Room, *, lesson_id: UUID, now: datetime) -> None:
    """Take one's own lesson back."""
    shown.take_back(_lesson(room, lesson_id), by=request.user, now=now)


@tap
def wording(request: PersonRequest, room: Room, *, lesson_id: UUID, now: datetime) -> None:
    """Change a lesson's words."""
    form = WordingForm(request.POST)
    need_valid(form)
    lesson = _lesson(room, lesson_id)
    lessons.reword_lesson(lesson, by=request.user, version=form.cleaned_data["version"], words=form.words(), now=now)


@tap
def settling(request: PersonRequest, room: Room, *, lesson_id: UUID, now: datetime) -> None:
    """Keep a lesson, drop it, record that the group disagrees, or leave it open."""
    form = SettlingForm(request.POST)
    need_valid(form)
    lessons.settle_lesson(_lesson(room, lesson_id), by=request.user, verdict=form.cleaned_data["verdict"], now=now)


@tap
def bases(request: PersonRequest, room: Room, *, lesson_id: UUID, now: datetime) -> None:
    """Which strategy of the playbook one's own lesson builds on."""
    form = BasisForm(request.POST)
    need_valid(form)
    basis, strategy_id = form.chosen()
    lessons.build_on(_lesson(room, lesson_id), by=request.user, strategy_id=strategy_id, basis=basis, now=now)


@tap
def consents(request: PersonRequest, room: Room, *, lesson_id: UUID, now: datetime) -> None:
    """Agree or not to publishing a lesson."""
    form = ConsentForm(request.POST)
    if form.is_valid():
        agrees, version = form.cleaned_data["agrees"] == "yes", form.cleaned_data["version"]
        lessons.consent(_lesson(room, lesson_id), person=request.user, version=version, agrees=agrees, now=now)


@tap
def votes(request: PersonRequest, room: Room, *, now: datetime) -> None:
    """What the group should do next."""
    form = VoteForm(request.POST)
    if form.is_valid():
        lessons.vote(room, person=request.user, outcome=Outcome(form.cleaned_data["outcome"]), now=now)


def _idea(request: PersonRequest, room: Room, idea_id: UUID) -> Idea:
    idea: Idea = get_object_or_404(Idea.objects.visible_to(request.user), id=idea_id, room=room)
    return idea


def _lesson(room: Room, lesson_id: UUID) -> Lesson:
    """A lesson of a room that is within the person's scope; also when the group has ended, so that a late answer is answered kindly."""
    lesson: Lesson = get_object_or_404(Lesson, id=lesson_id, room=room)
    return lesson


def _finish(request: PersonRequest, room: Room, now: datetime) -> None:
    """The same button may say that one has finished this part."""
    if "done" in request.POST:
        moves.move_room(room, by=request.user, move=Move.DONE, seen=request.POST.get("seen", ""), now=now)
