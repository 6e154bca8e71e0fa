"""The playbook as people see it: search, topics, evidence, withdrawal."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.guides.catalogue import sync_topics
from reconvene.guides.models import Topic
from reconvene.playbook.actions import publish, reorder
from reconvene.playbook.models import Strategy
from reconvene.playbook.queries import PAGE, find, settled_on
from reconvene.playbook.rules import StrategyDraft
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


def settle(doing: str, *, slug: str = "delegating", tried: int = 0, helped: int = 0, groups: int = 1, **texts: str) -> Strategy:
    strategy, _ = publish(
        StrategyDraft(world.topic(slug).id, doing=doing, **{"situation": "", **texts}, tried=tried, helped=helped), authors=3, now=MONDAY
    )
    if groups > 1:
        Strategy.objects.filter(id=strategy.id).update(groups=groups)
        reorder(strategy.topic_id)
    return strategy


def ana() -> Client:
    return world.sign_in(world.person("ana"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_search_finds_other_forms_of_a_word() -> None:
    settle("ask for a first version", situation="work comes back half done")
    settle("hand over the result in three lines")
    page = text_of(ana(), "/playbook/?q=asking+versions")
    assert "Ask for a first version" in page
    assert "Hand over the result" not in page


def test_when_no_strategy_has_all_words_those_with_some_are_shown_and_it_is_said() -> None:
    settle("ask for a first version")
    page = text_of(ana(), "/playbook/?q=first+version+elephant")
    assert "Ask for a first version" in page
    assert "No strategy has all of these words" in page


def test_one_common_word_among_others_is_not_enough() -> None:
    settle("talk with each alone")
    page = text_of(ana(), "/playbook/?q=union+talks")
    assert "Talk with each alone" not in page
    assert "Nothing for “union talks”" in page


def test_when_nothing_has_the_words_the_nearest_topic_is_shown() -> None:
    sync_topics()
    topic = Topic.objects.get(slug="delegating")
    settle("write three lines", slug=topic.slug)
    page = text_of(ana(), "/playbook/?q=delegate+delegation")
    assert "Nothing for “delegate delegation”" in page
    assert "Write three lines" in page


def test_words_are_looked_for_in_the_topic_that_was_chosen_until_one_asks_for_all() -> None:
    settle("ask for a first version", situation="work comes back half done")
    settle("ask who was there", slug="feedback", situation="work comes back late")
    chosen = text_of(ana(), "/playbook/?topic=feedback&q=work+comes+back")
    assert ("Ask who was there" in chosen, "Ask for a first version" in chosen) == (True, False)
    assert '<input type="hidden" name="topic" value="feedback">' in chosen and 'href="/playbook/?q=work%20comes%20back"' in chosen
    assert "has these words. Strategies on other topics may." in text_of(ana(), "/playbook/?topic=feedback&q=half+done+version")
    everywhere = text_of(ana(), "/playbook/?q=work+comes+back")
    assert "Ask who was there" in everywhere and "Ask for a first version" in everywhere


def test_by_situation_words_count_only_in_when_it_was_and_when_it_works() -> None:
    settle("ask for a first version", situation="a delivery is late")
    settle("talk before the shift", works_when="the delivery is still far away")
    settle("speed up the delivery", not_when="the delivery is for a friend")
    everything, by_situation = (text_of(ana(), f"/playbook/?q=deliveries{more}") for more in ("", "&in=situation"))
    three = ("Ask for a first version", "Talk before the shift", "Speed up the delivery")

    assert [one in everything for one in three] == [True, True, True]
    assert [one in by_situation for one in three] == [True, True, False]
    assert 'value="situation" checked' in by_situation and 'value="situation" checked' not in everything
    assert "No situation has these words" in text_of(ana(), "/playbook/?q=speed+up&in=situation")


def test_an_empty_playbook_says_so() -> None:
    assert "The playbook is still empty" in text_of(ana(), "/playbook/")


@pytest.mark.parametrize("words", ["'", '"', "\\", "a & b | !c", "<script>", "or", "%00", "the", "-", "🙂", "x" * 4000])
def test_strange_words_find_nothing_and_break_nothing(words: str) -> None:
    settle("ask for a first version")
    answer = ana().get("/playbook/", {"q": words})
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script ", b"")


def test_dashes_that_belong_to_no_word_are_passed_over_and_those_that_leave_a_word_out_count() -> None:
    settle("ask for a first version")
    settle("ask for a first draft")
    page = text_of(ana(), f"/playbook/?q=ask {'-' * 40} first {'- ' * 40} -draft")
    assert "Ask for a first version" in page and "Ask for a first draft" not in page


@pytest.mark.parametrize("address", ["/playbook/", "/playbook/stewarding/"])
def test_a_topic_that_no_database_can_hold_is_no_topic(address: str) -> None:
    settle("ask for a first version")
    assert world.sign_in(world.person("fay")).get(address, {"topic": "\x00"}).status_code == 200


def test_a_strategy_that_few_have_tried_shows_no_number() -> None:
    few = settle("ask early", tried=6, helped=5)
    page = text_of(ana(), f"/playbook/strategies/{few.id}/")
    assert "Tried by a few" in page
    assert "c-ci" not in page
    assert "83" not in page.split("<main", 1)[1].replace(str(few.id), "")


def test_a_strategy_that_many_have_tried_shows_a_rounded_share_with_its_interval() -> None:
    many = settle("ask early", tried=26, helped=21, groups=4)
    page = text_of(ana(), f"/playbook/strategies/{many.id}/")
    assert "Tried by about <b>25</b>" in page
    assert "helped <b>80 %</b> of them, likely 60 to 95 %" in page
    assert '<line class="c-ci" x1="60%" x2="95%"' in page


def test_the_surest_comes_first() -> None:
    settle("second", tried=30, helped=15, groups=4)
    settle("first", tried=30, helped=28, groups=4)
    page = text_of(ana(), "/playbook/?topic=delegating")
    assert page.index("First</a>") < page.index("Second</a>")


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    for number in range(2 * PAGE + 3):
        settle(f"advice {number}", tried=number % 4 * 10, helped=number % 3 * 2 if number % 4 else 0, groups=4)
    for words in ("", "advice"):
        seen: list[uuid.UUID] = []
        after = ""
        while True:
            found = find(world.person("ana"), words=words, topic=None, after=after)
            seen += [one.id for one in found.strategies]
            after = found.next_mark
            if not after:
                break
        assert len(seen) == len(set(seen)) == 2 * PAGE + 3


def test_the_number_of_queries_does_not_grow_with_strategies() -> None:
    client, counts = ana(), []
    for more in (1, 2, 97):
        for number in range(more):
            settle(f"ask for version {number}")
        text_of(client, "/playbook/?q=version")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, "/playbook/?q=version")
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 15


def test_what_another_organisation_settled_is_not_there() -> None:
    other = world.make_organisation("Other")
    with tenancy.within(other.id):
        theirs = settle("their secret recipe")
    assert ana().get(f"/playbook/strategies/{theirs.id}/").status_code == 404
    assert "secret recipe" not in text_of(ana(), "/playbook/?q=recipe")
    assert settled_on(world.topic(), organisation=world.person("ana").organisation, limit=5) == []


def test_taking_a_strategy_out_needs_its_key_and_is_seen_at_once() -> None:
    strategy, (key, *_) = publish(StrategyDraft(world.topic().id, "when", "ask early"), authors=3, now=MONDAY)
    client = ana()
    refused = client.post("/playbook/withdrawals/", {"secret": "wrong"})
    assert refused.status_code == 422
    assert "No strategy here belongs to this key" in refused.content.decode()
    assert client.post("/playbook/withdrawals/", {"secret": key}).status_code == 302
    assert client.get(f"/playbook/strategies/{strategy.id}/").status_code == 404
    assert client.post("/playbook/withdrawals/", {"secret": key}).status_code == 302


def test_words_of_members_are_shown_as_words() -> None:
    strategy = settle("<b>bold</b> advice", works_when="<img src=x>")
    page = text_of(ana(), f"/playbook/strategies/{strategy.id}/")
    assert "&lt;b&gt;bold" in page
    assert "<img" not in page
