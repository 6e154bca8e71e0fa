"""Sums of figures that rest on too few people, looked for by elimination over atoms, people whom no figure tells apart. Pure; used by privacy.ledger."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

PRIME = 2_039
"""Elimination is exact modulo this: a product of two residues and one more fit into a float of 32 bits, a million of them into one of 64."""
MIXING = (0.5, 2.0)
"""People by which chance may move an atom ahead of a larger one in the order of pivots: a sum that rests on few has few on large atoms."""
MISSED, MOST_STEPS = 0.001, 6_000
"""How often the walk from one choice of pivots to the next may pass over a sum that rests on k - 1 people, and the most steps that it makes for it."""

Numbers = NDArray[np.float64]
Float = TypeVar("Float", np.float32, np.float64)


@dataclass(frozen=True)
class Atoms:
    """Sets of people as rows of 0 and 1 over atoms; of each atom one person, how many they are, and their groups: `groups` from `starts[at]` on."""

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
    def of(cls, sets: Sequence[AbstractSet[int]], groups: Mapping[int, int], *, k: int, fewest_groups: int) -> "Atoms":
        """The atoms of these sets of people. `groups` holds a group by person; who has none there counts as a group of their own."""
        everybody = np.array(sorted(set().union(*sets)), dtype=np.int64)
        table = np.zeros((len(sets), len(everybody)), dtype=np.bool_)
        for at, people in enumerate(sets):
            table[at, np.searchsorted(everybody, np.fromiter(sorted(people), np.int64, len(people)))] = True
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

    def only(self, columns: NDArray[np.int64]) -> "Atoms":
        """Some of the atoms."""
        members = [set(self.groups[self.starts[at] : self.starts[at + 1]].tolist()) for at in columns]
        return Atoms(self.rows[:0], self.first[columns], self.people[columns], *_in_a_row(members), self.k, self.fewest_groups, self.crowd)

    def row_of(self, people: AbstractSet[int]) -> NDArray[np.bool_]:
        """A set of people that was made of these sets, as 0 and 1 over atoms."""
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


class Elimination:
    """Changes in reduced form for one order of the atoms that matter, modulo a prime: each row has a pivot atom that no other row has.

    Behind the atoms each row says with which factor each line that was admitted now is part of it.
    """

    def __init__(self, atoms: Atoms, columns: NDArray[np.int64], most: int, parts: int, rng: np.random.Generator) -> None:
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
