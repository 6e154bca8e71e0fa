"""The one gate for numbers about people: thresholds, hidden cells, rounding, honest intervals. Pure; `releases` is its only caller.

What comes out never holds a raw number, so nothing that is shown, logged or exported later can leak one.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconvene.base.translation import gettext_noop

SMALLEST_K = 8
LARGEST_GROUP_MARGIN = 2
FEWEST_GROUPS = 3
ROUND_TO = 5
"""Counts and per cent are rounded to this."""
EDGE = 10
"""Shares nearer than this to 0 or 100 per cent are shown as a bound: if all answered alike, numbers do not protect anybody."""
SHOW_COUNT_FROM = 20
LARGE_STEPS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
"""In which it is told how many stand behind a figure, where steps of 5 would tell too much beside other figures."""
Z_95 = 1.96
FAR_OUT = 3
"""Amounts that lie so many interquartile ranges above the third quartile are left out of a sum. Source: Tukey 1977, "far out"."""
LARGEST_PART = 40
"""Per cent of a published sum for which one person may stand at most, or it tells what they said."""

ALIKE_IN_A_GROUP = 0.10
"""How much of what people answer lies in the group in which they sit (intra-group correlation). Source: method 5.2."""
FINE_STEP = 2.5
"""Differences are rounded to so many per cent of the scale."""
LEAST_SPREAD = 12.5
"""Standard deviation of answers in per cent of the scale below which no interval is worked out: it would tell that all answered alike."""
OF_A_MEDIAN = math.sqrt(math.pi / 2)
"""How many times wider the interval of a median is than that of a mean of the same answers. Source: Laplace 1818, for answers spread evenly around it."""

SENTENCES = {
    "too_few": gettext_noop("Shown once enough people from enough groups stand behind it."),
}
"""Words for the codes of Hidden. One code only: the reason why a cell is hidden would tell something about it."""


@dataclass(frozen=True)
class Hidden:
    """A number that is not published. `reason` is a key of SENTENCES."""

    reason: str = "too_few"


@dataclass(frozen=True)
class Cell:
    """One raw cell of a table: how many people, from how many different groups. Goes in, never comes out."""

    label: str
    people: int
    groups: int


@dataclass(frozen=True)
class Shown:
    """A published cell; `people` is rounded to 5."""

    label: str
    people: int


@dataclass(frozen=True)
class Share:
    """A published share. All in per cent: `percent` in steps of 5, its 95 % interval from `low` to `high` in steps of 5.

    `bound` is "exactly", "at_least" (percent is 90) or "at_most" (10). `people` is None below 20 and rounded down to 5 from there.
    """

    percent: int
    bound: str
    low: int
    high: int
    people: int | None


@dataclass(frozen=True)
class Middle:
    """A published mean or median and its 95 % interval, in steps of a twentieth of the scale. The value is never nearer than a tenth to the ends of the
    scale (see `bound`); the interval is rounded outwards.
    """

    value: float
    bound: str
    low: float
    high: float
    people: int | None


@dataclass(frozen=True)
class Difference:
    """A published difference of two means on one scale, and its 95 % interval, in steps of a fortieth of the scale; the interval is rounded outwards."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Amount:
    """A published sum, rounded down to two digits. `people` is None below 20 and rounded down to 5 from there."""

    value: int
    people: int | None


def threshold(largest_group: int) -> int:
    """k: people that must stand behind a number, so that no single group can be read from it."""
    return max(SMALLEST_K, largest_group + LARGEST_GROUP_MARGIN)


def publishable(cells: Sequence[Cell], *, total: Cell | None = None, k: int, groups: int = FEWEST_GROUPS) -> tuple[Shown | Hidden, ...]:
    """What of one table may be shown, in the order of the cells.

    The cells divide people, so that nobody is in two. `total` is given when their total is published too, here or anywhere. Then what
    is left after subtracting the shown cells is nobody, or k people or more with one cell among them that could have stood
    alone; otherwise the smallest shown cell is hidden as well. (Groups of different cells may be the same ones, so numbers of
    groups are never added.) Raises: ValueError for a k below 8, negative numbers or a total below the sum of its cells.
    """
    _check(cells, total=total, k=k)
    if total is not None and not _stands(total, k, groups):
        return tuple(Hidden() for _ in cells)
    shown = {at for at, cell in enumerate(cells) if _stands(cell, k, groups)}
    if total is not None:
        shown = _protected(cells, shown, total=total)
    return tuple(Shown(cell.label, _rounded(cell.people)) if at in shown else Hidden() for at, cell in enumerate(cells))


def _check(cells: Sequence[Cell], *, total: Cell | None, k: int) -> None:
    if k < SMALLEST_K:
        raise ValueError(f"k may be raised, never lowered below {SMALLEST_K}")
    if any(cell.people < 0 or cell.groups < 0 for cell in cells):
        raise ValueError("a cell has a negative number")
    if total is not None and total.people < sum(cell.people for cell in cells):
        raise ValueError("the total is less than its cells")


def _stands(cell: Cell, k: int, groups: int) -> bool:
    return cell.people >= k and cell.groups >= groups


def _protected(cells: Sequence[Cell], shown: set[int], *, total: Cell) -> set[int]:
    """The cells that may stay shown beside a published total: when a rest would be left, the smallest of them joins it."""
    rest = total.people - sum(cells[at].people for at in shown)
    smallest = min(shown, key=lambda at: (cells[at].people, at), default=None)
    return shown - {smallest} if rest else shown


def share(yes: int, n: int, groups: int, *, k: int) -> Share | Hidden:
    """The share of `yes` among n answers from so many groups, or Hidden. Raises: ValueError unless 0 <= yes <= n and k >= 8."""
    if not 0 <= yes <= n:
        raise ValueError("a share needs 0 <= yes <= n")
    _check((), total=None, k=k)
    if n < k or groups < FEWEST_GROUPS:
        return Hidden()
    percent = min(100 - EDGE, max(EDGE, _rounded(100 * yes / n)))
    low, high = wilson(percent / 100, _floor(n))
    return Share(percent, _bound(percent, EDGE, 100 - EDGE), _floor(100 * low), _ceiling(100 * high), _people(n))


def about(people: int) -> int | None:
    """How many stand behind a figure, in large steps and rounded down; None below 20."""
    return large_step(people) if people >= SHOW_COUNT_FROM else None


def wide_interval(percent: int, people: int) -> tuple[int, int]:
    """The 95 % interval of a published share, in per cent, as wide as knowing its people in large steps only makes it."""
    low, high = wilson(percent / 100, large_step(people))
    return _floor(100 * low), _ceiling(100 * high)


def large_step(people: int) -> int:
    """As how many people they count where their number is known in large steps only."""
    return max(step for step in LARGE_STEPS if step <= max(people, LARGE_STEPS[0]))


def wilson(p: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """The interval, 0..1, of a share p seen among n. Source: Wilson 1927. Raises: ValueError unless 0 <= p <= 1 and n > 0."""
    if not (0 <= p <= 1 and n > 0):
        raise ValueError("an interval needs 0 <= p <= 1 and n > 0")
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


def mean(
    values: Sequence[float], groups: int, *, k: int, scale: tuple[float, float] = (0.0, 10.0), counted: int | None = None
) -> Middle | Hidden:
    """The mean of one answer per person on the scale, or Hidden. Raises: ValueError for answers off the scale or a k below 8.

    The interval is as wide as `counted` people make it, where their number is told in large steps or not at all; else as they are told. People in
    one group answering alike makes it wider, by the design effect (see `difference`).
    """
    return _middle(statistics.fmean, values, groups, k=k, scale=scale, counted=counted)


def median(
    values: Sequence[float], groups: int, *, k: int, scale: tuple[float, float] = (0.0, 10.0), counted: int | None = None
) -> Middle | Hidden:
    """The median, gated like the mean."""
    return _middle(statistics.median, values, groups, k=k, scale=scale, counted=counted)


def total(values: Sequence[float], groups: int, *, k: int) -> Amount | Hidden:
    """The sum of one amount above zero per person, without those that lie far out (the conservative rules of the ROI method), or Hidden: also when
    one of them is more than 40 % of it. Raises: ValueError for an amount of zero or less, or a k below 8.
    """
    _check((), total=None, k=k)
    if any(not 0 < value < math.inf for value in values):
        raise ValueError("an amount is above zero, or it is not there")
    if len(values) < k or groups < FEWEST_GROUPS:
        return Hidden()
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    kept = [value for value in values if value <= upper + FAR_OUT * (upper - lower)]
    whole = math.fsum(kept)
    if len(kept) < k or 100 * max(kept) > LARGEST_PART * whole or whole < 1:
        return Hidden()
    step = 10 ** max(0, len(str(math.floor(whole))) - 2)
    return Amount(step * math.floor(whole / step), _people(len(kept)))


def difference(
    one: Sequence[Sequence[float]], other: Sequence[Sequence[float]], *, k: int, scale: tuple[float, float] = (-10.0, 10.0)
) -> Difference | Hidden:
    """How much higher the mean of `one` lies than that of `other`; each holds the answers of its groups, one answer per person. Hidden unless k people
    from three groups stand behind each.

    Whoever sits in one group answers alike to some degree, so both means are less certain than as many single people would make them (design
    effect, Kish 1965), and the interval is as wide as the number of groups allows (Student's t). It is never narrower than a step to each side, so
    that it does not tell that all answered the same. Raises: ValueError for answers off the scale or a k below 8.
    """
    _check((), total=None, k=k)
    low, high = scale
    halves = [[group for group in half if group] for half in (one, other)]
    if not low < high or any(not low <= value <= high for half in halves for group in half for value in group):
        raise ValueError("an answer lies off the scale")
    if any(sum(map(len, half)) < k or len(half) < FEWEST_GROUPS for half in halves):
        return Hidden()
    step = FINE_STEP * (high - low) / 100
    means = [statistics.fmean(value for group in half for value in group) for half in halves]
    reach = max(step, _quantile_of_t(sum(map(len, halves)) - 2) * _standard_error(halves, means))
    least, most = low + EDGE * (high - low) / 100, high - EDGE * (high - low) / 100
    found = min(most, max(least, means[0] - means[1]))
    return Difference(
        step * math.floor(found / step + 0.5),
        step * math.floor((found - reach) / step + 1e-9),
        step * math.ceil((found + reach) / step - 1e-9),
    )


def _standard_error(halves: Sequence[Sequence[Sequence[float]]], means: Sequence[float]) -> float:
    """Of the difference of two means of people who sit in groups. In the scale's unit."""
    sizes = [sum(map(len, half)) for half in halves]
    squares = sum((value - mean) ** 2 for half, mean in zip(halves, means, strict=True) for group in half for value in group)
    effects = [1 + ALIKE_IN_A_GROUP * (sum(len(group) ** 2 for group in half) / n - 1) for half, n in zip(halves, sizes, strict=True)]
    return math.sqrt(squares / (sum(sizes) - 2) * sum(effect / n for effect, n in zip(effects, sizes, strict=True)))


def _quantile_of_t(freedom: int) -> float:
    """The 97.5 % point of Student's t, right to 0.01 from 4 degrees of freedom on. Source: Abramowitz and Stegun 26.7.5."""
    z, f = Z_95, freedom
    return (
        z + (z**3 + z) / (4 * f) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * f**2) + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * f**3)
    )


def _middle(
    measure: Callable[[Sequence[float]], float],
    values: Sequence[float],
    groups: int,
    *,
    k: int,
    scale: tuple[float, float],
    counted: int | None,
) -> Middle | Hidden:
    _check((), total=None, k=k)
    low, high = scale
    if not low < high or any(not low <= value <= high for value in values):
        raise ValueError("an answer lies off the scale")
    if len(values) < k or groups < FEWEST_GROUPS:
        return Hidden()
    one = (high - low) / 100
    found = min(100 - EDGE, max(EDGE, (measure(values) - low) / one))
    percent = _rounded(found)
    bound = _bound(percent, EDGE, 100 - EDGE)
    reach = _reach(values, groups, counted or _floor(len(values)), least=LEAST_SPREAD * one) / one
    reach *= OF_A_MEDIAN if measure is statistics.median else 1
    return Middle(
        low + percent * one,
        bound,
        low if bound == "at_most" else low + max(0, _floor(found - reach)) * one,
        high if bound == "at_least" else low + min(100, _ceiling(found + reach)) * one,
        _people(len(values)),
    )


def _reach(values: Sequence[float], groups: int, people: int, *, least: float) -> float:
    """How far the 95 % interval of the mean of these answers reaches to either side when so many people stand behind it. `least`: of the spread."""
    effect = 1 + ALIKE_IN_A_GROUP * (len(values) / groups - 1)
    return _quantile_of_t(people - 1) * max(statistics.stdev(values) * math.sqrt(effect), least) / math.sqrt(people)


def _bound(percent: int, lowest: int, highest: int) -> str:
    return "at_most" if percent <= lowest else "at_least" if percent >= highest else "exactly"


def _people(n: int) -> int | None:
    return _floor(n) if n >= SHOW_COUNT_FROM else None


def _rounded(number: float) -> int:
    return ROUND_TO * math.floor(number / ROUND_TO + 0.5)


def _floor(number: float) -> int:
    return ROUND_TO * math.floor(number / ROUND_TO + 1e-9)


def _ceiling(number: float) -> int:
    return ROUND_TO * math.ceil(number / ROUND_TO - 1e-9)
