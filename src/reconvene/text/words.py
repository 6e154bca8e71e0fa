"""Which words speak for which topic: the beginnings of words, alone and two by two. Pure. Used by text.finding.

Source: multinomial naive Bayes over normalised TF-IDF rows (Rennie et al. 2003). Words are cut after six letters: "delegate", "delegating" and
"delegieren" are one, and endings, plurals and most slips of the pen at the end of a word do not matter.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LETTERS = 6
FEWEST = 2
"""Sentences that must have a word before it counts."""
SMOOTHING = 0.1

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    """
    a an the and or but if of to in on at by for with from as is are was were be been being am i me my we us our you your he him his
    she her it its they them their this that these those there here who what which when where why how not no do does did have has had
    so than then too very can could will would should may might just about into out up down over more most some any all one don doesn
    didn isn wasn won ve ll re
    """.split()  # noqa: SIM905  # a list of them takes a hundred lines
)
_GERMAN = frozenset(
    """
    der die das den dem des ein eine einen einem einer und oder aber wenn von zu im in am an auf bei für mit aus als ist sind war
    waren sein bin ich mich mir mein meine meinen meinem meiner wir uns unser unsere du er ihn ihm sie es ihr ihre ihren man dass daß
    wer was wie wo warum nicht kein keine auch nur noch schon so dann sehr kann können wird werden würde soll sollte habe hat haben
    hatte dieser diese dieses
    """.split()  # noqa: SIM905  # a list of them takes a hundred lines
)
_EMPTY = _ENGLISH | _GERMAN | {"employee", "employees", "worker", "workers", "staff", "mitarbeiter", "mitarbeiterin", "mitarbeitern"}
_ENGLISH_ALONE = _ENGLISH - _GERMAN - {"all", "as", "do", "had", "he", "is", "me", "no", "of", "on", "one", "or", "over", "we"}
"""Without those that are spelt like words of its neighbours."""
ENOUGH = 0.08
"""Of the words of a text are such words when it is English."""


class Word(NamedTuple):
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


def has_words(text: str) -> bool:
    """Whether there is a word at all. Looks no further than the first."""
    return any(len(match[0].casefold()) > 1 for match in _WORD.finditer(text))


def is_english(text: str) -> bool:
    """Whether a text is plainly English, by the words that say nothing. Where there are too few of them it is not."""
    words = [word.casefold() for word in _WORD.findall(text) if len(word) > 1]
    english, german = (sum(word in these for word in words) for these in (_ENGLISH_ALONE, _GERMAN - _ENGLISH))
    return english > german and english >= ENOUGH * len(words)


def features(heads: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, int]]:
    """What counts, with the place of its first word: words that say something, and pairs of neighbours of which one does. `heads` are stems, and whether
    they are empty.
    """
    for at, (stem, is_empty) in enumerate(heads):
        if not is_empty:
            yield stem, at
        if at + 1 < len(heads) and not (is_empty and heads[at + 1][1]):
            yield f"{stem} {heads[at + 1][0]}", at


class Lexicon:
    """For each feature, how common it is and how much it speaks for each topic: `weights` is float16[features, topics], each row with mean 0.

    `means`, float32[features], is what was taken from each row to make it so; `totals`, float32[topics], how much each topic says in all. Both are for
    `Wider`.
    """

    def __init__(
        self,
        names: Sequence[str],
        rarity: NDArray[np.float32],
        weights: NDArray[np.float16],
        means: NDArray[np.float32],
        totals: NDArray[np.float32],
    ) -> None:
        self.names = tuple(names)
        self.rarity = rarity
        self.weights = weights
        self.means = means
        self.totals = totals
        self.row = {name: row for row, name in enumerate(self.names)}

    @classmethod
    def train(cls, texts: Sequence[tuple[int, float, str]], *, topics: int) -> "Lexicon":
        """From (number of the topic, what it counts, text)."""
        rows = _counted(texts)
        spread = Counter(name for row in rows for name in row)
        names = sorted(name for name, count in spread.items() if count >= FEWEST)
        rarity = np.array([math.log((1 + len(texts)) / (1 + spread[name])) + 1 for name in names], dtype=np.float32)
        sums = _sums(texts, rows, dict(zip(names, rarity.tolist(), strict=True)), topics=topics)
        totals = sums.sum(axis=0)
        logs = np.log(sums / totals) if names else sums
        means = logs.mean(axis=1)
        return cls(names, rarity, (logs - means[:, None]).astype(np.float16), means.astype(np.float32), totals.astype(np.float32))

    def weigh(self, words: Sequence[Word]) -> NDArray[np.float32]:
        """How much each word of a text speaks for each topic, float32[words, topics]; the sum of the rows is what the text does."""
        said = [(name, at) for name, at in features([word[:2] for word in words]) if self._worth(name)]
        counts = Counter(name for name, _at in said)
        value = {name: (1 + math.log(count)) * self._worth(name) for name, count in counts.items()}
        length = math.sqrt(sum(one * one for one in value.values()))
        each = np.array([value[name] / counts[name] / length for name, _at in said], dtype=np.float32)
        weighed = self._weights([name for name, _at in said]) * each[:, None]
        share = np.zeros((len(words), weighed.shape[1]), dtype=np.float32)
        np.add.at(share, np.array([at for _name, at in said], dtype=np.intp), weighed)
        return share

    def _worth(self, name: str) -> float:
        """The rarity of a feature; 0 for one that is not known."""
        row = self.row.get(name)
        return 0.0 if row is None else float(self.rarity[row])

    def _weights(self, names: Sequence[str]) -> NDArray[np.float32]:
        """float32[len(names), topics] of known features."""
        return self.weights[np.array([self.row[name] for name in names], dtype=np.intp)].astype(np.float32)


class Wider(Lexicon):
    """A lexicon that knows more topics beside those of another one, which it shares with others: it holds only what is new.

    A topic with little to say is heard as if it said as much as the others do. Columns of the new topics come after those of the shared lexicon.
    """

    def __init__(self, shared: Lexicon, texts: Sequence[tuple[int, float, str]], *, topics: int) -> None:
        self._shared = shared
        rows = _counted(texts)
        spread = Counter(name for row in rows for name in row)
        new = [name for name, count in spread.items() if count >= FEWEST and name not in shared.row]
        self._new = dict.fromkeys(new, float(shared.rarity.max(initial=1.0)))
        rarity = {name: shared._worth(name) for name in spread if name in shared.row} | self._new
        sums = _sums(texts, rows, rarity, topics=topics) - SMOOTHING
        said = float((shared.totals - SMOOTHING * len(shared.names)).mean())
        sums *= np.maximum(1.0, said / np.maximum(sums.sum(axis=0), SMOOTHING))
        totals = sums.sum(axis=0) + SMOOTHING * (len(shared.names) + len(new))
        self._unsaid = np.log(SMOOTHING / totals).astype(np.float32)
        self._said = dict(zip(rarity, np.log((sums + SMOOTHING) / totals).astype(np.float32), strict=True))
        strange = np.log(SMOOTHING / shared.totals)
        self._strange, self._strange_mean = (strange - strange.mean()).astype(np.float32), np.float32(strange.mean())

    def _worth(self, name: str) -> float:
        return self._new.get(name) or self._shared._worth(name)

    def _weights(self, names: Sequence[str]) -> NDArray[np.float32]:
        known = [self._shared.row.get(name) for name in names]
        theirs = [self._strange if row is None else self._shared.weights[row] for row in known]
        means = [self._strange_mean if row is None else self._shared.means[row] for row in known]
        ours = [self._said.get(name, self._unsaid) - mean for name, mean in zip(names, means, strict=True)]
        wide = len(self._strange) + len(self._unsaid)
        rows = [np.concatenate(both) for both in zip(theirs, ours, strict=True)]
        return np.array(rows, dtype=np.float32).reshape(len(names), wide)


def _counted(texts: Sequence[tuple[int, float, str]]) -> list[Counter[str]]:
    return [Counter(name for name, _at in features(_heads(text))) for _topic, _weight, text in texts]


def _heads(text: str) -> list[tuple[str, bool]]:
    """The stems of `words_of`, and whether they are empty, without their places: in half of the time."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return [(word[:LETTERS], word in _EMPTY) for word in words if len(word) > 1]


def _sums(
    texts: Sequence[tuple[int, float, str]], rows: Sequence[Counter[str]], rarity: Mapping[str, float], *, topics: int
) -> NDArray[np.float64]:
    """How much each topic says of each feature that has a rarity, float64[features, topics], smoothed."""
    number = {name: row for row, name in enumerate(rarity)}
    cells, values = [], []
    for (topic, weight, _text), row in zip(texts, rows, strict=True):
        known = [(number[name], (1 + math.log(count)) * rarity[name]) for name, count in row.items() if name in number]
        length = math.sqrt(sum(value * value for _row, value in known))
        cells += [at * topics + topic for at, _value in known]
        values += [weight * value / length for _at, value in known]
    sums = np.bincount(np.array(cells, dtype=np.intp), np.array(values), minlength=len(number) * topics).astype(np.float64)
    return SMOOTHING + sums.reshape(len(number), topics)
