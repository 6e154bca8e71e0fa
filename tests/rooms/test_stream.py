"""Streams over a real server on loopback: who gets one, that nothing is lost or doubled after a cut, that leaving ends it."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from reconvene.base import tenancy
from reconvene.rooms import stream
from reconvene.rooms.actions import entering
from reconvene.rooms.models import Presence, RoomEvent
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere]


@pytest.fixture
def table() -> Iterator[Table]:
    """A committed group of four, in the room, begun. Requests of the test commit too."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = a_table()
    yield made


class Ear:
    """One browser's stream: its status line, then the numbered events it has heard."""

    def __init__(self, port: int, table: Table, who: str, after: int = 0) -> None:
        cookie = table.browsers[who].cookies[settings.SESSION_COOKIE_NAME].value if who else ""
        self.heard: list[tuple[int, str]] = []
        self.said: list[str] = []
        self.line = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.line.sendall(
            f"GET /rooms/{table.session.id}/stream?after={after} HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}\r\n\r\n".encode()
        )
        self.file = self.line.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.number = 0

    def until(self, number: int) -> list[tuple[int, str]]:
        """Read on until the event with this number was heard."""
        while not self.heard or self.heard[-1][0] < number:
            words = self.file.readline().decode().strip()
            if words.startswith("id: "):
                self.number = int(words[4:])
            elif words.startswith("data: ") and self.number:
                self.heard.append((self.number, words[6:].split()[0]))
        return self.heard

    def has_ended(self, within: float = 6.0) -> bool:
        """Whether the server ends the stream in time."""
        self.line.settimeout(within)
        try:
            while words := self.file.readline():
                self.said.append(words.decode().strip().removeprefix("event: "))
        except TimeoutError:
            return False
        return True

    def cut(self) -> None:
        """The network goes."""
        self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()


def last(table: Table) -> int:
    with tenancy.within(table.people["ana"].organisation_id):
        return table.room.counter


def move(table: Table, who: str, name: str) -> None:
    with tenancy.within(table.people["ana"].organisation_id):
        state = table.room.state
    assert state is not None
    table.post(who, "move", move=name, seen=f"{state.step}.{state.part}.{state.turn}")


def start(table: Table) -> int:
    with tenancy.within(table.people["ana"].organisation_id):
        table.begin()
    return last(table)


def test_a_stream_tells_every_member_what_happened_and_no_words(port: int, table: Table) -> None:
    number = start(table)
    ears = [Ear(port, table, who, after=number) for who in ("ana", "ben")]
    assert [ear.status for ear in ears] == [200, 200]
    move(table, "ana", "next")
    move(table, "cho", "pause")
    for ear in ears:
        assert ear.until(number + 2) == [(number + 1, "moved"), (number + 2, "paused")]
        ear.cut()


def test_after_a_cut_nothing_is_lost_and_nothing_comes_twice(port: int, table: Table) -> None:
    number = start(table)
    ear = Ear(port, table, "ben", after=number)
    move(table, "ana", "next")
    before = list(ear.until(number + 1))
    ear.cut()
    for name in ("pause", "go_on", "next"):
        move(table, "ana", name)
    back = Ear(port, table, "ben", after=before[-1][0])
    heard = before + back.until(last(table))
    back.cut()
    with tenancy.within(table.people["ana"].organisation_id):
        happened = list(RoomEvent.objects.filter(number__gt=number).order_by("number").values_list("number", "kind"))
    assert heard == happened


def test_a_stream_outlives_the_connection_that_listens_for_it(port: int, table: Table) -> None:
    number = start(table)
    ear = Ear(port, table, "ben", after=number)
    move(table, "ana", "next")
    ear.until(number + 1)
    with connection.cursor() as cursor:
        here = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = %s"
        cursor.execute(here, [f"LISTEN {stream.CHANNEL}"])
        assert cursor.fetchall() == [(True,)]
    for name in ("pause", "go_on"):
        move(table, "ana", name)

    assert ear.until(number + 3) == [(number + 1, "moved"), (number + 2, "paused"), (number + 3, "paused")]
    move(table, "ana", "pause")
    assert ear.until(number + 4)[3:] == [(number + 4, "paused")], "it listens again"
    ear.cut()


def test_strangers_people_without_a_session_and_other_organisations_get_nothing(port: int, table: Table) -> None:
    start(table)
    organisation = table.people["ana"].organisation_id
    with tenancy.within(organisation):
        table.browsers["eva"] = world.sign_in(world.person("eva"))
    other = world.make_organisation("Other")
    with tenancy.within(other.id):
        table.browsers["gil"] = world.sign_in(world.person("gil"))
    assert [Ear(port, table, who).status for who in ("eva", "gil", "")] == [404, 404, 404]


def test_leaving_the_group_ends_the_stream(port: int, table: Table) -> None:
    number = start(table)
    ear = Ear(port, table, "dan", after=number)
    with tenancy.within(table.people["ana"].organisation_id):
        table.group.memberships.get(person=table.people["dan"]).end(now=table.now)
        entering.leave(table.room, person=table.people["dan"], now=table.now)
    assert ear.has_ended()


def test_a_seat_that_ends_closes_the_stream_within_five_seconds_although_nobody_says_so(port: int, table: Table) -> None:
    number = start(table)
    gone, stays = Ear(port, table, "dan", after=number), Ear(port, table, "ben", after=number)
    with tenancy.within(table.people["ana"].organisation_id):
        table.group.memberships.get(person=table.people["dan"]).end(now=table.now)
    assert gone.has_ended(within=5)
    assert not stays.has_ended(within=1)


def test_whoever_leaves_the_organisation_hears_nothing_after_five_seconds(port: int, table: Table) -> None:
    ear = Ear(port, table, "dan", after=start(table))
    with tenancy.within(table.people["ana"].organisation_id):
        table.people["dan"].leave(now=table.now)
    assert ear.has_ended(within=5)


def test_signing_out_closes_the_streams_of_that_browser_and_no_other(port: int, table: Table) -> None:
    number = start(table)
    phone = Ear(port, table, "dan", after=number)
    with tenancy.within(table.people["dan"].organisation_id):
        table.browsers["laptop"] = world.sign_in(table.people["dan"])
    laptop = Ear(port, table, "laptop", after=number)
    table.browsers["dan"].logout()
    assert phone.has_ended(within=5)
    assert not laptop.has_ended(within=1)


def test_a_screen_whose_stream_is_open_is_not_taken_for_away(port: int, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SEEN_EVERY", 1.0)
    ear = Ear(port, table, "ben", after=start(table))
    presence = Presence.objects.filter(person=table.people["ben"])
    with tenancy.within(table.people["ana"].organisation_id):
        presence.update(seen_at=world.MONDAY)
    time.sleep(4.5)
    with tenancy.within(table.people["ana"].organisation_id):
        assert presence.get().seen_at > world.MONDAY
    ear.cut()


def test_a_persons_fourth_stream_ends_their_oldest(port: int, table: Table) -> None:
    number = start(table)
    ears = [Ear(port, table, "ben", after=number) for _ in range(4)]
    assert ears[0].has_ended()
    assert "enough" in ears[0].said  # so that it does not come back and end another
    move(table, "ana", "next")
    for ear in ears[1:]:
        assert ear.until(number + 1) == [(number + 1, "moved")]
        ear.cut()


def test_a_browser_that_is_far_behind_is_sent_back_to_the_start() -> None:
    async def fill() -> stream.Subscription:
        subscription = stream.Subscription(viewer=None)  # type: ignore[arg-type]  # only the queue is looked at
        for number in range(stream.QUEUE_SIZE + 1):
            subscription.put(stream.Signal(number, "moved", 0))
        return subscription

    assert asyncio.run(fill()).waiting == [None]


@pytest.mark.parametrize(("ago", "beats"), [(0.0, []), (stream.HEARTBEAT, [stream.PULSE])], ids=["just now", "a beat ago"])
def test_whoever_has_just_said_something_need_not_say_that_it_is_alive(ago: float, beats: list[stream.Signal]) -> None:
    async def beat() -> stream.Subscription:
        subscription = stream.Subscription(viewer=None, said=asyncio.get_running_loop().time() - ago)  # type: ignore[arg-type]
        subscription.beat()
        assert subscription.alarm is not None
        subscription.alarm.cancel()
        return subscription

    assert asyncio.run(beat()).waiting == beats
