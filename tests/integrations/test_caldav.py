"""Reading by CalDAV: from Radicale, a real server, and from servers that answer otherwise."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from reconvene.availability.registry import Access, Unreadable
from reconvene.integrations.calendars.caldav import CalDav
from tests.integrations.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale
from tests.integrations.servers import NO_ANSWERS, Asked, Reply, always, server

SINCE, UNTIL = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
WEEKLY = ("DTSTART;TZID=Europe/Berlin:20270302T100000", "DTEND;TZID=Europe/Berlin:20270302T110000", "RRULE:FREQ=WEEKLY;COUNT=6")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as found:
        found.make(CALENDAR)
        found.put("weekly", *WEEKLY, "SUMMARY:Talk with my boss about the reorganisation")
        found.put("free", "DTSTART:20270303T090000Z", "DTEND:20270303T100000Z", "TRANSP:TRANSPARENT", "SUMMARY:Free")
        found.put("cancelled", "DTSTART:20270303T110000Z", "DTEND:20270303T120000Z", "STATUS:CANCELLED", "SUMMARY:Off")
        found.put("once", "DTSTART:20270304T090000Z", "DTEND:20270304T100000Z", "SUMMARY:Doctor")
        found.put("later", "DTSTART:20280304T090000Z", "DTEND:20280304T100000Z", "SUMMARY:Next year")
        yield found


def busy(address: str, *, user: str = USER, secret: str = PASSWORD) -> list[str]:
    """Busy intervals as text, short enough to compare by eye."""
    found = CalDav().read(Access(address, user, secret), since=SINCE, until=UNTIL, zone="Europe/Berlin")
    assert found.busy is not None
    assert found.access == Access(address, user, secret)
    return [f"{starts:%m-%d %H:%M}-{ends:%H:%M}" for starts, ends in found.busy]


def refusal(address: str, **access: str) -> str:
    with pytest.raises(Unreadable) as caught:
        busy(address, **access)
    return caught.value.code


EXPECTED = ["03-02 09:00-10:00", "03-04 09:00-10:00", "03-09 09:00-10:00", "03-16 09:00-10:00", "03-23 09:00-10:00", "03-30 08:00-09:00", "04-06 08:00-09:00"]  # fmt: skip


@pytest.mark.parametrize("path", [CALENDAR, f"/{USER}/", "/"], ids=["the calendar", "one's own area", "the server"])
def test_busy_times_are_found_from_the_address_of_the_calendar_of_the_area_and_of_the_server(up: Radicale, path: str) -> None:
    assert busy(up.origin + path) == EXPECTED


def test_a_wrong_password_is_refused_and_a_missing_calendar_not_found(up: Radicale) -> None:
    assert refusal(up.origin + CALENDAR, secret="wrong") == "refused"
    assert refusal(f"{up.origin}/{USER}/no-such-calendar/") == "not_found"


def test_all_calendars_of_a_person_count_together(up: Radicale) -> None:
    up.make(f"/{USER}/home/")
    up.put("evening", "DTSTART:20270304T093000Z", "DTEND:20270304T113000Z", calendar=f"/{USER}/home/")
    try:
        assert busy(up.origin + "/")[:2] == ["03-02 09:00-10:00", "03-04 09:00-11:30"]
    finally:
        up.client.delete(f"{up.origin}/{USER}/home/")


CALENDARS = b"""<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<response><href>/office/</href><propstat><prop><resourcetype><collection/><c:calendar/></resourcetype></prop></propstat></response>
<response><href>/tasks/</href><propstat><prop><resourcetype><collection/><c:calendar/></resourcetype>
<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set></prop></propstat></response>
<response><href>/birthdays/</href><propstat><prop><resourcetype><collection/><c:calendar/></resourcetype>
<c:schedule-calendar-transp><c:transparent/></c:schedule-calendar-transp></prop></propstat></response>
<response><href>/</href><propstat><prop><resourcetype><collection/></resourcetype></prop></propstat></response>
</multistatus>"""
HOME = b"""<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><response><href>/</href><propstat><prop>
<c:calendar-home-set><href>/home/</href></c:calendar-home-set></prop></propstat></response></multistatus>"""
FREE_BUSY = b"BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nFREEBUSY:20270304T090000Z/PT1H\nEND:VFREEBUSY\nEND:VCALENDAR\n"


def test_tasks_and_calendars_that_keep_nobody_busy_are_not_asked() -> None:
    def answer(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        if asked.method == "REPORT":
            return 200, {"Content-Type": "text/calendar"}, FREE_BUSY
        return 207, {"Content-Type": "application/xml"}, CALENDARS if asked.path == "/home/" else HOME

    with server(answer) as up:
        assert busy(up.origin) == ["03-04 09:00-10:00"]

    assert [asked.path for asked in up.asked] == ["/", "/home/", "/office/"]


def test_the_well_known_address_is_tried_where_the_server_has_nothing_at_its_root() -> None:
    def answer(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        if asked.method == "REPORT":
            return 200, {"Content-Type": "text/calendar"}, FREE_BUSY
        if asked.path == "/.well-known/caldav":
            return 301, {"Location": "/dav/"}, b""
        known = {"/dav/": HOME, "/home/": CALENDARS}
        return (207, {}, known[asked.path]) if asked.path in known else (405, {}, b"")

    with server(answer) as up:
        assert busy(f"{up.origin}/") == ["03-04 09:00-10:00"]


def behind(up: Radicale, refused: bytes) -> Any:
    """The same server, but for one question that it does not know."""

    def pass_on(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        if refused in asked.body:
            return 403, {}, b"<error xmlns='DAV:'><supported-report/></error>"
        headers = {name: asked.headers[name] for name in ("depth", "content-type", "authorization") if name in asked.headers}
        answer = up.client.request(asked.method, up.origin + asked.path, content=asked.body, headers=headers)
        return answer.status_code, {"Content-Type": answer.headers.get("content-type", "")}, answer.content

    return server(pass_on)


def test_a_server_without_free_and_busy_times_is_asked_for_events_and_only_their_times(up: Radicale) -> None:
    with behind(up, b"free-busy-query") as older:
        assert busy(older.origin + CALENDAR) == EXPECTED

    asked = older.asked[-1].body.decode()
    assert "SUMMARY" not in asked
    assert "calendar-query" in asked


def test_free_and_busy_times_alone_are_asked_for_first(up: Radicale) -> None:
    with behind(up, b"no such question") as same:
        busy(same.origin + CALENDAR)

    assert [(one.method, one.headers["depth"]) for one in same.asked] == [("PROPFIND", "0"), ("REPORT", "1")]
    assert b"free-busy-query" in same.asked[-1].body


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>"""


@pytest.mark.parametrize(
    ("status", "body", "content_type", "code"),
    [
        *NO_ANSWERS,
        (200, b"<html>Sign in</html>", "text/html", "not_calendar"),
        (207, b"<html>Sign in<br></html>", "text/html", "not_calendar"),
        (207, b"", "application/xml", "not_calendar"),
        (207, BOMB, "application/xml", "not_calendar"),
        (207, b"<multistatus xmlns='DAV:'/>", "application/xml", "not_found"),
        (207, b"x" * 5_000_001, "application/xml", "too_large"),
    ],
)
def test_every_answer_that_is_none_has_a_class(status: int, body: bytes, content_type: str, code: str) -> None:
    with server(always(status, body, Content_Type=content_type)) as bad:
        assert refusal(f"{bad.origin}/calendar/") == code


def test_a_login_page_instead_of_free_and_busy_times_is_no_calendar(up: Radicale) -> None:
    def half(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        if asked.method == "REPORT":
            return 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"
        answer = up.client.request(asked.method, up.origin + asked.path, content=asked.body, headers={"Depth": "0"})
        return answer.status_code, {"Content-Type": answer.headers["content-type"]}, answer.content

    with server(half) as bad:
        assert refusal(bad.origin + CALENDAR) == "not_calendar"
