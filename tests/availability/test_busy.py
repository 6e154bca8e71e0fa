from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.availability import busy
from reconvene.availability.busy import CalendarProblem, NotACalendar, Reading, read_calendar

OWN = Path(__file__).parents[1] / "data" / "calendars"
SINCE, UNTIL = datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)


def read(data: bytes, *, zone: str = "Europe/Paris") -> Reading:
    return read_calendar(data, since=SINCE, until=UNTIL, zone=zone)


def busy_times(data: bytes, *, zone: str = "Europe/Paris") -> list[str]:
    """Busy intervals as text, short enough to compare by eye."""
    return [f"{starts:%m-%d %H:%M}-{ends:%H:%M}" for starts, ends in read(data, zone=zone).busy]


def calendar(*events: str) -> bytes:
    """A calendar of these events, each given by its lines but for the frame."""
    framed = [f"BEGIN:VEVENT\nUID:{at}\n{event}\nEND:VEVENT" for at, event in enumerate(events)]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *framed, "END:VCALENDAR", ""]).encode()


TIMED = "DTSTART:20270302T090000Z\nDTEND:20270302T100000Z"


def test_an_ordinary_calendar_gives_what_its_owner_is_busy_with_and_nothing_else() -> None:
    data = (OWN / "ordinary.ics").read_bytes()

    assert b"\r\n" in data
    assert busy_times(data) == ["03-02 09:00-10:00", "03-03 08:00-08:30", "03-07 23:00-23:00", "03-11 08:00-09:00", "03-11 10:00-11:00"]
    assert read(data).problems == ()
    assert "owner" not in str(asdict(read(data)))


def test_line_ends_do_not_matter() -> None:
    for path in OWN.glob("*.ics"):
        lf = path.read_bytes().replace(b"\r\n", b"\n")
        assert read(lf) == read(lf.replace(b"\n", b"\r\n")) == read(lf.replace(b"\n", b"\r"))


def test_names_of_zones_by_windows_and_by_the_file_itself_are_understood_in_any_encoding() -> None:
    data = (OWN / "windows-zones.ics").read_bytes()

    with pytest.raises(UnicodeDecodeError):
        data.decode()
    assert busy_times(data) == ["03-02 09:00-10:00", "03-04 03:00-04:00", "03-04 23:00-23:00", "03-30 08:00-09:00"]
    assert read(data).problems == ()


def test_the_zones_of_one_file_do_not_explain_the_next() -> None:
    read((OWN / "windows-zones.ics").read_bytes())

    reading = read(calendar("DTSTART;TZID=Customized Time Zone:20270304T100000\nDTEND;TZID=Customized Time Zone:20270304T110000"))

    assert reading.busy == ((datetime(2027, 3, 4, 9, tzinfo=UTC), datetime(2027, 3, 4, 10, tzinfo=UTC)),)
    assert reading.problems == (CalendarProblem("unknown_zone", 1),)


def test_a_series_keeps_its_local_time_and_its_exceptions() -> None:
    assert busy_times((OWN / "weekly-with-exceptions.ics").read_bytes()) == [
        "03-02 09:00-10:00", "03-17 13:00-14:00", "03-30 08:00-09:00", "04-06 08:00-09:00",
    ]  # fmt: skip


def test_events_to_which_a_program_gave_one_uid_all_count() -> None:
    data = calendar(TIMED, TIMED.replace("0302", "0303"), TIMED.replace("0302", "0304")).replace(b"UID:1\n", b"UID:0\n")
    assert busy_times(data.replace(b"UID:2\n", b"UID:0\n")) == ["03-02 09:00-10:00", "03-03 09:00-10:00", "03-04 09:00-10:00"]


def test_times_without_a_zone_are_the_persons_own() -> None:
    floating = calendar("DTSTART:20270302T090000\nDTEND:20270302T100000")

    assert busy_times(floating, zone="Asia/Kolkata") == ["03-02 03:30-04:30"]


def test_an_empty_zone_name_means_no_zone() -> None:
    assert busy_times(calendar("DTSTART;TZID=:20270302T090000\nDTEND;TZID=:20270302T100000")) == ["03-02 08:00-09:00"]


def test_intervals_are_merged_and_cut_to_the_span() -> None:
    data = calendar(TIMED, "DTSTART:20270302T093000Z\nDTEND:20270302T110000Z", "DTSTART:20270131T220000Z\nDTEND:20270201T010000Z")

    assert busy_times(data) == ["02-01 00:00-01:00", "03-02 09:00-11:00"]


@pytest.mark.parametrize(
    "broken",
    ["DTSTART:soon\nDTEND:20270302T100000Z", "SUMMARY:no start", "DTSTART:20270305T090000Z\nDTEND:20270305T100000Z\nRRULE:FREQ=NEVER"],
)
def test_a_broken_event_is_left_out_counted_and_does_not_take_others_with_it(broken: str) -> None:
    reading = read(calendar(broken, TIMED))

    assert (datetime(2027, 3, 2, 9, tzinfo=UTC), datetime(2027, 3, 2, 10, tzinfo=UTC)) in reading.busy
    assert reading.problems


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))) + ";BYSECOND=0,1,2,3",
    ],
)
def test_a_recurrence_that_would_never_end_is_left_out(rule: str) -> None:
    reading = read(calendar(f"DTSTART:20250302T090000Z\nDTEND:20250302T090100Z\nRRULE:{rule}", TIMED))

    assert len(reading.busy) == 1
    assert reading.problems == (CalendarProblem("endless_recurrence", 1),)


def test_a_zone_with_endless_changes_is_not_followed() -> None:
    zone = "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
    data = calendar("DTSTART;TZID=Odd:20270302T090000\nDTEND;TZID=Odd:20270302T100000").replace(
        b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT"
    )

    assert busy_times(data) == ["03-02 08:00-09:00"]
    assert {each.code for each in read(data).problems} == {"unknown_zone", "unreadable_zone"}


def test_an_alarm_that_is_never_closed_does_not_swallow_the_next_event() -> None:
    data = calendar(f"{TIMED}\nBEGIN:VALARM\nTRIGGER:-PT5M", "DTSTART:20270303T090000Z\nDTEND:20270303T100000Z")

    assert busy_times(data) == ["03-02 09:00-10:00", "03-03 09:00-10:00"]


def test_a_calendar_cut_off_in_the_middle_gives_what_it_has() -> None:
    data = calendar(TIMED, "DTSTART:20270303T090000Z\nDTEND:20270303T100000Z\nSUMMARY:cut")

    assert busy_times(data[: data.rindex(b"SUMMARY")]) == ["03-02 09:00-10:00", "03-03 09:00-10:00"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_calendar"),
        (b"%PDF-1.7", "no_calendar"),
        (b"BEGIN:VCARD\nEND:VCARD", "no_calendar"),
        (b" " * (busy.LARGEST_FILE + 1), "too_large"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(NotACalendar, match=code):
        read(data)


def test_more_intervals_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "MOST_INTERVALS", 5)

    with pytest.raises(NotACalendar, match="too_many"):
        read(calendar("DTSTART:20270302T090000Z\nDTEND:20270302T100000Z\nRRULE:FREQ=DAILY"))


def test_a_calendar_in_utf_16_is_read() -> None:
    assert busy_times(calendar(TIMED).decode().encode("utf-16")) == ["03-02 09:00-10:00"]


@pytest.mark.parametrize(
    ("name", "expected", "problems"),
    [
        (
            "busy-reply",
            ["03-03 09:15-11:00", "03-04 13:00-15:00", "03-05 13:00-13:30", "03-08 00:00-00:00"],
            (),
        ),
        (
            "periods-and-odd-zones",
            ["03-02 19:00-20:30", "03-04 10:00-11:00", "03-05 10:00-11:00", "03-06 10:00-12:00", "03-09 08:00-09:00", "03-10 09:00-10:00"],
            (CalendarProblem("unknown_zone", 1),),
        ),
        ("unclosed-alarm", ["03-02 09:00-09:45", "03-03 09:00-10:00"], ()),
    ],
)
def test_files_of_the_shapes_that_others_write_are_read_as_they_mean_it(
    name: str, expected: list[str], problems: tuple[CalendarProblem, ...]
) -> None:
    data = (OWN / f"{name}.ics").read_bytes()

    assert busy_times(data) == expected
    assert read(data).problems == problems


def framed(*lines: str, name: str = "VEVENT") -> str:
    return "\n".join([f"BEGIN:{name}", *lines, f"END:{name}", ""])


def of(*blocks: str) -> bytes:
    return ("BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(blocks) + framed("UID:ordinary", TIMED) + "END:VCALENDAR\n").encode()


PART = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY\nEND:STANDARD"
NEVER = "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31"
SINCE_LONG = "DTSTART:20270201T090000Z"
HOSTILE = {
    "a quote that is opened four million times": (of(framed("DTSTART" + '"' * 4_000_000)), "unreadable_event"),
    "parameters without an end": (of(framed("DTSTART" + ';A="b"' * 700_000 + ":20270303T090000Z")), "unreadable_event"),
    "alarms in alarms in alarms": (of(framed("BEGIN:VALARM\n" * 350_000)), "unreadable_event"),
    "a million exceptions": (of(framed(SINCE_LONG, "RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20270303T090000Z"] * 250_000))), "unreadable_event"),
    "lines of exceptions": (of(framed(SINCE_LONG, "RRULE:FREQ=DAILY", *["EXDATE:20270303T090000Z"] * 150_000)), "unreadable_event"),
    "a quarter of a million dates": (of(framed(SINCE_LONG, "RDATE:" + ",".join(["20270303T090000Z"] * 250_000))), "unreadable_event"),
    "a rule of two million hours": (of(framed(SINCE_LONG, "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(["1"] * 1_000_000))), "unreadable_event"),
    "a zone of twenty thousand parts": (of(framed("TZID:Odd", *[PART] * 20_000, name="VTIMEZONE")), "unreadable_zone"),
    "a thousand rules that never come true": (of(*(framed(f"UID:{n}", SINCE_LONG, f"RRULE:{NEVER}") for n in range(1000))), "endless_recurrence"),
    "a second for a thousand million times": (of(framed(SINCE_LONG, "RRULE:FREQ=SECONDLY;COUNT=1000000000")), "endless_recurrence"),
    "every day since the year one": (of(framed("DTSTART:00010101T090000Z", "RRULE:FREQ=DAILY;COUNT=1000000000")), "endless_recurrence"),
    "a rare day in every week": (of(framed(SINCE_LONG, "RRULE:FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30")), "endless_recurrence"),
    "a length that no calendar has": (of(framed("DTSTART:20270303T090000Z", "DURATION:P99999999999D")), "unreadable_timing"),
    "a count of a thousand digits": (of(framed("DTSTART:20270302T090000Z", "DTEND:20270302T100000Z", "RRULE:FREQ=DAILY;COUNT=" + "9" * 900)), "unreadable_timing"),
    "a period beyond the last year": (of(framed("FREEBUSY:99991231T000000Z/P9999D", name="VFREEBUSY")), "unreadable_event"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_keep_the_program_busy_for_ever_is_left_out_and_the_rest_is_read(name: str) -> None:
    data, problem = HOSTILE[name]

    assert busy_times(data) == ["03-02 09:00-10:00"]
    assert problem in {each.code for each in read(data).problems}


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:99991231T235959Z", "DTEND:99991231T235959Z", "RRULE:FREQ=DAILY"],
        ["DTSTART:20200302T090000Z"],
        ["DTSTART:20270303T090000Z", "DURATION:-P1D"],
        ["DTSTART:20270303T100000Z", "DTEND:20270303T090000Z"],
        ["SUMMARY:" + "x" * 4_000_000, "DTSTART:20280303T100000Z"],
        ["DTSTART:20280303T100000Z", "SUMMARY" + ";X=y" * 1_000_000 + ":a"],
        ["DTSTART:20280303T100000Z", "SUMMARY:" + "\n x" * 1_000_000],
    ],
)
def test_odd_events_that_keep_nobody_busy_change_nothing(lines: list[str]) -> None:
    assert busy_times(of(framed(*lines))) == ["03-02 09:00-10:00"]


def test_a_hundred_thousand_events_that_are_over_are_passed_by_and_those_ahead_are_refused() -> None:
    assert busy_times(of(framed("DTSTART:20200302T090000Z") * 90_000)) == ["03-02 09:00-10:00"]
    with pytest.raises(NotACalendar, match="too_many"):
        read(of(framed("DTSTART:20270302T090000Z") * 90_000))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYMONTHDAY=9", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=9"],
)
def test_rules_of_every_day_are_followed_however_many_there_are(rule: str) -> None:
    many = [framed(f"UID:{n}", "DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", f"RRULE:{rule}") for n in range(20)]

    assert "03-09 09:00-10:00" in busy_times(of(*many))
    assert read(of(*many)).problems == ()


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;TZID=Europe/Berlin:T100000", "DTEND:20270302T110000Z", "RRULE:FREQ=WEEKLY;COUNT=6"),
        ("DTSTART:T100000", "DURATION:PT1H"),
        ("DTSTART:PT1H", "RRULE:FREQ=WEEKLY;COUNT=6"),
    ],
)
def test_a_time_of_day_where_a_date_should_be_leaves_the_event_out_and_the_rest_is_read(lines: tuple[str, ...]) -> None:
    reading = read(of(framed("UID:odd", *lines), framed("UID:good", "DTSTART:20270304T090000Z", "DTEND:20270304T100000Z")))

    assert busy_times(of(framed("UID:good", "DTSTART:20270304T090000Z", "DTEND:20270304T100000Z"))) == [
        f"{starts:%m-%d %H:%M}-{ends:%H:%M}" for starts, ends in reading.busy
    ]
    assert [problem.code for problem in reading.problems] == ["unreadable_event"]


@settings(max_examples=60, deadline=timedelta(seconds=2))
@given(st.sampled_from(sorted(OWN.glob("*.ics"))), st.data())
def test_a_damaged_file_is_read_or_refused_and_never_breaks_anything(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=6))

    try:
        reading = read(bytes(content))
    except NotACalendar:
        return
    assert all(SINCE <= starts < ends <= UNTIL for starts, ends in reading.busy)
    assert list(reading.busy) == sorted(reading.busy)
