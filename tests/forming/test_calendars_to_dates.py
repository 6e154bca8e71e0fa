"""Six busy people with three kinds of calendars: both dates suit all of them, everybody is invited once, and when one moves the first session
to a date that is offered, the reconvene follows and everybody learns of both.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from reconvene.availability.actions import connect, set_half_days
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access
from reconvene.availability.rules import HalfDay
from reconvene.base import tenancy
from reconvene.forming.actions import accept_seat
from reconvene.notices import sending
from reconvene.scheduling.models import Session
from tests import world
from tests.forming.queue import propose, seat_of
from tests.integrations.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale
from tests.integrations.servers import always, server
from tests.notices.mail_server import MailServer, mail_server
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db

AT_A_FAIR = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T070000Z\r\nDTEND:20260309T200000Z\r\nSUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
EVERY_MORNING = ("DTSTART;TZID=Europe/Berlin:20260302T090000", "DTEND;TZID=Europe/Berlin:20260302T120000", "RRULE:FREQ=DAILY;COUNT=60")


@pytest.fixture(autouse=True)
def inside(settings: Any) -> None:
    """The calendars of this test stand on this machine, which is otherwise forbidden."""
    settings.INSIDE_HOSTS = frozenset({"localhost"})


@pytest.fixture
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as up:
        up.make(CALENDAR)
        up.put("mornings", *EVERY_MORNING, "SUMMARY:Rounds on the floor")
        yield up


def read_all() -> None:
    for connection in Connection.objects.all():
        read_connection(connection.id, organisation=tenancy.current(), now=MONDAY)


def told(server: MailServer) -> list[tuple[str, str]]:
    """(recipient, kind of entry) of every mail with a calendar entry, sorted."""
    found = []
    for recipients, mail in server.arrived:
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        found += [(recipients[0].partition("@")[0], str(part.get_param("method"))) for part in parts]
    return sorted(found)


def test_six_people_get_both_dates_and_when_one_moves_the_first_the_reconvene_follows(dav: Radicale) -> None:
    with server(always(200, AT_A_FAIR, Content_Type="text/calendar")) as web, mail_server() as mails:
        for name in ("ana", "ben"):
            connect(world.person(name), kind="address", access=Access(f"{web.origin}/{name}.ics"), now=MONDAY)
        for name in ("cho", "dan"):
            connect(world.person(name), kind="caldav", access=Access(dav.origin + CALENDAR, USER, PASSWORD), now=MONDAY)
        for name in ("eli", "flo"):
            set_half_days(
                world.person(name), halves=[HalfDay(date(2026, 3, 11), is_morning=False), HalfDay(date(2026, 4, 8), is_morning=False)]
            )
        read_all()
        assert {row.person.first_name for row in Busy.objects.select_related("person")} == {"Ana", "Ben", "Cho", "Dan", "Eli", "Flo"}

        propose()
        for name in PEERS:
            accept_seat(seat_of(name), offers_to_host=name == "ana", now=MONDAY)
        sending.drain(tenancy.current(), now=MONDAY)

        dates = [session.local_start for session in Session.objects.order_by("starts_at")]
        assert dates == ["2026-03-10T13:00", "2026-04-07T13:00"]  # after the fair, no morning, no lunch
        assert told(mails) == sorted((name, "REQUEST") for name in PEERS for _session in dates)

        mails.arrived.clear()
        first = Session.objects.get(kind="first")
        with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
            browser, address = world.sign_in(world.person("ben")), reverse("session-date", args=[first.id])
            page = browser.get(address).content.decode()
            assert "Wednesday 11 March" not in page
            assert browser.post(address, {"day": "2026-03-16", "time": "13:00"}).status_code == 302
        sending.drain(tenancy.current(), now=MONDAY + timedelta(minutes=5))

        dates = [session.local_start for session in Session.objects.order_by("starts_at")]
        assert dates == ["2026-03-16T13:00", "2026-04-13T13:00"]
        assert told(mails) == sorted((name, "REQUEST") for name in PEERS for _session in dates)
