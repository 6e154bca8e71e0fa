"""Dates as HR systems write them: which format a column uses, and reading it. Called by `columns` and `records`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

# In the order of trust: where several fit all values, the first is proposed and the choice is called uncertain.
FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%Y%m%d",
           "%d.%m.%y", "%d/%m/%y", "%m/%d/%y")  # fmt: skip
_SAMPLE = 500


@dataclass(frozen=True)
class DateFormatGuess:
    """The format that fits, in the notation of `strptime`, and whether another would fit all values too."""

    format: str
    uncertain: bool


def guess_date_format(values: Iterable[str]) -> DateFormatGuess | None:
    """The format that reads most of the first 500 values that are not blank; None when none reads at least half."""
    seen = [value for value in values if value.strip()][:_SAMPLE]
    if not seen:
        return None
    fits = {form: sum(1 for value in seen if parse_date(value, form) is not None) for form in FORMATS}
    best = max(fits.values())
    if best * 2 < len(seen):
        return None
    equal = [form for form, number in fits.items() if number == best]
    readings = {tuple(parse_date(value, form) for value in seen) for form in equal}
    return DateFormatGuess(format=equal[0], uncertain=len(readings) > 1)


def parse_date(value: str, form: str) -> date | None:
    """Read a date; a time of day behind it is left out. None when the value is no date in this format."""
    text = value.strip()
    for candidate in (text, text.partition("T")[0].partition(" ")[0]):
        try:
            return datetime.strptime(candidate, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
