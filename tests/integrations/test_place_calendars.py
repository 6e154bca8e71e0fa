"""Places with calendars of their own, in a real CalDAV server: what is taken there is not held, what is held is written there."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reconvene.availability.jobs import forget
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.base import tenancy
from reconvene.groups.models import Group, Programme
from reconvene.scheduling import actions
from reconvene.scheduling.models import Copy, Place, Session
from reconvene.scheduling.places import list_places
from tests import world
from tests.integrations.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale
from tests.integrations.test_writing import MINUTE, events, write
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as up:
        up.make(CALENDAR)
        up.put("board", "DTSTART:20260303T090000Z", "DTEND:20260303T093000Z", "SUMMARY:Board")
        yield up


@pytest.fixture
def browser() -> Iterator[Client]:
    """L&D, in a programme on site with two places at Hall."""
    Programme.objects.update(is_on_site=True)
    list_places("Oak; Hall; 4\nElm; Hall; 8")
    with time_machine.travel(MONDAY, tick=False):
        yield world.sign_in(world.person("fay"))


def connect(browser: Client, address: str, *, name: str = "Oak", **boxes: str) -> Any:
    page = reverse("console-place-calendar-new", args=[Place.objects.get(name=name).id, "caldav"])
    return browser.post(page, {"address": address, "user": USER, "secret": PASSWORD, **boxes})


def read() -> None:
    for connection in Connection.objects.all():
        read_connection(connection.id, organisation=tenancy.current(), now=MONDAY)


def book() -> tuple[Session, Session]:
    group: Group = world.make_group(*world.people("ana", "ben", "cho"))
    Session.objects.all().delete()
    return actions.book_sessions(
        group.cycles.get(), first_local="2026-03-03T10:00", reconvene_local="2026-03-31T10:00", zone="Europe/Berlin", minutes=90, place="",
        host=world.person("ana"), now=MONDAY,
    )  # fmt: skip


def test_a_place_that_is_taken_in_its_calendar_is_not_held_and_what_is_held_is_written_there(dav: Radicale, browser: Client) -> None:
    assert connect(browser, dav.origin + CALENDAR, writes="on").status_code == 302
    read()
    assert [(row.person, row.connection.place.name) for row in Busy.objects.all() if row.connection] == [(None, "Oak")]

    first, again = book()
    assert (first.place, again.place) == ("Elm, Hall", "Oak, Hall")
    write()
    assert events(dav)[1:] == [("03-31 10:00", 0)]

    read()
    assert Busy.objects.count() == 1  # its own event does not keep it from being held again
    actions.move_session(again, local_start="2026-04-01T11:00", by=world.person("ana"), now=MONDAY)
    assert Session.objects.get(id=again.id).place == "Oak, Hall"
    write()
    assert events(dav)[1:] == [("04-01 11:00", 1)]


def test_disconnecting_or_taking_it_off_the_list_takes_our_events_out_and_forgets_the_rest(dav: Radicale, browser: Client) -> None:
    connect(browser, dav.origin + CALENDAR, writes="on")
    book()
    write()
    assert len(events(dav)) == 3
    oak = Place.objects.get(name="Oak")
    browser.post(reverse("console-place-removal", args=[oak.id]))
    assert not Busy.objects.exists()
    write(MONDAY + MINUTE / 6)
    forget(MONDAY + MINUTE)
    assert (len(events(dav)), Copy.objects.count(), Connection.objects.count()) == (1, 0, 0)


def test_learning_reads_on_the_list_how_each_calendar_is_and_never_what_opens_it(dav: Radicale, browser: Client) -> None:
    listed = reverse("console-places")
    connect(browser, dav.origin + CALENDAR)
    connect(browser, dav.origin + "/ana/nowhere/", name="Elm")
    assert browser.get(listed).content.decode().count("being read") == 2
    read()
    shown = browser.get(listed).content.decode()
    oak, elm = (reverse("console-place-calendar", args=[Place.objects.get(name=name).id]) for name in ("Oak", "Elm"))
    assert "has a problem" in shown[shown.index(elm) :][:400]
    assert "has a problem" not in shown[shown.index(oak) :][:400]
    assert "There is no calendar at this address." in browser.get(elm).content.decode()

    browser.post(oak, {"wish": "write"})
    page = browser.get(oak).content.decode()
    assert "What groups hold is written into it." in page
    assert PASSWORD not in page
    browser.post(oak, {"wish": "disconnect"})
    assert "Connect" in browser.get(oak).content.decode()
    assert not Connection.objects.standing().filter(place__name="Oak").exists()


def test_a_calendar_that_only_consent_opens_is_not_offered_for_a_place(browser: Client) -> None:
    oak = Place.objects.get(name="Oak")
    assert browser.get(reverse("console-place-calendar-new", args=[oak.id, "google"])).status_code == 404
