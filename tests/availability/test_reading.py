"""Reading a connected calendar: what is kept, replaced, put off and given up."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection as database

from reconvene.availability.actions import connect, disconnect
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access, Asks
from reconvene.availability.rules import AHEAD, EVERY, wait_after
from reconvene.base import tenancy
from tests import world
from tests.availability.calendars import BUSY, HOUR, Diary, offered
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def diary() -> Iterator[Diary]:
    with offered() as found:
        yield found


@pytest.fixture
def connection(diary: Diary) -> Connection:
    return connect(world.person("ana"), kind="diary", access=Access("https://a.example/secret.ics"), now=MONDAY)


def read(connection: Connection, *, now: object = MONDAY) -> Connection:
    read_connection(connection.id, organisation=tenancy.current(), now=now)  # type: ignore[arg-type]
    return Connection.objects.get(id=connection.id)


def busy_of(name: str) -> list[tuple[object, object]]:
    return list(Busy.objects.filter(person=world.person(name)).order_by("starts_at").values_list("starts_at", "ends_at"))


def test_a_reading_replaces_what_was_read_before_and_nothing_else(connection: Connection, diary: Diary) -> None:
    ana = world.person("ana")
    Busy.objects.create(person=ana, starts_at=MONDAY + 9 * HOUR, ends_at=MONDAY + 10 * HOUR)  # tapped by hand
    read(connection)
    assert busy_of("ana") == [BUSY[0], (MONDAY + 9 * HOUR, MONDAY + 10 * HOUR), BUSY[1]]

    diary.busy = BUSY[:1]
    read(connection, now=MONDAY + HOUR)
    assert busy_of("ana") == [BUSY[0], (MONDAY + 9 * HOUR, MONDAY + 10 * HOUR)]

    diary.busy = ()
    read(connection, now=MONDAY + 2 * HOUR)
    assert busy_of("ana") == [(MONDAY + 9 * HOUR, MONDAY + 10 * HOUR)]


def test_a_good_reading_is_noted_and_the_next_one_is_an_hour_away(connection: Connection, diary: Diary) -> None:
    diary.tag = '"7"'
    Connection.objects.update(problem="away", failures=3)

    found = read(connection)

    assert (found.read_at, found.problem, found.failures, found.tag) == (MONDAY, "", 0, '"7"')
    assert found.read_again_at is not None
    assert EVERY <= found.read_again_at - MONDAY <= EVERY * 1.2
    ((access, since, until, zone),) = diary.asked
    assert (access.address, since, until, zone) == ("https://a.example/secret.ics", MONDAY, MONDAY + AHEAD + AHEAD / 60, "Europe/Berlin")


def test_what_a_service_gives_for_a_code_is_kept_before_the_calendar_is_read() -> None:
    with offered(asks=Asks.CONSENT) as diary:
        agreed = connect(world.person("ana"), kind="diary", access=Access(secret="the code"), now=MONDAY)
        kept: list[str] = []
        diary.meanwhile = lambda: kept.append(Connection.objects.get().secret)
        read(agreed)

    assert kept == ["lasting"]
    assert [access.token for access, *_ in diary.asked] == ["for minutes"]


@pytest.mark.parametrize("refusal", ["", "refused", "away"])
def test_a_reading_that_began_before_its_owner_gave_another_password_neither_takes_it_back_nor_says_a_word_about_it(
    connection: Connection, diary: Diary, refusal: str
) -> None:
    soon, access = MONDAY + timedelta(seconds=5), Access("https://a.example/secret.ics", secret="the right one")
    diary.refusal, diary.meanwhile = refusal, lambda: connect(world.person("ana"), kind="diary", access=access, now=soon)

    found = read(connection)

    assert (found.secret, found.problem, found.read_at, found.read_again_at) == ("the right one", "", None, soon)
    assert not busy_of("ana")
    diary.refusal, diary.meanwhile = "", lambda: None
    read(connection, now=soon)
    assert busy_of("ana") == list(BUSY)


def test_nothing_new_keeps_what_was_read_and_a_version_is_named_only_while_it_reaches_far_enough(
    connection: Connection, diary: Diary
) -> None:
    diary.tag = '"7"'
    read(connection)
    diary.busy = None
    read(connection, now=MONDAY + HOUR)
    assert busy_of("ana") == list(BUSY)
    assert diary.asked[-1][0].tag == '"7"'

    diary.busy = BUSY[1:]
    read(connection, now=MONDAY + timedelta(days=1, seconds=1))
    assert diary.asked[-1][0].tag == ""
    assert busy_of("ana") == list(BUSY[1:])


def test_a_failure_keeps_what_was_read_and_waits_longer_each_time_up_to_a_day(connection: Connection, diary: Diary) -> None:
    read(connection)
    diary.refusal = "away"
    waits = []
    for _ in range(12):
        found = read(connection)
        assert found.read_again_at is not None
        waits.append(found.read_again_at - MONDAY)

    assert busy_of("ana") == list(BUSY)
    assert (found.problem, found.failures) == ("away", 12)
    assert waits == sorted(waits)
    assert timedelta(minutes=5) <= waits[0] <= timedelta(minutes=6)
    assert timedelta(hours=20) <= waits[-1] <= timedelta(days=1)


@pytest.mark.parametrize("code", ["refused", "lost"])
def test_what_only_the_owner_can_mend_is_not_tried_again(connection: Connection, diary: Diary, code: str) -> None:
    diary.refusal = code

    found = read(connection)

    assert (found.problem, found.read_again_at) == (code, None)
    assert list(Connection.objects.stopped()) == [found]
    assert not Connection.objects.due(MONDAY + timedelta(days=999)).exists()


def test_what_is_disconnected_while_it_is_read_leaves_nothing(connection: Connection, diary: Diary) -> None:
    diary.meanwhile = lambda: disconnect(Connection.objects.get(), now=MONDAY)
    read_connection(connection.id, organisation=tenancy.current(), now=MONDAY)
    read_connection(connection.id, organisation=tenancy.current(), now=MONDAY)

    assert (Connection.objects.count(), Busy.objects.count(), len(diary.asked)) == (0, 0, 1)


def test_a_calendar_of_somebody_who_left_is_not_read(connection: Connection, diary: Diary) -> None:
    world.person("ana").leave(now=MONDAY)
    read(connection)

    assert diary.asked == []


def test_a_reader_that_breaks_counts_as_away_and_says_no_word_in_the_log(
    connection: Connection, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        raise RuntimeError("Talk with my boss https://a.example/secret.ics")

    caplog.set_level(logging.INFO)
    diary.meanwhile = break_down

    assert read(connection).problem == "away"
    assert "RuntimeError" in caplog.text
    assert "boss" not in caplog.text
    assert "secret.ics" not in caplog.text


def test_secrets_are_unreadable_in_the_database_and_lost_with_the_secret_key(
    connection: Connection, diary: Diary, settings: object
) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT address FROM availability_connection")
        ((stored,),) = cursor.fetchall()
    assert "a.example" not in stored
    assert Connection.objects.get().address == "https://a.example/secret.ics"

    settings.SECRET_KEY = "another key " * 6  # type: ignore[attr-defined]
    assert Connection.objects.get().address == ""
    assert (read(connection).problem, diary.asked) == ("lost", [])


def test_a_version_that_is_longer_than_its_column_is_not_kept(connection: Connection, diary: Diary) -> None:
    diary.tag = "x" * 5000

    assert read(connection).tag == ""
    assert busy_of("ana") == list(BUSY)


@pytest.mark.nowhere
@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_waited_for(diary: Diary) -> None:
    seen = []
    diary.meanwhile = lambda: seen.append(database.in_atomic_block)
    organisation = world.make_organisation().id
    with tenancy.within(organisation):
        made = connect(world.person("ana"), kind="diary", access=Access("https://a.example/"), now=MONDAY)

    read_connection(made.id, organisation=organisation, now=MONDAY)

    assert seen == [False]
    with tenancy.within(organisation):
        assert Busy.objects.count() == len(BUSY)


def test_waiting_doubles_and_is_spread() -> None:
    assert wait_after(0, spread=0) == EVERY
    assert wait_after(1, spread=0) == timedelta(minutes=5)
    assert wait_after(3, spread=0) == timedelta(minutes=20)
    assert wait_after(1, spread=1) == timedelta(minutes=6)
    assert wait_after(10_000, spread=1) == timedelta(days=1)
