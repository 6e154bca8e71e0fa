"""Says no to files that are not a list of people, in a sentence that tells what to do instead."""

from dataclasses import dataclass

from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop


class Unreadable(Exception):
    """The whole file is refused. Its text is one short paragraph for the person: what, where, how to mend it."""


@dataclass(frozen=True)
class Limits:
    """How large a file may be: bytes, rows, columns, characters in a cell; unpacked bytes and ratio for a workbook."""

    file: int = 20_000_000
    rows: int = 200_000
    columns: int = 200
    cell: int = 10_000
    unpacked: int = 150_000_000
    ratio: int = 30
    parts: int = 2_000


_SIGNATURES = (
    (b"%PDF", gettext_noop("This file is a PDF, which shows a list and does not hold one.")),
    (b"\x1f\x8b", gettext_noop("This file is packed (gzip). Unpack it first.")),
    (b"\x89PNG", gettext_noop("This file is a picture.")),
    (b"\xff\xd8\xff", gettext_noop("This file is a picture.")),
    (b"GIF8", gettext_noop("This file is a picture.")),
    (b"Rar!", gettext_noop("This file is packed. Unpack it first.")),
    (b"7z\xbc\xaf", gettext_noop("This file is packed. Unpack it first.")),
    (b"{\\rtf", gettext_noop("This file is a text document.")),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")


def refuse_other_kinds(data: bytes, *, filename: str, limits: Limits) -> None:
    """Raises: Unreadable when the file is empty, too large, or of a kind that holds no table we read."""
    if not data.strip(b"\x00 \t\r\n"):
        words = _("The file %(name)s is empty. Choose the file that holds the list of people.")
        raise Unreadable(words % {"name": repr(filename)})
    if len(data) > limits.file:
        words = _(
            "The file is %(size)s MB; %(most)s MB is the most. "
            "Export only the columns that are needed: number, name, address, title, department, site, manager."
        )
        raise Unreadable(words % {"size": f"{len(data) / 1e6:,.0f}", "most": limits.file // 1_000_000})
    if data.startswith(_OLD_EXCEL):
        raise Unreadable(
            _("This is an old Excel file (.xls), or one with a password. Save it as an Excel workbook (.xlsx) without a password.")
        )
    for signature, sentence in _SIGNATURES:
        if data.startswith(signature):
            raise _other_kind(_(sentence))
    opening = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith(_MARKUP):
        raise _other_kind(_("This file is a web page or XML, although its name may say otherwise."))
    if opening.startswith((b'{"', b'[{"', b"{\n", b"[\n")):
        raise _other_kind(_("This file is JSON."))


def _other_kind(sentence: str) -> Unreadable:
    return Unreadable(f"{sentence} {_('Export the list as CSV in UTF-8, or save it as an Excel workbook (.xlsx).')}")
