"""L&D writes a guide, a second person publishes it, a member opens it and raises a challenge about it: in the sample company, by keyboard alone. Then four
managers with this topic hold a session, which is led by the guide.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import WIDTHS, Site, Someone, link_in
from tests.browser.people import Facts, become
from tests.browser.test_cycle import CHALLENGES, begun, close, everyone, free_managers, next_step, raise_challenge, stage_is, step_titles

pytestmark = pytest.mark.browser
TITLE = "Handing a line over at night"


def test_a_guide_is_written_reviewed_published_and_opened_by_keyboard_and_run_by_a_table(site: Site, browser: Browser, someone) -> None:
    people, facts = {}, Facts(site)
    ids = [facts[who] for who in ("lead", "newcomer", "second")]
    for who, identity in zip(("lead", "member", "second"), ids, strict=True):
        context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900}, reduced_motion="reduce")
        people[who] = Someone(site, context, context.new_page(), who)
        become(people[who], identity)
    lead, reviewer, member = (people[who].page for who in ("lead", "second", "member"))

    press(lead, "Guides")
    press(lead, "Delegating")
    press(lead, "Begin our own with it")
    expect(lead.get_by_label("A copy of a guide")).to_be_checked()
    write(lead, "What is the topic?", TITLE)
    press(lead, "Put it on the desk", role="button")
    expect(lead.get_by_text("It is on the desk.")).to_be_visible()
    write(lead, "Headline", "")
    press(lead, "Save and leave", role="button")
    expect(lead.get_by_role("heading", name="1 thing to do before a second person reads it")).to_be_visible()
    press(lead, "Write on it")
    lead.get_by_role("button", name="See it while writing").focus()
    lead.keyboard.press("Enter")
    write(lead, "Headline", "Say at the machine what you would want to hear")
    shown = lead.frame_locator("iframe").get_by_role("heading", level=1)
    expect(shown).to_have_text(f"{TITLE}: Say at the machine what you would want to hear", timeout=15_000)
    lead.get_by_role("button", name="Close").focus()
    lead.keyboard.press("Enter")
    press(lead, "Save and leave", role="button")
    press(lead, "Hand it in", role="button")
    expect(lead.get_by_text("You have written or handed it in.")).to_be_visible()

    press(reviewer, "Guides")
    press(reviewer, "Our own guides")
    press(reviewer, TITLE)
    press(reviewer, "Review it")
    expect(reviewer.get_by_text("Say at the machine what you would want to hear")).to_be_visible()
    press(reviewer, "Publish it", role="button")
    expect(reviewer.get_by_text("Published.")).to_be_visible()
    press(reviewer, "Guides")
    press(reviewer, "Our own guides")
    press(reviewer, "Arrange the library")
    offered = reviewer.locator("input[name^=offer]:checked").count()
    reviewer.get_by_label("Show only topics with").fill("night LINE")
    expect(reviewer.get_by_text("Topics in sight: 1")).to_be_visible()
    expect(reviewer.locator("input[name^=offer]:visible")).to_have_count(1)
    press(reviewer, "Keep it so", role="button")
    expect(reviewer.get_by_text("The library is as you want it.")).to_be_visible()
    assert reviewer.locator("input[name^=offer]:checked").count() == offered > 1  # those out of sight stay as they were
    assert len(taken_along(reviewer, f"handout {TITLE}").pages) == 2

    press(member, "Guides")
    press(member, TITLE)
    expect(member.get_by_role("heading", name=f"{TITLE}: Say at the machine what you would want to hear")).to_be_visible()
    assert len(taken_along(member, "the host booklet").pages) % 4 == 0
    press(member, "Talk about it with peers")
    expect(member.get_by_label(TITLE).first).to_be_checked()
    write(member, "My challenge", "I see bad work at the machine and say nothing until the shift is over.")
    expect(member.get_by_label(TITLE).first).to_be_checked()
    member.get_by_role("radio", name="7", exact=True).check()
    press(member, "Find my peers", role="button")
    expect(member.get_by_role("heading", name="We are looking for your peers")).to_be_visible()
    press(member, "The guide")
    expect(member.get_by_role("heading", level=1)).to_have_text(f"{TITLE}: Say at the machine what you would want to hear")

    slug = member.url.rstrip("/").rpartition("/")[2]
    run(site, free_managers(site, someone), slug=slug, lead=people["lead"])


def run(site: Site, table: list[Someone], *, slug: str, lead: Someone) -> None:
    """Four managers with the guide's topic sit down and are led by it: its question, its prompts, its strategies, its examples."""
    guide = lead.go(f"/guides/{slug}/")
    cards = [" ".join(title.split()[1:]) for title in guide.locator("article.strategy h3").all_inner_texts()]
    asked = guide.locator("#ask + ul li").all_inner_texts()
    assert (len(cards), len(asked)) == (5, 5)
    for person, text in zip(table, CHALLENGES, strict=True):
        raise_challenge(person, text, topic=slug)
    lead.shift_clock("1 day")  # with the member above they may be five, who are asked at once: two days would be all their time to answer
    for person in table:
        person.go(link_in(site.mailbox.wait_for(person.email, subject="There is a seat for you", seconds=90), "/seats/by-link/"))
        expect(person.page.locator("body")).to_contain_text(TITLE)
        person.page.get_by_role("button", name="Take my seat").click()
        expect(person.page.get_by_role("heading", level=1)).to_have_text(re.compile("Thank you|You have a seat"))
    hosting, others = begun(site, table)
    host, titles = hosting.page, list(step_titles(site).values())
    for person in table:
        stage_is(person.page, titles[0])
        person.page.get_by_role("button", name="I agree").click()
    seen = {}
    for title in titles[:-1]:
        everyone(others, title)
        seen[title] = others[0].page.locator("#stage").inner_text()
        next_step(host)
    names = dict(zip(step_titles(site), titles, strict=True))
    assert [line for line in asked if line not in seen[names["ask"]]] == []
    assert [title for title in cards if title not in seen[names["cards"]]] == []
    stage_is(host, titles[-1])
    close(host, table)


def press(page: Page, name: str, *, role: str = "link") -> None:
    """Go to it with the keyboard's focus, and press Enter."""
    found = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]  # one of Playwright's own words
    found.focus()
    expect(found).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def taken_along(page: Page, name: str) -> PdfReader:
    """The PDF that comes when Enter is pressed on the link."""
    found = page.get_by_role("link", name=name, exact=True)
    found.focus()
    expect(found).to_be_focused()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    return PdfReader(coming.value.path())


def write(page: Page, label: str, text: str) -> None:
    """Put other words into a box, without the mouse."""
    page.get_by_label(label, exact=True).first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
