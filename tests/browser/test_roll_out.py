"""From the readiness check to a judged gate, in the sample company: L&D and the sponsor, in under forty seconds. And a case that follows what is typed."""

import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WIDTHS, Site, Someone
from tests.browser.people import FACTS, become

pytestmark = pytest.mark.browser
LONGEST = 40


def test_from_the_readiness_check_to_a_judged_gate(site: Site, browser: Browser) -> None:
    began = time.monotonic()
    people = {}
    for who in ("lead", "sponsor"):
        context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900}, reduced_motion="reduce")
        people[who] = Someone(site, context, context.new_page(), who)
        become(people[who], str(site.ask(FACTS[who])[0][0]))
    lead, sponsor = people["lead"].page, people["sponsor"].page

    lead.get_by_role("link", name="Roll-out").click()
    lead.get_by_role("link", name="Peer groups at Halden Works").click()
    expect(lead.get_by_text("You are here")).to_be_visible()
    lead.get_by_role("link", name="Readiness check").click()
    expect(lead.get_by_text("You can begin.")).to_be_visible()
    lead.locator("input[name=place][value=yes]").check()
    lead.get_by_role("button", name="Keep the answers").click()
    lead.get_by_role("link", name="Peer groups at Halden Works").click()

    lead.get_by_role("link", name="Design the pilot").click()
    lead.get_by_label("Managers").fill("6")
    lead.get_by_label("Groups", exact=True).fill("1")
    lead.get_by_role("button", name="Look it through and save").click()
    expect(lead.get_by_text("Everyone in one group").first).to_be_visible()
    lead.get_by_label("Managers").fill("48")
    lead.get_by_label("Groups", exact=True).fill("8")
    lead.get_by_role("button", name="Look it through and save").click()
    expect(lead.get_by_text("48 people cannot prove a moderate effect")).to_be_visible()
    lead.get_by_role("link", name="Peer groups at Halden Works").click()

    lead.get_by_role("button", name="Add the gate").click()
    lead.get_by_label("Name").fill("Third wave")
    lead.get_by_role("button", name="Set the lines").click()
    lead.get_by_role("button", name="Sign these lines").click()
    expect(lead.get_by_text("Its phase has begun")).to_be_visible()

    lead.get_by_role("link", name="Peer groups at Halden Works").click()
    lead.get_by_label("One more gate, at the end of").select_option("3")
    lead.get_by_role("button", name="Add the gate").click()
    lead.get_by_role("button", name="Set the lines").click()
    lead.get_by_role("button", name="Sign these lines").click()
    expect(lead.get_by_text("You have signed. The other side has still to.")).to_be_visible()
    sponsor.goto(lead.url)
    sponsor.get_by_role("button", name="Sign these lines").click()
    expect(sponsor.get_by_text("Signed by both.")).to_be_visible()

    lead.get_by_role("link", name="Peer groups at Halden Works").click()
    first = lead.get_by_role("row").filter(has=lead.get_by_role("link", name="Pilot, first wave"))
    expect(first.locator(".verdict").last).to_have_text("adjust")
    expect(lead.get_by_text("To be adjusted since")).to_be_visible()
    first.get_by_role("link").click()
    expect(lead.get_by_text("By the report of").first).to_contain_text(": adjust")
    lead.get_by_role("link", name="Peer groups at Halden Works").click()
    lead.get_by_role("link", name="Pilot, second wave").click()
    lead.locator("input[name=breach][value=no]").check()
    lead.get_by_role("button", name="Judge it").click()
    lead.locator("input[name=choice][value=adjust]").check()
    lead.get_by_label("Why, in one sentence").fill("An example before each plan.")
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_text("An example before each plan.")).to_be_visible()
    sponsor.goto(lead.url)
    expect(sponsor.get_by_text("An example before each plan.")).to_be_visible()
    sponsor.get_by_role("link", name="Peer groups at Halden Works").click()
    expect(sponsor.get_by_text("An example before each plan.")).to_be_visible()
    taken = time.monotonic() - began
    assert taken < LONGEST, taken


def test_a_case_follows_what_is_typed_and_saves_nothing_until_asked(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": WIDTHS["desk"], "height": 900}, reduced_motion="reduce")
    lead = Someone(site, context, context.new_page())
    become(lead, str(site.ask(FACTS["lead"])[0][0]))
    case = str(site.ask(FACTS["plan"])[0][0])
    saved = site.ask(f"SELECT * FROM rollout_businesscase WHERE id = '{case}'")
    page, asked = lead.go(f"/business-cases/{case}/assumptions/"), []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/preview/") else None)
    headline = page.locator("#preview h2")
    before, state, said = headline.inner_text(), page.locator("#preview-state"), page.locator("#preview-said")

    box = page.locator("[name=hours_around-likely]")
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2.25")
    page.keyboard.press("ArrowLeft")
    expect(headline).not_to_have_text(before)
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.value, box.selectionStart]") == ["2.25", 3]
    expect(state).to_contain_text("None of it is saved yet")
    expect(said).to_contain_text("Each manager must win back")
    assert len(asked) == 1  # four keys, one question

    good = headline.inner_text()
    page.keyboard.type("x")
    expect(page.locator("#hours_around-error")).to_contain_text("without “x”")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_be_focused()
    expect(state).to_contain_text("From before. 1 entry cannot be taken yet.")
    expect(headline).to_have_text(good)
    expect(said).to_contain_text("Hours each around the sessions: “2.2x5” is more than a number. Write only the number")
    page.keyboard.press("Backspace")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#hours_around-error")).to_be_hidden()

    context.set_offline(True)
    page.keyboard.type("0")
    expect(page.locator("#preview-away")).to_be_visible()
    context.set_offline(False)
    page.keyboard.press("Backspace")
    expect(page.locator("#preview-away")).to_be_hidden()
    assert site.ask(f"SELECT * FROM rollout_businesscase WHERE id = '{case}'") == saved

    page.get_by_role("button", name="Save and work it out").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(good)
    assert site.ask(f"SELECT * FROM rollout_businesscase WHERE id = '{case}'") != saved
