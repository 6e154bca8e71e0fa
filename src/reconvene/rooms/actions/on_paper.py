"""A session that was held on paper: saying so, mending it, saying that one was there, being done with typing in. Called by views.on_paper
and by the tick.

The room of such a session was never conducted: it is closed from the beginning, and those who were there write on its table afterwards,
each their own part, by the same actions as in a session.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from reconvene.groups.models import Membership, live_member_ids
from reconvene.notices.actions import drop_about
from reconvene.notices.models import Notice
from reconvene.people.models import Person
from reconvene.practice.actions import stop_practice
from reconvene.practice.models import Plan
from reconvene.rooms import conductor, script
from reconvene.rooms.actions.closing import SESSION_CLOSED, count_as_held, finish_cycle
from reconvene.rooms.actions.entering import open_room
from reconvene.rooms.actions.turning import NotNow, at_the_table, locked, note, store, takes_typing
from reconvene.rooms.models import Idea, Lesson, Presence, Room, Vote
from reconvene.rooms.rules import FEWEST_ON_PAPER, EventKind, typed_in_until
from reconvene.rooms.state import NotPresent, RoomState
from reconvene.scheduling.kinds import MISSED
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from reconvene.surveys.queries import has_answers
from reconvene.surveys.rules import Moment


@transaction.atomic
def meet_on_paper(session: Session, *, by: Person, there: Collection[uuid.UUID], now: datetime, mode: str = script.ALL_OF_US) -> Room:
    """Count a session as held on paper, in this way, by those members who were there. Said twice, also by two people at once, the first counts.

    What follows is what follows from any session: see `closing.count_as_held`; the cycle of a reconvene stays open until the group has typed
    in what it settled. Tells those who were there, later. Raises NotNow before its start, when it was cancelled, or has begun in the room,
    and NotPresent for fewer than two.
    """
    room = locked(open_room(session, now=now))
    if room.on_paper_at is not None:
        return room
    session = Session.objects.select_related("cycle").get(id=session.id)
    need_unheld(session, now=now)
    present = [seat for seat in live_member_ids(session.cycle.group_id) if seat in set(there)]
    if len(present) < FEWEST_ON_PAPER:
        raise NotPresent(_("Tick at least two people. A session needs somebody to meet."))
    host = str(next((one for one in (session.host_id, by.id) if one in present), present[0]))
    ended_at = min(session.ends_at, now)
    protocol = script.protocol_for(session, mode=mode)
    names = [str(one) for one in present]
    state = conductor.held_on_paper(protocol, host=host, present=names, began_at=session.starts_at, ended_at=ended_at)
    room.presences.exclude(person__in=present).delete()  # they looked in at the door, and the group met elsewhere without them
    for person in present:
        _be_there(room, person, at=session.starts_at)
    room.session.start(now=session.starts_at)
    room.put_on_paper(by=by, now=now)
    store(room, None, state, now=now)
    count_as_held(room, host=host, ended_at=ended_at, now=now)
    return room


@transaction.atomic
def take_back_meeting(room: Room, *, now: datetime) -> None:
    """The session was not held on paper after all: it is ahead again, and nothing of it is left. Tells no one.

    Done twice, it does nothing the second time. Raises NotNow once somebody has typed something in.
    """
    found = Room.objects.select_for_update(of=("self",)).select_related("session__cycle__group").filter(id=room.id).on_paper().first()
    state = found.state if found else None
    if found is None or state is None:
        return
    if not takes_typing(found) or has_typed_in(found, state):
        raise NotNow(_("Somebody has typed something in already, so it stays. What is yours you can still take back."))
    session = found.session
    seat = Membership.objects.filter(group=session.cycle.group, person_id=state.host, times_hosted__gt=0).order_by("-started_at").first()
    if seat is not None:
        seat.host_no_more()
    Notice.objects.filter(kind__in=(SESSION_CLOSED, MISSED), subject_id=session.id, sent_at=None).delete()
    if session.kind == Kind.FIRST:
        stop_practice(session.cycle)
    session.reopen()
    found.delete()


@transaction.atomic
def be_there_too(room: Room, *, person: Person, now: datetime) -> Room:
    """Say after a session that one was there: without a device, or forgotten by whoever told of it. Tells the others' screens.

    Raises NotNow once the cycle has ended, NotPresent for somebody who sits in the group no more.
    """
    room = locked(room)
    state = room.state
    if state is None or not takes_typing(room):
        raise NotNow(_("This can no longer be changed."))
    if person.id not in live_member_ids(room.session.cycle.group_id):
        raise NotPresent(_("You do not sit in this group any more."))
    if str(person.id) not in state.present:
        _be_there(room, person.id, at=state.started_at)
        room.keep(conductor.join_afterwards(state, person=str(person.id)))
        drop_about(room.session_id, now=now, person=person, kinds=[MISSED])
        note(room, EventKind.SHARED, now=now)
    return room


@transaction.atomic
def finish_typing(room: Room, *, person: Person, now: datetime) -> Room:
    """Be done with typing in what was settled on paper. When everybody is who was there and has not left the group, the cycle closes as it
    does in the room: what all agreed to is published, the answers are forgotten, the group goes on or ends. Tells the others' screens.
    Raises NotNow, NotPresent.
    """
    room, state = at_the_table(room, person=person, now=now)
    if room.on_paper_at is None or room.session.kind != Kind.RECONVENE:
        raise NotNow(_("There is nothing to finish here."))
    state = conductor.finish_typing(state, by=str(person.id))
    room.keep(state)
    note(room, EventKind.COUNT, count=len(state.done), now=now)
    waited_for = {str(member) for member in live_member_ids(room.session.cycle.group_id)} & set(state.present)
    if waited_for <= set(state.done):
        finish_cycle(room, state, now=now)
    return room


@transaction.atomic
def finish_if_over(room: Room, *, now: datetime) -> None:
    """Close the cycle of a reconvene on paper whose days for typing in are over. Does nothing before, or when it is closed."""
    room = locked(room)
    state, told_at, ended_at = room.state, room.on_paper_at, room.session.ended_at
    if state is None or told_at is None or ended_at is None or room.session.kind != Kind.RECONVENE or not takes_typing(room):
        return
    if now >= typed_in_until(ended_at, told_at):
        finish_cycle(room, state, now=now)


def need_unheld(session: Session, *, now: datetime) -> None:
    """Raises NotNow, with the reason, for a session of which nobody can say that it was held on paper."""
    if session.cancelled_at is not None:
        raise NotNow(_("This session was cancelled."))
    if session.started_at is not None and session.ended_at is None:
        raise NotNow(_("Somebody has begun this session in the room. Join it there; on paper it cannot be held at the same time."))
    if session.ended_at is not None or session.cycle.closed_at is not None:
        raise NotNow(_("This session is over."))
    if now < session.starts_at:
        raise NotNow(_("This session is still ahead. Come back when you have met."))


def has_typed_in(room: Room, state: RoomState) -> bool:
    """Whether anybody has put anything into the room of a session on paper, or planned on the strength of it. Their answers to the survey
    count too; whose they are is not known.
    """
    is_first, cycle = room.session.kind == Kind.FIRST, room.session.cycle
    people, moment = [uuid.UUID(one) for one in state.present], Moment.AFTER_FIRST if is_first else Moment.AFTER_RECONVENE
    written = any(model.objects.filter(room=room).exists() for model in (Idea, Lesson, Vote))
    planned = Plan.objects.filter(cycle=cycle, made_at__gte=room.on_paper_at, is_for_keeping=not is_first).exists()
    return written or planned or bool(state.done) or has_answers(cycle, people=people, moment=moment)


def _be_there(room: Room, person_id: uuid.UUID, *, at: datetime) -> None:
    facts = {"admitted_at": at, "seen_at": at, "left_at": None}
    Presence.objects.update_or_create(room=room, person_id=person_id, defaults=facts, create_defaults={**facts, "asked_at": at})
