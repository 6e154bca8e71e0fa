"""The library as this installation has it, read once per process, and its topics as rows. Called by views, intake, rooms and set-up."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from reconvene.guides.library import Library, load
from reconvene.guides.models import LAST, Topic
from reconvene.guides.script import PUBLISHED


def library() -> Library:
    """Guides, protocols, topics and the pact of `settings.GUIDES_FOLDER`. Raises ScriptError or OSError when the folder is unsound."""
    return _loaded(Path(settings.GUIDES_FOLDER))


@cache
def _loaded(folder: Path) -> Library:
    return load(folder, demands=PUBLISHED)


@transaction.atomic
def sync_topics() -> int:
    """Write the library's topics into the table of built-in topics and return how many there are. Tells no one. Safe to repeat.

    A topic that has left the library keeps its row, after all others, because challenges and strategies may point at it.
    """
    entries = library().topics
    known = {topic.slug: topic for topic in Topic.objects.filter(organisation=None)}
    gone = known.keys() - {entry.slug for entry in entries}
    Topic.objects.filter(organisation=None, slug__in=gone).update(place=LAST)
    for place, entry in enumerate(entries):
        facts = {"code": entry.code, "title": entry.title, "category": entry.category, "levels": "".join(entry.levels), "place": place}
        topic = known.get(entry.slug)
        if topic is None:
            Topic.objects.create(organisation=None, slug=entry.slug, **facts)
        elif facts != {name: getattr(topic, name) for name in facts}:
            Topic.objects.filter(id=topic.id).update(**facts)
    return len(entries)
