"""Finding guides by words: which of them speak of what somebody types. Pure.

Called by guides.queries for the library page. A word counts the more, the fewer guides have it, and the nearer to the title it stands. Endings do not
matter much: "delegate" finds "delegating".
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from reconvene.guides.guide import Guide

LONGEST_QUERY = 300  # characters
MOST_WORDS = 24  # of a query that are looked up
WORTH_SHOWING = 0.34  # of the best one's score
STEM = 4  # letters that two words must begin with to be one
ENDING = 4  # letters by which the longer one may go on

_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLE, _SAID, _TOLD, _TEXT = 8.0, 4.0, 3.0, 1.0


class Index:
    """The words of some guides, each with its weight in every guide that has it. Built once; a hundred guides take about 4 MB."""

    def __init__(self, guides: Sequence[Guide]) -> None:
        self._weights: dict[str, dict[str, float]] = defaultdict(dict)
        for guide in guides:
            for weight, texts in _parts(guide):
                for word in (word for text in texts for word in _words(text)):
                    held = self._weights[word]
                    held[guide.slug] = max(weight, held.get(guide.slug, 0.0))
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for word in self._weights:
            self._by_stem[word[:STEM]].append(word)
        self._guides = len(guides)

    def find(self, query: str) -> tuple[str, ...]:
        """The slugs of the guides that speak of the query, best first; none when no word of it is known or all of them are everywhere."""
        scores: dict[str, float] = defaultdict(float)
        for word in list(dict.fromkeys(_words(query[:LONGEST_QUERY])))[:MOST_WORDS]:
            homes: dict[str, float] = {}
            for same in self._same(word):
                for slug, weight in self._weights[same].items():
                    homes[slug] = max(weight, homes.get(slug, 0.0))
            rarity = math.log(self._guides / len(homes)) if homes else 0.0
            for slug, weight in homes.items():
                scores[slug] += rarity * weight
        best = max(scores.values(), default=0.0)
        found = [slug for slug, score in scores.items() if score > 0 and score >= WORTH_SHOWING * best]
        return tuple(sorted(found, key=lambda slug: (-scores[slug], slug)))

    def _same(self, word: str) -> Iterator[str]:
        """The known words that are this one, but for their ending."""
        for other in self._by_stem.get(word[:STEM], ()):
            if other == word or _is_same(word, other):
                yield other


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    common = len(shorter) - 1 if shorter[-1] in "ey" else len(shorter)  # delegate, delegating; party, parties
    return common >= STEM and longer[:common] == shorter[:common] and len(longer) - common <= ENDING


def _parts(guide: Guide) -> tuple[tuple[float, Iterable[str]], ...]:
    cards = guide.cards
    return (
        (_TITLE, (guide.title,)),
        (_SAID, (*guide.sounds_like, *guide.phrases, *guide.phrases_de)),
        (_TOLD, (guide.headline, guide.lede, guide.what_it_is, *(card.title for card in cards))),
        (_TEXT, (guide.going_on, guide.case, guide.job_aid, *guide.questions, *guide.signals, *(card.action for card in cards))),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
