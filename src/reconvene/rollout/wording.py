"""How figures are written: amounts with their currency, hours, shares, ranges. Pure. Called by pages, arithmetic, drawings and printouts."""

import math

from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop, ngettext
from reconvene.rollout.assumptions import Unit
from reconvene.rollout.formulas import Range

CURRENCIES = {
    "EUR": gettext_noop("Euro"), "USD": gettext_noop("US dollar"), "GBP": gettext_noop("Pound sterling"), "CHF": gettext_noop("Swiss franc"),
    "SEK": gettext_noop("Swedish krona"), "NOK": gettext_noop("Norwegian krone"), "DKK": gettext_noop("Danish krone"),
    "PLN": gettext_noop("Polish zloty"), "CZK": gettext_noop("Czech koruna"), "CAD": gettext_noop("Canadian dollar"),
    "AUD": gettext_noop("Australian dollar"), "INR": gettext_noop("Indian rupee"),
}  # fmt: skip
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
SMALL = 100  # hours below this are written with a decimal


def money(value: float, currency: str) -> str:
    """An amount without cents: €15,252; CHF 15,252."""
    sign = _SIGNS.get(currency, f"{currency}\u00a0")
    return f"{'−' if round(value) < 0 else ''}{sign}{abs(value):,.0f}"


def number(value: float) -> str:
    """A count or hours: 1,650; 4.6; 3."""
    if abs(value) >= SMALL or float(value).is_integer():
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(value: float) -> str:
    """A share or a return: 73 %; −11 %."""
    return f"{round(value):,} %".replace("-", "−").replace(" %", "\u00a0%")


def share_of_draws(share: float) -> str:
    """A share of draws, 0..1; never all or none of them, which so few figures cannot tell."""
    if share > 0.99:
        return _("more than %(percent)s") % {"percent": percent(99)}
    return _("fewer than %(percent)s") % {"percent": percent(1)} if share < 0.01 else percent(100 * share)


def months(value: float) -> str:
    """A time until something is paid back."""
    return _("never, as it stands") if math.isinf(value) else _("%(n)s months") % {"n": f"{value:,.1f}"}


def hours(value: float) -> str:
    """Hours with one decimal: 5.6 hours."""
    return _("%(n)s hours") % {"n": f"{value:,.1f}"}


def minutes(value: float) -> str:
    """Whole minutes, one at least."""
    whole = max(1, round(value))
    return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}


def figure(value: float, unit: Unit, *, currency: str) -> str:
    """A figure with its unit."""
    match unit:
        case Unit.MONEY:
            return money(value, currency)
        case Unit.PERCENT:
            return f"{number(value)}\u00a0%"
        case Unit.HOURS:
            return ngettext("%(n)s hour", "%(n)s hours", 1 if value == 1 else 2) % {"n": number(value)}
        case Unit.PEOPLE:
            return f"{value:,.0f}"


def span(one: Range, unit: Unit, *, currency: str) -> str:
    """A range in a few words: "€60,000 to €90,000, likely €75,000"; or just the figure when it is exact."""
    if one.is_exact:
        return figure(one.likely, unit, currency=currency)
    if len({figure(value, unit, currency=currency) for value in (one.low, one.likely, one.high)}) == 1:
        return figure(one.likely, unit, currency=currency)
    words = {
        "low": number(one.low) if unit in (Unit.HOURS, Unit.PERCENT) else figure(one.low, unit, currency=currency),
        "high": figure(one.high, unit, currency=currency),
        "likely": number(one.likely) if unit == Unit.HOURS else figure(one.likely, unit, currency=currency),
    }
    return _("%(low)s to %(high)s, likely %(likely)s") % words
