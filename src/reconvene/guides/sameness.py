"""How much of one guide's wording stands in another one too. Pure.

Called by guides.checking. A sentence counts as shared when at least half of its runs of four words stand in the other guide.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from reconvene.guides.guide import Guide

MOST_SHARED = 0.1  # of a guide's sentences
RUN = 4  # words

_END = re.compile(r"[.?:;]\s|\n")


def shared(guides: Sequence[Guide]) -> Iterator[tuple[str, str, float, str]]:
    """Pairs of guides of which the first shares more than MOST_SHARED of its sentences with the second: both slugs, the share, an example."""
    sentences = {guide.slug: _sentences(guide) for guide in guides}
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for slug, held in sentences.items():
        for run in (run for runs in held.values() for run in runs):
            homes[run].add(slug)
    for slug, held in sentences.items():
        counts: Counter[str] = Counter()
        examples: dict[str, str] = {}
        for sentence, runs in held.items():
            others = Counter(other for run in runs for other in homes[run] if other != slug)
            for other in (other for other, number in others.items() if 2 * number >= len(runs)):
                counts[other] += 1
                examples.setdefault(other, sentence)
        for other, number in counts.items():
            if number > MOST_SHARED * len(held):
                yield slug, other, number / len(held), examples[other]


def _sentences(guide: Guide) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The guide's sentences of four words and more that are shown, each with its runs of four words."""
    cards = (
        text
        for card in guide.cards
        for text in (card.title, card.action, card.fits_when, card.not_when, card.first_step, card.works_if, card.source)
    )
    lists = (
        guide.sounds_like,
        guide.key_questions,
        guide.story_prompts,
        guide.questions,
        guide.if_then,
        guide.tips,
        guide.buddy_questions,
        guide.signals,
        guide.reconvene_questions,
    )
    prose = (guide.lede, guide.what_it_is, guide.what_it_is_not, guide.going_on, guide.case, guide.first_step, guide.job_aid, guide.caution)
    found = {}
    for sentence in _END.split("\n".join((*prose, *cards, *(text for texts in lists for text in texts)))):
        words = re.findall(r"[^\W_]+", sentence.lower())
        if len(words) >= RUN:
            found[sentence.strip()] = tuple(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return found
