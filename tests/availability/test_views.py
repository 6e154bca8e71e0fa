"""The page "When I can meet": hours, half days, connecting and disconnecting calendars."""

from collections.abc import Iterator
from datetime import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection as database
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reconvene.availability.models import Busy, Connection, WorkingHours
from reconvene.availability.queries import as_seen
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Asks
from reconvene.availability.rules import MOST_CONNECTIONS
from tests import world
from tests.availability.calendars import Diary, offered
from tests.integrations.servers import always, server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
ADDRESS = "https://calendar.example/private-abc123/basic.ics"
HALF_READABLE = (
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260303T090000Z\nDTEND:20260303T100000Z\nEND:VEVENT\n"
    b"BEGIN:VEVENT\nUID:2\nDTSTART:yesterday\nEND:VEVENT\nEND:VCALENDAR\n"
)


@pytest.fixture(autouse=True)
def on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def browser() -> Client:
    return world.sign_in(world.person("ana"))


def page(browser: Client) -> str:
    return browser.get(reverse("availability")).content.decode()


def connect(browser: Client, kind: str = "address", **boxes: str) -> Any:
    return browser.post(reverse("calendar-new", args=[kind]), boxes)


def test_hours_are_kept_and_hours_without_room_for_a_session_come_back_with_a_reason(browser: Client) -> None:
    address = reverse("availability-hours")
    assert browser.post(address, {"weekdays": ["0", "2"], "starts": "08:00", "ends": "12:30"}).status_code == 302
    refused = browser.post(address, {"weekdays": ["4"], "starts": "08:30", "ends": "09:00"})

    hours = WorkingHours.objects.get()
    assert (hours.weekdays, hours.starts, hours.ends) == ([0, 2], time(8), time(12, 30))
    assert refused.status_code == 422
    assert "at least 90 minutes" in refused.content.decode()
    assert '<option value="08:30" selected>' in refused.content.decode()


def test_half_days_are_kept_shown_and_taken_back(browser: Client) -> None:
    address = reverse("availability-half-days")
    browser.post(address, {"halves": ["2026-03-03-am", "2026-03-27-pm"]})
    assert Busy.objects.filter(person=world.person("ana"), connection=None).count() == 2
    shown = page(browser)
    assert 'value="2026-03-03-am" aria-label="Tuesday 3 March, morning" checked' in shown
    assert shown.count(" checked></label></td>") == 2

    browser.post(address, {"halves": ["2026-03-03-am"]})
    assert Busy.objects.count() == 1
    browser.post(address)
    assert Busy.objects.count() == 0


@pytest.mark.parametrize("bad", ["2026-03-01-am", "2026-03-07-am", "2027-03-03-am", "nonsense"])
def test_half_days_that_the_page_does_not_show_change_nothing(browser: Client, bad: str) -> None:
    browser.post(reverse("availability-half-days"), {"halves": ["2026-03-03-am"]})

    browser.post(reverse("availability-half-days"), {"halves": ["2026-03-04-am", bad]})

    assert "Some of these days are past" in page(browser)
    assert [row.starts_at.day for row in Busy.objects.all()] == [2]  # midnight in Berlin is still the 2nd in UTC


def test_an_address_is_kept_without_being_shown_again_and_read_later(browser: Client) -> None:
    assert connect(browser, address=f"  {ADDRESS.replace('https', 'webcal')} ").status_code == 302

    made = Connection.objects.get()
    assert (made.person, made.kind, made.address, made.read_again_at) == (world.person("ana"), "address", ADDRESS, MONDAY)
    shown = page(browser)
    assert "Being read for the first time" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert '<b>Private address (ICS)</b> <span class="note">calendar.example</span>' in shown
    assert "abc123" not in shown


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "Paste the address"),
        ("calendar", "This is no web address"),
        ("ftp://calendar.example/a.ics", "This is no web address"),
        ("https://", "This is no web address"),
        ("https://a b/c", "This is no web address"),
        ("https://[", "This is no web address"),
        ("https://a.example:99999/", "This is no web address"),
        ("http://calendar.example/a.ics", "must begin with https://"),
        ("https://ana:word@calendar.example/a.ics", "Leave the name and password out"),
    ],
)
def test_what_is_no_address_comes_back_as_it_was_typed_with_a_reason(browser: Client, address: str, reason: str) -> None:
    answer = connect(browser, address=address)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert f'value="{address}"' in answer.content.decode() or not address
    assert Connection.objects.count() == 0


def test_inside_the_company_http_is_enough(browser: Client, settings: Any) -> None:
    settings.INSIDE_HOSTS = frozenset({"caldav.company.example"})

    connect(browser, "caldav", address="http://caldav.company.example:5232/", user="ana", secret=" word ")

    made = Connection.objects.get()
    assert (made.address, made.user, made.secret) == ("http://caldav.company.example:5232/", "ana", " word ")


def test_a_password_is_never_sent_back(browser: Client) -> None:
    answer = connect(browser, "caldav", address="https://caldav.example/", user="", secret="hush-hush")

    assert answer.status_code == 422
    assert "hush-hush" not in answer.content.decode()
    assert "Type the name you use" in answer.content.decode()


def test_one_more_calendar_than_allowed_is_refused_with_a_sentence(browser: Client) -> None:
    for number in range(MOST_CONNECTIONS):
        connect(browser, address=f"{ADDRESS}?{number}")

    assert "Disconnect one first" in connect(browser, address=ADDRESS).content.decode()
    assert Connection.objects.count() == MOST_CONNECTIONS


def test_a_kind_that_is_not_offered_is_not_there(browser: Client) -> None:
    assert browser.get(reverse("calendar-new", args=["google"])).status_code == 404
    assert "Google Calendar" not in page(browser)


def test_how_it_went_is_said_and_a_stopped_calendar_stands_on_the_home_page_too(browser: Client) -> None:
    connect(browser, address=ADDRESS)
    made = Connection.objects.get()
    Connection.objects.update(read_at=MONDAY)
    assert "Read on Monday 2 March at 10:00" in page(browser)
    assert 'hx-trigger="every 2s"' not in page(browser)
    assert "Connect it again" not in browser.get("/").content.decode()

    made.note_unread(problem="away", again_at=MONDAY)
    assert "did not answer properly" in page(browser)
    assert "Connect it again" not in browser.get("/").content.decode()

    made.note_unread(problem="refused", again_at=None)
    assert "no longer lets us in" in page(browser)
    assert "Connect it again" in browser.get("/").content.decode()
    assert "Connect it again" not in world.sign_in(world.person("ben")).get("/").content.decode()


def test_only_its_owner_disconnects_a_calendar_and_only_by_posting(browser: Client) -> None:
    connect(browser, address=ADDRESS)
    address = reverse("calendar-removal", args=[Connection.objects.get().id])

    assert world.sign_in(world.person("ben")).post(address).status_code == 404
    assert browser.get(address).status_code == 405
    assert Connection.objects.count() == 1

    assert browser.post(address).status_code == 302
    assert Connection.objects.count() == 0


@pytest.fixture
def service() -> Iterator[Diary]:
    with offered(asks=Asks.CONSENT) as found:
        yield found


def agree(browser: Client) -> str:
    """Go off to the service; returns the state that one takes along."""
    answer = browser.get(reverse("calendar-new", args=["diary"]))
    assert answer["Location"].startswith("https://service.example/consent?")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["back"] == ["http://localhost:8000/account/calendars/back/"]
    return asked["state"][0]


def test_coming_back_from_a_service_with_the_code_connects_once(browser: Client, service: Diary) -> None:
    state = agree(browser)
    back = reverse("calendar-back") + f"?code=the-code&state={state}"
    browser.get(back)
    made = Connection.objects.get()
    browser.get(back)

    assert "This way in has ended" in page(browser)
    assert list(Connection.objects.all()) == [made]
    assert (made.kind, made.person) == ("diary", world.person("ana"))
    assert made.secret.startswith("the-code ")
    assert made.secret.endswith(" http://localhost:8000/account/calendars/back/")
    assert service.asked == []


@pytest.mark.parametrize("query", ["", "?code=the-code", "?code=the-code&state=wrong", "?code=the-code&state=%C3%A4"])
def test_coming_back_without_the_state_one_took_along_connects_nothing(browser: Client, service: Diary, query: str) -> None:
    agree(browser)
    stranger = world.sign_in(world.person("ben"))

    assert browser.get(reverse("calendar-back") + query).status_code == 302
    assert stranger.get(reverse("calendar-back") + query).status_code == 302
    assert "This way in has ended" in page(browser)
    assert Connection.objects.count() == 0


def test_who_says_no_at_the_service_connects_nothing(browser: Client, service: Diary) -> None:
    state = agree(browser)

    browser.get(reverse("calendar-back") + f"?error=access_denied&state={state}")

    assert "was not connected" in page(browser)
    assert Connection.objects.count() == 0


def test_the_page_takes_the_same_number_of_queries_however_much_there_is(browser: Client) -> None:
    def queries() -> int:
        page(browser)  # shows what was said, once
        with CaptureQueriesContext(database) as seen:
            page(browser)
        return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    before = queries()
    for number in range(MOST_CONNECTIONS):
        connect(browser, address=f"{ADDRESS}?{number}")
    browser.post(reverse("availability-half-days"), {"halves": ["2026-03-03-am", "2026-03-27-pm"]})

    assert (before, queries()) == (7, 7)


def test_one_tick_has_sessions_written_into_a_calendar_server_and_another_tap_ends_it(browser: Client) -> None:
    connect(browser, "caldav", address="https://dav.example/ana/", user="ana", secret="word", writes="on")
    made = Connection.objects.get()
    assert made.writes_since == MONDAY
    assert "Your sessions are written into this calendar." in page(browser)

    address = reverse("calendar-writing", args=[made.id])
    browser.post(address, {"writes": "no"})
    assert "It is only read. Nothing is written into it." in page(browser)
    browser.post(address, {"writes": "yes"})
    Connection.objects.update(write_problem="refused")
    shown = page(browser)
    assert "The calendar does not let us write into it. Your sessions come by mail again." in shown
    browser.post(address, {"writes": "yes"})
    assert (Connection.objects.get().write_problem, "Try to write again" in page(browser)) == ("", False)
    assert world.sign_in(world.person("ben")).post(address, {"writes": "no"}).status_code == 404


def test_a_calendar_that_can_only_be_read_offers_no_writing(browser: Client) -> None:
    connect(browser, address=ADDRESS)
    assert "written into" not in page(browser)
    assert browser.post(reverse("calendar-writing", args=[Connection.objects.get().id]), {"writes": "yes"}).status_code == 404


def test_the_owner_of_a_partly_read_calendar_is_told(browser: Client) -> None:
    connect(browser, address=ADDRESS)
    made = Connection.objects.get()
    with server(always(200, HALF_READABLE, Content_Type="text/calendar")) as up, override_settings(INSIDE_HOSTS=frozenset({"localhost"})):
        Connection.objects.update(address=up.origin)
        Connection.objects.get().read_later(at=MONDAY)
        read_connection(made.id, organisation=made.organisation_id, now=MONDAY)
    assert Busy.objects.count() == 1
    shown = page(browser)
    assert "Some entries of this calendar could not be read" in shown
    assert "Read on Monday 2 March" in shown


def test_the_problem_of_a_places_calendar_speaks_of_no_half_days_and_a_members_does() -> None:
    for code in ("too_large", "too_many", "partly"):
        said = {owner: as_seen(Connection(kind="ics", problem=code, person_id=owner)).problem for owner in (None, world.person("ana").id)}
        assert {owner: "half days below" in sentence for owner, sentence in said.items()} == {None: False, world.person("ana").id: True}
