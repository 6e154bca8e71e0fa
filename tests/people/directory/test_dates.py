from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconvene.people.directory.dates import FORMATS, DateFormatGuess, guess_date_format, parse_date


@pytest.mark.parametrize(
    ("values", "guess"),
    [
        (["2026-03-31", "", "2025-01-02"], DateFormatGuess("%Y-%m-%d", False)),
        (["2026-03-31 00:00:00.000", "2026-03-31T10:00:00Z"], DateFormatGuess("%Y-%m-%d", False)),
        (["31.03.2026"], DateFormatGuess("%d.%m.%Y", False)),
        (["31/03/2026", "01/02/2026"], DateFormatGuess("%d/%m/%Y", False)),
        (["03/31/2026", "01/02/2026"], DateFormatGuess("%m/%d/%Y", False)),
        (["01/02/2026", "03/04/2026"], DateFormatGuess("%d/%m/%Y", True)),
        (["03/03/2026"], DateFormatGuess("%d/%m/%Y", False)),
        (["31-Mar-2026"], DateFormatGuess("%d-%b-%Y", False)),
        (["soon", "later", "2026-01-01"], None),
        (["", " "], None),
    ],
)
def test_the_format_that_fits_is_found_and_doubt_is_told(values: list[str], guess: DateFormatGuess | None) -> None:
    assert guess_date_format(values) == guess


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2060, 1, 1)), st.sampled_from([form for form in FORMATS if "%Y" in form]))
def test_a_date_written_in_a_format_is_read_in_it(day: date, form: str) -> None:
    assert parse_date(day.strftime(form), form) == day


@given(st.text(max_size=30), st.sampled_from(FORMATS))
def test_any_text_is_a_date_or_none(text: str, form: str) -> None:
    assert parse_date(text, form) is None or isinstance(parse_date(text, form), date)
