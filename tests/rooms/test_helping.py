"""The exits and help: who is named, who is told, and what they are told."""

import pytest
import time_machine
from django.urls import reverse

from reconvene.notices.models import Notice
from reconvene.notices.registry import composer
from reconvene.people.actions import name_help_contact
from reconvene.people.models import Organisation
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def name_gil(email: str = "gil@aldermoor.example") -> None:
    world.person("gil")
    home = Organisation.objects.get(name="Aldermoor")
    name_help_contact(home, name="Gil Example, counsellor", reach="Extension 4711", hours="9 to 17", email=email)


@pytest.fixture
def table() -> Table:
    made = a_table()
    made.begin()
    return made


def test_the_exits_are_one_tap_away_in_the_lobby_at_the_door_and_in_every_step() -> None:
    table = a_table()
    table.enter()
    link = reverse("room-help", args=[table.session.id])
    assert link in table.text("ben")
    table.tell("ana", "begin")
    for kind in ("arrive", "turns", "ideas", "close"):
        table.go_to(kind)
        assert link in table.text("ben"), kind


def test_the_page_of_the_exits_passes_pauses_and_leaves(table: Table) -> None:
    words = table.text("ben", "room-help")

    assert 'name="move" value="pass"' in words and 'name="move" value="pause"' in words
    assert reverse("room-leaving", args=[table.session.id]) in words
    assert "Danger to a person, harassment and crime" in words, "the pact's own line"


def test_the_person_named_for_help_is_shown_with_how_and_when(table: Table) -> None:
    name_gil()
    words = table.text("ben", "room-help")

    assert all(text in words for text in ("Gil Example, counsellor", "Extension 4711", "9 to 17", "Ask them to contact me"))
    assert "gil@aldermoor.example" not in words


def test_when_nobody_is_named_the_page_says_so_and_what_else_there_is(table: Table) -> None:
    words = table.text("ben", "room-help")

    assert "has not named anybody yet" in words and "works council" in words
    assert "Ask them to contact me" not in words
    table.post("ben", "help-request")
    assert not Notice.objects.exists()


def test_somebody_from_outside_is_shown_but_cannot_be_asked_from_here(table: Table) -> None:
    name_gil(email="")

    assert "Please reach them yourself" in table.text("ben", "room-help")
    table.post("ben", "help-request")
    assert not Notice.objects.exists()


def test_asking_sends_one_notice_a_day_to_the_named_person_and_to_nobody_else(table: Table) -> None:
    name_gil()
    fay = world.person("fay")
    for _time in range(3):
        answer = table.browsers["ben"]
        with time_machine.travel(table.now, tick=False):
            assert answer.post(reverse("room-help-request", args=[table.session.id]))["Location"] == reverse(
                "room-help", args=[table.session.id]
            )
    notice = Notice.objects.get(kind="help_wanted")

    assert (notice.person, notice.subject_id, notice.is_counted) == (world.person("gil"), table.people["ben"].id, False)
    assert not Notice.objects.filter(person=fay).exists()
    assert "You asked today" in table.text("ben", "room-help")
    assert "You asked today" not in table.text("cho", "room-help")


def test_the_message_holds_name_and_address_and_nothing_of_the_session(table: Table) -> None:
    name_gil()
    table.post("ben", "help-request")
    notice = Notice.objects.get(kind="help_wanted")
    message = composer("help_wanted")(notice, now=table.now)  # type: ignore[misc]
    assert message is not None
    words = " ".join((message.subject, *message.lines))

    assert "Ben Example" in words and "ben@aldermoor.example" in words
    assert "Ben" not in message.subject
    assert (message.button, message.choices) == (None, ())
    for secret in ("Wren", "elegating", "hand over", "Ana", "session", str(table.session.id)):
        assert secret not in words
    table.people["ben"].leave(now=table.now)
    assert composer("help_wanted")(notice, now=table.now) is None  # type: ignore[misc]


def test_what_happened_in_the_room_is_not_told_to_the_others(table: Table) -> None:
    name_gil()
    before = table.room.counter
    table.post("ben", "help-request")

    assert table.room.counter == before
