"""When messages may reach a person."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.notices.rules import FRIDAY_ENDS, HOURS, PER_CYCLE, first_free_day, keeps_caps, next_window, wait_after

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 3, 3)
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix", "right")))
moments = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (local(2026, 3, 3, 10), local(2026, 3, 3, 10)),
        (local(2026, 3, 3, 6), local(2026, 3, 3, 9)),
        (local(2026, 3, 3, 18), local(2026, 3, 4, 9)),
        (local(2026, 3, 6, 14, 59), local(2026, 3, 6, 14, 59)),
        (local(2026, 3, 6, 15), local(2026, 3, 9, 9)),
        (local(2026, 3, 7, 12), local(2026, 3, 9, 9)),
    ],
)
def test_the_window_is_working_hours_and_ends_early_on_fridays(now: datetime, opens: datetime) -> None:
    assert next_window(now, zone="Europe/Berlin", hour=9) == opens


@given(moments, st.sampled_from(ZONES), st.sampled_from(list(HOURS)))
def test_in_every_zone_a_window_opens_within_four_days_and_never_before_now(now: datetime, zone: str, hour: int) -> None:
    window = next_window(now, zone=zone, hour=hour)

    assert now <= window <= now + timedelta(days=4)
    assert window.weekday() < 5
    assert hour <= window.hour < 18
    assert window.weekday() < 4 or window.time() < FRIDAY_ENDS


def test_a_third_message_in_seven_days_waits_until_there_is_room() -> None:
    sent = [TUESDAY, TUESDAY + timedelta(days=3)]

    assert first_free_day(sent, today=TUESDAY + timedelta(days=4)) == TUESDAY + timedelta(days=7)


def test_a_second_message_on_one_day_waits_until_tomorrow() -> None:
    assert first_free_day([TUESDAY], today=TUESDAY) == TUESDAY + timedelta(days=1)


def test_after_eight_messages_in_four_weeks_there_is_no_day() -> None:
    sent = [TUESDAY + timedelta(days=3 * number) for number in range(PER_CYCLE)]

    assert first_free_day(sent, today=TUESDAY + timedelta(days=27)) is None
    assert first_free_day(sent, today=TUESDAY + timedelta(days=28)) == TUESDAY + timedelta(days=28)


@given(st.lists(st.integers(0, 60), max_size=40))
def test_messages_sent_on_first_free_days_always_keep_the_weekly_cap(wanted: list[int]) -> None:
    sent: list[date] = []
    for offset in sorted(wanted):
        today = TUESDAY + timedelta(days=offset)
        if first_free_day(sent, today=today) == today:
            sent.append(today)

    for start in sent:
        assert len([day for day in sent if timedelta() <= day - start < timedelta(days=7)]) <= 2
        assert len([day for day in sent if timedelta() <= day - start < timedelta(days=28)]) <= PER_CYCLE
    assert len(set(sent)) == len(sent)


def test_three_days_within_a_week_break_the_caps_and_eight_days_apart_keep_them() -> None:
    assert not keeps_caps([TUESDAY, TUESDAY + timedelta(days=3), TUESDAY + timedelta(days=6)])
    assert keeps_caps([TUESDAY, TUESDAY + timedelta(days=3), TUESDAY + timedelta(days=7)])
    assert not keeps_caps([TUESDAY, TUESDAY])


def test_waiting_doubles_from_five_minutes_to_six_hours() -> None:
    minutes = [wait_after(attempts) // timedelta(minutes=1) for attempts in range(1, 10)]

    assert minutes == [5, 10, 20, 40, 80, 160, 320, 360, 360]
