"""A calendar server that speaks CalDAV, with name and password. Asks for free and busy times alone where the server can give them.

Sources: RFC 4791 (7.10 free-busy-query, 7.8 calendar-query, 9.6.5 expand, 6.2.1 calendar-home-set), RFC 5397 (current-user-principal), RFC 6764
(/.well-known/caldav), RFC 6638 9.1 (schedule-calendar-transp).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx

from reconvene.availability.busy import Reading, merged
from reconvene.availability.registry import Access, Found, Unreadable
from reconvene.integrations.calendars.address import read_answer, read_body
from reconvene.integrations.web import Answer, Conversation, class_status

MOST_CALENDARS = 10
MULTI_STATUS = 207
DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
XML = {"Content-Type": "application/xml; charset=utf-8"}
ABOUT = b"""<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop>
<resourcetype/><current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/><c:schedule-calendar-transp/>
</prop></propfind>"""
FREE_BUSY = """<?xml version="1.0" encoding="utf-8"?>
<c:free-busy-query xmlns:c="urn:ietf:params:xml:ns:caldav"><c:time-range start="{start}" end="{end}"/></c:free-busy-query>"""
EVENTS = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><c:calendar-data><c:comp name="VCALENDAR"><c:comp name="VEVENT">
<c:prop name="UID"/><c:prop name="DTSTART"/><c:prop name="DTEND"/><c:prop name="DURATION"/><c:prop name="STATUS"/><c:prop name="TRANSP"/>
<c:prop name="RRULE"/><c:prop name="RDATE"/><c:prop name="EXDATE"/><c:prop name="RECURRENCE-ID"/><c:prop name="X-MICROSOFT-CDO-BUSYSTATUS"/>
</c:comp><c:comp name="VTIMEZONE"/></c:comp><c:expand start="{start}" end="{end}"/></c:calendar-data></prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{start}" end="{end}"/></c:comp-filter></c:comp-filter></c:filter>
</c:calendar-query>"""


class CalDav:
    """Implements `availability.registry.Calendar`."""

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        """Busy intervals of the calendar at the address, or of all calendars of the person whose server it is."""
        server = _Span(access, since=since, until=until, zone=zone)
        readings = [server.reading(calendar) for calendar in server.calendars(access.address)[:MOST_CALENDARS]]
        busy = merged(interval for reading in readings for interval in reading.busy)
        return Found(busy, access, is_partial=any(reading.problems for reading in readings))


class Server:
    """One conversation with one server."""

    def __init__(self, access: Access) -> None:
        self.talk = Conversation(user=access.user, password=access.secret)

    def calendars(self, address: str) -> list[str]:
        """The address itself when it is a calendar, else the calendars of the person who signs in. Raises Unreadable when there is none."""
        answer = self._about(address)
        if answer.status in (404, 405) and httpx.URL(address).path in ("", "/"):
            answer = self._about(str(httpx.URL(address).join("/.well-known/caldav")))
        class_status(answer.status if answer.status != MULTI_STATUS else 200)
        if any(_is_calendar(one) for one in responses(answer)):
            return [answer.address]
        home = _first_link(answer, f"{CAL}calendar-home-set")
        if not home and (principal := _first_link(answer, f"{DAV}current-user-principal")):
            home = _first_link(self._about(principal), f"{CAL}calendar-home-set")
        inside = self._about(home, depth="1") if home else answer
        found = [absolute(inside, one.findtext(f"{DAV}href", "")) for one in responses(inside) if _is_calendar(one) and _counts(one)]
        if not found:
            raise Unreadable("not_found")
        return found

    def report(self, calendar: str, query: str) -> Answer:
        """The answer to a question about what lies in a calendar."""
        return self.talk.ask("REPORT", calendar, headers={**XML, "Depth": "1"}, body=query.encode())

    def _about(self, address: str, *, depth: str = "0") -> Answer:
        return self.talk.ask("PROPFIND", address, headers={**XML, "Depth": depth}, body=ABOUT)


class _Span(Server):
    """A conversation about one stretch of time."""

    def __init__(self, access: Access, *, since: datetime, until: datetime, zone: str) -> None:
        super().__init__(access)
        self._is_written, self._since, self._until, self._zone = access.is_written, since, until, zone
        self._range = {"start": f"{since.astimezone(UTC):%Y%m%dT%H%M%SZ}", "end": f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"}

    def reading(self, calendar: str) -> Reading:
        """When the owner is busy. The server's own answer about free and busy times, or else its events without all but their times; at once in
        a calendar in which events of ours lie, because the answer about free and busy times does not tell them apart.
        """
        if not self._is_written:
            answer = self.report(calendar, FREE_BUSY.format(**self._range))
            if answer.status == 200 and answer.content_type == "text/calendar":
                return read_answer(answer, since=self._since, until=self._until, zone=self._zone)
            if answer.status == 401:
                raise Unreadable("refused")
        answer = self.report(calendar, EVENTS.format(**self._range))
        class_status(answer.status if answer.status != MULTI_STATUS else 200)
        bodies = [data.text or "" for response in responses(answer) for data in response.iter(f"{CAL}calendar-data")]
        readings = [read_body(body.encode(), since=self._since, until=self._until, zone=self._zone) for body in bodies]
        busy = merged(interval for reading in readings for interval in reading.busy)
        return Reading(busy, tuple(problem for reading in readings for problem in reading.problems))


def responses(answer: Answer) -> Iterator[ElementTree.Element]:
    """What a server says about each address. Raises Unreadable for what is no such answer."""
    if answer.status != MULTI_STATUS or b"<!DOCTYPE" in answer.body:  # which only somebody sends who wants to harm the parser
        raise Unreadable("not_calendar")
    try:
        root = ElementTree.fromstring(answer.body)  # noqa: S314  # expat limits how much a text may grow, and there is no DOCTYPE
    except ElementTree.ParseError:
        raise Unreadable("not_calendar") from None
    yield from root.iter(f"{DAV}response")


def _first_link(answer: Answer, name: str) -> str:
    for response in responses(answer):
        for found in response.iter(name):
            link = found.findtext(f"{DAV}href", "").strip()
            if link:
                return absolute(answer, link)
    return ""


def absolute(answer: Answer, link: str) -> str:
    """The full address of a link in an answer."""
    return str(httpx.URL(answer.address).join(link.strip()))


def _is_calendar(response: ElementTree.Element) -> bool:
    return any(kind.find(f"{CAL}calendar") is not None for kind in response.iter(f"{DAV}resourcetype"))


def _counts(response: ElementTree.Element) -> bool:
    """Whether it holds events, and its owner has not said that they keep nobody from anything."""
    parts = [part.get("name", "").upper() for part in response.iter(f"{CAL}comp")]
    is_free = any(mark.find(f"{CAL}transparent") is not None for mark in response.iter(f"{CAL}schedule-calendar-transp"))
    return ("VEVENT" in parts or not parts) and not is_free
