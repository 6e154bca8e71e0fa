"""What a member gets when a session is over: the next date and a link, and nothing that was said."""

import pytest

from reconvene.notices.models import Notice
from reconvene.rooms.jobs import close_forgotten_rooms
from reconvene.rooms.messages import session_closed as compose
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def held() -> Table:
    table = a_table("ana", "ben", "cho")
    table.enter("ana", "ben")
    table.tell("ana", "begin")
    table.go_to("plan")
    table.tell("ben", "plan", if_cue="When the weekly figures come on Monday", then_action="I ask first")
    return table


def test_everybody_who_was_there_is_told_the_next_date_and_nothing_that_was_said() -> None:
    table = held()
    table.tell("ana", "end")
    notices = {one.person.first_name: one for one in Notice.objects.filter(kind="session_closed")}
    assert set(notices) == {"Ana", "Ben"}
    message = compose(notices["Ben"], now=table.now)
    assert message is not None
    words = " ".join((message.subject, *message.lines))
    assert "You reconvene Tuesday 31 March" in words
    assert f"/rooms/{table.session.id}/" in message.button[1]
    for said in ("figures", "ask first", table.group.topic.title, table.group.key_question, "Ana", "Cho"):
        assert said not in words


def test_they_are_told_once_also_when_the_host_forgot_to_end() -> None:
    table = held()
    table.later(minutes=200)
    close_forgotten_rooms(table.now)
    close_forgotten_rooms(table.now)
    assert Notice.objects.filter(kind="session_closed").count() == 2


def test_whoever_has_left_the_group_meanwhile_is_not_told() -> None:
    table = held()
    table.tell("ana", "end")
    table.group.memberships.filter(person=table.people["ben"]).update(ended_at=table.now)
    assert compose(Notice.objects.get(kind="session_closed", person=table.people["ben"]), now=table.now) is None
