"""How alike two texts are, by the letters they share: no model, no word lists, any language. Used where the wording counts: by the playbook, for
strategies that may be the same. What texts are about is worked out in text.finding.

Source: TF-IDF (Sparck Jones 1972) over character 3- to 5-grams inside words, hashed into a fixed number of columns.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

COLUMNS = 4096
SHORTEST, LONGEST = 3, 5
_WORD = re.compile(r"\w+")


class Vectoriser:
    """Turns texts into rows of float64[n, 4096] of length 1; a text without letters becomes a row of zeros."""

    def __init__(self) -> None:
        self._weights = np.ones(COLUMNS)

    def fit(self, texts: Sequence[str]) -> "Vectoriser":
        """Learn from these texts which letter groups are common and so say little: weight ln((1 + n) / (1 + texts with it)) + 1."""
        present = (_counts(texts) > 0).sum(axis=0)
        self._weights = np.log((1 + len(texts)) / (1 + present)) + 1
        return self

    def transform(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """float64[len(texts), 4096]; counts enter as 1 + ln(count)."""
        counts = _counts(texts)
        rows = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0.0) * self._weights
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: NDArray[np.float64] = rows / np.where(lengths > 0, lengths, 1)
        return scaled


def _counts(texts: Sequence[str]) -> NDArray[np.float64]:
    counts = np.zeros((len(texts), COLUMNS))
    for row, text in enumerate(texts):
        columns = [column for word in _WORD.findall(text.casefold()) for column in _columns(word)]
        counts[row] = np.bincount(columns, minlength=COLUMNS) if columns else 0
    return counts


@lru_cache(maxsize=20_000)
def _columns(word: str) -> tuple[int, ...]:
    """The column of each letter group of a word; crc32 because Python's own hash differs from process to process."""
    padded = f" {word} "
    sizes = range(SHORTEST, LONGEST + 1)
    return tuple(crc32(padded[at : at + size].encode()) % COLUMNS for size in sizes for at in range(len(padded) - size + 1))


def cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Similarities 0..1 of rows of length 1, as float64[len(a), len(b)]."""
    products: NDArray[np.float64] = np.clip(a @ b.T, 0.0, 1.0)
    return products
