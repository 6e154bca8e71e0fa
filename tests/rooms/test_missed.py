"""Who was not at the first session hears, hours later, that the seat is kept; not who was there, and not who says meanwhile that they were."""

from datetime import timedelta

import pytest

from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.rooms.actions import on_paper
from reconvene.scheduling.kinds import MISSED
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    return a_table("ana", "ben", "cho", "dan")


def missed() -> list[str]:
    return list(Notice.objects.waiting().filter(kind=MISSED).values_list("person__name", flat=True))


def test_whoever_was_not_there_is_told_that_the_seat_is_kept_and_when_the_group_reconvenes(table: Table) -> None:
    table.enter("ana", "ben", "cho")
    table.tell("ana", "begin")
    table.go_to("close")
    table.tell("ana", "end")

    assert missed() == ["Dan Example"]
    notice = Notice.objects.get(kind=MISSED)
    assert notice.due_at == table.now + timedelta(hours=3)
    message = composer(MISSED)(notice, now=notice.due_at)  # type: ignore[misc]
    assert message is not None
    assert message.lines[1].startswith("You reconvene Tuesday 31 March, 10:00.")
    for words in ("Ana", "Delegating", "hand over"):
        assert words not in " ".join((message.subject, *message.lines))


def test_whoever_was_forgotten_on_paper_and_says_that_they_were_there_is_told_nothing(table: Table) -> None:
    table.later(hours=2)
    there = [table.people[name].id for name in ("ana", "ben", "cho")]
    room = on_paper.meet_on_paper(table.session, by=table.people["ana"], there=there, now=table.now)
    assert missed() == ["Dan Example"]
    on_paper.be_there_too(room or table.room, person=table.people["dan"], now=table.now)
    assert missed() == []


def test_when_the_meeting_on_paper_is_taken_back_nobody_is_told_that_it_was_missed(table: Table) -> None:
    table.later(hours=2)
    there = [table.people[name].id for name in ("ana", "ben", "cho")]
    room = on_paper.meet_on_paper(table.session, by=table.people["ana"], there=there, now=table.now)
    assert missed() == ["Dan Example"]
    on_paper.take_back_meeting(room, now=table.now)
    assert missed() == []
    on_paper.meet_on_paper(table.session, by=table.people["ana"], there=there, now=table.now)
    assert missed() == ["Dan Example"]


def test_a_reconvene_tells_nobody_so(table: Table) -> None:
    second = Table(table.group, "reconvene")
    second.enter("ana", "ben", "cho")
    second.tell(second.host, "begin")
    second.go_to("choices")
    second.tell(second.host, "end")
    assert missed() == []
