"""The library as one organisation has it: the built-in one, without what it hides, in its order, and with the guides it has written itself.

Called by views, intake, rooms, practice and the playbook. A process keeps the libraries of the last organisations that asked; one query says whether
a kept one is still right.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, Subquery

from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import Category, Library, TopicEntry
from reconvene.guides.models import LAST, GuideVersion, LibraryState, OwnGuide, Topic, TopicArrangement
from reconvene.guides.script import PUBLISHED, parse_guide

OURS = "our-"  # every own slug begins so, and no built-in one does: neither ever takes the other's address
CODES = "Z"  # the letter of own codes
KEPT = 64  # libraries in a process; each holds its own guides and points at the built-in ones


def library_for(organisation_id: uuid.UUID) -> Library:
    """What members of this organisation choose from. One query when the process knows it already; the built-in library itself when nothing was changed."""
    return library_at(organisation_id, mark_of(organisation_id))


def mark_of(organisation_id: uuid.UUID) -> uuid.UUID | None:
    """Which library of the organisation is the current one; None while it has the built-in one as it is. One query."""
    return LibraryState.objects.filter(organisation_id=organisation_id).values_list("mark", flat=True).first()


def library_at(organisation_id: uuid.UUID, mark: uuid.UUID | None) -> Library:
    """The organisation's library by its mark. No query for one that is kept."""
    return library() if mark is None else _composed(Path(settings.GUIDES_FOLDER), organisation_id, mark)


def guide_for(topic: Topic, *, at: datetime | None = None) -> Guide | None:
    """The guide of a topic, None where none is written. `at`: as it was then, or first became; so whoever began with a version keeps it.

    No query for a built-in topic, two at most for an own one.
    """
    if topic.organisation_id is None:
        return library().guides.get(topic.slug)
    versions = GuideVersion.objects.filter(guide__topic=topic)
    found = versions.filter(published_at__lte=at).values_list("id", flat=True).first() if at else None
    found = found or (versions.order_by("number") if at else versions).values_list("id", flat=True).first()
    return _version(found, topic.organisation_id) if found else None


@lru_cache(maxsize=512)
def _version(version_id: uuid.UUID, _organisation_id: uuid.UUID) -> Guide:
    return guide_in_version(GuideVersion.objects.get(id=version_id).text)


@lru_cache(maxsize=512)
def guide_in_version(text: str) -> Guide:
    """The guide that was published with this text. Kept: a change of one guide must not cost the reading of four hundred."""
    return as_it_stands(text)


def as_it_stands(text: str) -> Guide:
    """The guide in a text that need not have passed the checker. Raises ScriptError when it cannot be read at all."""
    return parse_guide(text, source="", demands=PUBLISHED)


@lru_cache(maxsize=KEPT)
def _composed(_folder: Path, organisation_id: uuid.UUID, _mark: uuid.UUID) -> Library:
    """The organisation's library. Kept by its mark, which is written anew with every change."""
    books = library()
    newest = GuideVersion.objects.filter(guide=OuterRef("pk")).order_by("-number").values("text")[:1]
    offered = OwnGuide.objects.filter(organisation_id=organisation_id, topic__isnull=False, topic__retired_at=None)
    own = [(guide_in_version(text), category) for text, category in offered.annotate(text=Subquery(newest)).values_list("text", "category")]
    arranged = {one.topic.slug: one for one in TopicArrangement.objects.filter(organisation_id=organisation_id).select_related("topic")}
    hidden = {slug for slug, one in arranged.items() if one.hidden_at}
    categories = tuple(_category(one, own, arranged, hidden) for one in books.categories)
    guides = books.guides | {guide.slug: guide for guide, _category_name in own}
    entries = {entry.slug: entry for entry in books.topics} | {guide.slug: _entry(guide, name) for guide, name in own}
    slugs = [slug for category in categories for slug in category.slugs]
    return replace(
        books,
        guides={slug: guides[slug] for slug in slugs if slug in guides},
        categories=tuple(category for category in categories if category.slugs),
        topics=tuple(entries[slug] for slug in slugs if slug in entries),
    )


def _category(category: Category, own: Iterable[tuple[Guide, str]], arranged: dict[str, TopicArrangement], hidden: set[str]) -> Category:
    """A category with the own guides in it, in the organisation's order: those with a place first."""
    slugs = [*category.slugs, *(guide.slug for guide, name in own if name == category.name)]
    places = {slug: arranged[slug].place or LAST for slug in slugs if slug in arranged}
    shown = sorted((slug for slug in slugs if slug not in hidden), key=lambda slug: places.get(slug, LAST))
    return replace(category, slugs=tuple(shown))


def _entry(guide: Guide, category: str) -> TopicEntry:
    phrases = tuple(dict.fromkeys((*guide.sounds_like, *guide.phrases, *guide.phrases_de)))
    return TopicEntry(guide.code, guide.slug, guide.title, guide.levels, phrases, category)
