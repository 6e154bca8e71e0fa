"""The last gate of a report: every fresh number is audited beside everything that was ever published, and is put back when it would tell too much. Pure.

Two kinds of numbers are kept apart. Whoever knows how many people are in one cell and in another knows how many are in one and not in the other;
so all counts of people, and how many stand behind a share, are lines of one ledger. What people said to one question is added up with nothing
but answers to that question; so each question has a ledger of its own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reconvene.privacy import disclosure
from reconvene.privacy.ledger import Ledger, Line
from reconvene.releases.measurements import TOOK_PART, WAITED, Behind, Contrast, Measurement, Spread, Table, half_label
from reconvene.releases.rules import Value, middle, part_of_table

MOST_ROUNDS = 12
"""Of taking out what a longer search has found; a ledger in which it still finds something then takes nothing new."""
PEOPLE = "people"
"""The ledger of how many people there are; that of a question has the question's key."""
Lines = Mapping[str, Sequence[Line]]
"""Lines by ledger, in the order in which they were published."""


@dataclass(frozen=True)
class Known:
    """What the ledger knows: its lines so far, and the numbers of people (by id or alias) and of their groups (by number of a person)."""

    lines: Lines
    numbers: Mapping[UUID | str, int]
    groups: Mapping[int, int]

    def people(self, behind: Behind) -> frozenset[int]:
        """The numbers of people."""
        return frozenset(self.numbers[one] for one in behind)


@dataclass(frozen=True)
class _Asked:
    """One fresh number: in which ledger, as which line, and in which cell of its figure. A contrast is one number with a line for each half."""

    key: str
    book: str
    line: Line
    cell: str = ""


def audited(
    values: Mapping[str, Value],
    measured: Mapping[str, Measurement],
    *,
    before: Mapping[str, Value],
    known: Known,
    on: date,
    k: int,
    is_on: bool = True,
) -> tuple[dict[str, Value], dict[str, list[Line]]]:
    """The figures of a report as they are published, and their new lines by ledger.

    What may not be published is as it was `before`, or hidden; of a table, the cells that are not shown are merged when together they may be.
    `is_on` is for the attacker's benchmark, which shows what happens without the ledger.
    """
    values = {key: value if measured[key].behind is not None else _unknown(value) for key, value in values.items()}
    asked = _all_asked(values, measured, known, on)
    ledgers = _opened(asked, measured, known, on, k=k) if is_on else None
    out: frozenset[tuple[str, str, str]] = frozenset()
    shut: frozenset[str] = frozenset()
    rounds = 0
    while True:
        gate = _Gate({book: ledger.copy() for book, ledger in ledgers.items()} if ledgers is not None else None, out, shut)
        kept = _round(values, measured, asked, before=before, known=known, on=on, k=k, gate=gate)
        found = gate.found_out()
        if not found:
            return kept, dict(gate.lines)
        out |= found
        rounds += 1
        if rounds >= MOST_ROUNDS:
            shut |= {book for book, _table, _cell in found}


@dataclass(frozen=True)
class _AllAsked:
    """Every fresh number of a report: what people said, how many they are, and how many stand behind what they said."""

    answers: tuple[_Asked, ...]
    counts: tuple[_Asked, ...]
    sizes: tuple[_Asked, ...]


def _all_asked(values: Mapping[str, Value], measured: Mapping[str, Measurement], known: Known, on: date) -> _AllAsked:
    keys = _coarse_first(measured)
    answers, counts, sizes = (
        tuple(one for key in keys for one in of(key, values[key], measured[key], known, on)) for of in (_answers, _counts, _sizes)
    )
    return _AllAsked(answers, counts, sizes)


def _opened(asked: _AllAsked, measured: Mapping[str, Measurement], known: Known, on: date, *, k: int) -> dict[str, Ledger]:
    """The ledgers that a report needs, with everything that was published before."""
    parts = [one for key, measurement in measured.items() for one in _parts(key, measurement, known, on)]
    possible: dict[str, list[Line]] = defaultdict(list)
    for one in (*asked.answers, *asked.counts, *asked.sizes, *parts):
        possible[one.book].append(one.line)
    return {book: Ledger(known.lines.get(book, ()), lines, groups=known.groups, k=k) for book, lines in possible.items()}


def _round(
    values: Mapping[str, Value],
    measured: Mapping[str, Measurement],
    asked: _AllAsked,
    *,
    before: Mapping[str, Value],
    known: Known,
    on: date,
    k: int,
    gate: "_Gate",
) -> dict[str, Value]:
    """The figures as they may be published, each number judged beside those admitted before it."""
    refused = {(one.key, one.cell) for one in (*asked.answers, *asked.counts) if not gate.admits(one)}
    kept = {key: _put_back(value, before.get(key), refused, key=key, measured=measured[key]) for key, value in values.items()}
    for key, value in kept.items():
        table = measured[key]
        if isinstance(table, Table):
            kept[key] = _merged(value, table, before.get(key), gate=gate, known=known, on=on, k=k, key=key)
    for one in asked.sizes:
        if kept[one.key].get("taken_on") == on.isoformat() and not gate.admits(one):
            kept[one.key] = coarse(kept[one.key], measured[one.key], len(one.line.people), k=k)
    return kept


class _Gate:
    """The ledgers, the lines that they have admitted, the lines (book, table, cell) that are not asked any more, and the books that take none."""

    def __init__(self, ledgers: dict[str, Ledger] | None, out: frozenset[tuple[str, str, str]], shut: frozenset[str]) -> None:
        self.lines: dict[str, list[Line]] = defaultdict(list)
        self._ledgers = ledgers
        self._out = out
        self._shut = shut

    def admits(self, asked: _Asked) -> bool:
        """Whether a number may be published; if so its line is written down."""
        if asked.book in self._shut or (asked.book, asked.line.table, asked.line.cell) in self._out:
            return False
        if self._ledgers is not None and not self._ledgers[asked.book].admit(asked.line):
            return False
        self.lines[asked.book].append(asked.line)
        return True

    def found_out(self) -> frozenset[tuple[str, str, str]]:
        """Lines (book, table, cell) that should be taken out, after a longer search."""
        return frozenset((book, line.table, line.cell) for book, ledger in (self._ledgers or {}).items() for line in ledger.found_out())


def coarse(value: Value, measured: Measurement, people: int, *, k: int) -> Value:
    """The figure with about how many people stand behind it told in large steps only, and its interval as wide as they make it."""
    told = {**value, "people": disclosure.about(people)}
    if "percent" in value:
        low, high = disclosure.wide_interval(value["percent"], people)
        return {**told, "low": low, "high": high}
    if isinstance(measured, Spread):
        wide = middle(measured, k=k, counted=disclosure.large_step(people))
        assert not isinstance(wide, disclosure.Hidden)  # it was published, only not with its people
        return {**told, "low": wide.low, "high": wide.high}
    return told


def _answers(key: str, value: Value, measured: Measurement, known: Known, on: date) -> Iterator[_Asked]:
    """The lines of what people said: a share, a middle, a sum, the shares or means of a table, or the halves of pilots."""
    if isinstance(measured, Contrast):
        yield from _halves(key, value, measured, known, on)
    elif isinstance(measured, Table) and not measured.counts:
        yield from _cells(key, value, measured.behind, known, on, book=measured.measure)
    elif "cells" not in value and value.get("taken_on") == on.isoformat():
        yield _Asked(key, _question(key, measured), Line(key, on.isoformat(), "", known.people((measured.behind or {})[""])))


def _counts(key: str, value: Value, measured: Measurement, known: Known, on: date) -> Iterator[_Asked]:
    """The lines of how many people are in cells."""
    if "cells" in value and not isinstance(measured, Contrast) and not (isinstance(measured, Table) and not measured.counts):
        yield from _cells(key, value, measured.behind or {}, known, on, book=PEOPLE)


def _sizes(key: str, value: Value, measured: Measurement, known: Known, on: date) -> Iterator[_Asked]:
    """The lines of how many people stand behind a share, a middle or a sum, where it is told or an interval shows it."""
    if "cells" not in value and value.get("taken_on") == on.isoformat() and (value["people"] is not None or "low" in value):
        yield _Asked(key, PEOPLE, Line(f"{key}_size", on.isoformat(), "", known.people((measured.behind or {})[""])))


def _cells(key: str, value: Value, behind: Mapping[str, Behind], known: Known, on: date, *, book: str) -> Iterator[_Asked]:
    fresh = [cell["label"] for cell in value["cells"] if cell.get("taken_on") == on.isoformat()]
    for label in sorted(fresh, key=lambda label: -len(behind[label])) if value["kind"] == "table" else fresh:
        yield _Asked(key, book, Line(key, on.isoformat(), label, known.people(behind[label])), label)


def _halves(key: str, value: Value, measured: Contrast, known: Known, on: date) -> Iterator[_Asked]:
    """Two lines for each contrast, as if the mean of each half were told: those who took part beside all figures about the same question."""
    for cell in value["cells"]:
        if cell["taken_on"] == on.isoformat():
            for half, book in ((TOOK_PART, measured.question), (WAITED, key)):
                label = half_label(cell["label"], half)
                yield _Asked(key, book, Line(key, on.isoformat(), label, known.people(measured.behind[label])), cell["label"])


def _parts(key: str, measured: Measurement, known: Known, on: date) -> Iterator[_Asked]:
    """All cells of a table, also those that are too small: what is merged is made of them."""
    if isinstance(measured, Table):
        book = PEOPLE if measured.counts else measured.measure
        for label, people in measured.behind.items():
            yield _Asked(key, book, Line(key, on.isoformat(), label, known.people(people)), label)


def _coarse_first(measured: Mapping[str, Measurement]) -> list[str]:
    """Numbers over all people first, so that a table never takes their place."""
    return sorted(measured, key=lambda key: (isinstance(measured[key], Table), not getattr(measured[key], "is_nested", False), key))


def _question(key: str, measured: Measurement) -> str:
    """What happened in a window of its own has nothing to do with that of another month."""
    since = measured.since if isinstance(measured, Spread) else None
    return f"{key} {since.isoformat()}" if since else key


def _put_back(value: Value, before: Value | None, refused: set[tuple[str, str]], *, key: str, measured: Measurement) -> Value:
    """The figure with everything that was refused as it was before, or hidden."""
    if "cells" not in value:
        if (key, "") not in refused:
            return value
        is_there = before is not None and before["kind"] == value["kind"] and "hidden" not in before
        return dict(before) if is_there and before is not None else {**_frame(value), "hidden": disclosure.Hidden().reason}
    known = {cell["label"]: cell for cell in (before or {"cells": ()}).get("cells", ()) if "hidden" not in cell}
    cells: list[Value] = []
    hidden = 0
    for cell in value["cells"]:
        if (key, cell["label"]) not in refused:
            cells.append(cell)
        elif cell["label"] in known:
            cells.append(known[cell["label"]])
        elif value["kind"] == "funnel":
            cells.append({"label": cell["label"], "hidden": disclosure.Hidden().reason})
        else:
            hidden += 1
    return {**value, "cells": cells, **({"hidden_cells": value["hidden_cells"] + hidden} if "hidden_cells" in value else {})}


def _unknown(value: Value) -> Value:
    """The figure of a measure that does not say who stands behind it: hidden."""
    reason = disclosure.Hidden().reason
    if value["kind"] == "funnel":
        return {**value, "cells": [{"label": cell["label"], "hidden": reason} for cell in value["cells"]]}
    if "cells" in value:
        return {**value, "cells": [], "hidden_cells": value["hidden_cells"] + len(value["cells"])}
    return {**_frame(value), "hidden": reason}


def _frame(value: Value) -> Value:
    return {name: value[name] for name in ("kind", "title", "is_mean") if name in value}


def _merged(value: Value, table: Table, before: Value | None, *, gate: _Gate, known: Known, on: date, k: int, key: str) -> Value:
    """The table with all that is not shown as one more cell, if that may be published; else with the one from before, if there was one."""
    shown = {cell["label"] for cell in value["cells"]}
    rest: dict[UUID | str, Any] = {}
    for label, people in table.behind.items():
        if label not in shown:
            rest |= people
    cell = part_of_table("", rest, table, on=on, k=k)
    earlier = next((one for one in (before or {"cells": ()}).get("cells", ()) if one["label"] == ""), None)
    if cell is not None:
        line, book = Line(key, on.isoformat(), "", known.people(rest)), PEOPLE if table.counts else table.measure
        last = next((one for one in reversed(known.lines.get(book, ())) if (one.table, one.cell) == (key, "")), None)
        is_changed = earlier is None or last is None or len(last.people ^ line.people) >= k
        if is_changed and gate.admits(_Asked(key, book, line)):
            earlier = cell
    return {**value, "cells": [*value["cells"], *([earlier] if earlier else [])]}
