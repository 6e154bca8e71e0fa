"""What the engine is asked: people, how similar their challenges are, and the rules. Checked once, then never changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

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
    the similarity alone decides. `aim` is the size a proposal should have.
    """

    smallest: int = FEWEST
    largest: int = MOST
    aim: int = MOST
    level_distance: int = 1
    same_topic: bool = True
    same_site: bool = False
    need_common_slot: bool = True
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, eq=False)
class Instance:
    """A pool of candidates to be seated.

    `similarity` is a float64 array [n, n], symmetric, 0..1, with a zero diagonal; row i belongs to candidates[i].

    Raises: BadInstance.
    """

    candidates: tuple[Candidate, ...]
    similarity: NDArray[np.float64]
    rules: Rules = field(default_factory=Rules)
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _check_rules(self.rules)
        _check_candidates(self.candidates)
        matrix = np.array(self.similarity, dtype=np.float64)
        _check_similarity(matrix, len(self.candidates))
        matrix.setflags(write=False)
        object.__setattr__(self, "candidates", tuple(self.candidates))
        object.__setattr__(self, "similarity", matrix)
        object.__setattr__(self, "_places", {person.key: place for place, person in enumerate(self.candidates)})

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


def _check_rules(rules: Rules) -> None:
    if not FEWEST <= rules.smallest <= rules.aim <= rules.largest <= MOST:
        raise BadInstance(f"Sizes must satisfy {FEWEST} <= smallest <= aim <= largest <= {MOST}.")
    if rules.level_distance < 0:
        raise BadInstance("The level distance must be 0 or more.")
    weights = [getattr(rules.weights, each.name) for each in fields(rules.weights)]
    if not all(0 <= weight <= 1 for weight in weights) or abs(sum(weights) - 1) > 1e-9:
        raise BadInstance("The weights must each be between 0 and 1 and together be 1.")


def _check_candidates(candidates: Sequence[Candidate]) -> None:
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
