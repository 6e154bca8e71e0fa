"""Six busy people with three kinds of calendars: both dates suit all of them, everybody is invited once, and when one moves the first session
to a date that is offered, the reconvene follows and everybody learns of both.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from reconvene.availability.actions import set_half_days
from reconvene.availability.models import Busy
from reconvene.availability.rules import HalfDay
from reconvene.base import tenancy
from reconvene.forming.actions import accept_seat
from reconvene.notices import sending
from reconvene.scheduling.models import Session
from tests import world
from tests.forming.queue import propose, seat_of
from tests.forming.six import connect_address, connect_server, fair, mornings, read_all, told
from tests.integrations.radicale import CALENDAR, Radicale, radicale
from tests.integrations.servers import always, server
from tests.notices.mail_server import mail_server
from tests.world import MONDAY, PEERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def inside(settings: Any) -> None:
    """The calendars of this test stand on this machine, which is otherwise forbidden."""
    settings.INSIDE_HOSTS = frozenset({"localhost"})


@pytest.fixture
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as up:
        up.make(CALENDAR)
        up.put("mornings", *mornings(MONDAY.date()))
        yield up


def test_six_people_get_both_dates_and_when_one_moves_the_first_the_reconvene_follows(dav: Radicale) -> None:
    with server(always(200, fair(date(2026, 3, 2), date(2026, 3, 9)), Content_Type="text/calendar")) as web, mail_server() as mails:
        for name in ("ana", "ben"):
            connect_address(name, web.origin, now=MONDAY)
        for name in ("cho", "dan"):
            connect_server(name, dav.origin + CALENDAR, now=MONDAY)
        for name in ("eli", "flo"):
            set_half_days(
                world.person(name), halves=[HalfDay(date(2026, 3, 11), is_morning=False), HalfDay(date(2026, 4, 8), is_morning=False)]
            )
        read_all(MONDAY)
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
