"""A guide as a value: what is known about one topic, and what can be tried. Pure.

Made by guides.script from a Markdown file; read by guides, rooms and practice.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

OURS = "our-"  # every slug of an own topic begins so, and no built-in one does: neither ever takes the other's address
WORDS_A_MINUTE = 200  # that somebody reads
MOST_RELATED = 6
LEVELS = ("F", "M", "S")  # first-line, middle, senior
# How sure we are: several meta-analyses or field experiments agree; one of them; cases, or research that only touches it;
# credible findings on both sides; experience without trials.
STRENGTHS = ("strong", "moderate", "weak", "contested", "practice")
NAMED = re.compile(r"([A-Z][\w'’-]+)(?: and others| and colleagues| et al\.)?,? \((\d{4})\)?")
"""How a text names a work: an author, and the year in brackets."""


@dataclass(frozen=True)
class StrategyCard:
    """One thing to try. `key` is unique in the library (`a6-1`) and never reused; `action` is Markdown; `strength` is one of STRENGTHS.

    `first_step` takes a quarter of an hour this week; `works_if` is what one would see.
    """

    key: str
    title: str
    action: str
    fits_when: str
    not_when: str
    first_step: str
    works_if: str
    source: str
    strength: str


@dataclass(frozen=True)
class Source:
    """A work that a guide rests on: `work` names authors, title and year. `is_sure` is False until a person has looked it up."""

    work: str
    kind: str
    is_sure: bool

    def is_named(self, author: str, year: str) -> bool:
        """Whether a text that names this author and year, by NAMED, means this work."""
        return author in self.work and year in self.work


@dataclass(frozen=True)
class Guide:
    """What is known about one topic. `going_on`, `case`, `first_step` and `job_aid` are Markdown.

    `phrases` (English) and `phrases_de` serve matching and are not shown. `tips` and `buddy_questions` are one for each week of practice and
    go into messages, so they do not name the topic. `related` are slugs of other guides; `caution` is empty when there is none. `adapts` makes it an
    organisation's version of the built-in guide with this slug: when that one was last reviewed, as it was copied or compared.
    """

    code: str
    slug: str
    title: str
    headline: str
    levels: tuple[str, ...]
    lede: str
    sounds_like: tuple[str, ...]
    phrases: tuple[str, ...]
    phrases_de: tuple[str, ...]
    what_it_is: str
    what_it_is_not: str
    key_questions: tuple[str, ...]
    story_prompts: tuple[str, ...]
    going_on: str
    cards: tuple[StrategyCard, ...]
    case: str
    questions: tuple[str, ...]
    first_step: str
    job_aid: str
    if_then: tuple[str, ...]
    tips: tuple[str, ...]
    buddy_questions: tuple[str, ...]
    signals: tuple[str, ...]
    reconvene_questions: tuple[str, ...]
    sources: tuple[Source, ...]
    related: tuple[str, ...]
    caution: str
    reviewed_on: date
    adapts: date | None = None

    @cached_property
    def minutes(self) -> int:
        """To read it, at WORDS_A_MINUTE."""
        return max(1, round(sum(len(text.split()) for _part, texts in self.parts for text in texts) / WORDS_A_MINUTE))

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is read, in its order: the name of each part and its texts."""
        cards = tuple(
            text
            for card in self.cards
            for text in (card.title, card.action, card.fits_when, card.not_when, card.first_step, card.works_if, card.source)
        )
        return (
            ("is", (self.lede, self.what_it_is, self.what_it_is_not, self.caution)),
            ("what", (self.going_on,)),
            ("try", cards),
            ("case", (self.case,)),
            ("ask", self.questions),
            ("small", (self.first_step,)),
            ("plan", self.if_then),
            ("signal", self.signals),
            ("src", ()),
        )

    @property
    def is_own(self) -> bool:
        """Whether an organisation wrote it: on a topic of its own, or as its version of a built-in guide."""
        return self.adapts is not None or self.slug.startswith(OURS)
