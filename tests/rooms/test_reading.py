"""Marks on the page of a guide: one's own alone, and what a session on its topic begins with."""

import re

import pytest
from django.test import Client

from reconvene.guides.catalogue import library, sync_topics
from reconvene.rooms.models import Mark, ReaderMark
from tests import world
from tests.rooms.play import Table
from tests.rooms.test_modes import a_table

pytestmark = pytest.mark.django_db

GUIDE = library().guides["delegating"]
FIRST, SECOND = (card.key for card in GUIDE.cards[:2])


@pytest.fixture(autouse=True)
def topics() -> None:
    sync_topics()


def mark(client: Client, *, slug: str = "delegating", **headers: str) -> str:
    """Mark the first card as tried and the second as worth trying, and a card of nowhere."""
    sent = {f"mark-{FIRST}": "tried", f"mark-{SECOND}": "would", "mark-z9-9": "new", f"mark-{GUIDE.cards[2].key}": "nonsense"}
    answer = client.post(f"/guides/{slug}/marks/", sent, headers=headers)
    return answer.url if answer.status_code == 302 else f"{answer.status_code} {answer.content.decode().strip()}"


def checked(client: Client) -> list[tuple[str, str]]:
    """Which marks are set on the page of the guide."""
    page = client.get("/guides/delegating/").content.decode()
    return re.findall(r'name="mark-([a-z0-9-]+)" value="(\w+)" checked', page)


def test_marks_are_kept_for_their_reader_alone() -> None:
    ana, ben = (world.sign_in(world.person(name)) for name in ("ana", "ben"))
    assert checked(ana) == []

    assert mark(ana) == "/guides/delegating/#try"
    assert mark(ana, **{"HX-Request": "true"}) == "200 Kept. Only you see it; a session begins with it."

    assert checked(ana) == [(FIRST, "tried"), (SECOND, "would")]
    assert checked(ben) == []
    assert ReaderMark.objects.count() == 2


def test_a_guide_that_is_not_there_takes_no_mark() -> None:
    assert mark(world.sign_in(world.person("ana")), slug="nowhere").startswith("404")
    assert not ReaderMark.objects.exists()


def marks_in(table: Table) -> set[tuple[str, str, str]]:
    """Who marked what in the room."""
    return set(Mark.objects.filter(room=table.room).values_list("person__name", "card_key", "mark"))


def test_a_session_begins_with_what_was_marked_and_what_is_marked_there_counts() -> None:
    table = a_table("ana", "ben", "cho")
    mark(table.browsers["ana"])
    table.enter()
    name = table.people["ana"].name
    assert marks_in(table) == {(name, FIRST, "tried"), (name, SECOND, "would")}

    table.tell("ana", "begin", mode="topic")
    table.go_to("cards")
    assert re.findall(r'name="mark-([a-z0-9-]+)" value="(\w+)" checked', table.text("ana")) == [(FIRST, "tried"), (SECOND, "would")]
    assert " checked" not in table.text("ben").partition('id="writing"')[2]
    table.tell("ana", "marks", **{f"mark-{FIRST}": "new"})
    table.enter("ana")

    assert marks_in(table) == {(name, FIRST, "new"), (name, SECOND, "would")}
    assert checked(table.browsers["ana"]) == [(FIRST, "tried"), (SECOND, "would")]
