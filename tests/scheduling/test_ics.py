"""Calendar entries: one attendee, nothing else, whatever stands in a place."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from reconvene.scheduling.ics import CANCEL, PUBLISH, REQUEST, Entry, one_line, serialise

NAMES = ["UID", "SEQUENCE", "DTSTAMP", "SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION", "STATUS", "CLASS", "ORGANIZER", "ATTENDEE"]


def entry(**facts: Any) -> Entry:
    usual: dict[str, Any] = {
        "uid": "a.b@reconvene", "sequence": 0, "title": "Learning session", "starts": datetime(2026, 3, 3, 10), "zone": "Europe/Berlin",
        "minutes": 90, "place": "Room Birch", "address": "https://reconvene.example/sessions/1/", "attendee": "ana@aldermoor.example",
        "organiser": "reconvene@example.org", "stamped_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
    }  # fmt: skip
    return Entry(**{**usual, **facts})


def event(data: bytes) -> Any:
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    return found


def test_an_invitation_names_its_recipient_only_and_carries_its_zone() -> None:
    data = serialise(entry(), method=REQUEST)

    calendar, found = Calendar.from_ical(data), event(data)
    assert calendar["METHOD"] == "REQUEST"
    assert found["ATTENDEE"] == "mailto:ana@aldermoor.example"
    assert found["ORGANIZER"] == "mailto:reconvene@example.org"
    assert (found["SUMMARY"], found["LOCATION"]) == ("Learning session", "Room Birch")
    assert found["DTSTART"].dt.isoformat() == "2026-03-03T10:00:00+01:00"
    assert found["DTEND"].dt.isoformat() == "2026-03-03T11:30:00+01:00"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_cancellation_keeps_the_uid_and_says_so() -> None:
    first, last = event(serialise(entry(), method=REQUEST)), event(serialise(entry(sequence=2), method=CANCEL))

    assert last["UID"] == first["UID"]
    assert (last["SEQUENCE"], last["STATUS"]) == (2, "CANCELLED")


def test_a_downloaded_file_has_no_attendee_at_all() -> None:
    found = event(serialise(entry(), method=PUBLISH))

    assert "ATTENDEE" not in found and "ORGANIZER" not in found


@given(st.text(max_size=200))
def test_no_place_can_add_a_property_and_every_place_reads_back(place: str) -> None:
    data = serialise(entry(place="x" + place), method=REQUEST)

    found = event(data)
    assert sorted(found.keys()) == sorted(NAMES)
    assert found["LOCATION"] == one_line("x" + place)
    assert len(list(Calendar.from_ical(data).walk("VEVENT"))) == 1


@given(st.text(alphabet=st.sampled_from('a\r\n\0;:,"\\ \x85\u2028BEGIN'), max_size=60))
def test_no_address_title_or_attendee_can_add_a_property(text: str) -> None:
    data = serialise(entry(title="x" + text, address="x" + text, attendee=text + "@example.org", organiser="r" + text), method=REQUEST)

    assert sorted(event(data).keys()) == sorted(NAMES)
    assert event(data)["SUMMARY"] == one_line("x" + text)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("month", range(1, 13))
def test_the_wall_time_is_the_same_in_every_zone_and_month(zone: str, month: int) -> None:
    found = event(serialise(entry(starts=datetime(2026, month, 28, 10), zone=zone), method=REQUEST))

    assert found["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, month, 28, 10)
    assert found["DTSTART"].dt.utcoffset() == datetime(2026, month, 28, 10, tzinfo=found["DTSTART"].dt.tzinfo).utcoffset()
