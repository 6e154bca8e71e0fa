"""What is typed in after a session: one's own words, and those that somebody else said."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.groups.models import Cycle, Membership
from reconvene.notices.models import Notice
from reconvene.rooms.actions import on_paper
from reconvene.rooms.measures import attended
from reconvene.rooms.messages import session_closed as compose
from reconvene.rooms.models import Idea, Presence, RoomEvent
from reconvene.rooms.state import NotPresent
from reconvene.surveys.models import Response
from tests.rooms.paper import LESSON, SAID, met, own_box, tell, typed_for_table, words
from tests.rooms.play import a_table

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("kind", ["first", "reconvene"])
def test_the_page_asks_the_same_number_of_questions_for_one_line_and_for_six(kind: str) -> None:
    table = met("ana", "ben", "cho", kind=kind)
    asked = []
    cache.clear()  # what the directory knows of a wording is remembered for a while
    for number in range(1, 7):
        fields = {"text": f"line {number}"} if kind == "first" else {**LESSON, "doing": f"line {number}"}
        table.tell("ana", "table-lines", client_id=uuid.uuid4(), **fields)
        if number in (1, 6):
            with CaptureQueriesContext(connection) as queries:
                assert f"line {number}" in words(table, "ben")
            asked.append(len(queries))
    assert asked == [QUESTIONS[kind]] * 2


QUESTIONS = {"first": 17, "reconvene": 27}
