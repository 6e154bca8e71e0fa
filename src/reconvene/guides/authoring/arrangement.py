"""What an organisation makes of the topics: hidden or not, in which place, called how; and which names are taken. Called by the page that arranges the library, and by
the actions on guides, whose titles are names too.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from reconvene.guides.models import Topic, TopicArrangement
from reconvene.guides.ours import our_title, write_mark
from reconvene.people.models import Organisation, Person


class NamesTaken(Exception):
    """Names that topics were to have belong to others already. `by_slug` has the title of the other topic by the slug of the one that was to have it."""

    def __init__(self, by_slug: Mapping[str, str]) -> None:
        super().__init__(by_slug)
        self.by_slug = by_slug


@dataclass(frozen=True)
class Placed:
    """What an organisation makes of a topic: hidden or not, its place in its category, None for none, and what it calls it, "" as we do."""

    is_hidden: bool
    place: int | None
    title: str = ""


@transaction.atomic
def arrange(by: Person, *, placed: Mapping[str, Placed], now: datetime) -> None:
    """Hide topics, give them places and names, by slug; what is not among `placed` stays as it is. Tells no one. Challenges and groups that are there go on.

    Raises NamesTaken, and then nothing is changed.
    """
    lock_names(by.organisation_id)
    topics = {topic.slug: topic for topic in Topic.objects.visible_to(by).filter(slug__in=placed)}
    before = {one.topic.slug: one for one in TopicArrangement.objects.filter(organisation_id=by.organisation_id).select_related("topic")}
    was = {slug: Placed(one.hidden_at is not None, one.place, one.title) for slug, one in before.items()}
    wanted = {slug: _sound(one, topics[slug]) for slug, one in placed.items() if slug in topics}
    changed = {slug: one for slug, one in wanted.items() if one != was.get(slug, Placed(False, None))}
    names = {slug: one.title for slug, one in changed.items() if one.title != (was[slug].title if slug in was else "")}
    if taken := taken_names(by.organisation_id, names):
        raise NamesTaken(taken)
    for slug, one in changed.items():
        hidden_at = (before[slug].hidden_at if slug in before else None) or now
        TopicArrangement.objects.update_or_create(
            organisation_id=by.organisation_id,
            topic=topics[slug],
            defaults={"hidden_at": hidden_at if one.is_hidden else None, "place": one.place, "title": one.title},
        )
    write_mark(by.organisation_id)


def _sound(placed: Placed, topic: Topic) -> Placed:
    """What is wanted of a topic, without a name that is ours anyway; one of the organisation's own has that of its guide."""
    is_named = topic.organisation_id is None and placed.title != our_title(topic)
    return placed if is_named else replace(placed, title="")


def taken_names(organisation_id: uuid.UUID, names: Mapping[str, str]) -> dict[str, str]:
    """Those of the names, by slug, that another topic, hidden or not, has or would have again, with its title: our name, the organisation's, that of its version
    of the guide. Retired ones have lost theirs.
    """
    if not any(names.values()):
        return {}
    theirs: dict[str, dict[str, str]] = defaultdict(dict)  # by name and slug the title
    arranged = {one.topic_id: one for one in TopicArrangement.objects.filter(organisation_id=organisation_id)}
    for topic in Topic.objects.filter(Q(organisation=None) | Q(organisation_id=organisation_id), retired_at=None):
        here = arranged.get(topic.id)
        for name in (our_title(topic), names.get(topic.slug, here.title if here else ""), here.guide_title if here else ""):
            theirs[name.casefold()][topic.slug] = topic.title
    found = {slug: [title for other, title in theirs[name.casefold()].items() if other != slug] for slug, name in names.items() if name}
    return {slug: others[0] for slug, others in found.items() if others}


def lock_names(organisation_id: uuid.UUID) -> None:
    """One at a time gives codes, addresses and names in an organisation."""
    Organisation.objects.select_for_update(no_key=True).get(id=organisation_id)
