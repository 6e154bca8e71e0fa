"""Where topics lie among vectors: linear discriminant analysis (Fisher 1936), the spread within topics being drawn towards a ball. Pure. Used by text.finding."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

ROUND = 1.0  # of the spread within topics: how far it is drawn towards a ball


@dataclass(frozen=True)
class Places:
    """Where each topic lies among encoded phrases and posts: the score of a vector is vector @ axes + offsets.

    `inverse`, [d, d], is that of the spread within topics; `doubt` is by how much a place that rests on one phrase is set too low, and `phrases` on how many
    a place of these rests. With them a topic that comes later is placed among these.
    """

    axes: NDArray[np.float32]
    offsets: NDArray[np.float32]
    inverse: NDArray[np.float32]
    doubt: float
    phrases: float

    @classmethod
    def learn(cls, rows: NDArray[np.float32], numbers: NDArray[np.int64], counts: NDArray[np.float64], *, topics: int) -> "Places":
        """Linear discriminants of the vectors, `numbers` saying whose each is, and `counts` what it counts."""
        centres = _centres(rows, numbers, counts, topics=topics)
        rest = (rows - centres[numbers]) * np.sqrt(counts)[:, None]
        within = rest.T @ rest / counts.sum()
        spread = within + (ROUND * max(float(np.trace(within)), 1e-6) / len(within)) * np.eye(len(within))
        axes = np.linalg.solve(spread, centres.T)
        inverse = np.linalg.inv(spread)
        return cls(
            axes.astype(np.float32),
            (-0.5 * (centres.T * axes).sum(axis=0)).astype(np.float32),
            inverse.astype(np.float32),
            0.5 * float(np.trace(inverse @ within)),
            len(rows) / topics,
        )

    def beside(self, rows: NDArray[np.float32], numbers: NDArray[np.int64], *, topics: int) -> "Places":
        """More topics among these. One that rests on few phrases is not held back for that: its own spread would look like distance."""
        centres = _centres(rows, numbers, np.ones(len(rows)), topics=topics)
        axes = self.inverse @ centres.T
        few = np.maximum(0.0, 1 / np.bincount(numbers, minlength=topics) - 1 / self.phrases)
        offsets = -0.5 * (centres.T * axes).sum(axis=0) + self.doubt * few
        wide = np.hstack([self.axes, axes]).astype(np.float32)
        return replace(self, axes=wide, offsets=np.concatenate([self.offsets, offsets]).astype(np.float32))


def _centres(rows: NDArray[np.float32], numbers: NDArray[np.int64], counts: NDArray[np.float64], *, topics: int) -> NDArray[np.float64]:
    """The middle of each topic's vectors, float64[topics, d]."""
    return np.stack([np.average(rows[numbers == number], axis=0, weights=counts[numbers == number]) for number in range(topics)])
