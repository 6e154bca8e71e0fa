"""What the tests of six people with three kinds of calendars share: what stands in their diaries, and what they are told by mail."""

from datetime import date, datetime, timedelta

from reconvene.availability.actions import connect
from reconvene.availability.models import Connection
from reconvene.availability.reading import read_connection
from reconvene.availability.registry import Access
from reconvene.base import tenancy
from tests import world
from tests.integrations.radicale import PASSWORD, USER
from tests.notices.mail_server import MailServer


def fair(first: date, last: date) -> bytes:
    """A calendar file of somebody who is at a fair on these days."""
    days = f"DTSTART:{first:%Y%m%d}T070000Z\r\nDTEND:{last:%Y%m%d}T200000Z"
    return f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{days}\r\nSUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def mornings(first: date) -> tuple[str, ...]:
    """Rounds on the floor on every morning of sixty days, as lines of an event."""
    day = f"{first:%Y%m%d}"
    return (
        f"DTSTART;TZID=Europe/Berlin:{day}T090000",
        f"DTEND;TZID=Europe/Berlin:{day}T120000",
        "RRULE:FREQ=DAILY;COUNT=60",
        "SUMMARY:Rounds on the floor",
    )


def connect_address(name: str, origin: str, *, now: datetime) -> Connection:
    """A calendar behind a private address."""
    return connect(world.person(name), kind="address", access=Access(f"{origin}/{name}.ics"), now=now)


def connect_server(name: str, address: str, *, now: datetime, writes: bool = False) -> Connection:
    """A calendar in Radicale."""
    return connect(world.person(name), kind="caldav", access=Access(address, USER, PASSWORD), now=now, writes=writes)


def read_all(now: datetime) -> None:
    """Every connected calendar, as workers do."""
    with tenancy.within(tenancy.current()):
        found = list(Connection.objects.values_list("id", flat=True))
    for connection in found:
        read_connection(connection, organisation=tenancy.current(), now=now)


def told(server: MailServer) -> list[tuple[str, str]]:
    """(recipient, kind of entry) of every mail with a calendar entry, sorted."""
    found = []
    for recipients, mail in server.arrived:
        parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        found += [(recipients[0].partition("@")[0], str(part.get_param("method"))) for part in parts]
    return sorted(found)


def next_monday(today: date) -> date:
    """The Monday after this day."""
    return today + timedelta(days=7 - today.weekday())
