"""Cells that a spreadsheet would calculate."""

import pytest

from reconvene.text.cells import as_text


@pytest.mark.parametrize(
    "start", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "\0=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a", "\u22121"]
)
def test_whatever_a_spreadsheet_could_run_gets_an_apostrophe(start: str) -> None:
    assert as_text(start) == f"'{start}"
    assert as_text(f"a{start}") == f"a{start}"
