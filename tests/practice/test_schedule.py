"""The four weeks as days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.notices.rules import keeps_caps
from reconvene.practice.rules import SECOND_FROM, check_in_day, ring
from reconvene.practice.schedule import (
    BUDDY,
    CHECK_IN,
    HALF_WAY,
    REPORT,
    SECOND,
    TOMORROW,
    dates_of,
    day_number,
    fits,
    is_working,
    working_day,
)

TUESDAY = date(2026, 3, 3)
days = st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 12, 31))


def test_a_tuesday_cycle_has_its_messages_on_these_days() -> None:
    steps = dates_of(TUESDAY, TUESDAY + timedelta(days=28))

    assert [(step.key, day_number(step.on, first=TUESDAY)) for step in steps] == [
        (CHECK_IN, 7), (BUDDY, 10), (HALF_WAY, 14), (SECOND, 20), (REPORT, 24), (TOMORROW, 27),
    ]  # fmt: skip


@given(days, st.integers(25, 35), st.sets(days, max_size=6))
def test_all_days_are_working_days_in_order_and_keep_the_caps(first: date, gap: int, holidays: set[date]) -> None:
    reconvene = first + timedelta(days=gap)

    steps = dates_of(first, reconvene, holidays=frozenset(holidays))

    assert [step.on for step in steps] == sorted({step.on for step in steps})
    assert keeps_caps([step.on for step in steps])
    assert all(is_working(step.on, holidays=frozenset(holidays)) for step in steps if step.key != TOMORROW)
    assert all(first < step.on < reconvene for step in steps)


@given(days)
def test_in_four_weeks_without_holidays_nothing_is_left_out(first: date) -> None:
    steps = dates_of(first, first + timedelta(days=28))

    assert [step.key for step in steps] == [CHECK_IN, BUDDY, HALF_WAY, SECOND, REPORT, TOMORROW]


@given(days, st.integers(25, 35))
def test_half_way_and_both_ends_are_never_left_out_and_each_check_in_is_on_its_own_side(first: date, gap: int) -> None:
    steps = {step.key: day_number(step.on, first=first) for step in dates_of(first, first + timedelta(days=gap))}

    assert {CHECK_IN, HALF_WAY, REPORT, TOMORROW} <= steps.keys()
    assert check_in_day(steps[CHECK_IN]) == 7
    assert check_in_day(steps.get(SECOND, SECOND_FROM)) == 21


def test_a_week_of_holidays_leaves_out_the_call_before_the_check_ins() -> None:
    closed = frozenset(TUESDAY + timedelta(days=number) for number in range(8, 14))

    assert BUDDY not in [step.key for step in dates_of(TUESDAY, TUESDAY + timedelta(days=28), holidays=closed)]


def test_one_more_message_fits_only_where_the_caps_have_room() -> None:
    steps = dates_of(TUESDAY, TUESDAY + timedelta(days=28))

    assert fits(TUESDAY + timedelta(days=2), steps)
    assert not fits(TUESDAY + timedelta(days=9), steps)
    assert not fits(TUESDAY + timedelta(days=7), steps)


@pytest.mark.parametrize(("day", "works"), [(date(2026, 3, 7), date(2026, 3, 9)), (date(2026, 3, 9), date(2026, 3, 9))])
def test_a_weekend_moves_to_monday(day: date, works: date) -> None:
    assert working_day(day) == works


@given(st.integers(2, 6))
def test_everyone_has_one_buddy_and_is_the_buddy_of_one(count: int) -> None:
    pairs = ring(list(range(count)))

    assert sorted(person for person, _ in pairs) == sorted(buddy for _, buddy in pairs) == list(range(count))
    assert all(person != buddy for person, buddy in pairs)


def test_pairs_are_mutual_but_for_a_ring_of_three() -> None:
    assert ring(["a", "b", "c", "d"]) == [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]
    assert ring(["a", "b", "c"]) == [("a", "b"), ("b", "c"), ("c", "a")]
    assert ring(["a"]) == []
