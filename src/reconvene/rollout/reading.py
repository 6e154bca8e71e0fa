"""Reads what somebody typed as a figure, and says in one sentence what is wrong with it. Pure. Called by the form.

A figure that could be read in two ways is refused, never guessed; so is an amount in another currency than the case's.
"""

import re
from collections.abc import Mapping, Sequence

from reconvene.base.translation import gettext as _
from reconvene.rollout.assumptions import Assumption, Unit
from reconvene.rollout.formulas import BANDS, Range
from reconvene.rollout.wording import CURRENCIES, figure

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_WORD = re.compile(r"[A-Za-z€$£¥%]+\.?")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}([,\u202f\u00a0 '’])\d{3}(\1\d{3})*(\.\d+)?")
_PLAIN = re.compile(r"-?\d+([.,]\d+)?")
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
LONGEST = 24


class BadFigure(Exception):
    """What was typed cannot be taken. The text says why and what to do."""


def read_range(texts: Sequence[str], *, of: Assumption, currency: str, rate: float) -> Range | None:
    """Low, likely and high as they were typed; None when all three are empty, which means the default. With only the middle it is known exactly.

    Raises BadFigure.
    """
    low, likely, high = (text.strip() for text in texts)
    if not (low or likely or high):
        return None
    if not likely:
        raise BadFigure(_("Write the likely figure in the middle, or leave all three empty to go on with ours."))
    values = [_value(text, of=of, currency=currency) for text in (low or likely, likely, high or likely)]
    least, most = of.bounds(rate)
    for value in values:
        if not least <= value <= most:
            raise BadFigure(_out_of_bounds(value, of=of, bounds=(least, most), currency=currency))
    if not values[0] <= values[1] <= values[2]:
        raise BadFigure(_("The low figure may not be above the likely one, nor the likely one above the high one."))
    return Range(*values)


def together(ranges: Mapping[str, Range]) -> str:
    """What is wrong with all figures taken together, as a sentence; "" when nothing is. `ranges` holds every key."""
    if sum(ranges[f"people_{band}"].low for band in BANDS) < 1:
        return _("At least one manager has to take part, also in the low case. An empty pilot costs and brings nothing.")
    if ranges["hours_sessions"].low + ranges["hours_around"].low <= 0:
        return _("Whoever takes part gives some time. Write the hours in sessions or around them, also in the low case.")
    return ""


def _value(text: str, *, of: Assumption, currency: str) -> float:
    """One number. Words and signs beside it must be those of its unit."""
    if len(text) > LONGEST:
        raise BadFigure(_("This is too long for a figure. Write one number."))
    for word in _WORD.findall(text):
        _check_word(word.rstrip("."), of=of, currency=currency, text=text)
    bare = _WORD.sub("", text).replace("−", "-").strip()
    if _AMBIGUOUS.fullmatch(bare):
        raise BadFigure(
            _("“%(text)s” can be read in two ways. Write %(plain)s or %(decimal)s.")
            % {"text": text, "plain": bare.replace(".", ""), "decimal": as_decimal(bare)}
        )
    if _GROUPED.fullmatch(bare):
        return float(re.sub("[,\u202f\u00a0 '’]", "", bare))
    if _PLAIN.fullmatch(bare):
        return float(bare.replace(",", "."))
    raise BadFigure(_no_number(text))


def as_decimal(bare: str) -> str:
    """A figure with a point as it can be typed, also when three decimals could be thousands: with another number of them."""
    short = bare.rstrip("0") if "." in bare else bare
    return f"{short}0" if short.endswith(".") or _AMBIGUOUS.fullmatch(short) else short


def _no_number(text: str) -> str:
    return _("“%(text)s” is not a number. Write digits, like 1250 or 4.5.") % {"text": text}


def _check_word(word: str, *, of: Assumption, currency: str, text: str) -> None:
    """Raises BadFigure for a sign or word that is not the figure's own; `text` is the whole of what was typed."""
    code = _SIGNS.get(word, word.upper())
    if of.unit == Unit.MONEY and code == currency:
        return
    if code in CURRENCIES or code in _SIGNS.values():
        if of.unit == Unit.MONEY:
            raise BadFigure(
                _("This case counts in %(ours)s, and this is in %(theirs)s. Write the amount in %(ours)s, or start a case in %(theirs)s.")
                % {"ours": currency, "theirs": code}
            )
        raise BadFigure(_("This is an amount of money. Here a number of %(unit)s is asked for.") % {"unit": _unit(of)})
    if (of.unit == Unit.PERCENT and word == "%") or (of.unit == Unit.HOURS and word.lower() in ("h", "hours", "hrs")):
        return
    if of.unit == Unit.PEOPLE and word.lower() in ("people", "managers"):
        return
    if not any(sign.isdecimal() for sign in text):
        raise BadFigure(_no_number(text))
    raise BadFigure(_("“%(text)s” is more than a number. Write only the number, without “%(word)s”.") % {"text": text, "word": word})


def _unit(of: Assumption) -> str:
    return {Unit.PEOPLE: _("people"), Unit.HOURS: _("hours"), Unit.PERCENT: _("per cent"), Unit.MONEY: _("money")}[of.unit]


def _out_of_bounds(value: float, *, of: Assumption, bounds: tuple[float, float], currency: str) -> str:
    least, most = (figure(one, of.unit, currency=currency) for one in bounds)
    if value < 0:
        return _("A figure below zero makes no sense here. Write %(least)s or more.") % {"least": least}
    if of.key.endswith(("salary", "salary_1", "salary_2", "salary_3")) and value == 0:
        return _("Nobody works for nothing. Write the yearly salary, or leave all three empty to go on with ours.")
    return _("%(value)s is hard to believe. Between %(least)s and %(most)s can be worked with; look whether the unit is right.") % {
        "value": figure(value, of.unit, currency=currency),
        "least": least,
        "most": most,
    }
