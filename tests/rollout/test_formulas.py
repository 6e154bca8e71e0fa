"""The sums of the business case, to the digit of the method's worked example, and what must hold for any figures."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.rollout import formulas
from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range, likely, outcome

WORKED = {
    **likely({key: one.default for key, one in ASSUMPTIONS.items()}),
    "people_1": 36.0, "people_2": 0.0, "people_3": 0.0, "hours_sessions": 3.0, "hours_around": 1.6, "salary_1": 93_750.0, "on_costs": 32.0,
    "productive_hours": 1_650.0, "learning_hours": 40.0, "learning_salary": 75_000.0, "it_hours": 0.0, "hosting": 12.0, "travel": 0.0, "setup": 0.0,
    "share_valuing": 25.0, "value_each": 10_000.0, "attribution": 45.0, "confidence": 65.0,
}  # fmt: skip
"""Method 4.4: 36 managers, 4.6 hours at 75 euros, 40 hours of L&D at 60, licence of 12 a head; 90,000 named, 45 % due, 65 % sure."""


def test_the_worked_example_comes_out_to_the_digit() -> None:
    found = outcome(WORKED)

    assert (found.cost.time, found.cost.learning, found.cost.hosting) == (12_420, 2_400, 432)
    assert (found.total, round(found.head), found.benefit) == (15_252, 424, 26_325)
    assert (round(found.bcr, 2), round(found.roi)) == (1.73, 73)
    assert round(formulas.payback_months(found.benefit, found.total), 1) == 7.0
    assert (round(found.breakeven, 1), round(found.minutes)) == (5.6, 7)


def test_our_own_defaults_are_the_worked_example_and_eight_hours_of_it() -> None:
    found = outcome(likely({key: one.default for key, one in ASSUMPTIONS.items()}))

    assert (found.total, found.benefit) == (15_252 + 8 * 60, 26_325)


def test_an_hour_of_a_manager_costs_what_the_method_says() -> None:
    assert formulas.hourly(93_750, on_costs=32, productive_hours=1_650) == 75


def test_the_cost_a_head_of_other_formats_is_the_methods() -> None:
    heads = formulas.heads(WORKED)

    assert (heads["seminar"], heads["inhouse"]) == (1_425 + 1_550 + 20, 600 + 270 + 20)
    assert round(heads["peer"]) == 424


def test_bands_are_weighted_by_their_people() -> None:
    mixed = {**WORKED, "people_1": 27.0, "people_2": 9.0, "salary_2": 187_500.0}

    assert formulas.manager_hour(mixed) == (27 * 75 + 9 * 150) / 36


def test_answers_are_summed_person_by_person_and_who_did_not_answer_counts_as_nothing() -> None:
    answers = [(10_000.0, 50.0, 80.0), (2_000.0, 20.0, 50.0)]

    assert formulas.adjusted_benefit(answers) == 4_200
    assert formulas.adjusted_benefit([]) == 0
    with pytest.raises(ValueError):
        formulas.adjusted_benefit([(1.0, 120.0, 50.0)])


def test_without_a_benefit_nothing_is_ever_paid_back() -> None:
    found = outcome({**WORKED, "share_valuing": 0.0})

    assert (found.bcr, found.roi, formulas.payback_months(found.benefit, found.total)) == (0, -100, math.inf)


def test_a_measured_benefit_takes_the_place_of_all_four_estimates() -> None:
    assert outcome({**WORKED, "benefit_each": 500.0}).benefit == 18_000


def test_full_scale_counts_everybodys_time_and_it_once() -> None:
    at_scale = {**WORKED, "managers_all": 240.0, "learning_hours_each": 0.5, "it_hours": 8.0}

    assert formulas.full_scale(at_scale) == 240 * (4.6 * 75 + 12 + 0.5 * 60) + 8 * 60


@pytest.mark.parametrize("wrong", [(2, 1, 3), (1, 3, 2), (-1, 0, 1), (0, 1, math.inf), (0, math.nan, 1)])
def test_a_range_that_cannot_be_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError):
        Range(*wrong)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(1, 1e6))
def test_more_benefit_never_returns_less_and_more_cost_never_more(benefit: float, more: float, total: float) -> None:
    assert formulas.roi(benefit + more, total) >= formulas.roi(benefit, total)
    assert formulas.roi(benefit, total + more) <= formulas.roi(benefit, total)
    assert math.isclose(
        formulas.roi(benefit, total), (formulas.bcr(benefit, total) - 1) * 100, abs_tol=1e-6 * abs(benefit / total) * 100 + 1e-6
    )
