"""The sum behind each number of a case, in words and with the numbers put in, and on how many figures of which kind it rests."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reconvene.rollout import formulas
from reconvene.rollout.basis import Basis, Origin
from reconvene.rollout.formulas import BANDS
from reconvene.rollout.queries import Worked
from reconvene.rollout.wording import hours, minutes, money, months, number, percent

PEOPLE = tuple(f"people_{band}" for band in BANDS)
HOUR = (*PEOPLE, *(f"salary_{band}" for band in BANDS), "on_costs", "productive_hours")
OFFICE = ("learning_salary", "on_costs", "productive_hours")
COST = (*HOUR, "hours_sessions", "hours_around", "learning_hours", "learning_salary", "it_hours", "hosting", "travel", "setup")
BENEFIT = (*PEOPLE, "share_valuing", "value_each", "attribution", "confidence", "benefit_each")
SCALE = (
    *HOUR,
    "hours_sessions",
    "hours_around",
    "learning_hours_each",
    "managers_all",
    "learning_salary",
    "it_hours",
    "hosting",
    "travel",
    "setup",
)


@dataclass(frozen=True)
class Fact:
    """One number that comes out: what it is called, how it is written, its sum in words and in numbers, and what it rests on."""

    key: str
    label: str
    value: str
    words: str
    sums: tuple[str, ...]
    rests_on: str


def facts(worked: Worked) -> dict[str, Fact]:
    """Every number that the page and the printouts show, by key."""
    found = (
        _breakeven(worked), _total(worked), _head(worked), _full_scale(worked), _benefit(worked), _bcr(worked), _roi(worked), _payback(worked),
    )  # fmt: skip
    return {fact.key: fact for fact in found}


def parts(worked: Worked) -> list[tuple[str, str, str]]:
    """The parts of the cost: what, how much, and its sum."""
    spent, use, currency = worked.outcome.cost, worked.likely, worked.case.currency
    people, office = _exactly(worked.outcome.people), _cents(formulas.learning_hour(use), currency)
    each = _("%(people)s managers × %(amount)s")
    rows = [
        (_("Time of the managers"), spent.time, _("%(people)s managers × %(hours)s hours × %(hour)s") % {"people": people, "hours": _exactly(worked.outcome.hours), "hour": _cents(worked.outcome.hour, currency)}),
        (_("L&D"), spent.learning, _("%(hours)s hours × %(hour)s") % {"hours": _exactly(use["learning_hours"]), "hour": office}),
        (_("IT"), spent.it, _("%(hours)s hours × %(hour)s") % {"hours": _exactly(use["it_hours"]), "hour": office}),
        (_("Hosting and licence"), spent.hosting, each % {"people": people, "amount": _cents(use["hosting"], currency)}),
        (_("Travel and rooms"), spent.travel, each % {"people": people, "amount": _cents(use["travel"], currency)}),
        (_("Set-up, once"), spent.setup, _("as given")),
    ]  # fmt: skip
    return [(label, money(amount, currency), words) for label, amount, words in rows]


def hour_sums(worked: Worked) -> tuple[str, ...]:
    """The loaded cost of an hour, for each band with people in it."""
    use, currency = worked.likely, worked.case.currency
    lines = [
        _("%(salary)s × (1 + %(rate)s) ÷ %(hours)s hours = %(hour)s an hour")
        % {
            "salary": _cents(use[f"salary_{band}"], currency),
            "rate": _rate(use["on_costs"]),
            "hours": _exactly(use["productive_hours"]),
            "hour": _cents(
                formulas.hourly(use[f"salary_{band}"], on_costs=use["on_costs"], productive_hours=use["productive_hours"]), currency
            ),
        }
        for band in BANDS
        if use[f"people_{band}"]
    ]
    if len(lines) > 1:
        lines.append(_("on average, by people, %(hour)s an hour") % {"hour": _cents(worked.outcome.hour, currency)})
    return tuple(lines)


def rests_on(bases: Mapping[str, Basis], keys: tuple[str, ...]) -> str:
    """On how many measured figures, own figures and defaults a number rests: "1 measured, 3 of your own, 6 assumed"."""
    measured_benefit = "benefit_each" in bases
    used = [
        key
        for key in dict.fromkeys(keys)
        if key in bases and not (measured_benefit and key in ("share_valuing", "value_each", "attribution", "confidence"))
    ]
    count = Counter(bases[key].origin for key in used if not _is_idle(bases, key))
    words = (
        ngettext("%(n)d measured", "%(n)d measured", count[Origin.MEASURED]) % {"n": count[Origin.MEASURED]},
        ngettext("%(n)d of your own", "%(n)d of your own", count[Origin.OWN]) % {"n": count[Origin.OWN]},
        ngettext("%(n)d assumed", "%(n)d assumed", count[Origin.DEFAULT]) % {"n": count[Origin.DEFAULT]},
    )
    return ", ".join(words)


def _is_idle(bases: Mapping[str, Basis], key: str) -> bool:
    """Whether a figure of a band plays no part because nobody of the band takes part."""
    band = key.removeprefix("salary_").removeprefix("people_")
    return band in BANDS and bases[f"people_{band}"].range.high == 0


def _breakeven(worked: Worked) -> Fact:
    found, currency = worked.outcome, worked.case.currency
    sums = (
        f"{_cents(found.head, currency)} ÷ {_cents(found.hour, currency)} = {hours(found.breakeven)}",
        _("%(hours)s × 60 ÷ 52 weeks = about %(minutes)s a week") % {"hours": hours(found.breakeven), "minutes": minutes(found.minutes)},
        *hour_sums(worked),
    )
    words = _("Cost a head ÷ loaded cost of an hour. It needs no estimate of effects, only the cost.")
    return Fact("breakeven", _("Each manager must win back, in a year"), hours(found.breakeven), words, sums, rests_on(worked.bases, COST))


def _total(worked: Worked) -> Fact:
    currency = worked.case.currency
    sums = tuple(f"{label}: {words} = {amount}" for label, amount, words in parts(worked))
    words = _("The time of the managers + L&D + IT + hosting + travel + set-up. Nothing is left out.")
    return Fact(
        "total",
        _("Cost, with everybody’s time"),
        money(worked.outcome.total, currency),
        words,
        (*sums, *hour_sums(worked)),
        rests_on(worked.bases, COST),
    )


def _head(worked: Worked) -> Fact:
    found, currency = worked.outcome, worked.case.currency
    sums = (f"{money(found.total, currency)} ÷ {_exactly(found.people)} = {money(found.head, currency)}",)
    return Fact(
        "head", _("Cost a head"), money(found.head, currency), _("Cost ÷ managers who take part."), sums, rests_on(worked.bases, COST)
    )


def _full_scale(worked: Worked) -> Fact:
    use, found, currency = worked.likely, worked.outcome, worked.case.currency
    office = formulas.learning_hour(use)
    each = found.hours * found.hour + use["hosting"] + use["travel"] + use["learning_hours_each"] * office
    line = _("%(all)s managers × %(each)s + IT %(it)s + set-up %(setup)s = %(total)s") % {
        "all": _exactly(use["managers_all"]), "each": _cents(each, currency), "it": money(found.cost.it, currency),
        "setup": money(found.cost.setup, currency), "total": money(found.full_scale, currency),
    }  # fmt: skip
    head = _("for each: %(hours)s hours × %(hour)s + hosting %(hosting)s + travel %(travel)s + L&D %(learning)s hours × %(office)s") % {
        "hours": _exactly(found.hours), "hour": _cents(found.hour, currency), "hosting": _cents(use["hosting"], currency),
        "travel": _cents(use["travel"], currency), "learning": _exactly(use["learning_hours_each"]), "office": _cents(office, currency),
    }  # fmt: skip
    words = _("Every manager once a year × what one costs then, + IT and set-up once. Most of it is their own time.")
    label = _("A year at full scale, %(n)s managers") % {"n": number(use["managers_all"])}
    return Fact("full_scale", label, money(found.full_scale, currency), words, (line, head), rests_on(worked.bases, SCALE))


def _benefit(worked: Worked) -> Fact:
    use, found, currency = worked.likely, worked.outcome, worked.case.currency
    if worked.is_benefit_measured:
        words = _("Managers × published benefit of the first year for each, in which whoever did not answer counts as nothing.")
        sums = (
            f"{_exactly(found.people)} × {_cents(use['benefit_each'], currency)} = {money(found.benefit, currency)}",
            *_published(worked),
        )
    else:
        words = _(
            "Managers × share who name a value × value × share due to the group × how sure they are. Everybody else counts as nothing."
        )
        numbers = (
            _exactly(found.people),
            _rate(use["share_valuing"]),
            _cents(use["value_each"], currency),
            _rate(use["attribution"]),
            _rate(use["confidence"]),
        )
        sums = (f"{' × '.join(numbers)} = {money(found.benefit, currency)}",)
    return Fact("benefit", _("Benefit, cut by doubt"), money(found.benefit, currency), words, sums, rests_on(worked.bases, BENEFIT))


def _published(worked: Worked) -> tuple[str, ...]:
    """The published sum divided by the people it is from."""
    amount, basis = worked.figures["benefit"]["value"], worked.bases["benefit_each"]
    line = _(
        "published: %(sum)s, each estimate times share due times confidence, ÷ about %(people)s whose twelve weeks are over = %(each)s"
    )
    values = {
        "sum": money(amount, worked.case.currency),
        "people": number(basis.people or 0),
        "each": _cents(basis.range.likely, worked.case.currency),
    }
    return (line % values,)


def _bcr(worked: Worked) -> Fact:
    found, currency = worked.outcome, worked.case.currency
    sums = (f"{money(found.benefit, currency)} ÷ {money(found.total, currency)} = {found.bcr:.2f}",)
    return Fact(
        "bcr",
        _("Benefit over cost"),
        f"{found.bcr:.2f}",
        _("Benefit ÷ cost. Above 1 it pays."),
        sums,
        rests_on(worked.bases, (*COST, *BENEFIT)),
    )


def _roi(worked: Worked) -> Fact:
    found, currency = worked.outcome, worked.case.currency
    benefit, total = money(found.benefit, currency), money(found.total, currency)
    sums = (f"({benefit} − {total}) ÷ {total} × 100 = {percent(found.roi)}",)
    words = _("(Benefit − cost) ÷ cost. Only ever with the benefit cut by doubt.")
    return Fact("roi", _("Return in the first year"), percent(found.roi), words, sums, rests_on(worked.bases, (*COST, *BENEFIT)))


def _payback(worked: Worked) -> Fact:
    found, currency = worked.outcome, worked.case.currency
    time = months(formulas.payback_months(found.benefit, found.total))
    sums = (f"{money(found.total, currency)} ÷ ({money(found.benefit, currency)} ÷ 12) = {time}",)
    words = _("Cost ÷ (benefit ÷ 12), as if it came evenly over the year.")
    return Fact("payback", _("Paid back after"), time, words, sums, rests_on(worked.bases, (*COST, *BENEFIT)))


def _exactly(value: float) -> str:
    """A count or hours with every digit that it takes to follow a sum: 120.5; 3.875; 1,642.5."""
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def _rate(value: float) -> str:
    """A share with every digit that it takes to follow a sum: 24.7 %."""
    return f"{_exactly(value)}\u00a0%"


def _cents(value: float, currency: str) -> str:
    """An amount with cents where they are needed to follow a sum."""
    if float(value).is_integer():
        return money(value, currency)
    return money(value, currency).replace(f"{abs(value):,.0f}", f"{abs(value):,.2f}")
