"""The four weeks as days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconvene.notices.rules import HOURS, PER_CYCLE, SATURDAY, at_hour, keeps_caps
from reconvene.practice.rules import SECOND_FROM, check_in_day, ring, week_number
from reconvene.practice.schedule import (
    BUDDY,
    BY_WORTH,
    CHECK_IN,
    HALF_WAY,
    OCCASION,
    PLAN_COPY,
    REPORT,
    SECOND,
    TOMORROW,
    Step,
    Wishes,
    WorkingDays,
    dates_of,
    day_number,
    day_off_after,
    fits,
    sending_hour,
)

TUESDAY = date(2026, 3, 3)
days = st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 12, 31))
weekdays = st.frozensets(st.integers(0, 6))
hours = st.tuples(st.times(), st.times()).filter(lambda both: both[0] < both[1])
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Australia/Lord_Howe", "America/Santiago", "UTC"]


def numbers(steps: tuple[Step, ...]) -> list[tuple[str, int]]:
    return [(step.key, day_number(step.on, first=TUESDAY)) for step in steps]


def test_a_tuesday_cycle_has_its_messages_on_these_days() -> None:
    steps = dates_of(TUESDAY, TUESDAY + timedelta(days=28), Wishes(wants_copy=True))

    assert numbers(steps) == [(PLAN_COPY, 1), (CHECK_IN, 7), (BUDDY, 10), (HALF_WAY, 14), (SECOND, 20), (REPORT, 24), (TOMORROW, 27)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (2, [(PLAN_COPY, 1), (OCCASION, 2), (CHECK_IN, 8), (BUDDY, 10), (HALF_WAY, 15), (SECOND, 20), (REPORT, 24), (TOMORROW, 27)]),
        (7, [(CHECK_IN, 6), (OCCASION, 7), (BUDDY, 13), (HALF_WAY, 14), (SECOND, 20), (REPORT, 24), (TOMORROW, 27)]),
        (14, [(PLAN_COPY, 1), (CHECK_IN, 7), (BUDDY, 10), (HALF_WAY, 14), (SECOND, 20), (REPORT, 24), (TOMORROW, 27)]),
    ],
)
def test_the_others_make_room_for_the_chosen_occasion_when_they_can(day: int, expected: list[tuple[str, int]]) -> None:
    wishes = Wishes(occasion=TUESDAY + timedelta(days=day), wants_copy=True)

    assert numbers(dates_of(TUESDAY, TUESDAY + timedelta(days=28), wishes)) == expected


@given(days, st.integers(25, 35), st.frozensets(st.integers(0, 36), max_size=12), weekdays, st.integers(-2, 40) | st.none(), st.booleans(),
       st.sampled_from(ZONES), st.sampled_from(HOURS), hours)  # fmt: skip
def test_nobody_gets_more_than_the_caps_allow_nor_on_a_day_off_nor_outside_their_hours_nor_after_the_reconvene(
    first: date, gap: int, off: frozenset[int], weekdays: frozenset[int], occasion: int | None, wants_copy: bool, zone: str, wished: int,
    hours: tuple[time, time],
) -> None:  # fmt: skip
    """For any dates, zone, working days, holidays, chosen day and sending hour."""
    working = WorkingDays(weekdays, frozenset(first + timedelta(days=number) for number in off))
    chosen = None if occasion is None else first + timedelta(days=occasion)
    reconvene = first + timedelta(days=gap)

    steps = dates_of(first, reconvene, Wishes(working, chosen, wants_copy))
    sent = [step for step in steps if step.key != TOMORROW]  # that one is the session's, and stands whatever the day
    hour = sending_hour(wished, opens=hours[0], closes=hours[1])
    moments = [at_hour(step.on, zone=zone, hour=hour) for step in steps]

    assert len({step.key for step in steps}) == len(steps) <= PER_CYCLE
    assert keeps_caps([moment.astimezone(ZoneInfo(zone)).date() for moment in moments])
    for step, moment in zip(steps, moments, strict=True):
        assert first < step.on < reconvene
        assert step not in sent or (step.on in working and step.on.weekday() in weekdays and step.on.weekday() < SATURDAY)
        assert moment < datetime.combine(reconvene, time(), ZoneInfo(zone))
    assert hour in range(15)
    assert all(step.on == chosen for step in steps if step.key == OCCASION)
    assert wants_copy or PLAN_COPY not in {step.key for step in steps}


@given(days, st.integers(25, 35), st.integers(25, 35), st.integers(1, 24), st.integers(1, 34))
@example(date(2025, 1, 1), 28, 25, 20, 19)
def test_when_the_reconvene_moves_nothing_is_repeated_and_the_caps_are_kept(
    first: date, gap: int, other: int, today: int, chosen: int
) -> None:
    wishes = Wishes(occasion=first + timedelta(days=chosen), wants_copy=True)
    after = first + timedelta(days=today)
    before = tuple(step for step in dates_of(first, first + timedelta(days=gap), wishes) if step.on <= after and step.key != TOMORROW)

    moved = dates_of(first, first + timedelta(days=other), wishes, sent=before, after=after)

    assert not {step.key for step in before} & {step.key for step in moved}
    assert all(after < step.on < first + timedelta(days=other) for step in moved if step.key != TOMORROW)
    # The line before the reconvene is sent in any case; when what was sent already leaves it no room, nothing else is.
    assert keeps_caps({step.on for step in (*before, *moved)}) or [step.key for step in moved] == [TOMORROW]


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
    closed = WorkingDays(holidays=frozenset(TUESDAY + timedelta(days=number) for number in range(8, 14)))

    assert numbers(dates_of(TUESDAY, TUESDAY + timedelta(days=28), Wishes(closed))) == [
        (CHECK_IN, 7), (HALF_WAY, 14), (SECOND, 20), (REPORT, 24), (TOMORROW, 27),
    ]  # fmt: skip


def test_who_works_on_no_day_that_messages_go_out_gets_none() -> None:
    steps = dates_of(TUESDAY, TUESDAY + timedelta(days=28), Wishes(WorkingDays(frozenset({5, 6})), wants_copy=True))

    assert [step.key for step in steps] == [TOMORROW]
    assert set(BY_WORTH) & {step.key for step in steps} == set()


def test_one_more_message_fits_only_where_the_caps_have_room() -> None:
    taken = [step.on for step in dates_of(TUESDAY, TUESDAY + timedelta(days=28))]

    assert fits(TUESDAY + timedelta(days=2), taken)
    assert not fits(TUESDAY + timedelta(days=9), taken)
    assert not fits(TUESDAY + timedelta(days=7), taken)


@pytest.mark.parametrize(
    ("wished", "opens", "closes", "hour"),
    [(9, time(9), time(17), 9), (7, time(9), time(17), 9), (9, time(8, 30), time(12), 9), (7, time(8, 30), time(12), 9), (14, time(8), time(12), 8),
     (9, time(16), time(22), 14)],
)  # fmt: skip
def test_the_wished_hour_gives_way_to_the_working_hours(wished: int, opens: time, closes: time, hour: int) -> None:
    assert sending_hour(wished, opens=opens, closes=closes) == hour


def test_a_day_off_ends_what_may_be_sent_late_and_a_weekend_does_not() -> None:
    working = WorkingDays(frozenset({0, 1, 2, 4}))

    assert day_off_after(TUESDAY, days=working, within=3) == date(2026, 3, 5)
    assert day_off_after(date(2026, 3, 6), days=working, within=3) is None


def test_each_week_of_practice_has_its_own_number() -> None:
    assert [week_number(day) for day in (0, 1, 7, 8, 14, 15, 21, 22, 28, 35)] == [0, 0, 0, 1, 1, 2, 2, 3, 3, 3]


@given(st.integers(2, 6))
def test_everyone_has_one_buddy_and_is_the_buddy_of_one(count: int) -> None:
    pairs = ring(list(range(count)))

    assert sorted(person for person, _ in pairs) == sorted(buddy for _, buddy in pairs) == list(range(count))
    assert all(person != buddy for person, buddy in pairs)


def test_pairs_are_mutual_but_for_a_ring_of_three() -> None:
    assert ring(["a", "b", "c", "d"]) == [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]
    assert ring(["a", "b", "c"]) == [("a", "b"), ("b", "c"), ("c", "a")]
    assert ring(["a"]) == []
