"""A business case in words and positions: what the page, the printouts and the drawings are made of. Charts are in per cent, as SVG has them."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reconvene.releases.contrasts import meaning, points
from reconvene.rollout import arithmetic, evidence, formulas
from reconvene.rollout.arithmetic import Fact
from reconvene.rollout.assumptions import ASSUMPTIONS, FORMAT_NAMES, NAMING, SECTIONS, Unit
from reconvene.rollout.basis import Basis, Origin
from reconvene.rollout.formulas import FORMATS, Range
from reconvene.rollout.queries import Worked
from reconvene.rollout.simulation import SWINGS_SHOWN
from reconvene.rollout.wording import hours, minutes, money, number, percent, share_of_draws, span

TICKS = 4
ORIGINS = {Origin.DEFAULT: gettext_noop("assumed"), Origin.OWN: gettext_noop("your own"), Origin.MEASURED: gettext_noop("measured")}


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its length in per cent. `is_ours`: peer groups, in the accent."""

    label: str
    value: str
    width: str
    is_ours: bool


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and how its words stand to it."""

    label: str
    x: str
    anchor: str


@dataclass(frozen=True)
class BandChart:
    """The return of the first year: where eight draws in ten lie, where the likely figures lead, and nought."""

    ticks: tuple[Tick, ...]
    low: str
    high: str
    likely: str
    zero: str
    low_words: str
    high_words: str
    words: str


@dataclass(frozen=True)
class SwingBar:
    """One row of what matters most: the net benefit from one end of a figure to its other."""

    label: str
    span: str
    at_low: str
    at_high: str
    x: str
    width: str


@dataclass(frozen=True)
class Swings:
    """What matters most, with the places of nought and of the likely net benefit."""

    rows: tuple[SwingBar, ...]
    zero: str
    likely: str
    likely_words: str


@dataclass(frozen=True)
class Row:
    """One figure that goes in. `origin` is default, own or measured; `source` and `counter` say where a default is from and what speaks against it."""

    key: str
    label: str
    value: str
    origin: str
    origin_words: str
    note: str
    source: str
    strength: str
    counter: str


@dataclass(frozen=True)
class RowGroup:
    """Figures of one section."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Finding:
    """One finding of research, with its grade and what speaks against it."""

    text: str
    source: str
    strength: str
    counter: str


@dataclass(frozen=True)
class Bands:
    """One line of the table of what it may come to."""

    label: str
    low: str
    middle: str
    high: str


@dataclass(frozen=True)
class Telling:
    """The whole case."""

    name: str
    organisation: str
    as_of: str
    seed: str
    draws: str
    hours: str
    minutes: str
    people: str
    facts: dict[str, Fact]
    parts: tuple[tuple[str, str, str], ...]
    hours_sums: tuple[str, ...]
    total: str
    comparison: tuple[Bar, ...]
    band: BandChart
    bands: tuple[Bands, ...]
    pays: str
    swings: Swings
    net_label: str
    rows: tuple[RowGroup, ...]
    counts: str
    stage: str
    stage_is_measured: bool
    stage_words: str
    saved: str
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    not_replaced: tuple[str, ...]
    isolation: str
    ask: str


def tell(worked: Worked) -> Telling:
    """The case in words. Draws its 10,000 draws unless somebody has asked for the same ones before."""
    found, case = worked.outcome, worked.case
    return Telling(
        name=case.name,
        organisation=case.organisation.name,
        as_of=_day(_as_of(worked)),
        seed=str(case.seed),
        draws=number(worked.simulation.draws),
        hours=hours(found.breakeven),
        minutes=minutes(found.minutes),
        people=number(found.people),
        facts=arithmetic.facts(worked),
        parts=tuple(arithmetic.parts(worked)),
        hours_sums=arithmetic.hour_sums(worked),
        total=money(found.total, case.currency),
        comparison=_comparison(worked),
        band=_band(worked),
        bands=_bands(worked),
        pays=share_of_draws(worked.simulation.pays),
        swings=_swings(worked),
        net_label=_("Benefit less cost"),
        rows=_rows(worked),
        counts=arithmetic.rests_on(worked.bases, tuple(worked.bases)),
        stage=_stage(worked)[0],
        stage_is_measured=any(basis.origin == Origin.MEASURED for basis in worked.bases.values()),
        stage_words=_stage(worked)[1],
        saved=_saved(worked),
        findings=tuple(
            Finding(one.text, f"{one.source}, {one.year}" if one.year else one.source, one.kind, one.counter) for one in evidence.EVIDENCE
        ),
        unknown=tuple(evidence.unknown()),
        not_replaced=tuple(evidence.not_replaced()),
        isolation=_isolation(worked),
        ask=_("%(people)s managers, %(hours)s hours each over six weeks, two slots that their bosses keep free, and one sponsor from the line. We stop if fewer than 45 %% try their plan in two waves running, or after one serious breach of confidence.")
        % {"people": number(found.people), "hours": number(found.hours)},
    )  # fmt: skip


def _as_of(worked: Worked) -> date:
    """When the case was last changed, or the newest of its measured figures was taken."""
    taken = (basis.taken_on for basis in worked.bases.values() if basis.taken_on is not None)
    return max([worked.case.changed_at.date(), *taken])


def _stage(worked: Worked) -> tuple[str, str]:
    """How far the case has come from guess to measurement, in a word and a sentence."""
    measured = {key for key, basis in worked.bases.items() if basis.origin == Origin.MEASURED}
    if measured and worked.case.keeps_plan:
        return _("Forecast"), _(
            "For people who are still to come. Where it can, it rests on what was published of those who have taken part."
        )
    if "benefit_each" in measured:
        return _("Actual figures"), _("Benefit, hours and participation rest on published figures; the rest on the figures beside.")
    if measured:
        return _("Pilot data"), _("Published figures have taken the place of some assumptions. The benefit is still a forecast.")
    return _("Forecast"), _("Nothing is measured yet. Published figures take the place of assumptions by themselves.")


def _saved(worked: Worked) -> str:
    """What managers say they have saved so far, beside what must be won; "" when it was not published."""
    value = worked.figures.get("hours_saved", {})
    if "value" not in value or value["bound"] != "exactly":
        return ""
    return _("By their own account managers had saved %(hours)s each by the reconvene (report of %(day)s).") % {
        "hours": hours(value["value"]),
        "day": _day(date.fromisoformat(value["taken_on"])),
    }


def _isolation(worked: Worked) -> str:
    """How it is known that what came of it came from the groups: by the people themselves, and beside those who waited where that was published."""
    cells = worked.figures.get("contrast_in_the_way", {"cells": ()})["cells"]
    if not cells:
        return _("Told by participants, times how sure they are. A contrast with people who wait would be stronger, and takes its place when there is one.")  # fmt: skip
    said = [
        _("Beside those whom chance let wait (report of %(day)s), the challenge of those who took part eased by %(value)s points more, likely %(low)s to %(high)s.")
        % {
            "day": _day(date.fromisoformat(one["taken_on"])), "value": points(one["value"]), "low": points(one["low"]), "high": points(one["high"]),
        }
        + " " + meaning(one["low"], one["high"])
        for one in cells
    ]  # fmt: skip
    return " ".join((_("The benefit is told by participants, times how sure they are."), *said))


def _comparison(worked: Worked) -> tuple[Bar, ...]:
    heads = formulas.heads(worked.likely)
    most = max(heads.values())
    ordered = sorted(FORMATS, key=lambda name: (heads[name], name))
    return tuple(
        Bar(_(FORMAT_NAMES[name]), money(heads[name], worked.case.currency), _place(100 * heads[name] / most), name == "peer")
        for name in ordered
    )


def _band(worked: Worked) -> BandChart:
    band, likely = worked.simulation.bands["roi"], worked.outcome.roi
    end = _axis_end(max(band.high, likely))

    def x(value: float) -> float:
        return min(100.0, max(0.0, 100 * (value + 100) / (end + 100)))

    ticks = []
    for at in range(TICKS + 1):
        value = -100 + at * (end + 100) / TICKS
        anchor = "start" if at == 0 else "end" if at == TICKS else "middle"
        ticks.append(Tick(percent(value), _place(x(value)), anchor))
    low, high, middle, zero = (_place(x(one)) for one in (band.low, band.high, likely, 0))
    words = {"low": percent(band.low), "middle": percent(band.middle), "high": percent(band.high)}
    spoken = _("Of ten draws one lies below %(low)s, five below %(middle)s, nine below %(high)s") % words
    return BandChart(tuple(ticks), low, high, middle, zero, words["low"], words["high"], spoken)


def _axis_end(highest: float) -> int:
    """100, 300, 700, 1,500 and so on: the first at or above the highest, so that the ticks come out round."""
    return int(200 * 2 ** max(0, math.ceil(math.log2((max(highest, 0) + 100) / 200))) - 100)


def _bands(worked: Worked) -> tuple[Bands, ...]:
    currency = worked.case.currency
    written = (
        ("breakeven", _("Hours that each must win"), lambda value: hours(value)),
        ("head", _("Cost a head"), lambda value: money(value, currency)),
        ("total", _("Cost"), lambda value: money(value, currency)),
        ("full_scale", _("A year at full scale"), lambda value: money(value, currency)),
        ("benefit", _("Benefit, cut by doubt"), lambda value: money(value, currency)),
        ("net", _("Benefit less cost"), lambda value: money(value, currency)),
        ("bcr", _("Benefit over cost"), lambda value: f"{value:.2f}"),
        ("roi", _("Return in the first year"), lambda value: percent(value)),
    )
    found = worked.simulation.bands
    return tuple(Bands(label, write(found[key].low), write(found[key].middle), write(found[key].high)) for key, label, write in written)


def _swings(worked: Worked) -> Swings:
    shown, currency, net = worked.swings[:SWINGS_SHOWN], worked.case.currency, worked.outcome.net
    ends = [value for one in shown for value in (one.at_low, one.at_high)] + [net, 0.0]
    least, most = min(ends), max(ends)
    whole = (most - least) or 1.0

    def x(value: float) -> float:
        return 100 * (value - least) / whole

    rows = tuple(
        SwingBar(
            label_of(one.key),
            _span(worked.bases[one.key], currency),
            money(one.at_low, currency),
            money(one.at_high, currency),
            _place(x(min(one.at_low, one.at_high))),
            _place(max(0.4, 100 * one.width / whole)),
        )
        for one in shown
    )
    return Swings(rows, _place(x(0)), _place(x(net)), money(net, currency))


def _rows(worked: Worked) -> tuple[RowGroup, ...]:
    """Every figure that goes in, by section; bands without people are left out, and what a measured benefit takes the place of."""
    groups = []
    for section in SECTIONS:
        rows = [_row(worked, one.key) for one in section.figures if _is_used(worked, one.key)]
        if section.key == "benefit" and worked.is_benefit_measured:
            rows.append(_row(worked, "benefit_each"))
        groups.append(RowGroup(section.title, tuple(rows)))
    return tuple(groups)


def _is_used(worked: Worked, key: str) -> bool:
    if key in NAMING and worked.is_benefit_measured:
        return False
    band = key.removeprefix("salary_").removeprefix("people_")
    return band == key or worked.bases.get(f"people_{band}") is None or worked.bases[f"people_{band}"].range.high > 0


def _row(worked: Worked, key: str) -> Row:
    basis, currency = worked.bases[key], worked.case.currency
    source = ASSUMPTIONS[key].source if key in ASSUMPTIONS else None
    is_default = basis.origin == Origin.DEFAULT and source is not None
    return Row(
        key,
        label_of(key),
        _span(basis, currency),
        basis.origin.value,
        _("total measured") if _is_scaled(basis) else _(ORIGINS[basis.origin]),
        _note(basis, currency),
        (f"{source.text} ({source.year})" if source.year else source.text) if is_default and source else "",
        source.kind if is_default and source else "",
        source.counter if is_default and source else "",
    )


def _note(basis: Basis, currency: str) -> str:
    """Of a measured figure: when it was taken, of how many, and what it took the place of."""
    if basis.taken_on is None or basis.instead_of is None:
        return ""
    words = {"day": _day(basis.taken_on), "was": _written(basis.key, basis.instead_of, currency)}
    if _is_scaled(basis):
        words["people"] = number(basis.people or 0)
        return (
            _("The total is measured, report of %(day)s, about %(people)s people; its parts are those of your plan. Instead of %(was)s.")
            % words
        )
    if basis.people is None:
        return _("Measured, report of %(day)s, by fewer than 20 people. Instead of %(was)s.") % words
    return _("Measured, report of %(day)s, by about %(people)s people. Instead of %(was)s.") % {**words, "people": number(basis.people)}


def _is_scaled(basis: Basis) -> bool:
    """Whether it is the plan's part of a total that was measured: nobody counted the levels."""
    return basis.origin == Origin.MEASURED and basis.key.startswith("people_")


def label_of(key: str) -> str:
    """What a figure is called, also one that only measured cases have."""
    return ASSUMPTIONS[key].label if key in ASSUMPTIONS else _("Benefit of the first year, a manager")


def _span(basis: Basis, currency: str) -> str:
    return _written(basis.key, basis.range, currency)


def _written(key: str, one: Range, currency: str) -> str:
    return span(one, ASSUMPTIONS[key].unit if key in ASSUMPTIONS else Unit.MONEY, currency=currency)


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _place(value: float) -> str:
    """A position for SVG: with a point in every language."""
    return f"{value:.1f}"
