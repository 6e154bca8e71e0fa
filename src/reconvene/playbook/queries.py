"""Finding strategies: by words, by topic, surest first. Called by the playbook's pages, intake, home and rooms."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Cast

from reconvene.guides.models import Topic
from reconvene.guides.queries import nearest_topics
from reconvene.people.models import Organisation, Person
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import Mark, read_mark

PAGE = 12
NEAREST = 2
LONGEST_QUERY = 300
SHORTEST_WORD, MOST_WORDS = 4, 8  # of those that are looked for two by two


@dataclass(frozen=True)
class Found:
    """One page of strategies. `how` is "all", "topic", "words", "some_words", "near" or "nothing"; `near` are topics close to the words."""

    how: str
    strategies: list[Strategy]
    near: list[Topic]
    next_mark: str = ""


@dataclass(frozen=True)
class TopicCount:
    """A topic that has strategies, and how many."""

    slug: str
    title: str
    strategies: int


def settled_on(topic: Topic, *, organisation: Organisation, limit: int) -> list[Strategy]:
    """The surest strategies that `organisation` has on a topic. One query."""
    mine = Strategy.objects.current().filter(organisation=organisation, topic=topic)
    return list(mine.surest_first().select_related("topic")[:limit])


def topics_with_strategies(person: Person) -> list[TopicCount]:
    """Topics that have strategies here, most strategies first. One query."""
    grouped = (
        Strategy.objects.visible_to(person).values("topic__slug", "topic__title").annotate(n=Count("id")).order_by("-n", "topic__title")
    )
    return [TopicCount(row["topic__slug"], row["topic__title"], row["n"]) for row in grouped]


def find(person: Person, *, words: str, topic: Topic | None, after: str) -> Found:
    """One page of what the person looks for: all words first, then any two of them, then near topics. At most four queries."""
    words = words.replace("\x00", "")[:LONGEST_QUERY].strip()
    chosen = Strategy.objects.visible_to(person)
    if topic is not None:
        chosen = chosen.filter(topic=topic)
    mark = read_mark(after)
    if not words:
        return _surest(chosen, how="topic" if topic else "all", mark=mark)
    for how, text in (("words", words), ("some_words", _two_of(words))):
        found = _searched(chosen, text, how=how, mark=mark)
        if found.strategies:
            return found
    return _near(person, words)


def _surest(chosen: QuerySet[Strategy], *, how: str, mark: Mark | None) -> Found:
    if mark:
        chosen = chosen.filter(Q(lower__lt=mark.first) | Q(lower=mark.first, id__gt=mark.id))
    rows = list(chosen.select_related("topic").order_by("-lower", "id")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Found(how, rows[:PAGE], [], Mark(last.lower, 0.0, last.id).text() if last else "")


def _searched(chosen: QuerySet[Strategy], words: str, *, how: str, mark: Mark | None) -> Found:
    query = SearchQuery(words, config="english", search_type="websearch")
    ranked: Any = chosen.filter(search=query).annotate(rank=Cast(SearchRank(F("search"), query), FloatField()))
    if mark:
        same = Q(rank=mark.first)
        ranked = ranked.filter(Q(rank__lt=mark.first) | same & Q(lower__lt=mark.second) | same & Q(lower=mark.second, id__gt=mark.id))
    rows = list(ranked.select_related("topic").order_by("-rank", "-lower", "id")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Found(how, rows[:PAGE], [], Mark(last.rank, last.lower, last.id).text() if last else "")


def _two_of(words: str) -> str:
    """The same words, of which two together are enough, in the language of websearch_to_tsquery. "" for fewer than three words."""
    plain = "".join(char if char.isalnum() else " " for char in words.lower())
    telling = list(dict.fromkeys(word for word in plain.split() if len(word) >= SHORTEST_WORD))[:MOST_WORDS]
    if len(telling) <= 2:
        return ""
    return " or ".join(f"{one} {other}" for one, other in combinations(telling, 2))


def _near(person: Person, words: str) -> Found:
    near = nearest_topics(person, text=words, most=NEAREST)
    rows = list(Strategy.objects.visible_to(person).filter(topic__in=near).select_related("topic").surest_first()[:PAGE]) if near else []
    return Found("near" if rows else "nothing", rows, near)
