"""The library as one organisation has it: the built-in one, without what it hides, in its order, as it calls the topics, with the guides it has written
itself, and with its versions of built-in ones in their place.

Called by views, intake, rooms, practice and the playbook. A process keeps the libraries of the last organisations that asked; one query says whether
a kept one is still right, once in a request or a job.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from reconvene.base import tenancy
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import Category, Library, TopicEntry
from reconvene.guides.models import LAST, GuideVersion, LibraryState, OwnGuide, Topic, TopicArrangement
from reconvene.guides.script import PUBLISHED, parse_guide

CODES = "Z"  # the letter of own codes
MARK = "library"  # under which a request notes the mark
KEPT = 64  # libraries in a process; each holds its own guides and points at the built-in ones


def library_for(organisation_id: uuid.UUID) -> Library:
    """What members of this organisation choose from. One query when the process knows it already; the built-in library itself when nothing was changed."""
    return library_at(organisation_id, mark_of(organisation_id))


def mark_of(organisation_id: uuid.UUID) -> uuid.UUID | None:
    """Which library of the organisation is the current one; None while it has the built-in one as it is. One query, none when it was asked before in this
    request or job.
    """
    noted = tenancy.noted() if organisation_id == tenancy.default() else {}
    if MARK not in noted:
        noted[MARK] = LibraryState.objects.filter(organisation_id=organisation_id).values_list("mark", flat=True).first()
    found: uuid.UUID | None = noted[MARK]
    return found


def write_mark(organisation_id: uuid.UUID) -> None:
    """The libraries that processes keep for the organisation are no longer right once this is committed. Tells no one."""
    LibraryState.objects.update_or_create(organisation_id=organisation_id, defaults={"mark": uuid.uuid4()})
    tenancy.noted().pop(MARK, None)


def library_at(organisation_id: uuid.UUID, mark: uuid.UUID | None) -> Library:
    """The organisation's library by its mark. No query for one that is kept."""
    return library() if mark is None else _composed(Path(settings.GUIDES_FOLDER), organisation_id, mark)


def guide_for(topic: Topic, *, at: datetime | None = None) -> Guide | None:
    """The guide of a topic, None where none is written. `at`: as it was then, or first became; so whoever began with a version keeps it.

    Two queries at most; for a built-in topic that the organisation never adapted only that of the mark.
    """
    if topic.organisation_id is not None:
        versions = GuideVersion.objects.filter(guide__topic=topic)
        found = versions.filter(published_at__lte=at).values_list("id", flat=True).first() if at else None
        found = found or (versions.order_by("number") if at else versions).values_list("id", flat=True).first()
        return _version(found, topic.organisation_id) if found else None
    return _adapted(topic, at) or _called(library().guides.get(topic.slug), topic.title)


def our_title(topic: Topic) -> str:
    """What we call a built-in topic, whatever an organisation calls it; the title of one of an organisation's own."""
    guide = library().guides.get(topic.slug) if topic.organisation_id is None else None
    return guide.title if guide else topic.title


def _adapted(topic: Topic, at: datetime | None) -> Guide | None:
    """The current organisation's version of a built-in guide, now or `at` a time; None while the built-in one stood."""
    here = tenancy.default()
    mark = mark_of(here) if here else None
    if mark is None or topic.slug not in _ever_adapted(here, mark):
        return None
    versions = GuideVersion.objects.filter(guide__topic=topic, guide__organisation_id=here)
    newest = (versions.filter(published_at__lte=at) if at else versions).values_list("id", "retired_at").first()
    if newest is None or (newest[1] is not None and (at is None or newest[1] <= at)):
        return None
    return _version(newest[0], here)


@lru_cache(maxsize=KEPT)
def _ever_adapted(organisation_id: uuid.UUID, _mark: uuid.UUID) -> frozenset[str]:
    """The slugs of built-in topics whose guide the organisation has ever published a version of. Kept by the mark."""
    own = OwnGuide.objects.filter(organisation_id=organisation_id, topic__isnull=False, adapts__isnull=False)
    return frozenset(own.values_list("slug", flat=True))


def _called(guide: Guide | None, title: str) -> Guide | None:
    """A built-in guide under the title that its topic has here."""
    return guide if guide is None or guide.title == title else replace(guide, title=title)


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
    stands = standing(organisation_id).order_by("guide__code").values_list("text", "guide__topic__category")
    own = [(guide_in_version(text), category) for text, category in stands]
    arranged = {one.topic.slug: one for one in TopicArrangement.objects.filter(organisation_id=organisation_id).select_related("topic")}
    hidden = {slug for slug, one in arranged.items() if one.hidden_at}
    called = {slug: replace(books.guides[slug], title=one.title) for slug, one in arranged.items() if one.title and slug in books.guides}
    mine = called | {guide.slug: guide for guide, _name in own}
    homes = {entry.slug: entry.category for entry in books.topics} | {guide.slug: name for guide, name in own}
    categories = tuple(_category(one, own, arranged, hidden) for one in books.categories)
    guides = books.guides | mine
    entries = {entry.slug: entry for entry in books.topics} | {slug: _entry(guide, homes[slug]) for slug, guide in mine.items()}
    slugs = [slug for category in categories for slug in category.slugs]
    return replace(
        books,
        guides={slug: guides[slug] for slug in slugs if slug in guides},
        categories=tuple(category for category in categories if category.slugs),
        topics=tuple(entries[slug] for slug in slugs if slug in entries),
    )


def standing(organisation_id: uuid.UUID) -> QuerySet[GuideVersion]:
    """The versions of own guides that members read now: the newest of each, without what is retired."""
    newest = GuideVersion.objects.filter(guide=OuterRef("guide")).order_by("-number").values("id")[:1]
    offered = {"guide__topic__isnull": False, "guide__topic__retired_at": None, "retired_at": None}
    return GuideVersion.objects.filter(organisation_id=organisation_id, id=Subquery(newest), **offered)


def _category(category: Category, own: Iterable[tuple[Guide, str]], arranged: dict[str, TopicArrangement], hidden: set[str]) -> Category:
    """A category with the own guides in it, in the organisation's order: those with a place first."""
    slugs = dict.fromkeys((*category.slugs, *(guide.slug for guide, name in own if name == category.name)))
    places = {slug: arranged[slug].place or LAST for slug in slugs if slug in arranged}
    shown = sorted((slug for slug in slugs if slug not in hidden), key=lambda slug: places.get(slug, LAST))
    return replace(category, slugs=tuple(shown))


def _entry(guide: Guide, category: str) -> TopicEntry:
    phrases = tuple(dict.fromkeys((*guide.sounds_like, *guide.phrases, *guide.phrases_de)))
    return TopicEntry(guide.code, guide.slug, guide.title, guide.levels, phrases, category)
