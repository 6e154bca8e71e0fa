"""A reconvene that was held on paper: what was settled is typed in, agreed to and published, and the cycle closes."""

import uuid
from datetime import timedelta

import pytest

from reconvene.groups.models import Cycle, Group, Membership
from reconvene.notices.models import Notice
from reconvene.playbook.models import Strategy
from reconvene.practice.models import Buddy, Plan
from reconvene.rooms.jobs import finish_reconvenes_on_paper
from reconvene.rooms.models import Consent, Lesson, Room, Secret, Vote
from reconvene.scheduling.models import Session
from tests.rooms.paper import LESSON, met, own_box, tell, visit, words
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def type_lesson(table: Table, who: str, doing: str = LESSON["doing"]) -> Lesson:
    box = own_box(table, who, "when").removeprefix("when")
    table.tell(who, "lessons", **{f"{name}{box}": text for name, text in {**LESSON, "doing": doing}.items()})
    return Lesson.objects.get(doing=doing)


def consent(table: Table, lesson: Lesson, *, agrees: str = "yes", who: tuple[str, ...] = ()) -> None:
    lesson.refresh_from_db()
    for name in who or table.people:
        table.tell(name, "consent", lesson.id, version=lesson.version, agrees=agrees)


def test_a_reconvene_on_paper_leaves_the_cycle_open_until_all_are_done() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    assert table.session.kind == "reconvene" and Cycle.objects.get().closed_at is None
    lesson = type_lesson(table, "ben")
    assert lesson.settled_at is not None and lesson.author == table.people["ben"]
    assert "asking for a first version" in words(table, "ana")
    consent(table, lesson)
    for name in table.people:
        table.tell(name, "vote", outcome="again")
    for name in ("ana", "ben"):
        table.tell(name, "finishing")
        table.tell(name, "finishing")
    assert "2 of 3 are done" in words(table, "cho") and Cycle.objects.get().closed_at is None and not Strategy.objects.exists()

    table.tell("cho", "finishing")
    assert Cycle.objects.get(number=1).outcome == "again" and Cycle.objects.filter(number=2).exists()
    assert Strategy.objects.get().doing == "asking for a first version"
    assert Secret.objects.count() == 3 and not Consent.objects.exists()
    assert "Published in the playbook" in words(table, "ana")
    assert Notice.objects.filter(kind="session_closed", subject_id=table.session.id).count() == 3, "told once, when it was held"
    refused = table.post("ana", "vote", outcome="finish")
    assert "This session is over" in refused.content.decode() and Vote.objects.filter(outcome="finish").count() == 0


def test_who_has_left_the_group_is_not_waited_for_and_types_in_no_more() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    lesson = type_lesson(table, "cho")
    consent(table, lesson, who=("ana", "ben"))
    Membership.objects.filter(person=table.people["cho"]).update(ended_at=table.now)
    assert "Done with typing in?" not in words(table, "cho")
    refused = table.post("cho", "vote", outcome="again")
    assert "You do not sit in this group any more" in refused.content.decode() and not Vote.objects.exists()
    for name in ("ana", "ben"):
        table.tell(name, "finishing")
    assert Cycle.objects.get().closed_at is not None
    assert not Strategy.objects.exists(), "its author was there and has not agreed"


def test_one_no_is_enough_and_leaves_no_trace() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    lesson = type_lesson(table, "ben")
    consent(table, lesson, who=("ana", "ben"))
    consent(table, lesson, agrees="no", who=("cho",))
    for name in table.people:
        table.tell(name, "finishing")
    assert not Strategy.objects.exists() and not Consent.objects.exists() and not Secret.objects.exists()
    page = words(table, "ana")
    assert "Kept in your group" in page and "Cho" not in page.split("Kept in your group")[1]


def test_who_has_not_answered_has_not_agreed() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    consent(table, type_lesson(table, "ben"), who=("ana", "ben"))
    for name in table.people:
        table.tell(name, "finishing")
    assert not Strategy.objects.exists() and Cycle.objects.get().outcome == "finish"


def test_a_lesson_that_says_nothing_to_do_is_kept_and_not_published() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    consent(table, type_lesson(table, "ben", doing=""))
    for name in table.people:
        table.tell(name, "finishing")
    assert not Strategy.objects.exists() and Cycle.objects.get().closed_at is not None


def test_other_words_need_everybodys_yes_anew() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    lesson = type_lesson(table, "ben")
    consent(table, lesson)
    table.tell("cho", "wording", lesson.id, version=lesson.version, because="nobody waits")
    for name in table.people:
        table.tell(name, "finishing")
    assert not Strategy.objects.exists()


def test_what_was_left_open_is_not_published() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    lesson = type_lesson(table, "ben")
    consent(table, lesson)
    table.tell("cho", "settling", lesson.id, verdict="open")
    for name in table.people:
        table.tell(name, "finishing")
    assert not Strategy.objects.exists()


def test_a_lesson_from_the_table_is_claimed_and_two_that_say_the_same_become_one() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    table.tell("ana", "table-lines", client_id=uuid.uuid4(), **LESSON)
    lesson = Lesson.objects.get()
    assert lesson.author == table.people["ana"] and lesson.settled_at and "typed in by Ana" in words(table, "ben")
    table.tell("ben", "claims", lesson.id)
    lesson.refresh_from_db()
    assert lesson.author == table.people["ben"]
    mine = type_lesson(table, "cho", "showing a draft")
    table.tell("cho", "twins", mine=mine.id, other=lesson.id)
    table.tell("ben", "twin-answer", mine.id, agrees="yes")
    assert [one.doing for one in Lesson.objects.get(id=lesson.id).twins.all()] == ["showing a draft"]
    table.tell("ben", "lesson-withdrawal", lesson.id)
    assert "showing a draft" in words(table, "ana"), "taking one back leaves the other"


def test_the_totals_of_the_vote_stay_hidden_while_it_goes_on() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    table.tell("ana", "vote", outcome="again")
    page = words(table, "ben")
    assert "1 of 3 have tapped" in page and "for going deeper" not in page


def test_seven_days_after_the_session_the_tick_closes_the_cycle_once() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    consent(table, type_lesson(table, "ben"))
    table.tell("ana", "vote", outcome="new_topic")
    over = Session.objects.get(id=table.session.id).ended_at
    assert over is not None
    finish_reconvenes_on_paper(over + timedelta(days=7, seconds=-1))
    assert Cycle.objects.get().closed_at is None
    finish_reconvenes_on_paper(over + timedelta(days=7))
    finish_reconvenes_on_paper(over + timedelta(days=8))
    assert Cycle.objects.get(number=1).outcome == "new_topic" and Cycle.objects.count() == 2
    assert Strategy.objects.count() == 1 and not Consent.objects.exists()


def test_who_tells_very_late_still_has_two_days_for_typing_in() -> None:
    table = a_table("ana", "ben", "cho")
    tell(table, "ana")
    table = Table(table.group, "reconvene")
    table.later(days=20)
    tell(table, "ana")
    finish_reconvenes_on_paper(table.now + timedelta(hours=47))
    assert Cycle.objects.get().closed_at is None
    finish_reconvenes_on_paper(table.now + timedelta(hours=48))
    assert Cycle.objects.get().closed_at is not None


def test_a_room_on_paper_whose_state_cannot_be_read_holds_up_no_other() -> None:
    broken = met("ana", "ben", "cho", kind="reconvene")
    Group.objects.update(name="Lark")
    sound = met("dan", "eli", "flo", kind="reconvene")
    Room.objects.filter(id=broken.room.id).update(saved_state={"steps": "none"})
    finish_reconvenes_on_paper(sound.now + timedelta(days=8))

    assert [Cycle.objects.get(group=one.group).closed_at is None for one in (broken, sound)] == [True, False]


def test_the_tick_leaves_first_sessions_on_paper_alone() -> None:
    table = met()
    finish_reconvenes_on_paper(table.now + timedelta(days=40))
    assert Cycle.objects.get().closed_at is None


def test_a_mistaken_reconvene_is_mended_and_the_practice_stays() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    laid_out = Notice.objects.filter(kind="check_in").count()
    visit(table, table.browsers["ben"], "on-paper-withdrawal", post={})
    assert Session.objects.get(id=table.session.id).is_ahead and Room.objects.count() == 1
    assert Notice.objects.filter(kind="check_in").count() == laid_out == 3 and Buddy.objects.count() == 3


def test_done_counts_as_typing_in() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    table.tell("ben", "finishing")
    visit(table, table.browsers["cho"], "on-paper-withdrawal", post={})
    assert Session.objects.get(id=table.session.id).ended_at is not None


def test_a_first_session_has_nothing_to_finish() -> None:
    table = met()
    assert "There is nothing to finish here" in table.post("ana", "finishing").content.decode()
    assert Cycle.objects.get().closed_at is None


def test_whoever_was_there_types_in_the_plan_that_they_keep_until_the_cycle_ends() -> None:
    table = met("ana", "ben", "cho", kind="reconvene")
    assert "My plan for the next eight weeks" in words(table, "ben")
    vague = table.post("ben", "plan", if_cue="more often", then_action="ask first")
    assert 'id="if-error"' in vague.content.decode() and not Plan.objects.exists()
    table.tell("ben", "plan", if_cue="the figures come on Monday", then_action="ask first", obstacle="I call Cho")
    kept = Plan.objects.get()
    assert (kept.person, kept.is_for_keeping) == (table.people["ben"], True)
    assert "the figures come on Monday" in words(table, "ana") and "I call Cho" not in words(table, "ana")
    assert "I call Cho" in words(table, "ben")
    refused = visit(table, table.browsers["ana"], "on-paper-withdrawal", post={})
    assert refused.status_code == 302 and Room.objects.on_paper().filter(session=table.session).exists(), "something was typed in"

    for name in table.people:
        table.tell(name, "finishing")
    late = table.post("cho", "plan", if_cue="the figures come on Monday", then_action="ask first")
    assert "This session is over" in late.content.decode() and Plan.objects.count() == 1
