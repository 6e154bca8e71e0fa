"""From the readiness check to a judged gate, in the sample company: L&D and the sponsor, in under forty seconds."""

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
    lead.get_by_role("link", name="Pilot, second wave").click()
    lead.locator("input[name=breach][value=no]").check()
    lead.get_by_role("button", name="Judge it").click()
    lead.locator("input[name=choice][value=adjust]").check()
    lead.get_by_label("Why, in one sentence").fill("An example before each plan.")
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_text("An example before each plan.")).to_be_visible()
    sponsor.goto(lead.url)
    expect(sponsor.get_by_text("An example before each plan.")).to_be_visible()
    taken = time.monotonic() - began
    assert taken < LONGEST, taken
