"""Radicale, a real CalDAV server, on a free port of this machine with one person in it."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

USER, PASSWORD = "ana", "app-password"
CALENDAR = f"/{USER}/office/"
MAKE = """<?xml version="1.0"?><c:mkcalendar xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><set><prop>
<displayname>Secret project</displayname></prop></set></c:mkcalendar>"""
BERLIN = (
    "BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19810329T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip


@dataclass
class Radicale:
    """The server that is up, and a client with the person's password."""

    origin: str
    client: httpx.Client

    def make(self, path: str) -> None:
        """A new calendar."""
        assert self.client.request("MKCALENDAR", self.origin + path, content=MAKE).status_code == 201

    def put(self, name: str, *lines: str, calendar: str = CALENDAR) -> None:
        """An event of these lines."""
        event = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//T//T//EN",
            *BERLIN,
            "BEGIN:VEVENT",
            f"UID:{name}",
            "DTSTAMP:20270101T000000Z",
            *lines,
        ]
        body = "\r\n".join([*event, "END:VEVENT", "END:VCALENDAR", ""])
        answer = self.client.put(f"{self.origin}{calendar}{name}.ics", content=body, headers={"Content-Type": "text/calendar"})
        assert answer.status_code == 201, answer.text


@contextlib.contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """Start it, and end it again by its own process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    options = {
        "server-hosts": f"127.0.0.1:{port}", "auth-type": "htpasswd", "auth-htpasswd-filename": str(folder / "users"),
        "auth-htpasswd-encryption": "plain", "auth-delay": "0", "storage-filesystem-folder": str(folder / "collections"), "logging-level": "warning",
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "radicale", "--config", "", *(f"--{name}={value}" for name, value in options.items())]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(port, process, folder / "log")
            with httpx.Client(auth=(USER, PASSWORD), trust_env=False) as client:
                yield Radicale(f"http://localhost:{port}", client)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-2000:]
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
