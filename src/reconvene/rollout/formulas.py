"""The sums of the business case: cost, benefit cut by doubt, return, break-even, cost per head beside other formats. Pure.

Source of all: method 4.4 and 4.5, after Phillips' ROI method and its conservative rules. Every function takes plain numbers or arrays of them,
so that `simulation` runs the same sums 10,000 times at once. Amounts are in the case's currency, rates in per cent, hours in hours, all of the first
year. There is no return without the cut for doubt here, so that nothing can print one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Number = Any
"""A float, or an array of floats that holds one draw per place. numpy's own types would say no more: sums of both kinds mix."""
Figures = Mapping[str, Number]
"""Figures by the keys of `assumptions`."""
BANDS = ("1", "2", "3")
"""Bands of managers, each with a number of people and a salary of its own."""
WEEKS, MONTHS = 52, 12
FORMATS = ("peer", "elearning", "inhouse", "seminar")
"""The formats whose cost per head is compared."""


@dataclass(frozen=True)
class Range:
    """What a figure may be: 0 <= low <= likely <= high. A figure known exactly is three times the same. Raises ValueError for anything else."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.likely <= self.high and math.isfinite(self.high)):
            raise ValueError("a range needs 0 <= low <= likely <= high")

    @classmethod
    def exactly(cls, value: float) -> "Range":
        """A figure that is known."""
        return cls(value, value, value)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left open."""
        return self.low == self.high

    def times(self, factor: float) -> "Range":
        """All three times a factor of zero or more."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


@dataclass(frozen=True)
class Cost:
    """What a case costs, in full: the time of those who take part is in it, and so are L&D and IT."""

    time: Number
    learning: Number
    it: Number
    hosting: Number
    travel: Number
    setup: Number

    @property
    def total(self) -> Number:
        """All parts together."""
        return sum(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True)
class Outcome:
    """What comes out of a case. `payback` in months, infinite without a benefit; `bcr` is benefit over cost; `roi` in per cent."""

    people: Number
    hours: Number
    hour: Number
    cost: Cost
    total: Number
    head: Number
    breakeven: Number
    minutes: Number
    benefit: Number
    net: Number
    bcr: Number
    roi: Number
    full_scale: Number


def hourly(salary: Number, *, on_costs: Number, productive_hours: Number) -> Number:
    """The loaded cost of an hour: yearly salary, plus on-costs in per cent of it, over productive hours a year (1,600 to 1,850)."""
    return salary * (1 + on_costs / 100) / productive_hours


def people(figures: Figures) -> Number:
    """How many managers take part."""
    return sum(figures[f"people_{band}"] for band in BANDS)


def hours_each(figures: Figures) -> Number:
    """Hours that each of them gives: both sessions, and what lies around them."""
    return figures["hours_sessions"] + figures["hours_around"]


def manager_hour(figures: Figures) -> Number:
    """The loaded cost of a manager's hour: the mean of the bands, weighted by people."""
    each = {"on_costs": figures["on_costs"], "productive_hours": figures["productive_hours"]}
    return sum(figures[f"people_{band}"] * hourly(figures[f"salary_{band}"], **each) for band in BANDS) / people(figures)


def learning_hour(figures: Figures) -> Number:
    """The loaded cost of an hour of L&D; an hour of IT is taken to cost the same."""
    return hourly(figures["learning_salary"], on_costs=figures["on_costs"], productive_hours=figures["productive_hours"])


def cost(figures: Figures) -> Cost:
    """C = people x hours x hour + L&D hours x its hour + IT hours + hosting and travel a head + set-up (method 4.4)."""
    count, office = people(figures), learning_hour(figures)
    return Cost(
        time=count * hours_each(figures) * manager_hour(figures),
        learning=figures["learning_hours"] * office,
        it=figures["it_hours"] * office,
        hosting=count * figures["hosting"],
        travel=count * figures["travel"],
        setup=figures["setup"],
    )


def benefit_each(figures: Figures) -> Number:
    """Benefit of the first year for each who takes part, whoever gave no value counting as nothing: share who name a value x value x share due to the
    group x how sure they are (method 4.4). A measured `benefit_each` takes the place of all four.
    """
    if "benefit_each" in figures:
        return figures["benefit_each"]
    return figures["share_valuing"] / 100 * figures["value_each"] * figures["attribution"] / 100 * figures["confidence"] / 100


def adjusted_benefit(answers: list[tuple[float, float, float]]) -> float:
    """The benefit of answers, person by person: value, share due and confidence in per cent. Whoever did not answer is not in it, and so counts as
    nothing. Raises ValueError for a rate outside 0..100.
    """
    if any(not (0 <= due <= 100 and 0 <= sure <= 100) for _, due, sure in answers):
        raise ValueError("a rate lies between 0 and 100")
    return math.fsum(value * due / 100 * sure / 100 for value, due, sure in answers)


def bcr(benefit: Number, total: Number) -> Number:
    """Benefit over cost. Source: Phillips."""
    return benefit / total


def roi(benefit: Number, total: Number) -> Number:
    """Return in the first year, in per cent of the cost. Source: Phillips."""
    return (benefit - total) / total * 100


def payback_months(benefit: float, total: float) -> float:
    """Months until the benefit, spread evenly over the year, has paid the cost; infinite without one."""
    return total / (benefit / MONTHS) if benefit > 0 else math.inf


def breakeven_hours(head: Number, hour: Number) -> Number:
    """Hours that each manager must win in a year for the case to pay. Needs no estimate of effects."""
    return head / hour


def full_scale(figures: Figures) -> Number:
    """What it costs in a year when every manager takes part once: time, hosting, travel, L&D for each; IT and set-up once."""
    office = learning_hour(figures)
    each = hours_each(figures) * manager_hour(figures) + figures["hosting"] + figures["travel"] + figures["learning_hours_each"] * office
    return figures["managers_all"] * each + figures["it_hours"] * office + figures["setup"]


def heads(figures: Figures) -> dict[str, Number]:
    """Cost per head by format, for the same managers: their time, what is paid outside, and the share of L&D (method 4.5)."""
    hour = manager_hour(figures)
    formats = {"peer": cost(figures).total / people(figures)}
    for name in FORMATS[1:]:
        formats[name] = figures[f"{name}_hours"] * hour + figures[f"{name}_fees"] + figures["other_learning"]
    return formats


def outcome(figures: Figures) -> Outcome:
    """Everything that comes out. Raises ZeroDivisionError, for plain numbers, when nobody takes part or an hour costs nothing."""
    spent, count, hour = cost(figures), people(figures), manager_hour(figures)
    head, benefit = spent.total / count, benefit_each(figures) * count
    breakeven = breakeven_hours(head, hour)
    return Outcome(
        people=count,
        hours=hours_each(figures),
        hour=hour,
        cost=spent,
        total=spent.total,
        head=head,
        breakeven=breakeven,
        minutes=breakeven * 60 / WEEKS,
        benefit=benefit,
        net=benefit - spent.total,
        bcr=bcr(benefit, spent.total),
        roi=roi(benefit, spent.total),
        full_scale=full_scale(figures),
    )


def likely(ranges: Mapping[str, Range]) -> dict[str, float]:
    """The likely figures."""
    return {key: one.likely for key, one in ranges.items()}


def quantiles(values: NDArray[np.float64], shares: tuple[float, ...]) -> tuple[float, ...]:
    """Values below which these shares (0..1) of all lie."""
    return tuple(float(one) for one in np.quantile(values, shares))
