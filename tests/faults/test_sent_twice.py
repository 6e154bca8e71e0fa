"""What comes late, comes twice or comes for somebody else: each input counts once, and the newest words stand."""

import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.rooms.actions.writing import own_boxes
from reconvene.rooms.models import Card, Idea
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A group at its ideas."""
    made = a_table()
    made.begin()
    made.go_to("ideas")
    return made


def send(table: Table, who: str, number: int, name: str = "ideas", *, person: str = "", **data: Any) -> Any:
    """An input as a phone's queue sends it."""
    headers = {"X-Draft": "yes", "X-Number": str(number), "X-Person": str(table.people[person or who].id)}
    with time_machine.travel(table.now, tick=False):
        return table.browsers[who].post(f"/rooms/{table.session.id}/{name}/", data, headers=headers)


def idea(table: Table, text: str) -> dict[str, str]:
    """Words in Ben's first box."""
    return {f"idea-{own_boxes(table.room, table.people['ben'], 'idea')[0]}": text}


def test_a_draft_that_was_held_up_does_not_undo_the_newer_one(table: Table) -> None:
    assert send(table, "ben", 20, **idea(table, "The newer words")).json()["saved"]
    late = send(table, "ben", 10, **idea(table, "The older words"))

    assert (late.status_code, late.json()["saved"]) == (409, False)
    assert "newer" in late.json()["sentence"]
    assert [one.text for one in Idea.objects.all()] == ["The newer words"]


def test_the_same_input_again_is_acknowledged_and_changes_nothing(table: Table) -> None:
    send(table, "ben", 10, **idea(table, "Once"), done="yes", seen=table.position())
    counter = table.room.counter
    table.later(seconds=30)

    assert send(table, "ben", 10, **idea(table, "Once"), done="yes", seen=table.position()).json()["saved"]
    assert table.room.counter == counter
    assert Idea.objects.count() == 1


def test_what_was_refused_is_refused_again_and_not_called_saved(table: Table) -> None:
    wanted = {"version": 1, "agrees": "yes"}
    refused = [send(table, "ben", 10, "vote", outcome="finish", **wanted) for _ in range(2)]

    assert [answer.status_code for answer in refused] == [409, 409]


def test_cards_and_authors_do_not_get_in_each_others_way(table: Table) -> None:
    ana = str(table.people["ana"].id)
    for who, number in (("ben", 20), ("ben", 10), ("cho", 5)):
        card = {"client_id": str(uuid.uuid4()), "to": ana, "kind": "question", "text": f"{who} {number}"}
        assert send(table, who, number, "cards", **card).json()["saved"]

    assert {card.text for card in Card.objects.all()} == {"ben 20", "ben 10", "cho 5"}


def test_a_card_written_for_an_earlier_speaker_goes_to_that_speaker_or_to_nobody(table: Table) -> None:
    table.move(table.host, "back")
    while table.room.state.current.kind != "turns":  # type: ignore[union-attr]
        table.move(table.host, "back")
    table.move(table.host, "part")
    seen, first = table.position(), table.room.state.holder  # type: ignore[union-attr]
    table.later(seconds=1)
    table.move(table.host, "turn")
    second = table.room.state.holder  # type: ignore[union-attr]
    listener = next(name for name, one in table.people.items() if str(one.id) not in (first, second))
    known = {"kind": "question", "text": "For the first"}
    nobody = send(table, listener, 1, "cards", client_id=str(uuid.uuid4()), seen=seen, **known)
    there = send(table, listener, 2, "cards", client_id=str(uuid.uuid4()), seen=seen, to=first, **known)

    assert (nobody.status_code, there.status_code) == (409, 200)
    assert [str(card.receiver_id) for card in Card.objects.all()] == [first]


def test_a_page_that_was_made_for_somebody_else_can_do_nothing(table: Table) -> None:
    answer = send(table, "cho", 10, person="ben", **idea(table, "Ben's words"))

    assert answer.status_code == 401
    assert answer["X-Person"] == str(table.people["cho"].id)
    assert "kept on this device" in answer.json()["sentence"]
    assert not Idea.objects.exists()


def test_after_signing_out_the_answer_says_that_nobody_is_there(table: Table) -> None:
    table.browsers["ben"].logout()
    answer = send(table, "ben", 10, **idea(table, "Ben's words"))

    assert (answer.status_code, answer["X-Person"]) == (401, "nobody")


def test_whoever_words_the_question_second_sees_both_and_overwrites_nothing(table: Table) -> None:
    was = table.group.key_question
    assert send(table, "ben", 10, "question", question="How do we hand over?", was=was).json()["saved"]
    second = send(table, "cho", 20, "question", question="When do we hand over?", was=was)

    assert second.status_code == 409
    assert second.json()["theirs"] == "How do we hand over?"
    table.group.refresh_from_db()
    assert table.group.key_question == "How do we hand over?"


def test_a_tap_locks_the_room_once_and_before_it_reads_anything_of_it(table: Table) -> None:
    words = idea(table, "Once")
    with CaptureQueriesContext(connection) as asked:
        assert send(table, "ben", 10, **words).json()["saved"]
    of_room = [query["sql"] for query in asked.captured_queries if 'FROM "rooms_room"' in query["sql"]]

    assert [sql.endswith('FOR UPDATE OF "rooms_room"') for sql in of_room] == [True]
