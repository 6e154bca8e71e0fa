"""The exact part of the search: the best seating of a dozen people. Small pools are one window; large ones are polished by many."""

from collections.abc import Sequence

import numpy as np

from reconvene.matching.objective import Objective

Members = tuple[int, ...]
WINDOW = 12
"""People in one window. The work doubles with each, and a dozen takes a few hundredths of a second."""


def best_seating(objective: Objective, people: Sequence[int]) -> tuple[float, list[Members]]:
    """The greatest sum of worths over disjoint groups of these people, and the groups. Exact; meant for WINDOW people or fewer."""
    people = sorted(people)
    return _Packing(len(people), _feasible(objective, people)).solve(people)


def _feasible(objective: Objective, people: Sequence[int]) -> list[tuple[int, float]]:
    """Every group that may stand, as (bit mask of positions in `people`, worth)."""
    partners = [sum(1 << at for at, other in enumerate(people) if objective.seating.partners[one] >> other & 1) for one in people]
    found: list[tuple[int, float]] = []

    def extend(group: Members, mask: int, open_to: int) -> None:
        members = tuple(people[at] for at in group)
        worth = objective.worth(members) if len(group) >= objective.rules.smallest else None
        if worth is not None:
            found.append((mask, worth))
        if len(group) == objective.rules.largest:
            return
        for at in range(group[-1] + 1, len(people)):
            if open_to >> at & 1:
                extend((*group, at), mask | 1 << at, open_to & partners[at])

    for at in range(len(people)):
        extend((at,), 1 << at, partners[at])
    return found


class _Packing:
    """Weighted set packing over bit masks: the lowest free person waits, or takes a seat in one of their groups."""

    def __init__(self, count: int, groups: Sequence[tuple[int, float]]) -> None:
        led: list[list[tuple[int, float]]] = [[] for _ in range(count)]
        for mask, worth in groups:
            led[(mask & -mask).bit_length() - 1].append((mask, worth))
        self._masks = [np.array([mask for mask, _ in each], dtype=np.int64) for each in led]
        self._worths = [np.array([worth for _, worth in each]) for each in led]
        self._full = (1 << count) - 1
        self._best: dict[int, tuple[float, int]] = {0: (0.0, 0)}

    def solve(self, people: Sequence[int]) -> tuple[float, list[Members]]:
        total, groups, free = self._value(self._full), [], self._full
        while free:
            chosen = self._best[free][1]
            if chosen:
                groups.append(tuple(person for at, person in enumerate(people) if chosen >> at & 1))
            free ^= chosen or free & -free
        return total, groups

    def _value(self, free: int) -> float:
        if free in self._best:
            return self._best[free][0]
        lowest = free & -free
        at = lowest.bit_length() - 1
        best, chosen = self._value(free ^ lowest), 0
        masks = self._masks[at]
        fits = (masks & free) == masks
        for mask, worth in zip(masks[fits].tolist(), self._worths[at][fits].tolist(), strict=True):
            value = worth + self._value(free ^ mask)
            if value > best + 1e-12:
                best, chosen = value, mask
        self._best[free] = (best, chosen)
        return best
