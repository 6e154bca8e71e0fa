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

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from reconvene.privacy.disclosure import FEWEST_GROUPS

PRIME = 2_039
"""Elimination is exact modulo this: a product of two residues and one more fit into a float of 32 bits, a million of them into one of 64."""
ORDERS, FEWEST_ORDERS, CELLS_AT_WORK = 8, 3, 2_000_000
"""Of eliminations: the most, the fewest, and how many numbers all of them may hold."""
MIXING = (0.5, 2.0)
"""People by which chance may move an atom ahead of a larger one in the order of pivots: a sum that rests on few has few on large atoms."""
MISSED, MOST_STEPS = 0.001, 6_000
"""How often the walk from one choice of pivots to the next may pass over a sum that rests on k - 1 people, and the most steps that it makes for it."""
SEED = 2027

Numbers = NDArray[np.float64]
Float = TypeVar("Float", np.float32, np.float64)


@dataclass(frozen=True)
class Line:
    """One published figure: the ledger numbers of everybody behind it. Lines of one `table` and day divide people: nobody is in two.

    The same `table` and `cell` on a later day is the same figure anew.
    """

    table: str
    on: str
    cell: str
    people: frozenset[int]


@dataclass(frozen=True)
class _Atoms:
    """Lines as rows of 0 and 1 over atoms; of each atom one person, how many they are, and their groups: `groups` from `starts[at]` on."""

    rows: NDArray[np.bool_]
    first: NDArray[np.int64]
    people: Numbers
    starts: NDArray[np.int64]
    groups: NDArray[np.int64]
    k: int
    fewest_groups: int
    crowd: int
    """More people than this are never of fewer groups than must be."""

    @classmethod
    def of(cls, lines: Sequence[Line], groups: Mapping[int, int], *, k: int, fewest_groups: int) -> "_Atoms":
        everybody = np.array(sorted(set().union(*(line.people for line in lines))), dtype=np.int64)
        table = np.zeros((len(lines), len(everybody)), dtype=np.bool_)
        for at, line in enumerate(lines):
            table[at, np.searchsorted(everybody, np.fromiter(sorted(line.people), np.int64, len(line.people)))] = True
        packed = np.ascontiguousarray(np.packbits(table, axis=0).T)
        keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel() if len(everybody) else packed.ravel()
        _, first, atom = np.unique(keys, return_index=True, return_inverse=True)
        members: list[set[int]] = [set() for _ in first]
        sizes: Counter[int] = Counter()
        for person, at in zip(everybody.tolist(), atom.tolist(), strict=True):
            group = groups.get(person, -1 - person)
            members[at].add(group)
            sizes[group] += 1
        return cls(
            table[:, first],
            everybody[first],
            np.bincount(atom, minlength=len(first)).astype(float),
            *_in_a_row(members),
            k,
            fewest_groups,
            sum(size for _, size in sizes.most_common(fewest_groups - 1)),
        )

    def only(self, columns: NDArray[np.int64]) -> "_Atoms":
        """Some of the atoms."""
        members = [set(self.groups[self.starts[at] : self.starts[at + 1]].tolist()) for at in columns]
        return _Atoms(self.rows[:0], self.first[columns], self.people[columns], *_in_a_row(members), self.k, self.fewest_groups, self.crowd)

    def row_of(self, people: frozenset[int]) -> NDArray[np.bool_]:
        """A set of people that was made of lines, as 0 and 1 over atoms."""
        return np.fromiter((one in people for one in self.first.tolist()), np.bool_, len(self.first))

    def is_safe(self, support: NDArray[np.bool_]) -> bool:
        """Whether a set of atoms is nobody, or enough people from enough groups."""
        return bool(self.are_safe(support[None, :])[0])

    def are_safe(self, supports: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The same for one set a row."""
        people = supports @ self.people
        safe = (people == 0) | (people >= self.k)
        looked_at = np.flatnonzero(safe & (people > 0) & (people <= self.crowd))
        if len(looked_at):
            safe[looked_at] = self._groups_behind(supports[looked_at]) >= self.fewest_groups
        return safe

    def _groups_behind(self, supports: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many groups stand behind each row."""
        rows, atoms = supports.nonzero()
        many = self.starts[atoms + 1] - self.starts[atoms]
        ends = many.cumsum()
        within = np.arange(ends[-1]) - np.repeat(ends - many, many)
        found = np.zeros((len(supports), int(self.groups.max()) + 1), dtype=np.bool_)
        found[np.repeat(rows, many), self.groups[np.repeat(self.starts[atoms], many) + within]] = True
        return found.sum(axis=1)


def _in_a_row(members: Sequence[set[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each set starts, and all sets one after the other, their groups numbered from 0."""
    starts = np.zeros(len(members) + 1, dtype=np.int64)
    starts[1:] = np.cumsum([len(one) for one in members])
    every = np.array([group for one in members for group in sorted(one)], dtype=np.int64)
    return starts, np.unique(every, return_inverse=True)[1].reshape(-1)


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
        self._atoms = _Atoms.of([*earlier, *possible], groups, k=k, fewest_groups=fewest_groups)
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

    def _begun(self, changes: NDArray[np.float32], possible: Sequence[Line]) -> "list[_Elimination]":
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
        begun = [_Elimination(self._atoms, columns, rows, 2 * len(possible), rng) for _ in range(orders)]
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


class _Elimination:
    """Changes in reduced form for one order of the atoms that matter, modulo a prime: each row has a pivot atom that no other row has.

    Behind the atoms each row says with which factor each line that was admitted now is part of it.
    """

    def __init__(self, atoms: _Atoms, columns: NDArray[np.int64], most: int, parts: int, rng: np.random.Generator) -> None:
        self.atoms = atoms.only(columns)
        self.columns = columns
        self.rows = np.zeros((min(most, len(columns)), len(columns) + parts))
        self.pivots = np.zeros(len(self.rows), dtype=np.int64)
        self.count = 0
        self.is_large = self.atoms.are_safe(np.eye(len(columns), dtype=np.bool_))
        order = rng.random(len(columns)) * rng.choice(MIXING) - np.minimum(self.atoms.people, atoms.k)
        self.rank = np.lexsort((order, ~self.is_large)).argsort()

    def copy(self) -> Self:
        """Another one with the same rows."""
        other = copy(self)
        other.rows, other.pivots = self.rows.copy(), self.pivots.copy()
        return other

    def enter(self, change: NDArray[np.float32], *, part: int | None = None) -> None:
        """Take a change as published; `part` is the number of its line, if it was admitted now."""
        made = self._reduced(change, part)
        if made is None:
            return
        self.rows[made.touched[:, None], made.columns] = made.changed
        self.rows[self.count, made.columns] = made.fresh
        self.pivots[self.count] = made.pivot
        self.count += 1

    def tells_nothing_small(self, change: NDArray[np.float32]) -> bool:
        """Whether every row that this would add or change rests on nobody or on enough people; a row that was small before may stay."""
        if np.count_nonzero(change) > np.count_nonzero(change[self.columns]):
            return False  # it hangs together with what was left out
        made = self._reduced(change)
        if made is None or self.is_large[made.pivot]:
            return True
        looked_at = ~self.is_large[self.pivots[made.touched]]
        before = self.rows[made.touched[looked_at]]
        after = np.vstack([before, np.zeros(self.rows.shape[1])])
        after[:-1, made.columns], after[-1, made.columns] = made.changed[looked_at], made.fresh
        unsafe = ~self._are_safe(after)
        return not unsafe.any() or not (unsafe[-1] or self._are_safe(before[unsafe[:-1]]).any())

    def walked(self, rng: np.random.Generator) -> list[int]:
        """Exchanges one pivot after the other and looks for rows that rest on too few and have a part of what was admitted now. The last such line of each
        is taken out of all rows, and the walk goes on without it; returns them.
        """
        width = len(self.columns)
        rows = self.rows[: self.count][~self.is_large[self.pivots[: self.count]]].astype(np.float32)
        people = np.concatenate([self.atoms.people, np.zeros(rows.shape[1] - width)]).astype(np.float32)
        behind = (rows != 0) @ people
        suspicious = max(self.atoms.k - 1, self.atoms.crowd)
        touched = np.arange(len(rows))
        out: list[int] = []
        for _ in range(1 + _steps(len(rows), int((~self.is_large).sum()), self.atoms.k - 1)):
            few = touched[behind[touched] <= suspicious]
            for small in few[~self._are_safe(rows[few])] if len(few) else ():
                parts = rows[small, width:].nonzero()[0]
                if len(parts):
                    out.append(int(parts[-1]))
                    rows = _without(rows, width + out[-1], small)
                    behind = (rows != 0) @ people
                    break
            if len(rows) < 2:
                break
            at = int(rng.integers(len(rows)))
            columns = rows[at].nonzero()[0]
            pivot = int(columns[rng.integers(np.searchsorted(columns, width))])
            touched = rows[:, pivot].nonzero()[0]
            touched = touched[touched != at]
            fresh = _modulo(rows[at, columns] * _inverse(rows[at, pivot]))
            where = touched[:, None], columns
            before = rows[where]
            after = _modulo(before - rows[touched, pivot][:, None] * fresh)
            rows[where], rows[at, columns] = after, fresh
            behind[touched] += ((after != 0).astype(np.float32) - (before != 0)) @ people[columns]
        return out

    def _are_safe(self, rows: Numbers) -> NDArray[np.bool_]:
        return self.atoms.are_safe(rows[:, : len(self.columns)] != 0)

    def _reduced(self, change: NDArray[np.float32], part: int | None = None) -> "_Step | None":
        """What taking a change would do; None when it follows from the others."""
        row = np.zeros(self.rows.shape[1])
        row[: len(self.columns)] = change[self.columns]
        if part is not None:
            row[len(self.columns) + part] = 1
        factors = row[self.pivots[: self.count]]
        used = factors.nonzero()[0]
        left = row - factors[used] @ self.rows[used]
        columns = left.nonzero()[0]
        left = _modulo(left[columns])
        kept = left != 0
        columns, left = columns[kept], left[kept]
        atoms = columns[: np.searchsorted(columns, len(self.columns))]
        if not len(atoms):
            return None
        at = int(self.rank[atoms].argmin())
        fresh = _modulo(left * _inverse(left[at]))
        pivot = int(columns[at])
        touched = self.rows[: self.count, pivot].nonzero()[0]
        changed = _modulo(self.rows[touched[:, None], columns] - self.rows[touched, pivot][:, None] * fresh)
        return _Step(pivot, columns, fresh, touched, changed)


@dataclass(frozen=True)
class _Step:
    """A step of elimination: the new row's pivot and numbers, and what becomes of the rows that it touches; all on `columns`, zero elsewhere."""

    pivot: int
    columns: NDArray[np.int64]
    fresh: Numbers
    touched: NDArray[np.int64]
    changed: Numbers


def _modulo(numbers: NDArray[Float]) -> NDArray[Float]:
    """The residues of whole numbers; exact while they fit into their type, and several times as fast as %."""
    return numbers - PRIME * np.floor(numbers / PRIME)


def _inverse(number: np.floating) -> int:
    """By what to multiply to get one."""
    return pow(int(number), -1, PRIME)


def _without(rows: NDArray[Float], column: int, at: int) -> NDArray[Float]:
    """All that rows come to which have nothing in a column, where row `at` has something: one row less."""
    others = np.delete(rows, at, axis=0)
    return _modulo(others - _modulo(others[:, column] * _inverse(rows[at, column]))[:, None] * rows[at])


def _steps(rows: int, atoms: int, people: int) -> int:
    """How many exchanges of a pivot find a sum that rests on so many people of one atom each, but for MISSED of all times.

    A choice of pivots shows it when it holds exactly one of its atoms; it holds one at least. After as many exchanges as there are rows, the choice
    counts as a new one.
    """
    if not rows:
        return 0
    share = rows / atoms
    hit = people * share * (1 - share) ** (people - 1) / (1 - (1 - share) ** people)
    return MOST_STEPS if hit < 1e-9 else min(MOST_STEPS, rows * math.ceil(math.log(MISSED) / math.log1p(-min(hit, 1 - 1e-9))))
