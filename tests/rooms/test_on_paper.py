"""A session that was held on paper: who says so, what follows, and who types in whose words afterwards."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.groups.models import Cycle, Membership
from reconvene.notices.models import Notice
from reconvene.playbook.models import Strategy
from reconvene.practice.models import Buddy, Plan
from reconvene.rooms.actions import entering, on_paper
from reconvene.rooms.actions.turning import NotNow, locked
from reconvene.rooms.jobs import finish_reconvenes_on_paper
from reconvene.rooms.measures import attended
from reconvene.rooms.messages import session_closed as compose
from reconvene.rooms.models import Consent, Idea, Lesson, Presence, Room, RoomEvent, Secret, Vote
from reconvene.rooms.state import NotPresent
from reconvene.scheduling.models import Session
from reconvene.surveys.models import Response
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db

SAID = "Three lines at hand-over"


def visit(table: Table, browser: Client, name: str, *, post: dict[str, Any] | None = None) -> Any:
    """A page or form of the session as somebody's browser without scripts asks for it."""
    url = reverse(name, args=[table.session.id])
    with time_machine.travel(table.now, tick=False):
        return browser.get(url) if post is None else browser.post(url, post)


def tell(table: Table, who: str, *there: str) -> Any:
    """We met on paper, says `who`; all were there, unless some are named."""
    ids = [str(table.people[name].id) for name in there or table.people]
    return visit(table, table.browsers[who], "on-paper", post={"there": ids})


def met(*names: str, kind: str = "first") -> Table:
    """A group that met on paper, all of them, an hour and a half before now."""
    table = a_table(*(names or ("ana", "ben", "cho")))
    if kind == "reconvene":
        assert tell(table, "ana").status_code == 302
        table = Table(table.group, "reconvene")
    table.later(minutes=95)
    assert tell(table, "ana").status_code == 302
    return table


def words(table: Table, who: str) -> str:
    """A member's page of the session, as text on one line."""
    page = table.get(who, "room")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def own_box(table: Table, who: str, prefix: str = "idea") -> str:
    return table.boxes(who, prefix)[0]


def test_from_its_start_on_a_session_can_be_counted_as_held_on_paper() -> None:
    table = a_table("ana", "ben", "cho")
    table.later(minutes=-1)
    for page in ("session", "room"):
        assert "We met on paper" not in visit(table, table.browsers["ben"], page).content.decode()
    early = tell(table, "ben")
    assert early.status_code == 409 and "still ahead" in early.content.decode()
    assert not Room.objects.exists()

    table.later(minutes=1)
    for page in ("session", "room"):
        assert "We met on paper" in visit(table, table.browsers["ben"], page).content.decode()
    form = visit(table, table.browsers["ben"], "on-paper").content.decode()
    assert len(re.findall(r'name="there" value="[^"]+" checked', form)) == 3
    assert not Room.objects.exists(), "looking changes nothing"


def test_what_follows_is_what_follows_from_any_session() -> None:
    table = a_table("ana", "ben", "cho", "dan")
    table.later(days=1)
    assert tell(table, "ben", "ana", "ben", "cho").status_code == 302

    session = Session.objects.get(id=table.session.id)
    assert (session.started_at, session.ended_at) == (session.starts_at, session.ends_at)
    there = {table.people[name].id for name in ("ana", "ben", "cho")}
    assert set(Presence.objects.exclude(admitted_at=None).values_list("person_id", flat=True)) == there
    assert {one.person_id for one in Notice.objects.filter(kind="session_closed")} == there
    assert Notice.objects.filter(kind="check_in", subject_id=session.cycle_id).count() == 4, "the four weeks are everybody's"
    assert {one.person_id for one in Buddy.objects.all()} == there
    assert {m.person.first_name: m.times_hosted for m in Membership.objects.all()} == {"Ana": 1, "Ben": 0, "Cho": 0, "Dan": 0}
    shares = attended(table.group.organisation_id, table.now + timedelta(days=1))
    assert (shares.yes, shares.of) == (3, 4)
    assert Cycle.objects.get().closed_at is None
    page = words(table, "dan")
    assert "Your group met on paper" in page and "Who was there: Ana, Ben, Cho<" in page
    assert list(Room.objects.attended_by(table.people["cho"])) == [table.room]


def test_whoever_hosts_is_counted_or_whoever_tells_when_the_host_was_away() -> None:
    table = a_table("ana", "ben", "cho")
    tell(table, "cho", "ben", "cho")
    assert {m.person.first_name: m.times_hosted for m in Membership.objects.all()} == {"Ana": 0, "Ben": 0, "Cho": 1}


def test_a_session_that_is_told_of_before_its_time_was_up_ended_when_it_was_told() -> None:
    table = a_table("ana", "ben", "cho")
    table.later(minutes=40)
    tell(table, "ana")
    assert Session.objects.get(id=table.session.id).ended_at == table.now


def test_one_alone_is_no_session_and_the_ticks_stay_as_they_were() -> None:
    table = a_table("ana", "ben", "cho")
    answer = tell(table, "ana", "ben")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Tick at least two people" in page
    assert re.findall(r'name="there" value="([^"]+)" checked', page) == [str(table.people["ben"].id)]
    none = visit(table, table.browsers["ana"], "on-paper", post={})
    assert none.status_code == 422 and " checked" not in none.content.decode()
    assert not Room.objects.exists()
    with pytest.raises(NotPresent):
        on_paper.meet_on_paper(table.session, by=table.people["ana"], there=[table.people["ana"].id, uuid.uuid4()], now=table.now)


def test_told_twice_the_first_counts_and_nothing_comes_twice() -> None:
    table = met()
    before = (Notice.objects.count(), RoomEvent.objects.count(), table.room.on_paper_by)
    table.later(minutes=5)
    again = tell(table, "ben", "ben", "cho")
    assert again.status_code == 302 and again["Location"] == reverse("room", args=[table.session.id])
    on_paper.meet_on_paper(table.session, by=table.people["cho"], there=[p.id for p in table.people.values()], now=table.now)
    assert (Notice.objects.count(), RoomEvent.objects.count(), table.room.on_paper_by) == before
    assert Presence.objects.count() == 3 and sum(Membership.objects.values_list("times_hosted", flat=True)) == 1
    assert visit(table, table.browsers["ben"], "on-paper")["Location"] == reverse("room", args=[table.session.id])


def test_a_session_that_somebody_has_begun_is_refused_in_words() -> None:
    table = a_table("ana", "ben", "cho")
    table.begin()
    refused = tell(table, "ben")
    assert refused.status_code == 409 and "has begun this session in the room" in refused.content.decode()
    assert table.room.on_paper_at is None and table.room.closed_at is None
    assert "We met on paper" not in visit(table, table.browsers["ben"], "session").content.decode()


def test_who_only_looked_in_at_the_door_is_not_counted_unless_ticked() -> None:
    table = a_table("ana", "ben", "cho")
    table.enter("cho")
    tell(table, "ana", "ana", "ben")
    assert {one.person.first_name for one in Presence.objects.all()} == {"Ana", "Ben"}


@pytest.mark.parametrize("state", ["cancelled_at", "ended_at"])
def test_a_session_that_was_cancelled_or_is_over_cannot_be_told_of(state: str) -> None:
    table = a_table("ana", "ben", "cho")
    Session.objects.filter(id=table.session.id).update(**{state: table.now})
    refused = tell(table, "ana")
    assert refused.status_code == 409 and not Room.objects.exists()
    assert "on-paper" not in visit(table, table.browsers["ana"], "session").content.decode()


def test_for_strangers_and_former_members_there_is_nothing() -> None:
    table = met()
    idea = typed_for_table(table, "ana")
    Membership.objects.filter(person=table.people["cho"]).update(ended_at=table.now)
    for browser in (world.sign_in(world.person("eva")), world.sign_in(world.person("fay")), table.browsers["cho"]):
        for name in ("on-paper", "on-paper-withdrawal"):
            assert visit(table, browser, name, post={"there": []}).status_code == 404
        claim = browser.post(reverse("room-claims", args=[table.session.id, idea.id]))
        assert claim.status_code == 404
    assert Room.objects.count() == 1


def typed_for_table(table: Table, who: str, text: str = SAID) -> Idea:
    table.tell(who, "table-lines", client_id=uuid.uuid4(), text=text)
    return Idea.objects.get(text=text)


def test_everybody_types_in_their_own_ideas_and_takes_them_back() -> None:
    table = met()
    box = own_box(table, "ben")
    table.tell("ben", "ideas", **{box: SAID})
    table.tell("ben", "ideas", **{box: SAID})
    idea = Idea.objects.get()
    assert idea.author == table.people["ben"] and idea.from_table_at is None
    assert SAID in words(table, "ana") and "Ben" not in words(table, "ana").split(SAID)[1].split("</li>")[0]
    assert "Yours" in words(table, "ben") and "Yours" not in words(table, "ana")
    table.tell("ben", "ideas", **{box: "Four lines"})
    assert Idea.objects.get().text == "Four lines", "typing errors can be mended"

    table.post("ana", "idea-withdrawal", idea.id)
    assert Idea.objects.get().taken_back_at is None, "only whoever wrote it"
    table.tell("ben", "idea-withdrawal", idea.id)
    assert "Four lines" not in words(table, "ana") and own_box(table, "ben") != box


def test_it_can_be_typed_in_weeks_later_and_no_longer_once_the_cycle_has_ended() -> None:
    table = met()
    table.later(days=20)
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})
    box = own_box(table, "cho")
    Cycle.objects.update(closed_at=table.now, outcome="finish")
    assert "Type in" not in words(table, "ben") and SAID in words(table, "ben")
    late = table.post("cho", "ideas", **{box: "too late"})
    assert "This session is over" in late.content.decode() and not Idea.objects.filter(text="too late").exists()
    assert "This can no longer be changed" in table.post("cho", "presences").content.decode()


def test_what_was_refused_without_a_script_stands_on_the_answer() -> None:
    table = met()
    box = own_box(table, "cho")
    Cycle.objects.update(closed_at=table.now, outcome="finish")
    with time_machine.travel(table.now, tick=False):
        answer = table.browsers["cho"].post(reverse("room-ideas", args=[table.session.id]), {box: "worth keeping"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "This was not saved" in page and "worth keeping" in page


def test_a_line_from_the_table_is_its_typists_until_whoever_said_it_says_so() -> None:
    table = met()
    idea = typed_for_table(table, "ana")
    assert idea.author == table.people["ana"]
    assert "From the table, typed in by Ana. Did you say it?" in words(table, "ben")
    assert "typed in by you" in words(table, "ana") and "This is mine" not in words(table, "ana")

    before = table.room.counter
    table.tell("ben", "claims", idea.id)
    table.tell("ben", "claims", idea.id)
    idea.refresh_from_db()
    assert idea.author == table.people["ben"] and idea.from_table_at is None
    assert table.room.counter == before + 1, "said twice is said once"
    for who in ("ana", "cho"):
        assert "typed in by" not in words(table, who) and "Ben" not in words(table, who).split(SAID)[1].split("</li>")[0]
    taken = table.post("cho", "claims", idea.id)
    assert "Somebody has said already" in taken.content.decode()
    assert Idea.objects.get().author == table.people["ben"]
    table.post("ana", "idea-withdrawal", idea.id)
    assert Idea.objects.get().taken_back_at is None, "it is the typist's no more"
    table.tell("ben", "idea-withdrawal", idea.id)
    assert SAID not in words(table, "ana")


def test_a_line_from_the_table_sent_again_is_one_also_when_it_was_claimed_meanwhile() -> None:
    table, line = met(), {"client_id": uuid.uuid4(), "text": SAID}
    table.tell("ana", "table-lines", **line)
    table.tell("ben", "claims", Idea.objects.get().id)
    table.tell("ana", "table-lines", **line)
    assert Idea.objects.get().author == table.people["ben"]


def test_a_line_without_words_and_one_too_many_are_refused() -> None:
    table = met("ana", "ben", "cho")
    assert "Write a few words" in table.post("ana", "table-lines", client_id=uuid.uuid4(), text="  ").content.decode()
    for number in range(9):
        typed_for_table(table, "ana", f"line {number}")
    assert "There are many lines already" in table.post("ben", "table-lines", client_id=uuid.uuid4(), text="one more").content.decode()
    table.tell("ben", "claims", Idea.objects.get(text="line 3").id)
    typed_for_table(table, "ben", "one more")


def test_while_a_session_goes_on_everybody_writes_their_own() -> None:
    table = a_table("ana", "ben", "cho")
    table.begin()
    table.go_to("ideas", part=2)
    refused = table.post("ana", "table-lines", client_id=uuid.uuid4(), text=SAID)
    assert "everybody writes their own" in refused.content.decode() and not Idea.objects.exists()


def test_nobody_takes_over_what_somebody_wrote_as_their_own() -> None:
    table = met()
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})
    assert "This is mine" not in words(table, "ana")
    table.post("ana", "claims", Idea.objects.get().id)
    assert Idea.objects.get().author == table.people["ben"]


def test_the_code_and_the_door_of_a_session_on_paper_lead_nowhere() -> None:
    table = met()
    found = table.browsers["ben"].get(reverse("room-join-code", args=[table.room.code]))
    assert found.status_code == 404
    with time_machine.travel(table.now, tick=False):
        assert table.browsers["ben"].post(reverse("room-enter", args=[table.session.id])).status_code == 409
    assert "This session is over" in table.post("ana", "move", move="next", seen="0.0.0").content.decode()
    assert "This session is over" in table.post("ana", "causes", text="c", whose="ours").content.decode()


def test_what_nobody_claimed_stays_marked_when_the_cycle_is_over() -> None:
    table = met()
    typed_for_table(table, "ana")
    Cycle.objects.update(closed_at=table.now, outcome="finish")
    assert "From the table, typed in by Ana" in words(table, "ben")


def test_the_page_leads_to_the_plan_and_asks_the_few_questions_once() -> None:
    table = met()
    page = words(table, "ben")
    assert reverse("practice-plan", args=[table.session.cycle_id]) in page and "Type in my plan" in page
    table.tell("ben", "survey", **{"item-usable": "8"})
    assert Response.objects.count() == 1 and "A few questions" not in words(table, "ben") and "A few questions" in words(table, "ana")


def test_whoever_was_forgotten_says_so_and_types_in_what_is_theirs() -> None:
    table = a_table("ana", "ben", "cho")
    tell(table, "ana", "ana", "ben")
    assert "did not tick your name" in words(table, "cho") and "Our ideas" not in words(table, "cho")
    refused = table.post("cho", "table-lines", client_id=uuid.uuid4(), text=SAID)
    assert "Say first that you were there" in refused.content.decode() and not Idea.objects.exists()
    table.tell("cho", "presences")
    table.tell("cho", "presences")
    assert Presence.objects.exclude(admitted_at=None).filter(person=table.people["cho"]).count() == 1
    table.tell("cho", "ideas", **{own_box(table, "cho"): SAID})
    assert SAID in words(table, "ana")


def test_whoever_sat_at_one_laptop_without_a_device_types_in_afterwards() -> None:
    table = a_table("ana", "ben", "cho")
    table.enter("ana")
    table.tell("ana", "begin")
    table.go_to("ideas")
    table.tell("ana", "ideas", **{own_box(table, "ana"): "Written in the room"})
    table.later(minutes=4)
    table.go_to("close")
    table.tell("ana", "end")
    assert "You were there too?" in words(table, "ben") and "without a device" in words(table, "ben")
    assert "Something is still on paper" in words(table, "ana")

    table.tell("ben", "presences")
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})
    table.tell("ben", "survey", **{"item-usable": "8"})
    assert Idea.objects.get(text=SAID).author == table.people["ben"] and Response.objects.count() == 1
    shares = attended(table.group.organisation_id, table.now + timedelta(days=1))
    assert shares.yes == 2
    written = Idea.objects.get(text="Written in the room")
    assert "Scoring has begun" in table.post("ana", "idea-withdrawal", written.id).content.decode()
    table.tell("ben", "idea-withdrawal", Idea.objects.get(text=SAID).id)
    assert SAID not in words(table, "ana") and "Written in the room" in words(table, "ana")
    assert words(table, "ana").count("This was a mistake") == 0, "a session that was conducted was held"


def test_nobody_who_left_the_group_says_afterwards_that_they_were_there() -> None:
    table = a_table("ana", "ben", "cho")
    tell(table, "ana", "ana", "ben")
    Membership.objects.filter(person=table.people["cho"]).update(ended_at=table.now)
    assert table.post("cho", "presences").status_code == 404
    with pytest.raises(NotPresent):
        on_paper.be_there_too(table.room, person=table.people["cho"], now=table.now)


def test_a_mistake_is_mended_by_any_member_and_leaves_nothing() -> None:
    table = met()
    assert "This was a mistake" in words(table, "ben")
    assert visit(table, table.browsers["ben"], "on-paper-withdrawal", post={})["Location"] == reverse("session", args=[table.session.id])
    visit(table, table.browsers["cho"], "on-paper-withdrawal", post={})  # twice
    session = Session.objects.get(id=table.session.id)
    assert session.is_ahead and not Room.objects.exists() and not Presence.objects.exists() and not Buddy.objects.exists()
    assert not Notice.objects.filter(kind__in=["session_closed", "check_in", "plan_copy", "report"]).exists()
    assert set(Membership.objects.values_list("times_hosted", flat=True)) == {0}
    assert not Response.objects.exists()

    tell(table, "cho")
    assert Notice.objects.filter(kind="check_in").count() == 3, "said again, the four weeks begin again"


def typed_idea(table: Table) -> None:
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})


def typed_plan(table: Table) -> None:
    Plan.objects.create(
        cycle=table.session.cycle, person=table.people["ben"], if_cue="Monday comes", then_action="I ask", made_at=table.now
    )


def answered(table: Table) -> None:
    table.tell("ben", "survey", **{"item-usable": "8"})


@pytest.mark.parametrize("act", [typed_idea, typed_plan, answered])
def test_once_somebody_has_typed_something_in_it_stays(act: Callable[[Table], None]) -> None:
    table = met()
    act(table)
    assert "This was a mistake" not in words(table, "cho")
    visit(table, table.browsers["cho"], "on-paper-withdrawal", post={})
    assert Session.objects.get(id=table.session.id).ended_at and Room.objects.exists()
    assert "Somebody has typed something in" in words(table, "cho")


def test_the_message_says_that_one_can_type_in_and_nothing_that_was_said() -> None:
    table = met()
    table.tell("ben", "ideas", **{own_box(table, "ben"): SAID})
    message = compose(Notice.objects.get(kind="session_closed", person=table.people["ben"]), now=table.now)
    assert message is not None
    told = " ".join((message.subject, *message.lines))
    assert "met on paper" in told
    for secret in (SAID, "Ana", "Cho", table.group.topic.title, table.group.key_question):
        assert secret not in told


def test_events_and_addresses_hold_no_words_and_no_names(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    table = met()
    typed_for_table(table, "ana")
    table.tell("ben", "claims", Idea.objects.get().id)
    held = " ".join(str(row) for row in RoomEvent.objects.values_list())
    sql = [record for record in caplog.records if record.name == "django.db.backends"]
    logged = " ".join(record.getMessage() for record in caplog.records if record not in sql)
    for secret in (SAID, "Ana Example", "Ben Example"):
        assert secret not in held and secret not in logged


# --- the reconvene


LESSON = {"when": "a task is new", "doing": "asking for a first version", "led_to": "fewer loops", "because": "they see it early"}


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
    table.tell("cho", "settling", lesson.id, settled="no")
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
    assert "1 of 3 have voted" in page and "for another round" not in page


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


@pytest.mark.parametrize("kind", ["first", "reconvene"])
def test_the_page_asks_the_same_number_of_questions_for_one_line_and_for_six(kind: str) -> None:
    table = met("ana", "ben", "cho", kind=kind)
    asked = []
    for number in range(1, 7):
        fields = {"text": f"line {number}"} if kind == "first" else {**LESSON, "doing": f"line {number}"}
        table.tell("ana", "table-lines", client_id=uuid.uuid4(), **fields)
        if number in (1, 6):
            with CaptureQueriesContext(connection) as queries:
                assert f"line {number}" in words(table, "ben")
            asked.append(len(queries))
    assert asked == [QUESTIONS[kind]] * 2


QUESTIONS = {"first": 19, "reconvene": 23}


def test_the_form_asks_the_same_number_of_questions_for_three_and_for_six() -> None:
    asked = []
    for names in (("ana", "ben", "cho"), ("dan", "eli", "flo", "gil", "sam", "ada")):
        table = Table(world.make_group(*world.people(*names), name=names[0]))
        with CaptureQueriesContext(connection) as queries:
            assert visit(table, table.browsers[names[0]], "on-paper").status_code == 200
        asked.append(len(queries))
    assert asked == [9, 9]


# --- two at once, with connections of their own


@pytest.fixture
def at_once() -> Iterator[tuple[Table, uuid.UUID]]:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        table = a_table("ana", "ben", "cho")
    yield table, organisation.id


def both(organisation: uuid.UUID, *acts: Callable[[], Any]) -> list[Any]:
    """What came of acts that begin at the same moment, each in a transaction of its own: what they returned, or the refusal."""
    start, results = threading.Barrier(len(acts)), {}

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            with tenancy.within(organisation):
                start.wait()
                results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return [results.get(number) for number in range(len(acts))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_two_who_tell_at_once_make_one_session(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    everybody = [person.id for person in table.people.values()]

    def say(who: str) -> Callable[[], Any]:
        return lambda: on_paper.meet_on_paper(table.session, by=table.people[who], there=everybody, now=table.now)

    made = both(organisation, *(say(who) for who in table.people))
    with tenancy.within(organisation):
        assert {getattr(one, "id", one) for one in made} == {Room.objects.get().id}
        assert Notice.objects.filter(kind="session_closed").count() == 3
        assert sum(Membership.objects.values_list("times_hosted", flat=True)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_who_comes_in_while_the_session_begins_waits_for_nothing_that_waits_for_them(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    ana, has_locked = table.people["ana"], threading.Event()
    with tenancy.within(organisation):
        room = entering.enter(table.session, person=ana, now=table.now)

    def begin() -> None:
        with transaction.atomic():
            mine = locked(room)
            has_locked.set()
            time.sleep(0.3)  # so that the other is at its lock by now
            mine.session.start(now=table.now)

    def come_in() -> None:
        has_locked.wait(10)
        entering.enter(table.session, person=table.people["ben"], now=table.now)

    assert both(organisation, begin, come_in) == [None, None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_who_begins_and_who_tells_at_once_never_both_succeed(at_once: tuple[Table, uuid.UUID]) -> None:
    table, organisation = at_once
    ana, everybody = table.people["ana"], [person.id for person in table.people.values()]
    with tenancy.within(organisation):
        room = entering.enter(table.session, person=ana, now=table.now)

    def begin(now: datetime) -> Any:
        return entering.begin(room, by=ana, now=now)

    made = both(
        organisation,
        lambda: begin(table.now),
        lambda: on_paper.meet_on_paper(table.session, by=table.people["ben"], there=everybody, now=table.now),
    )
    with tenancy.within(organisation):
        room = Room.objects.get()
        if room.on_paper_at is None:
            assert isinstance(made[1], NotNow) and room.closed_at is None
        else:
            assert room.closed_at is not None and not isinstance(made[0], Exception)
        assert Room.objects.count() == 1
