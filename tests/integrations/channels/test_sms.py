"""Text messages through a class of the organisation's own: what it is handed, what its answers bring, and a class that is not there."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core.checks import run_checks
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from reconvene.integrations.channels import sms
from reconvene.notices import channels
from reconvene.notices.models import Notice, Preference
from tests import world
from tests.integrations.channels.letters import NOON, drain, known_kind, prefers, put
from tests.notices.mail_server import mail_server

pytestmark = pytest.mark.django_db
NUMBER = "+4915112345678"


class Phones:
    """What a company would write: keeps what it is handed, and answers as a test says."""

    sent: ClassVar[list[tuple[str, str]]] = []
    answer: ClassVar[Exception | None] = None

    def send(self, number: str, text: str) -> None:
        if Phones.answer is not None:
            raise Phones.answer
        Phones.sent.append((number, text))


@pytest.fixture(autouse=True)
def phones(settings: Any) -> Iterator[None]:
    before = dict(channels._ways)
    settings.SMS_SENDER = f"{__name__}.Phones"
    sms.offer()
    Phones.sent, Phones.answer = [], None
    with known_kind():
        yield
    channels._ways.clear()
    channels._ways.update(before)


def test_a_text_is_one_short_message_with_a_link_and_without_words() -> None:
    ana = world.person("ana")
    prefers(ana, "sms", phone=NUMBER)
    notice = put(ana)

    with mail_server() as mails:
        assert drain() == 1

    ((number, text),) = Phones.sent
    assert (number, mails.arrived) == (NUMBER, [])
    assert text.startswith("A neutral line: http://localhost:8000/s/") and len(text) <= 160 and text.isascii()
    notice.refresh_from_db()
    assert notice.channel == "sms"


@given(st.text(max_size=300), st.integers(min_value=20, max_value=140))
def test_it_is_never_longer_than_one_message_and_the_link_is_whole(subject: str, length: int) -> None:
    address = "https://" + "a" * (length - 8)
    text = sms.text_of(subject, address)

    assert text.endswith(address) and len(text) <= 160 and text.isascii()


def test_a_number_that_takes_none_is_forgotten_and_mail_comes() -> None:
    ana, Phones.answer = world.person("ana"), sms.Refused()
    prefers(ana, "sms", phone=NUMBER)
    put(ana)

    with mail_server() as mails:
        assert drain() == 1

    preference = Preference.objects.get(person=ana)
    assert len(mails.arrived) == 1
    assert (preference.channel, preference.lost_because, preference.phone) == ("mail", "refused", "")


@pytest.mark.parametrize(("answer", "wait"), [(sms.NotNow(90), 90), (sms.NotNow(), 300), (OSError(NUMBER), 300)])
def test_a_vendor_in_trouble_is_waited_for_and_no_number_is_logged(answer: Exception, wait: int, caplog: pytest.LogCaptureFixture) -> None:
    ana, Phones.answer = world.person("ana"), answer
    prefers(ana, "sms", phone=NUMBER)
    put(ana)

    with mail_server() as mails:
        drain()

    assert mails.arrived == []
    assert Notice.objects.get().held_until == NOON + timedelta(seconds=wait)
    assert NUMBER not in caplog.text


def test_the_number_is_encrypted_in_the_database() -> None:
    prefers(world.person("ana"), "sms", phone=NUMBER)

    with connection.cursor() as cursor:
        cursor.execute("SELECT row(p.*)::text FROM notices_preference p")
        assert NUMBER not in cursor.fetchone()[0]


@pytest.mark.parametrize("name", ["company.texting.Sender", f"{__name__}.NUMBER", "nodots"])
def test_a_class_that_cannot_be_used_is_said_clearly_and_mail_takes_its_place(
    name: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ana, settings.SMS_SENDER = world.person("ana"), name
    channels._ways.pop("sms")
    prefers(ana, "sms", phone=NUMBER)
    put(ana, subject_id=uuid.uuid4())

    sms.offer()
    with mail_server() as mails:
        assert drain() == 1

    assert len(mails.arrived) == 1
    assert "RECONVENE_SMS_SENDER cannot be used" in caplog.text
    assert [found.id for found in run_checks() if not found.is_silenced()] == ["reconvene.E001"]
    assert Preference.objects.get(person=ana).lost_because == "not_offered"
