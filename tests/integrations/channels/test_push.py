"""Web push against a real server that opens what arrives as a browser does: what is in it, and what becomes of every answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from reconvene.integrations import web
from reconvene.integrations.channels import push
from reconvene.integrations.channels.encryption import base64url
from reconvene.notices import sending
from reconvene.notices.models import Browser, Notice, Preference, PushKey
from reconvene.notices.push_key import push_key
from tests import world
from tests.integrations.channels.browsers import Device, read_vapid
from tests.integrations.channels.letters import ANSWER, NOON, drain, known_kind, prefers, put
from tests.integrations.servers import always, server
from tests.notices.mail_server import mail_server
from tests.notices.test_sending import die, end_leases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with known_kind():
        yield


def test_one_sealed_neutral_message_arrives_signed_and_with_one_link() -> None:
    ana, device = world.person("ana"), Device()
    notice = put(ana, is_counted=True)
    prefers(ana, "push")

    with server(always(201)) as service, mail_server() as mails:
        device.row(ana, f"{service.origin}/send/ana")
        assert drain() == 1

    (asked,), facts = service.asked, device.opens(service.asked[0].body)
    head, claims, public = read_vapid(asked.headers["authorization"])
    assert (asked.method, asked.path, mails.arrived) == ("POST", "/send/ana", [])
    assert {name: asked.headers[name] for name in ("content-encoding", "ttl", "urgency")} == {
        "content-encoding": "aes128gcm", "ttl": str(3 * 24 * 3600), "urgency": "normal",
    }  # fmt: skip
    assert asked.headers["topic"] == facts["tag"] == base64url(notice.id.bytes)
    assert (claims["aud"], public, head["alg"]) == (service.origin, push_key().public, "ES256")
    assert (facts["title"], facts["address"], facts["body"]) == ("A neutral line", ANSWER, "Reconvene at Aldermoor")
    assert facts["pause"].endswith("/pause/")
    assert "words" not in str(facts) and "ana" not in str(facts).lower()
    notice.refresh_from_db()
    assert (notice.sent_at, notice.channel) == (NOON, "push")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_message_comes_by_mail_once(status: int) -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    first, second = put(ana), put(ana)

    with server(always(status)) as service, mail_server() as mails:
        Device().row(ana, f"{service.origin}/gone")
        assert drain() == 2
        assert drain() == 0

    preference = Preference.objects.get(person=ana)
    assert len(mails.arrived) == 2 and len(service.asked) <= 2
    assert set(Notice.objects.values_list("channel", "attempts")) <= {("mail", 2), ("mail", 1)}
    assert {mail["Message-ID"] for _to, mail in mails.arrived} == {first.message_id, second.message_id}
    assert (preference.channel, preference.lost_channel, preference.lost_because, preference.lost_at) == ("mail", "push", "gone", NOON)
    assert not Browser.objects.exists()


def test_one_of_two_browsers_is_enough_and_the_other_is_forgotten() -> None:
    ana, phone = world.person("ana"), Device()
    prefers(ana, "push")
    put(ana)

    with ExitStack() as stack:
        gone, there = (stack.enter_context(server(always(status))) for status in (410, 201))
        mails = stack.enter_context(mail_server())
        Device().row(ana, f"{gone.origin}/old")
        kept = phone.row(ana, f"{there.origin}/new")
        assert drain() == 1

    assert mails.arrived == []
    assert list(Browser.objects.values_list("id", flat=True)) == [kept.id]
    assert Preference.objects.get(person=ana).channel == "push"


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry_After": "120"}, 120),
        (429, {}, 300),
        (503, {"Retry_After": "999999"}, 6 * 3600),
        (500, {"Retry_After": "nonsense"}, 300),
    ],
)
def test_a_service_in_trouble_is_waited_for_as_long_as_it_asks_within_reason(status: int, headers: dict[str, str], wait: int) -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    notice = put(ana)

    with server(always(status, **headers)) as service, mail_server() as mails:
        Device().row(ana, f"{service.origin}/slow")
        assert drain() == 0
        assert drain(NOON + timedelta(seconds=min(wait, 200) - 1)) == 0

    notice.refresh_from_db()
    assert (len(service.asked), mails.arrived) == (1, [])
    assert (notice.held_until, notice.channel) == (NOON + timedelta(seconds=wait), "")


def test_a_service_that_stays_in_trouble_is_given_up_for_this_message_and_mail_brings_it_once() -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    put(ana)

    with server(always(500)) as service, mail_server() as mails:
        Device().row(ana, f"{service.origin}/broken")
        sent = [drain(NOON + timedelta(minutes=minutes)) for minutes in (0, 5, 15, 30, 60)]

    assert sent == [0, 0, 1, 0, 0]
    assert (len(service.asked), len(mails.arrived)) == (3, 1)
    assert Preference.objects.get(person=ana).channel == "push"


def test_a_service_that_hangs_costs_its_time_out_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.3)
    ana, ben = world.people("ana", "ben")
    prefers(ana, "push")
    put(ana)
    put(ben, due_at=NOON)

    with server(lambda _handler, _asked: service.ends.wait(5) and None) as service, mail_server() as mails:
        Device().row(ana, f"{service.origin}/hangs")
        assert drain() == 1

    assert [to for to, _mail in mails.arrived] == [("ben@aldermoor.example",)]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest"])
def test_an_address_inside_our_own_network_is_never_asked_and_counts_as_gone(address: str) -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    put(ana)
    Device().row(ana, address)

    with mail_server() as mails:
        assert drain() == 1

    assert len(mails.arrived) == 1
    assert not Browser.objects.exists()


def test_a_redirect_is_not_followed_into_our_network() -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    put(ana)

    with server(always(200)) as inside, server(always(307, Location=f"{inside.origin}/x")) as service, mail_server():
        Device().row(ana, f"{service.origin}/y")
        drain()

    assert (len(service.asked), inside.asked) == (1, [])


def test_a_service_that_refuses_our_signature_loses_nothing_and_no_device(caplog: pytest.LogCaptureFixture) -> None:
    ana = world.person("ana")
    prefers(ana, "push")
    put(ana)

    with server(always(403, b"bad token")) as service, mail_server() as mails:
        Device().row(ana, f"{service.origin}/send/secret-part")
        assert drain() == 1

    assert len(mails.arrived) == 1
    assert Browser.objects.count() == 1
    assert "403" in caplog.text and "secret-part" not in caplog.text


def test_a_worker_killed_between_handing_over_and_marking_repeats_at_most_that_one_in_the_place_of_the_first() -> None:
    ana, device = world.person("ana"), Device()
    prefers(ana, "push")
    put(ana)

    with server(always(201)) as service, mail_server() as mails, pytest.MonkeyPatch.context() as dying:
        device.row(ana, f"{service.origin}/send")
        dying.setattr(sending, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            drain()
        dying.undo()
        assert drain() == 0
        end_leases()
        assert drain() == 1
        assert drain() == 0

    assert (len(service.asked), mails.arrived) == (2, [])
    assert len({asked.headers["topic"] for asked in service.asked}) == 1
    assert len({device.opens(asked.body)["tag"] for asked in service.asked}) == 1
    assert len({asked.body for asked in service.asked}) == 2  # sealed afresh


def test_the_key_pair_is_made_once_kept_encrypted_and_replaced_when_it_cannot_be_read(settings: Any) -> None:
    first = push_key()
    assert push_key().public == first.public
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM notices_pushkey")
        assert "PRIVATE" not in cursor.fetchone()[0]

    settings.SECRET_KEY = "another key of the installation " * 2

    assert push_key().public != first.public
    assert PushKey.objects.count() == 1


def test_what_a_browser_gave_is_not_in_the_database_as_it_was(settings: Any) -> None:
    row = Device().row(world.person("ana"), "https://push.example/send/secret-part")

    with connection.cursor() as cursor:
        cursor.execute("SELECT row(b.*)::text FROM notices_browser b")
        assert "secret-part" not in cursor.fetchone()[0]
    settings.SECRET_KEY = "another key of the installation " * 2
    row.refresh_from_db()
    assert row.address == ""


def test_push_services_can_ask_about_us_at_our_address_and_on_this_machine_at_the_mailbox(settings: Any) -> None:
    settings.ORIGIN, settings.SECURE, settings.DEFAULT_FROM_EMAIL = "https://reconvene.example", True, "reconvene@example.org"
    assert push.contact() == "https://reconvene.example"
    settings.SECURE = False
    assert push.contact() == "mailto:reconvene@example.org"
