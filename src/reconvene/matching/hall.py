"""A seating in the arrays of the compiled core: who sits where, who is near whom, the greedy start and the annealing."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.core.layout import SEATS, ColumnsLayout, RunLayout, StateLayout, call
from reconvene.matching.problem import Problem

ALL_BY_ALL = 12_000
"""In larger pools near people are looked for in cells."""
CELL, PROBES, LLOYD = 200, 5, 3
"""People in a cell, cells looked at for each person, rounds of k-means."""

Groups = list[tuple[int, ...]]


class Columns:
    """Good groups seen, each once, with their worths."""

    def __init__(self, room: int) -> None:
        slots = 1 << (2 * room - 1).bit_length()
        self.rows = np.full((room, SEATS), -1, dtype=np.int32)
        self.worths = np.zeros(room)
        self._table = np.full(slots, -1, dtype=np.int32)
        self.layout = ColumnsLayout()
        self.layout.put({"room": room, "count": 0, "slots": slots, "rows": self.rows, "worths": self.worths, "table": self._table})

    def __len__(self) -> int:
        return int(self.layout.count)

    def add(self, rows: NDArray[np.int32], worths: NDArray[np.float64]) -> None:
        """Remember these groups, given as rows."""
        call("keep_all", self.layout, np.ascontiguousarray(rows), np.ascontiguousarray(worths), len(worths))

    def seen(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """All of them, as rows and worths."""
        return self.rows[: len(self)], self.worths[: len(self)]


class Hall:
    """A seating of a problem that can be annealed. Always valid."""

    def __init__(self, problem: Problem, *, width: int, threads: int = 1) -> None:
        self.problem, self.threads = problem, threads
        room, groups = problem.room, problem.room // problem.sizes[0] + 1
        self.home = np.full(room, -1, dtype=np.int32)
        self.members = np.full((groups, SEATS), -1, dtype=np.int32)
        self.size = np.zeros(groups, dtype=np.int32)
        self.side = np.zeros(groups, dtype=np.int32)
        self.owner = np.zeros(room, dtype=np.uint8)
        self.worth, self.pairs, self.shares = np.zeros(groups), np.zeros(groups), np.zeros(room)
        self.near = np.zeros((room, width), dtype=np.int32)
        self.near_count = np.zeros(room, dtype=np.int32)
        self.layout = StateLayout()
        arrays = {
            name: getattr(self, name) for name in ("home", "members", "size", "side", "pairs", "worth", "shares", "near", "near_count")
        }
        self.layout.put({"groups": groups, "near_width": width, **arrays})
        self.centres: NDArray[np.float32] | None = None
        self.cells: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None

    @property
    def total(self) -> float:
        """The sum of worths of the groups, as it is kept step by step."""
        return float(self.worth.sum())

    def groups(self) -> Groups:
        """The groups as places in ascending order."""
        return [tuple(sorted(self.members[at, : self.size[at]].tolist())) for at in np.flatnonzero(self.size).tolist()]

    def look_near(self) -> None:
        """Find the near people of everybody: all by all, or in cells for large pools with vectors."""
        count, vectors = self.problem.count, self.problem.arrays.get("vectors")
        probes: NDArray[np.int32] | None = None
        if vectors is not None and count > ALL_BY_ALL and self.problem.layout.values is None:
            self.centres = _centres(vectors[:count])
            probes = self._probes(vectors, PROBES)
            order = np.argsort(probes[:, 0], kind="stable").astype(np.int32)
            starts = np.searchsorted(probes[order, 0], np.arange(len(self.centres) + 1)).astype(np.int64)
            self.cells = (starts, order)
        starts_at, people = self.cells or (None, None)

        def part(span: tuple[int, int]) -> None:
            width = PROBES if probes is not None else 0
            call("near_people", self.problem.layout, self.layout, span[0], span[1], probes, width, starts_at, people)

        self._side_by_side(part, _spans(count, self.threads))

    def _probes(self, vectors: NDArray[np.float32], width: int) -> NDArray[np.int32]:
        assert self.centres is not None
        centres, count = self.centres, self.problem.count
        probes = np.zeros((count, min(width, len(centres))), dtype=np.int32)

        def part(span: tuple[int, int]) -> None:
            near_cells(vectors, span, centres, probes)

        self._side_by_side(part, _spans(count, self.threads))
        return probes

    def start(self, *, aim: int, seed: int) -> None:
        """Seat the waiting greedily: who fits best with their near people first."""
        order = np.argsort(-self.comfort(), kind="stable").astype(np.int32)
        call("start", self.problem.layout, self.layout, order, len(order), aim, seed)

    def comfort(self) -> NDArray[np.float64]:
        """How many near people each person has; in the order of places."""
        return self.near_count[: self.problem.count].astype(np.float64) * -1.0

    def blocks(self, most: int) -> NDArray[np.int32]:
        """The block of each person: cells joined by how many near people they share, up to so many people a block. One block without cells."""
        count = self.problem.count
        if self.cells is None:
            return np.zeros(count, dtype=np.int32)
        starts, order = self.cells
        cells = len(starts) - 1
        cell = np.zeros(count, dtype=np.int64)
        cell[order] = np.repeat(np.arange(cells), np.diff(starts))
        held = np.arange(self.near.shape[1])[None, :] < self.near_count[:count, None]
        pairs = (cell[:, None] * cells + cell[self.near[:count]])[held]
        links = np.bincount(pairs, minlength=cells * cells).reshape(cells, cells)
        links = np.triu(links + links.T, 1)
        block, size = list(range(cells)), np.diff(starts).tolist()
        for at in np.argsort(-links, axis=None, kind="stable").tolist():
            one, other = _root(block, at // cells), _root(block, at % cells)
            if not links[at // cells, at % cells]:
                break
            if one != other and size[one] + size[other] <= most:
                block[other], size[one] = one, size[one] + size[other]
        roots = np.array([_root(block, each) for each in range(cells)], dtype=np.int32)
        return roots[cell]

    def fair_prices(self) -> NDArray[np.float64]:
        """Prices under which each group costs what it is worth, shared as its people bring pairs into it."""
        home, count = self.home, self.problem.count
        prices = np.zeros(self.problem.room)
        seated = np.flatnonzero(home[:count] >= 0)
        group = home[seated]
        part = np.where(
            self.pairs[group] > 1e-9, self.shares[seated] / (2 * np.maximum(self.pairs[group], 1e-9)), 1 / np.maximum(1, self.size[group])
        )
        prices[seated] = np.maximum(0.0, self.worth[group] * part)
        return prices

    def take(self, groups: Iterable[Sequence[int]]) -> int:
        """Seat these groups, which must be disjoint; returns how many might not stand."""
        free = iter(np.flatnonzero(self.size == 0).tolist())
        refused = 0
        for members in groups:
            row = np.array(members, dtype=np.int32)
            refused += not call("seat", self.problem.layout, self.layout, next(free), row, len(row))
        return refused

    def clear(self) -> None:
        """Nobody sits."""
        self.home[:] = -1
        self.members[:] = -1
        for array in (self.size, self.worth, self.pairs, self.shares):
            array[:] = 0

    def anneal(self, run: "Cooling", *, columns: Sequence[Columns] = ()) -> None:
        """One stretch of annealing by every thread at once, each on its side of the seating; groups seen go to the columns, one for each thread."""
        people = self._sides(run.rng) if self.threads > 1 else [np.arange(self.problem.count, dtype=np.int32)]
        runs = [
            run.layout(side, moves=max(1, run.moves * len(mine) // self.problem.count), keep=bool(columns))
            for side, mine in enumerate(people)
        ]

        def part(side: int) -> None:
            mine = people[side]
            if len(mine):
                call(
                    "anneal",
                    self.problem.layout,
                    self.layout,
                    runs[side],
                    columns[side].layout if columns else None,
                    mine,
                    len(mine),
                    self.owner,
                )

        self._side_by_side(part, range(len(people)))
        run.tried += sum(each.tried for each in runs)
        run.accepted += sum(each.accepted for each in runs)
        run.typical = runs[0].typical

    def _sides(self, rng: np.random.Generator) -> list[NDArray[np.int32]]:
        """Cut the groups into one side for each thread, along a direction drawn anew, so that near groups are mostly on one side."""
        count, vectors = self.problem.count, self.problem.arrays.get("vectors")
        axis: NDArray[Any] = rng.random(count)
        if vectors is not None:
            axis = vectors[:count] @ rng.standard_normal(vectors.shape[1], dtype=np.float32)
        first = self.members[:, 0].copy()
        first[self.size == 0] = 0
        where = np.where(self.size > 0, axis[first], rng.permutation(np.resize(axis, len(first))))
        cuts = np.quantile(where, np.arange(1, self.threads) / self.threads)
        self.side[:] = np.searchsorted(cuts, where)
        home = self.home[:count]
        waiting = np.searchsorted(cuts, axis)
        self.owner[:count] = np.where(home >= 0, self.side[home], waiting)
        return [np.flatnonzero(self.owner[:count] == side).astype(np.int32) for side in range(self.threads)]

    def _side_by_side(self, work: Callable[[Any], None], parts: Iterable[Any]) -> None:
        if self.threads == 1:
            for each in parts:
                work(each)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(work, parts))


class Cooling:
    """How to anneal: moves and temperatures of the next stretch, and what was done so far."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.moves, self.hot, self.cold = 1, 1.0, 1.0
        self.tried = self.accepted = 0
        self.typical = 0.0

    def layout(self, side: int, *, moves: int, keep: bool) -> RunLayout:
        """The same for the core, with fresh random numbers."""
        a, b = (int(one) for one in self.rng.integers(1, 2**63, size=2))
        run = RunLayout()
        run.put({"seed_a": a, "seed_b": b, "moves": moves, "hot": self.hot, "cold": self.cold, "side": side, "keep": int(keep)})
        return run


def near_cells(rows: NDArray[np.float32], span: tuple[int, int], centres: NDArray[np.float32], out: NDArray[np.int32]) -> None:
    """Write the cells nearest to each row of the span into `out`, best first."""
    call("near_cells", rows, span[0], span[1], rows.shape[1], centres, len(centres), out.shape[1], out)


def _centres(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centres of cells by k-means on a sample: directions of length 1."""
    cells = min(2000, max(1, len(vectors) // CELL))
    rng = np.random.default_rng(0)
    sample = np.ascontiguousarray(vectors[rng.choice(len(vectors), min(len(vectors), 20 * cells), replace=False)])
    centres = sample[:cells].copy()
    nearest = np.zeros((len(sample), 1), dtype=np.int32)
    for _ in range(LLOYD):
        near_cells(sample, (0, len(sample)), centres, nearest)
        order = np.argsort(nearest[:, 0], kind="stable")
        starts = np.searchsorted(nearest[order, 0], np.arange(cells))
        filled = np.flatnonzero(np.bincount(nearest[:, 0], minlength=cells))
        centres[filled] = np.add.reduceat(sample[order], starts[filled], axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
    return centres


def _spans(count: int, parts: int) -> list[tuple[int, int]]:
    cuts = np.linspace(0, count, parts + 1).astype(int).tolist()
    return list(pairwise(cuts))


def _root(block: list[int], at: int) -> int:
    while block[at] != at:
        at = block[at]
    return at
