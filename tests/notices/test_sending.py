"""The outbox against a real SMTP server: what arrives, what is tried again, what is never sent."""

import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from reconvene.base import tenancy
from reconvene.notices import actions, registry, sending
from reconvene.notices.models import Notice
from reconvene.notices.rules import Message
from reconvene.people.models import Organisation, Person
from tests import world
from tests.notices.mail_server import mail_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
NOON = MONDAY + timedelta(hours=2)  # 12:00 in Berlin
SUBJECT = uuid.UUID(int=7)


def compose(notice: Notice, *, now: datetime) -> Message | None:
    return Message("A neutral line", ("First line", "Second line"), button=("Open the page", "https://reconvene.example/x"))


def unwanted(notice: Notice, *, now: datetime) -> Message | None:
    return None


def broken(notice: Notice, *, now: datetime) -> Message | None:
    raise KeyError("somebody's words")


def spoiling(notice: Notice, *, now: datetime) -> Message | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return None


def die(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before = dict(registry._composers)
    registry.register("test", compose)
    registry.register("unwanted", unwanted)
    registry.register("broken", broken)
    registry.register("spoiling", spoiling)
    yield
    registry._composers.clear()
    registry._composers.update(before)


def put(person: Person, *, kind: str = "test", due_at: datetime = MONDAY, days: float = 3, **facts: Any) -> Notice:
    notice = actions.put(
        person, kind=kind, subject_id=facts.pop("subject_id", SUBJECT), due_at=due_at, not_after=due_at + timedelta(days=days), **facts
    )
    assert notice is not None
    return notice


def drain(now: datetime = NOON) -> int:
    return sending.drain(tenancy.current(), now=now).sent


def end_leases() -> None:
    """As if the lease of a dead worker had run out; leases go by the database's clock."""
    Notice.objects.exclude(leased_until=None).update(leased_until=Now() - timedelta(seconds=1))


def test_exactly_one_neutral_mail_arrives() -> None:
    notice = put(world.person("ana"))

    with mail_server() as server:
        assert drain() == 1
        assert drain() == 0

    notice.refresh_from_db()
    ((recipients, mail),) = server.arrived
    assert recipients == ("ana@aldermoor.example",)
    assert (mail["Subject"], mail["To"], mail["From"]) == ("A neutral line", "ana@aldermoor.example", "reconvene@example.org")
    assert mail["Message-ID"] == notice.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text = mail.get_body(("plain",)).get_content()
    assert "First line" in text and "https://reconvene.example/x" in text
    assert (notice.sent_at, notice.leased_until, notice.attempts) == (NOON, None, 1)


def test_a_counted_mail_says_its_number_and_carries_a_pause_link_that_works_by_one_click() -> None:
    put(world.person("ana"), is_counted=True)

    with mail_server() as server:
        drain()

    mail = server.arrived[0][1]
    address = mail["List-Unsubscribe"].strip(" <>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.endswith("/pause/")
    assert "Message 1 of at most 8 in four weeks." in mail.get_body(("plain",)).get_content()
    assert address in mail.get_body(("html",)).get_content()


def test_the_same_cause_is_put_once() -> None:
    ana = world.person("ana")
    put(ana)

    assert actions.put(ana, kind="test", subject_id=SUBJECT, due_at=MONDAY, not_after=NOON) is None
    assert Notice.objects.count() == 1


def test_a_refused_address_is_dropped_and_others_still_get_theirs() -> None:
    put(world.person("ana"))

    with mail_server(recipient_answer="550 No such person") as server:
        assert drain() == 0
        put(world.person("ben"))
        server.recipient_answer = "250 OK"
        assert drain() == 1

    assert [recipients for recipients, _ in server.arrived] == [("ben@aldermoor.example",)]
    assert Notice.objects.get(person=world.person("ana")).dropped_because == "refused"


def test_a_mail_refused_for_good_after_data_is_dropped() -> None:
    notice = put(world.person("ana"))

    with mail_server(data_answer="554 No"):
        drain()

    notice.refresh_from_db()
    assert notice.dropped_because == "refused"


@pytest.mark.parametrize(
    "trouble", [{"recipient_answer": "451 Later"}, {"data_answer": "451 Later"}, {"hangs_for": 3.0}, {"drops_after_data": True}]
)
def test_after_a_passing_trouble_it_is_tried_again_later_with_the_same_message_id(trouble: dict[str, Any]) -> None:
    notice = put(world.person("ana"))

    with mail_server(**trouble):
        assert drain() == 0
    notice.refresh_from_db()
    assert (notice.sent_at, notice.held_until) == (None, NOON + timedelta(minutes=5))
    with mail_server() as server:
        assert drain(NOON + timedelta(minutes=4)) == 0
        assert drain(NOON + timedelta(minutes=5)) == 1

    assert [mail["Message-ID"] for _, mail in server.arrived] == [notice.message_id]


def test_when_the_server_is_away_the_rest_waits_untouched() -> None:
    put(world.person("ana"), due_at=MONDAY - timedelta(minutes=1))
    put(world.person("ben"))

    with mail_server() as server:
        pass  # the server is gone; its port refuses
    with mail_server(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.EMAIL_PORT", 1)
        assert drain() == 0

    assert server.arrived == []
    assert list(Notice.objects.order_by("due_at").values_list("attempts", flat=True)) == [1, 0]


def test_what_fails_until_it_is_worthless_is_dropped() -> None:
    notice = put(world.person("ana"), days=0.1)

    with mail_server(recipient_answer="451 Later"):
        drain(MONDAY + timedelta(hours=2))
    with mail_server() as server:
        drain(MONDAY + timedelta(hours=3))

    notice.refresh_from_db()
    assert (server.arrived, notice.dropped_because) == ([], "too_late")


def test_a_crash_between_sending_and_marking_sends_again_with_the_same_message_id() -> None:
    notice = put(world.person("ana"))

    with mail_server() as server, pytest.MonkeyPatch.context() as dying:
        dying.setattr(sending, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            drain()
        dying.undo()
        assert drain(NOON + timedelta(days=1)) == 0
        end_leases()
        assert drain(NOON + timedelta(minutes=6)) == 1

    notice.refresh_from_db()
    assert [mail["Message-ID"] for _, mail in server.arrived] == [notice.message_id] * 2
    assert notice.attempts == 2


def test_people_who_left_or_have_no_address_get_nothing() -> None:
    put(world.person("ana"))
    put(world.person("ben"))
    world.person("ana").leave(now=NOON)
    Person.objects.filter(id=world.person("ben").id).update(email=None)

    with mail_server() as server:
        drain()

    assert server.arrived == []
    assert set(Notice.objects.values_list("dropped_because", flat=True)) == {"left", "no_address"}


def test_a_muted_person_gets_invitations_but_no_counted_messages() -> None:
    ana = world.person("ana")
    put(ana, is_counted=True)
    put(ana, subject_id=uuid.UUID(int=8))
    actions.mute(ana, now=MONDAY)

    with mail_server() as server:
        assert drain() == 1

    assert len(server.arrived) == 1
    assert Notice.objects.get(is_counted=True).dropped_because == "muted"


def test_a_notice_no_longer_wanted_is_dropped_and_a_broken_composer_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    put(world.person("ana"), kind="unwanted", due_at=MONDAY - timedelta(minutes=2))
    put(world.person("ben"), kind="broken", due_at=MONDAY - timedelta(minutes=1))
    put(world.person("cho"))

    with mail_server() as server:
        assert drain() == 1

    assert [recipients for recipients, _ in server.arrived] == [("cho@aldermoor.example",)]
    assert Notice.objects.get(kind="unwanted").dropped_because == "not_wanted"
    assert Notice.objects.get(kind="broken").held_until == NOON + timedelta(minutes=5)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("reconvene")] == [
        "A notice of kind broken could not be written: KeyError."
    ]


def test_a_composer_that_fails_in_the_database_spoils_no_other_notice_of_its_batch() -> None:
    put(world.person("ana"), kind="unwanted", due_at=MONDAY - timedelta(minutes=3))
    put(world.person("ben"), kind="spoiling", due_at=MONDAY - timedelta(minutes=2))
    put(world.person("cho"), kind="broken", due_at=MONDAY - timedelta(minutes=1))
    put(world.person("dan"))

    with mail_server() as server:
        assert drain() == 1

    assert [recipients for recipients, _ in server.arrived] == [("dan@aldermoor.example",)]
    assert Notice.objects.get(kind="unwanted").dropped_because == "not_wanted"
    assert set(Notice.objects.filter(kind__in=["spoiling", "broken"]).values_list("held_until", "leased_until")) == {
        (NOON + timedelta(minutes=5), None)
    }


def test_two_days_of_outage_end_with_one_counted_mail_a_day_and_nothing_stale() -> None:
    ana, monday = world.person("ana"), MONDAY
    for number, days in enumerate((1.0, 5.0, 5.0)):
        put(ana, due_at=monday + timedelta(minutes=number), days=days, subject_id=uuid.UUID(int=number), is_counted=True)
    back = monday + timedelta(days=2, hours=2)

    with mail_server() as server:
        per_day = [drain(back + timedelta(days=number)) for number in range(3)]

    assert per_day == [1, 1, 0]
    assert len(server.arrived) == 2
    assert list(Notice.objects.filter(sent_at=None).values_list("dropped_because", flat=True)) == ["too_late"]


def test_outside_working_hours_counted_messages_wait_and_others_go() -> None:
    ana, late = world.person("ana"), MONDAY + timedelta(hours=10)  # 20:00 in Berlin
    counted = put(ana, due_at=late, is_counted=True)
    put(ana, due_at=late, subject_id=uuid.UUID(int=8))

    with mail_server():
        assert drain(late) == 1

    counted.refresh_from_db()
    assert counted.held_until == MONDAY + timedelta(hours=23)  # Tuesday 9:00 in Berlin


def test_a_third_counted_message_in_a_week_is_moved_or_dropped() -> None:
    ana = world.person("ana")
    for number in range(2):
        put(ana, due_at=MONDAY + timedelta(days=number), subject_id=uuid.UUID(int=number), is_counted=True)
    with mail_server() as server:
        drain(NOON)
        drain(NOON + timedelta(days=1))
        stale = put(ana, due_at=MONDAY + timedelta(days=2), days=1, subject_id=uuid.UUID(int=2), is_counted=True)
        moved = put(ana, due_at=MONDAY + timedelta(days=2), days=9, subject_id=uuid.UUID(int=3), is_counted=True)
        assert drain(NOON + timedelta(days=2)) == 0
        stale.refresh_from_db()
        moved.refresh_from_db()

    assert stale.dropped_because == "over_cap"
    assert moved.held_until == MONDAY + timedelta(days=7, hours=-1)  # the second Monday, 9:00 in Berlin
    assert len(server.arrived) == 2


def test_an_address_that_no_mail_can_carry_holds_up_nobody() -> None:
    broken = put(world.person("ana"), due_at=MONDAY - timedelta(minutes=1))
    put(world.person("ben"))
    Person.objects.filter(id=world.person("ana").id).update(email="ana@a\nb.example")

    with mail_server() as server:
        assert drain() == 1

    broken.refresh_from_db()
    assert broken.dropped_because == "refused"
    assert [recipients for recipients, _ in server.arrived] == [("ben@aldermoor.example",)]


def test_a_dropped_notice_is_never_sent() -> None:
    put(world.person("ana"))
    put(world.person("ben"), subject_id=uuid.UUID(int=8))

    assert actions.drop_about(SUBJECT, now=NOON) == 1
    with mail_server() as server:
        drain()

    assert [recipients for recipients, _ in server.arrived] == [("ben@aldermoor.example",)]


@pytest.mark.nowhere
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_both_send() -> None:
    organisation = world.make_organisation("Aldermoor").id
    with tenancy.within(organisation):
        for number, name in enumerate(world.PEERS * 5):
            put(world.person(name), subject_id=uuid.UUID(int=number))

    def work() -> None:
        try:
            sending.drain(organisation, now=NOON)
        finally:
            connection.close()

    with mail_server() as server:
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        # Each passes over what another is just looking at, so all of them together may leave some to the job's next turn.
        sending.drain(organisation, now=NOON)

    ids = [mail["Message-ID"] for _, mail in server.arrived]
    assert len(ids) == len(set(ids)) == 30
    with transaction.atomic(), tenancy.within(organisation):
        assert Notice.objects.filter(sent_at=NOON).count() == 30
        assert Organisation.objects.count() == 1
