"""Plans, reports and dates, as far as they are made or shown in a room."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.people.models import Person
from reconvene.practice import actions as practice
from reconvene.practice.models import Plan, PracticeReport
from reconvene.practice.rules import PlanDraft, ReportDraft
from reconvene.rooms.actions.turning import NotNow, at_the_table, inside, note
from reconvene.rooms.actions.writing import need_step
from reconvene.rooms.models import Room
from reconvene.rooms.rules import EventKind
from reconvene.rooms.state import NotPresent
from reconvene.scheduling import actions as scheduling
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Answer, Kind
from reconvene.surveys import actions as surveys
from reconvene.surveys.rules import Moment


@transaction.atomic
def make_plan(room: Room, *, person: Person, plan: PlanDraft, now: datetime) -> Plan:
    """Save one's plan, as often as one likes, and after the session as long as one may type in. The group sees the if-then line once it is read
    out. Raises NotNow and practice.VagueCue.
    """
    room, state = at_the_table(room, person=person, now=now)
    need_step(state, "plan")
    is_for_keeping = room.session.kind == Kind.RECONVENE
    made = practice.make_plan(room.session.cycle, person=person, plan=plan, now=now, is_for_keeping=is_for_keeping)
    if state.has_revealed("plan"):
        note(room, EventKind.SHARED, now=now)
    return made


@transaction.atomic
def show_report(room: Room, *, person: Person, words: Mapping[str, Any], now: datetime) -> None:
    """Save one's practice report (words, how often, in which weeks) and put it on the table; private notes stay private. Tells those inside."""
    room, _state = inside(room, person=person, now=now)
    cycle = room.session.cycle
    kept = PracticeReport.objects.filter(cycle=cycle, person=person).first()
    notes = kept.private_notes if kept else ""
    report = practice.save_report(cycle, person=person, report=ReportDraft(**words, private_notes=notes), now=now)
    practice.show_report(report, now=now)
    note(room, EventKind.SHARED, now=now)


@transaction.atomic
def take_back_report(room: Room, *, person: Person, now: datetime) -> None:
    """Take one's practice report off the table; its words stay with its author. Tells those inside."""
    room, _state = inside(room, person=person, now=now)
    report = PracticeReport.objects.filter(cycle=room.session.cycle, person=person).exclude(shown_at=None).first()
    if report is not None:
        practice.hide_report(report)
        note(room, EventKind.SHARED, now=now)


@transaction.atomic
def hold_date(room: Room, *, person: Person, answer: Answer, now: datetime) -> None:
    """Say whether one can come to the second session on its date. Tells those inside. Raises NotNow without such a date."""
    room, _state = inside(room, person=person, now=now)
    second = second_session(room)
    if second is None:
        raise NotNow(_("There is no date for the second session yet."))
    try:
        scheduling.answer(second, person=person, answer=answer, now=now)
    except scheduling.SessionIsOver as error:
        raise NotNow(_("The second session can no longer be answered.")) from error
    note(room, EventKind.SHARED, now=now)


@transaction.atomic
def choose_next_host(room: Room, *, host_id: uuid.UUID, by: Person, now: datetime) -> None:
    """Say who hosts the second session. Tells those inside, and the new host the day before. Raises NotPresent for somebody who is not in the room."""
    room, state = inside(room, person=by, now=now)
    second = second_session(room)
    if str(host_id) not in state.present:
        raise NotPresent(_("That person is not in the room."))
    if second is not None and second.host_id != host_id:
        scheduling.hand_over(second, host=Person.objects.get(id=host_id), now=now)
        note(room, EventKind.SHARED, now=now)


@transaction.atomic
def answer_survey(room: Room, *, person: Person, answers: dict[str, object], now: datetime) -> None:
    """Answer the few questions at the end; each may be skipped. Kept under a pseudonym at once. Tells no one. Raises NotNow."""
    room, state = at_the_table(room, person=person, now=now)
    need_step(state, "close")
    moment = Moment.AFTER_FIRST if room.session.kind == Kind.FIRST else Moment.AFTER_RECONVENE
    surveys.answer(room.session.cycle, person=person, moment=moment, answers=answers, now=now)


def second_session(room: Room) -> Session | None:
    """The reconvene of this room's cycle, unless it is this one or was cancelled."""
    if room.session.kind == Kind.RECONVENE:
        return None
    return Session.objects.filter(cycle_id=room.session.cycle_id, kind=Kind.RECONVENE, cancelled_at=None).first()
