"""A simulated year in words and places on a chart. Nothing is counted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reconvene.forming.models import SimulatedYear
from reconvene.forming.year import Assumptions
from reconvene.forming.year_ranges import Range, Year
from reconvene.forming.years import assumptions_of, result_of
from reconvene.people.directory_words import CHANGE_WORDS

REASONS = {
    "": gettext_lazy("–"),
    "no_peer_level": gettext_lazy("too few at their level or near it"),
    "one_line": gettext_lazy("those near their level report to the same superior or are in their line"),
    "few_at_site": gettext_lazy("too few at their site who raise something"),
    "few_on_topic": gettext_lazy("too few raise the same topic"),
    "bad_luck": gettext_lazy("enough are there, but came too far apart, or sat in a group already"),
}
FLOOR, CEILING = 164.0, 8.0
LEFT, MONTH_WIDTH = 9.0, 7.6
SHARE_STEPS = 5


@dataclass(frozen=True)
class Fact:
    """A figure with its range over the seeds."""

    label: str
    value: str
    span: str


@dataclass(frozen=True)
class MonthBar:
    """A month: groups that began, and their places on the chart."""

    number: int
    groups: Range
    x: str
    y: str
    low_y: str
    high_y: str
    label_y: str


@dataclass(frozen=True)
class ClassRow:
    """A class of level and site."""

    level: str
    site: str
    raised: str
    never: str
    why: str


@dataclass(frozen=True)
class Telling:
    """Everything the page shows of a year."""

    headline: str
    facts: tuple[Fact, ...]
    months: tuple[MonthBar, ...]
    most: str
    classes: tuple[ClassRow, ...]
    hidden_classes: int
    reasons: tuple[tuple[str, int], ...]
    assumptions: tuple[tuple[str, str], ...]
    seeds: int


def tell(row: SimulatedYear, *, levels: Mapping[int, str]) -> Telling:
    """A year that is worked out, in words. `levels` names the ranks of the directory."""
    year, assumed = result_of(row), assumptions_of(row)
    top = max((one.high for one in year.months), default=0) or 1.0
    return Telling(
        headline=_headline(year),
        facts=_facts(year, row.currency),
        months=tuple(_month(number, one, top) for number, one in enumerate(year.months)),
        most=f"{top:.0f}",
        classes=tuple(
            ClassRow(
                levels.get(one.level, _("Level %(rank)s") % {"rank": one.level}), one.site, _about(one.raised), _about(one.never), str(REASONS[one.reason]),
            )
            for one in year.never
        ),
        hidden_classes=year.hidden_classes,
        reasons=tuple((str(REASONS[reason]), SHARE_STEPS * round(100 * share / SHARE_STEPS)) for reason, share in year.reasons.items()),
        assumptions=_assumptions(row, assumed, people=year.people),
        seeds=year.seeds,
    )  # fmt: skip


def _headline(year: Year) -> str:
    if not year.groups.middle:
        return _("With these people and assumptions no group comes about.")
    said = ngettext("About %(n)s group in the year.", "About %(n)s groups in the year.", round(year.groups.middle)) % {
        "n": f"{year.groups.middle:,.0f}"
    }
    wait = ngettext(
        "Half of those seated wait %(days)s day or less.", "Half of those seated wait %(days)s days or less.", round(year.wait.middle)
    ) % {"days": round(year.wait.middle)}
    never = round(100 * (1 - year.seated_share.middle))
    return f"{said} {wait} " + _("%(percent)s %% of those who raise something get no group.") % {"percent": never}


def _facts(year: Year, currency: str) -> tuple[Fact, ...]:
    head = year.cost.middle / year.people
    return (
        Fact(_("Groups"), f"{year.groups.middle:,.0f}", _between(year.groups)),
        Fact(_("People who raise something"), f"{year.raised.middle:,.0f}", _between(year.raised)),
        Fact(_("Median wait, days"), f"{year.wait.middle:.0f}", _between(year.wait)),
        Fact(_("One in ten waits longer than, days"), f"{year.wait_slow.middle:.0f}", _between(year.wait_slow)),
        Fact(_("Seated within ten working days, per cent"), f"{100 * year.within_ten.middle:.0f}", _between(year.within_ten, times=100)),
        Fact(_("Hours of members"), f"{year.hours.middle:,.0f}", _between(year.hours)),
        Fact(
            _("Total cost, %(currency)s") % {"currency": currency},
            _money(year.cost.middle),
            _("%(low)s – %(high)s; %(head)s for each manager of the company")
            % {"low": _money(year.cost.low), "high": _money(year.cost.high), "head": f"{head:,.0f}"},
        ),
    )


def _month(number: int, groups: Range, top: float) -> MonthBar:
    return MonthBar(
        number + 1, groups, f"{LEFT + (number + 0.5) * MONTH_WIDTH:.1f}", _y(groups.middle, top), _y(groups.low, top), _y(groups.high, top),
        f"{float(_y(groups.high, top)) - 12:.1f}",
    )  # fmt: skip


def _y(value: float, top: float) -> str:
    return f"{FLOOR - (FLOOR - CEILING - 24) * value / top:.1f}"


def _between(one: Range, *, times: float = 1) -> str:
    return f"{times * one.low:,.0f} – {times * one.high:,.0f}"


def _money(value: float) -> str:
    step = 10 ** max(0, len(str(int(value))) - 3)
    return f"{step * round(value / step):,}"


def _about(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 else f"{value:.0f}"


def _assumptions(row: SimulatedYear, assumed: Assumptions, *, people: int) -> tuple[tuple[str, str], ...]:
    smallest, largest = assumed.sizes
    return (
        (_("People"), f"{people:,}, {_source(row)}"),
        (_("Raise a challenge within the year"), f"{100 * assumed.join_share:.0f} %"),
        (_("Challenges of each of them"), f"{assumed.challenges_each:g}"),
        (_("Say yes to a seat"), f"{100 * assumed.accept_share:.0f} %"),
        (_("Topics that are asked for"), f"{assumed.topics}"),
        (_("Levels apart in one group, at most"), f"{assumed.level_distance}"),
        (_("People in a group"), f"{smallest} – {largest}"),
        (_("On site"), _("yes") if assumed.is_on_site else _("no")),
        (_("Hours of each member in a cycle"), f"{assumed.hours_each:g}"),
        (_("Cost of a manager’s hour"), f"{assumed.rate:,.0f} {row.currency}"),
        (_("Hours of L&D in the year"), f"{assumed.learning_hours:,.0f}"),
        (_("Cost of an hour of L&D"), f"{assumed.learning_rate:,.0f} {row.currency}"),
        (_("Server and upkeep"), f"{assumed.hosting:,.0f} {row.currency}"),
    )


def _source(row: SimulatedYear) -> str:
    """Where the people come from, and of a file what was left out."""
    if row.headcounts:
        return _("headcounts as typed")
    if not row.file_counts:
        return _("the directory, everybody who has a level")
    kept: dict[str, Any] = row.file_counts
    said = [_("everybody with a level in an HR file that was read and not stored")]
    for key, words in (
        ("left_out", ngettext("%(n)s row was left out", "%(n)s rows were left out", kept["left_out"])),
        ("without_level", ngettext("%(n)s has no level", "%(n)s have no level", kept["without_level"])),
        ("doubtful", ngettext("the manager of %(n)s was not found", "the managers of %(n)s were not found", kept["doubtful"])),
    ):
        if kept[key]:
            said.append(words % {"n": f"{kept[key]:,}"})
    if kept["absent"]:
        said.append(_("no column was found for: %(fields)s") % {"fields": ", ".join(str(CHANGE_WORDS[name]) for name in kept["absent"])})
    return "; ".join(said)
