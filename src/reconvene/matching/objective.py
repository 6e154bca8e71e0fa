"""What makes one group better than another, as one number; the search and the explanations read it.

For a group G of s people the quality q(G), 0..1, is the weighted sum of
  similarity       mean similarity of its pairs,
  responsibility   mean over pairs of 1 - |difference of levels| / (level distance + 1),
  functions        (different functions - 1) / (s - 1),
  experience       0 if nobody has handled the topic, 1 if at least one and at most half have, 0.5 if more,
  weak ties        mean over pairs: 0 for close colleagues, 0.5 for people who sat in a group before, else 1,
  waiting          mean over people of min(days, 28) / 28.
A seat in G is worth q(G) * (1 - 0.05 * |s - aim|) - floor weight * max(0, floor - q(G)). No seat is worth
- charge * min(days, 364) / 28, which is 0 unless the rules charge for waiting. The value of a seating is the mean worth over the whole pool. So everyone is seated where that is possible without harm, but a seat that would spoil a group by more than it
is worth itself is not forced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np

from reconvene.matching.constraints import Seating
from reconvene.matching.instance import Candidate, Instance, Rules

PATIENCE_DAYS = 28.0
"""After this many days of waiting the term for waiting is at its top."""
LONGEST_CHARGED = 364.0
"""The charge for waiting grows for so many days."""
OFF_AIM = 0.05
"""Share of the worth lost for each person above or below the size aimed at."""


class Objective:
    """The objective compiled for one instance; groups are given as positions in ascending order."""

    _CACHE_LIMIT = 400_000

    def __init__(self, instance: Instance) -> None:
        self.count = len(instance.candidates)
        self.rules = instance.rules
        self.seating = Seating(instance)
        self._people = instance.candidates
        self.pair: list[list[float]] = _pair_values(instance).tolist()
        self._functions = [person.function for person in self._people]
        self._experience = [person.has_experience for person in self._people]
        self._waiting = [min(person.waiting_days, PATIENCE_DAYS) / PATIENCE_DAYS for person in self._people]
        self.charges = charges(instance)
        """What is lost while a person waits, by place."""
        self._known: dict[tuple[int, ...], float | None] = {}

    def quality(self, members: Sequence[int]) -> float:
        """q(G), 0..1; the terms about pairs are 0 for fewer than two people."""
        size, weights = len(members), self.rules.weights
        if not size:
            return 0.0
        pairs = 0.0
        for at in range(1, size):
            row = self.pair[members[at]]
            for other in members[:at]:
                pairs += row[other]
        value = weights.experience * self._mix(members) + weights.waiting * sum([self._waiting[i] for i in members]) / size
        if size > 1:
            functions = len({self._functions[i] for i in members})
            value += 2 * pairs / (size * (size - 1)) + weights.functions * (functions - 1) / (size - 1)
        return value

    def _mix(self, members: Sequence[int]) -> float:
        handled = sum([self._experience[i] for i in members])
        if not handled:
            return 0.0
        return 1.0 if 2 * handled <= len(members) else 0.5

    def worth(self, members: tuple[int, ...]) -> float | None:
        """What the group adds to the sum over the pool, with the charges that its seats avoid; 0 for nobody, None for a group that may not stand."""
        if not members:
            return 0.0
        if members not in self._known:
            if len(self._known) > self._CACHE_LIMIT:
                self._known.clear()
            self._known[members] = self._worth(members)
        return self._known[members]

    def _worth(self, members: tuple[int, ...]) -> float | None:
        size = len(members)
        if not self.seating.is_whole(members) or not self.seating.allows(members):
            return None
        quality, rules = self.quality(members), self.rules
        worth = quality * (1 - OFF_AIM * abs(size - rules.aim)) - rules.floor_weight * max(0.0, rules.floor - quality)
        return size * worth + sum(self.charges[place] for place in members)

    def value(self, groups: Iterable[Sequence[int]]) -> float:
        """The value of a whole seating, 0..1, counted from scratch.

        Raises: ValueError when one of the groups may not stand.
        """
        total = -sum(self.charges)
        for members in groups:
            worth = self._worth(tuple(sorted(members)))
            if worth is None:
                raise ValueError("a group of the seating breaks a rule")
            total += worth
        return total / self.count if self.count else 0.0


@dataclass(frozen=True)
class Parts:
    """The terms of q(G), each 0..1, before they are weighted. Named like `Weights`."""

    similarity: float = 0.0
    responsibility: float = 0.0
    functions: float = 0.0
    experience: float = 0.0
    weak_ties: float = 0.0
    waiting: float = 0.0


def parts_of(instance: Instance, members: Sequence[int]) -> Parts:
    """The terms of q(G), from the people themselves; those about pairs are 0 for fewer than two people."""
    people, rules = [instance.candidates[place] for place in members], instance.rules
    size = len(people)
    if not size:
        return Parts()
    handled = sum(person.has_experience for person in people)
    mix = 0.0 if not handled else 1.0 if 2 * handled <= size else 0.5
    waiting = sum(min(each.waiting_days, PATIENCE_DAYS) / PATIENCE_DAYS for each in people) / size
    if size == 1:
        return Parts(experience=mix, waiting=waiting)
    both = list(combinations(range(size), 2))
    return Parts(
        similarity=sum(instance.alike(members[a], members[b]) for a, b in both) / len(both),
        responsibility=sum(max(0.0, 1 - abs(people[a].level - people[b].level) / (rules.level_distance + 1)) for a, b in both) / len(both),
        functions=(len({person.function for person in people}) - 1) / (size - 1),
        experience=mix,
        weak_ties=sum(tie(people[a], people[b]) for a, b in both) / len(both),
        waiting=waiting,
    )


def quality_of(instance: Instance, members: Sequence[int]) -> float:
    """q(G), 0..1, from the people themselves: for a few groups of a large pool."""
    parts, weights = parts_of(instance, members), instance.rules.weights
    return sum(getattr(weights, each.name) * getattr(parts, each.name) for each in fields(Parts))


def worth_of(instance: Instance, members: Sequence[int]) -> float:
    """What a group that may stand adds to the sum over the pool, without the charges that its seats avoid."""
    quality, rules, size = quality_of(instance, members), instance.rules, len(members)
    return size * (quality * (1 - OFF_AIM * abs(size - rules.aim)) - rules.floor_weight * max(0.0, rules.floor - quality))


def tie(a: Candidate, b: Candidate) -> float:
    """0 for close colleagues, 0.5 for people who sat in a group before, else 1."""
    if a.key in b.close_to or b.key in a.close_to:
        return 0.0
    return 0.5 if a.key in b.met or b.key in a.met else 1.0


def charges(instance: Instance) -> list[float]:
    """What is lost while each person waits, in units of worth."""
    return [charge(person, instance.rules) for person in instance.candidates]


def charge(person: Candidate, rules: Rules) -> float:
    """The same for one person."""
    return rules.charge * min(person.waiting_days, LONGEST_CHARGED) / PATIENCE_DAYS


def _pair_values(instance: Instance) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The weighted terms about pairs as float64[n, n]; the diagonal has no meaning."""
    people, weights = instance.candidates, instance.rules.weights
    similarity = instance.similarity
    if similarity is None:
        assert instance.vectors is not None
        similarity = np.maximum(0.0, (instance.vectors @ instance.vectors.T).astype(np.float64))
    levels = np.array([person.level for person in people], dtype=np.float64)
    steps = np.abs(levels[:, None] - levels[None, :]) / (instance.rules.level_distance + 1)
    ties = np.ones((len(people), len(people)))
    places = {person.key: place for place, person in enumerate(people)}
    for place, person in enumerate(people):
        for known, tie in ((person.met, 0.5), (person.close_to, 0.0)):
            for other in (places[key] for key in known if key in places):
                ties[place, other] = ties[other, place] = min(tie, ties[place, other])
    pairs: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = (
        weights.similarity * similarity + weights.responsibility * np.maximum(0.0, 1 - steps) + weights.weak_ties * ties
    )
    return pairs
