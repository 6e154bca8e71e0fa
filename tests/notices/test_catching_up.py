"""After an outage nobody is flooded and nothing stale is sent; the newer of two replaces the older; the stop switch; a clock that jumped."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from reconvene.base import tenancy
from reconvene.notices import actions, clocks, jobs, registry, sending
from reconvene.notices.models import Notice, Stop, current_stop
from reconvene.notices.rules import LARGEST_JUMP, ClockReading
from reconvene.people.models import Organisation, Person
from tests import world
from tests.notices.mail_server import mail_server
from tests.notices.test_sending import NOON, SUBJECT, compose, drain, put
from tests.notices.test_sending import kinds as kinds  # the kinds of notices that these tests put
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
BACK = MONDAY + timedelta(days=2, hours=2)  # Wednesday noon in Berlin, after two days without a worker
NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


def newest(person: Person, *, due_at: datetime, kind: str = "test") -> Notice | None:
    facts = {"kind": kind, "subject_id": SUBJECT, "due_at": due_at, "not_after": due_at + timedelta(days=5)}
    return actions.put_newest(person, collapse="date", now=MONDAY, **facts)


def test_two_late_reminders_go_on_two_days_and_a_late_date_goes_at_once() -> None:
    ana = world.person("ana")
    registry.register("pressing", lambda notice, *, now: compose(notice, now=now), is_pressing=True)
    put(ana, subject_id=uuid.UUID(int=1))
    put(ana, subject_id=uuid.UUID(int=2), due_at=MONDAY + timedelta(hours=1), days=5)
    put(ana, subject_id=uuid.UUID(int=3), kind="pressing")

    with mail_server():
        assert [drain(BACK), drain(BACK), drain(BACK + timedelta(days=1))] == [2, 0, 1]

    assert Notice.objects.get(subject_id=uuid.UUID(int=2)).held_until == datetime(2026, 3, 5, 8, tzinfo=UTC)  # Thursday 9:00 in Berlin


def test_a_late_counted_message_waits_for_a_day_without_another_late_mail() -> None:
    ana = world.person("ana")
    put(ana, days=9, subject_id=uuid.UUID(int=1))
    counted = put(ana, days=9, subject_id=uuid.UUID(int=2), is_counted=True)

    with mail_server():
        assert drain(BACK) == 1

    counted.refresh_from_db()
    assert (counted.sent_at, counted.held_until) == (None, datetime(2026, 3, 5, 8, tzinfo=UTC))


def test_what_cannot_wait_for_another_day_is_dropped_when_catching_up() -> None:
    ana = world.person("ana")
    put(ana, subject_id=uuid.UUID(int=1))
    put(ana, subject_id=uuid.UUID(int=2), due_at=MONDAY + timedelta(hours=1), days=2.2)

    with mail_server():
        assert drain(BACK) == 1

    assert Notice.objects.get(subject_id=uuid.UUID(int=2)).dropped_because == "over_cap"


def test_without_an_outage_two_reminders_of_one_day_both_go() -> None:
    put(world.person("ana"), subject_id=uuid.UUID(int=1))
    put(world.person("ana"), subject_id=uuid.UUID(int=2))

    with mail_server():
        assert drain() == 2


def test_the_newer_of_two_replaces_the_older_that_still_waits() -> None:
    ana = world.person("ana")
    older = newest(ana, due_at=MONDAY)
    newer = newest(ana, due_at=MONDAY + timedelta(minutes=1))
    assert older is not None and newer is not None
    other = put(ana, subject_id=uuid.UUID(int=8))

    assert newest(ana, due_at=MONDAY + timedelta(minutes=1)) is None
    assert list(Notice.objects.waiting().values_list("id", flat=True).order_by("due_at")) == [other.id, newer.id]
    older.refresh_from_db()
    assert (older.dropped_because, older.dropped_at) == ("replaced", MONDAY)
    with mail_server():
        drain()
    assert newest(ana, due_at=MONDAY + timedelta(minutes=2)) is not None
    newer.refresh_from_db()
    assert newer.sent_at == NOON


def test_the_database_lets_only_one_wait_for_a_key() -> None:
    waiting = newest(world.person("ana"), due_at=MONDAY)
    assert waiting is not None

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=waiting.person, kind="test", subject_id=SUBJECT, due_at=NOON, not_after=NOON, collapse_key="date")


def test_the_queries_of_a_batch_do_not_grow_with_the_people_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_AGAIN", 3600.0)  # a batch that takes a second on a busy machine asks once more for the stop switch

    def queries(people: int) -> int:
        made = [world.person(f"p{people}x{number}") for number in range(people)]
        for number, person in enumerate(made):
            put(person, is_counted=number % 2 == 0)
        with mail_server(), CaptureQueriesContext(connection) as captured:
            assert drain() == people
        return len([query for query in captured.captured_queries if not query["sql"].startswith(NOT_QUERIES)])

    few, many = queries(4), queries(24)

    assert few == 13  # nine for the batch, and one for each mail, that marks it
    assert many == few + 20


def test_what_a_worker_did_not_come_to_is_given_back() -> None:
    for name in world.PEERS:
        put(world.person(name))

    with mail_server(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "BUDGET", 0.0)
        assert sending.drain(tenancy.current(), now=NOON) == sending.Round(6, 1, goes_on=False)

    assert sorted(Notice.objects.waiting().values_list("attempts", "leased_until")) == [(0, None)] * 5
    with mail_server():
        assert drain() == 5


def test_while_stopped_nothing_leaves_and_afterwards_nothing_stale() -> None:
    ana, fay = world.person("ana"), world.person("fay")
    stale, good = put(ana, days=0.5), put(ana, subject_id=uuid.UUID(int=8))

    actions.stop(reason="Wrong dates were imported", by=fay, now=MONDAY)
    again = actions.stop(reason="Another reason", by=None, now=NOON)
    jobs.send_due(NOON)
    with mail_server() as server:
        assert drain() == 0
        ended = actions.let_go(by=fay, now=NOON)
        assert actions.let_go(by=fay, now=NOON) is None
        assert drain(MONDAY + timedelta(days=1)) == 1

    assert (again.reason, again.stopped_by, ended) == ("Wrong dates were imported", fay, again)
    assert not ProcrastinateJob.objects.filter(args={"organisation": str(tenancy.current())}).exists()
    assert [mail["Message-ID"] for _, mail in server.arrived] == [good.message_id]
    stale.refresh_from_db()
    assert stale.dropped_because == "too_late"


def test_a_stop_holds_what_is_already_in_the_hands_of_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in world.PEERS:
        put(world.person(name))
    settle = sending.settle

    def settle_and_stop(*arguments: Any, **named: Any) -> None:
        settle(*arguments, **named)
        actions.stop(reason="Now", by=None, now=NOON)

    monkeypatch.setattr(sending, "settle", settle_and_stop)
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.0)
    with mail_server() as server:
        drain()

    assert len(server.arrived) == 1
    assert Notice.objects.waiting().filter(leased_until=None, attempts=0).count() == 5


def test_a_rehearsal_sends_nothing() -> None:
    put(world.person("ana"))
    Organisation.objects.update(is_rehearsal=True)

    with mail_server() as server:
        assert drain() == 0

    assert server.arrived == []


def test_a_tick_drops_what_waits_for_people_who_left_and_about_them() -> None:
    ana, ben = world.people("ana", "ben")
    for waiting in (put(ana), put(ben, subject_id=ana.id), put(ben)):
        assert waiting.dropped_at is None
    ana.leave(now=MONDAY)

    jobs.clear_up_after_leavers(MONDAY + timedelta(seconds=10))

    assert list(Notice.objects.waiting().values_list("person__email", "subject_id")) == [(ben.email, SUBJECT)]
    assert set(Notice.objects.exclude(dropped_at=None).values_list("dropped_because", flat=True)) == {"left"}


@pytest.mark.parametrize(
    ("wall", "steady", "database", "is_sound"),
    [
        (timedelta(seconds=10), 10.0, timedelta(seconds=10), True),
        (timedelta(days=1), 10.0, timedelta(days=1), False),
        (timedelta(days=-1), 10.0, timedelta(days=-1), False),
        (timedelta(days=3650), 10.0, timedelta(days=3650), False),
        (timedelta(hours=9), 9 * 3600.0, timedelta(hours=9), True),
        (timedelta(seconds=10), 10.0, timedelta(minutes=11), False),
        (timedelta(minutes=9), 10.0, timedelta(minutes=9), True),
    ],
)
def test_a_jump_is_seen_against_what_has_passed_and_against_the_database(
    wall: timedelta, steady: float, database: timedelta, is_sound: bool
) -> None:
    error = ClockReading(MONDAY + wall, steady, MONDAY + database).error_since(ClockReading(MONDAY, 0.0, MONDAY))

    assert (error <= LARGEST_JUMP) is is_sound


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=1), timedelta(days=3650)])
def test_a_worker_whose_clock_jumps_sends_nothing_and_stops_all_messages(jump: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    now = datetime.now(UTC)
    soon = put(world.person("ana"), due_at=now + jump / 2 if jump > timedelta() else now, days=5000)
    elsewhere = world.make_organisation("Other").id

    assert clocks.is_sound()
    with mail_server() as server:
        with time_machine.travel(now + jump):
            jobs.send(organisation=str(tenancy.current()))
        jobs.send(organisation=str(tenancy.current()))

    soon.refresh_from_db()
    assert (server.arrived, soon.sent_at, soon.attempts) == ([], None, 0)
    stop = current_stop()
    assert stop is not None and (stop.reason, stop.stopped_by) == ("The clock of a worker jumped.", None)
    assert any("The clock of this worker is off by" in record.getMessage() for record in caplog.records)
    with tenancy.within(elsewhere):
        assert Stop.objects.filter(organisation=elsewhere, ended_at=None).count() == 1


def test_a_change_of_the_clocks_in_spring_and_autumn_is_no_jump() -> None:
    """Instants do not shift with daylight saving: an hour before and after both borders in the zone with the largest change."""
    watch = clocks.Watch()
    for border in (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)):
        before = ClockReading(border - timedelta(minutes=1), 0.0, border - timedelta(minutes=1))
        after = ClockReading(border + timedelta(minutes=1), 120.0, border + timedelta(minutes=1))
        assert after.error_since(before) == timedelta()
    assert clocks.is_sound(watch)
