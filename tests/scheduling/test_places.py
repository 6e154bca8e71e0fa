"""Listed places: held with the dates, never by two sessions at once, given back, and the list's own bad input."""

import pytest
import time_machine
from django.urls import reverse

from reconvene.groups.models import Group, Programme
from reconvene.scheduling import actions
from reconvene.scheduling.models import Place, Session
from reconvene.scheduling.places import BadPlace, list_places
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> None:
    """A programme on site; at Hall a place for two, one for four and one for eight, and one elsewhere."""
    Programme.objects.update(is_on_site=True)
    list_places("Den; Hall; 2\nOak; Hall; 4\nElm; Hall; 8\nAsh; Mill; 8")


def booked(name: str, *members: str, first: str = "2026-03-03T10:00") -> tuple[Session, Session]:
    group: Group = world.make_group(*world.people(*members), name=name)
    Session.objects.filter(cycle__group=group).delete()
    return actions.book_sessions(
        group.cycles.get(), first_local=first, reconvene_local="2026-03-31T10:00", zone="Europe/Berlin", minutes=90, place="",
        host=world.person(members[0]), now=MONDAY,
    )  # fmt: skip


def where(session: Session) -> str:
    session.refresh_from_db()
    return session.place


def test_both_sessions_hold_the_smallest_place_with_a_seat_for_all(places: None) -> None:
    assert [where(session) for session in booked("Wren", "ana", "ben", "cho")] == ["Oak, Hall", "Oak, Hall"]


@pytest.mark.parametrize(
    ("first", "gets"), [("2026-03-03T10:00", "Elm, Hall"), ("2026-03-03T11:00", "Elm, Hall"), ("2026-03-03T11:30", "Oak, Hall")]
)
def test_two_sessions_never_hold_one_place_at_the_same_time(places: None, first: str, gets: str) -> None:
    booked("Wren", "ana", "ben", "cho")
    assert where(booked("Robin", "dan", "eli", "flo", first=first)[0]) == gets


def test_when_none_is_free_the_session_has_no_place_and_one_moved_away_gives_its_own_back(places: None) -> None:
    first, _ = booked("Wren", "ana", "ben", "cho")
    Place.objects.filter(name="Elm").delete()
    second, _ = booked("Robin", "dan", "eli", "flo")
    assert where(second) == ""
    actions.move_session(first, local_start="2026-03-04T10:00", by=world.person("ana"), now=MONDAY)
    assert where(first) == "Oak, Hall"
    actions.move_session(second, local_start="2026-03-03T10:30", by=world.person("dan"), now=MONDAY)
    assert where(second) == "Oak, Hall"


def test_a_place_in_words_stays_and_frees_the_one_that_was_held(places: None) -> None:
    first, _ = booked("Wren", "ana", "ben", "cho")
    actions.set_place(first, place="The canteen", now=MONDAY)
    actions.move_session(first, local_start="2026-03-04T10:00", by=world.person("ana"), now=MONDAY)
    assert where(first) == "The canteen"
    assert where(booked("Robin", "dan", "eli", "flo", first="2026-03-04T10:00")[0]) == "Oak, Hall"


def test_a_programme_that_is_not_on_site_holds_none(places: None) -> None:
    Programme.objects.update(is_on_site=False)
    assert where(booked("Wren", "ana", "ben", "cho")[0]) == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Room Birch", "Line 2, “Room Birch”: write name, site and seats"),
        ("Room Birch; Hall", "write name, site and seats"),
        ("; Hall; 4", "write name, site and seats"),
        ("Birch; Hall; many", "the seats are a number from 1 to 500"),
        ("Birch; Hall; 0", "the seats are a number from 1 to 500"),
        ("Birch; Hall; 99999999999999999999", "the seats are a number from 1 to 500"),
        ("B" * 121 + "; Hall; 4", "120 characters at most"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_kept(line: str, says: str) -> None:
    with pytest.raises(BadPlace) as refused:
        list_places(f"Oak; Hall; 4\n{line}")
    assert says in str(refused.value)
    assert not Place.objects.exists()


def test_tabs_commas_and_blank_lines_do_and_the_same_place_again_gets_its_new_seats() -> None:
    assert list_places("Oak\tHall\t4\n\nElm, Hall, 8\nOak; Hall; 6\n") == 3
    assert list(Place.objects.order_by("name").values_list("name", "seats")) == [("Elm", 8), ("Oak", 6)]


@time_machine.travel(MONDAY, tick=False)
def test_learning_keeps_the_list_and_what_was_typed_stays_after_a_mistake(places: None) -> None:
    first, _ = booked("Wren", "ana", "ben", "cho")
    browser, page = world.sign_in(world.person("fay")), reverse("console-places")
    refused = browser.post(page, {"lines": "Fir; Hall; lots"})
    assert refused.status_code == 422
    assert "Fir; Hall; lots" in refused.content.decode() and "the seats are a number" in refused.content.decode()
    assert "1 place is listed." in browser.post(page, {"lines": "Fir; Hall; 5"}, follow=True).content.decode()
    oak = Place.objects.get(name="Oak")
    browser.post(reverse("console-place-removal", args=[oak.id]))
    assert sorted(Place.objects.values_list("name", flat=True)) == ["Ash", "Den", "Elm", "Fir"]
    assert where(first) == "Oak, Hall"
