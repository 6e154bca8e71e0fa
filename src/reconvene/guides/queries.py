"""Questions to the library that need the topics' rows or many guides at once: the list of guides, and topics near to somebody's words."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import Category, Library
from reconvene.guides.models import Topic
from reconvene.guides.search import Index
from reconvene.people.models import Person
from reconvene.text.similarity import suggest


@dataclass(frozen=True)
class Shelf:
    """One category of the library with those of its guides that are wanted."""

    category: Category
    guides: tuple[Guide, ...]


@dataclass(frozen=True)
class Found:
    """Guides that were looked for: by category in the library's order, or, where words were given, best first with their categories."""

    shelves: tuple[Shelf, ...]
    ranked: tuple[tuple[Guide, Category], ...]
    count: int


def find_guides(*, words: str = "", category: str = "", level: str = "") -> Found:
    """The guides that speak of the words, in the category with this key, for this level; what is "" does not matter. No query."""
    books = library()
    wanted = {slug for slug, guide in books.guides.items() if level in ("", *guide.levels)}
    shelves = tuple(_shelf(books, one, wanted) for one in books.categories if category in ("", one.key))
    filled = tuple(shelf for shelf in shelves if shelf.guides)
    if not words.strip():
        return Found(filled, (), sum(len(shelf.guides) for shelf in filled))
    there = {guide.slug: (guide, shelf.category) for shelf in filled for guide in shelf.guides}
    ranked = tuple(there[slug] for slug in _index(settings.GUIDES_FOLDER).find(words) if slug in there)
    return Found((), ranked, len(ranked))


def nearest_topics(person: Person, *, text: str, most: int = 2) -> list[Topic]:
    """Up to `most` topics that the words of `text` come close to, best first; none for an empty text. One query."""
    if not text.strip():
        return []
    phrases = {entry.slug: (entry.title, *entry.phrases) for entry in library().topics}
    likely = [one.topic for one in suggest(text, phrases, most=most)]
    found = {topic.slug: topic for topic in Topic.objects.visible_to(person).filter(slug__in=likely)}
    return [found[slug] for slug in likely if slug in found]


def tip_for(slug: str, week: int) -> str:
    """The guide's tip for a week of practice (0 to 3); "" for a topic without a guide."""
    guide = library().guides.get(slug)
    return guide.tips[week] if guide else ""


def examples_for(slug: str) -> tuple[str, ...]:
    """The guide's examples of a plan, "If …, then I …."; none for a topic without a guide."""
    guide = library().guides.get(slug)
    return guide.if_then if guide else ()


def buddy_question_for(slug: str, week: int) -> str:
    """What the guide would have buddies ask each other in a week of practice (0 to 3); "" for a topic without a guide."""
    guide = library().guides.get(slug)
    return guide.buddy_questions[week] if guide else ""


def _shelf(books: Library, category: Category, wanted: set[str]) -> Shelf:
    return Shelf(category, tuple(books.guides[slug] for slug in category.slugs if slug in wanted))


@lru_cache(maxsize=4)
def _index(_folder: Path) -> Index:
    """The words of the library in this folder, which is the one in use. Kept, as the library is."""
    return Index(tuple(library().guides.values()))
