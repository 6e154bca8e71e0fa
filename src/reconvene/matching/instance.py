"""What the engine is asked: people, how similar their challenges are, and the rules. Checked once, then never changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST, MOST = 3, 6
"""The product's own limits of a group's size; a programme may narrow them."""


class BadInstance(ValueError):  # a word of the engine, not "Error"
    """The engine was asked something that makes no sense. The message is one plain sentence."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One person who waits for a group, with one challenge.

    `level` is the position in the organisation's ordered bands. `superiors` is the reporting line upwards, nearest first;
    its keys may be people outside the pool. `close_to`, `met` and `apart` hold keys and count in both directions; `apart`
    is a private wish and never leaves the engine. In `first_slots` and `second_slots`, bit i says that the i-th slot of
    that window is free. `waiting_days` is 0 or more.
    """

    key: str
    topic: str
    level: int
    function: str = ""
    site: str = ""
    languages: frozenset[str] = frozenset()
    has_experience: bool = False
    close_to: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()
    waiting_days: float = 0.0
    apart: frozenset[str] = frozenset()
    superiors: tuple[str, ...] = ()
    first_slots: int = 0
    second_slots: int = 0


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each wish counts. Each 0..1, together 1."""

    similarity: float = 0.45
    responsibility: float = 0.15
    functions: float = 0.15
    experience: float = 0.10
    weak_ties: float = 0.10
    waiting: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What must hold in every group, and the weights of what should.

    `level_distance` is the largest difference of levels in a group. `same_topic` keeps a group to one topic; without it
    the similarity alone decides. `aim` is the size a proposal should have. `together` holds sets of keys that get one table or none.
    `partner_slots[i]` are the slots of the second window that may follow slot i of the first, as a bit mask; without it any may.

    A group of quality below `floor` (0..1) loses `floor_weight` for each of its seats and each unit that it lacks, so that nobody is sacrificed
    for the sum. Somebody who waits costs `charge` for every four weeks of waiting so far, a year at most.
    """

    smallest: int = FEWEST
    largest: int = MOST
    aim: int = MOST
    level_distance: int = 1
    same_topic: bool = True
    same_site: bool = False
    need_common_slot: bool = True
    weights: Weights = field(default_factory=Weights)
    together: tuple[frozenset[str], ...] = ()
    partner_slots: tuple[int, ...] = ()
    floor: float = 0.0
    floor_weight: float = 1.0
    charge: float = 0.0


@dataclass(frozen=True, eq=False)
class Instance:
    """A pool of candidates to be seated.

    `similarity` is a float64 array [n, n], symmetric, 0..1, with a zero diagonal; row i belongs to candidates[i]. A large pool has
    none, but `vectors`, float32 [n, d] of length 1 or 0: then the similarity of two people is their dot product, 0 where that is negative.

    Raises: BadInstance.
    """

    candidates: tuple[Candidate, ...]
    similarity: NDArray[np.float64] | None
    rules: Rules = field(default_factory=Rules)
    vectors: NDArray[np.float32] | None = None
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_rules(self.rules)
        check_candidates(self.candidates)
        _check_together(self.rules, {person.key for person in self.candidates})
        if (self.similarity is None) == (self.vectors is None):
            raise BadInstance("A pool has either a similarity or vectors.")
        if self.similarity is not None:
            matrix = np.array(self.similarity, dtype=np.float64)
            _check_similarity(matrix, len(self.candidates))
            object.__setattr__(self, "similarity", _fixed(matrix))
        else:
            object.__setattr__(self, "vectors", _fixed(_checked_vectors(self.vectors, len(self.candidates))))
        object.__setattr__(self, "candidates", tuple(self.candidates))
        object.__setattr__(self, "_places", {person.key: place for place, person in enumerate(self.candidates)})

    def alike(self, place: int, other: int) -> float:
        """How similar the challenges of two people are, 0..1."""
        if self.similarity is not None:
            return float(self.similarity[place, other])
        assert self.vectors is not None
        return max(0.0, float(self.vectors[place] @ self.vectors[other])) if place != other else 0.0

    def places(self, keys: Sequence[str]) -> tuple[int, ...]:
        """Positions of these people in `candidates`, in the order given.

        Raises: BadInstance for a key that is not in the pool, or is named twice.
        """
        if len(set(keys)) != len(keys):
            raise BadInstance("A person is named twice in one group.")
        unknown = [key for key in keys if key not in self._places]
        if unknown:
            raise BadInstance(f"{unknown[0]!r} is not in the pool.")
        return tuple(self._places[key] for key in keys)


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """A pool of which only values of pairs are known: the sum over all pairs that sit together is the value of a seating.

    `values` is float64 [n, n], symmetric; its diagonal has no meaning. A large pool has `vectors` (float32 [n, d]) and `levels` (float32 [n])
    instead, and the value of a pair is similarity * max(0, dot) + nearness * max(0, 1 - |difference of levels|).

    Sizes: everybody sits in groups of `smallest` to `largest` people, or waits at no cost. With `bounds`, one (smallest, largest) for each group,
    there are exactly these groups, of any size, and nobody waits: the maximally diverse grouping problem.

    `apart` holds pairs of places, int [m, 2], that may not sit together; `drawn_apart` is a share of all pairs that a hash of the pair and
    `drawn_seed` forbids, for benchmarks. `first` and `second` are uint64 [n, words], bit masks of free slots; a group needs one of each.

    Raises: BadInstance.
    """

    values: NDArray[np.float64] | None = None
    vectors: NDArray[np.float32] | None = None
    levels: NDArray[np.float32] | None = None
    similarity: float = 1.0
    nearness: float = 0.0
    smallest: int = FEWEST
    largest: int = MOST
    bounds: tuple[tuple[int, int], ...] = ()
    apart: NDArray[np.int64] | None = None
    drawn_apart: float = 0.0
    drawn_seed: int = 0
    first: NDArray[np.uint64] | None = None
    second: NDArray[np.uint64] | None = None

    def __post_init__(self) -> None:
        if (self.values is None) == (self.vectors is None):
            raise BadInstance("A pool has either values of pairs or vectors.")
        if not FEWEST <= self.smallest <= self.largest <= MOST:
            raise BadInstance(f"Sizes must satisfy {FEWEST} <= smallest <= largest <= {MOST}.")
        if self.values is not None:
            object.__setattr__(self, "values", _fixed(_checked_values(self.values)))
        else:
            object.__setattr__(self, "vectors", _fixed(_checked_vectors(self.vectors, None)))
        if not 0 <= self.drawn_apart < 1:
            raise BadInstance("The share of pairs kept apart must be at least 0 and below 1.")
        self._check_rows()
        if self.bounds and not (
            all(0 <= low <= high for low, high in self.bounds)
            and sum(low for low, _ in self.bounds) <= self.count <= sum(high for _, high in self.bounds)
        ):
            raise BadInstance("The bounds of the groups do not admit everybody.")
        if self.bounds and (self.values is None or self.apart is not None or self.drawn_apart or self.first is not None):
            raise BadInstance("Groups with bounds of their own take values of pairs, and no other rule.")

    @property
    def count(self) -> int:
        """How many people there are."""
        known = self.values if self.values is not None else self.vectors
        assert known is not None
        return len(known)

    def _check_rows(self) -> None:
        if (self.first is None) != (self.second is None):
            raise BadInstance("Slots are given for both windows or for none.")
        for name, kind in (("levels", np.float32), ("first", np.uint64), ("second", np.uint64)):
            given = getattr(self, name)
            if given is None:
                continue
            if len(given) != self.count or not np.isfinite(np.asarray(given, dtype=np.float64)).all():
                raise BadInstance(f"The {name} must be one number or row for each person.")
            object.__setattr__(self, name, _fixed(np.array(given, dtype=kind)))
        if self.apart is not None:
            pairs = np.array(self.apart, dtype=np.int64).reshape(-1, 2)
            if pairs.size and (pairs.min() < 0 or pairs.max() >= self.count or (pairs[:, 0] == pairs[:, 1]).any()):
                raise BadInstance("A pair to be kept apart names somebody who is not in the pool, or one person twice.")
            object.__setattr__(self, "apart", _fixed(pairs))


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array.setflags(write=False)
    return array


def _checked_values(given: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.array(given, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise BadInstance(f"The values must have as many rows as columns, not the shape {values.shape}.")
    np.fill_diagonal(values, 0.0)
    if not np.isfinite(values).all():
        raise BadInstance("The values hold something that is not a number.")
    if not np.allclose(values, values.T, rtol=0, atol=1e-9):
        raise BadInstance("The values must be symmetric.")
    return values


def _checked_vectors(given: NDArray[np.float32] | None, count: int | None) -> NDArray[np.float32]:
    vectors = np.array(given, dtype=np.float32)
    if vectors.ndim != 2 or (count is not None and len(vectors) != count):
        raise BadInstance(f"There must be one vector for each person, not the shape {vectors.shape}.")
    lengths = np.linalg.norm(vectors, axis=1) if vectors.size else np.zeros(len(vectors))
    if not np.isfinite(lengths).all():
        raise BadInstance("The vectors hold a value that is not a number.")
    if (lengths > 1 + 1e-5).any():
        raise BadInstance("A vector must not be longer than 1.")
    return vectors


def _check_together(rules: Rules, keys: set[str]) -> None:
    named: set[str] = set()
    for group in rules.together:
        if not 2 <= len(group) <= rules.largest or not group <= keys or named & group:
            raise BadInstance("People who must sit together must be in the pool, no more than fit at a table, and each in one set.")
        named |= group


def _check_rules(rules: Rules) -> None:
    if not FEWEST <= rules.smallest <= rules.aim <= rules.largest <= MOST:
        raise BadInstance(f"Sizes must satisfy {FEWEST} <= smallest <= aim <= largest <= {MOST}.")
    if rules.level_distance < 0:
        raise BadInstance("The level distance must be 0 or more.")
    if not 0 <= rules.floor <= 1 or not 0 <= rules.floor_weight < float("inf") or not 0 <= rules.charge < float("inf"):
        raise BadInstance("The floor must be between 0 and 1, its weight and the charge 0 or more.")
    if any(mask < 0 for mask in rules.partner_slots):
        raise BadInstance("The partner slots must be bit masks of 0 or more.")
    weights = [getattr(rules.weights, each.name) for each in fields(rules.weights)]
    if not all(0 <= weight <= 1 for weight in weights) or abs(sum(weights) - 1) > 1e-9:
        raise BadInstance("The weights must each be between 0 and 1 and together be 1.")


def check_candidates(candidates: Sequence[Candidate]) -> None:
    """Raises BadInstance, with a sentence, for people that make no sense."""
    if len({person.key for person in candidates}) != len(candidates):
        raise BadInstance("Two candidates have the same key.")
    for person in candidates:
        if not 0 <= person.waiting_days < float("inf"):
            raise BadInstance(f"The waiting days of {person.key!r} must be 0 or more.")
        if person.first_slots < 0 or person.second_slots < 0:
            raise BadInstance(f"The slots of {person.key!r} must be bit masks of 0 or more.")
        if person.key in person.superiors:
            raise BadInstance(f"{person.key!r} stands in their own reporting line.")


def _check_similarity(matrix: NDArray[np.float64], count: int) -> None:
    if matrix.shape != (count, count):
        raise BadInstance(f"The similarity must have {count} rows and {count} columns, not the shape {matrix.shape}.")
    if not np.isfinite(matrix).all():
        raise BadInstance("The similarity holds a value that is not a number.")
    if ((matrix < 0) | (matrix > 1)).any():
        raise BadInstance("Every similarity must be between 0 and 1.")
    if matrix.diagonal().any():
        raise BadInstance("The diagonal of the similarity must be zero.")
    if not np.allclose(matrix, matrix.T, rtol=0, atol=1e-12):
        raise BadInstance("The similarity must be symmetric.")
