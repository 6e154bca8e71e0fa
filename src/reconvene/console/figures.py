"""A published report as the charts that the pages draw. Pure: from the values of `releases` to positions in per cent; nothing is counted here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from reconvene.base.translation import gettext as _
from reconvene.console.words import (
    AIM_DAYS,
    ATTRIBUTES,
    CONTRASTS,
    MARKS,
    MEANINGS,
    MISSING,
    PROGRAMME,
    PROMISE,
    RESULTS,
    SHARES,
    STAGES,
    TABLES,
    TRUST,
)
from reconvene.releases.contrasts import meaning, points
from reconvene.releases.rules import ENOUGH_ANSWERS, answered

Value = Mapping[str, Any]
TOPICS = "topics"  # the figure of which each cell is a topic
MONTHS_SHOWN = 6
DAYS_ON_SCALE = 20
FLOOR, CEILING = 164, 8  # y of 0 and of the whole scale, in pixels
LEFT, MONTH_WIDTH = 15.0, 14.5  # per cent
LABEL_ABOVE = 14  # pixels over a dot


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: words, people (None: hidden), its length in per cent for SVG, and the day it was taken when that was earlier."""

    label: str
    people: int | None
    width: str = "0"
    since: date | None = None


@dataclass(frozen=True)
class ShareBar:
    """A row of shares with an interval, all in per cent. `percent` None: hidden. `goal` 0: no mark; `floor`: below which it usually stops. `is_thin`: fewer
    have answered than is enough.
    """

    label: str
    percent: int | None
    low: int = 0
    high: int = 0
    bound: str = "exactly"
    people: int | None = None
    goal: int = 0
    floor: int = 0
    since: date | None = None
    sentence: str = ""
    is_thin: bool = False

    @property
    def told(self) -> str:
        """The share as it was published."""
        words = {"at_least": _("%(percent)s %% or more"), "at_most": _("%(percent)s %% or fewer")}.get(self.bound, "%(percent)s %%")
        return words % {"percent": self.percent}


@dataclass(frozen=True)
class Month:
    """A dot of the time chart: the month before a report, its place (x per cent, y pixels), working days, about how many stand behind them, and their interval."""

    on: date
    days: float
    bound: str
    x: str
    y: str
    label_y: str
    people: int | None = None
    interval: tuple[str, str] | None = None


@dataclass(frozen=True)
class Trust:
    """A figure in words. `value` None: hidden; `people`: about how many stand behind it; `interval`: of a mean, as texts; `sentence`: what it means;
    `is_thin` as of a share.
    """

    label: str
    value: float | None
    bound: str = "exactly"
    people: int | None = None
    since: date | None = None
    interval: tuple[str, str] | None = None
    sentence: str = ""
    is_thin: bool = False


@dataclass(frozen=True)
class Entry:
    """One number of a table, as it was published: `people`, or `percent` with its bound. Both None: hidden."""

    column: str
    people: int | None = None
    percent: int | None = None
    bound: str = "exactly"
    since: date | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether there is no number."""
        return self.people is None and self.percent is None


@dataclass(frozen=True)
class Row:
    """A row of a table. `label` "": all that is not shown by itself, together."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Table:
    """The measures by one attribute."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Beside:
    """Those who took part in a pilot beside those who waited: the pilot, what was asked, by how many points the first fare better, with its interval, and
    one sentence of meaning.
    """

    pilot: str
    label: str
    value: float
    low: float
    high: float
    sentence: str
    since: date | None = None

    @property
    def points(self) -> str:
        """The difference with its sign."""
        return signed(self.value)

    @property
    def interval(self) -> tuple[str, str]:
        """Its ends with their signs."""
        return signed(self.low), signed(self.high)


def contrasts(figures: Mapping[str, Value], *, on: date, names: Mapping[str, str]) -> tuple[Beside, ...]:
    """What was published of the halves of pilots; `names` of programmes by id. Pilots by name, in each the questions in their order."""
    found = [
        Beside(
            names[cell["label"]],
            str(label),
            cell["value"],
            cell["low"],
            cell["high"],
            meaning(cell["low"], cell["high"]),
            _earlier(cell, on),
        )
        for key, label in CONTRASTS.items()
        for cell in figures.get(key, {"cells": ()})["cells"]
        if cell["label"] in names
    ]
    return tuple(sorted(found, key=lambda one: one.pilot))


def has_hidden_contrast(figures: Mapping[str, Value]) -> bool:
    """Whether there is a pilot that was drawn and cannot be shown, whoever has answered."""
    return any(figures[key]["hidden_cells"] for key in CONTRASTS if key in figures)


def named(figures: Mapping[str, Value], *, names: Mapping[str, str]) -> dict[str, Value]:
    """The figures with the names of programmes and topics in place of ids and slugs, for files and pages."""
    by_id = {key for key, value in figures.items() if key == TOPICS or value.get("attribute") == PROGRAMME or value["kind"] == "contrast"}
    return {
        key: {**value, "cells": [{**cell, "label": names.get(cell["label"], cell["label"])} for cell in value["cells"]]}
        if key in by_id
        else value
        for key, value in figures.items()
    }


def signed(value: float) -> str:
    """Points with a plus or a minus before them."""
    return f"+{points(value)}" if value > 0 else points(value)


def tables(figures: Mapping[str, Value], *, on: date, names: Mapping[str, str]) -> tuple[Table, ...]:
    """Function, site, level and programme (`names` by id), each with the same few measures; without those of which nothing is shown."""
    found = []
    figures = named(figures, names=names)
    for attribute, title in ATTRIBUTES.items():
        cells = {
            measure: {cell["label"]: cell for cell in figures.get(f"{measure}_by_{attribute}", {"cells": ()})["cells"]}
            for measure in TABLES
        }
        labels = sorted({label for some in cells.values() for label in some}, key=lambda label: (label == "", label))
        rows = tuple(
            Row(label, tuple(_entry(cells[measure].get(label), str(TABLES[measure]), on) for measure in TABLES)) for label in labels
        )
        if rows:
            found.append(Table(attribute, str(title), tuple(str(words) for words in TABLES.values()), rows))
    return tuple(found)


def _entry(cell: Value | None, column: str, on: date) -> Entry:
    if cell is None:
        return Entry(column)
    return Entry(column, cell.get("people"), cell.get("percent"), cell.get("bound", "exactly"), _earlier(cell, on))


@dataclass(frozen=True)
class Charts:
    """All charts of one report. `is_bare`: everything is hidden."""

    funnel: tuple[Bar, ...]
    months: tuple[Month, ...]
    wait: Trust
    shares: tuple[ShareBar, ...]
    topics: tuple[Bar, ...]
    trust: tuple[Trust, ...]
    results: tuple[Trust, ...]
    missing: tuple[Bar, ...]
    aim_y: str
    promise: tuple[ShareBar, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether not one figure is shown."""
        rows = [*(bar.people for bar in (*self.funnel, *self.topics)), *(bar.percent for bar in self.shares)]
        return all(row is None for row in rows) and not self.months and all(one.value is None for one in (*self.trust, *self.results))

    @property
    def raised(self) -> int | None:
        """How many have raised a challenge."""
        return self.funnel[0].people if self.funnel else None

    @property
    def whole_way(self) -> int | None:
        """Per cent who have gone the whole way, rounded to five like its parts; None unless both ends are shown, and of one day."""
        first, last = (self.funnel[0], self.funnel[-1]) if self.funnel else (None, None)
        if not (first and last and first.people and last.people) or first.since != last.since:
            return None
        return 5 * round(100 * last.people / first.people / 5)

    @property
    def leading_topic(self) -> str:
        """The topic that most ask for; "" when two are level."""
        most = [bar for bar in self.topics if bar.people == self.topics[0].people]
        return most[0].label if len(most) == 1 else ""

    @property
    def has_hidden_stage(self) -> bool:
        """Whether a stage of the funnel is hidden."""
        return any(bar.people is None for bar in self.funnel)

    @property
    def has_hidden_share(self) -> bool:
        """Whether one of the shares is hidden."""
        return any(bar.percent is None for bar in self.shares)

    @property
    def thin(self) -> dict[str, tuple[str, ...]]:
        """What fewer have answered than is enough, by part of the page."""
        parts: dict[str, Sequence[ShareBar | Trust]] = {"shares": self.shares, "results": self.results, "trust": self.trust}
        return {name: tuple(one.label for one in some if one.is_thin) for name, some in parts.items()}

    @property
    def tried(self) -> ShareBar | None:
        """The share that tried the plan, if shown."""
        return next((bar for bar in self.shares if bar.label == str(SHARES["tried_once"]) and bar.percent is not None), None)


def charts(
    figures: Mapping[str, Value], *, on: date, waits: Sequence[tuple[date, Value]], names: Mapping[str, str] = MappingProxyType({})
) -> Charts:
    """The charts of the report taken `on` a day. `waits` are the figures of the time to the first session, newest first, this report's included; `names` what
    topics are called, by slug.
    """
    topics = figures.get(TOPICS, {"cells": ()})
    return Charts(
        funnel=_bars(figures.get("funnel", {"cells": ()})["cells"], on=on, words=STAGES),
        months=_months(waits),
        wait=_trust("need_to_first_session", "", figures, on),
        shares=tuple(_share_bar(key, label, figures, on) for key, label in SHARES.items() if key in figures),
        topics=_bars(
            sorted(topics["cells"], key=lambda cell: (-cell["people"], names.get(cell["label"], cell["label"]))), on=on, words=names
        ),
        trust=tuple(_trust(key, label, figures, on) for key, label in TRUST.items() if key in figures),
        results=tuple(_trust(key, label, figures, on) for key, label in RESULTS.items() if key in figures),
        missing=_bars(figures.get("missing", {"cells": ()})["cells"], on=on, words=MISSING),
        aim_y=_y(AIM_DAYS),
        promise=tuple(_share_bar(key, label, figures, on) for key, label in PROMISE.items() if key in figures),
    )


def _bars(cells: Sequence[Value], *, on: date, words: Mapping[str, Any]) -> tuple[Bar, ...]:
    most = max((cell["people"] for cell in cells if "people" in cell), default=0)
    return tuple(
        Bar(
            str(words.get(cell["label"], cell["label"])),
            cell.get("people"),
            _place(100 * cell["people"] / most) if cell.get("people") else "0",
            _earlier(cell, on),
        )
        for cell in cells
    )


def _share_bar(key: str, label: Any, figures: Mapping[str, Value], on: date) -> ShareBar:
    value, (goal, floor), sentence = figures[key], MARKS.get(key, (0, 0)), str(MEANINGS.get(key, ""))
    if "hidden" in value:
        return ShareBar(str(label), None, goal=goal, floor=floor, sentence=sentence)
    return ShareBar(
        str(label), value["percent"], value["low"], value["high"], value["bound"], value["people"], goal, floor, _earlier(value, on), sentence,
        _is_thin(key, value, figures),
    )  # fmt: skip


def _is_thin(key: str, value: Value, figures: Mapping[str, Value]) -> bool:
    percent = answered(key, value.get("people"), figures)
    return percent is not None and percent < ENOUGH_ANSWERS


def _months(waits: Sequence[tuple[date, Value]]) -> tuple[Month, ...]:
    """The last six reports that have a figure of their own, oldest first."""
    own = [(on, value) for on, value in waits if value.get("taken_on") == on.isoformat()][:MONTHS_SHOWN]
    return tuple(
        Month(
            on,
            value["value"],
            value["bound"],
            _place(LEFT + at * MONTH_WIDTH),
            _y(value["value"]),
            _y(value["value"], above=LABEL_ABOVE),
            value.get("people"),
            _interval(value),
        )
        for at, (on, value) in enumerate(reversed(own))
    )


def _y(days: float, *, above: int = 0) -> str:
    return _place(FLOOR - (FLOOR - CEILING) * days / DAYS_ON_SCALE - above)


def _place(number: float) -> str:
    """A position for SVG: with a point in every language."""
    return f"{number:.1f}"


def _trust(key: str, label: Any, figures: Mapping[str, Value], on: date) -> Trust:
    value = figures.get(key, {"hidden": ""})
    sentence = str(MEANINGS.get(key, ""))
    if "hidden" in value:
        return Trust(str(label), None, sentence=sentence)
    return Trust(
        str(label),
        round(value["value"], 1),
        value.get("bound", "exactly"),
        value.get("people"),
        _earlier(value, on),
        _interval(value),
        sentence,
        _is_thin(key, value, figures),
    )


def _interval(value: Value) -> tuple[str, str] | None:
    """Of a mean or a median; None for a sum, and for what was published before they had one."""
    return (points(round(value["low"], 1)), points(round(value["high"], 1))) if "low" in value else None


def _earlier(value: Value, on: date) -> date | None:
    taken = date.fromisoformat(value["taken_on"]) if "taken_on" in value else on
    return taken if taken != on else None
