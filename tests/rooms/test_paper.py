"""The pack to print: for every way and every length its own steps, minutes, sentences, and something to write on wherever one writes."""

import html
import re

import pytest
import time_machine
from django.urls import reverse

from reconvene.guides import catalogue
from reconvene.guides.script import LENGTHS, MODES, Protocol
from reconvene.rooms import paper
from reconvene.scheduling.models import Session
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db

WRITES = {"causes", "ideas", "lessons", "score", "plan", "choices", "settle", "rounds", "tell", "whose", "question"}
PACKS = [*(("first", mode, length) for mode in MODES for length in LENGTHS), *(("reconvene", "topic", length) for length in LENGTHS)]


def printed(table: Table, query: str = "") -> str:
    url = reverse("paper", args=[table.session.id])
    with time_machine.travel(table.now, tick=False):
        page = table.browsers["ben"].get(f"{url}?{query}")
    assert page.status_code == 200
    return page.content.decode()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def protocol(kind: str, mode: str, length: int) -> Protocol:
    return catalogue.library().protocols[kind, mode, length]


def test_every_way_and_length_has_its_steps_minutes_and_sentences() -> None:
    first = a_table("ana", "ben", "cho")
    second = Table(first.group, "reconvene")
    for kind, mode, length in PACKS:
        page = plain(printed(first if kind == "first" else second, f"mode={mode}&minutes={length}"))
        wanted = protocol(kind, mode, length)
        begins = 0
        for step in wanted.steps:
            assert f"{begins}–{begins + step.minutes}" in page, (kind, mode, length, step.key)
            assert step.host_line in page and step.prompt in page and step.title in page
            assert all(part.how in page for part in step.parts)
            begins += step.minutes
        assert begins == length and f"{wanted.title}, {length} minutes" in page


def test_wherever_one_writes_in_the_room_there_is_a_place_to_write_on_paper() -> None:
    first = a_table("ana", "ben", "cho")
    second = Table(first.group, "reconvene")
    for kind, mode, length in PACKS:
        session = (first if kind == "first" else second).session
        made = paper.pack(Session.objects.get(id=session.id), members=[], mode=mode, minutes=length)
        written = {step.kind for step in (*made.stays, *made.slips, *made.table)}
        assert written >= WRITES & {step.kind for step in made.protocol.steps}, (kind, mode, length)
        assert "plan" in {step.kind for step in made.stays}, "nobody collects a plan"
        assert not {step.kind for step in made.slips} & {"plan", "turns", "rounds"}


def test_each_member_gets_a_sheet_and_slips_and_no_name_stands_on_them() -> None:
    table = a_table("ana", "ben", "cho", "dan")
    page = printed(table)
    assert page.count("My sheet</h2>") == 4 == page.count("Slips without a name</h2>")
    assert not any(person.name in page.split("The steps, for the middle")[1] for person in table.people.values())


def test_what_the_guide_gives_to_a_session_is_on_paper_too() -> None:
    table = a_table("ana", "ben", "cho")
    guide = catalogue.library().guides["delegating"]
    cards = [text for card in guide.cards for text in (card.first_step, card.works_if, card.source[1:])]  # it begins with a capital
    first = plain(printed(table))
    for line in (*guide.key_questions, *guide.story_prompts, *guide.questions, *guide.if_then, *guide.buddy_questions, *cards):
        assert plain(line) in first, line
    second = plain(printed(Table(table.group, "reconvene")))
    assert all(plain(line) in second for line in (*guide.reconvene_questions, *guide.if_then))
    assert not any(plain(line) in second for line in (*guide.story_prompts, *guide.questions, *guide.buddy_questions))


def test_in_a_round_each_the_minutes_of_a_round_stand_for_three_and_for_four() -> None:
    table = a_table("ana", "ben", "cho")
    page = plain(printed(table, "mode=trio&minutes=90"))
    assert "Tell it. Your challenge, your own part in it, and what help you want. 5:00 3:45" in page
    assert "with 3 people 6:00, with 4 people 4:30, with 5 people 3:36, with 6 people 3:00" in plain(printed(table))


def test_without_a_choice_or_with_nonsense_the_pack_is_the_usual_one() -> None:
    table = a_table("ana", "ben", "cho")
    for query in ("", "mode=nonsense&minutes=7", "minutes=75&mode="):
        assert "One topic, all of us" in plain(printed(table, query))
    reconvene = plain(printed(Table(table.group, "reconvene"), "mode=trio"))
    assert "When it slips, I" in reconvene and "Reconvene session, 90 minutes" in reconvene and "In each round" not in reconvene


def test_each_member_gets_the_job_aid_for_the_weeks_after() -> None:
    first = a_table("ana", "ben", "cho")
    page = printed(first)

    aid = catalogue.library().guides[first.session.cycle.topic.slug].job_aid
    line = next(line.lstrip("- ").partition(":")[0].strip("* ") for line in aid.splitlines() if line.startswith("- "))
    assert page.count("<h2>Job aid</h2>") == 3 and plain(page).count(line) >= 3
    assert "answered later, by each of you on the page of the session" in page
    assert "<h2>Job aid</h2>" not in printed(Table(first.group, "reconvene"))


def test_a_way_for_fewer_people_than_there_are_says_so() -> None:
    table = a_table("ana", "ben", "cho", "dan", "eli")

    assert "This way is for 4 people at most, and you are 5." in printed(table, "mode=trio")
    assert "at most, and you are" not in printed(table, "mode=topic")
