"""Turns the bytes of an HR export, CSV or XLSX, into a table of text, and says what was detected so that a person can correct it."""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from reconvene.base.translation import gettext as _
from reconvene.people.directory.column_words import count_known
from reconvene.people.directory.encodings import Unknown, decode
from reconvene.people.directory.refusals import Unreadable, refuse_other_kinds
from reconvene.people.directory.workbook import LIMITS, is_workbook, read_sheet

DELIMITERS = (",", ";", "\t", "|")
HEADER_SEARCH_ROWS = 10
SAMPLE_RECORDS = 60
NO_HEADER = 0
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")  # one at a time: a file object in memory takes four bytes a letter
_KEPT_ONCE = 20_000
_SECOND_HEADING = 4  # known words; some systems write a row of technical names and one of labels


@dataclass(frozen=True)
class ReadingChoice:
    """What a person corrected about the reading of a file; None means: detect it.

    `header_row` counts from 1 as a spreadsheet does; 0 says that the file has no header row.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Only what was chosen, as values JSON knows."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Raises: ValueError when an entry is unknown or of another type."""
        kinds = {"encoding": str, "delimiter": str, "header_row": int, "sheet": str}
        for name, value in stored.items():
            if name not in kinds or not isinstance(value, kinds[name]) or isinstance(value, bool):
                raise ValueError(_("The reading choice does not understand %(name)s.") % {"name": repr(name)})
        return cls(**stored)


@dataclass(frozen=True)
class Table:
    """The cells of a file as text. Every row is at least as long as the header; blank rows are left out.

    `row_numbers[i]` is the number a spreadsheet shows beside `rows[i]`. `lengths[i]` is the number of cells the file really
    had in that row. `encoding` and `delimiter` are empty for a workbook, `sheet` and `sheets` for a text file.
    `header_row` is 0 when there is no header.
    """

    header: tuple[str, ...] | None
    rows: list[tuple[str, ...]]
    row_numbers: list[int]
    lengths: list[int]
    width: int
    encoding: str = ""
    delimiter: str = ""
    header_row: int = NO_HEADER
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def header_found(self) -> bool:
        return self.header is not None

    def head(self, rows: int) -> "Table":
        """The same table with its first rows only, to show and to let the rest go."""
        return replace(self, rows=self.rows[:rows], row_numbers=self.row_numbers[:rows], lengths=self.lengths[:rows])

    def column_name(self, index: int) -> str:
        """What to call a column on a screen: its header, or "column 3" when it has none."""
        named = self.header[index] if self.header and index < len(self.header) else ""
        return named or _("column %(number)s") % {"number": index + 1}


def read_table(data: bytes, *, filename: str, choice: ReadingChoice | None = None) -> Table:
    """Read a CSV or XLSX file. What the bytes are decides, not the file's name.

    Limits: 20 MB, 200,000 rows, 200 columns, 10,000 characters in a cell; for a workbook also what it unpacks to.
    Raises: Unreadable, with a sentence that says what is wrong, where, and how to mend it.
    """
    choice = choice or ReadingChoice()
    refuse_other_kinds(data, filename=filename, limits=LIMITS)
    if is_workbook(data):
        sheet = read_sheet(data, wanted=choice.sheet)
        table = _lay_out(enumerate(sheet.rows, start=1), choice)
        return replace(table, sheet=sheet.name, sheets=sheet.names, notes=(*sheet.notes, *table.notes))
    return _read_text(data, choice)


def _read_text(data: bytes, choice: ReadingChoice) -> Table:
    try:
        text, encoding, notes = decode(data, wanted=choice.encoding)
    except Unknown as unknown:
        raise Unreadable(str(unknown)) from unknown
    if "\x00" in text:
        raise Unreadable(_("This file is not text: it holds zero bytes. Export it again as CSV in UTF-8, or as an Excel workbook (.xlsx)."))
    skipped = 0
    if text[:4].lower() == "sep=" and (line := text.splitlines()[0]):
        skipped, text = 1, text[len(line) :].lstrip("\r\n")
        choice = replace(choice, delimiter=choice.delimiter or line[4:5] or None)
    delimiter = choice.delimiter or guess_delimiter(text)
    if delimiter not in DELIMITERS:
        words = _("%(sign)s cannot separate columns. Choose comma, semicolon, tab or vertical bar.")
        raise Unreadable(words % {"sign": repr(delimiter)})
    table = _lay_out(enumerate(_records(text, delimiter), start=1 + skipped), choice)
    if text.count('"') % 2:
        odd = _("The file has an odd number of quotation marks. If rows seem to run together, look for a missing mark.")
        notes = (*notes, odd)
    return replace(table, encoding=encoding, delimiter=delimiter, notes=(*notes, *table.notes))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader((line.group() for line in _LINE.finditer(text)), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        words = _(
            "Near line %(line)s the file stops being a table (%(error)s). Look there for a quotation mark that is opened and not closed."
        )
        raise Unreadable(words % {"line": reader.line_num, "error": error}) from error


def guess_delimiter(text: str) -> str:
    """The separator that cuts the first rows into the most columns of the same number; a comma when none does."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in itertools.islice(_records(text[:200_000], delimiter), SAMPLE_RECORDS) if row]
        except Unreadable:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        score = times / len(rows) + min(width, 20) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lay_out(numbered: Iterable[tuple[int, Iterable[str]]], choice: ReadingChoice) -> Table:
    """Drop blank rows, find the header, and bring every row to one width."""
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    shared: dict[str, str] = {}  # the same department stands in thousands of rows: keep its text once
    for number, cells in numbered:
        keep = shared.setdefault if len(shared) < _KEPT_ONCE else shared.get
        row = tuple(keep(cell, cell) for cell in (cell.strip() for cell in cells))
        if not any(row):
            continue
        _check_size(row, number=number, rows=len(rows))
        rows.append(row)
        numbers.append(number)
    if not rows:
        raise Unreadable(_("This file is empty. Choose the file that holds the list of people."))
    header_at = _find_header(rows, numbers, choice)
    header = None if header_at is None else _trim_end(rows[header_at])
    first = 0 if header_at is None else header_at + 1
    while 0 < first < len(rows) and count_known(rows[first]) >= _SECOND_HEADING:
        first += 1
    if first == len(rows):
        raise Unreadable(_("This file has a heading row and nothing below it. Export it again with the people in it."))
    body = rows[first:]
    lengths = [_used(row) if header is not None and len(row) > len(header) else len(row) for row in body]
    width = len(header) if header is not None else Counter(lengths).most_common(1)[0][0]
    notes = _notes(body, header_row=0 if header_at is None else numbers[header_at], skipped=header_at or 0)
    return Table(
        header=header,
        rows=[row + ("",) * (width - len(row)) for row in body],
        row_numbers=numbers[first:],
        lengths=lengths,
        width=width,
        header_row=NO_HEADER if header_at is None else numbers[header_at],
        notes=notes,
    )


def _check_size(row: tuple[str, ...], *, number: int, rows: int) -> None:
    if rows >= LIMITS.rows:
        words = _("This file has more than %(most)s rows. Split it, or export only the people who take part.")
        raise Unreadable(words % {"most": f"{LIMITS.rows:,}"})
    if len(row) > LIMITS.columns and any(row[LIMITS.columns :]):
        words = _("Row %(row)s has more than %(most)s columns. Export fewer columns, or choose the right separator.")
        raise Unreadable(words % {"row": number, "most": LIMITS.columns})
    if any(len(cell) > LIMITS.cell for cell in row):
        words = _(
            "Row %(row)s has a cell of more than %(most)s characters. "
            "Often a quotation mark is opened there and not closed; otherwise leave that column out."
        )
        raise Unreadable(words % {"row": number, "most": f"{LIMITS.cell:,}"})


def _find_header(rows: list[tuple[str, ...]], numbers: list[int], choice: ReadingChoice) -> int | None:
    """The position of the heading row in `rows`, or None when the file starts with people at once."""
    if choice.header_row is not None:
        if choice.header_row == NO_HEADER:
            return None
        if choice.header_row not in numbers:
            words = _("Row %(row)s cannot be the heading row: it is empty or not there. Choose another.")
            raise Unreadable(words % {"row": choice.header_row})
        return numbers.index(choice.header_row)
    candidates = rows[:HEADER_SEARCH_ROWS]
    known = [count_known(row) for row in candidates]
    best = max(range(len(candidates)), key=lambda position: (known[position], -position))
    if known[best] >= 2:
        return best
    return 0 if _looks_like_heading(rows) else None


def _looks_like_heading(rows: list[tuple[str, ...]]) -> bool:
    """True when the first row has only short, different texts without figures, and the rows below do have figures."""
    first = [cell for cell in _trim_end(rows[0]) if cell]
    if len(set(first)) < len(first) or any(_is_figure(cell) or len(cell) > 60 for cell in first):
        return False
    below = rows[1:SAMPLE_RECORDS]
    return count_known(rows[0]) > 0 or any(_is_figure(cell) for row in below for cell in row)


def _is_figure(cell: str) -> bool:
    return "@" in cell or any(sign.isdigit() for sign in cell)


def _used(row: tuple[str, ...]) -> int:
    return len(_trim_end(row))


def _trim_end(row: tuple[str, ...]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _notes(body: list[tuple[str, ...]], *, header_row: int, skipped: int) -> tuple[str, ...]:
    notes = []
    if skipped:
        notes.append(_("The headings are in row %(row)s; the lines above it were left out.") % {"row": header_row})
    broken = sum(1 for row in body if any("\ufffd" in cell for cell in row))
    if broken:
        words = _(
            "Rows with the sign \ufffd, which stands for letters lost before this file was made: %(count)s. "
            "An export in UTF-8 from the HR system itself would have them."
        )
        notes.append(words % {"count": broken})
    return tuple(notes)
