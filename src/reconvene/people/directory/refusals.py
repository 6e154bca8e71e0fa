"""Says no to files that are not a list of people, in a sentence that tells what to do instead."""

from dataclasses import dataclass


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


_EXPORT = "Export the list as CSV in UTF-8, or save it as an Excel workbook (.xlsx)."
_SIGNATURES = (
    (b"%PDF", f"This file is a PDF, which shows a list and does not hold one. {_EXPORT}"),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel file (.xls), or one with a password. Save it as an Excel workbook (.xlsx) without a password.",
    ),
    (b"\x1f\x8b", f"This file is packed (gzip). Unpack it first. {_EXPORT}"),
    (b"\x89PNG", f"This file is a picture. {_EXPORT}"),
    (b"\xff\xd8\xff", f"This file is a picture. {_EXPORT}"),
    (b"GIF8", f"This file is a picture. {_EXPORT}"),
    (b"Rar!", f"This file is packed. Unpack it first. {_EXPORT}"),
    (b"7z\xbc\xaf", f"This file is packed. Unpack it first. {_EXPORT}"),
    (b"{\\rtf", f"This file is a text document. {_EXPORT}"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")


def refuse_other_kinds(data: bytes, *, filename: str, limits: Limits) -> None:
    """Raises: Unreadable when the file is empty, too large, or of a kind that holds no table we read."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable(f"The file {filename!r} is empty. Choose the file that holds the list of people.")
    if len(data) > limits.file:
        raise Unreadable(
            f"The file is {len(data) / 1e6:,.0f} MB; {limits.file // 1_000_000} MB is the most. "
            "Export only the columns that are needed: number, name, address, title, department, site, manager."
        )
    for signature, sentence in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable(sentence)
    opening = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith(_MARKUP):
        raise Unreadable(f"This file is a web page or XML, although its name may say otherwise. {_EXPORT}")
    if opening.startswith((b'{"', b'[{"', b"{\n", b"[\n")):
        raise Unreadable(f"This file is JSON. {_EXPORT}")
