import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from reconvene.availability.models import WorkingHours
from reconvene.base import clock
from reconvene.challenges.actions import withdraw_challenge
from reconvene.challenges.models import Challenge, TopicChoice
from reconvene.guides.catalogue import library
from reconvene.guides.models import Topic
from reconvene.people.models import Organisation
from reconvene.playbook.models import Strategy
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
NEW, HINTS = "/challenges/new/", "/challenges/hints/"
TEXT = "Work that I hand over comes back half done, so I do it again myself in the evening."


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    Topic.objects.bulk_create(
        Topic(code=entry.code, slug=entry.slug, title=entry.title, category=entry.category) for entry in library().topics
    )
    with time_machine.travel(MONDAY, tick=False):
        yield


def typed(**changes: Any) -> dict[str, Any]:
    """What the form sends."""
    usual = {
        "text": TEXT,
        "topic": Topic.objects.first().slug,
        "urgency": "7",
        "start": "two_weeks",
        "weekdays": ["0", "2"],
        "starts": "09:00",
        "ends": "16:30",
    }
    return {**usual, **changes}


def send(client: Client | None = None, **changes: Any) -> Any:
    client = client or world.sign_in(world.person("ana"))
    return client.post(NEW, {key: value for key, value in typed(**changes).items() if value is not None})


def test_raising_a_challenge_leads_to_its_page_and_keeps_the_hours() -> None:
    answer = send()
    mine = Challenge.objects.get()

    assert answer["Location"] == f"/challenges/{mine.id}/"
    assert (mine.text, mine.urgency, mine.person) == (TEXT, 7, world.person("ana"))
    hours = WorkingHours.objects.get()
    assert (hours.weekdays, f"{hours.starts:%H:%M}", f"{hours.ends:%H:%M}") == ([0, 2], "09:00", "16:30")


def test_the_form_sent_from_two_tabs_makes_one_challenge_and_a_calm_answer() -> None:
    client = world.sign_in(world.person("ana"))
    first, second = send(client), send(client)

    assert first["Location"] == second["Location"]
    assert Challenge.objects.count() == 1
    assert "nothing was sent twice" in client.get(second["Location"]).content.decode()


def test_a_hundred_thousand_characters_are_refused_with_their_number_and_kept_on_the_page() -> None:
    text = "word " * 20_000 + "end"
    client = world.sign_in(world.person("ana"))
    answer = send(client, text=text)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "longer than 2000 characters (100003)" in page
    assert text in page
    assert not Challenge.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "Write one or two sentences"),
        ({"text": " \t\r\n\x00\x07 "}, "Write one or two sentences"),
        ({"topic": None}, "Choose what it is about"),
        ({"topic": "no-such-topic"}, "Choose one of the topics."),
        ({"topic": "'; DROP TABLE"}, "valid"),
        ({"urgency": None}, "Tap a number from 0 to 10."),
        ({"urgency": "11"}, "is not in the list"),
        ({"weekdays": None}, "Choose at least one weekday."),
        ({"starts": "16:00", "ends": "17:00"}, "at least 90 minutes"),
        ({"starts": "17:00", "ends": "09:00"}, "at least 90 minutes"),
        ({"starts": "25:99"}, "is not in the list"),
        ({"start": "yesterday"}, "is not in the list"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence_and_keeps_what_was_typed(changes: dict[str, Any], sentence: str) -> None:
    answer = send(**changes)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert changes.get("text", TEXT).strip(" \t\r\n\x00\x07") in page
    assert not Challenge.objects.exists()


def test_two_things_that_are_wrong_are_told_at_once_and_a_name_with_them() -> None:
    world.person("ben")
    page = send(text="Ben and I disagree", urgency=None, topic="no-such-topic").content.decode()

    for sentence in ("Tap a number from 0 to 10.", "Choose one of the topics.", "looks like somebody’s name"):
        assert sentence in page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7|add:1 }} {% debug %}", "\u202etxt.exe", "Ω≈ç√ 漢字 🙂", "a\x00b", "=HYPERLINK(1)"]
)
def test_hostile_text_is_kept_as_text_and_shown_as_text(text: str) -> None:
    client = world.sign_in(world.person("ana"))
    answer = send(client, text=text)
    page = client.get(answer["Location"]).content.decode()

    assert Challenge.objects.get().text == text.replace("\x00", "")
    assert "<script>alert" not in page
    assert "8 " not in page.split("<h1", 1)[1].split("</p>", 1)[0] or "{{" in page


def test_a_colleagues_name_asks_once_for_a_decision_and_then_the_decision_stands() -> None:
    world.person("ben")
    client = world.sign_in(world.person("ana"))
    asked = send(client, text="Ben never finishes what I hand over.")
    assert asked.status_code == 422
    assert "<b>Ben</b>: this looks like somebody’s name" in asked.content.decode()
    assert 'name="keep_names">' in asked.content.decode()
    assert not Challenge.objects.exists()

    kept = send(client, text="Ben never finishes what I hand over.", keep_names="on")
    assert kept.status_code == 302
    assert Challenge.objects.get().names_kept == ["Ben"]


def test_the_decision_on_a_name_is_not_lost_when_something_else_is_missing() -> None:
    world.person("ben")
    page = send(text="Ben never finishes.", keep_names="on", urgency=None).content.decode()

    assert 'name="keep_names" checked' in page


@pytest.mark.parametrize("text", ["One of my team leads never finishes.", "In May we will see Rome.", "ben is written small"])
def test_roles_and_ordinary_words_ask_nothing(text: str) -> None:
    world.person("ben")

    assert send(text=text).status_code == 302


def test_the_hints_know_topics_but_look_up_nobody() -> None:
    for name in world.PEERS:
        world.person(name)
    client = world.sign_in(world.person("ana"))
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(HINTS, {"text": TEXT + " Ben and Cho know it."})
    page = answer.content.decode()

    assert "<html" not in page
    assert 'id="topics"' in page
    assert 'type="radio" name="topic"' in page
    assert not any("split_part" in one["sql"] for one in seen)
    assert "Ben Example" not in page
    assert client.get(HINTS).status_code == 405


def test_where_it_is_not_for_peers_is_said_before_anything_is_sent() -> None:
    client = world.sign_in(world.person("ana"))
    caution = library().guides["conflict-between-two-people"].caution

    assert (
        escape(caution)
        in client.post(HINTS, {"text": "Two people in my team quarrel every day and will not sit in one room."}).content.decode()
    )
    page = client.get(NEW).content.decode()
    assert "not for a group of peers" in page and "Turn to HR" in page
    Organisation.objects.update(help_name="Gil, counsellor", help_reach="Extension 4711")
    assert "Turn to Gil, counsellor, Extension 4711" in client.get(NEW).content.decode()


def test_hints_for_nothing_and_for_very_much_are_calm() -> None:
    client = world.sign_in(world.person("ana"))

    assert "What happens next" in client.post(HINTS, {}).content.decode()
    assert client.post(HINTS, {"text": "x" * 100_000, "topic": "\x00"}).status_code == 200


@pytest.mark.parametrize(("others", "words"), [(1, "among the first"), (3, "Expect a proposal"), (5, "Expect a proposal")])
def test_the_hints_never_tell_a_small_number(others: int, words: str) -> None:
    client = world.sign_in(world.person("ana"))
    first = client.post(HINTS, {"text": TEXT}).content.decode()
    best = Topic.objects.get(slug=first.split('name="topic" value="', 1)[1].split('"', 1)[0])
    for number in range(others):
        world.make_challenge(world.person(f"p{number}"), topic=best)

    assert words in client.post(HINTS, {"text": TEXT}).content.decode()


def test_the_page_right_afterwards_is_useful_the_same_day() -> None:
    topic = next(one for one in Topic.objects.all() if has_guide(one))
    mine = world.make_challenge(world.person("ana"), topic=topic)
    strategy = Strategy.objects.create(
        topic=topic,
        doing="Agree on what done means first",
        works_when="the task is new",
        published_on=MONDAY.date(),
        review_on=MONDAY.date(),
    )
    page = world.sign_in(world.person("ana")).get(f"/challenges/{mine.id}/").content.decode()

    for words in (
        "One first step for tomorrow",
        "Job aid to print",
        strategy.doing,
        "What you wait for",
        "Likely first session",
        mine.text,
    ):
        assert words in page


def has_guide(topic: Topic) -> bool:
    return topic.slug in library().guides


def test_withdrawing_stops_the_search_and_may_be_sent_twice() -> None:
    mine = world.make_challenge(world.person("ana"))
    client = world.sign_in(world.person("ana"))
    for _time in range(2):
        assert client.post(f"/challenges/{mine.id}/withdrawal/").status_code == 302
    mine.refresh_from_db()

    assert mine.withdrawn_at == MONDAY
    assert client.get(f"/challenges/{mine.id}/withdrawal/").status_code == 405
    assert "You withdrew this challenge" in client.get(f"/challenges/{mine.id}/").content.decode()


def test_whoever_withdraws_when_a_group_has_been_found_is_not_told_that_they_are_out() -> None:
    mine = world.make_challenge(world.person("ana"), seated_at=MONDAY)

    page = world.sign_in(world.person("ana")).post(f"/challenges/{mine.id}/withdrawal/", follow=True).content.decode()

    assert "This has found its group" in page
    assert "You no longer wait on this" not in page


def test_a_stranger_finds_nothing() -> None:
    mine = world.make_challenge(world.person("ana"))
    client = world.sign_in(world.person("ben"))

    assert client.get(f"/challenges/{mine.id}/").status_code == 404
    assert client.post(f"/challenges/{mine.id}/withdrawal/").status_code == 404
    mine.refresh_from_db()
    assert mine.withdrawn_at is None


def test_a_challenge_typed_before_the_session_ended_is_not_lost() -> None:
    answer = Client().post(NEW, {"text": TEXT})

    assert answer.status_code == 401
    assert TEXT in answer.content.decode()


def test_a_form_with_a_stale_token_changes_nothing_and_shows_the_text() -> None:
    client = world.sign_in(world.person("ana"))
    client.handler.enforce_csrf_checks = True
    answer = client.post(NEW, {**typed(), "csrfmiddlewaretoken": "stale"})

    assert answer.status_code == 403
    assert TEXT in answer.content.decode()
    assert not Challenge.objects.exists()


def count(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_no_page_of_intake_takes_more_queries_with_thirty_challenges_than_with_one() -> None:
    client, ana = world.sign_in(world.person("ana")), world.person("ana")
    topics = list(Topic.objects.all())
    mine = world.make_challenge(ana, topic=topics[0])
    counts = []
    for number in (1, 30):
        for at in range(number):
            world.make_challenge(world.person(f"p{number}x{at}"), topic=topics[at % len(topics)])
        counts.append(
            (
                count(lambda: client.get(NEW)),
                count(lambda: client.post(HINTS, {"text": TEXT})),
                count(lambda: client.get(f"/challenges/{mine.id}/")),
            )
        )

    assert counts == [(7, 10, 10), (7, 10, 10)]  # one of each asks whether the organisation has a library of its own


def test_an_unsure_page_says_so_opens_all_topics_and_chooses_none() -> None:
    client = world.sign_in(world.person("ana"))

    page = client.post(
        HINTS, {"text": "Hello everyone, I work in a small company and need some advice. What would you do?"}
    ).content.decode()

    assert "We are not sure what this is about" in page
    assert "Because you wrote" not in page
    assert '<details class="more" open>' in page
    assert " checked" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One of my drivers says that he wants to kill himself.", "This may be about somebody’s life."),
        ("Mein Abteilungsleiter fasst mir an die Schulter und macht Bemerkungen.", "This may be harassment or violence."),
    ],
)
def test_where_to_turn_stands_first_and_no_topic_is_chosen_for_who_writes_of_harm(text: str, said: str) -> None:
    ana = world.person("ana")
    page = world.sign_in(ana).post(HINTS, {"text": text}).content.decode()

    assert page.index(said) < page.index("For your own part as a manager") < page.index("choose from all topics")
    assert " checked" not in page and "Because you wrote" not in page and "Turn to HR, the works council or a doctor today." in page
    Organisation.objects.update(help_name="Rosa Prim", help_reach="extension 4411")
    page = world.sign_in(ana).post(HINTS, {"text": text}).content.decode()
    assert "Turn to Rosa Prim, extension 4411." in page and "Turn to HR, the works council or a doctor" not in page


def test_a_text_about_nothing_of_this_is_offered_nothing_and_can_choose() -> None:
    page = (
        world.sign_in(world.person("ana"))
        .post(HINTS, {"text": "My flight was cancelled and the airline refuses to refund me."})
        .content.decode()
    )

    assert "This sounds like none of the topics here." in page and "We are not sure" not in page
    assert 'class="pick"' not in page and '<details class="more" open>' in page


def test_an_unsure_page_tells_what_led_to_a_topic_that_is_fairly_likely() -> None:
    text = "My line cook came to work drunk again and I do not know how to handle it."

    page = world.sign_in(world.person("ana")).post(HINTS, {"text": text}).content.decode()

    assert "We are not sure what this is about" in page
    assert re.findall("Because you wrote “([^”]+)”", page) == ["My line cook came to work drunk again"]


def test_a_topic_chosen_elsewhere_stays_chosen_and_in_sight() -> None:
    client = world.sign_in(world.person("ana"))

    page = client.post(HINTS, {"text": TEXT, "topic": "hiring-well"}).content.decode()

    assert 'value="hiring-well" checked' in page
    assert page.count(" checked") == 1
    assert '<details class="more" open>' in page


def test_what_is_taken_of_what_was_offered_is_counted_without_anybody() -> None:
    for name in ("ana", "ben"):
        send(world.sign_in(world.person(name)), topic="hiring-well")

    (choice,) = TopicChoice.objects.all()
    assert (choice.offered.slug, choice.taken.slug, choice.times) == ("delegating", "hiring-well", 2)


def test_somebody_who_takes_a_challenge_back_and_raises_it_again_is_counted_once() -> None:
    ana = world.sign_in(world.person("ana"))
    for _turn in range(3):
        send(ana, topic="hiring-well")
        withdraw_challenge(Challenge.objects.open().get(), now=clock.now())

    assert (Challenge.objects.count(), TopicChoice.objects.get().times) == (3, 1)


def test_a_guide_says_by_one_word_whether_others_wait_and_never_how_many() -> None:
    client, said = world.sign_in(world.person("ana")), []
    for name in ("ben", "chloe", "dan", "eva", "fred"):
        page = client.get("/guides/delegating/").content.decode()
        said.append(
            "Enough managers for a table" if "Enough managers for a table" in page else "A few managers" if "A few managers" in page else ""
        )
        world.make_challenge(world.person(name))
    assert said == ["", "", "A few managers", "A few managers", "Enough managers for a table"]
    assert "are waiting to talk" not in client.get("/guides/giving-feedback/").content.decode()
