"""What a short channel carries, and the short address of a text message."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.notices.brief import brief_of, read_short_code, short_code
from reconvene.notices.models import Notice
from tests import world
from tests.integrations.channels.letters import ANSWER, NOON, compose, known_kind, put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with known_kind():
        yield


def address_of(notice: Notice) -> str:
    return reverse("short", args=[short_code(notice)])


def test_a_brief_holds_the_subject_one_way_to_answer_and_one_to_pause() -> None:
    notice = put(world.person("ana"), is_counted=True)
    message = compose(notice, now=NOON)
    assert message is not None

    brief = brief_of(notice, message)

    assert (brief.title, brief.answer, brief.sender) == ("A neutral line", ("Answer", ANSWER), "Reconvene at Aldermoor")
    assert brief.pause is not None and "/messages/" in brief.pause[1]
    assert "words" not in repr(brief)


@time_machine.travel(NOON, tick=False)
def test_a_short_address_leads_to_the_signed_link_without_an_account_and_changes_nothing() -> None:
    notice = put(world.person("ana"))

    answer = Client().get(address_of(notice))

    assert (answer.status_code, answer["Location"]) == (302, ANSWER)
    assert len(short_code(notice)) == 59
    assert Notice.objects.get().sent_at is None


@time_machine.travel(NOON + timedelta(days=200), tick=False)
def test_a_short_address_ends_after_half_a_year() -> None:
    assert Client().get(address_of(put(world.person("ana")))).status_code == 410


@time_machine.travel(NOON, tick=False)
def test_it_leads_nowhere_once_the_person_has_left_and_home_once_the_message_is_unwanted() -> None:
    notice = put(world.person("ana"))
    Notice.objects.update(kind="nobody writes these any more")
    assert Client().get(address_of(notice))["Location"] == "/"

    world.person("ana").leave(now=NOON)
    assert Client().get(address_of(notice)).status_code == 410


def test_no_altered_code_is_read() -> None:
    code = short_code(put(world.person("ana")))
    raw = base64.urlsafe_b64decode(code + "=")

    altered = [
        base64.urlsafe_b64encode(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]).decode().rstrip("=") for place in range(len(raw))
    ]

    assert read_short_code(code) is not None
    assert {read_short_code(one) for one in [*altered, code[:-4], code[:-20], "", "x", "ä" * 59]} == {None}
    assert Client().get(reverse("short", args=[altered[0]])).status_code == 404
