"""From somebody's own words to the topics they may be about, with how sure that is and the words that led there. Pure.

Two models look at a text. One knows what it means (text.encoder) and where among encoded phrases and posts each topic lies (text.places); the other knows
words (text.words). Their scores are added; the sum, made a share by softmax, is the confidence. The same scores say how alike two texts are.

Called by guides.finding, which knows the guides and keeps what was learnt.
"""

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reconvene.text.encoder import Encoder
from reconvene.text.pieces import Place, clauses, sentences, telling
from reconvene.text.places import Places
from reconvene.text.vectors import Vectors
from reconvene.text.words import Lexicon, Wider, Word, is_english, words_of

ELSEWHERE = ""
"""The topic of texts that are about none: never offered, but it takes its share of the confidence."""
FORMAT = 7
"""Goes up when what is learnt changes, so that what was kept is learnt anew."""
FEWEST_OFFERED, OFFERED = 2, 3
SURE_FROM = 0.65
"""Of the confidence that the topic is among those offered; below it the page says that it is not sure."""
FEW_WORDS, SURE_BY_FEW = 10, 7.7
"""A text of fewer words is sure only when its best topic stands out so far: a greeting or a line of something else is near to some topic, too."""
WORTH_OFFERING = 0.005
"""For the third one and more; two are offered always, so that there is a choice."""
MEANING, WORDS = 0.4, 2.0  # what the two models' scores count
ABROAD_MEANING, ABROAD_WORDS = 0.6, 0.3  # and for a text that is not English, of whose words the guides know few
TOLD = 0.3  # what a sentence of the guide counts beside a phrase of those who have the topic
HEARD = 2.0  # what a whole post counts beside a phrase, when it is asked where a topic lies
NEIGHBOUR = 0.2  # what a topic counts when another one of its category is offered already: three directions help more than three shades
KIN_ALIKE, KIN_FOUND = 0.2, 0.02
"""What speaks for a topic speaks so much for each of its category and each that is near it: when texts are compared, and when the topic of one is looked for."""
TRUST = 8  # confirmed choices that weigh as much as the model's own opinion
MOST_CLAUSES, LONGEST = 80, 2000
MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Sayings:
    """What is known of a topic: phrases `said` by people who have it, whole posts `heard` from them, what is `told` about it. `shelf` is the category in which
    it stands; "" stands alone. `near` are topics like it on other shelves. `often` is what its score begins with: the logarithm of how much oftener it is brought than a topic with 0.
    """

    said: tuple[str, ...]
    told: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    shelf: str = ""
    near: tuple[str, ...] = ()
    often: float = 0.0


@dataclass(frozen=True)
class Suggestion:
    """A topic that a text may be about. `confidence` is the chance (0..1) that it is this one; `found` are pieces of the text itself, best first."""

    topic: str
    confidence: float
    found: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """The nearest topics, the best one first, then others that lead elsewhere; and whether it is likely that the right one is among them."""

    suggestions: tuple[Suggestion, ...]
    is_sure: bool


@dataclass(frozen=True)
class _Entry:
    """A topic among the others: its shelf, and the topics that are near it."""

    topic: str
    shelf: str
    near: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """A text as the models see it: its words, what each of them says for each topic, and what both models say of the whole."""

    is_english: bool
    words: tuple[Word, ...]
    weighed: NDArray[np.float32]
    scores: NDArray[np.float32]


class Finder:
    """Knows topics by their sayings. Made by `train` or `load`; a hundred topics take about 20 MB beside the encoder."""

    def __init__(
        self,
        entries: Sequence[_Entry],
        encoder: Encoder,
        lexicon: Lexicon,
        places: Places,
        usual: NDArray[np.float32] | None = None,
    ) -> None:
        self._entries = tuple(entries)
        self.topics = tuple(one.topic for one in entries)
        self._kin = _kin(entries)
        self._twice = [(self.topics.index(topic), at) for at, topic in enumerate(self.topics) if topic in self.topics[:at]]
        self.encoder = encoder
        self._lexicon, self._places = lexicon, places
        self._usual = np.array([np.zeros(len(entries)), np.ones(len(entries))], dtype=np.float32) if usual is None else usual
        self._remembered: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    @classmethod
    def train(cls, sayings: Mapping[str, Sayings], *, encoder: Encoder, vectors: Vectors | None = None) -> "Finder":
        """Learn the topics. `vectors` are those of phrases that were encoded before. Raises EncoderAway, ValueError when nothing is said at all."""
        entries, said, heard, texts = _learnt_from(sayings)
        if not entries:
            raise ValueError("no topic has a phrase")
        rows = (vectors or Vectors(encoder)).of([line for _number, line in (*said, *heard)])
        numbers = np.array([number for number, _line in (*said, *heard)])
        places = Places.learn(rows, numbers, np.repeat([1.0, HEARD], [len(said), len(heard)]), topics=len(entries))
        made = cls(entries, encoder, Lexicon.train(texts, topics=len(entries)), places)
        if heard and len(entries) > 1:
            weighed = np.stack([WORDS * made._lexicon.weigh(words_of(post)).sum(axis=0) for _number, post in heard])
            made._usual = _usual(made._placed(rows[len(said) :], MEANING) + weighed, numbers[len(said) :])
        made._usual[0] -= [sayings[one.topic].often for one in entries] * made._usual[1]
        return made

    def beside(self, sayings: Mapping[str, Sayings], *, encode: Callable[[tuple[str, ...]], NDArray[np.float32]] | None = None) -> "Finder":
        """A finder that knows these topics, too, and shares with this one what this one has learnt; one that is known already is found by either. `encode`
        stands for the encoder's, once for each topic. Raises EncoderAway.
        """
        entries, said, _heard, texts = _learnt_from(sayings)
        if not entries:
            return self
        phrases = [tuple(line for _number, line in lines) for _topic, lines in groupby(said, key=itemgetter(0))]
        rows = np.concatenate([(encode or self.encoder.encode)(lines) for lines in phrases])
        places = self._places.beside(rows, np.array([number for number, _line in said]), topics=len(entries))
        usual = np.hstack([self._usual, np.array([np.zeros(len(entries)), np.ones(len(entries))], dtype=np.float32)])
        return Finder((*self._entries, *entries), self.encoder, Wider(self._lexicon, texts, topics=len(entries)), places, usual)

    @classmethod
    def load(cls, path: Path, *, encoder: Encoder) -> "Finder":
        """What `save` wrote. Raises one of text.vectors.UNREADABLE when it is not that."""
        with np.load(path, allow_pickle=False) as kept:
            names = bytes(kept["names"]).decode().split("\n")
            lexicon = Lexicon(names if names != [""] else (), kept["rarity"], kept["weights"], kept["means"], kept["totals"])
            lines = [line.split("\t") for line in bytes(kept["topics"]).decode().split("\n")]
            entries = [_Entry(topic, shelf, tuple(near.split())) for topic, shelf, near in lines]
            places = Places(kept["axes"], kept["offsets"], kept["inverse"], *(float(one) for one in kept["few"]))
            return cls(entries, encoder, lexicon, places, kept["usual"])

    def save(self, path: Path) -> None:
        """Write it all, whole or not at all; about 14 MB. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            np.savez(
                file,
                topics=np.frombuffer(
                    "\n".join(f"{one.topic}\t{one.shelf}\t{' '.join(one.near)}" for one in self._entries).encode(), dtype=np.uint8
                ),
                names=np.frombuffer("\n".join(self._lexicon.names).encode(), dtype=np.uint8),
                rarity=self._lexicon.rarity,
                weights=self._lexicon.weights,
                means=self._lexicon.means,
                totals=self._lexicon.totals,
                axes=self._places.axes,
                offsets=self._places.offsets,
                inverse=self._places.inverse,
                few=np.array([self._places.doubt, self._places.phrases]),
                usual=self._usual,
            )
        part.rename(path)

    def find(
        self,
        text: str,
        *,
        confirmed: Mapping[tuple[str, str], int] | None = None,
        among: Collection[str] | None = None,
        most: int = OFFERED,
    ) -> Finding:
        """The topics nearest to a text; none for a text without words.

        `confirmed` are choices of people here: how often a topic was taken when another one, or the same, was the first of those offered. `among` are the
        only topics there are; None: all that it knows. Raises EncoderAway.
        """
        read = self._read(text)
        if not read.words:
            return Finding((), is_sure=False)
        there = np.array([topic != ELSEWHERE and (among is None or topic in among) for topic in self.topics])
        if not there.any():
            return Finding((), is_sure=False)
        known = there | (np.array(self.topics) == ELSEWHERE)
        chances = self._chances(np.where(known, read.scores, -np.inf), confirmed or {})
        best = self._offered(np.where(there, chances, -1.0), most=most)
        worth = [at for number, at in enumerate(best) if number < FEWEST_OFFERED or chances[at] >= WORTH_OFFERING]
        text = text[:LONGEST]
        pieces = clauses(text)[:MOST_CLAUSES]
        spoken, each = (_apart(said[:, worth], chances[worth]) for said in (self._spoken(text, read, pieces), read.weighed))
        suggestions = tuple(
            Suggestion(self.topics[at], float(chances[at]), found)
            for at, found in zip(worth, telling(text, read.words, pieces, spoken, each), strict=True)
        )
        stands_out = len(read.words) >= FEW_WORDS or float(read.scores[there].max()) >= SURE_BY_FEW
        return Finding(suggestions, is_sure=stands_out and sum(one.confidence for one in suggestions) >= SURE_FROM)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What texts are about, float32[len(texts), topics]: rows of length 1, zeros for a text without words. What speaks for a topic speaks a little for its
        kin; it is squared, so that the few of which a text is decide; what speaks against one is left out.

        The last MOST_REMEMBERED texts are remembered by a digest, not by their words. Raises EncoderAway.
        """
        rows = np.zeros((len(texts), len(self.topics)), dtype=np.float32)
        for number, text in enumerate(texts):
            digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
            row = self._remembered.get(digest)
            if row is None:
                scores = self._read(text).scores
                for_it = _for_it(scores)
                for_it = (for_it + KIN_ALIKE * (for_it @ self._kin)) ** 2 * (np.array(self.topics) != ELSEWHERE)
                length = float(np.linalg.norm(for_it))
                row = self._remembered[digest] = for_it / length if length else for_it
                if len(self._remembered) > MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
            rows[number] = row
        return rows

    def _read(self, text: str) -> _Read:
        text = text[:LONGEST]
        words, english = words_of(text), is_english(text)
        weighed = self._lexicon.weigh(words) * (WORDS if english else ABROAD_WORDS)
        if not words:
            return _Read(english, (), weighed, np.zeros(len(self.topics), dtype=np.float32))
        meaning = self._meaning([text], english)[0]
        means, sizes = self._usual
        scores = (meaning + weighed.sum(axis=0) - means) / sizes
        return _Read(english, tuple(words), weighed, scores + KIN_FOUND * (_for_it(scores) @ self._kin))

    def _meaning(self, texts: Sequence[str], english: bool) -> NDArray[np.float32]:
        """What the meaning of each text says for each topic, each row with mean 0. Raises EncoderAway."""
        return self._placed(self.encoder.encode(texts), MEANING if english else ABROAD_MEANING)

    def _placed(self, rows: NDArray[np.float32], count: float) -> NDArray[np.float32]:
        scores = rows @ self._places.axes + self._places.offsets
        scaled: NDArray[np.float32] = count * (scores - scores.mean(axis=1, keepdims=True))
        return scaled

    def _spoken(self, text: str, read: _Read, pieces: Sequence[Place]) -> NDArray[np.float32]:
        """How much each piece says for each topic: by its words, and where the guides know few of them by its meaning. Raises EncoderAway."""
        inside = np.searchsorted([last for _first, last in pieces], [word.first for word in read.words], side="right")
        spoken = np.zeros((len(pieces) + 1, len(self.topics)), dtype=np.float32)
        np.add.at(spoken, inside, read.weighed)
        return spoken[:-1] if read.is_english else spoken[:-1] + self._meaning([text[first:last] for first, last in pieces], english=False)

    def _chances(self, scores: NDArray[np.float32], confirmed: Mapping[tuple[str, str], int]) -> NDArray[np.float64]:
        """Shares that add up to 1, 0 for a score of minus infinity. What people confirmed passes on the share of a topic that was offered to those that were
        taken instead. Of a topic that is known twice the nearer place has the share of both, and the other one -1.
        """
        powers = np.exp((scores - scores.max()).astype(np.float64))
        chances: NDArray[np.float64] = powers / powers.sum()
        farther = list[int]()
        for pair in self._twice:
            far, near = sorted(pair, key=lambda at: chances[at])
            chances[near], chances[far] = chances[near] + chances[far], 0.0
            farther.append(far)
        place = {topic: at for at, topic in enumerate(self.topics) if scores[at] > -np.inf and at not in farther}
        times = np.zeros((len(self.topics), len(self.topics)))
        for (offered, taken), count in confirmed.items():
            if offered in place and taken in place:
                times[place[offered], place[taken]] += count
        passed: NDArray[np.float64] = chances @ ((times + TRUST * np.eye(len(times))) / (times.sum(axis=1, keepdims=True) + TRUST))
        passed[farther] = -1.0
        return passed

    def _offered(self, chances: NDArray[np.float64], *, most: int) -> list[int]:
        """The places of the best topics, those of one category counting less once one of them is among them; none with a chance below 0."""
        left, best = chances.copy(), list[int]()
        for _turn in range(min(most, int((chances >= 0).sum()))):
            at = int(np.argmax(left))
            best.append(at)
            left *= [NEIGHBOUR if one.shelf and one.shelf == self._entries[at].shelf else 1.0 for one in self._entries]
            left[best] = -1.0
        return best


def likeness(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far texts are about the same by their `vectors`, float64[n, n]: symmetric, 0..1, zero diagonal, as the matching engine wants it."""
    wide = rows.astype(np.float64)
    matrix: NDArray[np.float64] = np.clip(wide @ wide.T, 0.0, 1.0)
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _learnt_from(
    sayings: Mapping[str, Sayings],
) -> tuple[list[_Entry], list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, float, str]]]:
    """The topics that say anything; their phrases and the posts, each with the number of its topic; and all texts with what they count."""
    topics = tuple(topic for topic, one in sayings.items() if any(line.strip() for line in one.said))
    said = [(number, line) for number, topic in enumerate(topics) for line in sayings[topic].said if line.strip()]
    heard = [(number, post) for number, topic in enumerate(topics) for post in sayings[topic].heard]
    told = [(number, text[a:b]) for number, topic in enumerate(topics) for text in sayings[topic].told for a, b in sentences(text)]
    texts = [(number, 1.0, line) for number, line in (*said, *heard)] + [(number, TOLD, line) for number, line in told]
    return [_Entry(topic, sayings[topic].shelf, sayings[topic].near) for topic in topics], said, heard, texts


def _kin(entries: Sequence[_Entry]) -> NDArray[np.float32]:
    """Which topics are kin, float32[topics, topics] of ones and zeros: those of one shelf, and those near one another, but no topic of itself; what
    is about nothing of this is nobody's.
    """
    near = np.array([[other.topic in one.near or (bool(one.shelf) and one.shelf == other.shelf) for other in entries] for one in entries])
    same = np.array([[one.topic == other.topic for other in entries] for one in entries])
    there = np.array([one.topic != ELSEWHERE for one in entries])
    speaks = there & ~np.triu(same, k=1).any(axis=0)  # a topic that is known twice speaks once
    kin = (near | near.T) & ~same & speaks[:, None] & there
    return kin.astype(np.float32)


def _for_it(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """What speaks for each topic: by how much its score is above the mean."""
    above: NDArray[np.float32] = np.maximum(scores - scores.mean(), 0)
    return above


def _usual(scores: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """What posts on other topics score for each topic, float32[2, topics]: the mean, and the spread in parts of the usual one. Some topics are near to every
    post, and some to none; without this the former would be offered too often.
    """
    others = numbers[:, None] != np.arange(scores.shape[1])
    means = np.average(scores, axis=0, weights=others)
    spread = np.sqrt(np.average((scores - means) ** 2, axis=0, weights=others) + 1e-6)  # more than 0, however few they are
    return np.array([means, spread / spread.mean()], dtype=np.float32)


def _apart(said: NDArray[np.float32], chances: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much each piece or word says for each topic offered, a column each, and not for another as well: the likelier the other, the more it takes off."""
    takes = chances[:, None] / np.maximum(chances[:, None] + chances, 1e-12)  # from the column's topic, by the row's
    np.fill_diagonal(takes, 0.0)
    taken = (np.maximum(said, 0)[:, :, None] * takes).max(axis=1)
    apart: NDArray[np.float32] = (said - taken).astype(np.float32)
    return apart
