import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reconvene.forming.rules import (
    FIRST_ROUND,
    FIT_STEP,
    alike,
    blend,
    earliest_day,
    enough,
    fit,
    is_large_enough,
    kept_apart_by_chance,
    working_hours_earlier,
    working_hours_later,
)
from reconvene.matching.instance import Weights
from reconvene.matching.objective import Parts

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata")
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
lengths = st.integers(1, 200).map(lambda hours: timedelta(hours=hours))


@pytest.mark.parametrize(("asked", "needed"), [(3, 3), (4, 3), (5, 4), (6, 4)])
def test_four_of_six_and_three_of_four_are_enough(asked: int, needed: int) -> None:
    assert enough(asked) == needed


@pytest.mark.parametrize(
    ("size", "days", "in_a_hurry", "is_ready"),
    [(6, 0, False, True), (5, 0, False, True), (4, 0, False, False), (4, 0, True, True), (4, 1, False, True), (3, 0, False, False), (3, 0, True, True), (3, 1, False, True)],
)  # fmt: skip
def test_fewer_people_must_have_waited_longer(size: int, days: int, in_a_hurry: bool, is_ready: bool) -> None:
    assert is_large_enough(size, waited=timedelta(days=days), in_a_hurry=in_a_hurry) == is_ready


@pytest.mark.parametrize(
    ("asked_at", "answer_by"),
    [
        ("2026-03-02T09:00", "2026-03-04T09:00"),  # Monday to Wednesday
        ("2026-03-06T15:00", "2026-03-10T15:00"),  # Friday to Tuesday
        ("2026-03-07T11:00", "2026-03-11T00:00"),  # on a Saturday the clock starts on Monday
    ],
)
def test_forty_eight_working_hours_skip_the_weekend(asked_at: str, answer_by: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asked, until = (datetime.fromisoformat(text).replace(tzinfo=berlin) for text in (asked_at, answer_by))

    assert working_hours_later(asked, FIRST_ROUND, zone="Europe/Berlin") == until


@given(moments, lengths, st.sampled_from(ZONES))
def test_the_time_to_answer_is_never_shorter_and_never_ends_within_a_weekend(moment: datetime, length: timedelta, zone: str) -> None:
    until = working_hours_later(moment, length, zone=zone)
    local = until.astimezone(ZoneInfo(zone))

    assert until - moment >= length - timedelta(hours=1)  # the clock may be put forward once
    assert local.weekday() < 5 or (local.weekday() == 5 and local.time() == datetime.min.time())


@given(moments, lengths, st.sampled_from(ZONES))
def test_who_begins_at_the_last_moment_is_in_time_and_later_is_not(moment: datetime, length: timedelta, zone: str) -> None:
    last = working_hours_earlier(moment, length, zone=zone)

    an_hour = timedelta(hours=1)  # by which clocks are put forward and back
    assert working_hours_later(last, length, zone=zone) <= moment + an_hour
    assert working_hours_later(last + 2 * an_hour, length, zone=zone) > moment - an_hour or moment.astimezone(ZoneInfo(zone)).weekday() >= 5


@given(moments, lengths, lengths, st.sampled_from(ZONES))
def test_more_time_never_ends_earlier(moment: datetime, one: timedelta, other: timedelta, zone: str) -> None:
    shorter, longer = sorted((one, other))

    assert working_hours_later(moment, shorter, zone=zone) <= working_hours_later(moment, longer, zone=zone)


@given(moments, st.sampled_from(ZONES))
def test_no_session_lies_on_the_day_on_which_people_may_still_answer(moment: datetime, zone: str) -> None:
    until = working_hours_later(moment, FIRST_ROUND, zone=zone)
    day = earliest_day(moment, answering=FIRST_ROUND, zone=zone)

    assert day == until.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    assert (day - moment.date()).days <= 7  # those who want to begin this week still can


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.tuples(arrays(np.float64, (n, n), elements=st.floats(0, 1)), st.lists(st.integers(0, 2), min_size=n, max_size=n))
    )
)
def test_the_same_topic_always_counts_more_than_any_likeness_of_words(drawn: tuple[np.ndarray, list[int]]) -> None:
    raw, topics = drawn
    likeness = (raw + raw.T) / 2
    np.fill_diagonal(likeness, 0)
    mixed = blend(likeness, topics=topics)

    assert np.array_equal(mixed, mixed.T)
    assert not mixed.diagonal().any()
    for i in range(len(topics)):
        for j in range(len(topics)):
            if i != j:
                low, high = (0.5, 1.0) if topics[i] == topics[j] else (0.0, 0.5)
                assert low <= mixed[i, j] <= high


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.tuples(*[st.floats(0, 1)] * 3))
def test_the_number_of_a_group_goes_in_steps_of_five_and_knows_nothing_that_would_tell_of_one_person(
    similarity: float, responsibility: float, functions: float, untold: tuple[float, float, float]
) -> None:
    seen = Parts(similarity=similarity, responsibility=responsibility, functions=functions)
    whole = replace(seen, experience=untold[0], weak_ties=untold[1], waiting=untold[2])

    assert fit(whole, Weights()) == fit(seen, Weights())
    assert fit(seen, Weights()) in range(0, 101, FIT_STEP)


def test_a_group_of_which_all_fits_has_a_hundred_and_one_of_which_nothing_does_has_none() -> None:
    assert (fit(Parts(1, 1, 1), Weights()), fit(Parts(0, 0, 0, 1, 1, 1), Weights())) == (100, 0)
    assert [alike(one) for one in (0.0, 0.3, 0.5, 0.6, 0.8)] == [1, 2, 3, 4, 5]


def test_chance_keeps_about_one_pair_in_25_apart_always_the_same_and_by_the_key() -> None:
    pairs = list(combinations([str(uuid.UUID(int=number)) for number in range(150)], 2))
    apart = {pair for pair in pairs if kept_apart_by_chance(*pair, key=b"one")}

    assert 0.03 < len(apart) / len(pairs) < 0.05
    assert apart == {pair for pair in pairs if kept_apart_by_chance(pair[1], pair[0], key=b"one")}
    assert len(apart & {pair for pair in pairs if kept_apart_by_chance(*pair, key=b"other")}) < len(apart) / 5
