"""The design of a pilot: what could be published of it and judged, and what it can prove. Pure; tested with 24, 36 and 48 people.

It asks the disclosure rule itself, with the people and groups who would stand behind each measure when 70 % answer. People on the waitlist count by the
groups that are planned for them, half of all, and stand behind figures only when their own cycle is over.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reconvene.base.translation import gettext
from reconvene.base.translation import gettext_noop as _
from reconvene.privacy import disclosure
from reconvene.privacy.disclosure import FEWEST_GROUPS, Cell, Hidden, Share
from reconvene.releases.contrasts import Z_POWER, points
from reconvene.releases.rules import nested
from reconvene.rollout.judging import MEASURES, Measure, Unit, written

RESPONSE = 70
"""Per cent who answer, as planned with."""
FEWEST, MOST = 3, 10_000
MOST_GROUPS = 2_000
MODERATE = 0.5
USUAL_SPREAD = 0.15
"""Standard deviation of answers, as a part of their scale, with which intervals of means are foretold."""


@dataclass(frozen=True)
class Pilot:
    """What is typed in: people, groups, whether half of them wait, and the smallest and largest group."""

    people: int
    groups: int
    has_waitlist: bool
    smallest: int = 3
    largest: int = 6

    @property
    def first(self) -> tuple[int, int]:
        """People and groups who begin at once."""
        return (self.people // 2, self.groups // 2) if self.has_waitlist else (self.people, self.groups)


@dataclass(frozen=True)
class Outlook:
    """What could be published of a measure: from the first half, later from all, or not. `interval` as published when the figure is just on the line."""

    measure: Measure
    people: int
    groups: int
    is_soon: bool
    is_later: bool
    is_tight: bool
    interval: str
    why: str

    @property
    def is_possible(self) -> bool:
        """Whether a line on it can ever be judged."""
        return self.is_soon or self.is_later


@dataclass(frozen=True)
class Design:
    """A pilot looked through: why it cannot be (`refusal`), what could be published, and what it can prove."""

    pilot: Pilot
    k: int
    refusal: str
    outlooks: tuple[Outlook, ...]
    can_contrast: bool
    detectable: float
    warnings: tuple[str, ...]

    @property
    def possible(self) -> frozenset[str]:
        """Keys of measures on which a line can be judged."""
        return frozenset(one.measure.key for one in self.outlooks if one.is_possible)


def design(pilot: Pilot, *, k: int) -> Design:
    """Look through a pilot by the rule with which figures are published."""
    refusal = _refusal(pilot)
    outlooks = () if refusal else tuple(_outlook(measure, pilot, k=k) for measure in MEASURES.values())
    can_contrast = not refusal and _can_contrast(pilot, k=k)
    effect = detectable(pilot.people // 2) if pilot.people >= 2 * FEWEST else math.inf
    return Design(
        pilot, k, refusal, outlooks, can_contrast, effect, () if refusal else tuple(_warnings(pilot, outlooks, effect, can_contrast, k=k))
    )


def lost_from(pilot: Pilot, wanted: Iterable[str], *, was: int, k: int) -> dict[str, int]:
    """Of the measures (keys of MEASURES) that could be published with `was` people behind every figure, those that could not with some number up to `k`,
    and the least such number.
    """
    kept = set(wanted) & design(pilot, k=was).possible
    found: dict[str, int] = {}
    if kept <= design(pilot, k=k).possible:
        return found  # spares large pilots the search
    for number in range(was + 1, k + 1):
        gone = kept - design(pilot, k=number).possible
        found |= dict.fromkeys(gone, number)
        kept -= gone
    return {key: found[key] for key in MEASURES if key in found}


def large_enough(pilot: Pilot, wanted: Iterable[str], *, k: int) -> Pilot | None:
    """The smallest pilot with groups of about the same size in which all these measures could be published; None when three times the size is not enough."""
    needed = set(wanted)
    for groups in range(pilot.groups + 1, 3 * pilot.groups + 1):
        larger = replace(pilot, people=math.ceil(groups * pilot.people / pilot.groups), groups=groups)
        if needed <= design(larger, k=k).possible:
            return larger
    return None


def detectable(n_per_arm: float) -> float:
    """The smallest standardised difference between two equal arms that is found four times in five. Method 5.2: 12 → 1.1, 18 → .93, 36 → .66."""
    return Z_POWER * math.sqrt(2 / n_per_arm)


def _refusal(pilot: Pilot) -> str:
    if pilot.people < FEWEST or pilot.groups < 1:
        return gettext("An empty pilot has nothing to judge. It takes three people and one group at least, and 24 people to be measured.")
    if pilot.groups == 1:
        return gettext("Everyone in one group: every figure would be about that group, so none is published. Plan three groups or more.")
    if pilot.people < pilot.groups * pilot.smallest or pilot.people > pilot.groups * pilot.largest:
        words = {"people": pilot.people, "groups": pilot.groups, "smallest": pilot.smallest, "largest": pilot.largest}
        return gettext("%(people)s people do not make %(groups)s groups of %(smallest)s to %(largest)s.") % words
    return ""


def _can_contrast(pilot: Pilot, *, k: int, fewer: int = 0) -> bool:
    """Whether both halves would be published beside each other; with so many groups `fewer` in each."""
    if not pilot.has_waitlist:
        return False
    halves = (pilot.first, (pilot.people - pilot.first[0], pilot.groups - pilot.first[1]))
    return all(
        groups > fewer and _gate(MEASURES["usable"], people - fewer * math.ceil(people / groups), groups - fewer, k=k)[0]
        for people, groups in halves
    )


def _outlook_of_contrast(measure: Measure, pilot: Pilot, *, k: int) -> Outlook:
    people = _behind(measure, pilot.people)
    is_soon = _can_contrast(pilot, k=k)
    is_tight = is_soon and not _can_contrast(pilot, k=k, fewer=1)
    words = {"people": people, "groups": pilot.groups, "k": k, "fewest": FEWEST_GROUPS}
    if not pilot.has_waitlist:
        why = gettext("Nobody waits, so there is nothing to hold it against.")
    elif not is_soon:
        why = gettext("It takes %(k)s people from %(fewest)s groups in each half. It would never be published.") % words
    elif is_tight:
        why = gettext("About %(people)s people from %(groups)s groups, both halves: published, but one group fewer hides it.") % words
    else:
        why = gettext("About %(people)s people from %(groups)s groups, both halves; once the turn of those who wait has come.") % words
    return Outlook(measure, people, pilot.groups, is_soon, False, is_tight, "", why)


def _outlook(measure: Measure, pilot: Pilot, *, k: int) -> Outlook:
    if measure.key == "contrast":
        return _outlook_of_contrast(measure, pilot, k=k)
    people, groups = pilot.first
    is_soon, interval = _gate(measure, people, groups, k=k)
    is_later, whole = _gate(measure, pilot.people, pilot.groups, k=k)
    behind = _behind(measure, people)
    is_tight = is_soon and not (_gate(measure, people - math.ceil(people / groups), groups - 1, k=k)[0])
    return Outlook(
        measure, behind, groups, is_soon, is_later, is_tight, interval if is_soon else whole if is_later else "",
        _why(measure, behind, groups, is_soon=is_soon, is_later=is_later, is_tight=is_tight, k=k),
    )  # fmt: skip


def _behind(measure: Measure, people: int) -> int:
    return people * RESPONSE // 100 if measure.is_asked else people


def _gate(measure: Measure, people: int, groups: int, *, k: int) -> tuple[bool, str]:
    """Whether the disclosure rule would publish the measure, standing just on its line for go; and its interval."""
    n = _behind(measure, people)
    if n <= 0 or groups <= 0:
        return False, ""
    if measure.key == "reconvened":
        came = round(n * measure.go / 100)
        stages = nested((Cell("first_held", n, groups), Cell("reconvened", came, groups)), k=k)
        return not any(isinstance(one, Hidden) for one in stages), ""
    if measure.unit is Unit.PERCENT:
        found = disclosure.share(round(n * measure.go / 100), n, groups, k=k)
        return isinstance(found, Share), gettext("%(low)s to %(high)s") % {"low": found.low, "high": f"{found.high}\u00a0%"} if isinstance(
            found, Share
        ) else ""
    scale = _scale(measure)
    apart = USUAL_SPREAD * (scale[1] - scale[0])
    answers = [measure.go + (apart if number % 2 else -apart) for number in range(n)]
    middle = (disclosure.median if measure.unit is Unit.DAYS else disclosure.mean)(answers, groups, k=k, scale=scale)
    if isinstance(middle, Hidden):
        return False, ""
    return True, gettext("%(low)s to %(high)s") % {"low": points(middle.low), "high": written(measure, middle.high)}


def _scale(measure: Measure) -> tuple[float, float]:
    """The scale of a mean or median; its lines lie no nearer than a tenth to the ends (disclosure.EDGE)."""
    tenth = (measure.most - measure.least) / 8
    return measure.least - tenth, measure.most + tenth


def _why(measure: Measure, people: int, groups: int, *, is_soon: bool, is_later: bool, is_tight: bool, k: int) -> str:
    words = {"people": people, "groups": groups, "k": k, "fewest": FEWEST_GROUPS}
    if is_tight:
        return gettext("About %(people)s people from %(groups)s groups: published, but one group fewer hides it.") % words
    if is_soon:
        return gettext("About %(people)s people from %(groups)s groups.") % words
    if is_later:
        return gettext("Only once the waitlist has had its turn: the first half is %(people)s people from %(groups)s groups.") % words
    if measure.key == "reconvened":
        return gettext("On the line fewer than %(k)s would be missing, so the number of those who reconvened stays hidden.") % words
    return gettext("About %(people)s people from %(groups)s groups; it takes %(k)s from %(fewest)s. It would never be published.") % words


def _warnings(pilot: Pilot, outlooks: Iterable[Outlook], effect: float, can_contrast: bool, *, k: int) -> list[str]:
    said = []
    if effect > MODERATE:
        words = {"people": pilot.people, "effect": f"{effect:.2f}", "half": pilot.people // 2}
        said.append(
            gettext(
                "%(people)s people cannot prove a moderate effect: with %(half)s in each half only a difference of %(effect)s standard deviations or "
                "more is found four times in five. Call it a test of whether it can be done, and in which direction it goes."
            )
            % words
        )
    if not pilot.has_waitlist:
        said.append(
            gettext("Without a waitlist nothing tells what would have happened anyway. People join when it hurts, and that passes.")
        )
    elif not can_contrast:
        said.append(gettext("The two halves are too small to be published beside each other, so there will be no waitlist contrast."))
    if all(not one.is_soon for one in outlooks):
        said.append(gettext("Nothing can be published from the first half alone. The gate is judged after the waitlist’s cycle."))
    if pilot.people * RESPONSE // 100 < k:
        said.append(gettext("When three in ten do not answer, no answers are published at all."))
    return said


CAN = {True: _("can be judged"), False: _("cannot be judged")}
