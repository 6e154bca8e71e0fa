"""When to stop, and what is told on the way."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Stop:
    """When to stop: after this many proposals, or this many seconds of wall time. With both, whichever comes first; a proof of the optimum stops at once.

    Only `iterations` alone gives the same result every time. `is_cancelled` is asked several times a second; the best so far is returned then.
    `clock` counts the seconds; benchmarks on a shared machine take the processor's. Without `prove` no time goes into the bound beyond the cheapest one. `threads` share the work in large pools.

    Raises: ValueError when neither is given or one is below 0.
    """

    iterations: int | None = None
    seconds: float | None = None
    prove: bool = True
    threads: int = 1
    is_cancelled: Callable[[], bool] | None = None
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        if self.iterations is None and self.seconds is None:
            raise ValueError("a stop needs iterations or seconds")
        if (self.iterations or 0) < 0 or (self.seconds or 0) < 0:
            raise ValueError("a stop needs iterations and seconds of 0 or more")
        if self.threads < 1:
            raise ValueError("a stop needs one thread or more")


@dataclass(frozen=True)
class Progress:
    """How far a search is: the best value so far, the proved bound (infinite while there is none), seconds since it began."""

    value: float
    bound: float
    seconds: float


@dataclass
class Watch:
    """Counts what is spent, and says when it is over."""

    stop: Stop
    tell: Callable[[Progress], None] | None = None
    proposals: int = 0
    value: float = float("-inf")
    bound: float = float("inf")
    since: float = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.stop.clock()

    @property
    def seconds(self) -> float:
        """Since the search began."""
        return self.stop.clock() - self.since

    @property
    def share(self) -> float:
        """How much of what may be spent is spent, 0..1 and beyond."""
        by_count = self.proposals / self.stop.iterations if self.stop.iterations else float(self.stop.iterations == 0)
        by_time = self.seconds / self.stop.seconds if self.stop.seconds else float(self.stop.seconds == 0)
        return max(by_count, by_time)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody wants no more."""
        return self.stop.is_cancelled is not None and self.stop.is_cancelled()

    @property
    def is_over(self) -> bool:
        """Whether to stop now."""
        return self.share >= 1 or self.is_optimal or self.is_cancelled

    @property
    def is_optimal(self) -> bool:
        """Whether the best value is proved to be the greatest."""
        return self.bound < math.inf and self.bound - self.value <= 1e-9 * max(1.0, abs(self.bound))

    def report(self, *, value: float | None = None, bound: float | None = None) -> None:
        """Take note of a better value or bound, and tell it."""
        if value is not None and value > self.value:
            self.value = value
        if bound is not None and bound < self.bound:
            self.bound = bound
        if self.tell is not None:
            self.tell(Progress(self.value, self.bound, self.seconds))
