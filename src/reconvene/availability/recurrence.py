"""How much work a recurrence rule (RFC 5545, 3.3.10) may make for the library that spreads it out. Called by `busy`, which leaves out what is too much."""

from typing import Any

Component = Any
"""A parsed part of a calendar; the library's own types promise more than files keep."""

_STEPS_A_DAY = {"SECONDLY": 86_400, "MINUTELY": 1_440, "HOURLY": 24, "WEEKLY": 1 / 7, "MONTHLY": 1 / 30, "YEARLY": 1 / 365}
_TOO_SHORT_FOR_RARE_DAYS = frozenset({"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY"})
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _frequency(rule: Component) -> str:
    return str((rule.get("FREQ") or [""])[0]).upper()


def steps_a_day(rule: Component) -> float:
    """How many occurrences the library may have to look at for each day."""
    steps = _STEPS_A_DAY.get(_frequency(rule), 1)
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTHDAY"):
        steps *= max(1, len(rule.get(part) or []))
    return steps


def runs_through_all_years(rule: Component) -> bool:
    """Whether looking for rare days in short steps could take minutes."""
    is_rare = any(part in rule for part in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"))
    frequency = _frequency(rule)
    return (frequency in _TOO_SHORT_FOR_RARE_DAYS and is_rare) or (frequency in ("SECONDLY", "MINUTELY", "HOURLY") and "BYMONTH" in rule)


def is_doubtful(rule: Component) -> bool:
    """Whether a rule by months or years might never have an occurrence. Each weekday comes four times in every month, and a day of a
    month in every fourth year, so the usual ones surely have."""
    days, months = rule.get("BYMONTHDAY") or [], rule.get("BYMONTH") or range(1, 13)
    positions, others = rule.get("BYSETPOS") or [], ("BYYEARDAY", "BYWEEKNO")
    if any(part in rule for part in others) or (days and (positions or "BYDAY" in rule)):
        return True
    if days:
        return not any(1 <= abs(int(day)) <= _LONGEST_MONTHS[(int(month) - 1) % 12] for day in days for month in months)
    return any(not 1 <= abs(int(position)) <= 4 for position in positions)
