"""Reading from a private address: what has not changed is not sent again, and what is no calendar is said to be none."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from reconvene.availability.registry import Access, Unreadable
from reconvene.integrations.calendars.address import AddressCalendar
from tests.integrations.servers import NO_ANSWERS, Asked, Reply, always, server

SINCE, UNTIL = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
FILE = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270302T090000\r\nDTEND:20270302T100000\r\nSUMMARY:Secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
BUSY = ((datetime(2027, 3, 2, 8, tzinfo=UTC), datetime(2027, 3, 2, 9, tzinfo=UTC)),)
CHANGED = "Tue, 02 Mar 2027 09:00:00 GMT"


def read(access: Access) -> object:
    return AddressCalendar().read(access, since=SINCE, until=UNTIL, zone="Europe/Berlin")


def refusal(access: Access) -> str:
    with pytest.raises(Unreadable) as caught:
        read(access)
    return caught.value.code


def test_what_has_not_changed_is_asked_for_by_its_version_and_not_sent_again() -> None:
    def versions(handler: BaseHTTPRequestHandler, asked: Asked) -> Reply:
        is_known = asked.headers.get("if-none-match") == '"7"' and asked.headers.get("if-modified-since") == CHANGED
        return (304, {}, b"") if is_known else (200, {"ETag": '"7"', "Last-Modified": CHANGED, "Content-Type": "text/calendar"}, FILE)

    with server(versions) as up:
        first = AddressCalendar().read(Access(f"{up.origin}/a.ics"), since=SINCE, until=UNTIL, zone="Europe/Berlin")
        again = AddressCalendar().read(first.access, since=SINCE, until=UNTIL, zone="Europe/Berlin")
        other = AddressCalendar().read(
            Access(f"{up.origin}/a.ics", tag='"6"', changed=CHANGED), since=SINCE, until=UNTIL, zone="Europe/Berlin"
        )

    assert (first.busy, first.access) == (BUSY, Access(f"{up.origin}/a.ics", tag='"7"', changed=CHANGED))
    assert (again.busy, again.access) == (None, first.access)
    assert other.busy == BUSY


def test_unchanged_means_nothing_to_who_has_not_read_it_yet() -> None:
    with server(always(304)) as liar:
        assert refusal(Access(liar.origin)) == "away"


@pytest.mark.parametrize("content_type", ["text/calendar; charset=utf-8", "text/plain", "application/octet-stream", ""])
def test_the_file_counts_more_than_what_the_server_calls_it(content_type: str) -> None:
    with server(always(200, FILE, Content_Type=content_type)) as up:
        assert AddressCalendar().read(Access(up.origin), since=SINCE, until=UNTIL, zone="Europe/Berlin").busy == BUSY


@pytest.mark.parametrize(
    ("status", "body", "content_type", "code"),
    [
        *NO_ANSWERS,
        (200, b"<html>Sign in</html>", "text/html; charset=utf-8", "not_calendar"),
        (200, FILE, "text/html", "not_calendar"),
        (200, b"<html>Sign in</html>", "text/calendar", "not_calendar"),
        (200, b"", "text/calendar", "not_calendar"),
        (200, b"BEGIN:VCALENDAR\n" + b" " * 5_000_000, "text/calendar", "too_large"),
    ],
)
def test_every_answer_that_is_none_has_a_class(status: int, body: bytes, content_type: str, code: str) -> None:
    with server(always(status, body, Content_Type=content_type)) as bad:
        assert refusal(Access(bad.origin)) == code
