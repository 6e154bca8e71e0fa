"""Gates: which published measures can have lines, what a line may be, and what a published figure says about it. Pure.

Everything is judged from published values (`releases.rules.Value`), which are rounded or hidden. A published share or mean comes with its
interval. Starting points of the lines: method 5.3.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from reconvene.base.translation import gettext, ngettext
from reconvene.base.translation import gettext_noop as _
from reconvene.privacy.disclosure import EDGE, ROUND_TO, wilson
from reconvene.releases.contrasts import meaning, points
from reconvene.releases.rules import ENOUGH_ANSWERS, answered

Value = Mapping[str, Any]
FEW = 40
"""Below so many people an interval is so wide that it shows a direction only."""
BY_PROGRAMME = "_by_programme"
"""How the key of a table by programme ends."""
STAGES = {"first_held": "participants", "reconvened": "reconvened"}
"""Of the funnel, the tables by programme that take their place."""


class Unit(StrEnum):
    """What a measure is counted in."""

    PERCENT = "percent"
    POINTS = "points"
    DAYS = "days"


class Says(StrEnum):
    """What a figure says about its line."""

    GO = "go"
    ADJUST = "adjust"
    STOP = "stop"
    OPEN = "open"


@dataclass(frozen=True)
class Measure:
    """A quantity that can have a line. `figure` is its key in a report. `step` is the rounding of what is published, `least` and `most` the ends of it.

    `is_asked`: it is from answers, so who does not answer is not in it. `patience`: how often in a row it must lie below before it means stop.
    """

    key: str
    figure: str
    title: str
    unit: Unit
    go: float
    adjust: float
    step: float
    least: float
    most: float
    is_asked: bool = True
    is_lower_better: bool = False
    patience: int = 1
    caution: str = ""


def _share(
    key: str, title: str, go: int, adjust: int, *, is_asked: bool = True, patience: int = 1, figure: str = "", caution: str = ""
) -> Measure:
    return Measure(
        key, figure or key, title, Unit.PERCENT, go, adjust, ROUND_TO, EDGE, 100 - EDGE, is_asked=is_asked, patience=patience, caution=caution
    )  # fmt: skip


MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        _share("reconvened", _("Reconvened, of those who held a first session"), 80, 60, is_asked=False, patience=2, figure="funnel",
            caution=_("People, not groups: so few groups cannot be published.")),
        _share("attended", _("Were there, of the seats in sessions held"), 80, 65, is_asked=False),
        _share("tried_once", _("Tried the plan at least once"), 65, 45, patience=2),
        Measure("usable", "usable", _("“I leave with something I can use”, mean"), Unit.POINTS, 7.5, 6.0, 0.5, 1.0, 9.0),
        Measure("openly", "openly", _("“I could speak openly”, mean"), Unit.POINTS, 7.5, 6.0, 0.5, 1.0, 9.0,
            caution=_("The mean: a lowest tenth would be too few people to be published.")),
        Measure("surer", "surer", _("Surer than before, looking back, in points"), Unit.POINTS, 1.0, 0.0, 1.0, -8.0, 8.0),
        _share("again", _("Would start another cycle"), 60, 40),
        _share("still_doing", _("Still doing it after twelve weeks"), 40, 25),
        Measure("wait", "need_to_first_session", _("Working days from challenge to first session, median"), Unit.DAYS, 10.0, 15.0, 1.0, 2.0, 18.0,
            is_asked=False, is_lower_better=True),
        Measure("eased", "eased", _("Challenge eased since the start, in points"), Unit.POINTS, 1.0, 0.0, 1.0, -8.0, 8.0,
            caution=_("People join when it hurts, so this falls by itself (regression to the mean). It is no proof without a waitlist.")),
        Measure("contrast", "contrast_in_the_way", _("Challenge eased more than for those who waited, in points"), Unit.POINTS, 1.0, 0.0, 0.5, -8.0, 8.0,
            caution=_("Chance decided who waited, so this is not what time alone does.")),
    )
}  # fmt: skip
"""In the order in which they are shown."""
USUAL = ("reconvened", "attended", "tried_once", "usable", "openly", "surer", "again", "still_doing")
"""What a new gate begins with, as far as it can be published at the size of the pilot."""


@dataclass(frozen=True)
class Line:
    """Go from `go` on, adjust from `adjust` on, stop below it; the other way round where lower is better."""

    go: float
    adjust: float


@dataclass(frozen=True)
class Verdict:
    """What a published figure says about its line: the figure and its interval as they were published, and one sentence of meaning. `is_below` the last
    line, and whether what was taken before was (`was_below`).
    """

    key: str
    says: Says
    value: str
    sentence: str
    is_below: bool = False
    warnings: tuple[str, ...] = ()
    is_hidden: bool = False
    taken_on: str = ""
    was_below: bool = False


def wrong_line(measure: Measure, line: Line) -> str:
    """Why a line cannot be, as a sentence; "" when it can."""
    words = {"least": written(measure, measure.least), "most": written(measure, measure.most), "step": f"{measure.step:g}"}
    for value in (line.go, line.adjust):
        if not measure.least <= value <= measure.most:
            return gettext("Lines lie between %(least)s and %(most)s: beyond, figures are published as a bound only.") % words
        if not math.isclose(value / measure.step, round(value / measure.step)):
            return gettext("Published in steps of %(step)s, so a line lies on one of them; between two, rounding would decide.") % words
    is_right = line.go < line.adjust if measure.is_lower_better else line.go > line.adjust
    if is_right:
        return ""
    return gettext("The line for go has to be better than the one below which it stops.")


def written(measure: Measure, value: float) -> str:
    """A value in its unit."""
    if measure.unit is Unit.PERCENT:
        return f"{value:g}\u00a0%".replace("-", "−")
    if measure.unit is Unit.DAYS:
        return ngettext("%(n)s day", "%(n)s days", 1 if value == 1 else 2) % {"n": f"{value:g}"}
    return points(value)


def spans(measure: Measure, line: Line) -> tuple[str, str, str]:
    """The three columns of a line in words."""
    go, adjust = written(measure, line.go), written(measure, line.adjust)
    if measure.is_lower_better:
        return (gettext("%(go)s or less") % {"go": go}, gettext("up to %(adjust)s") % {"adjust": adjust}, gettext("more"))
    below = gettext("below %(adjust)s") if measure.patience == 1 else gettext("below %(adjust)s, twice")
    return (gettext("%(go)s or more") % {"go": go}, gettext("from %(adjust)s") % {"adjust": adjust}, below % {"adjust": adjust})


def judge(
    measure: Measure, line: Line, figures: Mapping[str, Value], *, after: date, was_below: bool = False, k: int | None = None
) -> Verdict:
    """What the figures of a report say about one line. Those taken before the day `after` say nothing. `was_below`: it already lay below last time.

    `k` is given when the figures are those of one programme: where one is not published, that is all that is said.
    """
    found = _found(measure, figures)
    if found is None and k is not None:
        return Verdict(
            measure.key, Says.OPEN, "–", gettext("Not to be judged: fewer than %(k)s people behind it.") % {"k": k}, is_hidden=True
        )
    if found is None or date.fromisoformat(found["taken_on"]) <= after:
        words = gettext("Not yet to be judged: not published since the gate was signed.")
        return Verdict(measure.key, Says.OPEN, "–", words)
    value, low, high = found["value"], found["low"], found["high"]
    says, is_below = _says(measure, line, value, was_below=was_below)
    best, worst = _says(measure, line, high, was_below=was_below)[0], _says(measure, line, low, was_below=was_below)[0]
    return Verdict(
        measure.key,
        says,
        _in_words(measure, found),
        _meaning(says, is_below=is_below, is_sure=best == says == worst),
        is_below,
        _warnings(measure, found, figures),
        taken_on=found["taken_on"],
        was_below=was_below,
    )


def judge_all(
    lines: Mapping[str, Line], figures: Mapping[str, Value], *, after: date, before: Sequence[Verdict] = (), k: int | None = None
) -> tuple[Verdict, ...]:
    """What a report says about every line, in the order of MEASURES; `before`: what the one before it that was judged said. `k` as in `judge`."""
    said = {verdict.key: verdict for verdict in before}
    return tuple(
        judge(measure, lines[key], figures, after=after, was_below=_was_below(measure, figures, said.get(key)), k=k)
        for key, measure in MEASURES.items()
        if key in lines
    )


def _was_below(measure: Measure, figures: Mapping[str, Value], last: Verdict | None) -> bool:
    """Whether a line was missed before, by another figure than the one that is judged now: a report may repeat an earlier one."""
    found = _found(measure, figures)
    if last is None or found is None:
        return False
    return last.was_below if last.taken_on == found["taken_on"] else last.is_below


def wanted(lines: Iterable[str]) -> frozenset[str]:
    """The keys of all figures of a report, over all people and by programme, from which these measures are judged."""
    figures = {"funnel", "later", *(MEASURES[key].figure for key in lines)}
    return frozenset({*figures, *(f"{key}{BY_PROGRAMME}" for key in figures), *(f"{key}{BY_PROGRAMME}" for key in STAGES.values())})


def of_programme(programme: str, figures: Mapping[str, Value], *, k: int) -> dict[str, Value]:
    """The published figures of one programme (its id), under the keys and in the form of those of all people. What is not published is left out.

    How many stand behind a share or a mean of a programme is not told, so its interval is as wide as `k` people make it.
    """
    cells = {key: cell for key, value in figures.items() if (cell := _cell_of(programme, value)) is not None}
    found: dict[str, Value] = {
        key.removesuffix(BY_PROGRAMME): _as_figure(cell, k=k)
        for key, cell in cells.items()
        if key.endswith(BY_PROGRAMME) and "people" not in cell
    }
    stages = [{**cells[f"{key}{BY_PROGRAMME}"], "label": stage} for stage, key in STAGES.items() if f"{key}{BY_PROGRAMME}" in cells]
    contrast = MEASURES["contrast"].figure
    return {
        **found,
        **({"funnel": {"kind": "funnel", "cells": stages}} if stages else {}),
        **({contrast: {"kind": "contrast", "cells": [cells[contrast]]}} if contrast in cells else {}),
    }


def _cell_of(programme: str, value: Value) -> Value | None:
    return next((cell for cell in value.get("cells", ()) if cell["label"] == programme), None)


def _as_figure(cell: Value, *, k: int) -> Value:
    common = {"bound": cell["bound"], "people": None, "at_least": k, "taken_on": cell["taken_on"]}
    if "percent" not in cell:
        return {"kind": "spread", **{name: cell[name] for name in ("value", "low", "high") if name in cell}, **common}
    low, high = wilson(cell["percent"] / 100, k)
    return {"kind": "share", "percent": cell["percent"], "low": _down(100 * low), "high": _up(100 * high), **common}


def together(verdicts: Sequence[Verdict], *, has_breach: bool) -> Says:
    """What the lines say together: the worst decides, and as long as one is open nothing says go. A serious breach of confidence is stop."""
    said = {verdict.says for verdict in verdicts}
    if has_breach or Says.STOP in said:
        return Says.STOP
    if Says.ADJUST in said:
        return Says.ADJUST
    return Says.GO if said == {Says.GO} else Says.OPEN


def _found(measure: Measure, figures: Mapping[str, Value]) -> dict[str, Any] | None:
    """Value, interval, bound, people and day of what was published; None when it was not."""
    value = figures.get(measure.figure)
    if value is None or "hidden" in value:
        return None
    if measure.key == "reconvened":
        return _reconvened(value)
    if measure.key == "contrast":
        only = value["cells"][0] if len(value["cells"]) == 1 else None  # of several pilots none stands for all
        return {**only, "bound": "exactly", "people": None, "at_least": None} if only else None
    common = {name: value[name] for name in ("bound", "people", "taken_on")} | {"at_least": value.get("at_least")}
    if value["kind"] == "share":
        return {"value": value["percent"], "low": value["low"], "high": value["high"], **common}
    if "low" not in value:  # a mean published before means had intervals
        return None
    return {name: value[name] for name in ("value", "low", "high")} | common


def _reconvened(funnel: Value) -> dict[str, Any] | None:
    """The share of two stages of the funnel, both of which are rounded: its interval holds that and chance."""
    cells = {cell["label"]: cell for cell in funnel["cells"] if cell.get("people")}
    if not {"first_held", "reconvened"} <= set(cells):
        return None
    first, second = (cells[label] for label in ("first_held", "reconvened"))
    if second["people"] > first["people"]:
        return None  # an earlier number stands for those who began: of how many these are is not known
    share = second["people"] / first["people"]
    half = ROUND_TO / 2
    least, most = (
        max(0.0, (second["people"] - half) / (first["people"] + half)),
        min(1.0, (second["people"] + half) / (first["people"] - half)),
    )
    low, high = wilson(least, first["people"])[0], wilson(most, first["people"])[1]
    percent = min(100 - EDGE, max(EDGE, ROUND_TO * math.floor(100 * share / ROUND_TO + 0.5)))
    return {
        "value": percent,
        "low": _down(100 * low),
        "high": _up(100 * high),
        "bound": "at_least" if percent >= 100 - EDGE else "at_most" if percent <= EDGE else "exactly",
        "people": first["people"],
        "at_least": None,
        "taken_on": min(first["taken_on"], second["taken_on"]),
    }  # fmt: skip


def _down(percent: float) -> int:
    return ROUND_TO * math.floor(percent / ROUND_TO + 1e-9)


def _up(percent: float) -> int:
    return ROUND_TO * math.ceil(percent / ROUND_TO - 1e-9)


def _says(measure: Measure, line: Line, value: float, *, was_below: bool) -> tuple[Says, bool]:
    """What a value says, and whether it lies below the last line."""
    sign = -1 if measure.is_lower_better else 1
    if sign * value >= sign * line.go:
        return Says.GO, False
    if sign * value >= sign * line.adjust:
        return Says.ADJUST, False
    return (Says.STOP if measure.patience == 1 or was_below else Says.ADJUST), True


def _in_words(measure: Measure, found: Mapping[str, Any]) -> str:
    words = written(measure, found["value"])
    if found["bound"] == "at_least":
        words = gettext("%(value)s or more") % {"value": words}
    elif found["bound"] == "at_most":
        words = gettext("%(value)s or less") % {"value": words}
    likely = {"low": points(found["low"]), "high": written(measure, found["high"])}
    return gettext("%(value)s, likely %(low)s to %(high)s") % {"value": words, **likely}


MEANINGS = {
    (Says.GO, True): _("The line for go is reached, and the whole interval reaches it."),
    (Says.GO, False): _("The line for go is reached, but not by the whole interval: a direction, not proof."),
    (Says.ADJUST, True): _("Between the lines, with its whole interval: something has to change."),
    (Says.ADJUST, False): _("Between the lines; the interval reaches beyond them, so change something and look again."),
    (Says.STOP, True): _("The last line is missed, and by the whole interval."),
    (Says.STOP, False): _("The last line is missed, although the interval reaches it. The line was signed; it counts."),
}
FIRST_TIME = _("The last line is missed for the first time. A second time means stop.")


def _meaning(says: Says, *, is_below: bool, is_sure: bool) -> str:
    if is_below and says is Says.ADJUST:
        return gettext(FIRST_TIME)
    return gettext(MEANINGS[says, is_sure])


def _warnings(measure: Measure, found: Mapping[str, Any], figures: Mapping[str, Value]) -> tuple[str, ...]:
    said = []
    people = found["people"]
    if measure.key == "contrast":
        said.append(meaning(found["low"], found["high"]))
    elif found["at_least"]:
        words = gettext("At least %(k)s people; how many is not told, so this is read as if they were %(k)s.")
        said.append(words % {"k": found["at_least"]})
    elif people is None:
        said.append(gettext("Fewer than 20 people: this shows a direction at best."))
    elif people < FEW:
        said.append(gettext("About %(people)s people: the interval is wide.") % {"people": people})
    is_told = measure.key != "contrast" and not found["at_least"]
    if is_told and (percent := answered(measure.figure, people, figures)) is not None and percent < ENOUGH_ANSWERS:
        said.append(gettext("Fewer than 60 % have answered. Those who did not may be different."))
    if measure.caution:
        said.append(gettext(measure.caution))
    return tuple(said)
