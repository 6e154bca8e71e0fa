"""Both sessions from arriving to closing, by four browsers."""

from datetime import timedelta

import pytest

from reconvene.groups.models import Cycle, Pact
from reconvene.playbook.models import AuthorKey, Strategy
from reconvene.practice.models import Buddy, Plan
from reconvene.rooms.models import Consent, Idea, Lesson, Secret, Vote
from reconvene.surveys.models import Response
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db

NAMES = ("ana", "ben", "cho", "dan")


def play_first(table: Table) -> None:
    table.begin()
    for name in NAMES:
        table.tell(name, "pact")
    table.go_to("question")
    table.tell("ben", "question", question="How do we hand over work so that it comes back finished?", was="How can we hand over work?")
    table.go_to("turns", part=1)
    holder = str(table.room.state.holder)
    listener = next(name for name in NAMES if str(table.people[name].id) != holder)
    table.tell(listener, "cards", client_id="7d9f7f1c-1d29-4a40-9b2e-6a2f0e1b7c11", kind="question", text="What did you say to them?")
    for _ in NAMES:
        table.move(table.host, "turn")
    table.go_to("causes")
    for name in NAMES:
        table.tell(name, "causes", text=f"Cause by {name}", whose="mine", done="yes", seen=table.position())
    table.go_to("ideas")
    for name in NAMES:
        boxes = table.boxes(name, "idea")
        table.tell(name, "ideas", **{boxes[0]: f"Idea of {name}", boxes[1]: f"Second of {name}"}, done="yes", seen=table.position())
    for name in NAMES:
        added = table.boxes(name, "addition")
        table.tell(name, "additions", **{added[0]: f"And more by {name}"}, done="yes", seen=table.position())
    table.go_to("score")
    for number, name in enumerate(NAMES):
        scores = {box: str((number + place) % 6) for place, box in enumerate(table.boxes(name, "help") + table.boxes(name, "do"))}
        table.tell(name, "scores", **scores, done="yes", seen=table.position())
    table.go_to("gap")
    table.go_to("plan")
    for name in NAMES:
        plan = {"want": "w", "obstacle": f"secret of {name}", "if_cue": "someone brings me half a draft", "then_action": f"ask ({name})"}
        table.tell(name, "plan", **plan, done="yes", seen=table.position())
    table.go_to("date")
    for name in NAMES:
        table.tell(name, "dates", answer="yes")
    table.tell("ana", "next-hosts", person=table.people["cho"].id)
    table.go_to("close")
    table.move(table.host, "part")
    for name in NAMES:
        table.tell(name, "survey", **{"item-usable": "8", "item-fair_time": "right"})
    table.post(table.host, "end")


def play_second(table: Table) -> None:
    table.begin()
    table.go_to("turns")
    speaker = next(name for name in NAMES if str(table.people[name].id) == table.room.state.holder)
    table.tell(speaker, "report", planned="p", did="I asked for a first version", happened="h", surprised="s")
    table.go_to("lessons")
    for name in NAMES:
        when, doing = table.boxes(name, "when"), table.boxes(name, "doing")
        table.tell(name, "lessons", **{when[0]: "When a task is new,", doing[0]: f"doing as {name}"}, done="yes", seen=table.position())
    table.go_to("score")
    for name in NAMES:
        scores = dict.fromkeys(table.boxes(name, "help"), "5") | dict.fromkeys(table.boxes(name, "evidence"), "tried")
        table.tell(name, "scores", **scores, done="yes", seen=table.position())
    table.go_to("settle")
    for lesson in Lesson.objects.order_by("id")[:2]:
        table.tell("ben", "wording", lesson.id, version=1, not_when="the person knows the work well")
        table.tell("ben", "settling", lesson.id, verdict="keep")
    table.go_to("plan")
    table.tell("ana", "plan", if_cue="someone brings me half a draft", then_action="ask again", done="yes", seen=table.position())
    table.go_to("choices")
    for name in NAMES:
        for lesson in Lesson.objects.exclude(settled_at=None):
            table.tell(name, "consent", lesson.id, version=lesson.version, agrees="yes")
        table.tell(name, "vote", outcome="again" if name != "dan" else "finish")


def test_both_sessions_are_played_from_arriving_to_closing() -> None:
    table = a_table(*NAMES)
    play_first(table)
    assert table.room.closed_at is not None and Pact.objects.count() == 4 and Idea.objects.count() == 8
    assert Plan.objects.count() == 4 and Buddy.objects.count() == 4 and Response.objects.count() == 4
    table.session.refresh_from_db()
    assert table.session.started_at and table.session.ended_at
    assert "The session is over" in table.text("ben")

    second = Table(table.group, "reconvene")
    assert second.session.host_id == second.people["cho"].id
    play_second(second)
    dissent = Lesson.objects.exclude(settled_at=None).order_by("id")[1]
    second.tell("dan", "consent", dissent.id, version=dissent.version, agrees="no")
    second.go_to("close")
    second.move(second.host, "part")
    second.post(second.host, "end")

    assert Strategy.objects.count() == 1 and AuthorKey.objects.count() == 4 and Secret.objects.count() == 4
    strategy = Strategy.objects.get()
    assert strategy.tried == 4 and strategy.helped == 4 and strategy.not_when == "the person knows the work well"
    assert Consent.objects.count() == 0, "nobody is known to have said no"
    first_cycle = Cycle.objects.get(number=1)
    assert first_cycle.closed_at and first_cycle.outcome == "again" and Cycle.objects.filter(number=2).exists()
    assert Vote.objects.count() == 0, "nobody is known to have wanted something else"
    assert {one.person.first_name for one in table.group.memberships.live()} == {"Ana", "Ben", "Cho"}
    for _ in ("a tap", "and its double, whose answer is the one that the phone shows"):
        assert "Key to withdraw it" in second.post("ben", "keys").content.decode()
    assert Secret.objects.count() == 4
    assert second.post("ben", "keys", kept="yes").status_code == 302 and Secret.objects.count() == 3
    assert "There is no key here any more" in second.post("ben", "keys").content.decode()


def test_finishing_ends_the_group_and_its_members_still_reach_the_closing_page_and_their_keys() -> None:
    table = a_table(*NAMES)
    play_first(table)
    second = Table(table.group, "reconvene")
    play_second(second)
    for name in NAMES:
        second.tell(name, "vote", outcome="finish")
    second.post(second.host, "end")
    table.group.refresh_from_db()
    assert table.group.ended_at is not None
    assert "You hold a key" in second.text("ben")
    assert "Key to withdraw it" in second.post("ben", "keys").content.decode()


def test_the_totals_of_the_vote_are_shown_when_the_time_for_it_is_up() -> None:
    table = a_table(*NAMES)
    play_first(table)
    second = Table(table.group, "reconvene")
    play_second(second)
    state = second.room.state
    assert state is not None
    second.now = state.step_ends_at + timedelta(seconds=1)
    assert "3 for going deeper" in second.text("ben") and "1 for enough" in second.text("ben")
    assert second.get("ana", "room-table-stage").status_code == 200
