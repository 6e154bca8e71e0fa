"""Dates that come to nothing: fewer than three can come, or nobody came. A new one is found without anybody's hand; the second time in a row
the members are asked whether they still want to meet, or, when it was the reconvene, their four weeks end kindly. Called by the pages of a
session and at every tick.
"""

from datetime import datetime, timedelta

from django.db import transaction

from reconvene.groups.actions import close_cycle, leave_group
from reconvene.groups.models import Membership
from reconvene.groups.rules import SMALLEST
from reconvene.groups.rules import Outcome as Decision
from reconvene.notices.actions import drop_about, put
from reconvene.people.models import Person
from reconvene.scheduling import kinds
from reconvene.scheduling.actions import answer, cancel_sessions, end_guest, leave, locked, put_off
from reconvene.scheduling.finding import options
from reconvene.scheduling.models import Rsvp, Session
from reconvene.scheduling.queries import members_of
from reconvene.scheduling.rules import ANSWER_WITHIN, ASKED_AGAIN_AFTER, Answer, Kind, Outcome, write_local

STRIKES = 2  # dates in a row that came to nothing, before the group is asked
NEWS_FOR = timedelta(days=7)


class AskedSomethingElse(Exception):
    """The date has moved, or fallen through, since the person was asked; their answer would count for something they never read."""


@transaction.atomic
def take_answer(session: Session, *, person: Person, given: Answer, now: datetime, to: str = "") -> Outcome:
    """Keep a member's answer `to` what they read (`Session.asks`; empty: what is asked now), and do what follows from it: another date when fewer
    than three can come any more; or, when the question is whether they still want to meet, a new date or a kind end once all have answered. Tells
    everybody when a date changes or the group ends.

    In the room, where all sit together and choose, answers are only kept (`actions.answer`). Raises NotAMember, SessionIsOver or
    AskedSomethingElse.
    """
    session = locked(session)  # before the answer's own row: of two who answer at once, one may have all answers forgotten
    if to not in ("", session.asks):
        raise AskedSomethingElse
    answer(session, person=person, answer=given, now=now)
    if session.asked_at is not None:
        return _settle(session, now=now, is_late=False)
    if session.is_ahead and session.starts_at > now and _is_short(session):
        return rebook(session, now=now)
    return Outcome.KEPT


@transaction.atomic
def rebook(session: Session, *, now: datetime) -> Outcome:
    """The date came to nothing: find another one that suits all; or, when it is the second in a row or nothing suits all, ask whether they still
    want to meet. A reconvene has six weeks from its first session; then, or the second time, the four weeks end kindly. Tells all members. A
    group of fewer than three ends kindly. A session that is over, or in question already, is left alone.
    """
    session = locked(session)
    if not session.is_ahead or session.asked_at is not None:
        return Outcome.KEPT
    if len(members_of(session.cycle)) < SMALLEST:
        return end_kindly(session, now=now)
    session.count_strike()
    if session.strikes < STRIKES and _move_to_best(session, now=now):
        return Outcome.NEW_DATE
    if _is_after_practice(session):
        return end_kindly(session, now=now)
    _ask(session, now=now)
    return Outcome.ASKED


@transaction.atomic
def settle_late(session: Session, *, now: datetime) -> Outcome:
    """The time to answer the question is over: those who have answered decide. Tells everybody what came of it."""
    session = locked(session)
    return _settle(session, now=now, is_late=True) if session.asked_at is not None else Outcome.KEPT


@transaction.atomic
def end_kindly(session: Session, *, now: datetime) -> Outcome:
    """End the group of a session that cannot be held. Challenges wait again with their place kept; when it is the reconvene that cannot be held, the
    cycle closes, they are settled, and each keeps their own plan and report. Tells all members once, without a reason's owner.
    """
    is_after_practice = _is_after_practice(session)
    for person in members_of(session.cycle):
        drop_about(session.id, now=now, person=person, because="over")
        kind = kinds.CYCLE_ENDED if is_after_practice else kinds.GROUP_ENDED
        put(person, kind=kind, subject_id=session.id, due_at=now, not_after=now + NEWS_FOR)
    cancel_sessions(session.cycle, now=now)
    if is_after_practice:
        close_cycle(session.cycle, outcome=Decision.FINISH, now=now)
        return Outcome.ENDED
    for membership in Membership.objects.live().filter(group_id=session.cycle.group_id):
        leave_group(membership, now=now)
    return Outcome.ENDED


def _settle(session: Session, *, now: datetime, is_late: bool) -> Outcome:
    """Act on the answers to the question, once all are there or the time for them is over."""
    members = {person.id for person in members_of(session.cycle)}
    answers = {rsvp.person_id: rsvp.answer for rsvp in Rsvp.objects.filter(session=session, person_id__in=members)}
    willing = [person for person, given in answers.items() if given == Answer.YES]
    is_decided = is_late or len(answers) == len(members)
    if len(members) - (len(answers) - len(willing)) < SMALLEST or (is_late and len(willing) < SMALLEST):
        return end_kindly(session, now=now)
    if not is_decided:
        return Outcome.KEPT
    for membership in Membership.objects.live().filter(group_id=session.cycle.group_id, person_id__in=set(answers) - set(willing)):
        leave(membership, now=now)
    if _move_to_best(session, now=now):
        session.begin_anew()
        return Outcome.NEW_DATE
    return end_kindly(session, now=now) if is_late else Outcome.KEPT


def _is_after_practice(session: Session) -> bool:
    """Whether it is the reconvene of a cycle whose first session was held."""
    return not session.is_first and session.cycle.sessions.filter(kind=Kind.FIRST, cancelled_at=None).exclude(ended_at=None).exists()


def _is_short(session: Session) -> bool:
    """Whether so many have said no that fewer than three can come. A group that is still gathering is not short of anybody yet."""
    members = {person.id for person in members_of(session.cycle)}
    unable = Rsvp.objects.filter(session=session, person_id__in=members, answer=Answer.NO).count()
    return len(members) >= SMALLEST > len(members) - unable


def _move_to_best(session: Session, *, now: datetime) -> bool:
    found = options(session, now=now, most=1)
    if not found:
        return False
    put_off(session, found[0].local_start, now=now)
    if found[0].follows is not None:
        reconvene = session.cycle.sessions.get(kind=Kind.RECONVENE, cancelled_at=None)
        put_off(reconvene, write_local(found[0].follows.second_local), now=now)
    return True


def _ask(session: Session, *, now: datetime) -> None:
    session.ask(now=now)
    end_guest(session, now=now)
    Rsvp.objects.filter(session=session).delete()
    for person in members_of(session.cycle):
        drop_about(session.id, now=now, person=person, kinds=kinds.DATES, because="over")
        for due_at in (now, now + ASKED_AGAIN_AFTER):
            put(person, kind=kinds.STILL_WANTED, subject_id=session.id, due_at=due_at, not_after=now + ANSWER_WITHIN)
