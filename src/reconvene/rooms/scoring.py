"""From private scores of 0 to 5 to an ordered shortlist, with the spread and honest ties. Pure; called by rooms.queries."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
LOWEST, HIGHEST = 0, 5
DOTS_FROM = 4  # voters; with fewer, a dot would tell whose score it is
WIDE = 2  # points between the lowest and the highest score
LOW = 1  # a score of 0 or 1 is an objection
OBJECTIONS, PREFERRED = "objections", "preferred"  # what parts equal totals


@dataclass(frozen=True)
class Tally:
    """All scores of one thing: sum, mean, lowest, highest, standard deviation, and every score when there are enough voters."""

    total: int
    mean: float
    low: int
    high: int
    spread: float
    voters: int
    objections: int
    dots: tuple[int, ...] | None


@dataclass(frozen=True)
class Ranked(Generic[Key]):
    """One place in the order. `place` counts from 1; things that share a place are tied and no rule could part them. `parted` says which rule
    put the one before, with the same total, there: OBJECTIONS, PREFERRED, or none.
    """

    key: Key
    place: int
    tied: bool
    tally: Tally
    parted: str = ""


def tally(scores: Sequence[int]) -> Tally:
    """Count the scores (each 0 to 5). Nobody having scored is a tally of zeros."""
    if not scores:
        return Tally(0, 0.0, 0, 0, 0.0, 0, 0, None)
    dots = tuple(sorted(scores)) if len(scores) >= DOTS_FROM else None
    objections = sum(score <= LOW for score in scores)
    return Tally(sum(scores), fmean(scores), min(scores), max(scores), pstdev(scores), len(scores), objections, dots)


def ranked(ballots: Mapping[Key, Mapping[str, int]]) -> tuple[Ranked[Key], ...]:
    """Things in order of their total. `ballots` holds voter -> score for each thing.

    Equal totals are parted by fewer objections, then by how many voters prefer one to the other; what is still equal shares its place and
    keeps the order it was given in.
    """
    tallies = {key: tally(tuple(votes.values())) for key, votes in ballots.items()}
    first = sorted(ballots, key=lambda key: (-tallies[key].total, tallies[key].objections))
    clusters: list[list[Key]] = []
    for key in first:
        if clusters and _level(tallies[clusters[-1][0]], tallies[key]):
            clusters[-1].append(key)
        else:
            clusters.append([key])
    places: list[Ranked[Key]] = []
    for cluster in clusters:
        same_total = bool(places) and places[-1].tally.total == tallies[cluster[0]].total
        why = OBJECTIONS if same_total else ""
        for group in _parted(cluster, ballots):
            place = len(places) + 1
            places += [Ranked(key, place, len(group) > 1, tallies[key], "" if number else why) for number, key in enumerate(group)]
            why = PREFERRED
    return tuple(places)


def preferred(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """How many more voters score `one` above `other` than below it, among those who scored both."""
    return sum((one[voter] > other[voter]) - (one[voter] < other[voter]) for voter in one.keys() & other.keys())


def widest_gap(tallies: Mapping[Key, Tally], *, most: int = 2) -> tuple[Key, ...]:
    """What the group disagrees on most, widest first; nothing where all scores lie within one point."""
    apart = [key for key in tallies if tallies[key].high - tallies[key].low >= WIDE]
    return tuple(sorted(apart, key=lambda key: (-tallies[key].spread, -tallies[key].total))[:most])


def high_help_low_do(help_tallies: Mapping[Key, Tally], do_tallies: Mapping[Key, Tally]) -> Key | None:
    """The idea that would help most among those that people do not see themselves doing, or None."""
    gaps = {key: help_tallies[key].mean - do_tallies[key].mean for key in help_tallies if help_tallies[key].mean >= 3}
    wide = [key for key in gaps if gaps[key] >= 1]
    return max(wide, key=lambda key: gaps[key], default=None)


def shortlist(order: Sequence[Ranked[Key]], *, size: int = 3) -> tuple[Key, ...]:
    """The first `size` places; a tie at the edge comes in whole, so that no coin decides."""
    return tuple(one.key for one in order if one.place <= size)


def _level(one: Tally, other: Tally) -> bool:
    return (one.total, one.objections) == (other.total, other.objections)


def _parted(cluster: list[Key], ballots: Mapping[Key, Mapping[str, int]]) -> list[list[Key]]:
    """A cluster split by pairwise preference where that gives an order; a circle of preferences stays one tie."""
    wins = {key: sum(preferred(ballots[key], ballots[other]) > 0 for other in cluster if other is not key) for key in cluster}
    by_wins = sorted(cluster, key=lambda key: -wins[key])
    groups: list[list[Key]] = []
    for key in by_wins:
        if groups and wins[groups[-1][0]] == wins[key]:
            groups[-1].append(key)
        else:
            groups.append([key])
    return groups
