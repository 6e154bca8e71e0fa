"""Questions to the library that need the topics' rows too: the list of guides, and topics near to somebody's words."""

from dataclasses import dataclass

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import TopicEntry
from reconvene.guides.models import Topic
from reconvene.people.models import Person
from reconvene.text.similarity import suggest


@dataclass(frozen=True)
class Shelf:
    """One category of the list: topics with a guide, then those that have none yet."""

    category: str
    guides: tuple[Guide, ...]
    waiting: tuple[TopicEntry, ...]


def shelves() -> tuple[Shelf, ...]:
    """The library by category, in its own order. Categories with a guide come first."""
    books = library()
    categories = list(dict.fromkeys(entry.category for entry in books.topics))
    filled = [_shelf(category) for category in categories]
    return tuple(sorted(filled, key=lambda shelf: not shelf.guides))


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


def _shelf(category: str) -> Shelf:
    books = library()
    entries = [entry for entry in books.topics if entry.category == category]
    guides = tuple(books.guides[entry.slug] for entry in entries if entry.slug in books.guides)
    return Shelf(category, guides, tuple(entry for entry in entries if entry.slug not in books.guides))
