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
        np.add.at(counts[row], _columns(text), 1)
    return counts


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
    vectoriser, wholes, lines = _topics(tuple((topic, tuple(said)) for topic, said in phrases.items()))
    whole = cosine(vectoriser.transform([text]), wholes)[0]
    rows = vectoriser.transform(pieces)
    suggestions = []
    for at, topic in enumerate(phrases):
        likeness = cosine(rows, lines[at]).max(axis=1)
        best = np.argsort(-likeness, kind="stable")[:2]
        score = (float(whole[at]) + float(likeness[best[0]])) / 2
        if score >= _FLOOR:
            found = tuple(pieces[one] for one in best if likeness[one] >= max(_FLOOR, 0.6 * likeness[best[0]]))
            suggestions.append(Suggestion(topic, score, found))
    return tuple(sorted(suggestions, key=lambda each: -each.score)[:most])


@lru_cache(maxsize=8)
def _topics(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Vectoriser, NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    """The vectoriser fitted to all phrases, a row for each whole topic, and the rows of each topic's phrases. Kept: topics seldom change."""
    vectoriser = Vectoriser().fit([line for _, lines in phrases for line in lines])
    wholes = vectoriser.transform([" ".join(lines) for _, lines in phrases])
    return vectoriser, wholes, tuple(vectoriser.transform(lines) for _, lines in phrases)


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
