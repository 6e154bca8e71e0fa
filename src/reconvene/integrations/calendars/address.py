"""A calendar behind a private address: one iCalendar file, asked for again only when it has changed."""

from datetime import datetime

from reconvene.availability.busy import NotACalendar, Reading, read_calendar
from reconvene.availability.registry import Access, Found, Unreadable
from reconvene.integrations.web import Answer, Conversation, class_status

UNCHANGED = 304


class AddressCalendar:
    """Implements `availability.registry.Calendar`. Sources: RFC 5545 for the file, RFC 9110 section 13 for what has not changed."""

    def read(self, access: Access, *, since: datetime, until: datetime, zone: str) -> Found:
        """Busy intervals of the file, or None when the server says that the version we know still stands."""
        headers = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
        if access.tag:
            headers["If-None-Match"] = access.tag
        if access.changed:
            headers["If-Modified-Since"] = access.changed
        answer = Conversation().ask("GET", access.address, headers=headers)
        if answer.status == UNCHANGED and (access.tag or access.changed):
            return Found(None, access)
        class_status(answer.status)
        reading = read_answer(answer, since=since, until=until, zone=zone)
        tag, changed = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        return Found(reading.busy, Access(access.address, access.user, access.secret, tag, changed), is_partial=bool(reading.problems))


def read_answer(answer: Answer, *, since: datetime, until: datetime, zone: str) -> Reading:
    """The calendar in the body of an answer. Raises Unreadable, also for a page to sign in at."""
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        raise Unreadable("not_calendar")
    return read_body(answer.body, since=since, until=until, zone=zone)


def read_body(body: bytes, *, since: datetime, until: datetime, zone: str) -> Reading:
    """The calendar in some bytes. Raises Unreadable."""
    try:
        return read_calendar(body, since=since, until=until, zone=zone)
    except NotACalendar as refused:
        code = str(refused)
        raise Unreadable("not_calendar" if code == "no_calendar" else code) from None
