"""The account page and the pause link."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.notices.mail import PAUSE
from reconvene.notices.models import Preference
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def pause_address(name: str) -> str:
    whose = world.person(name)
    link = Link(PAUSE, tenancy.current(), whose.id, uuid.UUID(int=0), MONDAY + timedelta(days=30))
    return reverse("pause", args=[link.token()])


@time_machine.travel(MONDAY, tick=False)
def test_opening_the_pause_link_changes_nothing_and_posting_to_it_pauses() -> None:
    address, stranger = pause_address("ana"), Client(enforce_csrf_checks=True)

    assert stranger.get(address).status_code == 200
    assert Preference.objects.count() == 0
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post(address).status_code == 200

    assert Preference.objects.get(person=world.person("ana")).muted_at == MONDAY


@time_machine.travel(MONDAY + timedelta(days=31), tick=False)
def test_an_old_pause_link_has_ended_and_a_changed_one_does_not_work() -> None:
    address = pause_address("ana")

    assert Client().post(address).status_code == 410
    assert Client().post(address.replace("/pause", "x/pause")).status_code == 404
    assert Preference.objects.count() == 0


def test_the_account_page_is_only_for_those_signed_in() -> None:
    assert Client().get(reverse("account")).status_code == 302


@time_machine.travel(MONDAY, tick=False)
def test_one_pauses_and_goes_on_from_the_account_page() -> None:
    ana = world.person("ana")
    browser = world.sign_in(ana)

    browser.post(reverse("account-pause"), {"pause": "on"})
    assert "Paused since Monday 2 March" in browser.get(reverse("account")).content.decode()
    browser.post(reverse("account-pause"), {"pause": "off"})

    assert Preference.objects.get(person=ana).muted_at is None


def test_the_hour_and_the_opt_in_are_kept_and_a_wrong_hour_is_refused() -> None:
    ana = world.person("ana")
    browser = world.sign_in(ana)

    assert browser.post(reverse("account-wishes"), {"hour": "8", "wants_plan_by_mail": "on"}).status_code == 302
    assert browser.post(reverse("account-wishes"), {"hour": "3"}).status_code == 422

    wishes = Preference.objects.get(person=ana)
    assert (wishes.hour, wishes.wants_plan_by_mail) == (8, True)
