"""The order of strategies and the marks of pages."""

import math
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.groups.rules import LARGEST
from reconvene.playbook.rules import (
    EVEN_CHANCE,
    SEATS_AT_A_TABLE,
    K,
    Mark,
    first_of_month,
    is_measured,
    lower_bound,
    read_mark,
    review_day,
    topic_share,
)
from reconvene.privacy.disclosure import threshold

counts = st.integers(0, 200).flatmap(lambda tried: st.tuples(st.integers(0, tried), st.just(tried)))
shares = st.floats(0, 1)


def test_one_happy_voice_does_not_lead() -> None:
    assert lower_bound(1, 1, prior=0.5) < lower_bound(21, 26, prior=0.5)
    assert lower_bound(3, 3, prior=0.5) < lower_bound(24, 31, prior=0.5)


@given(counts, shares)
def test_the_bound_lies_between_nothing_and_the_share_it_bounds(count: tuple[int, int], prior: float) -> None:
    helped, tried = count
    bound = lower_bound(helped, tried, prior=prior)
    assert 0 <= bound <= (helped + 5 * prior) / (tried + 5) + 1e-9


@given(counts, shares)
def test_one_more_who_was_helped_never_moves_a_strategy_down(count: tuple[int, int], prior: float) -> None:
    helped, tried = count
    assert lower_bound(helped + 1, tried + 1, prior=prior) >= lower_bound(helped, tried, prior=prior) - 1e-9


@pytest.mark.parametrize(("helped", "tried", "prior"), [(2, 1, 0.5), (-1, 3, 0.5), (1, 3, 1.5)])
def test_counts_that_cannot_be_are_refused(helped: int, tried: int, prior: float) -> None:
    with pytest.raises(ValueError, match="a bound needs"):
        lower_bound(helped, tried, prior=prior)


def test_a_topic_without_tries_is_an_even_chance() -> None:
    assert topic_share([]) == topic_share([(0, 0)]) == EVEN_CHANCE
    assert topic_share([(3, 4), (1, 4)]) == 0.5


def test_a_number_needs_k_people_and_three_groups() -> None:
    assert threshold(LARGEST) == K
    assert SEATS_AT_A_TABLE == LARGEST
    assert [is_measured(tried=tried, groups=groups) for tried, groups in ((K, 3), (K - 1, 3), (K, 2))] == [True, False, False]


def test_publishing_is_dated_to_the_month_and_reviewed_a_year_later() -> None:
    assert first_of_month(date(2026, 3, 31)) == date(2026, 3, 1)
    assert review_day(date(2026, 3, 1)) == date(2027, 3, 1)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False), st.uuids())
def test_a_mark_survives_the_address(first: float, second: float, one: uuid.UUID) -> None:
    mark = read_mark(Mark(first, second, one).text())
    assert mark == Mark(first, second, one)


@pytest.mark.parametrize(
    "text", ["", "1~2", "a~b~c", f"{math.inf!r}~0.0~9f3c2f0e-3b0f-4f0e-9d7b-5f8f6a1b2c3d", "1.0~2.0~nobody", "~" * 400]
)
def test_an_altered_mark_is_no_mark(text: str) -> None:
    assert read_mark(text) is None
