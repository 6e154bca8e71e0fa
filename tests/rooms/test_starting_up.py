"""The start-up helper: what the link shows and what it never shows, who is told, and how it ends."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.rooms.models import Helper
from tests.rooms.play import Table, a_table
from tests.rooms.test_joining import addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    made = a_table()
    made.enter()
    return made


def invite(table: Table, who: str = "ana") -> Any:
    with time_machine.travel(table.now, tick=False):
        return table.browsers[who].post(reverse("room-helper", args=[table.session.id]))


def address(table: Table) -> str:
    page = table.text("ana", "room-helper")
    return page.split("http://localhost:8000", 1)[1].split("<", 1)[0].strip()


def look(table: Table, path: str, **headers: str) -> Any:
    with time_machine.travel(table.now, tick=False):
        return Client().get(path, headers=headers)


def test_only_the_host_asks_a_helper_in_and_asking_twice_keeps_the_link(table: Table) -> None:
    assert invite(table, "ben").status_code == 409
    assert not Helper.objects.exists()
    invite(table)
    first = address(table)
    invite(table)

    assert address(table) == first
    assert Helper.objects.count() == 1


def test_the_helper_sees_steps_clock_sentence_and_counts_and_no_word(table: Table) -> None:
    invite(table)
    path = address(table)
    early = look(table, path).content.decode()
    assert "Before they begin" in early and "4 are in the room" in early
    table.tell("ana", "begin")
    table.go_to("question")
    table.later(minutes=1)
    words = look(table, path).content.decode()

    state = table.room.state
    assert state is not None
    assert f"Step {state.step + 1} of {len(state.steps)}" in words
    assert "Ana hosts and says" in words and "4 in the room, 0 done" in words
    for secret in ("Ben", "Cho", "Dan", "Example", "hand over", "elegating", "Wren", table.room.code, str(table.session.id)):
        assert secret not in words, secret


def test_no_address_of_the_room_opens_with_the_helpers_link(table: Table) -> None:
    invite(table)
    path = address(table)
    browser = Client()
    with time_machine.travel(table.now, tick=False):
        browser.get(path)
        browser.post(path)
        for room in addresses(table).values():
            assert (browser.get(room).status_code, browser.post(room).status_code) == (302, 302)
        token = path.rstrip("/").rsplit("/", 1)[1]
        assert browser.get(reverse("room-by-link", args=[token])).status_code == 404


def test_everybody_in_the_room_is_told_and_until_when(table: Table) -> None:
    invite(table)
    for who in ("ana", "ben"):
        assert "sees the steps, not the words, for the first ten minutes" in table.text(who)
    table.tell("ana", "begin")
    assert "A start-up helper sees the steps, not the words, until 10:10." in table.text("ben")


def test_it_ends_ten_minutes_after_the_session_began(table: Table) -> None:
    invite(table)
    path = address(table)
    table.later(minutes=7)
    table.tell("ana", "begin")
    table.later(minutes=9, seconds=59)
    assert look(table, path).status_code == 200
    table.later(seconds=1)
    over = look(table, path)

    assert over.status_code == 410
    assert "Your part is over" in over.content.decode()
    assert "start-up helper" not in table.text("ben")
    part = look(table, path, **{"HX-Request": "true"})
    assert (part.status_code, b"hx-trigger" in part.content) == (200, False)
    assert invite(table).status_code == 409


@pytest.mark.parametrize("who", ["ana", "dan"])
def test_the_host_or_any_member_ends_it_at_once(table: Table, who: str) -> None:
    invite(table)
    path, counter = address(table), table.room.counter
    table.tell(who, "helper-end")

    assert look(table, path).status_code == 410
    helper = Helper.objects.get()
    assert (helper.ended_by, helper.ended_at) == (table.people[who], table.now)
    assert table.room.counter == counter + 1, "the screens look again"
    invite(table)
    assert look(table, path).status_code == 410, "a new link does not revive the old one"
    assert look(table, address(table)).status_code == 200


def test_who_is_not_in_the_room_neither_asks_nor_ends(table: Table) -> None:
    invite(table)
    table.tell("dan", "leaving")
    table.post("dan", "helper-end")

    assert Helper.objects.get().ended_at is None
