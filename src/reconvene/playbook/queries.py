"""Finding strategies: by words, by topic, surest first. Called by the playbook's pages, intake, home and rooms."""

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Cast

from reconvene.guides.models import Topic
from reconvene.guides.queries import nearest_topics
from reconvene.people.models import Organisation, Person
from reconvene.playbook.models import READ_BY_SEARCH, Strategy, TopicSize, Trial
from reconvene.playbook.rules import Mark, read_mark
from reconvene.text.similarity import Vectoriser

PAGE = 12
NEAREST = 2
EARLIER_SHOWN, SAID_SHOWN, REVIEWED_AT_ONCE = 10, 20, 20
MOST_COMPARED, PAIRS_SHOWN = 40, 10
MOST_RANKED = {"words": 120, "some_words": 48}  # of all that have the words, the surest: to rank them all would read half of the playbook
ALIKE_FROM = 0.45  # of 1; below it, texts on one topic share its words and no more
LONGEST_QUERY = 300
LOOSE_DASH = re.compile(r"-(?![\w\"])")  # leaves out no word; the database gives up after 32 in a row
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


@dataclass(frozen=True)
class Pair:
    """Two strategies that may say the same; `stays` is the surer one."""

    stays: Strategy
    goes: Strategy


def settled_on(topic: Topic, *, organisation: Organisation, limit: int) -> list[Strategy]:
    """The surest strategies that `organisation` has on a topic. One query."""
    found = list(Strategy.objects.current().filter(organisation=organisation, topic=topic).surest_first()[:limit])
    for strategy in found:
        strategy.topic = topic
    return found


def earlier_wordings(strategy: Strategy) -> list[Strategy]:
    """What became this strategy and was not withdrawn, the latest first. One query."""
    return list(
        Strategy.objects.filter(became=strategy, withdrawn_at=None).defer(*READ_BY_SEARCH).order_by("-published_on", "id")[:EARLIER_SHOWN]
    )


def said_by_others(strategy: Strategy) -> list[Trial]:
    """When it works and when not, in the words of those who tried it or what became it, the latest first. One query."""
    return list(Trial.objects.about(strategy).with_words()[:SAID_SHOWN])


def due_for_review(person: Person, *, today: date) -> list[Strategy]:
    """Strategies whose review is due, the longest due first. One query."""
    due = Strategy.objects.visible_to(person).filter(review_on__lte=today).select_related("topic")
    return list(due.order_by("review_on", "id")[:REVIEWED_AT_ONCE])


def alike(person: Person, *, topic: Topic) -> list[Pair]:
    """Pairs of strategies on a topic that may say the same, the most alike first. One query; among the `MOST_COMPARED` surest."""
    rows = list(Strategy.objects.visible_to(person).filter(topic=topic).surest_first()[:MOST_COMPARED])
    if len(rows) < 2:
        return []
    texts = Vectoriser().fit([one.doing for one in rows]).transform([f"{one.situation} {one.doing}" for one in rows])
    likeness = np.triu(texts @ texts.T, k=1)
    order = np.argsort(-likeness, axis=None)[:PAIRS_SHOWN]
    places = [divmod(int(at), len(rows)) for at in order if likeness.flat[at] >= ALIKE_FROM]
    return [Pair(rows[one], rows[other]) for one, other in places]


def topics_with_strategies(person: Person) -> list[TopicCount]:
    """Topics that have strategies here, most strategies first. One query."""
    sizes = TopicSize.objects.filter(organisation_id=person.organisation_id, strategies__gt=0).order_by("-strategies", "topic__title")
    return [TopicCount(*row) for row in sizes.values_list("topic__slug", "topic__title", "strategies")]


def find(person: Person, *, words: str, topic: Topic | None, after: str, by_situation: bool = False) -> Found:
    """One page of what the person looks for: all words first, then any two of them, then near topics; with the topics that are near to the words
    anyway, for their guides. `by_situation`: only where the words stand in when it was or when it works. At most four queries.
    """
    words = LOOSE_DASH.sub(" ", words.replace("\x00", "")[:LONGEST_QUERY]).strip()
    chosen = Strategy.objects.visible_to(person)
    if topic is not None:
        chosen = chosen.filter(topic=topic)
    mark = read_mark(after)
    if not words:
        return _surest(chosen, how="topic" if topic else "all", mark=mark)
    near = nearest_topics(person, text=words, most=NEAREST)
    for how, text in (("words", words), ("some_words", _two_of(words))):
        found = _searched(chosen, text, how=how, mark=mark, vector="fits" if by_situation else "search")
        if found.strategies:
            return replace(found, near=near)
    return _near(person, near)


def _surest(chosen: QuerySet[Strategy], *, how: str, mark: Mark | None) -> Found:
    if mark:
        chosen = chosen.filter(Q(lower__lt=mark.first) | Q(lower=mark.first, id__gt=mark.id))
    rows = list(chosen.select_related("topic").order_by("-lower", "id")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Found(how, rows[:PAGE], [], Mark(last.lower, 0.0, last.id).text() if last else "")


def _searched(chosen: QuerySet[Strategy], words: str, *, how: str, mark: Mark | None, vector: str) -> Found:
    query = SearchQuery(words, config="english", search_type="websearch")
    surest = chosen.filter(**{vector: query}).order_by("-lower", "id").values("id")[: MOST_RANKED[how]]
    ranked: Any = (
        Strategy.objects.defer(*READ_BY_SEARCH).filter(id__in=surest).annotate(rank=Cast(SearchRank(F(vector), query), FloatField()))
    )
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


def _near(person: Person, near: list[Topic]) -> Found:
    rows = list(Strategy.objects.visible_to(person).filter(topic__in=near).select_related("topic").surest_first()[:PAGE]) if near else []
    return Found("near" if rows else "nothing", rows, near)
