"""What the intake page shows beside the text box: topics that fit, whether others wait."""

from dataclasses import dataclass

from reconvene.challenges.models import Challenge, TopicChoice
from reconvene.challenges.rules import crowd_word
from reconvene.guides.finding import find
from reconvene.guides.models import Topic
from reconvene.guides.ours import library_for
from reconvene.people.models import Person
from reconvene.text.harm import Harm, harm_in

OFFERED_FROM = 0.02
"""Of the confidence: what is below is not even offered where the whole guess is not sure. A cancelled flight is near to no topic."""
TOLD_FROM = {True: 0.05, False: 0.3}
"""Of the confidence from which the page tells what led to a topic, when the whole guess is sure and when it is not: below, it would be a word like any other."""


@dataclass(frozen=True)
class TopicSuggestion:
    """A topic that fits the text, with the person's own words that led to it, and when it is not for a group of peers, "" where its guide names nothing."""

    topic: Topic
    found: tuple[str, ...]
    caution: str = ""


@dataclass(frozen=True)
class Likely:
    """Up to three topics for a text, best first, whether it is likely that the right one is among them, and whether there was a text at all. `harm` is
    what the text speaks of with which peers cannot help; then no topic is said to be the right one.
    """

    topics: tuple[TopicSuggestion, ...] = ()
    is_sure: bool = False
    is_read: bool = False
    harm: Harm | None = None

    @property
    def first(self) -> Topic | None:
        """The best one, None when there is none."""
        return self.topics[0].topic if self.topics else None

    def leaves_out(self, slug: str) -> bool:
        """Whether a topic that somebody chose is not among them; "" is none."""
        return bool(slug) and slug not in [one.topic.slug for one in self.topics]


def likely_topics(person: Person, *, text: str) -> Likely:
    """Topics for a text, with what people of the organisation confirmed before taken into account; none for an empty text. Three queries."""
    if not text.strip():
        return Likely()
    chosen = TopicChoice.objects.filter(organisation_id=person.organisation_id).values_list("offered__slug", "taken__slug", "times")
    confirmed = {(offered, taken): times for offered, taken, times in chosen}
    harm = harm_in(text)
    found = find(text, organisation_id=person.organisation_id, confirmed=confirmed)
    rows = Topic.objects.offered_to(person).filter(slug__in=[one.topic for one in found.suggestions])
    topics = {topic.slug: topic for topic in rows}
    guides = library_for(person.organisation_id).guides
    offered = tuple(
        TopicSuggestion(
            topics[one.topic],
            one.found if one.confidence >= TOLD_FROM[found.is_sure] and harm is None else (),
            guides[one.topic].caution if one.topic in guides else "",
        )
        for one in found.suggestions
        if one.topic in topics and (found.is_sure or one.confidence >= OFFERED_FROM)
    )
    return Likely(offered, found.is_sure and harm is None, is_read=True, harm=harm)


def others_waiting(topic: str, *, person: Person) -> str:
    """Whether others in the organisation wait on the topic with this slug, as the code of `crowd_word`. One query."""
    waiting = Challenge.objects.filter(organisation_id=person.organisation_id, topic__slug=topic).open().exclude(person=person)
    return crowd_word(waiting.count())
