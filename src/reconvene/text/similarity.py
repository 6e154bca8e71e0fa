"""How alike two texts are, by the letters they share: no model, no word lists, any language. Used at intake and by forming.

Source: TF-IDF (Sparck Jones 1972) over character 3- to 5-grams inside words, hashed into a fixed number of columns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

COLUMNS = 4096
SHORTEST, LONGEST = 3, 5
_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"[^.!?;:,\n()]+")
_PIECE_WORDS = 12
_FLOOR = 0.12
"""Suggestions below this score are noise."""


@dataclass(frozen=True)
class Suggestion:
    """A topic that a text may be about. `score` is 0..1; `found` are pieces of the text itself that led there, best first."""

    topic: str
    score: float
    found: tuple[str, ...]


class Vectoriser:
    """Turns texts into rows of float64[n, 4096] of length 1; a text without letters becomes a row of zeros."""

    def __init__(self) -> None:
        self._weights = np.ones(COLUMNS)

    def fit(self, texts: Sequence[str]) -> "Vectoriser":
        """Learn from these texts which letter groups are common and so say little: weight ln((1 + n) / (1 + texts with it)) + 1."""
        return self.learn(_cells(texts), len(texts))

    def learn(self, cells: "Cells", texts: int) -> "Vectoriser":
        """The same from texts that have been counted already."""
        present = np.bincount(cells.columns, minlength=COLUMNS)
        self._weights = np.log((1 + texts) / (1 + present)) + 1
        return self

    def transform(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """float64[len(texts), 4096]; counts enter as 1 + ln(count)."""
        cells, counts = _cells(texts), np.zeros((len(texts), COLUMNS))
        counts[cells.rows, cells.columns] = cells.values
        return self.scaled(counts)

    def scaled(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rows of counts as `transform` returns them."""
        rows = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0.0) * self._weights
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: NDArray[np.float64] = rows / np.where(lengths > 0, lengths, 1)
        return scaled

    def weighted(self, cells: "Cells", texts: int) -> "Cells":
        """The same for cells: what `transform` returns, without its zeros."""
        values = (1 + np.log(cells.values)) * self._weights[cells.columns]
        lengths = np.sqrt(np.bincount(cells.rows, weights=values**2, minlength=texts))
        return Cells(cells.rows, cells.columns, values / lengths[cells.rows])


@dataclass(frozen=True)
class Cells:
    """What is not zero in float64[n, 4096]: row, column and value of each cell, each cell once."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: NDArray[np.float64]


def _cells(texts: Sequence[str]) -> Cells:
    """How often each letter group is in each text."""
    found = [np.unique(np.array(_columns(text), dtype=np.intp), return_counts=True) for text in texts]
    rows = np.repeat(np.arange(len(found)), [len(columns) for columns, _counts in found])
    columns = np.concatenate([np.empty(0, np.intp), *(columns for columns, _counts in found)])
    return Cells(rows, columns, np.concatenate([np.empty(0), *(counts for _columns, counts in found)]).astype(np.float64))


class Lines:
    """Many short texts that others are held against. Kept by column and without zeros: ten thousand take 10 MB instead of 300."""

    def __init__(self, cells: Cells, count: int) -> None:
        order = np.argsort(cells.columns, kind="stable")
        self._rows, self._values, self._count = cells.rows[order], cells.values[order], count
        self._starts = np.searchsorted(cells.columns[order], np.arange(COLUMNS + 1))

    def likeness(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        """Similarities 0..1 of a row of length 1 to each text, as float64[count]."""
        columns = np.flatnonzero(row)
        lengths = self._starts[columns + 1] - self._starts[columns]
        cells = np.arange(lengths.sum()) + np.repeat(self._starts[columns] - np.cumsum(lengths) + lengths, lengths)
        products = np.bincount(self._rows[cells], weights=self._values[cells] * np.repeat(row[columns], lengths), minlength=self._count)
        return np.clip(products, 0.0, 1.0)


def _columns(text: str) -> list[int]:
    """The column of each letter group; crc32 because Python's own hash differs from process to process."""
    columns = []
    for word in _WORD.findall(text.casefold()):
        padded = f" {word} "
        columns += [
            crc32(padded[at : at + size].encode()) % COLUMNS
            for size in range(SHORTEST, LONGEST + 1)
            for at in range(len(padded) - size + 1)
        ]
    return columns


def cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Similarities 0..1 of rows of length 1, as float64[len(a), len(b)]."""
    products: NDArray[np.float64] = np.clip(a @ b.T, 0.0, 1.0)
    return products


def similarity_matrix(texts: Sequence[str]) -> NDArray[np.float64]:
    """float64[n, n], symmetric, 0..1, zero diagonal: what the matching engine wants."""
    rows = Vectoriser().fit(texts).transform(texts)
    matrix = cosine(rows, rows)
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 0.0)
    return matrix


def suggest(text: str, phrases: Mapping[str, Sequence[str]], *, most: int = 3) -> tuple[Suggestion, ...]:
    """The topics nearest to a text, best first; empty when none is near.

    `phrases` gives for each topic what people say who have it. The score is half the likeness of the whole text to the whole
    topic, half that of the best piece of the text to the best phrase: long stories are carried by one sentence.
    """
    pieces = _pieces(text)
    phrases = {topic: lines for topic, lines in phrases.items() if any(line.strip() for line in lines)}
    if not pieces or not phrases:
        return ()
    vectoriser, wholes, lines, starts = _topics(tuple((topic, tuple(said)) for topic, said in phrases.items()))
    whole = cosine(vectoriser.transform([text]), wholes)[0]
    nearest = np.array([np.maximum.reduceat(lines.likeness(row), starts) for row in vectoriser.transform(pieces)])
    suggestions = []
    for at, topic in enumerate(phrases):
        likeness = nearest[:, at]
        best = np.argsort(-likeness, kind="stable")[:2]
        score = (float(whole[at]) + float(likeness[best[0]])) / 2
        if score >= _FLOOR:
            found = tuple(pieces[one] for one in best if likeness[one] >= max(_FLOOR, 0.6 * likeness[best[0]]))
            suggestions.append(Suggestion(topic, score, found))
    return tuple(sorted(suggestions, key=lambda each: -each.score)[:most])


@lru_cache(maxsize=8)
def _topics(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Vectoriser, NDArray[np.float64], Lines, NDArray[np.intp]]:
    """The vectoriser fitted to all phrases, a row for each whole topic, all phrases, and with which of them each topic begins. Kept: topics seldom change."""
    said = [line for _, lines in phrases for line in lines]
    starts = np.cumsum([0, *(len(lines) for _, lines in phrases)])[:-1]
    cells, counts = _cells(said), np.zeros((len(phrases), COLUMNS))
    vectoriser = Vectoriser().learn(cells, len(said))
    topic_of = np.searchsorted(starts, cells.rows, side="right") - 1
    np.add.at(counts, (topic_of, cells.columns), cells.values)  # letter groups end with words, so a topic has those of its lines
    return vectoriser, vectoriser.scaled(counts), Lines(vectoriser.weighted(cells, len(said)), len(said)), starts


def _pieces(text: str) -> list[str]:
    """The text cut at punctuation, long pieces cut again with half an overlap; each a literal piece of the text with a word in it."""
    pieces = []
    for match in _PIECE.finditer(text):
        words = list(_WORD.finditer(match[0]))
        for at in range(0, max(1, len(words) - _PIECE_WORDS // 2), _PIECE_WORDS // 2):
            some = words[at : at + _PIECE_WORDS]
            if some:
                pieces.append(match[0][some[0].start() : some[-1].end()])
    return pieces
