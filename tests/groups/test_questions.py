"""The question with which a group begins: of the guide's three the one nearest to what its members wrote."""

import pytest

from reconvene.challenges.models import Challenge
from reconvene.groups.actions import Sitter, choose_topic, found_group
from reconvene.groups.questions import first_question
from reconvene.guides.catalogue import library
from reconvene.guides.finding import nearest
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db

QUESTIONS, FEEDBACK = (library().guides[slug].key_questions for slug in ("delegating", "giving-feedback"))
HALF_DONE = "Whatever I give to my people comes back unfinished, and I complete it at night."
ANSWERABLE = "They should decide without me, but it is me who answers for it, and I lie awake over what they might decide."
OVERLOADED = "Whom do I give it to? The good ones drown in work already, and the young ones should learn something by it."


@pytest.mark.parametrize(("text", "number"), [(HALF_DONE, 0), (ANSWERABLE, 1), (OVERLOADED, 2)])
def test_a_group_begins_with_the_question_nearest_to_its_members_words(text: str, number: int) -> None:
    people = world.people("ana", "cho", "dan")
    sitters = [Sitter(person, world.make_challenge(person, text=text)) for person in people[:2]] + [Sitter(people[2])]

    group, _cycle = found_group(world.programme(), topic=world.topic(), sitters=sitters, now=MONDAY)

    group.refresh_from_db()
    assert group.key_question == QUESTIONS[number]
    assert set(Challenge.objects.values_list("text", flat=True)) == {text}


def test_whoever_are_more_decide_whatever_their_language() -> None:
    german = "Was ich abgebe, kommt halb fertig zurück, und am Abend mache ich es selbst."

    assert nearest(QUESTIONS, [HALF_DONE, HALF_DONE, OVERLOADED]) == QUESTIONS[0]
    assert nearest(QUESTIONS, [german, OVERLOADED, OVERLOADED]) == QUESTIONS[2]


def test_without_a_word_from_anybody_it_is_the_guides_first_one() -> None:
    assert first_question(world.topic(), []) == QUESTIONS[0]


def test_a_topic_without_a_guide_has_a_plain_question() -> None:
    assert (
        first_question(world.topic("night shifts"), [HALF_DONE])
        == "How can we get further with “Night shifts” in an ordinary working week?"
    )


@pytest.mark.parametrize(
    ("slug", "typed", "kept"),
    [
        ("delegating", "How can we hand over more?", "How can we hand over more?"),
        ("delegating", "", QUESTIONS[0]),
        ("giving-feedback", "", FEEDBACK[0]),
        ("giving-feedback", QUESTIONS[0], FEEDBACK[0]),
        ("giving-feedback", "How do we say it?", "How do we say it?"),
    ],
)
def test_a_group_that_goes_on_has_a_question_about_its_new_topic(slug: str, typed: str, kept: str) -> None:
    group, cycle = found_group(
        world.programme(), topic=world.topic(), sitters=[Sitter(one) for one in world.people("ana", "cho")], now=MONDAY
    )
    assert group.key_question == QUESTIONS[0]

    choose_topic(cycle, topic=world.topic(slug), question=typed, now=MONDAY)

    group.refresh_from_db()
    assert (group.key_question, group.topic.slug) == (kept, slug)
