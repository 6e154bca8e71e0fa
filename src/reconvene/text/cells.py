"""Cells of a table that a spreadsheet will open. Pure; called by every page and command that writes CSV."""

FORMULA_STARTS = tuple("=+-@\t\r\n\0\u2212\uff1d\uff0b\uff0d\uff20")  # the last ones are a minus sign and full-width forms


def as_text(cell: str) -> str:
    """The cell, marked as text when a spreadsheet would calculate it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
