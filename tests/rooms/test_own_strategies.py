"""What a group settled comes back as a card in its next cycle, for those who were there."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.groups.models import Cycle
from reconvene.groups.rules import Outcome
from reconvene.rooms.models import Lesson, Presence
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table

pytestmark = pytest.mark.django_db
CARD = "Settled by your group before"


def settled(table: Table, *lessons: str) -> None:
    """What the group of a second session stands by."""
    author = next(iter(table.people.values()))
    for text in lessons:
        lesson = Lesson.objects.create(
            room=table.room, author=author, client_id=uuid.uuid4(), written_at=table.now, doing=text, when="On Mondays"
        )
        lesson.settle(now=table.now)


def again(*lessons: str, topic: str = "") -> Table:
    """The first session of a second cycle, at the cards, on the same topic or another; ana and ben were there when the lessons were settled."""
    group = world.make_group(*world.people("ana", "ben", "cho"))
    before = Table(group, "reconvene")
    before.enter("ana", "ben")
    settled(before, *lessons)
    cycle = group.cycles.get()
    cycle.close(now=before.now, outcome=Outcome.AGAIN)
    second = Cycle.objects.create(group=group, topic=world.topic(topic) if topic else group.topic, number=2, started_at=before.now)
    first = cycle.sessions.get(kind="first")
    Session.objects.create(
        cycle=second, kind="first", local_start=first.local_start, zone=first.zone, starts_at=first.starts_at, host=first.host
    )
    table = Table(group)
    table.begin()
    table.go_to("cards")
    return table


def test_a_settled_lesson_is_a_card_for_those_who_were_there_and_for_nobody_else() -> None:
    table = again("Ask for a first page")

    for who in ("ana", "ben"):
        assert "Ask for a first page" in table.text(who)
        assert CARD in table.text(who)
    assert "Ask for a first page" not in table.text("cho")
    assert "Ask for a first page" not in table.text("ana", "room-table-stage")


def test_who_only_knocked_was_not_there() -> None:
    table = again("Ask for a first page")
    room = Lesson.objects.get().room
    Presence.objects.create(room=room, person=table.people["cho"], asked_at=table.now, seen_at=table.now)

    assert "Ask for a first page" not in table.text("cho")


def test_nothing_comes_from_another_topic() -> None:
    table = again("Ask for a first page", topic="giving-feedback")
    assert CARD not in table.text("ana")


def test_nothing_comes_from_another_group_of_the_same_people() -> None:
    table = again("Ask for a first page")
    Lesson.objects.all().delete()
    other = Table(world.make_group(*world.people("dan", "eli", "flo"), name="Lark"), "reconvene")
    other.enter()
    settled(other, "Wait a day")
    Presence.objects.create(room=other.room, person=table.people["ana"], asked_at=other.now, admitted_at=other.now, seen_at=other.now)

    assert CARD not in table.text("ana")


def test_what_is_open_taken_back_merged_or_published_is_none() -> None:
    table = again("Settled", "Open", "Back", "Twin", "Published")
    by = {lesson.doing: lesson for lesson in Lesson.objects.all()}
    by["Open"].settle(now=None)
    by["Back"].take_back(now=table.now)
    by["Twin"].merge_into(by["Settled"])
    by["Published"].publish(now=table.now)

    assert table.text("ana").count(CARD) == 1
    assert "Settled</h3>" in table.text("ana")


def test_more_cards_take_no_more_queries() -> None:
    table = again("One", "Two", "Three")
    counts = []
    for shown in (3, 1):
        with CaptureQueriesContext(connection) as asked:
            assert table.text("ana").count(CARD) == shown
        counts.append(len(asked))
        for text in ("Two", "Three"):
            Lesson.objects.get(doing=text).settle(now=None)
    assert counts[0] == counts[1]


def test_what_a_guide_says_keeps_its_emphasis_and_what_people_wrote_is_text() -> None:
    table = again("<b>Ask</b>")
    Lesson.objects.update(led_to="*less* <i>rework</i>")

    for page in (table.text("ana"), table.text("ana", "paper")):
        assert "<em>Result:</em>" in page
        assert "*Result" not in page
    assert "&lt;b&gt;Ask&lt;/b&gt;" in table.text("ana")
    assert "*less* &lt;i&gt;rework&lt;/i&gt;" in table.text("ana")
