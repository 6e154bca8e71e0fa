"""Two who write the same shared words: whoever is second is shown both texts, and nothing is overwritten."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from reconvene.base import tenancy
from reconvene.rooms.models import Lesson
from tests import world
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page

pytestmark = pytest.mark.django_db


def at_the_question() -> Table:
    table = a_table("ana", "ben", "cho")
    table.begin()
    table.go_to("question")
    return table


def refused(table: Table, who: str, name: str, *ids: object, **data: object) -> tuple[int, str]:
    """The answer to a tap that came second, without scripts."""
    answer = table._post(who, name, *ids, data=data, headers={})
    return answer.status_code, html.unescape(answer.content.decode())


def test_of_two_wordings_of_the_question_the_second_is_shown_beside_the_first() -> None:
    table = at_the_question()
    was = table.group.key_question
    table.tell("ben", "question", was=was, question="How do we hand over earlier?")
    status, page = refused(table, "cho", "question", was=was, question="How do we hand over better?")
    assert status == 409 and "nothing was overwritten" in page
    assert "How do we hand over earlier?" in page and "How do we hand over better?" in page
    table.group.refresh_from_db()
    assert table.group.key_question == "How do we hand over earlier?"
    table.tell("cho", "question", was="How do we hand over earlier?", question="How do we hand over better?")


def test_a_question_of_two_lines_that_nobody_else_changed_is_changed_also_without_scripts() -> None:
    table = at_the_question()
    table.group.reword("How do we hand over earlier\nand better?")
    sent = {"was": "How do we hand over earlier\r\nand better?", "question": "How do we hand over\r\nbetter?"}
    assert table._post("cho", "question", data=sent, headers={}).status_code == 302
    table.group.refresh_from_db()
    assert table.group.key_question == "How do we hand over\nbetter?"


def test_a_phone_hears_of_the_other_text_too() -> None:
    table = at_the_question()
    was = table.group.key_question
    table.tell("ben", "question", was=was, question="How do we hand over earlier?")
    answer = table._post("cho", "question", data={"was": was, "question": "Better?"}, headers={"X-Draft": "yes"})
    assert answer.status_code == 409 and answer.json()["theirs"] == "How do we hand over earlier?" and not answer.json()["saved"]


def test_of_two_wordings_of_a_lesson_the_second_is_shown_beside_the_first_and_other_words_of_it_too() -> None:
    table = a_table("ana", "ben", "cho")
    table.begin()
    table.tell("ana", "end")
    table = Table(table.group, "reconvene")
    table.begin()
    table.go_to("lessons")
    box = table.boxes("ben", "when")[0].removeprefix("when")
    table.tell("ben", "lessons", **{f"when{box}": "a task is new", f"doing{box}": "asking early"})
    table.go_to("lessons", part=1)
    lesson = Lesson.objects.get()
    table.tell("ana", "wording", lesson.id, version=1, doing="asking on day two")
    status, page = refused(table, "cho", "wording", lesson.id, version=1, doing="asking at once")
    assert status == 409 and "asking on day two" in page and "asking at once" in page
    lesson.refresh_from_db()
    assert (lesson.doing, lesson.version) == ("asking on day two", 2)
    table.tell("cho", "wording", lesson.id, version=1, doing="asking on day two")  # the same words are no change


@pytest.fixture
def live() -> Iterator[Table]:
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        made = a_table("ana", "ben", "cho")
        made.now = made.session.starts_at = datetime.now(UTC)
        made.session.save()
        made.begin()
        made.go_to("question")
    yield made


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
@pytest.mark.browser
def test_two_tabs_of_one_person_show_both_texts_and_keep_the_first(port: int, chromium: Browser, live: Table) -> None:
    first = a_page(chromium, port, live, "ben")
    second = first.context.new_page()
    second.goto(first.url)
    for tab, words in ((first, "How do we hand over earlier?"), (second, "How do we hand over better?")):
        tab.get_by_text("Change the words").click()
        tab.get_by_role("textbox", name="Our question").fill(words)
    first.get_by_role("button", name="This is our question").click()
    expect(first.locator("p.own", has_text="hand over earlier?")).to_be_visible(timeout=10_000)
    second.get_by_role("button", name="This is our question").click()
    told = second.locator("[data-refused]")
    expect(told).to_contain_text("nothing was overwritten", timeout=10_000)
    expect(told).to_contain_text("How do we hand over earlier?")
    expect(told).to_contain_text("How do we hand over better?")  # once the stage was fetched: the box then holds what stands
    with tenancy.within(live.people["ana"].organisation_id):
        live.group.refresh_from_db()
        assert live.group.key_question == "How do we hand over earlier?"
