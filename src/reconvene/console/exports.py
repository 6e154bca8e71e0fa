"""A published report as CSV and as a workbook: the same rows that the page shows, and the same bytes each time. Pure."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from reconvene.text.cells import as_text

Value = Mapping[str, Any]
HEAD = ("figure", "cell", "number", "unit", "bound", "low", "high", "people", "taken_on")
"""Of a row: the key of the figure, the cell ("" for none or for all others together), and what was published of it."""
UNITS = {"share": "percent", "spread": "value", "sum": "value", "contrast": "value"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the only moment that a zip file knows by itself


def rows(figures: Mapping[str, Value]) -> Iterator[tuple[str, ...]]:
    """Every published number, by key. What is hidden has no row: not even its name."""
    for key, value in sorted(figures.items()):
        for part in value.get("cells", [value]):
            if "hidden" not in part:
                yield tuple(as_text(text) for text in _row(key, part, unit=UNITS.get(value["kind"], "people")))


def as_csv(figures: Mapping[str, Value]) -> bytes:
    """The rows as UTF-8 with a mark, so that spreadsheets read it."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([HEAD, *rows(figures)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(figures: Mapping[str, Value], *, on: date) -> bytes:
    """The rows as a workbook with one sheet. Texts only, so nothing in it is worked out; no moment in it but the report's day."""
    from openpyxl import Workbook  # noqa: PLC0415  # a fifth of a second of every start otherwise

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = on.isoformat()
    for row in (HEAD, *rows(figures)):
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s"
    book.properties.created = book.properties.modified = datetime(on.year, on.month, on.day)  # noqa: DTZ001  # a day
    made = io.BytesIO()
    book.save(made)
    return _without_moments(made.getvalue(), on=on)


def _row(key: str, part: Value, *, unit: str) -> tuple[str, ...]:
    unit = next((name for name in ("percent", "value") if name in part), unit)
    number = part["percent"] if unit == "percent" else part["value"] if unit == "value" else part["people"]
    people = "" if unit == "people" else part.get("people")
    facts = (part.get("label", ""), number, unit, part.get("bound", "exactly"), part.get("low"), part.get("high"), people, part["taken_on"])
    return (key, *("" if fact is None else str(fact) for fact in facts))


def _without_moments(data: bytes, *, on: date) -> bytes:
    """The same archive with one moment for all its files, and the day as the time of the last change."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(archive.namelist()):
            content = archive.read(name)
            if name == "docProps/core.xml":
                content = _on_day(content, on)
            made.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    return out.getvalue()


def _on_day(core: bytes, on: date) -> bytes:
    """The properties with the report's day where openpyxl writes the moment of saving."""
    before, tag, rest = core.partition(b"<dcterms:modified")
    head, _, tail = rest.partition(b">")
    _, _, after = tail.partition(b"</dcterms:modified>")
    return before + tag + head + b">" + on.isoformat().encode() + b"T00:00:00Z</dcterms:modified>" + after
