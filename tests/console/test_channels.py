"""The page of channels, and what the page of messages says about them: who finds it, what it keeps, what it never shows."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.notices.models import ChatAccess, Notice
from reconvene.notices.tallies import count_today
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
PAGE, SLACK = reverse("messages-channels"), reverse("messages-channel", args=["slack"])
TOKEN = "xoxb-123-secret-token"


@pytest.fixture(autouse=True)
def on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.mark.parametrize(("name", "found"), [("ana", 404), ("sam", 404), ("fay", 200), ("ada", 200)])
def test_only_learning_and_administrators_find_it_and_give_access(name: str, found: int) -> None:
    browser = world.sign_in(world.person(name))

    assert browser.get(PAGE).status_code == found
    assert browser.post(SLACK, {"secret": TOKEN}).status_code == (302 if found == 200 else 404)
    assert ChatAccess.objects.exists() == (found == 200)


def test_access_is_kept_encrypted_never_shown_replaced_and_taken_back() -> None:
    browser = world.sign_in(world.person("ada"))

    browser.post(SLACK, {"secret": TOKEN})
    page = browser.get(PAGE).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row(a.*)::text FROM notices_chataccess a")
        assert TOKEN not in cursor.fetchone()[0]
    assert TOKEN not in page and "Access was given on Monday 2 March" in page
    ChatAccess.objects.get().refuse(because="token_revoked", now=MONDAY)
    assert "Slack refused the access on Monday 2 March at 10:00 (token_revoked)" in browser.get(PAGE).content.decode()
    browser.post(SLACK, {"secret": TOKEN + "2"})
    assert (ChatAccess.objects.get().secret, ChatAccess.objects.get().opens) == (TOKEN + "2", True)
    browser.post(reverse("messages-channel-removal", args=["slack"]))
    assert not ChatAccess.objects.exists()


@pytest.mark.parametrize(
    ("kind", "secret"), [("slack", "xoxp-of-a-person"), ("slack", "xoxb-a b"), ("slack", ""), ("teams", "http://a.example/w")]
)
def test_what_was_copied_from_the_wrong_place_is_refused_with_a_sentence(kind: str, secret: str) -> None:
    answer = world.sign_in(world.person("ada")).post(reverse("messages-channel", args=[kind]), {"secret": secret})

    assert answer.status_code == 422
    assert "It should begin with" in answer.content.decode() or "Paste what opens the chat." in answer.content.decode()
    assert not ChatAccess.objects.exists()


def test_each_organisation_has_its_own() -> None:
    world.sign_in(world.person("ada")).post(SLACK, {"secret": TOKEN})

    with tenancy.within(world.make_organisation("Other").id):
        stranger = world.sign_in(world.person("ada"))
        assert "Access was given" not in stranger.get(PAGE).content.decode()
        stranger.post(reverse("messages-channel-removal", args=["slack"]))

    assert ChatAccess.objects.count() == 1


def test_how_many_went_by_which_channel_is_told_in_steps_and_small_counts_are_not() -> None:
    ana, number = world.person("ana"), iter(range(999))
    for channel, count in (("mail", 57), ("", 6), ("push", 12), ("slack", 7)):
        Notice.objects.bulk_create(
            Notice(
                person=ana, kind="seat_offer", subject_id=uuid.UUID(int=next(number)), due_at=MONDAY, not_after=MONDAY + timedelta(days=1),
                sent_at=MONDAY, channel=channel,
            )
            for _ in range(count)
        )  # fmt: skip
    count_today(now=MONDAY)

    page = " ".join(world.sign_in(world.person("fay")).get(reverse("messages")).content.decode().split())

    said = dict(one.split("</dt><dd>") for one in page.split('id="ways">')[1].split("</dl>")[0].split("<div><dt>")[1:])
    assert {way: text.split("<")[0] for way, text in said.items()} == {
        "Mail": "about 60",
        "Phone or computer": "about 10",
        "Slack": "fewer than 8",
    }
    assert '<th scope="row">A seat in a group</th><td class="n">82</td>' in page
