"""What holds for every channel alike: kinds that go by mail, closed addresses, hours, pauses, caps and the stop switch."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from reconvene.notices import actions, registry
from reconvene.notices.models import Bounce, Notice, Preference
from reconvene.people.models import Person
from tests import world
from tests.integrations.channels.browsers import Device
from tests.integrations.channels.letters import NOON, compose, drain, known_kind, prefers, put
from tests.integrations.servers import Server, always, server
from tests.notices.mail_server import mail_server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[Server]:
    """A push service that takes everything, where Ana's phone is."""
    settings.INSIDE_HOSTS = frozenset({"localhost"})
    with known_kind(), server(always(201)) as running:
        ana = world.person("ana")
        prefers(ana, "push")
        Device().row(ana, f"{running.origin}/send")
        yield running


@pytest.fixture
def ana(service: Server) -> Person:
    return world.person("ana")


def closed_address(person: Person) -> None:
    old = put(person, due_at=MONDAY - timedelta(days=9))
    old.mark_sent(channel="mail", now=MONDAY - timedelta(days=9))
    Bounce.objects.create(notice=old, person=person, address=str(person.email), kind="permanent", returned_at=MONDAY - timedelta(days=8))


def test_what_must_go_by_mail_does_whatever_was_chosen(service: Server, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_mail_only", {"sealed"})
    registry.register("sealed", compose)
    put(ana)
    actions.put(ana, kind="sealed", subject_id=uuid.uuid4(), due_at=MONDAY, not_after=NOON + timedelta(days=1))

    with mail_server() as mails:
        assert drain() == 2

    assert (len(mails.arrived), len(service.asked)) == (1, 1)
    assert set(Notice.objects.values_list("kind", "channel")) == {("letter", "push"), ("sealed", "mail")}


def test_an_address_that_takes_no_mail_keeps_nothing_from_another_channel(service: Server, ana: Person) -> None:
    closed_address(ana)
    put(ana)

    with mail_server():
        assert drain() == 1

    assert len(service.asked) == 1


def test_and_when_that_one_is_gone_too_nothing_is_sent_and_nothing_goes_round_for_ever(ana: Person) -> None:
    closed_address(ana)
    notice = put(ana)
    ana.browsers.all().delete()

    with mail_server() as mails:
        assert drain() == 0

    notice.refresh_from_db()
    assert (mails.arrived, notice.dropped_because) == ([], "unreachable")


def test_hours_pauses_caps_and_the_stop_switch_hold_as_for_mail(service: Server, ana: Person) -> None:
    evening = MONDAY + timedelta(hours=10)  # 20:00 in Berlin
    put(ana, is_counted=True)
    assert drain(evening) == 0
    assert drain(evening + timedelta(hours=13)) == 1
    put(ana, is_counted=True, due_at=evening + timedelta(hours=14))
    assert drain(evening + timedelta(hours=14)) == 0  # one a day

    actions.mute(ana, now=NOON)
    assert drain(MONDAY + timedelta(days=2)) == 0
    stopped = actions.stop(reason="Wrong dates", by=None, now=NOON)
    put(ana, due_at=MONDAY + timedelta(days=2))
    assert drain(MONDAY + timedelta(days=2)) == 0
    stopped.end(by=None, now=NOON)
    assert drain(MONDAY + timedelta(days=2)) == 1

    assert len(service.asked) == 2
    assert Preference.objects.get(person=ana).channel == "push"
