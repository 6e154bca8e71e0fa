"""What a case may come to when no figure is certain: a band from 10,000 draws, and what matters most. Pure.

Each figure is drawn from a triangle over its low, likely and high (decision 0029 says why a triangle). Each has a stream of chance of its own, made of
the seed and its key, so that neither the order of the figures nor another figure changes its draws, and whoever has the seed gets the same band.
Figures are drawn independently of each other; where they hang together in real life, the true band is wider.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reconvene.rollout.formulas import Range, likely, outcome, quantiles

DRAWS = 10_000
LARGEST_SEED = 999_999
SHARES = (0.1, 0.5, 0.9)
OUTCOMES = ("breakeven", "head", "total", "full_scale", "benefit", "net", "bcr", "roi")
"""What is followed through all draws; attributes of Outcome."""
SWINGS_SHOWN = 8


@dataclass(frozen=True)
class Band:
    """One draw in ten lies below `low`, half below `middle`, nine in ten below `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Simulation:
    """Bands by the names of OUTCOMES, and the share of draws (0..1) in which the benefit is the cost or more."""

    bands: Mapping[str, Band]
    pays: float
    seed: int
    draws: int


@dataclass(frozen=True)
class Swing:
    """What the net benefit of the first year is with one figure at its low and at its high, all others as likely."""

    key: str
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How much hangs on the figure."""
        return abs(self.at_high - self.at_low)


def simulate(ranges: Mapping[str, Range], *, seed: int, draws: int = DRAWS) -> Simulation:
    """Draw every figure so many times and work each draw out. The same ranges and seed give the same result; it is kept for the next who asks."""
    return _simulated(tuple(sorted(ranges.items())), seed, draws)


def tornado(ranges: Mapping[str, Range]) -> tuple[Swing, ...]:
    """The figures on which the net benefit hangs, the one that moves it most first. Figures that are exact or move nothing are left out."""
    usual = likely(ranges)
    swings = (
        Swing(key, *(float(outcome({**usual, key: value}).net) for value in (one.low, one.high)))
        for key, one in ranges.items()
        if not one.is_exact
    )
    return tuple(sorted((one for one in swings if one.width > 0), key=lambda one: (-one.width, one.key)))


def drawn(one: Range, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of a triangle at these chances (0..1): its inverse distribution, so that a higher chance or a higher range never gives less."""
    if one.is_exact:
        return np.full_like(chance, one.likely)
    low, mode, high = one.low, one.likely, one.high
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(chance * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - chance) * (high - low) * (high - mode))
    return np.where(chance < turn, rising, falling)


@lru_cache(maxsize=64)
def _simulated(ranges: tuple[tuple[str, Range], ...], seed: int, draws: int) -> Simulation:
    figures = {key: drawn(one, _chance(seed, key, draws)) for key, one in ranges}
    found = outcome(figures)
    bands = {name: Band(*quantiles(np.broadcast_to(getattr(found, name), draws), SHARES)) for name in OUTCOMES}
    return Simulation(bands, float(np.mean(found.net >= 0)), seed, draws)


def _chance(seed: int, key: str, draws: int) -> NDArray[np.float64]:
    return np.random.default_rng([seed, zlib.crc32(key.encode())]).random(draws)
