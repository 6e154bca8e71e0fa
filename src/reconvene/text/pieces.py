"""The pieces of somebody's text that say what led to a topic, literally as they were written. Pure. Used by text.finding."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from reconvene.text.words import Word, has_words

Place = tuple[int, int]  # where a piece begins and ends in the text

LONGEST = 12  # words of a piece
FEWEST = 3  # words on either side, where a long piece is cut before a word that joins
FEWEST_SPOKEN = 2  # words that say something, in a piece that is shown where there is one
MOST_SHOWN = 2
HALF_AS_GOOD = 0.5  # as the best piece, the second one must be

_SENTENCE = re.compile(r"[^.!?…;:\n]+")
_ENDS = re.compile(r"[.!?…;:,]+(?=\s|$)|[\n()\[\]\"“”„«»]|\s[–—-]+\s|\.{2,}")
_OPENS = re.compile(r"\s*(?:(?:and|but|so|und|aber)\s+)?", re.IGNORECASE)  # says nothing at the head of a piece
_JOINS = re.compile(
    r"\s(?=(?:and|but|because|since|so|or|as|when|while|which|who|that|if|und|aber|weil|dass|oder|wenn|während)\s)", re.IGNORECASE
)


def sentences(text: str) -> list[Place]:
    """The sentences with a word in them, without the spaces around them."""
    return _with_words(text, ((match.start(), match.end()) for match in _SENTENCE.finditer(text)))


def clauses(text: str) -> list[Place]:
    """What stands between two marks of punctuation; where that is long, cut before words that join."""
    found, at = list[Place](), 0
    for mark in _ENDS.finditer(text):
        found.append((at, mark.start()))
        at = mark.end()
    pieces = [piece for place in (*found, (at, len(text))) for piece in _cut(text, place)]
    return _with_words(text, ((_OPENS.match(text, first, last).end(), last) for first, last in pieces))  # type: ignore[union-attr]  # it always matches


def telling(
    text: str, words: Sequence[Word], places: Sequence[Place], worth: NDArray[np.float32], each: NDArray[np.float32]
) -> list[tuple[str, ...]]:
    """For each topic the one or two pieces that speak most for it, if any does; none is shown for two topics, the first ones choose first.

    `worth`, float32[places, topics], is how much each piece speaks for each topic, `each`, float32[words, topics], how much each word.
    """
    spoken = np.array([sum(first <= word.first < last and not word.is_empty for word in words) for first, last in places])
    free = np.minimum(spoken, FEWEST_SPOKEN) == min(spoken.max(initial=0), FEWEST_SPOKEN)
    found = []
    for speaks, by_word in zip(worth.T, each.T, strict=True):
        left = np.where(free, speaks, 0)
        best = [
            at for at in np.argsort(-left, kind="stable")[:MOST_SHOWN].tolist() if left[at] > 0 and left[at] >= HALF_AS_GOOD * left.max()
        ]
        free[best] = False
        found.append(tuple(_shortened(text, words, places[at], by_word) for at in best))
    return found


def _with_words(text: str, places: Iterable[Place]) -> list[Place]:
    found = []
    for first, last in places:
        inner = text[first:last].strip()
        if has_words(inner):
            first = text.index(inner, first)
            found.append((first, first + len(inner)))
    return found


def _cut(text: str, place: Place) -> list[Place]:
    """The same piece, or its parts when it is longer than one can take in."""
    first, last = place
    if len(text[first:last].split()) <= LONGEST:
        return [place]
    cuts = [first]
    for join in _JOINS.finditer(text, first, last):
        if len(text[cuts[-1] : join.start()].split()) >= FEWEST and len(text[join.start() : last].split()) >= FEWEST:
            cuts.append(join.start())
    return list(zip(cuts, [*cuts[1:], last], strict=True))


def _shortened(text: str, words: Sequence[Word], place: Place, each: NDArray[np.float32]) -> str:
    """The piece; of one that is too long the LONGEST neighbours that speak most, without the empty words at their ends."""
    inside = [at for at, word in enumerate(words) if place[0] <= word.first < place[1]]
    if len(inside) <= LONGEST:
        return text[place[0] : place[1]]
    begin = int(np.argmax(np.convolve(each[inside], np.ones(LONGEST), mode="valid")))
    some = [words[at] for at in inside[begin : begin + LONGEST]]
    full = [at for at, word in enumerate(some) if not word.is_empty] or [0, LONGEST - 1]
    return text[some[full[0]].first : some[full[-1]].last]
