"""On what each figure of a case rests: what was measured takes the place of the customer's own figure, and that of our default. Pure.

What was measured comes as published values (`releases.rules.Value`), which passed the gate: rounded, or hidden. The ranges here come from that
rounding, and from the Wilson interval of a published share; nothing is known here that was not published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from reconvene.privacy.disclosure import SHOW_COUNT_FROM, SMALLEST_K
from reconvene.rollout.assumptions import ASSUMPTIONS, NAMING
from reconvene.rollout.formulas import BANDS, Range

Value = Mapping[str, Any]
COUNT_STEP, TOP_DIGITS = 5, 2
MIDDLE_STEPS = 20
"""Published means come in so many steps of their scale."""
AFTER_TWELVE_WEEKS = ("benefit", "valued")
"""Published of those who answered after twelve weeks, and worked with beside the number of those who were asked then."""
TWELVE_WEEKS = timedelta(weeks=12)
"""From a first session until a benefit is asked for."""
SESSIONS_SCALE = 10.0
"""Of the measure of hours in sessions."""


class Origin(StrEnum):
    """Where a figure comes from."""

    DEFAULT = "default"
    OWN = "own"
    MEASURED = "measured"


@dataclass(frozen=True)
class Basis:
    """One figure and what it rests on. Of a measured one: the day it was taken and about how many people it is from (None: fewer than 20), and
    the range that it took the place of.
    """

    key: str
    range: Range
    origin: Origin
    taken_on: date | None = None
    people: int | None = None
    instead_of: Range | None = None


def bases(own: Mapping[str, Range], figures: Mapping[str, Value], *, rate: float, keeps_plan: bool) -> dict[str, Basis]:
    """Every figure of a case by key. `own` holds what the customer typed in, `figures` the latest published values by key. With `keeps_plan` the
    planned number of managers stays. A measured "benefit_each" is there only when it was published.
    """
    found = {
        key: Basis(key, own[key], Origin.OWN) if key in own else Basis(key, one.usual(rate), Origin.DEFAULT)
        for key, one in ASSUMPTIONS.items()
    }
    for one in (
        *_participation(found, figures, keeps_plan=keeps_plan),
        *_hours(found, figures),
        *_valuing(found, figures),
        *_benefit(found, figures),
    ):
        found[one.key] = one
    return found


def ranges(found: Mapping[str, Basis]) -> dict[str, Range]:
    """What is worked with: without the figures that a measured benefit takes the place of, so that no chance is spent on them."""
    left_out = NAMING if "benefit_each" in found else ()
    return {key: basis.range for key, basis in found.items() if key not in left_out}


def _participation(found: Mapping[str, Basis], figures: Mapping[str, Value], *, keeps_plan: bool) -> list[Basis]:
    """The bands scaled to the published number of those who have been to a first session; rounding leaves some two people open."""
    cell = _cell(figures.get("funnel"), "first_held")
    planned = sum(found[f"people_{band}"].range.likely for band in BANDS)
    if keeps_plan or cell is None or not planned:
        return []
    count, half = cell["people"], COUNT_STEP / 2
    share = [(f"people_{band}", found[f"people_{band}"].range) for band in BANDS]
    return [
        _measured(key, Range(*(one.likely / planned * (count + by) for by in (-half, 0, half))), cell, was=one, people=count)
        for key, one in share
    ]


def _hours(found: Mapping[str, Basis], figures: Mapping[str, Value]) -> list[Basis]:
    """Hours in sessions."""
    middle = figures.get("hours_in_sessions", {})
    if "value" in middle and middle["bound"] == "exactly":
        half = SESSIONS_SCALE / MIDDLE_STEPS / 2
        return [_measured("hours_sessions", _around(middle["value"], half), middle, was=found["hours_sessions"].range)]
    return []


def _valuing(found: Mapping[str, Basis], figures: Mapping[str, Value]) -> list[Basis]:
    """The share who name a value, of all whose twelve weeks are over: the published share of those who answered, with its Wilson interval, times the
    share who answered. Where it is not told how many did, as few as a figure may rest on are taken, and up to as many as are not told.
    """
    share, cell = figures.get("valued", {}), _cell(figures.get("later"), "twelve_weeks")
    if "percent" not in share or cell is None:
        return []
    asked, half = cell["people"], COUNT_STEP / 2
    least, most = (SMALLEST_K, SHOW_COUNT_FROM - 1) if share["people"] is None else (share["people"], share["people"])
    answered = [min(1.0, part) for part in (least / (asked + half), least / asked, most / (asked - half))]
    said = Range(*(share[part] * by for part, by in zip(("low", "percent", "high"), answered, strict=True)))
    return [
        _measured("share_valuing", said, {**share, "taken_on": min(share["taken_on"], cell["taken_on"])}, was=found["share_valuing"].range)
    ]


def _benefit(found: Mapping[str, Basis], figures: Mapping[str, Value]) -> list[Basis]:
    """The published benefit for each whose twelve weeks are over, whoever did not answer counting as nothing. As wide as its rounding, and as the
    interval of the share who named a value when that is published too.
    """
    amount, cell = figures.get("benefit", {}), _cell(figures.get("later"), "twelve_weeks")
    if "value" not in amount or cell is None:
        return []
    people, half = cell["people"], COUNT_STEP / 2
    step = 10 ** max(0, len(str(amount["value"])) - TOP_DIGITS)
    share = figures.get("valued", {})
    down, up = (share["low"] / share["percent"], share["high"] / share["percent"]) if "percent" in share else (1.0, 1.0)
    each = Range(amount["value"] / (people + half) * down, amount["value"] / people, (amount["value"] + step) / (people - half) * up)
    naming = {key: found[key].range for key in NAMING}
    was = Range(*(_each(*(getattr(naming[key], part) for key in NAMING)) for part in ("low", "likely", "high")))
    return [_measured("benefit_each", each, {**amount, "taken_on": min(amount["taken_on"], cell["taken_on"])}, was=was, people=people)]


def newest_answer(figures: Mapping[str, Value]) -> date | None:
    """The day of the newest figure from answers after twelve weeks, where it is newer than the number of those who were asked; else None. Since that
    day's number more may have been asked.
    """
    cell = _cell(figures.get("later"), "twelve_weeks")
    newest = max((figures[key]["taken_on"] for key in AFTER_TWELVE_WEEKS if "taken_on" in figures.get(key, {})), default="")
    return date.fromisoformat(newest) if cell is not None and newest > cell["taken_on"] else None


def with_more_asked(figures: Mapping[str, Value], funnel: Value | None) -> dict[str, Value]:
    """The figures with as many asked as can have been: everybody in the `funnel` of twelve weeks before who had been to a first session. Without that
    number nothing is shared among too few, so what they said is left out.
    """
    cell, first = _cell(figures.get("later"), "twelve_weeks"), _cell(funnel, "first_held")
    if cell is None or first is None:
        return {key: value for key, value in figures.items() if key not in AFTER_TWELVE_WEEKS}
    return {**figures, "later": {**figures["later"], "cells": [{**cell, "people": max(cell["people"], first["people"])}]}}


def _each(share: float, value: float, due: float, sure: float) -> float:
    return share * value * due * sure / 1_000_000


def _around(value: float, half: float) -> Range:
    return Range(max(0.0, value - half), value, value + half)


def _cell(table: Value | None, label: str) -> Value | None:
    """A cell of a published table, if it is shown."""
    cells = table["cells"] if table else ()
    return next((cell for cell in cells if cell["label"] == label and cell.get("people")), None)


def _measured(key: str, one: Range, value: Value, *, was: Range, people: int | None = None) -> Basis:
    known = people if people is not None else value.get("people")
    return Basis(key, one, Origin.MEASURED, date.fromisoformat(value["taken_on"]), known, was)
