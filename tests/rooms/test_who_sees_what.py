"""What each member, a stranger and another organisation see of a room, before and after the reveal."""

import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.practice.models import Plan
from reconvene.rooms import queries, urls
from reconvene.rooms.models import Card, Cause, Idea, RoomEvent, Score
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def begun(*names: str) -> Table:
    table = a_table(*names)
    table.begin()
    return table


def routes(table: Table) -> list[str]:
    """Every address of the room, with ids that exist or could."""
    found = []
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        if "session_id" in names:
            ids = {name: table.session.id if name == "session_id" else uuid.uuid4() for name in names}
            found.append(reverse(str(pattern.name), kwargs=ids))
    return found


def test_for_a_stranger_and_for_another_organisation_nothing_of_a_room_exists() -> None:
    table = begun()
    eva = world.sign_in(world.person("eva"))
    other = world.make_organisation("Other")
    with tenancy.within(other.id):
        gil = world.sign_in(world.person("gil"))
    assert len(routes(table)) > 30
    for url in routes(table):
        for browser in (eva, gil):
            assert browser.get(url).status_code in (404, 405)
            assert browser.post(url).status_code in (404, 405)
        assert Client().get(url).status_code in (302, 405)
    code = table.room.code
    assert eva.get(reverse("room-join-code", args=[code])).status_code == 404


def test_ideas_are_ones_own_until_all_are_shown_without_names() -> None:
    table = begun()
    table.go_to("ideas")
    box = table.boxes("ben", "idea")[0]
    table.tell("ben", "ideas", **{box: "Three lines at hand-over"})
    assert "Three lines" in table.text("ben")
    assert "Three lines" not in table.text("ana") and "Three lines" not in table.text("ana", "room-table")
    assert queries.stage(table.room, viewer=table.people["ana"], now=table.now).matter["ideas"] == [], "not even for a template to hide"
    table.go_to("ideas", part=2)
    shown = re.search(r'<li class="idea"><p>Three lines.*?</li>', table.text("ana"), re.DOTALL)
    assert shown and "Ben" not in shown[0] and "Yours" not in shown[0]
    assert "Yours" in table.text("ben")


def test_an_idea_taken_back_is_gone_for_everybody_and_only_its_author_can_do_it() -> None:
    table = begun()
    table.go_to("ideas")
    table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Three lines at hand-over"})
    table.go_to("ideas", part=2)
    idea = Idea.objects.get()
    assert table.post("ana", "idea-withdrawal", idea.id).status_code == 200
    assert "Three lines" in table.text("cho"), "another's idea stays"
    table.tell("ben", "idea-withdrawal", idea.id)
    assert "Three lines" not in table.text("cho")


def test_a_saved_draft_sent_again_is_one_idea_with_the_last_words() -> None:
    table = begun()
    table.go_to("ideas")
    box = table.boxes("ben", "idea")[0]
    for words in ("Three", "Three lines", "Three lines"):
        table.tell("ben", "ideas", **{box: words})
    assert [idea.text for idea in Idea.objects.all()] == ["Three lines"]
    table.tell("ben", "ideas", **{box: ""})
    assert not Idea.objects.exists()


def test_a_card_sent_twice_is_one_card_and_only_the_speaker_sees_it_after_the_round() -> None:
    table = begun()
    table.go_to("turns", part=1)
    holder = next(name for name, person in table.people.items() if str(person.id) == table.room.state.holder)
    sender = next(name for name in table.people if name not in (holder, table.host))
    card = {"client_id": uuid.uuid4(), "kind": "question", "text": "What did they answer?"}
    table.tell(sender, "cards", **card)
    table.tell(sender, "cards", **card)
    assert Card.objects.count() == 1
    assert "What did they answer" not in table.text(holder), "not while the round runs"
    for _ in table.people:
        table.move(table.host, "turn")
    assert "What did they answer" in table.text(holder)
    for name in table.people:
        if name != holder:
            assert "What did they answer" not in table.text(name)


def test_scores_are_hidden_until_all_are_shown_and_never_say_whose_they_were() -> None:
    table = begun()
    table.go_to("ideas")
    table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Three lines"})
    table.go_to("score")
    for number, name in enumerate(table.people):
        scores = {box: str(number) for box in table.boxes(name, "help") + table.boxes(name, "do")}
        table.tell(name, "scores", **scores)
    assert Score.objects.count() == 4
    for name in table.people:
        assert "on average" not in table.text(name)
    table.move(table.host, "part")
    for name in table.people:
        assert "Scores: 0, 1, 2, 3. Mean 1.5" in table.text(name)
    late = table.post("ben", "scores", **{f"help-{Idea.objects.get().id}": "5"})
    assert "on the table already" in late.content.decode()
    assert Score.objects.get(person=table.people["ben"]).help == 1


def test_three_voters_see_mean_and_spread_but_no_single_score() -> None:
    table = begun("ana", "ben", "cho")
    table.go_to("ideas")
    table.tell("ben", "ideas", **{table.boxes("ben", "idea")[0]: "Three lines"})
    table.go_to("score")
    for number, name in enumerate(table.people):
        table.tell(name, "scores", **{table.boxes(name, "help")[0]: str(number + 1)})
    table.move(table.host, "part")
    assert "c-dot" not in table.text("ana") and "from 1 to 3" in table.text("ana")


def test_the_obstacle_is_seen_by_nobody_else_and_the_line_when_it_is_read_out() -> None:
    table = begun()
    table.go_to("plan")
    plan = {"obstacle": "I like to be needed", "if_cue": "someone brings me half a draft", "then_action": "ask what is missing"}
    table.tell("ben", "plan", **plan, done="yes", seen=table.position())
    assert "ask what is missing" not in table.text("ana")
    table.go_to("plan", part=1)
    assert "ask what is missing" in table.text("ana") and "I like to be needed" not in table.text("ana")
    assert "I like to be needed" in table.text("ben")
    assert "I like to be needed" not in table.text("ben", "room-table")


def test_a_vague_cue_comes_back_with_a_sentence_and_every_word_that_was_written() -> None:
    table = begun()
    table.go_to("plan")
    answer = table.post("ben", "plan", if_cue="more often", then_action="ask what is missing", want="An evening free").content.decode()
    assert "hard to notice" in answer and "ask what is missing" in answer and "An evening free" in answer
    assert not Plan.objects.exists()


def test_somebody_who_left_the_group_gets_nothing_any_more() -> None:
    table = begun()
    table.group.memberships.get(person=table.people["dan"]).end(now=table.now)
    assert table.get("dan").status_code == 404
    assert table.post("dan", "move", move="pause").status_code == 404


def test_events_carry_kinds_and_counts_only() -> None:
    table = begun()
    table.go_to("causes")
    table.tell("ben", "causes", text="Targets change", whose="theirs", done="yes", seen=table.position())
    fields = {field.name for field in RoomEvent._meta.get_fields()}
    assert fields == {"id", "organisation", "room", "number", "kind", "count", "at"}
    assert RoomEvent.objects.order_by("number").last().kind == "count"
    assert list(RoomEvent.objects.values_list("number", flat=True)) == list(range(1, table.room.counter + 1))
    assert Cause.objects.get().text == "Targets change"


def test_somebody_with_the_code_waits_at_the_door_until_one_inside_lets_them_in() -> None:
    table = a_table()
    table.enter("ana", "ben")
    code = f"{table.room.code[:3]}-{table.room.code[3:]}".lower()
    with time_machine.travel(table.now, tick=False):
        knock = table.browsers["cho"].post(reverse("room-join-code", args=[code]))
    assert knock.status_code == 302
    assert "You have knocked" in table.text("cho")
    cho = table.people["cho"].id
    assert "You have knocked" in table.post("cho", "admissions", person=cho).content.decode(), "nobody lets themselves in"
    assert "Cho is at the door" in table.text("ben")
    table.tell("ben", "admissions", person=cho)
    assert "Before we begin" in table.text("cho")


def test_the_doors_are_shut_before_the_hour_and_after_a_cancellation() -> None:
    table = a_table()
    table.later(hours=-2)
    refused = table.browsers["ana"]
    with time_machine.travel(table.now, tick=False):
        assert refused.post(reverse("room-enter", args=[table.session.id])).status_code == 409
    table.later(hours=2)
    table.session.cancelled_at = table.now
    table.session.save()
    with time_machine.travel(table.now, tick=False):
        assert refused.post(reverse("room-enter", args=[table.session.id])).status_code == 409


def test_two_who_change_the_same_words_lose_neither_text() -> None:
    table = begun()
    table.go_to("question")
    was = "How can we hand over work?"
    table.tell("ben", "question", question="How do we hand over well?", was=was)
    answer = table.post("cho", "question", question="How do we stop rewriting?", was=was).content.decode()
    assert "How do we hand over well?" in answer and "How do we stop rewriting?" in answer
    table.group.refresh_from_db()
    assert table.group.key_question == "How do we hand over well?"


def test_what_somebody_wrote_beforehand_helps_them_to_think_back_and_is_shown_to_nobody_else() -> None:
    table = a_table("ana", "ben", "cho")
    seat = table.group.memberships.select_related("challenge").get(person=table.people["ben"])
    seat.challenge = seat.challenge or world.make_challenge(table.people["ben"])
    seat.challenge.text = "Drafts come back half done"
    seat.challenge.save()
    seat.save()
    table.begin()
    table.go_to("turns")
    assert "Drafts come back half done" in table.text("ben")
    for who, name in (("ana", "room-stage"), ("cho", "room-stage"), ("ben", "room-table")):
        assert "Drafts come back half done" not in table.text(who, name)


def test_equal_totals_say_why_one_of_them_stands_first() -> None:
    table = begun("ana", "ben", "cho")
    table.go_to("ideas")
    for who in ("ana", "ben"):
        table.tell(who, "ideas", **{table.boxes(who, "idea")[0]: f"Idea of {who}"})
    table.go_to("score")
    ids = [box.removeprefix("help-") for box in table.boxes("ana", "help")]
    for who, given in {"ana": (5, 3), "ben": (5, 3), "cho": (0, 4)}.items():
        table.tell(who, "scores", **{f"help-{one}": str(score) for one, score in zip(ids, given, strict=True)})
    table.move("ana", "part")
    page = re.sub(r"\s+", " ", table.text("ben"))
    assert page.count("fewer of its scores are 0 or 1.") == 1
    assert page.index("fewer of its scores are 0 or 1.") > page.rindex("on average")
