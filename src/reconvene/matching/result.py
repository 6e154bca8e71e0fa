"""What the engine answers: groups, who still waits and why, and reasons as codes without prose."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """One reason. `explain.sentence` has the words for each code."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Formed:
    """A group that may stand. `value` is its quality, 0..1; the slots are those free for all members, as bit masks."""

    members: tuple[str, ...]
    host: str
    value: float
    reasons: tuple[Reason, ...]
    seat_reasons: Mapping[str, tuple[Reason, ...]]
    first_slots: int
    second_slots: int


@dataclass(frozen=True)
class Waiting:
    """A person without a seat. `detail` is the one rule whose relaxing would have given a seat: slots, level, language, site,
    fixed_rules or topic; empty when no single one would."""

    key: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class Effort:
    """What a search cost: changes tried, seconds of wall time, threads, and whether the compiled core did it. Never part of a comparison."""

    proposals: int = 0
    seconds: float = 0.0
    threads: int = 1
    is_compiled: bool = False


class Judged:
    """A seating with its value and what is proved of it."""

    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the value can be below the optimum at most, as a share of the bound; infinite without a bound above 0."""
        if self.bound <= self.value:
            return 0.0
        return (self.bound - self.value) / self.bound if 0 < self.bound < math.inf else math.inf


@dataclass(frozen=True)
class Result(Judged):
    """A seating of the whole pool. `value` is the objective: the mean worth of a seat, a person who waits counting 0 less the charge.

    No seating has a value above `bound`; that is proved. It is infinite when nothing was proved.
    """

    groups: tuple[Formed, ...]
    waiting: tuple[Waiting, ...]
    value: float
    bound: float = math.inf
    effort: Effort = field(default=Effort(), compare=False)


@dataclass(frozen=True)
class Seated(Judged):
    """A seating of a pool of which only values of pairs are known; groups and those who wait are places. `value` is the sum over all pairs."""

    groups: tuple[tuple[int, ...], ...]
    waiting: tuple[int, ...]
    value: float
    bound: float = math.inf
    effort: Effort = field(default=Effort(), compare=False)
