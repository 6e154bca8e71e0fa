"""A fellow who has settled a challenge and somebody who waits alone: brought together only when both agree."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.challenges import fellows
from reconvene.challenges.messages import FELLOW_LINK
from reconvene.challenges.models import AskMe, Challenge, Introduction
from reconvene.forming.pool import waiting_pool
from reconvene.notices.models import Notice
from reconvene.people.models import KeepApart
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db


def offer(name: str) -> AskMe:
    """Somebody who has settled a challenge on delegating and may be asked about it."""
    person = world.person(name)
    world.make_challenge(person, settled_at=MONDAY)
    return fellows.offer(person, topic=world.topic(), now=MONDAY)


@pytest.fixture
def alone() -> Challenge:
    """Ben waits alone."""
    return world.make_challenge(world.person("ben"))


def test_only_who_settled_a_challenge_on_a_topic_may_offer_and_takes_it_back_at_any_time() -> None:
    with pytest.raises(fellows.NotSettled):
        fellows.offer(world.person("ana"), topic=world.topic(), now=MONDAY)
    assert offer("ana") == fellows.offer(world.person("ana"), topic=world.topic(), now=TUESDAY)

    fellows.take_back(world.person("ana"), topic=world.topic(), now=TUESDAY)
    assert not fellows.may_be_asked(world.person("ana"), topic=world.topic())


def test_nobody_above_or_below_is_asked_nobody_to_be_kept_apart_and_nobody_who_was_asked_lately(alone: Challenge) -> None:
    for name in ("eva", "dan", "cho", "flo"):  # Eva is Ben's boss
        offer(name)
    KeepApart.objects.create(person=world.person("dan"), other=world.person("ben"))
    waits_elsewhere = world.make_challenge(world.person("gil"), topic=world.topic("feedback"))
    Introduction.objects.create(
        challenge=waits_elsewhere, offer=AskMe.objects.get(person__external_id="cho"), asked_at=MONDAY - timedelta(days=20)
    )

    asked = fellows.ask_a_fellow(alone, now=MONDAY)
    assert asked.offer.person == world.person("flo")
    with pytest.raises(fellows.NobodyToAsk):
        fellows.ask_a_fellow(alone, now=MONDAY + timedelta(days=1))  # Flo has not answered yet


@pytest.mark.nowhere
@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_the_same_moment_one_fellow_is_asked_by_one() -> None:
    company, told = world.make_organisation().id, list[str]()
    with tenancy.within(company):
        offer("flo")
        first, second = (world.make_challenge(world.person(name)) for name in ("ben", "cho"))

    def ask() -> None:
        with tenancy.within(company):
            try:
                told.append(fellows.ask_a_fellow(second, now=MONDAY).offer.person.first_name)
            except fellows.NobodyToAsk:
                told.append("nobody")
        connections.close_all()

    other = threading.Thread(target=ask)
    with tenancy.within(company):
        fellows.ask_a_fellow(first, now=MONDAY)
        other.start()
        other.join(timeout=1)  # it would be over by now if it did not wait for the first one
    other.join()

    assert told == ["nobody"]


def test_whoever_does_not_wait_alone_is_not_offered_a_fellow(alone: Challenge) -> None:
    offer("ana")
    for name in ("cho", "dan"):
        world.make_challenge(world.person(name))

    assert fellows.fellow_for(alone, now=MONDAY) is None


@time_machine.travel(MONDAY, tick=False)
def test_neither_learns_who_the_other_is_before_both_agree_and_taking_back_hides_it_again(alone: Challenge) -> None:
    ana, ben = offer("ana").person, world.sign_in(world.person("ben"))
    page = f"/challenges/{alone.id}/"
    assert "Please ask them" in ben.get(page).content.decode()
    ben.post(f"{page}fellow/")
    asked = Introduction.objects.get()
    address = f"/fellows/{Link(FELLOW_LINK, ana.organisation_id, ana.id, asked.id, TUESDAY).token()}/"
    assert "Ben" not in Client().get(address).content.decode() and "Ana" not in ben.get(page).content.decode()
    assert list(Notice.objects.values_list("person__external_id", "kind")) == [("ana", "fellow_asked")]

    assert "Ben Example" in Client().post(address, {"agrees": "yes"}).content.decode()
    assert "Ana Example" in ben.get(page).content.decode()
    assert Notice.objects.filter(person=world.person("ben"), kind="fellow_agreed").exists()
    done = Challenge.objects.get(person=ana)
    world.sign_in(ana).post(f"/challenges/{done.id}/offer/", {"offer": "no"})
    assert "Ana Example" not in ben.get(page).content.decode()


def test_whoever_may_be_asked_stays_on_the_page_when_a_group_is_found_meanwhile(alone: Challenge) -> None:
    offer("ana")
    asked = fellows.ask_a_fellow(alone, now=MONDAY)
    fellows.answer(asked, agrees=True, now=MONDAY)
    alone.take_seat(now=MONDAY)

    with time_machine.travel(TUESDAY, tick=False):
        page = world.sign_in(world.person("ben")).get(f"/challenges/{alone.id}/").content.decode()

    assert "You may ask" in page and world.person("ana").email in page
    assert "Stop looking" not in page


def test_a_no_looks_like_no_answer_and_after_a_week_another_one_may_be_asked(alone: Challenge) -> None:
    offer("ana")
    asked = fellows.ask_a_fellow(alone, now=MONDAY)
    with time_machine.travel(TUESDAY, tick=False):
        before = world.sign_in(world.person("ben")).get(f"/challenges/{alone.id}/").content.decode()
        fellows.answer(asked, agrees=False, now=TUESDAY)
        after = world.sign_in(world.person("ben")).get(f"/challenges/{alone.id}/").content.decode()
    assert "Somebody has been asked" in before and "Somebody has been asked" in after
    assert not Notice.objects.filter(kind="fellow_agreed").exists()

    offer("cho")
    assert fellows.ask_a_fellow(alone, now=MONDAY + timedelta(days=8)).offer.person == world.person("cho")


def test_forming_takes_who_offers_for_somebody_who_has_handled_it() -> None:
    offer("ana")
    for name in ("ana", "ben"):
        world.make_challenge(world.person(name))
    found = waiting_pool(world.programme(), now=MONDAY)

    assert found is not None
    assert {found.people[one.key].external_id: one.has_experience for one in found.instance().candidates} == {"ana": True, "ben": False}
