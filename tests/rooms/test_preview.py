"""Before anything private is shown its author sees exactly what the others will see, and can take it back or change it until then."""

import html
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from reconvene.base import tenancy
from reconvene.practice.models import PracticeReport
from reconvene.rooms.models import Card, Idea
from tests import world
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page

pytestmark = pytest.mark.django_db

LESSON = {
    "when": "When a task is new, …",
    "doing": "Asking for a first version.",
    "led_to": "Led to fewer loops",
    "because": "",
    "watch_out": "Not on Friday.",
}
REPORT = {"planned": "Ask on day two", "did": "Twice", "happened": "We found a gap", "surprised": ""}


def begun(kind: str = "first", mode: str = "topic") -> Table:
    table = a_table("ana", "ben", "cho")
    if kind == "reconvene":
        table.begin()
        table.tell("ana", "end")
        table = Table(table.group, "reconvene")
    table.enter()
    table.tell(table.host, "begin", **({"mode": mode} if kind == "first" else {}))
    return table


def plain(markup: str) -> str:
    """What is read of some markup: no hidden parts, no controls, one blank between words."""
    markup = re.sub(r"<form.*?</form>|<button.*?</button>|<svg.*?</svg>|<div class=\"row\">.*?</div>", "", markup, flags=re.DOTALL)
    for tag in ("span", "div", "p", "li"):
        markup = re.sub(rf"<{tag}[^>]* hidden>.*?</{tag}>", "", markup, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(p|dt|dd|div|h3)>", " ", markup)))
    return re.sub(r"\s+", " ", text).strip()


def previewed(page: str) -> str:
    """What the author is told that the others will see."""
    found = re.search(r"<section[^>]*data-preview.*?</section>", page, re.DOTALL)
    assert found, "there is a preview"
    return plain(
        "".join(re.findall(r"<(?:li|div) class=\"(?:idea|stack)\"[^>]*data-item>.*?(?:</li>|</div></div>|$)", found[0], re.DOTALL))
    )


def shown(page: str, words: str) -> str:
    """What somebody else is shown of it."""
    return next(plain(one) for one in re.findall(r"<(?:li|div) class=\"idea\".*?(?:</li>|</dl></div>)", page, re.DOTALL) if words in one)


def test_a_cause_stands_in_the_preview_as_it_will_on_the_table() -> None:
    table = begun()
    table.go_to("causes")
    assert "What the others will see" in table.text("ben")
    table.tell("ben", "causes", text="Nobody decides", whose="theirs")
    assert previewed(table.text("ben")) == "Theirs to change Nobody decides"
    assert "Nobody decides" not in table.text("cho")
    table.go_to("causes", part=1)
    assert re.search(r"Theirs to change</h3>\s*<ul[^>]*><li class=\"idea\"><p>Nobody decides", table.text("cho"))


def test_ideas_and_what_is_added_stand_in_the_preview_as_they_will_on_the_table() -> None:
    table = begun()
    table.go_to("ideas")
    for who in ("ben", "cho"):
        table.tell(who, "ideas", **{table.boxes(who, "idea")[0]: f"Three lines of {who} <at> hand-over"})
    expected = previewed(table.text("ben"))
    assert expected == "Three lines of ben <at> hand-over"
    table.go_to("ideas", part=1)
    box = table.boxes("cho", "addition")[0]
    table.tell("cho", "additions", **{box: "and a date"})
    of_both = previewed(table.text("cho"))
    assert of_both.endswith("Added by a neighbour: “and a date”") and "Ana" not in of_both and "Cho" not in of_both
    table.move(table.host, "part")
    assert shown(table.text("ana"), "and a date") == of_both


def test_an_idea_that_is_emptied_before_the_reveal_is_shown_to_nobody_and_one_that_is_done_can_still_be_changed() -> None:
    table = begun()
    table.go_to("ideas")
    first, second = table.boxes("ben", "idea")[:2]
    table.tell("ben", "ideas", **{first: "Taken back", second: "Kept", "done": "yes", "seen": table.position()})
    page = table.text("ben")
    assert "Change what I wrote" in page and "Keep the change" in page and previewed(page) == "Taken back Kept"
    table.tell("ben", "ideas", **{first: "", second: "Kept, in other words"})
    assert previewed(table.text("ben")) == "Kept, in other words"
    table.go_to("ideas", part=2)
    assert "Taken back" not in table.text("cho") and "Kept, in other words" in table.text("cho")


def test_a_lesson_stands_in_the_preview_as_the_sentence_that_it_becomes() -> None:
    table = begun("reconvene")
    table.go_to("lessons")
    box = table.boxes("ben", "when")[0].removeprefix("when")
    table.tell("ben", "lessons", **{f"{name}{box}": text for name, text in LESSON.items()})
    expected = previewed(table.text("ben"))
    assert expected == "When a task is new, Asking for a first version led to fewer loops. Watch out: Not on Friday."
    table.go_to("lessons", part=1)
    assert shown(table.text("ana"), "first version").startswith(expected)


def test_of_a_plan_the_preview_shows_the_line_and_the_name_and_nothing_else() -> None:
    table = begun()
    table.go_to("plan")
    plan = {"if_cue": "the figures come on Monday", "then_action": "ask first", "obstacle": "My pride", "want": "Calm"}
    table.tell("ben", "plan", **plan)
    expected = previewed(table.text("ben"))
    assert expected == "Ben If the figures come on Monday then I ask first"
    table.go_to("plan", part=1)
    assert shown(table.text("cho"), "the figures") == expected


def test_a_report_is_shown_as_its_author_saw_it_and_can_be_taken_back_and_changed() -> None:
    table = begun("reconvene")
    table.go_to("turns")
    holder = next(name for name, person in table.people.items() if str(person.id) == table.room.state.holder)
    other = next(name for name in table.people if name != holder)
    table.tell(holder, "report", **REPORT)
    expected = "Planned Ask on day two Did Twice Happened We found a gap"
    assert expected in plain(table.text(holder)) and expected in plain(table.text(other)) and "Surprised" not in plain(table.text(other))
    table.tell(holder, "report-withdrawal")
    assert "We found a gap" not in table.text(other)
    assert PracticeReport.objects.get().did == "Twice", "its words stay with the author"
    assert previewed(table.text(holder)) == expected
    table.tell(other, "report-withdrawal")  # there is nothing of theirs, so nothing happens


def test_a_card_can_be_taken_back_by_its_author_until_the_round_is_over() -> None:
    table = begun()
    table.go_to("turns", part=1)
    holder = next(name for name, person in table.people.items() if str(person.id) == table.room.state.holder)
    sender, other = (name for name in table.people if name != holder)
    for text in ("Taken back?", "What did they answer?"):
        table.tell(sender, "cards", client_id=uuid.uuid4(), kind="question", text=text)
    card = Card.objects.get(text="Taken back?")
    assert f"For {holder.title()}" in table.text(sender) and "Taken back?" in table.text(sender)
    assert table.post(other, "card-withdrawal", card.id).status_code == 404, "another's does not exist"
    table.tell(sender, "card-withdrawal", card.id)
    for _ in table.people:
        table.move(table.host, "turn")
    assert "Taken back?" not in table.text(holder) and "What did they answer?" in table.text(holder)
    assert "handed over already" in table.post(sender, "card-withdrawal", Card.objects.get().id).content.decode()
    assert Card.objects.count() == 1


@pytest.fixture
def live() -> Iterator[Callable[[str, str], Table]]:
    """Makes a session that runs now and is at a step."""
    organisation = world.make_organisation()

    def made(kind: str, step: str) -> Table:
        with tenancy.within(organisation.id):
            table = a_table("ana", "ben", "cho")
            if kind == "reconvene":
                table.begin()
                table.tell("ana", "end")
                table = Table(table.group, kind)
            table.now = table.session.starts_at = datetime.now(UTC)
            table.session.save()
            table.begin()
            table.go_to(step)
        return table

    yield made


def in_words(page: Page, place: str) -> str:
    return re.sub(r"\s+", " ", page.locator(place).first.inner_text()).removesuffix("Take back").strip()


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
@pytest.mark.browser
def test_while_one_types_the_preview_says_what_the_other_phone_shows_afterwards(
    port: int, chromium: Browser, live: Callable[[str, str], Table]
) -> None:
    table = live("reconvene", "lessons")
    ben, cho = a_page(chromium, port, table, "ben"), a_page(chromium, port, table, "cho")
    expect(ben.locator("[data-preview]")).to_be_hidden()
    for name, text in LESSON.items():
        ben.locator(f"textarea[name^={name}-]").first.fill(text)
    expect(ben.locator("[data-preview]")).to_be_visible()
    said = in_words(ben, "[data-preview] [data-item]")
    ben.locator("textarea[name^=doing-]").nth(1).fill("Shouting")
    expect(ben.locator("[data-preview] [data-item]:visible")).to_have_count(2)
    ben.get_by_role("button", name="Take back lesson 2").click()
    expect(ben.locator("[data-preview] [data-item]:visible")).to_have_count(1)
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved", timeout=10_000)
    ben.get_by_role("button", name="I have written").click()
    expect(ben.get_by_text("Change what I wrote")).to_be_visible()
    assert in_words(ben, "[data-preview] [data-item]:visible") == said, "the server says the same as the page did"
    with tenancy.within(table.people["ana"].organisation_id):
        table.move(table.host, "part")
    expect(cho.locator("li.idea")).to_have_count(1)
    expect(cho.locator("li.idea")).to_contain_text(said.split(" Watch out")[0])
    expect(cho.locator("li.idea")).to_contain_text("Watch out: Not on Friday.")
    expect(cho.get_by_text("Shouting")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
@pytest.mark.browser
def test_without_a_network_the_preview_goes_on_and_what_was_taken_back_stays_away(
    port: int, chromium: Browser, live: Callable[[str, str], Table]
) -> None:
    table = live("first", "ideas")
    ben = a_page(chromium, port, table, "ben")
    ben.get_by_label("First idea").fill("On the train")
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved", timeout=10_000)
    ben.context.set_offline(True)
    expect(ben.locator("[data-preview] [data-item]:visible")).to_contain_text("On the train")
    ben.get_by_role("button", name="Take back idea 1").click()
    expect(ben.get_by_label("First idea")).to_be_focused()
    ben.get_by_label("Second idea").fill("Off the train")
    expect(ben.locator("[data-preview] [data-item]:visible")).to_contain_text("Off the train")
    expect(ben.get_by_text("Saved on this phone, sending…")).to_be_visible(timeout=8000)
    ben.context.set_offline(False)
    expect(ben.locator("#live")).to_have_attribute("data-state", "saved", timeout=15_000)
    with tenancy.within(table.people["ana"].organisation_id):
        assert [idea.text for idea in Idea.objects.all()] == ["Off the train"]
