"""Connecting, disconnecting, half days, and what the tick does with calendars."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from reconvene.availability import jobs
from reconvene.availability.actions import TooManyConnections, connect, disconnect, refresh, set_half_days
from reconvene.availability.models import Busy, Connection
from reconvene.availability.queries import half_days_of, weeks
from reconvene.availability.registry import Access
from reconvene.availability.rules import FRESH, MOST_CONNECTIONS, HalfDay
from reconvene.base import tenancy
from reconvene.people.models import Person
from tests import world
from tests.availability.calendars import BUSY, HOUR, Diary, offered
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def diary() -> Iterator[Diary]:
    with offered() as found:
        yield found


def connected(name: str = "ana", *, at: str = "https://a.example/") -> Connection:
    made = connect(world.person(name), kind="diary", access=Access(at), now=MONDAY)
    Busy.objects.create(person=made.person, connection=made, starts_at=BUSY[0][0], ends_at=BUSY[0][1])
    return made


def readings() -> list[str]:
    """The connections that workers are asked to read."""
    found = ProcrastinateJob.objects.filter(task_name="reconvene.availability.jobs.read")
    return [job.args["connection"] for job in found.order_by("id")]


def test_a_new_connection_is_due_at_once_and_one_tick_asks_for_one_reading() -> None:
    made = connected()

    jobs.read_due(MONDAY)
    jobs.read_due(MONDAY)

    assert readings() == [str(made.id)]
    job = ProcrastinateJob.objects.get(task_name="reconvene.availability.jobs.read")
    assert job.args["organisation"] == str(tenancy.current())


def test_a_reading_whose_worker_died_is_asked_for_again_after_a_while() -> None:
    made = connected()
    jobs.read_due(MONDAY)

    jobs.read_due(MONDAY + jobs.LEASE)

    assert readings() == [str(made.id)] * 2


def test_disconnecting_deletes_all_that_was_read_and_nothing_of_others() -> None:
    mine, _ = connected("ana"), connected("ben")
    set_half_days(world.person("ana"), halves=[HalfDay(date(2026, 3, 4), True)])

    disconnect(mine, now=MONDAY)

    assert list(Connection.objects.values_list("person__external_id", flat=True)) == ["ben"]
    assert sorted((row.person.first_name, row.connection_id is None) for row in Busy.objects.all()) == [("Ana", True), ("Ben", False)]


def test_the_same_calendar_again_is_read_afresh_with_what_was_given_last_and_a_sixth_is_refused() -> None:
    ana = world.person("ana")
    first = connected()
    first.note_unread(problem="refused", again_at=None)
    connect(ana, kind="diary", access=Access("https://a.example/", secret="new"), now=MONDAY + HOUR)
    again = Connection.objects.get()
    assert (again.id, again.secret, again.problem, again.read_again_at) == (first.id, "new", "", MONDAY + HOUR)
    assert not Busy.objects.exists()

    for number in range(MOST_CONNECTIONS - 1):
        connected(at=f"https://a.example/{number}")
    with pytest.raises(TooManyConnections):
        connected(at="https://a.example/one-too-many")
    connected("ben")

    assert Connection.objects.filter(person=ana).count() == MOST_CONNECTIONS


def test_before_dates_are_sought_only_what_is_neither_fresh_nor_stopped_is_read() -> None:
    stale, fresh, stopped = (connected(at=f"https://a.example/{name}") for name in ("stale", "fresh", "stopped"))
    other = connected("ben")
    later = MONDAY + timedelta(minutes=40)
    Connection.objects.update(read_at=MONDAY - FRESH, read_again_at=later)
    Connection.objects.filter(id=fresh.id).update(read_at=MONDAY)
    Connection.objects.filter(id=stopped.id).update(read_again_at=None)

    refresh([world.person("ana")], now=MONDAY)

    assert dict(Connection.objects.values_list("id", "read_again_at")) == {
        stale.id: MONDAY, fresh.id: later, stopped.id: None, other.id: later,
    }  # fmt: skip


def test_the_tick_forgets_what_is_past_and_all_of_people_who_left() -> None:
    connected("ana")
    connected("ben")
    set_half_days(world.person("ben"), halves=[HalfDay(date(2026, 3, 4), True)])
    jobs.forget(BUSY[0][1] - timedelta(seconds=1))
    assert Busy.objects.count() == 3

    jobs.forget(BUSY[0][1])
    assert list(Busy.objects.values_list("person_id", flat=True)) == [world.person("ben").id]

    world.person("ben").leave(now=MONDAY)
    jobs.forget(BUSY[0][1])
    assert Busy.objects.count() == 0
    assert list(Connection.objects.values_list("person_id", flat=True)) == [world.person("ana").id]


def halves(person: Person) -> list[str]:
    return sorted(half.key for half in half_days_of(person, now=MONDAY))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/Santiago"])
def test_half_days_are_those_of_the_persons_own_clock_and_are_replaced_as_a_whole(zone: str) -> None:
    ana = world.person("ana", time_zone=zone)
    chosen = [HalfDay(date(2026, 3, 27), True), HalfDay(date(2026, 3, 29), False), HalfDay(date(2026, 4, 5), True)]
    set_half_days(ana, halves=chosen)
    assert halves(ana) == sorted(half.key for half in chosen)

    set_half_days(ana, halves=chosen[:1])
    assert halves(ana) == ["2026-03-27-am"]


def test_a_half_day_lasts_to_one_o_clock_and_then_to_midnight() -> None:
    morning, afternoon = (HalfDay(date(2026, 3, 3), is_morning).interval("Europe/Berlin") for is_morning in (True, False))

    assert morning == (MONDAY + 14 * HOUR, MONDAY + 27 * HOUR)
    assert afternoon == (MONDAY + 27 * HOUR, MONDAY + 38 * HOUR)


def test_the_grid_begins_today_leaves_days_off_out_and_reaches_to_the_reconvene() -> None:
    ana = world.person("ana")
    thursday = MONDAY + timedelta(days=3)

    found = weeks(ana, weekdays=[0, 3, 4], now=thursday)

    assert [half.key for day in found[0].days for half in day] == ["2026-03-05-am", "2026-03-05-pm", "2026-03-06-am", "2026-03-06-pm"]
    assert [half.day.day for half in found[1].mornings] == [9, 12, 13]
    assert len(found) == 9
    assert found[-1].days[-1][0].day - thursday.date() >= timedelta(days=56)
    assert weeks(ana, weekdays=[0], now=thursday)[0].monday == date(2026, 3, 9)


@pytest.mark.parametrize("count", [1, 4])
def test_one_tick_takes_a_fixed_number_of_queries_for_each_calendar(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        connected(at=f"https://a.example/{number}")

    with django_assert_num_queries(1 + 2 * count):
        jobs.read_due(MONDAY)
