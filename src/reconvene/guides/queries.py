"""Questions to the library that need the topics' rows or many guides at once: the list of guides, and topics near to somebody's words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from reconvene.guides.catalogue import library
from reconvene.guides.finding import find
from reconvene.guides.guide import Guide
from reconvene.guides.library import Category
from reconvene.guides.models import Topic
from reconvene.guides.ours import KEPT, guide_for, library_at, library_for
from reconvene.guides.search import Index, words_in
from reconvene.people.models import Person

MOST_FOUND = 12
SENTENCE = 3  # words from which on somebody tells more than where to look
NEAR = 0.1  # of the confidence with which a topic is near to words that somebody looks for


@dataclass(frozen=True)
class Shelf:
    """Some guides beside each other: those of one category that are wanted, or, without a category, what a search found, best first."""

    category: Category | None
    guides: tuple[Guide, ...]


def find_guides(
    organisation_id: uuid.UUID | None = None, mark: uuid.UUID | None = None, *, words: str = "", category: str = "", level: str = ""
) -> tuple[Shelf, ...]:
    """The guides of the organisation's library with this mark, or the built-in ones, in the category with this key and for this level, by category in the library's order; what is "" does not matter. With words one
    shelf of at most MOST_FOUND guides that speak of them; none when nothing is found. Before these come, for whoever writes a sentence, those that are about
    what it means. One query for a sentence in an organisation; otherwise none for a library that is kept.
    """
    books = library_at(organisation_id, mark) if organisation_id else library()
    wanted = {slug: guide for slug, guide in books.guides.items() if level in ("", *guide.levels)}
    chosen = [one for one in books.categories if category in ("", one.key)]
    if not words.strip():
        shelves = (Shelf(one, tuple(wanted[slug] for slug in one.slugs if slug in wanted)) for one in chosen)
        return tuple(shelf for shelf in shelves if shelf.guides)
    there = {slug for one in chosen for slug in one.slugs}
    spoken = _words_of(organisation_id, mark).find(words)
    slugs = dict.fromkeys((*_meant(organisation_id, words, is_known=bool(spoken)), *spoken))
    found = [wanted[slug] for slug in slugs if slug in wanted and slug in there]
    return (Shelf(None, tuple(found[:MOST_FOUND])),) if found else ()


def _meant(organisation_id: uuid.UUID | None, words: str, *, is_known: bool) -> list[str]:
    """The topics that a sentence comes close to; none for a word or two, nor for one of words that stand nowhere and could be anything."""
    if len(words_in(words)) < SENTENCE:
        return []
    finding = find(words, organisation_id=organisation_id)
    return [one.topic for one in finding.suggestions if one.confidence >= NEAR] if is_known or finding.is_sure else []


def nearest_topics(person: Person, *, text: str, most: int = 2) -> list[Topic]:
    """Up to `most` topics that the words of `text` come close to, best first; none for an empty text. Two queries."""
    if not text.strip():
        return []
    likely = [one.topic for one in find(text, organisation_id=person.organisation_id).suggestions if one.confidence >= NEAR][:most]
    found = {topic.slug: topic for topic in Topic.objects.offered_to(person).filter(slug__in=likely)}
    return [found[slug] for slug in likely if slug in found]


def in_order(topics: Iterable[Topic], *, organisation_id: uuid.UUID) -> list[Topic]:
    """Topics category by category as the organisation has arranged them; those that are not in its library follow. One query besides that
    of the topics, none when the library was asked for before in this request.
    """
    places = {entry.slug: number for number, entry in enumerate(library_for(organisation_id).topics)}
    return sorted(topics, key=lambda topic: places.get(topic.slug, len(places)))


def tip_for(topic: Topic, week: int, *, at: datetime) -> str:
    """The guide's tip for a week of practice (0 to 3), for a cycle that began at `at`; "" for a topic without a guide."""
    guide = guide_for(topic, at=at)
    return guide.tips[week] if guide else ""


def examples_for(topic: Topic, *, at: datetime) -> tuple[str, ...]:
    """The guide's examples of a plan, "If …, then I ….", for a cycle that began at `at`; none for a topic without a guide."""
    guide = guide_for(topic, at=at)
    return guide.if_then if guide else ()


def buddy_question_for(topic: Topic, week: int, *, at: datetime) -> str:
    """What the guide would have buddies ask each other in a week of practice (0 to 3), for a cycle that began at `at`; "" for a topic without a guide."""
    guide = guide_for(topic, at=at)
    return guide.buddy_questions[week] if guide else ""


def _words_of(organisation_id: uuid.UUID | None, mark: uuid.UUID | None) -> Index:
    return _own_index(settings.GUIDES_FOLDER, organisation_id, mark) if organisation_id and mark else _index(settings.GUIDES_FOLDER)


@lru_cache(maxsize=KEPT)
def _own_index(folder: Path, organisation_id: uuid.UUID, mark: uuid.UUID) -> Index:
    """The words of an organisation's own guides and what it calls topics, beside the words of the built-in guides, which all share."""
    ours, books = library().guides, library_at(organisation_id, mark).guides
    own = tuple(guide for guide in books.values() if guide.is_own)
    titles = {slug: guide.title for slug, guide in books.items() if not guide.is_own and guide is not ours[slug]}
    return Index(own, base=_index(folder), titles=titles)


@lru_cache(maxsize=4)
def _index(_folder: Path) -> Index:
    """The words of the library in this folder, which is the one in use. Kept, as the library is."""
    return Index(tuple(library().guides.values()))
