"""Stages beside Django's handler: for every member and step what Django would show, never from before an event, never for others."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from django.conf import settings

from reconvene.base import clock, tenancy
from reconvene.config import asgi
from reconvene.rooms import queries, stages
from reconvene.rooms.actions.moves import position
from tests import world
from tests.rooms.play import Table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]

TOKEN = "c" * 32
RANDOM = re.compile(r'name="(?:csrfmiddlewaretoken|client_id)" value="[^"]*"')
TIMES = re.compile(r'data-(?:now|ends-at)="[^"]*"|data-length="\d+"|\d+:\d\d|width="[\d.]+%"')


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that Django answered, of those that came to the server."""
    found: list[str] = []
    django = asgi.django_application

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["path"])
        await django(scope, receive, send)

    monkeypatch.setattr(asgi, "django_application", counted)
    return found


@pytest.fixture(params=["first", "reconvene"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """Three at their session, begun now."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = Table(world.make_group(*[world.person(name) for name in ("ana", "ben", "cho")]), request.param)
        made.session.starts_at = made.now = clock.now()
        made.session.save()
        made.begin()
    yield made


def shown(port: int, table: Table, who: str, *, body: str | None = None, of: str = "", **headers: str | None) -> tuple[int, str, str]:
    """Status, whom the answer was made for, and the page that a script on a phone gets; with a body after a tap."""
    cookie = table.browsers[who].cookies[settings.SESSION_COOKIE_NAME].value
    lines: dict[str, str | None] = {
        "Host": "localhost", "Origin": settings.ORIGIN, "X-CSRFToken": TOKEN, "HX-Request": "true", "X-Person": str(table.people[who].id),
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }  # fmt: skip
    line, place = HTTPConnection("127.0.0.1", port, timeout=10), "stage" if body is None else "moves"
    method, given = "GET" if body is None else "POST", {name: value for name, value in lines.items() if value is not None}
    line.request(method, f"/rooms/{table.session.id}/{place}/{'?of=' + of if of else ''}", body, given)
    answer = line.getresponse()
    page = answer.read().decode()
    line.close()
    return answer.status, answer.headers.get("X-Person", ""), page


def still(page: str) -> str:
    """A page without what differs each time it is made."""
    return TIMES.sub("", RANDOM.sub("", page))


def say_something(table: Table, who: str) -> None:
    """Write into whatever boxes the step has."""
    page = still(table.text(who))
    for place in ("causes", "ideas", "additions", "lessons"):
        if f'id="writing" method="post" action="/rooms/{table.session.id}/{place}/"' in page:
            names = {name: f"{who} says {number}" for number, name in enumerate(re.findall(r'<textarea id="[^"]*" name="([^"]+)"', page))}
            table.tell(who, place, **names)


def at(table: Table) -> Any:
    """The organisation's work, committed at its end."""
    return tenancy.within(table.group.organisation_id)


def test_every_member_is_shown_at_every_step_what_django_shows(port: int, table: Table, handed_on: list[str]) -> None:
    seen: set[str] = set()
    while True:
        with at(table):
            state = table.room.state
            assert state is not None
            if state.closed_at is not None or position(state) in seen:
                break
            for who in table.people:
                say_something(table, who)
        seen.add(position(state))
        for who, person in table.people.items():
            status, reader, page = shown(port, table, who)
            assert (status, reader) == (200, str(person.id))
            assert still(page) == still(table.text(who)), (who, state.current.kind, state.part)
        with at(table):
            table.now = clock.now()
            table.move(table.host, "turn" if state.is_in_round and not state.is_last_turn else "part")

    assert len(seen) > 12
    assert handed_on == []


def test_where_a_room_has_come_to_is_shown_at_once_without_reading_who_sits_there_again(
    port: int, table: Table, handed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    around = queries.around
    with at(table):
        table.go_to("ideas" if table.session.kind == "first" else "lessons")
        host, *others = sorted(table.people, key=lambda who: who != table.host)
    shown(port, table, host)

    def counted(*given: Any, **named: Any) -> queries.Around:
        read.append(1)
        return around(*given, **named)

    monkeypatch.setattr(stages.queries, "around", counted)
    for who, move in [*[(who, "done") for who in others], (host, "pause"), (host, "go_on"), (host, "part")]:
        with at(table):
            table.move(who, move)
        pages = {name: still(shown(port, table, name)[2]) for name in table.people}
        assert read == [], "only the room's state is new"
        assert pages == {name: still(table.text(name)) for name in table.people}
        read.clear()
    with at(table):
        table.tell(others[0], "leaving")
    shown(port, table, host)

    assert read == [1]
    assert handed_on == []


def test_whoever_comes_late_is_inside_at_once_for_themselves_and_for_everybody_else(port: int, table: Table, handed_on: list[str]) -> None:
    with at(table):
        host, other, late = sorted(table.people, key=lambda who: who != table.host)
        table.tell(late, "leaving")
    assert "You are outside the room" in shown(port, table, late)[2]
    with at(table):
        table.enter(late)
    for name in (late, host, other):
        page = shown(port, table, name)[2]
        assert 'data-name="step"' in page and still(page) == still(table.text(name)), name
    assert handed_on == []


def test_after_a_count_the_host_is_told_who_still_writes_without_the_rest_being_read(
    port: int, table: Table, handed_on: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(table):
        table.go_to("ideas" if table.session.kind == "first" else "lessons")
        host, first, last = sorted(table.people, key=lambda who: who != table.host)
    monkeypatch.setattr(queries.matter, "of", lambda *_given, **_named: pytest.fail("what lies on the table was read"))
    for gone, names in ((None, [host, first, last]), (first, [host, last])):
        with at(table):
            if gone:
                table.move(gone, "done")
            counter = table.room.counter
        page = shown(port, table, host, of="waits")[2]
        assert page == table.text(host, of="waits"), "Django shows the same"
        assert f'<p class="body" data-counted="{counter}">Still writing: {", ".join(name.title() for name in sorted(names))}</p>' in page

    assert "data-counted" not in shown(port, table, last, of="waits")[2], "nobody else is told"
    assert handed_on == []


def test_what_happened_is_shown_at_once_and_only_to_those_who_may_see_it(port: int, table: Table, handed_on: list[str]) -> None:
    assert "Paused by" not in shown(port, table, "ben")[2]
    with at(table):
        table.move("cho", "pause")
    assert "Paused by" in shown(port, table, "ben")[2]
    with at(table):
        table.tell("cho", "leaving")
    assert "Paused by" not in shown(port, table, "cho")[2]
    with at(table):
        table.people["eva"] = world.person("eva")
        table.browsers["eva"] = world.sign_in(world.person("eva"))
    assert handed_on == []
    assert shown(port, table, "eva")[0] == 404
    assert shown(port, table, "ben", X_Person=str(table.people["cho"].id))[0] == 401
    with at(table):
        table.group.memberships.get(person=table.people["ben"]).end(now=table.now)
    assert shown(port, table, "ben")[0] == 404
    table.browsers["ana"].session.flush()
    assert shown(port, table, "ana")[:2] == (401, "nobody")
    assert len(handed_on) == 4


def test_a_tap_that_moves_the_room_is_answered_with_the_stage(port: int, table: Table, handed_on: list[str]) -> None:
    for who, move in (
        ("ben", "pause"),
        ("ana", "go_on"),
        (table.host, "extend"),
        (table.host, "next"),
        (table.host, "back"),
        ("ben", "back"),
    ):
        with at(table):
            counter, seen = table.room.counter, table.position()
        status, reader, page = shown(port, table, who, body=f"move={move}&seen={seen}")
        with at(table):
            is_refused = who != table.host and move == "back"
            assert table.room.counter == counter + (not is_refused), move
            assert (status, reader) == (200, str(table.people[who].id))
            assert (still(page) == still(table.text(who))) is not is_refused, "a refusal is said by Django, above the stage"
        assert len(handed_on) == is_refused

    handed_on.clear()
    assert shown(port, table, "ben", body=f"move=pause&seen={seen}", X_CSRFToken="b" * 32)[0] == 403
    assert shown(port, table, "ben", body="move=dance&seen=")[0] == 200
    assert len(handed_on) == 2
    with at(table):
        assert table.room.counter == counter, "nothing has moved"
