"""Drafts beside Django's handler: the plain case is decided there, everything else handed on, and both ways do the same with the same input."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from reconvene.base import clock, tenancy
from reconvene.config import asgi
from reconvene.rooms import drafts, viewers
from reconvene.rooms.actions.writing import box_id
from reconvene.rooms.lines import Lines
from reconvene.rooms.models import Cause, Idea, Lesson, Receipt, Room
from tests import world
from tests.rooms.play import Table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]

TOKEN = "c" * 32
BOX, OTHER = "1", "2"
"""One's first and second box; `Hand.send` puts the ids there that stand on the page."""


@dataclass
class Hand:
    """Who writes at one table, and by which way: `is_bare` through the whole application, else by Django alone."""

    port: int
    table: Table
    is_bare: bool
    handed_on: list[str]

    def send(self, place: str, number: int, words: dict[str, Any], *, who: str = "ben", **headers: str | None) -> tuple[int, str, str]:
        """Status, whom the answer was made for by name, and its text."""
        cookie = self.table.browsers[who].cookies[settings.SESSION_COOKIE_NAME].value
        lines: dict[str, str | None] = {
            "Host": "localhost", "Origin": settings.ORIGIN, "X-CSRFToken": TOKEN, "X-Draft": "yes", "X-Number": str(number),
            "X-Person": str(self.table.people[who].id), "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        boxes = {number: str(one) for one, number in self.boxes(place, who).items()}
        sent = {"-".join(boxes.get(part, part) for part in name.split("-", 1)): value for name, value in words.items()}
        line.request("POST", f"/rooms/{self.table.session.id}/{place}/", urlencode(sent), {k: v for k, v in lines.items() if v is not None})
        answer = line.getresponse()
        text = answer.read().decode() if "json" in answer.headers.get("Content-Type", "") else ""
        line.close()
        names = {str(one.id): name for name, one in self.table.people.items()}
        return answer.status, names.get(answer.headers.get("X-Person", ""), answer.headers.get("X-Person", "")), text

    def boxes(self, place: str, who: str) -> dict[uuid.UUID, str]:
        """Ids of somebody's own boxes -> their numbers."""
        with tenancy.within(self.table.group.organisation_id):
            return {box_id(self.table.room, self.table.people[who], f"{place[:-1]}:{number}"): str(number) for number in (1, 2, 3)}

    def rows(self) -> dict[str, Any]:
        """What the database holds of the table, without ids and times."""
        with tenancy.within(self.table.group.organisation_id):
            room, names = self.table.room, {one.id: name for name, one in self.table.people.items()}
            number = {box: at for place in ("ideas", "lessons") for who in self.table.people for box, at in self.boxes(place, who).items()}
            return {
                "counter": room.counter,
                "causes": sorted((names[one.author_id], one.text, one.whose) for one in Cause.objects.filter(room=room)),
                "ideas": sorted((names[one.author_id], number[one.client_id], one.text) for one in Idea.objects.filter(room=room)),
                "lessons": sorted(
                    (names[one.author_id], number[one.client_id], one.when, one.doing, one.version)
                    for one in Lesson.objects.filter(room=room)
                ),
                "receipts": sorted((names[one.person_id], one.place, one.number) for one in Receipt.objects.filter(room=room)),
            }


@pytest.fixture
def hands(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[Hand]]]:
    """Two tables alike in a step, begun now: one whose drafts go through the whole application, one whose drafts Django takes alone."""
    alone: set[str] = set()
    handed_on: list[str] = []
    is_draft, django = drafts.is_draft, asgi.django_application

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        handed_on.append(scope["path"])
        await django(scope, receive, send)

    monkeypatch.setattr(drafts, "is_draft", lambda scope: is_draft(scope) and scope["path"].split("/")[2] not in alone)
    monkeypatch.setattr(asgi, "django_application", counted)

    def make(kind: str) -> list[Hand]:
        made = []
        for is_bare in (True, False):
            organisation = world.make_organisation(f"Table {uuid.uuid4().hex}")
            with tenancy.within(organisation.id):
                group = world.make_group(*[world.person(name) for name in ("ana", "ben", "cho")])
                table = Table(group, "reconvene" if kind == "lessons" else "first")
                table.session.starts_at = table.now = clock.now()
                table.session.save()
                table.begin()
                table.go_to(kind)
            if not is_bare:
                alone.add(str(table.session.id))
            made.append(Hand(port, table, is_bare, handed_on))
        handed_on.clear()
        return made

    yield make


PLAIN: dict[str, list[dict[str, Any]]] = {
    "causes": [
        {"text": " We say  yes\r\ntoo often \x07", "whose": "mine"},
        {"text": "Only ours", "seen": "1.0.0"},
        {"text": "", "whose": "mine"},
    ],
    "ideas": [
        {f"idea-{BOX}": "First", f"idea-{OTHER}": "Second"},
        {f"idea-{BOX}": "", f"idea-{OTHER}": "It’s \\ better; '--"},
        {"other": "x"},
    ],
    "lessons": [{f"when-{BOX}": "When late", f"doing-{BOX}": "asking"}, {f"doing-{BOX}": "asking twice"}, {f"when-{BOX}": " "}],
}


@pytest.mark.parametrize("place", list(PLAIN))
def test_the_plain_case_is_decided_beside_django_and_leaves_the_same_rows(hands: Callable[[str], list[Hand]], place: str) -> None:
    bare, alone = hands(place)
    for number, words in enumerate(PLAIN[place], start=1):
        assert bare.send(place, number, words) == alone.send(place, number, words) == (200, "ben", '{"saved": true, "sentence": ""}')
        assert bare.rows() == alone.rows()
    assert {path.split("/")[2] for path in bare.handed_on} == {str(alone.table.session.id)}  # the bare one was never handed on


def test_a_tap_is_carried_out_beside_django_and_a_refusal_is_said_by_django(hands: Callable[[str], list[Hand]]) -> None:
    bare, alone = hands("ideas")
    with tenancy.within(bare.table.group.organisation_id):
        here = bare.table.position()
    done = {"move": "done", "seen": here}
    taps: list[tuple[str, int, dict[str, Any]]] = [
        ("ben", 10, done), ("ben", 10, done), ("ben", 9, done), ("ben", 11, {**done, "seen": "0.0.0"}), ("cho", 10, done),
        ("cho", 12, {"move": "next", "seen": here}), ("cho", 13, {"move": "dance", "seen": here}), ("ana", 10, {"move": "pause", "seen": ""}),
    ]  # fmt: skip
    for who, number, words in taps:
        assert bare.send("moves", number, words, who=who) == alone.send("moves", number, words, who=who), (who, words)
        assert bare.rows() == alone.rows()
    handed_on = [path for path in bare.handed_on if str(bare.table.session.id) in path]
    assert len(handed_on) == 3  # the older one, what only the host may do, and what is no move


@pytest.mark.parametrize(("place", "word"), [("ideas", "idea"), ("lessons", "doing")])
def test_nobody_has_a_fourth_box_and_who_sends_one_is_told(hands: Callable[[str], list[Hand]], place: str, word: str) -> None:
    for hand in hands(place):
        for number in (1, 2, 3):
            assert hand.send(place, 10 + number, {f"{word}-{number}": f"The words of {number}"})[0] == 200
        before = hand.rows()
        for number in (20, 21):
            status, _whose, text = hand.send(place, number, {f"{word}-{uuid.uuid4()}": "One more"})
            assert (status, "Everybody writes up to 3 here. Change one of yours instead." in text) == (409, True)
        assert hand.rows() == before


UNUSUAL: dict[str, dict[str, Any]] = {
    "the same number again": {"number": 10},
    "an older number": {"number": 9},
    "no number": {"X_Number": "x"},
    "too long": {"words": {f"idea-{BOX}": "x" * 1001}},
    "said to be done": {"words": {f"idea-{BOX}": "Done", "done": "yes", "seen": ""}},
    "from somebody else's page": {"Origin": "https://elsewhere.example"},
    "without an origin": {"Origin": None},
    "with a wrong token": {"X_CSRFToken": "b" * 32},
    "by a browser that is not signed in": {"Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}"},
    "for a page of another person": {"X_Person": str(uuid.UUID(int=3))},
    "by no script": {"X_Person": None},
    "to a host that is not ours": {"Host": "elsewhere.example"},
    "by a stranger": {"who": "eva"},
    "with too many fields": {"words": {f"idea-{number}": "x" for number in range(1100)}},
}  # fmt: skip


def test_what_is_unusual_is_answered_as_django_answers_it(hands: Callable[[str], list[Hand]]) -> None:
    answers: list[dict[str, Any]] = []
    for hand in hands("ideas"):
        with tenancy.within(hand.table.group.organisation_id):
            hand.table.people["eva"] = world.person("eva")
            hand.table.browsers["eva"] = world.sign_in(world.person("eva"))
        assert hand.send("ideas", 10, {f"idea-{BOX}": "Words"})[0] == 200
        heard = {}
        for case, how in UNUSUAL.items():
            headers = {name: value for name, value in how.items() if name not in ("number", "words")}
            answer = hand.send("ideas", how.get("number", 20 + len(heard)), how.get("words", {f"idea-{BOX}": case}), **headers)
            heard[case] = (answer, hand.rows())
        answers.append(heard)

    for case in UNUSUAL:
        assert answers[0][case] == answers[1][case], case


def signed_out(table: Table) -> None:
    table.browsers["ben"].session.flush()  # as signing out does; the browser still sends its cookie


def seat_ended(table: Table) -> None:
    table.group.memberships.get(person=table.people["ben"]).end(now=clock.now())


def left_organisation(table: Table) -> None:
    table.people["ben"].leave(now=clock.now())


def left_room(table: Table) -> None:
    table.tell("ben", "leaving")


def gone_back(table: Table) -> None:
    while table.room.state.step:  # type: ignore[union-attr]
        table.move(table.host, "back")


def revealed(table: Table) -> None:
    table.move(table.host, "part")
    table.move(table.host, "part")


def closed(table: Table) -> None:
    table.tell(table.host, "end")


def time_is_up(table: Table) -> None:
    room = table.room
    state = room.saved_state
    assert state is not None
    for name, value in state.items():
        if name.endswith("_at") and value:
            state[name] = (clock.datetime.fromisoformat(value) - clock.datetime.resolution * 10**9).isoformat()
    Room.objects.filter(id=room.id).update(saved_state=state, counter=room.counter + 1, last_change=room.counter + 1)


def moved_and_back(table: Table) -> None:
    table.move("cho", "pause")
    table.move("cho", "go_on")


CHANGES = (signed_out, seat_ended, left_organisation, left_room, gone_back, revealed, closed, time_is_up, moved_and_back)


def test_what_has_changed_since_the_last_draft_counts_at_once(hands: Callable[[str], list[Hand]]) -> None:
    for change in CHANGES:
        answers = []
        for hand in hands("ideas"):
            assert hand.send("ideas", 10, {f"idea-{BOX}": "Before"})[0] == 200
            with tenancy.within(hand.table.group.organisation_id):
                hand.table.now = clock.now()
                change(hand.table)
            answers.append((hand.send("ideas", 11, {f"idea-{BOX}": "After"}), hand.rows()))

        assert answers[0] == answers[1], change.__name__


def test_that_somebody_has_finished_asks_for_no_second_look_at_the_room(
    hands: Callable[[str], list[Hand]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, _alone = hands("ideas")
    asked: list[str] = []
    ask = Lines.ask

    async def counted(lines: Lines, organisation_id: uuid.UUID, name: str, values: Any) -> tuple[Any, ...]:
        asked.append(name)
        return await ask(lines, organisation_id, name, values)

    monkeypatch.setattr(Lines, "ask", counted)
    assert bare.send("ideas", 10, {f"idea-{BOX}": "Before"})[0] == 200
    with tenancy.within(bare.table.group.organisation_id):
        bare.table.move("cho", "done")
    assert bare.send("ideas", 11, {f"idea-{BOX}": "After"})[0] == 200
    assert asked == ["state", "ideas", "ideas"]
    with tenancy.within(bare.table.group.organisation_id):
        bare.table.move("cho", "pause")
    assert bare.send("ideas", 12, {f"idea-{BOX}": "Paused"})[0] == 200
    assert asked == ["state", "ideas", "ideas", "ideas", "state", "ideas"], "whatever else has happened may decide otherwise"
    assert bare.handed_on == []


def test_a_draft_that_comes_while_the_room_is_elsewhere_is_no_reason_to_look_up_its_writer(
    hands: Callable[[str], list[Hand]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, _alone = hands("ideas")
    looked_up: list[uuid.UUID] = []
    viewer_of = viewers.viewer_of

    def counted(session_key: str, session_id: uuid.UUID, path: str) -> viewers.Viewer | None:
        looked_up.append(session_id)
        return viewer_of(session_key, session_id, path)

    monkeypatch.setattr(viewers, "viewer_of", counted)
    assert bare.send("ideas", 10, {f"idea-{BOX}": "Before"})[0] == 200
    with tenancy.within(bare.table.group.organisation_id):
        bare.table.move(bare.table.host, "back")
    assert bare.send("ideas", 11, {f"idea-{BOX}": "Too late"})[0] == 409
    with tenancy.within(bare.table.group.organisation_id):
        bare.table.move(bare.table.host, "next")
    assert bare.send("ideas", 12, {f"idea-{BOX}": "After"})[0] == 200
    assert len(looked_up) == 1


def test_a_connection_that_was_lost_costs_nobody_a_tap(hands: Callable[[str], list[Hand]]) -> None:
    bare, _alone = hands("ideas")
    with tenancy.within(bare.table.group.organisation_id):
        done = {"move": "done", "seen": bare.table.position()}
    assert bare.send("moves", 10, done)[0] == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answers = [bare.send("moves", number, done, who=who)[0] for number in range(11, 15) for who in ("cho", "ana")]
    assert answers == [200] * 8
    assert 1 <= len(bare.handed_on) <= 2, "at most once for each of the two threads, and what they open then is good"
