"""Following a topic: one message a month, that counts and names nothing."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.notices.models import Notice
from reconvene.playbook.actions import publish
from reconvene.playbook.following import TOPIC_NEWS, follow, tell_followers, unfollow
from reconvene.playbook.messages import topic_news
from reconvene.playbook.models import Following, Strategy
from reconvene.playbook.rules import StrategyDraft
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
APRIL, MAY = MONDAY.replace(month=4), MONDAY.replace(month=5)


def settle(*, slug: str = "delegating", now: datetime = MONDAY) -> Strategy:
    return publish(StrategyDraft(world.topic(slug).id, situation="work comes back", doing="ask early"), authors=3, now=now)[0]


def told() -> list[Notice]:
    return list(Notice.objects.filter(kind=TOPIC_NEWS).order_by("due_at"))


def test_what_was_settled_in_a_month_is_told_once_in_the_next() -> None:
    ana = world.person("ana")
    follow(ana, world.topic(), now=MONDAY)
    follow(ana, world.topic(), now=MONDAY)
    for slug in ("delegating", "delegating", "feedback"):
        settle(slug=slug)
    tell_followers(now=MONDAY.replace(day=30))
    assert told() == []
    for _ in range(3):
        tell_followers(now=APRIL)
    (notice,) = told()
    assert notice.is_counted
    message = topic_news(notice, now=APRIL)
    assert message is not None
    assert message.lines[0] == "On a topic you follow, 2 strategies were settled."
    words = " ".join((message.subject, *message.lines, *(message.button or ())))
    assert not any(word in words.lower() for word in ("delegat", "ask early"))
    tell_followers(now=MAY)
    assert len(told()) == 1
    with CaptureQueriesContext(connection) as asked:
        tell_followers(now=MAY)
    assert [one["sql"][:6] for one in asked if "SAVEPOINT" not in one["sql"]] == ["SELECT"]  # nobody is looked at twice in a month


def test_nothing_is_sent_of_what_was_withdrawn_or_is_no_longer_followed() -> None:
    ana = world.person("ana")
    follow(ana, world.topic(), now=MONDAY)
    strategy = settle()
    tell_followers(now=APRIL)
    (notice,) = told()
    strategy.withdraw(now=APRIL)
    assert topic_news(notice, now=APRIL) is None
    Strategy.objects.update(withdrawn_at=None)
    assert topic_news(notice, now=APRIL) is not None
    unfollow(ana, world.topic())
    assert topic_news(notice, now=APRIL) is None


def test_the_page_follows_and_stops_and_the_message_leads_to_the_topic_of_its_reader_alone() -> None:
    ana, ben = world.people("ana", "ben")
    client, address = world.sign_in(ana), f"/playbook/topics/{world.topic().slug}/following/"
    assert "Tell me when something is new here" in client.get(f"/playbook/?topic={world.topic().slug}").content.decode()
    assert client.post(address, {"follow": "yes"}).status_code == 302
    following = Following.objects.get(person=ana)
    answer = client.get(f"/playbook/followings/{following.id}/")
    assert answer["Location"] == f"/playbook/?topic={world.topic().slug}"
    assert world.sign_in(ben).get(f"/playbook/followings/{following.id}/").status_code == 404
    assert "No longer follow this topic" in client.get(f"/playbook/?topic={world.topic().slug}").content.decode()
    client.post(address)
    assert not Following.objects.exists()
