"""Proved bounds: prices of seats under which no group is worth more than its seats cost, and what follows from them for a whole seating.

The sum of such prices is a bound for every seating. Prices are found by turns: a smoothed dual over the groups known so far, and an exact search for
groups that break them (core/bound.c). What is still broken when time is up is repaired by raising prices, so that every bound is proved.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.core.layout import SEATS, call
from reconvene.matching.hall import Columns, Groups
from reconvene.matching.problem import Problem

ROUGH = 1e-3
"""Groups that break prices by less than this are covered by raising every price a little, not one by one."""
EXACT = 1e-7
LOOKED_AT, AT_ALL = 2_000, 3_000_000
"""Tables looked at for each person in search of some broken prices, and of all."""
LARGE = 2_000
"""Larger pools begin with prices from a good seating, and take fewer rounds."""
COUNTED = 20.0
"""Groups that lose more than so many temperatures are left out of the smoothed dual."""
ROOTS = 16
"""People whose groups are looked for in one go; then time is looked at."""
HEATS = (0.05, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001)
"""Temperatures of the smoothed dual, as shares of what a seat is worth."""
BLOCK_HEATS, BLOCK_ROUGH = (0.03, 0.015, 0.007), 5e-3
"""For a block of a large pool, whose time is short. Hot first: from prices that are too high the search for broken groups takes a fiftieth of the time."""


@dataclass(frozen=True)
class Proof:
    """Prices [n] and the bound that they prove for the sum of worths of these people's seats."""

    prices: NDArray[np.float64]
    bound: float


class Pricing:
    """Prices for a part of a pool, `people`, and the groups among them that are known to matter."""

    def __init__(self, problem: Problem, people: NDArray[np.int32], prices: NDArray[np.float64], *, room: int, threads: int = 1) -> None:
        self.problem, self.people = problem, np.ascontiguousarray(people)
        self.prices = prices.copy()
        self.known = Columns(room)
        self.nodes = np.zeros(1, dtype=np.int64)
        self.is_over: Callable[[], bool] = bool
        """Asked during a long search, which is then given up."""
        self._room, self._moved, self._threads = room, 0, threads
        self._edges = np.zeros((len(people), len(people)), dtype=np.float32)
        self._largest = np.zeros(len(people), dtype=np.float32)

    def broken(self, least: float, *, most: int, looked_at: int = LOOKED_AT) -> tuple[NDArray[np.int32], NDArray[np.float64], bool]:
        """Groups worth at least `least` more than they cost, most broken first, and whether these are all."""
        found = [Columns(self._room) for _ in range(self._threads)]
        smallest, largest = self.problem.sizes
        complete = [
            self._broken(size, least, most, looked_at, found) for size in range(smallest, largest + 1) if self._may_break(size, least)
        ]
        rows, worths = (np.concatenate([each.seen()[at] for each in found]) for at in (0, 1))
        order = np.argsort(self.cost(rows) - worths, kind="stable")
        return np.ascontiguousarray(rows[order]), np.ascontiguousarray(worths[order]), all(complete)

    def _may_break(self, size: int, least: float) -> bool:
        """Whether a group of this size could break the prices, as far as the best pair of each person tells."""
        layout, arrays = self.problem.layout, self.problem.arrays
        node = self.prices[self.people] - layout.own_factor[size] * arrays["own"][self.people] - arrays["charges"][self.people]
        pair = layout.pair_factor[size] * self._best_pairs + 2 / size * layout.function_factor[size]
        edges = pair - (node + node.min()) / (size - 1) if len(node) else pair
        mean = (least - layout.handled_factor[size] - 1e-5) / (size * (size - 1) / 2)
        return bool(len(node) >= size and (edges >= mean).any())

    @cached_property
    def _best_pairs(self) -> NDArray[np.float64]:
        """The greatest value of a pair with each person, among these people."""
        best = np.zeros(len(self.people))
        call("best_pairs", self.problem.layout, self.people, len(self.people), best)
        return best

    def _broken(self, size: int, least: float, most: int, looked_at: int, found: Sequence[Columns]) -> bool:
        count, here = len(self.people), (self.problem.layout, self.people, len(self.people), self.prices, size)
        mixed = np.zeros(1)
        call("weigh", *here, self._edges, self._largest, mixed)
        spans = iter([(at, min(at + ROOTS, count)) for at in range(0, count, ROOTS)])
        complete, lock = [], Lock()

        def work(columns: Columns) -> None:
            nodes = np.zeros(1, dtype=np.int64)
            while not self.is_over():
                with lock:
                    span = next(spans, None)
                if span is None:
                    break
                limits = float(least), float(mixed[0]), *span, most, looked_at
                complete.append(bool(call("price", *here, *limits, self._edges, self._largest, columns.layout, nodes)))
            else:
                complete.append(False)
            with lock:
                self.nodes += nodes

        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(work, found))
        return all(complete)

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
        rows, worths = self._cheap(COUNTED * heat)
        here = self.people, len(self.people)
        self._moved += rounds * len(worths)
        call("soften", rows, worths, len(worths), self.prices, len(self.prices), *here, rounds, float(heat))

    def _cheap(self, most: float) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Known groups that lose no more than this against the prices; the others weigh nothing."""
        rows, worths = self.known.seen()
        cheap = self.cost(rows) - worths < most
        return np.ascontiguousarray(rows[cheap]), np.ascontiguousarray(worths[cheap])

    def proof(self, least: float = ROUGH) -> Proof | None:
        """Prices that nothing breaks, from those of now; None when the search for broken ones would take too long."""
        rows, worths, is_all = self.broken(least, most=1 << 30, looked_at=AT_ALL)
        self.known.add(rows, worths)
        if not is_all:
            return None
        safe = self.prices.copy()
        call("repair", rows, worths, len(worths), safe)
        safe[self.people] += least / self.problem.sizes[0]
        return Proof(safe, float(safe[self.people].sum()))


def best_shares(
    problem: Problem, *, threads: int, blocks: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The cheapest prices: half of what everybody brings into a group with their best partners, whoever else wants those. And the same for groups
    that reach beyond the person's block, which are worth less.
    """
    shares, crossing = np.zeros(problem.count), np.zeros(problem.count)
    vectors = problem.arrays.get("vectors") if problem.layout.values is None else None
    across = None if vectors is None else np.ascontiguousarray(vectors.T)
    cuts = np.linspace(0, problem.count, 8 * threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(
            pool.map(
                lambda span: call("best_shares", problem.layout, *span, across, problem.room, blocks, shares, crossing), pairwise(cuts)
            )
        )
    return shares, crossing


def prove_in_blocks(
    problem: Problem,
    blocks: NDArray[np.int32],
    prices: NDArray[np.float64],
    known: tuple[NDArray[np.int32], NDArray[np.float64]],
    *,
    scale: float,
    threads: int,
    is_over: Callable[[Pricing, int], Callable[[], bool]],
    report: Callable[[float], None],
) -> Proof:
    """A proof for a large pool: prices of each block by itself, raised to what a seat can be worth in a group that reaches beyond the block.

    `known` are good groups, as rows and worths; `report` is told each better bound. `is_over(pricing, left)` gives what says that the time for a block
    is over, when so many are left, this one among them.
    """
    safe, crossing = best_shares(problem, threads=threads, blocks=blocks)
    report(float(safe.sum()))
    rows, worths = known
    inside = _inside(rows, blocks)
    numbers, lock = np.unique(blocks).tolist(), Lock()
    waiting = iter(range(len(numbers), 0, -1))

    def work(number: int) -> None:
        people, here = np.flatnonzero(blocks == number).astype(np.int32), inside == number
        pricing = Pricing(problem, people, prices, room=300 * len(people) + 20_000)
        pricing.known.add(rows[here], worths[here])
        with lock:
            over = is_over(pricing, next(waiting))
        proof = prove(pricing, scale=scale, target=0.0, is_over=over, heats=BLOCK_HEATS, rough=BLOCK_ROUGH, rounds=100)
        with lock:
            if proof is not None and (raised := np.maximum(proof.prices[people], crossing[people])).sum() < safe[people].sum():
                safe[people] = raised  # of all or of nobody: some of each would prove nothing
                report(float(safe.sum()))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, numbers))
    return Proof(safe, float(safe.sum()))


def _inside(rows: NDArray[np.int32], blocks: NDArray[np.int32]) -> NDArray[np.int32]:
    """The block of each group, -1 where it reaches beyond one."""
    here = rows[:, : SEATS - 1]
    first = blocks[here[:, 0]]
    stays = ((blocks[np.maximum(here, 0)] == first[:, None]) | (here < 0)).all(axis=1)
    return np.where(stays, first, -1)


def prove(
    pricing: Pricing,
    *,
    scale: float,
    target: float,
    is_over: Callable[[], bool],
    report: Callable[[Proof], None] | None = None,
    heats: Sequence[float] = HEATS,
    rough: float = ROUGH,
    rounds: int = 300,
) -> Proof | None:
    """The best proof found by cooling the prices, until it meets `target`, time is over or nothing more is gained. `scale` is what a seat is worth."""
    best: Proof | None = None
    pricing.is_over, count = is_over, len(pricing.people)
    for heat in heats:
        last = heat == HEATS[-1]
        for _ in range(12):
            pricing.soften(heat * scale, rounds)
            rows, worths, is_all = pricing.broken(
                rough * scale, most=max(3, 20_000 // max(1, count)), looked_at=max(150, LOOKED_AT * 600 // max(600, count))
            )
            pricing.known.add(rows, worths)
            if is_over() or (is_all and len(worths) < 0.02 * count):
                break
        if is_over():
            break
        found = pricing.proof((EXACT * 10 if last else rough / 5) * scale)
        if found is not None and (best is None or found.bound < best.bound):
            best = found
            if report is not None:
                report(found)
        if best is not None and best.bound <= target:
            break
    pricing.is_over = bool
    return best


def best_packing(pricing: Pricing, proof: Proof, *, value: float, limit: int, room: int = 60_000) -> tuple[Groups, bool]:
    """Groups of these people worth more than `value`, if there are any, and whether the search was complete.

    Only groups that lose less than bound - value against the prices can be in a better seating; all of them are listed and packed exactly.
    """
    left = proof.bound - value
    search = Pricing(pricing.problem, pricing.people, proof.prices, room=room)
    rows, worths, is_all = search.broken(-left, most=1 << 30, looked_at=limit)
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
