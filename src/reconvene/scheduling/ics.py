"""Calendar entries for one person, as iTIP by mail (a request, an update of it, its cancellation), to be read, or to be put into a calendar. Pure;
used by messages, views and `writing`.

The recipient is the only attendee and the product's mailbox the organiser, the title is neutral: a calendar shows when, never with whom
or about what. One serialiser (icalendar) escapes and folds every value.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from reconvene.base.fields import clean_text

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
STORED = ""
"""No method: what lies in a calendar has none (RFC 4791 4.1), and without organiser and attendee its server writes to nobody."""


@dataclass(frozen=True)
class Entry:
    """What a calendar entry says. `starts` is naive wall time in `zone`; `uid` stays the same when the date moves, `sequence` rises. With
    `wants_reply` the calendar program sends its owner's answer back.
    """

    uid: str
    sequence: int
    title: str
    starts: datetime
    zone: str
    minutes: int
    place: str
    address: str
    attendee: str
    organiser: str
    stamped_at: datetime
    wants_reply: bool = False


def serialise(*entries: Entry, method: str) -> bytes:
    """Entries as one iCalendar object with CRLF line ends and its own VTIMEZONEs. `method` is REQUEST, CANCEL, PUBLISH or STORED."""
    calendar = Calendar()
    calendar.add("prodid", "-//Reconvene//EN")
    calendar.add("version", "2.0")
    if method != STORED:
        calendar.add("method", method)
    for entry in entries:
        calendar.add_component(_event(entry, method=method))
    head, event, rest = calendar.to_ical().partition(b"BEGIN:VEVENT")
    days = [entry.starts.date() for entry in entries] or [date.min]
    return head + _zones(frozenset(entry.zone for entry in entries), first=min(days), last=max(days)) + event + rest


@lru_cache(maxsize=1000)
def _zones(names: frozenset[str], *, first: date, last: date) -> bytes:
    """The VTIMEZONEs for entries between these days. Kept, because those of many sessions are the same and they are half of an entry."""
    calendar = Calendar()
    for name in sorted(names):
        event = Event()
        event.add("dtstart", datetime.combine(first, time(12), ZoneInfo(name)))
        calendar.add_component(event)
    if names:
        calendar.add_missing_timezones(first_date=first - timedelta(days=1), last_date=last + timedelta(days=2))
    return b"".join(zone.to_ical() for zone in calendar.timezones)


def _event(entry: Entry, *, method: str) -> Event:
    starts = entry.starts.replace(tzinfo=ZoneInfo(entry.zone))
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at)
    event.add("summary", one_line(entry.title))
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=entry.minutes))
    if entry.place:
        event.add("location", one_line(entry.place))
    event.add("description", one_line(entry.address))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    if method in (REQUEST, CANCEL):
        event.add("organizer", _mailbox(entry.organiser))
        attendee = _mailbox(entry.attendee)
        attendee.params["PARTSTAT"], attendee.params["RSVP"] = vText("NEEDS-ACTION"), vText("TRUE" if entry.wants_reply else "FALSE")
        event.add("attendee", attendee)
    return event


def one_line(text: str) -> str:
    """Text without control characters, with every run of blanks or line ends as one blank.

    Backslashes become slashes, because icalendar takes a backslash with N for a line end before it escapes anything.
    """
    return " ".join(clean_text(text).replace("\\", "/").split())


def _mailbox(address: str) -> vCalAddress:
    return vCalAddress("mailto:" + "".join(one_line(address).split()))
