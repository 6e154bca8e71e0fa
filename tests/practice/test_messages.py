"""No composer of the practice weeks or of sessions puts anybody's words, a topic or a name into a mail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconvene.notices import registry
from reconvene.notices.models import Notice
from reconvene.practice import actions, schedule
from reconvene.practice.models import Buddy
from reconvene.scheduling import kinds
from reconvene.scheduling.models import Session
from reconvene.scheduling.rules import Kind
from tests import world
from tests.practice.small import DRAFT, HELD, at, held_cycle

pytestmark = pytest.mark.django_db
PRACTICE = [schedule.OCCASION, schedule.CHECK_IN, schedule.SECOND, schedule.BUDDY, schedule.HALF_WAY, schedule.REPORT]
SESSION = [kinds.INVITATION, kinds.HOST_CARD, kinds.TOMORROW]
SECRET = "Zebrafish"


@pytest.mark.parametrize("kind", [*PRACTICE, *SESSION])
def test_a_mail_holds_no_secret_word(kind: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    words = {name: f"{SECRET} {getattr(DRAFT, name)}" for name in ("want", "best_result", "obstacle", "if_cue", "then_action", "sign")}
    plan = actions.make_plan(cycle, person=ana, plan=replace(DRAFT, **words), now=HELD)
    cycle.group.reword(f"How can we {SECRET}?")
    session = Session.objects.get(cycle=cycle, kind=Kind.RECONVENE)
    subject = session.id if kind in SESSION else plan.id if kind == schedule.OCCASION else cycle.id
    notice = Notice(person=ana, kind=kind, subject_id=subject, due_at=at(20), not_after=at(30))
    compose = registry.composer(kind)
    assert compose is not None

    message = compose(notice, now=at(20))

    assert message is not None
    said = " ".join([message.subject, *message.lines, message.question, (message.calendar or b"").decode()])
    buddy = Buddy.objects.get(person=ana).buddy
    names = {person.first_name for person in world.people("ben", "cho", "dan")} - ({buddy.first_name} if kind == schedule.BUDDY else set())
    assert not any(word in said for word in (SECRET, "Delegating", "Wren", "Example", *names))
    assert message.button or message.choices


def test_nothing_is_asked_of_someone_who_left_or_after_the_cycle_is_closed() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    actions.make_plan(cycle, person=ana, plan=DRAFT, now=HELD)
    notice = Notice(person=ana, kind=schedule.CHECK_IN, subject_id=cycle.id, due_at=at(7), not_after=at(9))
    compose = registry.composer(schedule.CHECK_IN)
    assert compose is not None and compose(notice, now=at(7)) is not None

    cycle.group.memberships.get(person=ana).end(now=at(6))

    assert compose(notice, now=at(7) + timedelta(hours=1)) is None


@pytest.mark.parametrize("has", ["talked", "left the group"])
def test_nobody_is_asked_to_call_a_buddy_who_said_that_they_have_talked_or_left_the_group(has: str) -> None:
    cycle, ana = held_cycle(), world.person("ana")
    notice = Notice(person=ana, kind=schedule.BUDDY, subject_id=cycle.id, due_at=at(10), not_after=at(20))
    compose = registry.composer(schedule.BUDDY)
    assert compose is not None and compose(notice, now=at(10)) is not None

    buddy = Buddy.objects.get(person=ana).buddy
    if has == "talked":
        actions.talk_with_buddy(cycle, person=buddy, now=at(9))
    else:
        cycle.group.memberships.get(person=buddy).end(now=at(9))

    assert compose(notice, now=at(10)) is None


def test_nobody_is_asked_to_call_a_buddy_who_has_left() -> None:
    cycle, ana = held_cycle(), world.person("ana")
    actions.make_plan(cycle, person=ana, plan=DRAFT, now=HELD)
    notice = Notice(person=ana, kind=schedule.BUDDY, subject_id=cycle.id, due_at=at(10), not_after=at(20))
    compose = registry.composer(schedule.BUDDY)
    assert compose is not None and compose(notice, now=at(10)) is not None

    Buddy.objects.get(person=ana).buddy.leave(now=at(10))

    assert compose(notice, now=at(10)) is None
