"""The linear audit: may one more figure be published beside everything that was published before? Pure; `releases` is its only caller.

A published count, share, mean or sum is a linear function of the people behind it. Whoever has several can add and subtract them, with any
factors, and knows then what the rest comes to. So nothing is published that would let such a sum rest on fewer than k people, or on people of
fewer than three groups. Figures are taken as if they were exact: rounding hides more, and nothing here counts on it.

To find the sum with the fewest people behind it is, in general, as hard as decoding a code. It is searched in four ways: every pair of
figures; every figure less any cells of any one table, as they stand and as they changed since they were published last; elimination over atoms
(people whom no figure tells apart), in several orders by chance, as codes are attacked (Prange 1962); and, when all is admitted, a walk from one
choice of pivots to the next (Canteaut and Chabaud 1998). Atoms that are enough people of enough groups by themselves become pivots first: a sum that
rests on too few has none of them, so it is a sum of those rows alone that have none, and only these are looked at. `benchmarks/attacker.py` tries
other ways.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from reconvene.privacy.disclosure import FEWEST_GROUPS
from reconvene.privacy.elimination import Atoms, Elimination

ORDERS, FEWEST_ORDERS, CELLS_AT_WORK = 8, 3, 2_000_000
"""Of eliminations: the most, the fewest, and how many numbers all of them may hold."""
SEED = 2027


@dataclass(frozen=True)
class Line:
    """One published figure: the ledger numbers of everybody behind it. Lines of one `table` and day divide people: nobody is in two.

    The same `table` and `cell` on a later day is the same figure anew.
    """

    table: str
    on: str
    cell: str
    people: frozenset[int]


class Ledger:
    """What was published of one kind of number, and what may be published beside it.

    `earlier` is what was, in its order. `possible` is all that may be asked now; a line asked is one of these, or made of some of them (a rest that
    is merged). `groups` holds a group by person; who has none there counts as a group of their own. Whatever was published stands: what it tells
    already does not speak against a new figure, what the two tell together does.
    """

    def __init__(
        self,
        earlier: Sequence[Line],
        possible: Sequence[Line],
        *,
        groups: Mapping[int, int],
        k: int,
        fewest_groups: int = FEWEST_GROUPS,
    ) -> None:
        self._atoms = Atoms.of([line.people for line in (*earlier, *possible)], groups, k=k, fewest_groups=fewest_groups)
        self._weights = self._atoms.people.astype(np.float32)
        self._lines = np.zeros((2 * len(self._atoms.rows), len(self._weights)), dtype=np.float32)
        self._sizes = np.zeros(len(self._lines), dtype=np.float32)
        self._changes = np.zeros((2 * len(possible), len(self._weights)), dtype=np.float32)
        self._moved: list[Line] = []
        self._tables: dict[tuple[str, str], list[int]] = {}
        self._latest: dict[tuple[str, str], NDArray[np.bool_]] = {}
        self._count = 0
        changes = [self._note(line, row) for line, row in zip(earlier, self._atoms.rows, strict=False)]
        self._eliminations = self._begun(np.array(changes, dtype=np.float32).reshape(len(changes), len(self._weights)), possible)

    def copy(self) -> Self:
        """Another ledger that knows the same, to try on it what to publish."""
        other = copy(self)
        other._lines, other._sizes, other._changes = self._lines.copy(), self._sizes.copy(), self._changes.copy()
        other._moved, other._latest = list(self._moved), dict(self._latest)
        other._tables = {key: list(cells) for key, cells in self._tables.items()}
        other._eliminations = [one.copy() for one in self._eliminations]
        return other

    def admit(self, line: Line) -> bool:
        """Whether this line may be published too; if so it counts as published from now on."""
        row = self._atoms.row_of(line.people)
        change = self._change(line, row)
        if not self._atoms.is_safe(row) or not self._stands_beside_all(line, row) or not self._moves_with_all(line, change):
            return False
        if not all(one.tells_nothing_small(change) for one in self._eliminations):
            return False
        self._note(line, row)
        for one in self._eliminations:
            one.enter(change, part=len(self._moved))
        self._changes[len(self._moved)] = change
        self._moved.append(line)
        return True

    def found_out(self) -> list[Line]:
        """Lines that should be taken out: of each sum that rests on too few, when a longer search finds some, the line with a part in it that was admitted last."""
        if not self._moved:
            return []
        return [self._moved[part] for part in self._eliminations[0].walked(np.random.default_rng(SEED))]

    def _begun(self, changes: NDArray[np.float32], possible: Sequence[Line]) -> "list[Elimination]":
        """Eliminations of what was published earlier. Of its changes only those that hang together with what may be asked: the others share no
        atom with it, directly or through others, so no sum of both rests on fewer people than either.
        """
        touched = np.zeros(len(self._weights), dtype=np.bool_)
        for line, row in zip(possible, self._atoms.rows[len(changes) :], strict=True):
            touched |= self._change(line, row) != 0
            if line.cell and (rest := self._latest.get((line.table, ""))) is not None:
                touched |= rest
        near = np.zeros(len(changes), dtype=np.bool_)
        while len(changes):
            more = (changes[:, touched] != 0).any(axis=1) & ~near
            if not more.any():
                break
            near |= more
            touched |= (changes[more] != 0).any(axis=0)
        columns, rows = np.flatnonzero(touched), int(near.sum()) + 2 * len(possible)
        rng = np.random.default_rng(SEED)
        orders = max(FEWEST_ORDERS, min(ORDERS, CELLS_AT_WORK // max(1, rows * len(columns))))
        begun = [Elimination(self._atoms, columns, rows, 2 * len(possible), rng) for _ in range(orders)]
        for one in begun:
            for change in changes[near]:
                one.enter(change)
        return begun

    def _change(self, line: Line, row: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The line less the same figure as it was published before: the two tell as much as the change and the earlier one."""
        before = self._latest.get((line.table, line.cell))
        return row.astype(np.float32) - (0 if before is None else before)

    def _note(self, line: Line, row: NDArray[np.bool_]) -> NDArray[np.float32]:
        change = self._change(line, row)
        self._lines[self._count], self._sizes[self._count] = row, row @ self._weights
        self._tables.setdefault((line.table, line.on), []).append(self._count)
        self._latest[line.table, line.cell] = row
        self._count += 1
        return change

    def _stands_beside_all(self, line: Line, row: NDArray[np.bool_]) -> bool:
        """The line less any other, and less any cells of any table; and every other line less any cells of the line's own table."""
        known, sizes = self._lines[: self._count], self._sizes[: self._count]
        shared = known @ (row * self._weights)
        size = float(row @ self._weights)
        most = max(self._atoms.k, self._atoms.crowd)
        suspects = [(known[at] != 0) ^ row for at in np.flatnonzero(sizes + size - 2 * shared <= most)]
        for cells in self._tables.values():
            mostly = [at for at in cells if 2 * shared[at] > sizes[at]]
            if size + sum(float(sizes[at] - 2 * shared[at]) for at in mostly) <= most:
                suspects.append(row.astype(np.float32) - known[mostly].sum(axis=0) != 0)
        own = self._tables.get((line.table, line.on), [])
        if own:
            mine = np.vstack([known[own], row.astype(np.float32)])
            wide = mine @ self._weights
            inside = known @ (mine * self._weights).T
            left = sizes + np.minimum(0, wide - 2 * inside).sum(axis=1)
            left[own] = np.inf
            suspects += [known[at] - mine[2 * inside[at] > wide].sum(axis=0) != 0 for at in np.flatnonzero(left <= most)]
        return bool(self._atoms.are_safe(np.array(suspects)).all()) if suspects else True

    def _moves_with_all(self, line: Line, change: NDArray[np.float32]) -> bool:
        """The same for what changed since the last time: the line's change less those of cells of a table, and those of others less those of the
        line's own table. So that nobody learns of the few who came to the cells that are not shown.
        """
        moved = np.vstack([self._changes[: len(self._moved)], change])
        lines = [*self._moved, line]
        tables: dict[str, list[int]] = {}
        for at, one in enumerate(lines):
            tables.setdefault(one.table, []).append(at)
        there = (moved != 0).astype(np.float32) * self._weights
        width = there.sum(axis=1)
        both = there @ (moved != 0).astype(np.float32).T
        came, left = (moved > 0).astype(np.float32), (moved < 0).astype(np.float32)
        alike = (came * self._weights) @ came.T + (left * self._weights) @ left.T
        nearer = width[None, :] < both + alike
        last = len(lines) - 1
        suspects = []
        for cells in tables.values():
            whole = range(len(lines)) if last in cells else (last,)
            for at in whole:
                taken = [cell for cell in cells if nearer[at, cell] and cell != at]
                if at not in cells and taken:
                    suspects.append(moved[at] - moved[taken].sum(axis=0) != 0)
        return bool(self._atoms.are_safe(np.array(suspects)).all()) if suspects else True
