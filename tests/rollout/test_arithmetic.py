"""The sums that a case shows beside its numbers: whoever works one out by hand gets the number."""

import re

import pytest

from reconvene.rollout.arithmetic import facts, hour_sums, parts
from reconvene.rollout.formulas import Range
from reconvene.rollout.models import BusinessCase, write_figures
from reconvene.rollout.queries import Worked

FIGURES = {
    "people_1": 31, "salary_1": 61_234.5, "on_costs": 24.7, "productive_hours": 1_642.5, "hours_sessions": 2.75, "hours_around": 1.125,
    "learning_hours": 120.5, "it_hours": 3.333, "hosting": 7.35, "share_valuing": 12.5, "value_each": 4_321.5, "attribution": 37.5, "confidence": 62.25,
}  # fmt: skip


def worked_out(words: str) -> float:
    """A sum in words and signs, worked out by hand."""
    digits = re.sub(r"(managers|hours)", "", words.replace(",", "").replace("€", "").replace("\u00a0", ""))
    return float(eval(re.sub(r"([\d.]+) ?%", r"(\1/100)", digits).replace("×", "*").replace("÷", "/")))  # our own words


def amount(words: str) -> float:
    return float(re.sub(r"[^\d.]", "", words))


def test_every_sum_comes_to_what_stands_behind_it() -> None:
    own = write_figures({key: Range.exactly(value) for key, value in FIGURES.items()})
    worked = Worked(BusinessCase(name="By hand", currency="EUR", figures=own, seed=1), None, {})
    rows = [(words, found) for _label, found, words in parts(worked) if "×" in words]
    lines = [line.split(" = ") for line in (*hour_sums(worked), *facts(worked)["benefit"].sums)]

    for words, found in (*rows, *lines):
        assert worked_out(words) == pytest.approx(amount(found), rel=0.001, abs=0.6), words
