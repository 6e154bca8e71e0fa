import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reconvene.base.links import Link
from reconvene.forming.actions import accept_seat, decline_seat
from reconvene.forming.dates import other_dates
from reconvene.forming.models import Proposal, Seat
from reconvene.groups.models import Membership
from tests import world
from tests.forming.queue import link_to, propose, seat_of
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def facts() -> list[object]:
    """Everything that an answer could change."""
    return [*Seat.objects.order_by("id").values_list(), *Proposal.objects.order_by("id").values_list(), *Membership.objects.values_list()]


def test_an_invited_person_sees_the_table_the_reasons_and_both_dates_without_an_account() -> None:
    propose(PEERS)
    page = Client().get(link_to(seat_of("ana")))

    assert page.status_code == 200
    text = page.content.decode()
    for words in ("Delegating", "Ben Example", "All 6 raised the same topic.", "Take my seat", "Decline", "on the clock of Europe/Berlin"):
        assert words in text
    assert "comes back half done" not in text  # nobody's challenge is on it


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(method: str) -> None:
    propose(PEERS)
    before = facts()
    for _time in range(3):
        assert getattr(Client(), method)(link_to(seat_of("ana")), {"answer": "accept"}).status_code == 200

    assert facts() == before


def test_a_yes_by_link_counts_once_however_often_it_is_sent() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"))
    for _time in range(2):
        answer = Client().post(address, {"answer": "accept", "host": "yes"})
        assert (answer.status_code, answer["Location"]) == (302, address)

    assert seat_of("ana").accepted_at == MONDAY
    assert seat_of("ana").offers_to_host
    assert "Thank you. We wait for the others" in Client().get(address).content.decode()


def test_a_no_by_link_is_answered_kindly_and_shows_no_names_any_more() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"))
    for _time in range(2):
        Client().post(address, {"answer": "decline"})
    text = Client().get(address).content.decode()

    assert seat_of("ana").declined_at == MONDAY
    assert "That is fine" in text
    assert "Ben Example" not in text


def test_an_old_page_cannot_take_a_declined_seat_back() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"))
    Client().post(address, {"answer": "decline"})
    page = Client().post(address, {"answer": "accept"}, follow=True)

    assert seat_of("ana").accepted_at is None
    assert "This was settled in the meantime" in page.content.decode()


def test_moving_both_dates_by_link_moves_them() -> None:
    proposal = propose(PEERS)
    chosen = f"{other_dates(proposal, now=MONDAY)[0].first_local:%Y-%m-%dT%H:%M}"
    address = link_to(seat_of("ana"))
    assert chosen in Client().get(address).content.decode()
    Client().post(address, {"answer": "suggest", "first_local": chosen})
    proposal.refresh_from_db()

    assert proposal.first_local == chosen


def test_a_yes_from_a_page_that_was_opened_before_the_dates_moved_is_no_yes_to_the_new_ones() -> None:
    proposal = propose(PEERS)
    browser, address = Client(), link_to(seat_of("ben"))
    read = re.findall(r'name="to" value="([^"]+)"', browser.get(address).content.decode())
    chosen = other_dates(proposal, now=MONDAY)[0].first_local
    Client().post(link_to(seat_of("ana")), {"answer": "suggest", "first_local": f"{chosen:%Y-%m-%dT%H:%M}"})

    page = browser.post(address, {"answer": "accept", "to": read}, follow=True).content.decode()
    assert "This was settled in the meantime. Here is how things stand now." in page
    assert not Seat.objects.exclude(accepted_at=None).exists()

    browser.post(address, {"answer": "accept", "to": re.findall(r'name="to" value="([^"]+)"', page)})
    assert Seat.objects.exclude(accepted_at=None).get().person == world.person("ben")


@pytest.mark.parametrize(
    "answer", [{}, {"answer": ""}, {"answer": "maybe"}, {"answer": "suggest", "first_local": "\x00'; --"}, {"answer": "suggest"}]
)
def test_an_answer_that_makes_no_sense_changes_nothing(answer: dict[str, str]) -> None:
    propose(PEERS)
    before = facts()

    assert Client().post(link_to(seat_of("ana")), answer).status_code == 302
    assert facts() == before


def test_an_altered_link_is_as_if_it_did_not_exist() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"))
    before = facts()
    for wrong in (address[:-9] + "AAAAAAAA/", address.replace(":", ":x", 1), "/seats/by-link/x/"):
        assert Client().get(wrong).status_code == 404
        assert Client().post(wrong, {"answer": "accept"}).status_code == 404

    assert facts() == before


def test_a_link_for_something_else_opens_no_seat() -> None:
    propose(PEERS)
    mine = seat_of("ana")
    until = MONDAY + timedelta(days=3)
    other_purpose = Link("join", mine.organisation_id, mine.person_id, mine.id, until).token()
    other_person = Link("seat", mine.organisation_id, world.person("ben").id, mine.id, until).token()

    assert Client().get(f"/seats/by-link/{other_purpose}/").status_code == 404
    assert Client().get(f"/seats/by-link/{other_person}/").status_code == 404


def test_an_expired_link_says_so() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"), until=MONDAY - timedelta(seconds=2))

    assert Client().get(address).status_code == 410
    assert Client().post(address, {"answer": "accept"}).status_code == 410
    assert seat_of("ana").accepted_at is None


def test_the_link_of_somebody_who_left_the_organisation_opens_nothing() -> None:
    propose(PEERS)
    address = link_to(seat_of("ana"))
    world.person("ana").leave(now=MONDAY)

    assert Client().get(address).status_code == 404


def test_a_used_link_shows_how_things_stand() -> None:
    propose(("ana", "cho", "dan"))
    for name in ("ana", "cho", "dan"):
        accept_seat(seat_of(name), offers_to_host=False, now=MONDAY)
    page = Client().get(link_to(seat_of("ana")))

    assert page.status_code == 200
    assert "You have a seat" in page.content.decode()


def test_the_others_never_see_who_declined() -> None:
    propose(PEERS)
    decline_seat(seat_of("flo"), now=MONDAY)

    assert "Flo" not in Client().get(link_to(seat_of("ana"))).content.decode()


def test_ones_own_seat_opens_signed_in_and_nobody_elses_does() -> None:
    propose(PEERS)
    mine = f"/seats/{seat_of('ana').id}/"

    assert world.sign_in(world.person("ana")).get(mine).status_code == 200
    assert world.sign_in(world.person("ben")).get(mine).status_code == 404
    assert world.sign_in(world.person("gil")).post(mine, {"answer": "accept"}).status_code == 404
    assert seat_of("ana").accepted_at is None


def test_a_seat_page_takes_the_same_number_of_queries_for_three_and_for_six() -> None:
    counts = []
    for names in (("ana", "cho", "dan"), ("p1", "p2", "p3", "p4", "p5", "p6")):
        propose(names)
        with CaptureQueriesContext(connection) as seen:
            Client().get(link_to(seat_of(names[0])))
        counts.append(len([one for one in seen if "SAVEPOINT" not in one["sql"]]))

    assert counts == [13, 13]
