"""Proved bounds: prices of seats under which no group is worth more than its seats cost, and what follows from them for a whole seating.

The sum of such prices is a bound for every seating. Prices are found by turns: a smoothed dual over the groups known so far, and an exact search for
groups that break them (core/bound.c). What is still broken when time is up is repaired by raising prices, so that every bound is proved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.core.layout import SEATS, call
from reconvene.matching.hall import Columns, Groups
from reconvene.matching.problem import Problem

ROUGH = 1e-3
"""Groups that break prices by less than this are covered by raising every price a little, not one by one."""
EXACT = 1e-7
NODES = 40_000_000
"""Tables looked at in one search for broken prices."""
HEATS = (0.05, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001)
"""Temperatures of the smoothed dual, as shares of what a seat is worth."""


@dataclass(frozen=True)
class Proof:
    """Prices [n] and the bound that they prove for the sum of worths of these people's seats."""

    prices: NDArray[np.float64]
    bound: float


class Pricing:
    """Prices for a part of a pool, `people`, and the groups among them that are known to matter."""

    def __init__(self, problem: Problem, people: NDArray[np.int32], prices: NDArray[np.float64], *, room: int) -> None:
        self.problem, self.people = problem, np.ascontiguousarray(people)
        self.prices = prices.copy()
        self.known = Columns(room)
        self._room, self._moved = room, 0
        self._edges = np.zeros((len(people), len(people)), dtype=np.float32)
        self.nodes = np.zeros(2, dtype=np.int64)

    def broken(self, least: float, *, most: int, nodes: int = NODES) -> tuple[NDArray[np.int32], NDArray[np.float64], bool]:
        """Groups worth at least `least` more than they cost, most broken first, and whether these are all."""
        found = Columns(self._room)
        limits = most, nodes
        is_all = call(
            "price", self.problem.layout, self.people, len(self.people), self.prices, float(least), *limits, self._edges, found.layout, self.nodes
        )
        rows, worths = found.seen()
        order = np.argsort(self.cost(rows) - worths, kind="stable")
        return np.ascontiguousarray(rows[order]), np.ascontiguousarray(worths[order]), bool(is_all)

    def cost(self, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """What the seats of each group cost."""
        here = rows[:, : SEATS - 1]
        held: NDArray[np.float64] = np.where(here >= 0, self.prices[np.maximum(here, 0)], 0.0).sum(axis=1)
        return held

    @property
    def work(self) -> int:
        """What was done, in units that take about as long as a proposal of the search."""
        return int(self.nodes[0]) + self._moved // 30

    def soften(self, heat: float, rounds: int) -> None:
        """Move prices towards the dual of the known groups."""
        rows, worths = self.known.seen()
        here = self.people, len(self.people)
        self._moved += rounds * len(worths)
        call("soften", rows, worths, len(worths), self.prices, len(self.prices), *here, rounds, float(heat))

    def proof(self, least: float = ROUGH, *, nodes: int = NODES) -> Proof | None:
        """Prices that nothing breaks, from those of now; None when the search for broken ones would take too long."""
        rows, worths, is_all = self.broken(least, most=1 << 30, nodes=nodes)
        self.known.add(rows, worths)
        if not is_all:
            return None
        safe = self.prices.copy()
        call("repair", rows, worths, len(worths), safe)
        safe[self.people] += least / self.problem.sizes[0]
        return Proof(safe, float(safe[self.people].sum()))


def prove(pricing: Pricing, *, scale: float, target: float, is_over: Callable[[], bool], report: Callable[[Proof], None] | None = None) -> Proof | None:
    """The best proof found by cooling the prices, until it meets `target`, time is over or nothing more is gained. `scale` is what a seat is worth."""
    best: Proof | None = None
    for heat in HEATS:
        for turn in range(12):
            pricing.soften(heat * scale, 300)
            most = max(3, 20_000 // max(1, len(pricing.people)))
            rows, worths, is_all = pricing.broken(ROUGH * scale, most=most)
            pricing.known.add(rows, worths)
            if is_over() or (is_all and len(worths) < 0.02 * len(pricing.people)):
                break
        last = heat == HEATS[-1]
        found = pricing.proof((EXACT * 10 if last else ROUGH / 5) * scale)
        if found is not None and (best is None or found.bound < best.bound):
            best = found
            if report is not None:
                report(found)
        if is_over() or (best is not None and best.bound <= target):
            break
    return best


def best_packing(pricing: Pricing, proof: Proof, *, value: float, limit: int, room: int = 60_000) -> tuple[Groups, bool]:
    """Groups of these people worth more than `value`, if there are any, and whether the search was complete.

    Only groups that lose less than bound - value against the prices can be in a better seating; all of them are listed and packed exactly.
    """
    left = proof.bound - value
    search = Pricing(pricing.problem, pricing.people, proof.prices, room=room)
    rows, worths, is_all = search.broken(-left, most=1 << 30, nodes=limit * 4)
    if not is_all:
        return [], False
    slacks = search.cost(rows) - worths
    order = np.argsort(slacks, kind="stable")
    rows, slacks = np.ascontiguousarray(rows[order]), np.ascontiguousarray(np.maximum(slacks[order], 0.0))
    starts, lists = _lists(rows, len(proof.prices))
    chosen, counts = np.zeros(4096, dtype=np.int32), np.zeros(2, dtype=np.int64)
    ended = call(
        "pack", rows, slacks, len(slacks), proof.prices, len(proof.prices), pricing.people, len(pricing.people),
        starts, lists, float(left - 1e-9), limit, chosen, counts,
    )  # fmt: skip
    groups = [tuple(rows[at, : rows[at, -1]].tolist()) for at in chosen[: max(0, int(counts[1]))].tolist()]
    return groups, ended >= -1


def _lists(rows: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The groups of each person, in the order of the rows."""
    here = rows[:, : SEATS - 1]
    people, column = here[here >= 0], np.nonzero(here >= 0)[0]
    order = np.argsort(people, kind="stable")
    starts = np.searchsorted(people[order], np.arange(count + 1)).astype(np.int64)
    return starts, np.ascontiguousarray(column[order], dtype=np.int32)


def rows_within(rows: NDArray[np.int32], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of these groups lie wholly inside."""
    here = rows[:, : SEATS - 1]
    held: NDArray[np.bool_] = np.where(here >= 0, inside[np.maximum(here, 0)], True).all(axis=1)
    return held


def near_groups(home: NDArray[np.int32], groups: Sequence[Sequence[int]], seed: int, near: NDArray[np.int32], counts: NDArray[np.int32], *, size: int) -> list[int]:
    """Numbers of groups around a group, by how many near people link them to those already there, until they seat `size` people."""
    chosen, links, seats = [seed], dict[int, int](), 0
    while seats < size:
        for person in groups[chosen[-1]]:
            for other in near[person, : min(20, counts[person])].tolist():
                number = int(home[other])
                if number >= 0 and number not in chosen:
                    links[number] = links.get(number, 0) + 1
        seats += len(groups[chosen[-1]])
        if not links:
            break
        best = max(links, key=lambda number: (links[number], -number))
        links.pop(best)
        chosen.append(best)
    return chosen
