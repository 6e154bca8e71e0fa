"""Looking after the playbook: who may, what is due, what says the same, and the table for courses."""

import csv
import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from reconvene.playbook.actions import publish
from reconvene.playbook.models import Strategy
from reconvene.playbook.rules import StrategyDraft
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
DESK = "/playbook/stewarding/"


def settle(doing: str, situation: str = "work comes back half done", **facts: Any) -> Strategy:
    return publish(StrategyDraft(world.topic().id, situation=situation, doing=doing, **facts), authors=3, now=MONDAY)[0]


def fay() -> Client:
    return world.sign_in(world.person("fay"))


def review(strategy: Strategy, **given: object) -> None:
    answer = fay().post(f"/playbook/strategies/{strategy.id}/review/", given)
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}?topic={strategy.topic.slug}")


@pytest.mark.parametrize("name", ["ana", "sam", "ada"])
def test_only_learning_looks_after_the_playbook(name: str) -> None:
    strategy, client = settle("ask"), world.sign_in(world.person(name))
    assert client.get(DESK).status_code == 404
    assert client.get("/playbook/export.csv").status_code == 404
    assert client.post(f"/playbook/strategies/{strategy.id}/review/", {"review": "retire"}).status_code == 404
    assert Strategy.objects.current().exists()


def test_a_year_later_it_is_looked_at_again_and_kept_or_retired() -> None:
    kept, retired = settle("ask for a first version"), settle("hand over in three lines")
    assert "Nothing to look at again" in fay().get(DESK).content.decode()
    with time_machine.travel(TUESDAY.replace(year=2027, month=4), tick=False):
        assert "2 strategies to look at again" in fay().get(DESK).content.decode()
        review(kept, review="keep")
        review(retired, review="retire")
        assert "Nothing to look at again" in fay().get(DESK).content.decode()
    assert [one.doing for one in Strategy.objects.current()] == [kept.doing]
    page = world.sign_in(world.person("ana")).get(f"/playbook/strategies/{retired.id}/").content.decode()
    assert "It left the search in April 2027" in page


def test_what_is_worded_alike_is_offered_and_becomes_one() -> None:
    stays, goes = settle("ask for a first version after one hour", tried=3), settle("ask for the first version after an hour of work")
    settle("keep one open hour a week for questions", "people come all day")
    page = fay().get(DESK).content.decode()
    assert page.count("Make them one") == 1
    review(goes, review="join", into=stays.id)
    assert "Make them one" not in fay().get(DESK).content.decode()
    moved = world.sign_in(world.person("ana")).get(f"/playbook/strategies/{goes.id}/")
    assert (moved.status_code, moved["Location"]) == (302, f"/playbook/strategies/{stays.id}/")


def test_a_strategy_is_not_joined_to_itself_nor_to_another_topic() -> None:
    one = settle("ask")
    other, _ = publish(StrategyDraft(world.topic("feedback").id, situation="", doing="ask"), authors=3, now=MONDAY)
    client = fay()
    for into in (one, other):
        client.post(f"/playbook/strategies/{one.id}/review/", {"review": "join", "into": into.id})
        assert "only two strategies on one topic" in client.get(DESK).content.decode()
    assert Strategy.objects.current().count() == 2


def test_an_earlier_wording_can_be_read_when_the_later_one_was_taken_out() -> None:
    earlier, later = settle("ask for a first version"), settle("ask for the first version")
    review(earlier, review="join", into=later.id)
    later.refresh_from_db()
    later.withdraw(now=TUESDAY)
    answer = world.sign_in(world.person("ana")).get(f"/playbook/strategies/{earlier.id}/")
    assert (answer.status_code, "It left the search" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("given", [{}, {"review": "burn"}, {"review": "join"}, {"review": "join", "into": "nothing"}])
def test_what_is_no_review_changes_nothing(given: dict[str, str]) -> None:
    review(settle("ask"), **given)
    assert Strategy.objects.current().count() == 1


def test_the_table_has_everything_in_its_place_and_no_formula_and_no_number_of_few() -> None:
    settle("=SUM(A1)", tried=4, helped=4)
    rows = list(csv.reader(io.StringIO(fay().get("/playbook/export.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][:3] == [world.topic().title, "work comes back half done", "'=SUM(A1)"]
    assert rows[1][8:11] == ["", "fresh", "2026-03"]
    assert "All its authors agreed" in rows[1][11]


def test_a_topic_as_pdf_tells_what_its_page_shows_and_no_number_that_is_hidden() -> None:
    settle("way one", works_when="the task is new", tried=26, helped=21)
    Strategy.objects.update(groups=4)
    settle("way [two]", situation="", tried=6, helped=5)
    ana = world.sign_in(world.person("ana"))

    with time_machine.travel(MONDAY, tick=False):
        answer, again = (ana.get(f"/playbook/sheets/{world.topic().slug}/file/") for _ in range(2))
    read = PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())

    assert (answer["Content-Type"], answer.content == again.content) == ("application/pdf", True)
    assert "/StructTreeRoot" in read.root_object
    one, two = text.split("Way [two]")
    for words in (world.topic().title, "All authors agreed", "Way one", "When work comes back half done", "Works when: the task is new"):
        assert words in one
    assert "Tried by about 25 people; helped 80 % of them, likely 60 to 95 %. Settled by 4 groups" in one
    assert "Figures are hidden until 8 people from three groups have tried it" in two and "When" not in two and "%" not in two
    assert ana.get("/playbook/sheets/no-such-topic/file/").status_code == 404


def test_a_topic_on_paper_has_all_its_strategies() -> None:
    for number in range(15):
        settle(f"way number {number}")
    page = world.sign_in(world.person("ana")).get(f"/playbook/sheets/{world.topic().slug}/").content.decode()
    assert all(f"Way number {number}" in page for number in range(15))
    assert world.sign_in(world.person("ana")).get("/playbook/sheets/no-such-topic/").status_code == 404
