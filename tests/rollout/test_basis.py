"""On what a figure rests: measured before own before default, and nothing but what was published."""

from datetime import date
from typing import Any

import pytest

from reconvene.rollout.assumptions import ASSUMPTIONS, Unit
from reconvene.rollout.basis import Basis, Origin, bases, ranges
from reconvene.rollout.formulas import Range
from reconvene.rollout.wording import span

TAKEN = {"taken_on": "2026-03-01"}
HIDDEN = {"hidden": "too_few"}
FUNNEL = {"cells": [{"label": "raised", "people": 90, **TAKEN}, {"label": "first_held", "people": 60, **TAKEN}]}
LATER = {"cells": [{"label": "twelve_weeks", "people": 40, **TAKEN}]}
BENEFIT = {"kind": "sum", "value": 24_000, "people": None, "taken_on": "2026-02-01"}
VALUED = {"kind": "share", "percent": 25, "low": 15, "high": 45, "bound": "exactly", "people": 25, **TAKEN}
HOURS = {"kind": "spread", "value": 2.5, "bound": "exactly", "people": 40, **TAKEN}


def found(own: dict[str, Range] | None = None, *, rate: float = 1.0, keeps_plan: bool = False, **figures: Any) -> dict[str, Basis]:
    return bases(own or {}, figures, rate=rate, keeps_plan=keeps_plan)


def test_before_any_report_own_figures_come_before_defaults_and_only_money_is_changed() -> None:
    rests = found({"hosting": Range(1, 2, 3)}, rate=0.9)

    assert (rests["hosting"].origin, rests["hosting"].range) == (Origin.OWN, Range(1, 2, 3))
    assert rests["salary_1"].range == ASSUMPTIONS["salary_1"].default.times(0.9)
    assert rests["hours_around"].range == ASSUMPTIONS["hours_around"].default
    assert "benefit_each" not in rests


def test_published_hours_take_the_place_of_an_own_figure_and_say_so() -> None:
    basis = found({"hours_sessions": Range(2, 3, 4)}, hours_in_sessions=HOURS)["hours_sessions"]

    assert (basis.origin, basis.range) == (Origin.MEASURED, Range(2.25, 2.5, 2.75))
    assert (basis.taken_on, basis.people, basis.instead_of) == (date(2026, 3, 1), 40, Range(2, 3, 4))


def test_participation_scales_the_bands_and_rounding_stays_open() -> None:
    rests = found({"people_1": Range.exactly(30), "people_2": Range.exactly(10)}, funnel=FUNNEL)

    assert rests["people_1"].range == Range(43.125, 45, 46.875)
    assert rests["people_2"].range.likely == 15
    assert rests["people_3"].range.high == 0


def test_a_case_about_people_to_come_keeps_its_plan() -> None:
    rests = found({"people_1": Range.exactly(30)}, keeps_plan=True, funnel=FUNNEL)

    assert rests["people_1"].origin == Origin.OWN


def test_the_published_benefit_is_shared_among_all_whose_twelve_weeks_are_over() -> None:
    rests = found(benefit=BENEFIT, later=LATER, valued=VALUED)
    basis = rests["benefit_each"]

    assert basis.range.likely == 24_000 / 40
    assert basis.range.low == pytest.approx(24_000 / 42.5 * 15 / 25)
    assert basis.range.high == pytest.approx(25_000 / 37.5 * 45 / 25)
    assert (basis.people, basis.taken_on) == (40, date(2026, 2, 1))
    assert basis.instead_of is not None
    assert basis.instead_of.likely == 0.25 * 10_000 * 0.45 * 0.65
    assert {"share_valuing", "value_each", "attribution", "confidence"}.isdisjoint(ranges(rests))


def test_what_is_hidden_replaces_nothing() -> None:
    hidden = {"cells": [{"label": "first_held", "hidden": "too_few"}, {"label": "twelve_weeks", "hidden": "too_few"}]}
    rests = found(funnel=hidden, later=hidden, benefit=HIDDEN, valued=HIDDEN, hours_in_sessions=HIDDEN)

    assert {basis.origin for basis in rests.values()} == {Origin.DEFAULT}
    assert {basis.origin for basis in found(benefit=BENEFIT, later=hidden).values()} == {Origin.DEFAULT}


def test_a_published_bound_is_no_figure_to_reckon_with() -> None:
    assert found(hours_in_sessions={**HOURS, "bound": "at_least"})["hours_sessions"].origin == Origin.DEFAULT


def test_a_share_who_name_a_value_counts_whoever_was_asked_and_did_not_answer_as_nothing() -> None:
    basis = found(valued=VALUED, later=LATER)["share_valuing"]

    assert (basis.range.low, basis.range.likely, basis.range.high) == pytest.approx((15 * 25 / 42.5, 25 * 25 / 40, 45 * 25 / 37.5))
    assert basis.origin == Origin.MEASURED


def test_where_it_is_not_told_how_many_answered_as_few_are_taken_as_can_be_published() -> None:
    basis = found(valued={**VALUED, "people": None}, later=LATER)["share_valuing"]

    assert (basis.range.low, basis.range.likely, basis.range.high) == pytest.approx((15 * 8 / 42.5, 25 * 8 / 40, 45 * 19 / 37.5))


def test_a_share_of_whom_nobody_knows_how_many_were_asked_is_no_share_of_all() -> None:
    assert found(valued=VALUED)["share_valuing"].origin == Origin.DEFAULT
    everybody = {"cells": [{"label": "twelve_weeks", "people": 25, **TAKEN}]}
    assert found(valued=VALUED, later=everybody)["share_valuing"].range.likely == 25


@pytest.mark.parametrize(("unit", "said"), [(Unit.HOURS, "5 hours"), (Unit.PERCENT, "5\u00a0%"), (Unit.PEOPLE, "5"), (Unit.MONEY, "€5")])
def test_a_range_that_reads_as_one_figure_is_written_as_one(unit: Unit, said: str) -> None:
    assert span(Range(5.001, 5.002, 5.003), unit, currency="EUR") == said
    assert span(Range(4, 5, 6), unit, currency="EUR").endswith(f"likely {said.removesuffix(' hours')}")
