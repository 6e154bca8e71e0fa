"""Calendars written by other people's programs; left out where the folder is not there."""

from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from reconvene.availability.busy import NotACalendar, Reading, read_calendar

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "calendars"
FILES = sorted(FOLDER.glob("*.ics"))
EVER = {"since": datetime(1995, 1, 1, tzinfo=UTC), "until": datetime(2030, 1, 1, tzinfo=UTC), "zone": "Europe/Paris"}


def read(data: bytes) -> Reading | str:
    """The reading, or the reason why there is none."""
    try:
        return read_calendar(data, **EVER)
    except NotACalendar as refused:
        return str(refused)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_calendar_is_read_or_refused_with_a_reason_whatever_its_line_ends(path: Path) -> None:
    lf = path.read_bytes().replace(b"\r\n", b"\n")
    started = perf_counter()

    reading = read(lf)

    assert perf_counter() - started < 5
    assert reading == read(lf.replace(b"\n", b"\r\n"))
    assert isinstance(reading, Reading) or reading == "no_calendar"


@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("ical4j__blankTzid", 1, "2015-08-26 07:00-08:00"),
        ("ical4j__calconnect6", 1, "2005-04-26 14:00-15:00"),
        ("ical4j__evolution", 1, "2008-06-24 18:00-19:30"),
        ("ical4j__groupwise", 1, "2008-12-17 07:30-09:00"),
        ("icalendar__issue_218_bad_tzid", 1, "2017-02-28 12:00-12:30"),
        ("icalendar__issue_27_multiple_periods_in_freebusy_multiple_freebusies", 8, "2012-01-03 09:15-10:15"),
        ("icalendar__issue_836_do_not_quote_tzid", 1, "2024-10-28 21:00-22:00"),
        ("icalnet__Bug2959692", 574, "2008-01-03 16:00-16:30"),
        ("icalnet__Categories1", 25, "2006-09-02 13:00-14:00"),
        ("icalnet__Language1", 53, "2006-07-28 20:00-21:45"),
        ("nodeical__example-rrule", 8, "2017-06-01 14:00-22:00"),
        ("nodeical__exchange-custom-tz", 1, "2019-04-30 02:00-05:00"),
        ("nodeical__tentative-apple-calendar", 3, "2022-07-04 23:00-23:50"),
    ],
)
def test_busy_intervals_of_a_dozen_are_right(name: str, count: int, first: str) -> None:
    reading = read((FOLDER / f"{name}.ics").read_bytes())

    assert isinstance(reading, Reading)
    assert len(reading.busy) == count
    starts, ends = reading.busy[0]
    assert f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M}" == first


def test_all_busy_intervals_of_a_series_with_exceptions_and_a_moved_one_are_right() -> None:
    """Thursdays from June to August, four left out, one of them moved to a Monday; and one evening. Worked out by hand from the file."""
    reading = read((FOLDER / "nodeical__example-rrule.ics").read_bytes())

    assert isinstance(reading, Reading)
    assert [f"{starts:%m-%d %H:%M}-{ends:%H:%M}" for starts, ends in reading.busy] == [
        "06-01 14:00-22:00", "06-08 14:00-22:00", "06-15 14:00-22:00", "06-22 14:00-22:00", "07-03 14:00-17:00", "07-27 14:00-22:00",
        "08-10 14:00-22:00", "12-01 19:00-21:00",
    ]  # fmt: skip
