"""What the engine answers: groups, who still waits and why, and reasons as codes without prose."""

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
class Result:
    """A seating of the whole pool. `value` is the objective, 0..1: the mean worth of a seat, a person who waits counting 0."""

    groups: tuple[Formed, ...]
    waiting: tuple[Waiting, ...]
    value: float
