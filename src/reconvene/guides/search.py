"""Finding guides by words: which of them have something that people say, or a heading, near to what somebody types. Pure.

Called by guides.queries for the library page. A word counts the more, the fewer lines have it. Endings do not matter much: "delegate" finds
"delegating"; nor does one slip of the keys: "deligate" does, too. Whatever no line is near to is looked for in the texts of the guides.

It stands beside guides.finding, which knows what a text means and always names the nearest topics. This knows where a word stands, and says when it stands nowhere.
Whoever looks for a guide types a word or two: of words that one guide alone has, this brings it among the first three for 82 in 100, the finder for 27; of two words
from a phrase for 100 and 57. Of whole texts the finder finds 98 and this 84 (`make bench-text`, 30 November 2026), of first sentences of three to nine words 69 and 48;
so whoever writes a sentence is answered by both, the finder first.

Source: cosine of inverse document frequencies (Sparck Jones 1972), over lines instead of documents.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from reconvene.guides.guide import Guide

LONGEST_QUERY = 300  # characters
MOST_WORDS = 10  # of a query that are looked up, the rarest
WORTH_SHOWING = 0.45  # of the best one's score
STEM = 4  # letters that two words must begin with to be one
ENDING = 4  # letters by which the longer one may go on, and fewer than the shorter one has: over is not overtime
SHORTEST_SLIP = 5  # letters from which on a word that stands nowhere is taken for a slip of the keys
INFLECTED = 0.8  # what a word with another ending counts
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"
TITLE, COVERED, IN_TEXT = 1.25, 0.5, 0.15
"""What a title's likeness is multiplied with; what it adds that a guide has all words of a query in any lines, or in its texts."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_ONE_TO_ONE = re.compile(r"\bone[- ](?:on|to)[- ]ones?\b|(?<!\d)1 ?(?:[:/-]|on|to) ?1s?(?!\d)")
"""A talk between two, however it is written."""


class Index:
    """The words of some guides by the lines they stand in. Built once; a hundred guides take some 10 MB.

    `base` holds more guides, which many indexes share: they are found, too, and a word counts as much as it is rare in all of them. A guide that is in both is
    found by either; `titles` are further ones of guides, by slug.
    """

    def __init__(self, guides: Sequence[Guide], *, base: "Index | None" = None, titles: Mapping[str, str] = MappingProxyType({})) -> None:
        held = [(guide.slug, tuple(_lines(guide)), " ".join(_texts(guide))) for guide in guides]
        held += [(slug, ((TITLE, title),), "") for slug, title in titles.items()]
        self._base = base
        self._slugs = [slug for slug, _said, _text in held]
        self._lines: dict[str, list[int]] = defaultdict(list)  # word -> lines that have it
        self._texts: dict[str, set[int]] = defaultdict(set)  # word -> guides that have it in their texts
        self._homes: list[int] = []  # of each line, the number of its guide
        self._weights: list[float] = []
        words_of: list[set[str]] = []
        for number, (_slug, said, text) in enumerate(held):
            for word in words_in(text):
                self._texts[word].add(number)
            for weight, line in said:
                words_of.append(set(words_in(line)))
                self._homes.append(number)
                self._weights.append(weight)
                for word in words_of[-1]:
                    self._lines[word].append(len(words_of) - 1)
        lines = {word: len(held) + (len(base._lines.get(word, ())) if base else 0) for word, held in self._lines.items()}
        self._lengths = [sum(self._rarity(lines[word]) ** 2 for word in words) for words in words_of]
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for word in {*self._lines, *self._texts}:
            self._by_stem[word[:STEM]].append(word)

    def find(self, query: str) -> tuple[str, ...]:
        """The slugs of the guides that speak of the query, best first; none when no word of it is known."""
        parts = (self._base, self) if self._base else (self,)
        typed = dict.fromkeys(words_in(query[:LONGEST_QUERY]))
        words = [word for word in dict.fromkeys(self._spelled(word) for word in typed) if any(part._knows(word) for part in parts)]
        worth = {word: self._rarity(self._times(word)) for word in words}
        rarest = {word: worth[word] for word in sorted(words, key=lambda word: -worth[word])[:MOST_WORDS]}
        scores: dict[str, float] = {}
        for part in parts:
            for slug, score in part._scores(rarest).items():
                scores[slug] = max(score, scores.get(slug, 0.0))
        top = max(scores.values(), default=0.0)
        places = {slug: place for place, slug in enumerate(slug for part in parts for slug in part._slugs)}
        found = [slug for slug, score in scores.items() if score >= WORTH_SHOWING * top]
        return tuple(sorted(found, key=lambda slug: (-scores[slug], places[slug])))

    def _scores(self, worth: Mapping[str, float]) -> dict[str, float]:
        """How well each guide that has any of these words speaks of all of them."""
        length = sum(each**2 for each in worth.values())
        near: dict[int, float] = defaultdict(float)
        scores: dict[int, float] = defaultdict(float)
        for word, rarity in worth.items():
            share, lines = rarity**2, self._lines_with(word)
            exact = {*self._lines.get(word, ())}
            for line in lines:
                near[line] += share if line in exact else INFLECTED * share
            for guide in {self._homes[line] for line in lines}:
                scores[guide] += COVERED * share / length
            for guide in {guide for same in self._same(word) for guide in self._texts.get(same, ())}:
                scores[guide] += IN_TEXT * share / length
        best: dict[int, float] = defaultdict(float)
        for line, shared in near.items():
            likeness = self._weights[line] * min(1.0, shared / math.sqrt(length * self._lengths[line]))
            best[self._homes[line]] = max(best[self._homes[line]], likeness)
        for guide, likeness in best.items():
            scores[guide] += likeness
        return {self._slugs[guide]: score for guide, score in scores.items()}

    def _spelled(self, word: str) -> str:
        """The word as it was meant: itself when it stands anywhere; otherwise, of itself and the words one slip away, the one that most lines have."""
        parts = (self._base, self) if self._base else (self,)

        def stands(one: str) -> bool:
            return any(one in part._lines or one in part._texts for part in parts)

        if len(word) < SHORTEST_SLIP or stands(word):
            return word
        return max((word, *filter(stands, _one_slip_from(word))), key=self._times)

    def _times(self, word: str) -> int:
        """How many lines have the word, of whichever ending."""
        return len(self._lines_with(word)) + (len(self._base._lines_with(word)) if self._base else 0)

    def _rarity(self, lines: int) -> float:
        all_lines = len(self._homes) + (len(self._base._homes) if self._base else 0)
        return math.log(1 + all_lines / max(lines, 1))

    def _lines_with(self, word: str) -> set[int]:
        return {line for same in self._same(word) for line in self._lines.get(same, ())}

    def _knows(self, word: str) -> bool:
        return any(True for _same in self._same(word))

    def _same(self, word: str) -> Iterator[str]:
        """The known words that are this one, but for their ending."""
        return (other for other in self._by_stem.get(word[:STEM], ()) if other == word or _is_same(word, other))


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    common = len(shorter) - 1 if shorter[-1] in "ey" else len(shorter)  # delegate, delegating; party, parties
    ending = longer[common:]
    is_ending = len(ending) <= min(ENDING, len(shorter) - 1) or ending == "ement"  # micromanage, micromanagement
    return common >= STEM and longer[:common] == shorter[:common] and is_ending


def _one_slip_from(word: str) -> list[str]:
    """What a word becomes when one letter is left out, put in, taken for another or changed places with the next; in an order that is always the same.

    Source: Norvig, How to write a spelling corrector (2007).
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = [a + b[1:] for a, b in cuts if b]
    swapped = [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
    taken = [a + letter + b[1:] for a, b in cuts if b for letter in LETTERS]
    put_in = [a + letter + b for a, b in cuts for letter in LETTERS]
    return list(dict.fromkeys((*left_out, *swapped, *taken, *put_in)))


def _lines(guide: Guide) -> Iterator[tuple[float, str]]:
    yield TITLE, guide.title
    said = (*guide.sounds_like, *guide.phrases, *guide.phrases_de)
    yield from ((1.0, line) for line in (guide.headline, *said, *guide.key_questions, *(card.title for card in guide.cards)))


def _texts(guide: Guide) -> Iterable[str]:
    return (
        guide.lede,
        guide.what_it_is,
        guide.going_on,
        guide.case,
        *guide.questions,
        *guide.signals,
        *(card.action for card in guide.cards),
    )


def words_in(text: str) -> list[str]:
    """The words that are looked up, in small letters; a talk between two is one word."""
    return _WORD.findall(_ONE_TO_ONE.sub("onetoone", text.casefold()))
