"""Two that say the same become one when both authors want it, and never otherwise."""

import re

import pytest

from reconvene.rooms.models import Idea, Lesson
from tests import world
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db


def read_out(**texts: str) -> tuple[Table, dict[str, Idea]]:
    """A room in which these ideas are on the table, by who wrote them."""
    table = a_table()
    table.begin()
    table.go_to("ideas")
    for who, text in texts.items():
        table.tell(who, "ideas", **{table.boxes(who, "idea")[0]: text})
    table.go_to("ideas", part=2)
    return table, {who: Idea.objects.get(author=table.people[who]) for who in texts}


def on_the_table() -> list[str]:
    return sorted(idea.text for idea in Idea.objects.all() if idea.is_on_the_table)


def words(table: Table, who: str) -> str:
    return re.sub(r"\s+", " ", table.text(who))


def test_the_other_author_is_asked_without_a_name_and_by_agreeing_makes_them_one() -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday", cho="Wait")
    before = table.room.counter
    table.tell("ana", "twins", mine=ideas["ana"].id, other=ideas["ben"].id)

    assert on_the_table() == ["Ask before Monday", "Ask earlier", "Wait"]
    assert table.room.counter == before + 1
    assert "Whoever wrote “Ask earlier” says that it is the same as your “Ask before Monday”" in words(table, "ben")
    assert "Its author has not answered" in words(table, "ana")
    assert not any(phrase in words(table, "cho") for phrase in ("Whoever wrote", "has not answered", "Make them one"))
    assert "Ana" not in words(table, "ben").split("Whoever wrote")[1].split("</form>")[0]

    table.tell("ben", "twin-answer", ideas["ana"].id, agrees="yes")
    assert on_the_table() == ["Ask before Monday", "Wait"]
    assert [idea.text for idea in Idea.objects.get(id=ideas["ben"].id).twins.all()] == ["Ask earlier"]
    assert "Said as well: “Ask earlier”" in words(table, "cho")


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_author_keeps_them_apart_with_one_tap(who: str) -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday")
    table.tell("ana", "twins", mine=ideas["ana"].id, other=ideas["ben"].id)
    table.tell(who, "twin-answer", ideas["ana"].id, agrees="no")

    assert on_the_table() == ["Ask before Monday", "Ask earlier"]
    assert not any("Keep them apart" in table.text(one) for one in table.people)
    table.tell("ben", "twin-answer", ideas["ana"].id, agrees="yes")  # too late: it was answered
    assert on_the_table() == ["Ask before Monday", "Ask earlier"]


@pytest.mark.parametrize(("who", "agrees"), [("ana", "yes"), ("cho", "yes"), ("cho", "no")])
def test_nobody_else_can_answer(who: str, agrees: str) -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday")
    table.tell("ana", "twins", mine=ideas["ana"].id, other=ideas["ben"].id)
    answer = table.post(who, "twin-answer", ideas["ana"].id, agrees=agrees).content.decode()

    assert "Only the two authors can answer this." in answer
    assert on_the_table() == ["Ask before Monday", "Ask earlier"]
    assert Idea.objects.get(id=ideas["ana"].id).same_as_id == ideas["ben"].id


def test_nobody_can_say_it_of_two_ideas_of_others() -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday")
    answer = table.post("cho", "twins", mine=ideas["ana"].id, other=ideas["ben"].id).content.decode()

    assert "Choose one of your own." in answer
    assert not Idea.objects.exclude(same_as=None).exists()


def test_asking_one_another_is_agreeing_and_twins_of_a_twin_come_along() -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday", cho="Ask soon")
    table.tell("cho", "twins", mine=ideas["cho"].id, other=ideas["ana"].id)
    table.tell("ana", "twin-answer", ideas["cho"].id, agrees="yes")
    table.tell("ben", "twins", mine=ideas["ben"].id, other=ideas["ana"].id)
    table.tell("ana", "twins", mine=ideas["ana"].id, other=ideas["ben"].id)

    assert on_the_table() == ["Ask before Monday"]
    assert sorted(idea.text for idea in Idea.objects.get(id=ideas["ben"].id).twins.all()) == ["Ask earlier", "Ask soon"]


def test_two_of_ones_own_become_one_at_once() -> None:
    table, ideas = read_out(ana="Ask earlier")
    table.tell("ana", "ideas", **{table.boxes("ana", "idea")[0]: "Ask a day earlier"})
    late = Idea.objects.get(text="Ask a day earlier")
    table.tell("ana", "twins", mine=ideas["ana"].id, other=late.id)

    assert on_the_table() == ["Ask a day earlier"]


def merged() -> tuple[Table, dict[str, Idea]]:
    """Ana's and Cho's ideas were merged into Ben's."""
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday", cho="Ask soon")
    for who in ("ana", "cho"):
        table.tell(who, "twins", mine=ideas[who].id, other=ideas["ben"].id)
        table.tell("ben", "twin-answer", ideas[who].id, agrees="yes")
    assert on_the_table() == ["Ask before Monday"]
    return table, ideas


def test_taking_back_the_one_that_stayed_takes_nobody_elses_words_along() -> None:
    table, ideas = merged()
    table.tell("ben", "idea-withdrawal", ideas["ben"].id)

    assert on_the_table() == ["Ask earlier", "Ask soon"]
    assert "Ask earlier" in table.text("dan")
    assert "Ask before Monday" not in table.text("dan")


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_author_takes_the_two_apart_again_and_nobody_else_does(who: str) -> None:
    table, ideas = merged()
    assert "“Ask earlier” and “Ask before Monday” are one" in words(table, who)
    assert "Take them apart" not in table.text("dan")
    assert "Only the two authors" in table.post("cho", "twin-answer", ideas["ana"].id, agrees="no").content.decode()
    assert on_the_table() == ["Ask before Monday"]

    table.tell(who, "twin-answer", ideas["ana"].id, agrees="no")
    assert on_the_table() == ["Ask before Monday", "Ask earlier"]
    table.tell("ana", "idea-withdrawal", ideas["ana"].id)
    assert on_the_table() == ["Ask before Monday"]
    assert [idea.text for idea in Idea.objects.get(id=ideas["ben"].id).twins.all()] == ["Ask soon"]


def test_once_scoring_has_begun_both_stay_as_they_are() -> None:
    table, ideas = read_out(ana="Ask earlier", ben="Ask before Monday")
    table.tell("ana", "twins", mine=ideas["ana"].id, other=ideas["ben"].id)
    table.go_to("score")
    answer = table.post("ben", "twin-answer", ideas["ana"].id, agrees="yes").content.decode()

    assert "before scoring" in answer
    assert on_the_table() == ["Ask before Monday", "Ask earlier"]


def test_lessons_follow_the_same_rule() -> None:
    table = Table(world.make_group(*world.people("ana", "ben", "cho")), "reconvene")
    table.begin()
    table.go_to("lessons")
    for who in ("ana", "ben"):
        table.tell(who, "lessons", **{table.boxes(who, "doing")[0]: f"asking as {who}"})
    table.go_to("readout")
    by = {who: Lesson.objects.get(author=table.people[who]) for who in ("ana", "ben")}
    table.tell("ana", "twins", mine=by["ana"].id, other=by["ben"].id)
    assert "says that it is the same as your “asking as ben”" in words(table, "ben")
    table.tell("ben", "twin-answer", by["ana"].id, agrees="yes")

    assert [one.sentence for one in Lesson.objects.all() if one.is_on_the_table] == ["asking as ben"]
    assert "“asking as ana” and “asking as ben” are one" in words(table, "ana")

    table.tell("ben", "lesson-withdrawal", by["ben"].id)
    assert [one.sentence for one in Lesson.objects.all() if one.is_on_the_table] == ["asking as ana"]
