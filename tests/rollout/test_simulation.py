"""The band: the same seed the same numbers, no surprise from the order of things, and the point when nothing is open."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range, likely, outcome
from reconvene.rollout.simulation import OUTCOMES, drawn, simulate, tornado

USUAL = {key: one.default for key, one in ASSUMPTIONS.items()}
CHANCE = np.linspace(0, 1, 1001)


def ranges() -> st.SearchStrategy[Range]:
    numbers = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=3, max_size=3).map(sorted)
    return numbers.map(lambda three: Range(*three))


def test_the_same_seed_gives_the_same_band_and_another_seed_nearly_the_same() -> None:
    first, again, other = (simulate(USUAL, seed=seed) for seed in (7, 7, 8))

    assert first == again
    assert first.bands["roi"] != other.bands["roi"]
    assert first.bands["roi"].middle == pytest.approx(other.bands["roi"].middle, abs=5)


def test_neither_the_order_of_the_figures_nor_another_figure_changes_the_draws_of_one() -> None:
    backwards = dict(reversed(USUAL.items()))
    dearer_seminar = {**USUAL, "seminar_fees": Range(1, 2, 3)}

    assert simulate(backwards, seed=7) == simulate(USUAL, seed=7)
    assert simulate(dearer_seminar, seed=7).bands["roi"] == simulate(USUAL, seed=7).bands["roi"]


def test_exact_figures_give_the_point_and_nothing_else() -> None:
    exact = {key: Range.exactly(one.likely) for key, one in USUAL.items()}
    point, found = outcome(likely(exact)), simulate(exact, seed=7)

    for name in OUTCOMES:
        band = found.bands[name]
        assert band.low == band.middle == band.high == pytest.approx(getattr(point, name))
    assert found.pays == 1.0
    assert tornado(exact) == ()


def test_what_pays_in_no_case_pays_in_no_draw() -> None:
    assert simulate({**USUAL, "value_each": Range.exactly(0)}, seed=7).pays == 0.0


def test_the_share_of_draws_that_pay_is_where_the_band_crosses_nought() -> None:
    found = simulate(USUAL, seed=7)

    assert found.bands["net"].low < 0 < found.bands["net"].middle
    assert 0.5 < found.pays < 0.9


def test_the_figure_with_the_widest_swing_comes_first_and_seminars_move_nothing() -> None:
    swings = tornado(USUAL)

    assert swings[0].key == "value_each"
    assert [one.width for one in swings] == sorted((one.width for one in swings), reverse=True)
    assert not {one.key for one in swings} & {"seminar_fees", "inhouse_fees", "managers_all"}
    assert swings[0].at_low == outcome({**likely(USUAL), "value_each": USUAL["value_each"].low}).net


@given(ranges())
@settings(max_examples=60, deadline=None)
def test_draws_stay_in_their_range_and_a_higher_chance_never_gives_less(one: Range) -> None:
    values = drawn(one, CHANCE)

    assert values[0] == pytest.approx(one.low, abs=1e-9 * (1 + one.high))  # the ends of wide ranges cancel out to the last digits
    assert values[-1] == pytest.approx(one.high)
    assert np.all(np.diff(values) >= -1e-6 * (1 + one.high))


@given(ranges(), st.floats(0, 1e5))
@settings(max_examples=60, deadline=None)
def test_a_higher_range_never_gives_less(one: Range, by: float) -> None:
    higher = Range(one.low + by, one.likely + by, one.high + by)

    assert np.all(drawn(higher, CHANCE) >= drawn(one, CHANCE) - 1e-6 * (1 + one.high + by))


@given(st.sampled_from(["salary_1", "hours_around", "hosting", "learning_hours"]), st.floats(1.01, 3))
@settings(max_examples=20, deadline=None)
def test_a_dearer_case_never_breaks_even_earlier(key: str, factor: float) -> None:
    """Dearer hours cost more and win more, so salaries move the cost and not the hours."""
    dearer = {**USUAL, key: USUAL[key].times(factor)}
    before, after = simulate(USUAL, seed=7, draws=400), simulate(dearer, seed=7, draws=400)

    assert after.bands["total"].middle > before.bands["total"].middle
    assert after.pays <= before.pays
    assert key == "salary_1" or after.bands["breakeven"].low >= before.bands["breakeven"].low


def test_the_triangle_has_its_mean_where_a_triangle_has_it() -> None:
    one = Range(2, 3, 10)

    assert drawn(one, np.random.default_rng(1).random(200_000)).mean() == pytest.approx((2 + 3 + 10) / 3, abs=0.02)
