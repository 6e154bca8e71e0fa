"""The needs survey: one link for all, nothing kept of who answered, published once through the gate."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from reconvene.guides.models import Topic
from reconvene.rollout.models import NeedsAnswer, Project
from reconvene.rollout.project_actions import Refused, answer_survey, close_survey, open_survey
from tests import world
from tests.rollout.plans import NOW, address, client, make_plan, words

pytestmark = pytest.mark.django_db
MARKED = {"delegating": 12, "giving-feedback": 9, "too-much-to-do": 8, "budget": 7}


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan() -> Project:
    for slug in MARKED:
        Topic.objects.get_or_create(organisation=None, slug=slug, defaults={"code": slug[:3], "title": slug.title(), "category": "A"})
    plan = make_plan()
    open_survey(plan, now=NOW)
    return plan


def link(plan: Project) -> str:
    page = client().get(address(plan, "survey/")).content.decode()
    return "/needs/" + page.split("/needs/")[1].split('"')[0]


def test_whoever_has_the_link_answers_once_in_a_browser(plan: Project) -> None:
    path, visitor = link(plan), Client()
    assert visitor.post(path, {"topics": list(MARKED)}).status_code == 422  # four
    assert visitor.post(path, {}).status_code == 422
    assert visitor.post(path, {"topics": ["no-such-topic"]}).status_code == 422
    assert "Counted, thank you" in words(visitor.post(path, {"topics": ["delegating", "budget"]}))
    assert "Counted, thank you" in words(visitor.post(path, {"topics": ["delegating"]}))

    assert NeedsAnswer.objects.get().topics == ["budget", "delegating"]


def test_the_link_goes_on_when_whoever_handed_it_out_has_left(plan: Project) -> None:
    path = link(plan)
    world.person("fay").leave(now=NOW)

    assert "Counted, thank you" in words(Client().post(path, {"topics": ["delegating"]}))


def test_what_k_people_marked_is_published_once_and_the_rest_is_never_named(plan: Project) -> None:
    for number in range(12):
        answer_survey(
            plan,
            topics=[slug for slug, people in MARKED.items() if number < people][:3]
            if number >= 7
            else ["budget", "delegating", "giving-feedback"],
        )
    for _number in range(8):
        answer_survey(plan, topics=["too-much-to-do"])
    client().post(address(plan, "survey/"), {"do": "close"})
    page = words(client().get(address(plan, "survey/")))

    assert "Budget" not in page and "1 more topic was marked" in page
    assert "about 10 people" not in page and "10 people" in page
    with pytest.raises(Refused, match="published"):
        open_survey(Project.objects.get(), now=NOW)


def test_nothing_is_kept_of_who_answered_and_the_answers_go_when_it_is_closed(plan: Project) -> None:
    assert {field.name for field in NeedsAnswer._meta.get_fields()} == {"id", "organisation", "project", "topics"}
    for _number in range(8):
        answer_survey(plan, topics=["delegating"])
    titles = {"delegating": "Delegating"}
    close_survey(plan, titles=titles, k=8, on=NOW.date(), now=NOW)

    assert not NeedsAnswer.objects.exists()
    assert Project.objects.get().survey["cells"] == [{"label": "delegating", "people": 10, "taken_on": "2026-03-12"}]


def test_with_seven_answers_nothing_is_published_and_one_may_ask_again(plan: Project) -> None:
    for _number in range(7):
        answer_survey(plan, topics=["delegating"])
    page = words(client().get(address(plan, "survey/")))
    assert "Fewer than 8 have answered so far" in page and "7" not in page.split("Fewer than 8")[1][:80]
    client().post(address(plan, "survey/"), {"do": "close"})

    assert "Too few answers" in words(client().get(address(plan, "survey/")))
    client().post(address(plan, "survey/"), {"do": "open"})
    assert Project.objects.get().is_survey_open


def test_whoever_answered_a_survey_that_came_to_nothing_can_answer_when_it_is_asked_again(plan: Project) -> None:
    visitor = Client()
    visitor.post(link(plan), {"topics": ["delegating"]})
    close_survey(plan, titles={}, k=8, on=NOW.date(), now=NOW)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        open_survey(Project.objects.get(), now=NOW + timedelta(days=1))
        visitor.post(link(plan), {"topics": ["budget"]})
        assert "Counted, thank you" in words(visitor.post(link(plan), {"topics": ["budget"]}))

    assert NeedsAnswer.objects.get().topics == ["budget"]


def test_a_closed_survey_takes_nothing(plan: Project) -> None:
    path = link(plan)
    close_survey(plan, titles={}, k=8, on=NOW.date(), now=NOW)

    assert "This survey is closed" in words(world.sign_in(world.person("ana")).get(path))
    with pytest.raises(Refused):
        answer_survey(plan, topics=["delegating"])
