"""Figures: what of a measurement may be published, and the rule that nothing changes unless enough people changed. Pure.

A figure is what was published: plain values for a JSON column, rounded or hidden. When reports are taken is told here, too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from reconvene.privacy import disclosure
from reconvene.privacy.disclosure import Amount, Cell, Hidden, Middle, Share, Shown
from reconvene.releases.measurements import Behind, Contrast, Counts, Measurement, Shares, Spread, Sum, Table

Value = dict[str, Any]
"""A published figure: "kind", "title", and either its numbers with "taken_on" (ISO date) or "hidden" with a reason's code."""

ENOUGH_ANSWERS = 60
"""Per cent of those who were asked; below, whoever did not answer may be different (method 5.2)."""
ASKED_OF = {
    **dict.fromkeys(("openly", "usable", "knows_when", "occasion_came", "tried_once"), ("funnel", "first_held")),
    **dict.fromkeys(("used_often", "again", "eased", "surer", "hours_saved"), ("funnel", "reconvened")),
    **dict.fromkeys(("still_doing", "measure_moved"), ("later", "twelve_weeks")),
}
"""By key of a figure the figure and the cell that tell how many were asked."""


def milestone_of(moment: datetime, *, zone: str) -> date:
    """The latest milestone on the clock of `zone`: the first of the month."""
    return moment.astimezone(ZoneInfo(zone)).date().replace(day=1)


def begins(day: date, *, zone: str) -> datetime:
    """The instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def previous_milestone(milestone_on: date) -> date:
    """The milestone a month earlier."""
    return (
        milestone_on.replace(year=milestone_on.year - 1, month=12)
        if milestone_on.month == 1
        else milestone_on.replace(month=milestone_on.month - 1)
    )


def next_milestone(milestone_on: date) -> date:
    """The milestone a month later."""
    return (
        milestone_on.replace(year=milestone_on.year + 1, month=1)
        if milestone_on.month == 12
        else milestone_on.replace(month=milestone_on.month + 1)
    )


def figure(key: str, measured: Measurement, *, k: int, on: date) -> Value:
    """What of a measurement may be published at milestone `on`, before the ledger. Raises ValueError for a k below 8 or numbers that cannot be."""
    match measured:
        case Shares():
            return {
                "kind": "share",
                "title": measured.title_key,
                **_taken(disclosure.share(measured.yes, measured.of, measured.groups, k=k), on),
            }
        case Spread():
            return {"kind": "spread", "title": key, "is_mean": measured.is_mean, **_taken(middle(measured, k=k), on)}
        case Table():
            return {
                "kind": "table",
                "title": key,
                "measure": measured.measure,
                "attribute": measured.attribute,
                **_table(measured, k=k, on=on),
            }
        case Contrast():
            return {"kind": "contrast", "title": key, **_contrasts(measured, k=k, on=on)}
        case Sum():
            return {"kind": "sum", "title": key, **_taken(disclosure.total(measured.values, measured.groups, k=k), on)}
        case Counts(is_nested=True):
            cells = nested(measured.cells, k=k, whole=measured.total)
            return {
                "kind": "funnel",
                "title": key,
                "cells": [_cell(raw.label, cell, on) for raw, cell in zip(measured.cells, cells, strict=True)],
            }
        case Counts():
            cells = disclosure.publishable(measured.cells, total=measured.total, k=k)
            shown = [_cell(cell.label, cell, on) for cell in sorted(_shown(cells), key=lambda cell: cell.label)]
            asked = sum(1 for cell in measured.cells if cell.people)
            return {"kind": "counts", "title": key, "cells": shown, "hidden_cells": asked - len(shown)}


def nested(cells: tuple[Cell, ...], *, k: int, whole: Cell | None = None) -> tuple[Shown | Hidden, ...]:
    """The stages of a funnel that may be shown: k people from three groups in it, and nobody or k people between it and the shown stage before.

    `whole` is who is before the first stage, when their number is published in another figure. Raises ValueError when a stage holds more than the
    one before.
    """
    if any(later.people > earlier.people for earlier, later in pairwise((*((whole,) if whole else ()), *cells))):
        raise ValueError("a stage holds more people than the one before")
    shown: list[Shown | Hidden] = []
    last = whole
    for cell in cells:
        gated = disclosure.publishable([cell], k=k)[0]
        left = last.people - cell.people if last else 0
        if isinstance(gated, Shown) and (left == 0 or left >= k):
            last = cell
            shown.append(gated)
        else:
            shown.append(Hidden())
    return tuple(shown)


def carried(value: Value, *, before: Value, was: Mapping[str, Measurement], now: Measurement, k: int) -> Value:
    """The figure with everything that changed by fewer than k people put back to what was published `before`.

    `was` holds the measurement again as it stood on each day (ISO) on which something in `before` was taken. A share or a middle
    stays even when it would be hidden now: that one person left must not make it vanish.
    """
    if value["kind"] != before["kind"]:
        return value
    if isinstance(now, Table | Contrast):
        return {**value, "cells": _carried_cells(value["cells"], before=before, was=was, now=now, k=k)}
    if "cells" in value:
        assert isinstance(now, Counts)
        cells = [_carried_cell(cell, before=before, was=was, now=now, k=k) for cell in value["cells"]]
        if now.is_nested:
            return {**value, "cells": cells}
        labels = {cell["label"] for cell in cells}
        cells += [one for one in before["cells"] if one["label"] not in labels and _stays(one, was=was, now=now, k=k)]
        unshown = {one.label for one in now.cells if one.people} - {one["label"] for one in cells}
        return {**value, "cells": sorted(cells, key=lambda cell: str(cell["label"])), "hidden_cells": len(unshown)}
    if "hidden" in before:
        return value
    taken_on = before["taken_on"]
    return value if may_replace(was[taken_on], now, k=k, taken_on=date.fromisoformat(taken_on)) else before


def may_replace(old: Measurement, new: Measurement, *, k: int, taken_on: date) -> bool:
    """Whether a share or a middle may be published anew: k people or more differ from what it was taken from.

    Nobody and a few are treated alike, so that a kept figure does not tell that somebody came or went.
    """
    if isinstance(old, Shares) and isinstance(new, Shares):
        changed = max(abs(new.of - old.of), abs(new.yes - old.yes), abs((new.of - new.yes) - (old.of - old.yes)))
    elif isinstance(old, Spread) and isinstance(new, Spread):
        if new.since is not None and new.since >= taken_on:
            return True
        changed = _changed(old.values, new.values)
    elif isinstance(old, Sum) and isinstance(new, Sum):
        changed = _changed(old.values, new.values)
    else:
        return False
    return changed >= k


def days_taken(value: Value) -> frozenset[str]:
    """The days (ISO) on which the parts of a published figure were taken."""
    parts = value.get("cells", [value])
    return frozenset(part["taken_on"] for part in parts if "taken_on" in part)


def answered(key: str, people: int | None, figures: Mapping[str, Mapping[str, Any]]) -> float | None:
    """About how many per cent of those who were asked stand behind a figure of which so many `people` are told; None where that is not published."""
    figure_key, stage = ASKED_OF.get(key, ("", ""))
    cells = figures.get(figure_key, {}).get("cells", ())
    asked = next((cell["people"] for cell in cells if cell["label"] == stage and cell.get("people")), None)
    return None if asked is None else 100 * (disclosure.SHOW_COUNT_FROM - 1 if people is None else people) / float(asked)


def _changed(old: tuple[float, ...], new: tuple[float, ...]) -> int:
    came, left = Counter(new) - Counter(old), Counter(old) - Counter(new)
    return max(came.total(), left.total())


def _carried_cell(cell: Value, *, before: Value, was: Mapping[str, Measurement], now: Counts, k: int) -> Value:
    known = next((one for one in before["cells"] if one["label"] == cell["label"]), None)
    if known is None or "hidden" in known:
        return cell
    if "hidden" in cell:
        return known  # that it vanishes would tell that somebody came or went
    return known if _stays(known, was=was, now=now, k=k) else cell


def _stays(cell: Value, *, was: Mapping[str, Measurement], now: Counts, k: int) -> bool:
    """Whether a cell stands as it was published: fewer than k people came or went. That one person left must not make it vanish."""
    old = was[cell["taken_on"]]
    assert isinstance(old, Counts)
    people = _people(old, cell["label"])
    return people > 0 and abs(_people(now, cell["label"]) - people) < k


def _carried_cells(cells: list[Value], *, before: Value, was: Mapping[str, Measurement], now: Table | Contrast, k: int) -> list[Value]:
    """The cells of a table or of contrasts: what was published stays, also of a cell that is not shown now, unless k people differ from what it was taken from."""
    known = {cell["label"]: cell for cell in before["cells"] if cell["label"]}
    fresh = {cell["label"]: cell for cell in cells}
    for label, cell in known.items():
        old = was[cell["taken_on"]]
        assert isinstance(old, Table | Contrast)
        if label not in fresh or len({person for person, _ in _facts(old, label) ^ _facts(now, label)}) < k:
            fresh[label] = cell
    return [fresh[label] for label in sorted(fresh)]


def _facts(measured: Table | Contrast, label: str) -> frozenset[tuple[UUID | str, float]]:
    """Who is in a cell, each with what they said."""
    if isinstance(measured, Contrast):
        return frozenset(fact for half in measured.pilots.get(label, ()) for fact in half.values.items())
    yes, values = measured.yes or frozenset(), measured.values or {}
    return frozenset((person, values.get(person, float(person in yes))) for person in measured.behind.get(label, ()))


def _people(counts: Counts, label: str) -> int:
    return sum(cell.people for cell in counts.cells if cell.label == label)


def _shown(cells: tuple[Shown | Hidden, ...]) -> list[Shown]:
    """The cells to be published, for an order that has nothing to do with the raw numbers."""
    return [cell for cell in cells if isinstance(cell, Shown)]


def middle(measured: Spread, *, k: int, counted: int | None = None) -> Middle | Hidden:
    """What may be published of a spread; its interval as wide as `counted` people make it, or as many as it tells."""
    return _middle(measured.values, measured.groups, measured, k=k, counted=counted)


def _middle(values: Iterable[float], groups: int, measured: Spread | Table, *, k: int, counted: int | None) -> Middle | Hidden:
    low, high = measured.scale
    gate = disclosure.mean if measured.is_mean else disclosure.median
    return gate([min(high, max(low, value)) for value in values], groups, k=k, scale=measured.scale, counted=counted)


def _taken(gated: Share | Middle | Amount | Hidden, on: date) -> Value:
    return {"hidden": gated.reason} if isinstance(gated, Hidden) else {**asdict(gated), "taken_on": on.isoformat()}


def _table(measured: Table, *, k: int, on: date) -> Value:
    """The cells that may stand alone, by label; how many there are that may not."""
    shown = []
    for label, people in sorted(measured.behind.items()):
        cell = part_of_table(label, people, measured, on=on, k=k)
        if cell and label:
            shown.append(cell)
    return {"cells": shown, "hidden_cells": sum(1 for people in measured.behind.values() if people) - len(shown)}


def part_of_table(label: str, people: Behind, table: Table, *, on: date, k: int) -> Value | None:
    """One cell as it is published, or None when too few stand behind it. How many answered is not told of a share or a mean, so the
    interval of a mean is as wide as `k` people make it.
    """
    groups = {person if group is None else group for person, group in people.items()}
    if table.counts:
        gated = disclosure.publishable([Cell(label, len(people), len(groups))], k=k)[0]
        return None if isinstance(gated, Hidden) else _cell(label, gated, on)
    said: Share | Middle | Hidden
    told: tuple[str, ...]
    if table.yes is not None:
        said = disclosure.share(sum(1 for person in people if person in table.yes), len(people), len(groups), k=k)
        told = ("percent", "bound")
    else:
        known = table.values or {}
        said = _middle((known[person] for person in people), len(groups), table, k=k, counted=k)
        told = ("value", "bound", "low", "high")
    return (
        None if isinstance(said, Hidden) else {"label": label, **{name: getattr(said, name) for name in told}, "taken_on": on.isoformat()}
    )


def _contrasts(measured: Contrast, *, k: int, on: date) -> Value:
    """The pilots whose halves may be shown beside each other, by id; how many there are that may not."""
    shown = []
    for pilot, (one, other) in sorted(measured.pilots.items()):
        gated = disclosure.difference(one.by_group(measured.scale), other.by_group(measured.scale), k=k, scale=measured.scale)
        if not isinstance(gated, Hidden):
            shown.append({"label": pilot, **asdict(gated), "taken_on": on.isoformat()})
    return {"cells": shown, "hidden_cells": len(measured.pilots) - len(shown)}


def _cell(label: str, cell: Shown | Hidden, on: date) -> Value:
    if isinstance(cell, Hidden):
        return {"label": label, "hidden": cell.reason}
    return {"label": label, "people": cell.people, "taken_on": on.isoformat()}
