"""Calendar servers that fail, through to the row: what was read before stays, the reason is noted, nothing is read twice or lost."""

import gzip
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from reconvene.availability.actions import connect
from reconvene.availability.models import Busy, Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access
from reconvene.base import tenancy
from reconvene.integrations import web
from tests import world
from tests.integrations.servers import Asked, Reply, Server, server
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FILE = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260303T090000Z\nDTEND:20260303T100000Z\nSUMMARY:Talk with my boss\nEND:VEVENT\nEND:VCALENDAR\n"
FREE_BUSY = b"BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nFREEBUSY:20260303T090000Z/PT1H\nEND:VFREEBUSY\nEND:VCALENDAR\n"
ABOUT = b"""<multistatus xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><response><href>/c/</href><propstat><prop>
<resourcetype><c:calendar/></resourcetype></prop></propstat></response></multistatus>"""
KEPT = [(MONDAY + 24 * HOUR, MONDAY + 25 * HOUR)]
FAULTS = {
    "500": "away", "503": "away", "401": "refused", "403": "refused", "404": "not_found", "html": "not_calendar", "hang": "slow", "drip": "slow",
    "100 MB": "too_large", "100 MB unsaid": "too_large", "half": "away", "packed": "away", "cut": "away", "unasked 304": "away",
}  # fmt: skip
PACKED = gzip.compress(b" " * 60_000_000)
"""Made beforehand: while it is made, a busy machine's second and a half is over, and the server counts as slow."""


class Failing:
    """A calendar server that works until it is told to fail."""

    def __init__(self) -> None:
        self.fault = ""
        self.up: Server | None = None

    def __call__(self, handler: BaseHTTPRequestHandler, asked: Asked) -> Reply | None:
        if self.fault.isdecimal():
            return int(self.fault), {}, b""
        if self.fault == "html":
            return 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"
        if self.fault == "packed":
            return 200, {"Content-Encoding": "gzip"}, PACKED
        if self.fault == "unasked 304":
            return 304, {"ETag": '"other"'}, b""
        if self.fault:
            return self.break_off(handler)
        if asked.method == "GET":
            return 200, {"Content-Type": "text/calendar"}, FILE
        return (207, {}, ABOUT) if asked.method == "PROPFIND" else (200, {"Content-Type": "text/calendar"}, FREE_BUSY)

    def break_off(self, handler: BaseHTTPRequestHandler) -> None:
        """Faults on the wire."""
        assert self.up is not None
        start = b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n"
        if self.fault == "hang":
            self.up.ends.wait(20)
        elif self.fault == "drip":
            handler.wfile.write(start + b"\r\n")
            while not self.up.ends.wait(0.05):
                handler.wfile.write(b"B")
        elif self.fault.startswith("100 MB"):
            handler.wfile.write(start + (b"\r\n" if "unsaid" in self.fault else b"Content-Length: 100000000\r\n\r\n"))
            for _ in range(100):
                handler.wfile.write(b"x" * 1_000_000)
        elif self.fault == "half":
            handler.wfile.write(start + b"Content-Length: 1000\r\n\r\n" + FILE[:50])


@pytest.mark.parametrize("kind", ["address", "caldav"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_fails_leaves_what_was_read_and_says_why(kind: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 1.5)
    failing = Failing()
    with server(failing) as up:
        failing.up = up
        access = Access(f"{up.origin}/c/", *(("ana", "word") if kind == "caldav" else ()))
        made = connect(world.person("ana"), kind=kind, access=access, now=MONDAY)
        read_connection(made.id, organisation=tenancy.current(), now=MONDAY)
        assert busy() == KEPT

        failing.fault = fault
        read_connection(made.id, organisation=tenancy.current(), now=MONDAY + HOUR)
        found = Connection.objects.get()
        assert (found.problem, found.failures, busy()) == (
            FAULTS[fault],
            1,
            KEPT,
        )
        assert (found.read_again_at is None) == (FAULTS[fault] == "refused")

        failing.fault = ""
        read_connection(made.id, organisation=tenancy.current(), now=MONDAY + 2 * HOUR)
        found = Connection.objects.get()
        assert (found.problem, found.failures, busy()) == ("", 0, KEPT)
    assert "boss" not in str(list(Busy.objects.values())) + str(list(Connection.objects.values()))


def busy() -> list[tuple[object, object]]:
    return list(Busy.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
