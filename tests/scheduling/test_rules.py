"""Local wall time and the instant behind it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.scheduling.rules import instant, read_local, working_day_before, write_local

locals_ = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2028, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))


def test_a_skipped_hour_is_read_with_the_offset_before_and_a_doubled_one_is_the_first() -> None:
    assert instant(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(locals_, st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata"]))
def test_clocks_show_the_local_time_at_the_instant_unless_they_skip_it(local: datetime, zone: str) -> None:
    shown = instant(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert shown == local or shown - local == timedelta(hours=1)


@given(locals_)
def test_a_stored_wall_time_reads_back_as_itself(local: datetime) -> None:
    assert read_local(write_local(local)) == local


@pytest.mark.parametrize("text", ["", "2026-03-03", "3.3.2026 10:00", "2026-13-01T10:00"])
def test_what_is_no_wall_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time data"):
        read_local(text)


def test_the_working_day_before_a_monday_is_friday() -> None:
    monday = date(2026, 3, 2)

    days = [working_day_before(monday + timedelta(days=number)).isoweekday() for number in range(7)]

    assert days == [5, 1, 2, 3, 4, 5, 5]
