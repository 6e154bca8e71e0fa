"""Background work: a job exists exactly when its cause does, once when once is enough, and one failure holds nobody up."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from reconvene.base import jobs, tenancy
from reconvene.people.models import Person
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db

done: list[tuple[str, datetime, Any]] = []


@jobs.job
def note(*, now: datetime, words: str) -> None:
    done.append((words, now, tenancy.current()))


def waiting() -> list[tuple[str, dict[str, Any]]]:
    found = ProcrastinateJob.objects.filter(task_name=f"{__name__}.note").order_by("id")
    return [(job.status, job.args) for job in found]


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


@pytest.fixture
def ticks() -> Iterator[list[Any]]:
    """Only the test's own work is done at a tick."""
    usual, jobs._ticks[:] = jobs._ticks[:], []
    yield jobs._ticks
    jobs._ticks[:] = usual


def test_a_job_carries_its_organisation_and_arguments() -> None:
    note(words="first")
    note(words="second")

    ours = str(tenancy.current())
    assert waiting() == [("todo", {"organisation": ours, "words": "first"}), ("todo", {"organisation": ours, "words": "second"})]


def test_a_job_that_is_wanted_once_waits_once_for_each_key_and_organisation() -> None:
    for key in ("a", "a", "b"):
        note(words="again", once=key)
    with tenancy.within(world.make_organisation("Other").id):
        note(words="again", once="a")

    assert len(waiting()) == 3


def test_when_the_fact_is_taken_back_its_job_is_too() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        world.person("ana")
        note(words="never")
        raise RuntimeError

    assert waiting() == []
    assert Person.objects.count() == 0


def test_a_second_wish_for_the_same_job_does_not_spoil_the_transaction() -> None:
    with transaction.atomic():
        note(words="once", once="key")
        note(words="once", once="key")
        ana = world.person("ana")

    assert Person.objects.get().id == ana.id


@time_machine.travel(MONDAY, tick=False)
def test_the_work_runs_in_its_organisation_at_the_present_time() -> None:
    ours = tenancy.current()
    run = app.tasks[f"{__name__}.note"]
    with tenancy.within(world.make_organisation("Other").id):
        run(organisation=str(ours), words="here")

    assert done == [("here", MONDAY, ours)]


def test_a_job_cannot_be_deferred_outside_of_any_organisation() -> None:
    token = tenancy._current.set(None)
    try:
        with pytest.raises(tenancy.NoOrganisation):
            note(words="nowhere")
    finally:
        tenancy._current.reset(token)

    assert waiting() == []


@time_machine.travel(MONDAY, tick=False)
def test_one_failing_work_holds_up_no_other_and_no_other_organisation(ticks: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    other = world.make_organisation("Other")
    ours = tenancy.current()

    @jobs.on_tick
    def breaks(now: datetime) -> None:
        world.person("ana")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    @jobs.on_tick
    def works(now: datetime) -> None:
        done.append(("works", now, tenancy.current()))

    with caplog.at_level(logging.ERROR):
        jobs.tick()

    assert sorted(done, key=str) == sorted([("works", MONDAY, ours), ("works", MONDAY, other.id)], key=str)
    assert caplog.text.count("breaks failed; it is tried again at the next tick") == 2
    assert Person.objects.count() == 0  # what the failing work had written is taken back


def test_one_row_that_fails_holds_up_no_other_and_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    ana, ben, cho = world.people("ana", "ben", "cho")

    def leave(person: Person, *, now: datetime) -> None:
        person.leave(now=now)
        if person == ben:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    with caplog.at_level(logging.ERROR):
        jobs.one_by_one([ana, ben, cho], leave, now=MONDAY)

    assert list(Person.objects.exclude(left_at=None).order_by("name")) == [ana, cho]  # what was written of Ben is taken back
    assert [record.getMessage() for record in caplog.records] == [f"leave failed for Person {ben.id}; it is tried again at the next tick."]


def test_work_is_registered_once(ticks: list[Any]) -> None:
    def work(now: datetime) -> None:
        done.append(("work", now, None))

    assert jobs.on_tick(jobs.on_tick(work)) is work
    assert ticks == [work]


def test_ticks_do_not_pile_up() -> None:
    jobs.tick_soon()
    jobs.tick_soon()

    assert ProcrastinateJob.objects.filter(task_name="reconvene.base.jobs.tick", status="todo").count() == 1
    with pytest.raises(exceptions.AlreadyEnqueued), transaction.atomic():
        jobs.periodic_tick.defer(timestamp=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_a_job_whose_worker_died_is_put_back_and_one_in_hands_is_not() -> None:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        note(words="orphan")
        note(words="in hands")
    jobs_of_ours = ProcrastinateJob.objects.filter(args__organisation=str(organisation.id))  # other tests leave some behind
    orphan, held = jobs_of_ours.order_by("id")
    with connection.cursor() as cursor:
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s), (now()) RETURNING id", [long_ago])
        dead, alive = (row[0] for row in cursor.fetchall())
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, worker_id = CASE id WHEN %s THEN %s ELSE %s END::bigint"
                       " WHERE id = ANY(%s)", [orphan.id, dead, alive, [orphan.id, held.id]])  # fmt: skip

    asyncio.run(_retry_stalled())

    states = dict(jobs_of_ours.values_list("id", "status"))
    assert states == {orphan.id: "todo", held.id: "doing"}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
def test_a_tick_whose_worker_died_keeps_no_other_job_from_being_put_back_while_the_next_tick_waits() -> None:
    organisation = world.make_organisation()
    jobs.tick_soon()
    with tenancy.within(organisation.id):
        note(words="orphan")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, worker_id = %s", [dead])
    jobs.tick_soon()

    asyncio.run(_retry_stalled())

    states = list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "status"))
    assert states == [(f"{__name__}.note", "todo"), ("reconvene.base.jobs.tick", "todo")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def test_sessions_of_browsers_that_are_over_are_deleted_and_no_others() -> None:
    over, going_on = SessionStore(), SessionStore()
    over.set_expiry(datetime.now(UTC) - timedelta(seconds=1))
    over.save()
    going_on.save()

    jobs.clear_sessions(timestamp=0)

    assert [session.session_key for session in Session.objects.all()] == [going_on.session_key]


async def _retry_stalled() -> None:
    working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with working.open_async():

        class Context:
            app = working

        await jobs.retry_stalled.func(Context(), timestamp=0)
