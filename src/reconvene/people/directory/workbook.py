"""Reads one sheet of an Excel workbook as text, counting what it unpacks while reading. Called by `reading`."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO

from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop
from reconvene.people.directory.refusals import Limits, Unreadable

LIMITS = Limits()
_CHUNK = 1 << 16
_HARMLESS = 10_000_000  # bytes; below this no packing ratio can hurt
GAP = 10_000  # blank rows; a stray cell far below must not cost a minute
_BROKEN = gettext_noop("This workbook is damaged or not an Excel file. Open it in Excel and save it again as an Excel workbook (.xlsx).")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet as text, the names of all sheets, and notes for the person."""

    name: str
    names: tuple[str, ...]
    rows: list[list[str]]
    notes: tuple[str, ...]


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK")


def read_sheet(data: bytes, *, wanted: str | None) -> Sheet:
    """Read the wanted sheet, or the first.

    Formulas are never calculated: the result that Excel stored with them is read. Dates become ISO dates.
    Raises: Unreadable.
    """
    from openpyxl import load_workbook  # noqa: PLC0415  # a fifth of a second of every start otherwise

    formulas = _check_parts(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        names = tuple(sheet.title for sheet in book.worksheets)
        if wanted and wanted not in names:
            words = _("There is no sheet %(wanted)s in this workbook. It has: %(names)s.")
            raise Unreadable(words % {"wanted": repr(wanted), "names": ", ".join(names)})
        if not names:
            raise Unreadable(_("This workbook has no sheet with cells. Choose the workbook that holds the list of people."))
        name = wanted or names[0]
        sheet = book[name]
        sheet.reset_dimensions()
        rows = _to_one_width(list(_rows(sheet.iter_rows(max_col=LIMITS.columns + 1, values_only=True))))
    except Unreadable:
        raise
    except Exception as error:  # the reader raises whatever a damaged part makes it raise
        raise Unreadable(_(_BROKEN)) from error
    notes = []
    if len(names) > 1:
        notes.append(_("The workbook has %(count)s sheets; %(name)s was read.") % {"count": len(names), "name": repr(name)})
    if len(rows) > GAP and not any(rows[-GAP:]):
        words = _("Reading stopped after %(count)s blank rows. If people stand below them, delete the blank rows.")
        notes.append(words % {"count": f"{GAP:,}"})
    if formulas:
        notes.append(_("Some cells hold formulas. What Excel stored as their result was read; nothing was calculated."))
    return Sheet(name=name, names=names, rows=rows, notes=tuple(notes))


def _rows(stored: Iterator[tuple[object, ...]]) -> Iterator[list[str]]:
    """The rows as text, up to the limit, and up to a gap so long that nothing belongs to the list behind it."""
    filled = blank = 0
    for values in stored:
        row = [_text(value) for value in values]
        while row and not row[-1].strip():
            row.pop()
        filled += bool(row)
        blank = 0 if row else blank + 1
        if filled > LIMITS.rows:
            words = _("This sheet has more than %(most)s rows. Split it, or export only those who take part.")
            raise Unreadable(words % {"most": f"{LIMITS.rows:,}"})
        if blank > GAP:
            return
        yield row


def _to_one_width(rows: list[list[str]]) -> list[list[str]]:
    """As wide as the widest filled row: a sheet stores no cells where nothing stands."""
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) if row else row for row in rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\x00", "")


def _check_parts(data: bytes) -> bool:
    """Unpack every part once without keeping it. Returns whether a sheet holds formulas.

    The sizes a package announces may lie, so they are counted. Raises: Unreadable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _check_kind({part.filename for part in parts})
            counter = _Counter(packed=len(data))
            for part in parts:
                with package.open(part) as stream:
                    counter.read(stream, name=part.filename)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise Unreadable(_(_BROKEN)) from error
    return counter.formulas


def _check_kind(names: set[str]) -> None:
    if len(names) > LIMITS.parts:
        words = _("This package holds more than %(most)s files and is no ordinary workbook. Save it again.")
        raise Unreadable(words % {"most": f"{LIMITS.parts:,}"})
    if "content.xml" in names:
        raise Unreadable(_("This is an OpenDocument file. Save it as an Excel workbook (.xlsx), or as CSV in UTF-8."))
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise Unreadable(_("This is a packed file and no Excel workbook. Unpack it, and choose the list of people inside."))
    if "xl/workbook.bin" in names:
        raise Unreadable(_("This is a binary Excel workbook (.xlsb). Save it as an Excel workbook (.xlsx)."))


class _Counter:
    """Counts the bytes of all parts together and stops at the limits."""

    def __init__(self, *, packed: int) -> None:
        self.packed = packed
        self.unpacked = 0
        self.formulas = False

    def read(self, stream: IO[bytes], *, name: str) -> None:
        tail = b""
        while chunk := stream.read(_CHUNK):
            self.unpacked += len(chunk)
            too_dense = self.unpacked > _HARMLESS and self.unpacked > LIMITS.ratio * self.packed
            if too_dense or self.unpacked > LIMITS.unpacked:
                raise Unreadable(_("This workbook unpacks to far more than a list of people needs. Save only that list."))
            if name.endswith((".xml", ".rels")):
                seen = tail + chunk
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\x00" in chunk:
                    raise Unreadable(_(_BROKEN))
                self.formulas = self.formulas or (name.startswith("xl/worksheets/") and b"<f>" in seen)
                tail = chunk[-8:]
