"""Six people in a real browser, with three kinds of calendars: they connect them or tap their half days, take their seats and get both dates; one
moves the first session by a tap, the reconvene follows, and the calendars hold the right events.
"""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from reconvene.base import tenancy
from reconvene.base.clock import now as clock_now
from reconvene.notices import sending
from reconvene.scheduling.copies import differing
from reconvene.scheduling.models import Session
from reconvene.scheduling.writing import write_copy
from tests import world
from tests.forming.queue import link_to, propose, seat_of
from tests.forming.six import connect_address, connect_server, fair, mornings, next_monday, read_all, told
from tests.integrations.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale
from tests.integrations.servers import always, server
from tests.integrations.test_writing import events
from tests.notices.mail_server import mail_server
from tests.rooms.conftest import end_other_connections, port  # noqa: F401  # the same server in a thread
from tests.world import PEERS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]
HOME = f"/{USER}/home/"


@pytest.fixture
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """Two calendars; in one of them the rounds of every morning."""
    with radicale(tmp_path_factory.mktemp("radicale")) as up:
        up.make(CALENDAR)
        up.make(HOME)
        up.put("mornings", *mornings(date.today()))  # any day does
        yield up


def a_page(browser: Browser, origin: str, name: str) -> Page:
    """A signed-in member's phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    cookie = world.sign_in(world.person(name)).cookies[configured.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
    return context.new_page()


def connect_by_hand(page: Page, origin: str, kind: str, **boxes: str) -> None:
    """Connect a calendar on the page "When I can meet"; a calendar server's is to be written into."""
    page.goto(f"{origin}/account/calendars/{kind}/new/")
    for label, text in boxes.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    if kind == "caldav":
        page.get_by_label("Write my sessions into this calendar").check()
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Being read for the first time")).to_be_visible()


def in_a_worker(work: Callable[[], None]) -> None:
    """Run this in a thread of its own, as a worker would: in this one Playwright's event loop runs."""

    def and_hang_up() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(and_hang_up).result()


def read(organisation: uuid.UUID) -> None:
    """What a tick and its workers do with calendars that are read."""
    with tenancy.within(organisation):
        read_all(clock_now())


def write(organisation: uuid.UUID) -> None:
    """What they do with those that are written, and with mails."""
    with tenancy.within(organisation):
        found = [copy.id for copy in differing(clock_now(), most=50)]
    for copy in found:
        write_copy(copy, organisation=organisation, now=clock_now())
    sending.drain(organisation, now=clock_now())


def dates() -> list[tuple[str, int]]:
    """Both dates as calendars show them, with their sequence."""
    found = Session.objects.order_by("starts_at").values_list("local_start", "sequence")
    return [(f"{local[5:10]} {local[11:]}", sequence) for local, sequence in found]


def test_six_people_get_both_dates_and_one_moves_the_first_by_a_tap(port: int, chromium: Browser, dav: Radicale) -> None:  # noqa: F811
    origin, now = f"http://localhost:{port}", datetime.now(UTC)
    monday = next_monday(now.date())
    organisation = world.make_organisation().id
    diary = fair(now.date(), monday + timedelta(days=1))
    with (
        override_settings(INSIDE_HOSTS=frozenset({"localhost"}), ORIGIN=origin),
        server(always(200, diary, Content_Type="text/calendar")) as web,
        mail_server() as mails,
    ):
        with tenancy.within(organisation):
            pages = {name: a_page(chromium, origin, name) for name in ("ana", "ben", "cho", "eli")}
            connect_address("ben", web.origin, now=now)
            connect_server("dan", dav.origin + HOME, now=now, writes=True)
            world.people("eli", "flo")
        connect_by_hand(pages["ana"], origin, "address", Private_address_of_the_calendar=f"{web.origin}/ana.ics")
        office = {"Address_of_the_calendar_or_its_server": dav.origin + CALENDAR, "User_name": USER, "App_password": PASSWORD}
        connect_by_hand(pages["cho"], origin, "caldav", **office)
        pages["eli"].goto(f"{origin}/account/availability/")
        pages["eli"].locator(f"input[value='{monday + timedelta(days=1)}-pm']").check()
        pages["eli"].get_by_role("button", name="Keep the half days").click()
        in_a_worker(lambda: read(organisation))
        with tenancy.within(organisation):
            propose(now=clock_now())
            links = [link_to(seat_of(name)) for name in PEERS]
        for link in links:
            pages["ana"].goto(origin + link)
            pages["ana"].get_by_role("button", name="Take my seat").click()

        in_a_worker(lambda: write(organisation))
        with tenancy.within(organisation):
            first = Session.objects.get(kind="first")
            before = dates()
            assert first.local.date() > monday + timedelta(days=1)
            assert first.local.hour >= 12 and [sequence for _, sequence in before] == [0, 0]
        assert events(dav, HOME) == sorted(before)
        assert {one for one in events(dav, CALENDAR) if one in before} == set(before)
        assert told(mails) == sorted((name, "REQUEST") for name in ("ana", "ben", "eli", "flo") for _ in before)

        mails.arrived.clear()
        ben = pages["ben"]
        ben.goto(f"{origin}/sessions/{first.id}/")
        ben.get_by_role("link", name="Another date").click()
        option = ben.locator("form.slip", has_text="The reconvene goes along").last
        option.get_by_role("button", name="Take").click()
        expect(ben.get_by_text("Moved, and the reconvene with it")).to_be_visible()

        in_a_worker(lambda: write(organisation))
        with tenancy.within(organisation):
            after = dates()
        assert [sequence for _, sequence in after] == [1, 1] and not {day for day, _ in after} & {day for day, _ in before}
        assert events(dav, HOME) == sorted(after)
        assert told(mails) == sorted((name, "REQUEST") for name in ("ana", "ben", "eli", "flo") for _ in after)
