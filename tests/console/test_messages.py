"""The page of messages: who finds it, what it counts, what it never says, and the stop switch."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.notices.models import Bounce, BounceKind, Notice, Stop, Tally, current_stop
from reconvene.notices.queries import is_anything_due
from reconvene.notices.tallies import count_today
from reconvene.people.models import Person
from tests import world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PAGE = "/console/messages/"


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def settled(person: Person, *, kind: str = "session_invitation", at: datetime = NOW, count: int = 1, because: str = "") -> None:
    """So many notices that were sent at a moment, or dropped."""
    fate = {"dropped_at": at, "dropped_because": because} if because else {"sent_at": at}
    Notice.objects.bulk_create(
        Notice(person=person, kind=kind, subject_id=uuid.uuid4(), due_at=at, not_after=at, **fate) for _ in range(count)
    )


def text_of(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("name", "found"), [("ana", 404), ("sam", 404), ("fay", 200), ("ada", 200)])
def test_only_learning_and_administrators_find_it(name: str, found: int) -> None:
    client = world.sign_in(world.person(name))

    answers = [client.get(PAGE).status_code, client.post(PAGE + "go/").status_code, client.post(PAGE + "stop/").status_code]

    assert answers == [found, 302 if found == 200 else 404, 422 if found == 200 else 404]


def test_it_counts_by_day_and_kind_and_hides_what_is_small_or_private() -> None:
    ana = world.person("ana")
    settled(ana, count=12)
    settled(ana, kind="seat_offer", count=7)
    settled(ana, kind="check_in", count=5)
    settled(ana, kind="half_way", count=4)
    settled(ana, kind="help_wanted", count=9)
    settled(ana, because="refused", count=2)
    settled(ana, because="muted", count=30)
    settled(ana, at=NOW - timedelta(days=1), count=20)
    count_today(now=NOW - timedelta(days=1))
    count_today(now=NOW)

    page = text_of(world.sign_in(world.person("fay")))

    rows = ["Dates of sessions, new or moved", "A seat in a group", "The practice weeks", "Refused by the mail server"]
    cells = {row: page.split(f'<th scope="row">{row}</th><td class="n">')[1].split("<")[0] for row in rows}
    assert cells == dict(zip(rows, ["12", "fewer than 8", "9", "2"], strict=True))
    assert "Wednesday 11 March" in page and "Thursday 12 March" in page
    shown = re.sub("<[^>]*>", " ", page)  # without tokens, which hold any digits
    assert not any(word in shown for word in ("Ana", ana.email, "help_wanted", "muted", "30"))
    assert not Tally.objects.filter(kind="help_wanted").exists()


def test_counting_again_after_more_was_sent_puts_the_count_right() -> None:
    settled(world.person("ana"), count=8)
    count_today(now=NOW)
    settled(world.person("ana"), count=2)
    with CaptureQueriesContext(connection) as captured:
        count_today(now=NOW + timedelta(hours=2))
        count_today(now=NOW + timedelta(hours=2))

    assert [(one.day, one.kind, one.became, one.count) for one in Tally.objects.all()] == [(NOW.date(), "session_invitation", "sent", 10)]
    assert len([query for query in captured.captured_queries if query["sql"].startswith("INSERT")]) == 1


def test_a_day_is_the_organisations_own() -> None:
    settled(world.person("ana"), at=datetime(2026, 3, 11, 23, 30, tzinfo=UTC), count=8)  # half past midnight in Berlin

    count_today(now=datetime(2026, 3, 11, 23, 45, tzinfo=UTC))

    assert [str(one.day) for one in Tally.objects.all()] == ["2026-03-12"]


def test_what_came_back_and_who_cannot_be_reached_are_counts() -> None:
    people = world.people("ana", "ben", "cho")
    kinds = (BounceKind.PERMANENT, BounceKind.TEMPORARY, BounceKind.COMPLAINT)
    for person, kind in zip(people, kinds, strict=True):
        settled(person)
        notice = Notice.objects.get(person=person)
        Bounce.objects.create(notice=notice, person=person, address=person.email, kind=kind, returned_at=NOW - timedelta(hours=1))

    page = text_of(world.sign_in(world.person("ada")))

    assert "<dt>Came back in these days</dt><dd>2</dd>" in page
    assert "<dt>Complaints</dt><dd>1</dd>" in page
    assert "<dt>Addresses that take no mail</dt><dd>1</dd>" in page
    assert not any(str(person.email) in page or person.name in page for person in people)


def test_the_queries_stay_the_same_however_much_was_sent() -> None:
    fay = world.sign_in(world.person("fay"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(fay)
        return len(captured.captured_queries)

    text_of(fay)
    few = queries()
    for days in range(14):
        settled(world.person("ana"), at=NOW - timedelta(days=days), count=20)
        count_today(now=NOW - timedelta(days=days))

    assert queries() == few


def test_due_work_and_the_counts_of_a_day_are_found_by_their_index() -> None:
    settled(world.person("ana"), at=NOW - timedelta(days=30), count=3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notices_notice")
    due = Notice.objects.due(NOW).filter(is_counted=False)[:50].explain()
    day = Notice.objects.settled(since=NOW - timedelta(hours=9), until=NOW).explain()

    condition = next(line for line in due.splitlines() if "Index Cond" in line)
    assert "notices_waiting" in due and "due_at" in condition
    condition = next(line for line in day.splitlines() if "Index Cond" in line)
    assert "notices_settled" in day and "sent_at" in condition
    assert not is_anything_due(now=NOW)


def test_stopping_needs_a_reason_and_everybody_here_sees_who_and_why() -> None:
    fay, ada = world.sign_in(world.person("fay")), world.sign_in(world.person("ada"))

    refused = fay.post(PAGE + "stop/", {"reason": " "})
    assert (refused.status_code, current_stop()) == (422, None)
    assert "Write why, so that others know when it may end." in refused.content.decode()
    fay.post(PAGE + "stop/", {"reason": "Wrong dates were imported"})

    page = text_of(ada)
    assert "No message leaves at the moment." in page and "Wrong dates were imported" in page
    ada.post(PAGE + "go/")
    stop = Stop.objects.get()
    assert (stop.stopped_by, stop.stopped_at, stop.ended_by, stop.ended_at) == (world.person("fay"), NOW, world.person("ada"), NOW)
    assert "Fay Example" in text_of(ada)


def test_one_organisation_stops_only_its_own() -> None:
    world.sign_in(world.person("fay")).post(PAGE + "stop/", {"reason": "Ours"})

    with tenancy.within(world.make_organisation("Other").id):
        assert current_stop() is None
