"""What others see, by a member's own invitation: one question, no account, and nothing shown before three have answered."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from reconvene.groups.models import Cycle
from reconvene.surveys.actions import NoMoreAnswers, ask_observers, close_to_observers, observe
from reconvene.surveys.models import Observation, ObserverQuestion
from reconvene.surveys.queries import observations
from reconvene.surveys.rules import Seen
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return world.make_group(*world.people("ana", "ben", "cho")).cycles.get()


def say(question: ObserverQuestion, *words: str) -> None:
    for text in words:
        observe(question, seen=Seen.BETTER, words=text, key=uuid.uuid4())


def test_answers_are_shown_by_threes_so_that_none_is_known_by_when_it_came(cycle: Cycle) -> None:
    question = ask_observers(cycle, person=world.person("ana"), now=MONDAY)
    counts = []
    for number in range(1, 8):
        say(question, f"Answer {number}")
        counts.append(len(observations(question)))

    assert counts == [0, 0, 3, 3, 3, 6, 6]


def test_nothing_of_an_observer_and_no_time_is_kept() -> None:
    assert {field.name for field in Observation._meta.get_fields()} == {"id", "organisation", "question", "batch", "seen", "words", "key"}


def test_the_same_form_counts_once_and_a_closed_question_takes_no_more(cycle: Cycle) -> None:
    question, key = ask_observers(cycle, person=world.person("ana"), now=MONDAY), uuid.uuid4()
    for _ in range(3):
        observe(question, seen=Seen.SAME, words="", key=key)
    assert question.observations.count() == 1

    close_to_observers(question, now=MONDAY)
    with pytest.raises(NoMoreAnswers):
        say(question, "Too late")


@time_machine.travel(MONDAY, tick=False)
def test_a_member_hands_on_a_link_and_sees_alone_what_comes_of_it(cycle: Cycle) -> None:
    ana, page = world.sign_in(world.person("ana")), f"/observers/{cycle.id}/"
    ana.post(page, {"do": "ask"})
    shown = ana.get(page).content.decode()
    address = shown.split('id="address" value="')[1].split('"')[0].removeprefix("http://localhost:8000")
    for words in ("asks first now", "waits", "a &<b> c"):
        form = Client().get(address).content.decode()
        assert "Ana" in form and "Example" not in form
        key = form.split('name="key" value="')[1].split('"')[0]
        assert "Passed on" in Client().post(address, {"key": key, "seen": "better", "words": words}).content.decode()
    assert Client().post(address, {"key": uuid.uuid4()}).status_code == 422

    assert "asks first now" in ana.get(page).content.decode() and "a &amp;&lt;b&gt; c" in ana.get(page).content.decode()
    assert "asks first now" not in world.sign_in(world.person("ben")).get(page).content.decode()
    assert world.sign_in(world.person("fay")).get(page).status_code == 404
    with time_machine.travel(MONDAY + timedelta(days=61), tick=False):
        assert Client().get(address).status_code == 410
