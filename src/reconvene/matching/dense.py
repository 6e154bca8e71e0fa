"""Groups of given bounds in which everybody sits, the maximally diverse grouping problem: annealing, then reheating of the best."""

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.core.layout import DenseLayout, call
from reconvene.matching.instance import Pairs
from reconvene.matching.progress import Watch

Members = tuple[int, ...]
STRETCH = 200_000
HOT, COLD, FROZEN = 0.25, 0.025, 1e-4
"""Temperatures as shares of a small loss by an exchange."""
REHEATED = 0.094
FIRST, AGAIN = 240_000, 60_000
"""Proposals for each person in the first annealing and after a reheat, for pools of a hundred; more in proportion to the groups."""


class Tables:
    """A seating of everybody in groups with bounds, and what each person would bring to each group."""

    def __init__(self, pairs: Pairs, seed: int) -> None:
        assert pairs.values is not None
        self.values = pairs.values
        self.count, groups = pairs.count, len(pairs.bounds)
        self.rng = np.random.default_rng(seed)
        self.low, self.high = (np.array([bound[side] for bound in pairs.bounds], dtype=np.int32) for side in (0, 1))
        self.home = np.zeros(self.count, dtype=np.int32)
        self.size, self.bring = np.zeros(groups, dtype=np.int32), np.zeros((groups, self.count))
        self.layout = DenseLayout()
        arrays = {"values": pairs.values, "low": self.low, "high": self.high, "home": self.home, "size": self.size, "bring": self.bring}
        self.layout.put({"n": self.count, "groups": groups, **arrays})

    def shuffle(self) -> None:
        """Everybody somewhere, within the bounds."""
        sizes = self.low.copy()
        open_seats = np.repeat(np.arange(len(sizes)), self.high - self.low)
        np.add.at(sizes, self.rng.permutation(open_seats)[: self.count - int(sizes.sum())], 1)
        self.take(self.rng.permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.int32))

    def take(self, home: NDArray[np.int32]) -> None:
        """Take over who sits where."""
        self.home[:] = home
        call("dense_count", self.layout)

    def anneal(self, moves: int, heat: float) -> None:
        """One stretch at this temperature."""
        a, b = (int(each) for each in self.rng.integers(1, 2**63, size=2))
        self.layout.put({"moves": moves, "hot": heat, "cold": heat, "seed_a": a, "seed_b": b})
        call("dense_anneal", self.layout)

    def scale(self) -> float:
        """What an exchange loses that is among the tenth that lose least, once no exchange gains: it is small where points lie in a space."""
        for _ in range(20):
            self.anneal(20 * self.count * len(self.low), 1e-9)
        one, other = self.rng.integers(self.count, size=(2, 5_000))
        a, b = self.home[one], self.home[other]
        gain = self.bring[b, one] - self.bring[a, one] + self.bring[a, other] - self.bring[b, other] - 2 * self.values[one, other]
        losses = -gain[a != b]
        return float(np.quantile(losses, 0.1)) if len(losses) else 1.0


def solve_bounds(pairs: Pairs, *, seed: int, watch: Watch) -> tuple[list[Members], float, float]:
    """Groups, value and bound. Every person's best partners for half of the largest group bound the value."""
    tables = Tables(pairs, seed)
    if not pairs.count:
        return [() for _ in pairs.bounds], 0.0, 0.0
    tables.shuffle()
    scale = max(tables.scale(), 1e-12)
    best, home = tables.layout.total, tables.home.copy()
    watch.report(value=best, bound=_shares(pairs))
    rounds, hot = FIRST, HOT
    while not watch.is_over and len(pairs.bounds) > 1:
        _anneal(tables, moves=rounds * pairs.count * len(pairs.bounds) // 10, hot=hot * scale, cold=COLD * scale, watch=watch)
        call("dense_count", tables.layout)
        if tables.layout.total > best:
            best, home = tables.layout.total, tables.home.copy()
            watch.report(value=best)
        else:
            tables.take(home)
        rounds, hot = AGAIN, REHEATED
    groups = [tuple(np.flatnonzero(home == group).tolist()) for group in range(len(pairs.bounds))]
    tables.take(home)
    return groups, tables.layout.total, watch.bound


def _anneal(tables: Tables, *, moves: int, hot: float, cold: float, watch: Watch) -> None:
    done, begun = 0, watch.share
    while not watch.is_over:
        share = max(done / moves, (watch.share - begun) / max(1e-9, 1 - begun))
        heat = FROZEN * hot if share > 0.96 else hot * (cold / hot) ** min(1.0, share / 0.96)
        stretch = min(STRETCH, max(1_000, moves // 50))
        tables.anneal(stretch, heat)
        watch.proposals += stretch
        done += stretch
        if done >= moves:
            break


def _shares(pairs: Pairs) -> float:
    """A bound: half of what each person could have with the best partners that fit into the largest group."""
    assert pairs.values is not None
    others = min(pairs.count, max(high for _, high in pairs.bounds)) - 1
    values = pairs.values + np.diag(np.full(pairs.count, -np.inf))
    best = -np.sort(-values, axis=1)[:, :others]
    if min(low for low, _ in pairs.bounds) - 1 < others:
        best = np.maximum(best, 0.0)
    return float(best[np.isfinite(best)].sum() / 2)
