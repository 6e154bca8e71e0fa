"""Made-up pools for benchmarks of the engine: clusters of challenges like those of a company, and the public families of the grouping problem."""

import numpy as np

from reconvene.matching.instance import Pairs

SHAPES = {120: (10, 12, (8, 16)), 240: (12, 20, (15, 25)), 480: (20, 24, (18, 30))}
"""Groups, people in each when all are equal, and the range of sizes when they are not."""
FAMILIES = ("RanReal", "RanInt", "Geo")


def clustered(
    count: int,
    *,
    seed: int,
    clusters: int = 40,
    spread: float = 0.65,
    apart: float = 0.05,
    density: float | None = None,
    dimensions: int = 32,
) -> Pairs:
    """People around `clusters` directions; a share `apart` of all pairs is forbidden; with `density`, two windows of 40 slots, each free so often."""
    draws = np.random.default_rng(seed)
    centres, noise = _directions(draws, clusters, dimensions), _directions(draws, count, dimensions)
    vectors = centres[draws.integers(clusters, size=count)] + spread * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) * (1 + 1e-6)
    bits = np.arange(40, dtype=np.uint64)
    slots = [
        None if density is None else ((draws.random((count, 40)) < density).astype(np.uint64) << bits).sum(axis=1, dtype=np.uint64)[:, None]
        for _ in range(2)
    ]
    return Pairs(
        vectors=vectors.astype(np.float32),
        levels=draws.random(count).astype(np.float32),
        similarity=0.6,
        nearness=0.4,
        drawn_apart=apart,
        drawn_seed=seed,
        first=slots[0],
        second=slots[1],
    )


def family(kind: str, count: int, *, is_equal: bool, seed: int) -> Pairs:
    """An instance after the published recipe: uniform reals or whole numbers from 0 to 100, or distances of points with 2 to 21 coordinates."""
    draws = np.random.default_rng([seed, count, FAMILIES.index(kind), is_equal])
    if kind == "RanReal":
        values = draws.uniform(0, 100, (count, count))
    elif kind == "RanInt":
        values = draws.integers(0, 101, (count, count)).astype(np.float64)
    else:
        points = draws.uniform(0, 10, (count, int(draws.integers(2, 22))))
        values = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    values = np.triu(values, 1)
    groups, size, (low, high) = SHAPES[count]
    around = tuple((int(draws.integers(low, size + 1)), int(draws.integers(size, high + 1))) for _ in range(groups))
    return Pairs(values=values + values.T, bounds=((size, size),) * groups if is_equal else around)


def _directions(draws: np.random.Generator, count: int, dimensions: int) -> np.ndarray:
    found = draws.standard_normal((count, dimensions))
    return found / np.linalg.norm(found, axis=1, keepdims=True)
