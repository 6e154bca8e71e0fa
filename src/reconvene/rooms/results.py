"""Scores of ideas or lessons as the room shows them: in order, with mean, spread and what they rest on. Called by rooms.matter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconvene.rooms import scoring
from reconvene.rooms.models import Score
from reconvene.rooms.rules import Evidence
from reconvene.rooms.scoring import Tally

AXIS_FROM, AXIS_TO = 4.0, 96.0  # per cent of the drawing's width
DOT_BOTTOM, DOT_STEP = 36, 12  # pixels


@dataclass(frozen=True)
class Result:
    """One idea or lesson with its tallies. `parted` is the rule by which one with the same total stands before it; `do` is None for lessons;
    `rests_on` counts tried, seen, believed.
    """

    thing: Any
    place: int
    tied: bool
    parted: str
    help: Tally
    do: Tally | None
    rests_on: tuple[tuple[str, int], ...]
    is_short: bool
    is_wide: bool
    is_rescue: bool

    @property
    def dots(self) -> list[tuple[str, int]]:
        """Where each score's dot lies: x in per cent, y in pixels. None from fewer than four voters."""
        heights: Counter[int] = Counter()
        found = []
        for score in self.help.dots or ():
            found.append((_x(score), DOT_BOTTOM - DOT_STEP * heights[score]))
            heights[score] += 1
        return found

    @property
    def shift(self) -> int:
        """How far the drawing moves down so that the highest column of dots fits."""
        return max(0, 7 - min((y for _, y in self.dots), default=DOT_BOTTOM))

    @property
    def height(self) -> int:
        """The drawing's height in pixels."""
        return 66 + self.shift

    @property
    def ticks(self) -> list[tuple[str, int]]:
        """The marks of the scale."""
        return [(_x(score), score) for score in range(scoring.LOWEST, scoring.HIGHEST + 1)]

    @property
    def mean_x(self) -> str:
        """Where the mean lies on the scale."""
        return _x(self.help.mean)

    @property
    def mean(self) -> str:
        """The mean with one decimal."""
        return f"{self.help.mean:.1f}"

    @property
    def do_mean(self) -> str:
        """The mean of the second score with one decimal."""
        return f"{self.do.mean:.1f}" if self.do else ""


def of(things: Sequence[Any], scores: Sequence[Score]) -> list[Result]:
    """Results in order of the total. `things` are ideas or lessons, `scores` everything scored in the room."""
    ids = {thing.id: thing for thing in things}
    help_votes: dict[Any, dict[str, int]] = {key: {} for key in ids}
    do_votes: dict[Any, dict[str, int]] = {key: {} for key in ids}
    rests: dict[Any, Counter[str]] = {key: Counter() for key in ids}
    for one in scores:
        key = one.idea_id or one.lesson_id
        if key in ids and one.help is not None:
            help_votes[key][str(one.person_id)] = one.help
            rests[key][one.evidence] += 1
        if key in ids and one.do is not None:
            do_votes[key][str(one.person_id)] = one.do
    order = scoring.ranked(help_votes)
    help_tallies = {one.key: one.tally for one in order}
    do_tallies = {key: scoring.tally(tuple(votes.values())) for key, votes in do_votes.items()}
    short, wide = scoring.shortlist(order), scoring.widest_gap(help_tallies)
    rescue = scoring.high_help_low_do(help_tallies, do_tallies) if any(do_votes.values()) else None
    return [
        Result(
            ids[one.key], one.place, one.tied, one.parted, one.tally, do_tallies[one.key] if do_votes[one.key] else None,
            tuple((kind.value, rests[one.key][kind.value]) for kind in Evidence if rests[one.key][kind.value]),
            one.key in short, one.key in wide, one.key == rescue,
        )
        for one in order
    ]  # fmt: skip


def _x(score: float) -> str:
    return f"{AXIS_FROM + (AXIS_TO - AXIS_FROM) * score / scoring.HIGHEST:.1f}%"
