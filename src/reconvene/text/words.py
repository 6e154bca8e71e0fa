"""Which words speak for which topic: the beginnings of words, alone and two by two. Pure. Used by text.finding.

Source: multinomial naive Bayes over normalised TF-IDF rows (Rennie et al. 2003). Words are cut after six letters: "delegate", "delegating" and
"delegieren" are one, and endings, plurals and most slips of the pen at the end of a word do not matter.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LETTERS = 6
FEWEST = 2
"""Sentences that must have a word before it counts."""
SMOOTHING = 0.1

_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "if",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "am",
        "i",
        "me",
        "my",
        "we",
        "us",
        "our",
        "you",
        "your",
        "he",
        "him",
        "his",
        "she",
        "her",
        "it",
        "its",
        "they",
        "them",
        "their",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "who",
        "what",
        "which",
        "when",
        "where",
        "why",
        "how",
        "not",
        "no",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "so",
        "than",
        "then",
        "too",
        "very",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "might",
        "just",
        "about",
        "into",
        "out",
        "up",
        "down",
        "over",
        "more",
        "most",
        "some",
        "any",
        "all",
        "one",
        "don",
        "doesn",
        "didn",
        "isn",
        "wasn",
        "won",
        "ve",
        "ll",
        "re",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "und",
        "oder",
        "aber",
        "wenn",
        "von",
        "zu",
        "im",
        "in",
        "am",
        "an",
        "auf",
        "bei",
        "für",
        "mit",
        "aus",
        "als",
        "ist",
        "sind",
        "war",
        "waren",
        "sein",
        "bin",
        "ich",
        "mich",
        "mir",
        "mein",
        "meine",
        "meinen",
        "meinem",
        "meiner",
        "wir",
        "uns",
        "unser",
        "unsere",
        "du",
        "er",
        "ihn",
        "ihm",
        "sie",
        "es",
        "ihr",
        "ihre",
        "ihren",
        "man",
        "dass",
        "daß",
        "wer",
        "was",
        "wie",
        "wo",
        "warum",
        "nicht",
        "employee",
        "employees",
        "worker",
        "workers",
        "staff",
        "mitarbeiter",
        "mitarbeiterin",
        "mitarbeitern",
        "kein",
        "keine",
        "auch",
        "nur",
        "noch",
        "schon",
        "so",
        "dann",
        "sehr",
        "kann",
        "können",
        "wird",
        "werden",
        "würde",
        "soll",
        "sollte",
        "habe",
        "hat",
        "haben",
        "hatte",
        "dieser",
        "diese",
        "dieses",
    ]
)


@dataclass(frozen=True)
class Word:
    """One word of a text: how it begins, whether it says nothing by itself, and where it stands."""

    stem: str
    is_empty: bool
    first: int
    last: int


def words_of(text: str) -> list[Word]:
    """The words of two letters or more, in order."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        if len(word) > 1:
            found.append(Word(word[:LETTERS], word in _EMPTY, match.start(), match.end()))
    return found


def features(words: Sequence[Word]) -> Iterator[tuple[str, int]]:
    """What counts, with the place of its first word: words that say something, and pairs of neighbours of which one does."""
    for at, word in enumerate(words):
        if not word.is_empty:
            yield word.stem, at
        if at + 1 < len(words) and not (word.is_empty and words[at + 1].is_empty):
            yield f"{word.stem} {words[at + 1].stem}", at


class Lexicon:
    """For each feature, how common it is and how much it speaks for each topic: `weights` is float32[features, topics], each row with mean 0."""

    def __init__(self, names: Sequence[str], rarity: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.rarity = rarity
        self.weights = weights
        self._row = {name: row for row, name in enumerate(self.names)}

    @classmethod
    def train(cls, texts: Sequence[tuple[int, float, str]], *, topics: int) -> "Lexicon":
        """From (number of the topic, what it counts, text)."""
        rows = [Counter(name for name, _at in features(words_of(text))) for _topic, _weight, text in texts]
        spread = Counter(name for row in rows for name in row)
        names = sorted(name for name, count in spread.items() if count >= FEWEST)
        number = {name: row for row, name in enumerate(names)}
        rarity = np.array([math.log((1 + len(texts)) / (1 + spread[name])) + 1 for name in names], dtype=np.float32)
        sums = np.full((len(names), topics), SMOOTHING)
        for (topic, weight, _text), row in zip(texts, rows, strict=True):
            known = [(number[name], count) for name, count in row.items() if name in number]
            values = np.array([1 + math.log(count) for _row, count in known]) * rarity[[row for row, _count in known]]
            if known:
                sums[[row for row, _count in known], topic] += weight * values / np.linalg.norm(values)
        logs = np.log(sums / sums.sum(axis=0)) if names else sums
        return cls(names, rarity, (logs - logs.mean(axis=1, keepdims=True)).astype(np.float32))

    def weigh(self, words: Sequence[Word]) -> NDArray[np.float32]:
        """How much each word of a text speaks for each topic, float32[words, topics]; the sum of the rows is what the text does."""
        said = [(self._row[name], at) for name, at in features(words) if name in self._row]
        share = np.zeros((len(words), self.weights.shape[1]), dtype=np.float32)
        if not said:
            return share
        counts = Counter(row for row, _at in said)
        value = {row: (1 + math.log(count)) * float(self.rarity[row]) for row, count in counts.items()}
        length = math.sqrt(sum(one * one for one in value.values()))
        rows = np.array([row for row, _at in said])
        each = np.array([value[row] / counts[row] / length for row, _at in said], dtype=np.float32)
        np.add.at(share, [at for _row, at in said], self.weights[rows] * each[:, None])
        return share
