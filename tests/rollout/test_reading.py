"""Figures as people type them: what is understood, and one sentence for what cannot be."""

import re

import pytest

from reconvene.rollout.assumptions import ASSUMPTIONS
from reconvene.rollout.formulas import Range
from reconvene.rollout.reading import BadFigure, read_range, together

USUAL = {key: one.default for key, one in ASSUMPTIONS.items()}


def read(key: str, *texts: str, currency: str = "EUR", rate: float = 1.0) -> Range | None:
    low, likely, high = texts if len(texts) == 3 else ("", texts[0], "")
    return read_range((low, likely, high), of=ASSUMPTIONS[key], currency=currency, rate=rate)


@pytest.mark.parametrize(
    ("text", "value"),
    [("72000", 72_000), ("72,000", 72_000), ("72 000", 72_000), ("72'000", 72_000), ("€72,000", 72_000), ("72000 EUR", 72_000), ("72,000.50", 72_000.5)],
)  # fmt: skip
def test_an_amount_is_understood_as_people_write_it(text: str, value: float) -> None:
    assert read("salary_1", text) == Range.exactly(value)


def test_a_decimal_comma_and_a_decimal_point_are_one() -> None:
    assert read("hours_around", "1,6") == read("hours_around", "1.6 h") == Range.exactly(1.6)


@pytest.mark.parametrize("text", ["0,125", "0.125", "0,1250"])
def test_what_begins_with_nought_is_a_decimal_and_never_a_thousand(text: str) -> None:
    assert read("learning_hours_each", text) == read("it_hours", text) == Range.exactly(0.125)


@pytest.mark.parametrize("text", ["1.125", "1.500", "1.000", "72.000"])
def test_what_is_proposed_for_a_figure_of_two_meanings_can_be_typed(text: str) -> None:
    with pytest.raises(BadFigure, match="two ways") as refused:
        read("it_hours", text)

    plain, decimal = re.findall(r"Write (\S+) or (\S+)\.$", str(refused.value))[0]
    assert (read("it_hours", plain), read("it_hours", decimal)) == (Range.exactly(float(text.replace(".", ""))), Range.exactly(float(text)))


def test_empty_boxes_are_the_default_and_the_middle_alone_is_exact() -> None:
    assert read("salary_1", "", "", "") is None
    assert read("on_costs", "20", "25 %", "") == Range(20, 25, 25)


@pytest.mark.parametrize(
    ("key", "texts", "says"),
    [
        ("salary_1", ("0",), "Nobody works for nothing"),
        ("salary_1", ("93",), "hard to believe"),
        ("salary_1", ("99000000",), "hard to believe"),
        ("hours_around", ("-2",), "below zero"),
        ("salary_1", ("$72,000",), "This case counts in EUR, and this is in USD"),
        ("salary_1", ("72000 CHF",), "This case counts in EUR, and this is in CHF"),
        ("hours_around", ("€5",), "an amount of money"),
        ("salary_1", ("90000", "72000", "80000"), "low figure may not be above"),
        ("salary_1", ("60000", "72000", "70000"), "low figure may not be above"),
        ("salary_1", ("60000", "", "80000"), "Write the likely figure in the middle"),
        ("salary_1", ("72.000",), "can be read in two ways"),
        ("salary_1", ("a lot",), "^“a lot” is not a number. Write digits"),
        ("salary_1", ("about 70000",), "^“about 70000” is more than a number. Write only the number, without “about”.$"),
        ("salary_1", ("7 2 0",), "is not a number"),
        ("salary_1", ("1e5",), "Write only the number"),
        ("salary_1", ("9" * 40,), "too long"),
        ("on_costs", ("1600",), "hard to believe"),
        ("confidence", ("101",), "hard to believe"),
        ("people_1", ("-1",), "below zero"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(key: str, texts: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadFigure, match=says):
        read(key, *texts)


def test_bounds_follow_the_currency() -> None:
    assert read("salary_1", "2500000", currency="INR", rate=98.0) == Range.exactly(2_500_000)
    with pytest.raises(BadFigure, match="hard to believe"):
        read("salary_1", "72000", currency="INR", rate=98.0)


def test_an_empty_pilot_and_one_without_time_are_refused() -> None:
    nobody = {**USUAL, "people_1": Range(0, 10, 20)}
    no_time = {**USUAL, "hours_sessions": Range.exactly(0), "hours_around": Range(0, 1, 2)}

    assert "At least one manager" in together(nobody)
    assert "gives some time" in together(no_time)
    assert together(USUAL) == ""
