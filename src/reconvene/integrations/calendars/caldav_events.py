"""Our own events in a calendar that speaks CalDAV: put there, changed and taken out again, and never two for one session.

An event lies at an address made of its UID, so that a worker which died in the middle finds it again. Each change names the version that it
changes (If-Match) or that there is none (If-None-Match), so nothing of anybody else's is written over.

Sources: RFC 4791 (5.3.2 creating, 5.3.2.1 no-uid-conflict, 5.3.4 entity tags, 7.8 calendar-query by UID), RFC 9110 section 13 (conditions).
"""

from urllib.parse import quote

from reconvene.availability.registry import Access, Filed, Unreadable
from reconvene.integrations.calendars.caldav import DAV, MULTI_STATUS, XML, Server, absolute, responses
from reconvene.integrations.web import Answer, class_status

TRIES = 2
"""Of a change whose version turns out to be another; whoever changes it again meanwhile would go on."""
DONE, GONE, ANOTHER_VERSION = (200, 201, 202, 204), (404, 410), 412
NO_PARENT = 409
TAG = b"""<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"""
BY_UID = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop><c:filter><c:comp-filter name="VCALENDAR">
<c:comp-filter name="VEVENT"><c:prop-filter name="UID"><c:text-match collation="i;octet">{uid}</c:text-match></c:prop-filter></c:comp-filter>
</c:comp-filter></c:filter></c:calendar-query>"""


class CalDavEvents:
    """Implements `availability.registry.Writer`: in the calendar at the address, or in the first one of the person whose server it is."""

    def put(self, access: Access, *, uid: str, event: bytes, known: Filed) -> Filed:
        """One event with this UID that says what `event` says."""
        desk = _Desk(access, uid=uid)
        there = known if known.address else desk.usual()
        for _ in range(TRIES):
            answer = desk.put(there, event)
            if answer.status in DONE:
                return Filed(there.address, answer.headers.get("etag", "") or desk.tag_of(there.address))
            if answer.status in (403, NO_PARENT) and b"no-uid-conflict" in answer.body:
                there = desk.find()  # as an invitation by mail that was taken up before
            elif answer.status == ANOTHER_VERSION or (there.tag and answer.status in GONE):
                there = Filed(there.address, desk.tag_of(there.address))
            else:
                class_status(answer.status if answer.status != NO_PARENT else 404)
        raise Unreadable("changed")

    def remove(self, access: Access, *, uid: str, known: Filed) -> None:
        """No event with this UID."""
        desk = _Desk(access, uid=uid)
        there = known if known.address else desk.find()
        for _ in range(TRIES):
            if not there.address:
                return
            answer = desk.remove(there)
            if answer.status in (*DONE, *GONE):
                return
            if answer.status != ANOTHER_VERSION:
                class_status(answer.status)
            tag = desk.tag_of(there.address)
            there = Filed(there.address, tag) if tag else Filed()
        if there.address:
            raise Unreadable("changed")


class _Desk:
    """One conversation with one server about one event."""

    def __init__(self, access: Access, *, uid: str) -> None:
        self._server, self._access, self._uid = Server(access), access, uid

    def usual(self) -> Filed:
        """Where the event belongs when it is put there for the first time."""
        return Filed(self._calendar() + quote(self._uid.replace("@", "-")) + ".ics")

    def find(self) -> Filed:
        """Where an event with the UID lies, whoever put it there; empty when there is none."""
        answer = self._server.report(self._calendar(), BY_UID.format(uid=self._uid))
        class_status(answer.status if answer.status != MULTI_STATUS else 200)
        for found in responses(answer):
            tag = found.findtext(f".//{DAV}getetag", "")
            if tag:
                return Filed(absolute(answer, found.findtext(f"{DAV}href", "")), tag)
        return Filed()

    def put(self, there: Filed, event: bytes) -> Answer:
        """Put the event there, in place of the version that is known, or of nothing."""
        condition = {"If-Match": there.tag} if there.tag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        return self._server.talk.ask("PUT", there.address, headers=headers, body=event)

    def remove(self, there: Filed) -> Answer:
        """Take out the version that is known."""
        return self._server.talk.ask("DELETE", there.address, headers={"If-Match": there.tag} if there.tag else {})

    def tag_of(self, address: str) -> str:
        """The version that lies at the address now; empty when nothing does."""
        answer = self._server.talk.ask("PROPFIND", address, headers={**XML, "Depth": "0"}, body=TAG)
        if answer.status in GONE:
            return ""
        class_status(answer.status if answer.status != MULTI_STATUS else 200)
        return next((tag for found in responses(answer) if (tag := found.findtext(f".//{DAV}getetag", ""))), "")

    def _calendar(self) -> str:
        calendar = self._server.calendars(self._access.address)[0]
        return calendar if calendar.endswith("/") else calendar + "/"
