"""Questions about the guides on L&D's desk, and about what an organisation makes of the library."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, Subquery

from reconvene.guides.authoring.boxes import read
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.library import Library
from reconvene.guides.models import GuideVersion, OwnGuide, Topic, TopicArrangement
from reconvene.guides.ours import our_title, standing
from reconvene.people.models import Person

EXAMPLE = "delegating"
MOST_PROBLEMS = 60  # shown at once
MOST_PLACE = 999


class State(StrEnum):
    """Where a guide stands."""

    DRAFT = "draft"
    CHANGED = "changed"  # published, with newer words on the desk
    IN_REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True)
class OnDesk:
    """A guide with where it stands, the number of its newest version, 0 before the first, and the title of the built-in guide that it adapts, "" for none."""

    guide: OwnGuide
    state: State
    number: int
    original: str


@dataclass(frozen=True)
class Arranged:
    """A topic as the organisation has it: its row, whether it is offered, its place, our title, what the organisation calls it, and the title of its version of
    the guide, each "" for none.
    """

    topic: Topic
    is_offered: bool
    place: int | None
    our_title: str
    called: str
    guide_title: str


def desk(reader: Person) -> list[OnDesk]:
    """Every guide of the organisation's own, those that wait for a second person first. One query; no texts."""
    newest = GuideVersion.objects.filter(guide=OuterRef("pk")).order_by("-number")
    guides = OwnGuide.objects.visible_to(reader).select_related("topic", "changed_by", "handed_in_by")
    rows = guides.annotate(
        newest_number=Subquery(newest.values("number")[:1]),
        newest_edition=Subquery(newest.values("edition")[:1]),
        newest_retired_at=Subquery(newest.values("retired_at")[:1]),
    )
    found = [
        OnDesk(guide, _state(guide, guide.newest_edition, guide.newest_retired_at), guide.newest_number or 0, title_of(original_of(guide)))
        for guide in rows
    ]
    order = [State.IN_REVIEW, State.DRAFT, State.CHANGED, State.PUBLISHED, State.RETIRED]
    return sorted(found, key=lambda one: (order.index(one.state), one.guide.title.casefold()))


def state_of(guide: OwnGuide, newest: GuideVersion | None) -> State:
    """Where a guide stands, by its newest version."""
    return _state(guide, newest.edition, newest.retired_at) if newest else _state(guide, None, None)


def original_of(guide: OwnGuide) -> Guide | None:
    """The built-in guide that a guide adapts, as it is today; None when it adapts none, or one that has left the library."""
    return library().guides.get(guide.slug) if guide.is_adapted else None


def origin_of(guide: OwnGuide, books: Library) -> Guide | None:
    """The guide of which a guide was a copy at first, as it is in these books today: the one that it adapts, or another one; None when there is none."""
    return original_of(guide) or books.guides.get(guide.began_with)


def title_of(guide: Guide | None) -> str:
    """Its title; "" of none."""
    return guide.title if guide else ""


def example(books: Library) -> Mapping[str, str]:
    """The boxes of a guide that comes with the program, to be shown beside empty ones."""
    return _example(Path(settings.GUIDES_FOLDER))


def published(organisation_id: uuid.UUID) -> tuple[list[tuple[str, str]], list[tuple[str, str, list[str]]]]:
    """The organisation's own guides as published and not retired, by slug and text; and the categories in which they are, by key, name and
    slugs. One query.
    """
    held = list(standing(organisation_id).order_by("guide__slug").values_list("guide__slug", "text", "guide__category"))
    categories = [(one.key, one.name, [slug for slug, _text, name in held if name == one.name]) for one in library().categories]
    return [(slug, text) for slug, text, _name in held], [one for one in categories if one[2]]


def arrangement(reader: Person) -> list[tuple[str, list[Arranged]]]:
    """Every topic by category, as the organisation has it. Two queries."""
    known = {one.topic_id: one for one in TopicArrangement.objects.filter(organisation_id=reader.organisation_id)}
    topics = Topic.objects.visible_to(reader).filter(retired_at=None)
    rows: dict[str, list[Arranged]] = {one.name: [] for one in library().categories}
    for topic in topics:
        row = known.get(topic.id)
        facts = (
            (not row.hidden_at, row.place, our_title(topic), row.title, row.guide_title) if row else (True, None, our_title(topic), "", "")
        )
        rows.setdefault(topic.category, []).append(Arranged(topic, *facts))
    return [(name, sorted(held, key=lambda one: (one.place or MOST_PLACE + 1, one.topic.code))) for name, held in rows.items() if held]


def _state(guide: OwnGuide, edition: int | None, retired_at: datetime | None) -> State:
    if guide.handed_in_at is not None:
        return State.IN_REVIEW
    if edition is None:
        return State.DRAFT
    if retired_at is not None or (guide.topic is not None and guide.topic.retired_at is not None):
        return State.RETIRED
    return State.PUBLISHED if edition == guide.edition else State.CHANGED


@lru_cache(maxsize=4)
def _example(_folder: Path) -> Mapping[str, str]:
    guides = library().guides
    return read(guides.get(EXAMPLE) or next(iter(guides.values())))
