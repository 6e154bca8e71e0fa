"""What the intake page shows beside the text box: topics that fit, whether others wait."""

from dataclasses import dataclass

from reconvene.challenges.models import Challenge
from reconvene.challenges.rules import crowd_word
from reconvene.guides.models import Topic
from reconvene.guides.queries import suggestions
from reconvene.people.models import Person

LIKELY_TOPICS = 3


@dataclass(frozen=True)
class TopicSuggestion:
    """A topic that fits the text, with the person's own words that led to it."""

    topic: Topic
    found: tuple[str, ...]


def suggested_topics(person: Person, *, text: str) -> list[TopicSuggestion]:
    """Up to three topics for a text, best first; none for an empty text. Two queries."""
    if not text.strip():
        return []
    likely = suggestions(person, text=text, most=LIKELY_TOPICS)
    chosen = Topic.objects.visible_to(person).filter(slug__in=[one.topic for one in likely])
    topics = {topic.slug: topic for topic in chosen}
    return [TopicSuggestion(topics[one.topic], one.found) for one in likely if one.topic in topics]


def others_waiting(topic: Topic, *, person: Person) -> str:
    """Whether others in the organisation wait on this topic, as the code of `crowd_word`. One query."""
    waiting = Challenge.objects.filter(organisation_id=person.organisation_id, topic=topic).open().exclude(person=person)
    return crowd_word(waiting.count())
