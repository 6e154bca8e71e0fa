"""What five settle together a stranger finds the next minute: the last steps of a reconvene in five real browsers, and the playbook in a sixth."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from reconvene.base import tenancy
from reconvene.playbook.actions import tell_trial
from reconvene.playbook.models import Strategy, Trial
from reconvene.playbook.rules import Helped, K, TrialDraft
from reconvene.rooms.models import Consent, Lesson
from tests import world
from tests.browser.test_cycle import next_step
from tests.rooms.play import Table, a_table
from tests.rooms.test_browser import a_page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nowhere, pytest.mark.browser]

NAMES = ("ana", "ben", "cho", "dan", "eli")
LESSONS = {
    "ana": ("a task is new to somebody", "asking for a rough first version after an hour"),
    "ben": ("somebody hands over before leave", "sending three lines with the open points"),
    "cho": ("the team is full", "dropping one standing duty before a new one"),
}


@pytest.fixture
def table() -> Iterator[Table]:
    """Five at their reconvene, which is on now: three lessons are scored, all tried by their authors and seen by the others."""
    organisation = world.make_organisation()
    with tenancy.within(organisation.id):
        first = a_table(*NAMES)
        first.begin()
        first.tell("ana", "end")
        made = Table(first.group, "reconvene")
        made.now = made.session.starts_at = datetime.now(UTC)
        made.session.save()
        made.begin()
        made.go_to("lessons")
        for who, (when, doing) in LESSONS.items():
            box = made.boxes(who, "doing")[0].removeprefix("doing-")
            made.tell(who, "lessons", **{f"when-{box}": when, f"doing-{box}": doing, f"led_to-{box}": "less came back half done"})
        made.go_to("score")
        for who in NAMES:
            scores = dict.fromkeys(made.boxes(who, "help"), "5") | dict.fromkeys(made.boxes(who, "evidence"), "tried")
            made.tell(who, "scores", **scores)
    yield made


def test_five_reconvene_one_refuses_a_wording_and_a_stranger_finds_and_tries_what_the_rest_settled(
    port: int, chromium: Browser, table: Table
) -> None:
    organisation = table.people["ana"].organisation_id
    phones = {who: a_page(chromium, port, table, who) for who in NAMES}
    host = phones[table.host]
    next_step(host)
    for number in range(len(LESSONS)):
        host.get_by_role("button", name="Keep", exact=True).nth(number).click()
        expect(host.locator("button[name=verdict][value=keep][aria-pressed=true]")).to_have_count(number + 1)
    next_step(host)
    next_step(host)
    for who, page in phones.items():
        for lesson in ("rough first version", "three lines", "standing duty"):
            answer(page, lesson, agrees=(who, lesson) != ("dan", "three lines"))
        page.get_by_role("button", name="Deeper into the same").click()
    expect(host.get_by_text("5 of 5 have tapped")).to_be_visible()
    host.get_by_text("Hand over, or end early").click()
    host.get_by_text("End early, for everyone").click()
    host.get_by_role("button", name="End the session now").click()

    for page in phones.values():
        published = page.locator("section[aria-labelledby=published]")
        expect(published.locator("li")).to_have_count(2, timeout=20_000)
        expect(published).not_to_contain_text("three lines")
    with tenancy.within(organisation):
        assert (Strategy.objects.count(), Consent.objects.count(), Lesson.objects.count()) == (2, 0, 3)

    a_stranger_finds_it_tries_it_and_says_so(port, chromium, table)


def answer(page: Page, lesson: str, *, agrees: bool) -> None:
    """What one member says to the wording of one lesson."""
    item = page.locator("section[aria-labelledby=publish] > ol > li").filter(has_text=lesson)
    item.get_by_role("button", name="I agree" if agrees else "Not like this").click()
    expect(item.locator(f"button[name=agrees][value={'yes' if agrees else 'no'}]")).to_have_attribute("aria-pressed", "true")


def a_stranger_finds_it_tries_it_and_says_so(port: int, chromium: Browser, table: Table) -> None:
    """In words while few have tried it; as a number when enough people of enough groups have said so."""
    with tenancy.within(table.people["ana"].organisation_id):
        table.browsers["kim"] = world.sign_in(world.person("kim"))
    page = a_page(chromium, port, table, "kim", "../../playbook/")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("first versions come far too late and rough")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("rough first version")).first.click()
    address = page.url
    main = page.locator("main")
    expect(main).to_contain_text("Tried by a few.")
    for who in NAMES:
        expect(main).not_to_contain_text(who.capitalize())
    page.get_by_role("link", name="I tried it").click()
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Pass it on").click()
    expect(main).to_contain_text("Tried by a few, also outside the group that settled it.")

    assert others_tell(table, K - 1) == (len(NAMES) + K, 2)
    page.reload()
    expect(main).to_contain_text("Tried by a few, also outside the group that settled it.")  # of two groups no number is shown
    assert others_tell(table, K) == (len(NAMES) + 2 * K, 3)
    page.goto(address)
    expect(main).to_contain_text("Tried by about 20")
    expect(main).not_to_contain_text("Tried by a few")


def others_tell(table: Table, count: int) -> tuple[int, int]:
    """So many more people say that it helped; the people and groups that are counted by then."""
    with tenancy.within(table.people["ana"].organisation_id):
        strategy = Strategy.objects.get(doing__contains="rough first version")
        for number in range(count):
            whose = world.person(f"peer{Trial.objects.count()}x{number}")
            tell_trial(strategy, person=whose, trial=TrialDraft(Helped.YES), now=datetime.now(UTC))
        strategy.refresh_from_db()
        return strategy.tried, strategy.groups
