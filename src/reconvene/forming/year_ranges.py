"""Simulated years of several seeds together: the middle of each figure, and the range that holds eight of ten. Pure; `year` has one seed's year."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reconvene.forming.year import REASONS, Class, Figures


@dataclass(frozen=True)
class Range:
    """A figure over the seeds: the tenth and ninetieth per cent of them, and the middle."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Never:
    """A class of level and site over all seeds, on average, with the reason of most who never sat."""

    level: int
    site: str
    raised: float
    never: float
    reason: str


@dataclass(frozen=True)
class Year:
    """A simulated year over all seeds. `hidden_classes`: how many classes of level and site are too small to be shown; `reasons`: shares, of all who
    never sat.
    """

    people: int
    seeds: int
    months: tuple[Range, ...]
    groups: Range
    raised: Range
    seated_share: Range
    wait: Range
    wait_slow: Range
    within_ten: Range
    hours: Range
    cost: Range
    never: tuple[Never, ...]
    hidden_classes: int
    reasons: Mapping[str, float] = field(default_factory=dict)


def over_seeds(years: Sequence[Figures], *, k: int) -> Year:
    """The ranges over some years. Classes of fewer than `k` people are counted and not shown. Raises ValueError for no year."""
    if not years:
        raise ValueError("no year")
    never, hidden, reasons = _never(years, k=k)
    months = zip(*(one.months for one in years), strict=True)
    return Year(
        people=years[0].people,
        seeds=len(years),
        months=tuple(_range(month) for month in months),
        groups=_range([one.groups for one in years]),
        raised=_range([one.raised for one in years]),
        seated_share=_range([one.seated / one.raised if one.raised else 0.0 for one in years]),
        wait=_range([one.wait for one in years]),
        wait_slow=_range([one.wait_slow for one in years]),
        within_ten=_range([one.within_ten for one in years]),
        hours=_range([one.hours for one in years]),
        cost=_range([one.cost for one in years]),
        never=never,
        hidden_classes=hidden,
        reasons=reasons,
    )


def _never(years: Sequence[Figures], *, k: int) -> tuple[tuple[Never, ...], int, dict[str, float]]:
    """The classes of k people or more, those with the most who never sat first; how many are smaller; and the reasons over everybody."""
    by_place: dict[tuple[int, str], list[Class]] = defaultdict(list)
    for year in years:
        for one in year.classes:
            by_place[one.level, one.site].append(one)
    found, everybody = [], Counter[str]()
    for (level, site), classes in by_place.items():
        why = Counter[str]()
        for one in classes:
            why.update(one.why)
        everybody.update(why)
        if classes[0].size >= k:
            reason = why.most_common(1)[0][0] if why else ""
            found.append(Never(level, site, sum(one.raised for one in classes) / len(years), why.total() / len(years), reason))
    total = everybody.total()
    shares = {reason: everybody[reason] / total for reason in REASONS if everybody[reason]} if total else {}
    return tuple(sorted(found, key=lambda one: (-one.never, one.level, one.site))), len(by_place) - len(found), shares


def _range(values: Sequence[float]) -> Range:
    low, middle, high = (float(np.percentile(values, share)) for share in (10, 50, 90))
    return Range(low, middle, high)


def from_values(values: Mapping[str, Any]) -> Figures:
    """One seed's figures from a JSON column, as `dataclasses.asdict` put them there."""
    return Figures(**{**values, "months": tuple(values["months"]), "classes": tuple(Class(**one) for one in values["classes"])})
