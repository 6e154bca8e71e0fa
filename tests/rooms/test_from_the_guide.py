"""What the guide of a group's topic gives to a session: proposals, prompts, questions, first steps and examples, each in its step."""

from html import unescape

import pytest

from reconvene.guides.catalogue import library
from tests.rooms.play import Table
from tests.rooms.test_evidence import reconvened
from tests.rooms.test_modes import begun

pytestmark = pytest.mark.django_db

GUIDE = library().guides["delegating"]


def has(table: Table, who: str, *lines: str) -> bool:
    page = unescape(table.text(who))
    return all(line in page for line in lines)


def test_the_guide_proposes_a_question_and_one_tap_takes_it() -> None:
    table = begun("topic", "ana", "ben", "cho")
    table.go_to("question")
    assert has(table, "ben", *GUIDE.key_questions)

    table.tell("ben", "question", was="How can we hand over work?", question=GUIDE.key_questions[1])

    table.group.refresh_from_db()
    assert table.group.key_question == GUIDE.key_questions[1]


@pytest.mark.parametrize(("mode", "step"), [("topic", "turns"), ("case", "tell"), ("trio", "rounds"), ("seven", "turns")])
def test_whoever_tells_is_helped_to_an_occasion_in_every_mode(mode: str, step: str) -> None:
    table = begun(mode, "ana", "ben", "cho")
    table.go_to(step)
    assert has(table, "cho", *GUIDE.story_prompts)


def test_a_card_says_its_first_step_and_what_one_would_see() -> None:
    table = begun("trio", "ana", "ben", "cho")
    table.go_to("cards")
    assert has(table, "ana", *(text for card in GUIDE.cards for text in (card.not_when, card.first_step, card.works_if)))


def test_whoever_writes_a_plan_is_shown_examples() -> None:
    table = begun("case", "ana", "ben", "cho")
    table.go_to("plan")
    assert has(table, "ben", *GUIDE.if_then)


def test_each_session_asks_its_own_questions() -> None:
    first = begun("topic", "ana", "ben", "cho")
    first.go_to("ask")
    assert has(first, "ben", *GUIDE.questions)
    assert not has(first, "ben", GUIDE.reconvene_questions[0])


def test_a_reconvene_asks_what_came_of_it_and_prompts_no_stories() -> None:
    second = reconvened()
    assert not has(second, "ben", GUIDE.story_prompts[0])
    second.go_to("ask")
    assert has(second, "ben", *GUIDE.reconvene_questions)
    assert not has(second, "ben", GUIDE.questions[0])
