"""What a group settled comes back as a card in its next cycle, for those who were there."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.groups.models import Cycle
from reconvene.groups.rules import Outcome
from reconvene.rooms.models import Lesson
from reconvene.scheduling.models import Session
from tests import world
from tests.rooms.play import Table

pytestmark = pytest.mark.django_db
CARD = "Settled by your group before"


def again(*lessons: str) -> Table:
    """The first session of a second cycle on the same topic, at the cards; ana and ben were there when these lessons were settled."""
    group = world.make_group(*world.people("ana", "ben", "cho"))
    before = Table(group, "reconvene")
    before.enter("ana", "ben")
    for text in lessons:
        lesson = Lesson.objects.create(
            room=before.room, author=before.people["ana"], client_id=uuid.uuid4(), written_at=before.now, doing=text, when="On Mondays"
        )
        lesson.settle(now=before.now)
    cycle = group.cycles.get()
    cycle.close(now=before.now, outcome=Outcome.AGAIN)
    second = Cycle.objects.create(group=group, topic=group.topic, number=2, started_at=before.now)
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
